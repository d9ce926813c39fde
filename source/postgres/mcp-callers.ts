import { z } from 'zod';
import type { Operator } from '../model/operator.ts';
import { type Role, ROLES } from '../model/role.ts';
import type { Database, OrganizationScope } from './database.ts';

/** Whose a token is. */
export interface FoundToken {
  readonly organizationId: string;
  readonly tokenId: string;
}

/** Who a token, or the environment, speaks for, as of now. */
export interface McpIdentity {
  readonly operator: Operator;
  readonly organizationSlug: string;
  /** What they are in the organization; with a token, at most what it is for. */
  readonly role: Role;
  /** Name of the token; null without one. */
  readonly token: string | null;
}

/** Finds a token that is in force by its SHA-256; null if there is none. */
export async function findMcpToken(database: Database, hash: Buffer): Promise<FoundToken | null> {
  const [row] = await database.unscoped<[FoundToken?]>`
    SELECT organization_id AS "organizationId", token_id AS "tokenId" FROM mcp_token(${hash})`;
  return row ?? null;
}

/** Notes that a token is in use. Rejects where nothing can be written, as on a copy of the database. */
export async function noteMcpTokenUse(database: Database, hash: Buffer): Promise<void> {
  await database.unscoped`SELECT mcp_token_used(${hash})`;
}

const rows = z.array(
  z.object({
    operator_id: z.string(),
    name: z.string(),
    display_name: z.string(),
    slug: z.string(),
    role: z.enum(ROLES),
    token: z.string().nullable(),
    token_role: z.enum(ROLES).nullable(),
  }),
);

/** Whom a token speaks for; null if it is over, or its operator is no active member (any more). */
export async function readTokenIdentity({ sql }: OrganizationScope, tokenId: string): Promise<McpIdentity | null> {
  return identityOf(
    await sql`
      SELECT o.id::text AS operator_id, o.name, o.display_name, g.slug, m.role, t.name AS token, t.role AS token_role
      FROM mcp_tokens AS t
      JOIN organization_members AS m ON m.organization_id = t.organization_id AND m.operator_id = t.operator_id
      JOIN operators AS o ON o.id = m.operator_id
      JOIN organizations AS g ON g.id = t.organization_id
      WHERE t.id = ${tokenId} AND t.revoked_at IS NULL AND t.expires_at > now() AND o.is_active`,
  );
}

/** What an operator is in the organization now; null for somebody who is no active member. */
export async function readOperatorIdentity(
  { sql }: OrganizationScope,
  operatorId: string,
): Promise<McpIdentity | null> {
  return identityOf(
    await sql`
      SELECT o.id::text AS operator_id, o.name, o.display_name, g.slug, m.role, NULL AS token, NULL AS token_role
      FROM organization_members AS m
      JOIN operators AS o ON o.id = m.operator_id
      JOIN organizations AS g ON g.id = m.organization_id
      WHERE m.operator_id = ${operatorId} AND o.is_active`,
  );
}

function identityOf(found: unknown): McpIdentity | null {
  const [row] = rows.parse(found);
  if (row === undefined) return null;
  const { operator_id: id, name, display_name: displayName, slug, role, token, token_role: most } = row;
  const held = most !== null && ROLES.indexOf(most) < ROLES.indexOf(role) ? most : role;
  return { operator: { id, name, displayName }, organizationSlug: slug, role: held, token };
}
