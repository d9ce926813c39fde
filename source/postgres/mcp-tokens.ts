import type postgres from 'postgres';
import { z } from 'zod';
import type { Actor } from '../model/operator.ts';
import { appendAudit } from './audit.ts';
import type { OrganizationScope } from './database.ts';

/** What a token lets its holder be at most: nobody approves through MCP. */
export const MCP_ROLES = ['viewer', 'operator'] as const;

export type McpRole = (typeof MCP_ROLES)[number];

/** A token as it is listed: everything but what it was made from. People are login names. */
export interface McpToken {
  readonly id: string;
  readonly name: string;
  readonly operator: string;
  readonly role: McpRole;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** To the hour; null if it was never used. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface NewMcpToken {
  readonly name: string;
  readonly operator: { readonly id: string; readonly name: string };
  readonly role: McpRole;
  /** SHA-256 of the token. */
  readonly hash: Buffer;
  readonly expiresAt: Date;
}

const rowsSchema: z.ZodType<readonly McpToken[]> = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    operator: z.string(),
    role: z.enum(MCP_ROLES),
    createdBy: z.string(),
    createdAt: z.date(),
    expiresAt: z.date(),
    lastUsedAt: z.date().nullable(),
    revokedAt: z.date().nullable(),
  }),
);

/** Puts a token on record, with its audit row; false if a token with this name is there already. */
export async function addMcpToken(scope: OrganizationScope, actor: Actor, token: NewMcpToken): Promise<boolean> {
  return scope.transaction(async (sql) => {
    const [row] = await sql<[{ id: string }?]>`
      INSERT INTO mcp_tokens (organization_id, name, token_hash, operator_id, role, created_by, expires_at)
      VALUES (current_org_id(), ${token.name}, ${token.hash}, ${token.operator.id}, ${token.role}, ${actor.operator.id},
        ${token.expiresAt})
      ON CONFLICT (organization_id, name) WHERE revoked_at IS NULL DO NOTHING RETURNING id::text`;
    if (row === undefined) return false;
    const after = { operator: token.operator.name, role: token.role, expires_at: token.expiresAt.toISOString() };
    await appendAudit(sql, [
      {
        actor,
        action: 'mcp_token.add',
        targetType: 'mcp_token',
        targetId: token.name,
        after: { id: row.id, ...after },
      },
    ]);
    return true;
  });
}

/** The organization's tokens, also those that are over, by name and then age. */
export async function listMcpTokens({ sql }: OrganizationScope): Promise<readonly McpToken[]> {
  return rowsSchema.parse(
    await sql`
      SELECT t.id::text, t.name, holder.name AS operator, t.role, maker.name AS "createdBy", t.created_at AS "createdAt",
        t.expires_at AS "expiresAt", t.last_used_at AS "lastUsedAt", t.revoked_at AS "revokedAt"
      FROM mcp_tokens AS t
      JOIN operators AS holder ON holder.id = t.operator_id
      JOIN operators AS maker ON maker.id = t.created_by
      ORDER BY t.name, t.created_at`,
  );
}

/** Ends a token from now on, with its audit row; false if none with this name is in force. */
export async function revokeMcpToken(scope: OrganizationScope, actor: Actor, name: string): Promise<boolean> {
  return scope.transaction(async (sql) => {
    const [row] = await sql<[{ id: string }?]>`
      UPDATE mcp_tokens SET revoked_at = now() WHERE name = ${name} AND revoked_at IS NULL RETURNING id::text`;
    if (row === undefined) return false;
    await appendAudit(sql, [
      { actor, action: 'mcp_token.revoke', targetType: 'mcp_token', targetId: name, after: { id: row.id } },
    ]);
    return true;
  });
}

/** Says with which token upgrades were requested. */
export async function noteMcpToken(
  sql: postgres.TransactionSql,
  upgradeIds: readonly string[],
  tokenId: string,
): Promise<void> {
  await sql`UPDATE upgrades SET mcp_token_id = ${tokenId} WHERE id = ANY (${[...upgradeIds]}::bigint[])`;
}
