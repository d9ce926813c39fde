import postgres from 'postgres';
import { z } from 'zod';
import type { OrganizationScope } from './database.ts';

const entriesSchema = z.record(z.string(), z.json());

/** What the console remembers of a member of the organization; empty if nothing, or nothing that can be read. */
export async function readOperatorPreferences(
  { sql }: Pick<OrganizationScope, 'sql'>,
  operatorId: string,
): Promise<ReadonlyMap<string, unknown>> {
  const [row] = await sql<[{ entries: unknown }?]>`
    SELECT entries FROM operator_preferences WHERE operator_id = ${operatorId}`;
  const parsed = entriesSchema.safeParse(row?.entries ?? {});
  return new Map(parsed.success ? Object.entries(parsed.data) : []);
}

/** Remembers one entry; the others stay, also those that another console writes. False: together they would be too large. */
export async function writeOperatorPreference(
  { sql }: Pick<OrganizationScope, 'sql'>,
  operatorId: string,
  key: string,
  value: z.infer<ReturnType<typeof z.json>>,
): Promise<boolean> {
  try {
    await sql`
      INSERT INTO operator_preferences AS p (operator_id, entries) VALUES (${operatorId}, ${sql.json({ [key]: value })})
      ON CONFLICT (operator_id) DO UPDATE SET entries = p.entries || excluded.entries, updated_at = now()`;
    return true;
  } catch (error) {
    // check_violation: the bound of the table.
    if (error instanceof postgres.PostgresError && error.code === '23514') return false;
    throw error;
  }
}
