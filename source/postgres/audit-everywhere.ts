import type postgres from 'postgres';
import { appendAudit, type AuditEntry } from './audit.ts';

/**
 * Appends the same entries to the trail of every organization: for what they all share, such as images. Last in a transaction of the owner;
 * always in the order of the slugs, so that two of them never wait for each other.
 */
export async function appendAuditEverywhere(
  sql: postgres.TransactionSql,
  entries: readonly AuditEntry[],
): Promise<void> {
  const organizations = await sql<{ id: string }[]>`SELECT id FROM organizations ORDER BY slug`;
  for (const { id } of organizations) {
    await sql`SELECT set_config('app.current_org_id', ${id}, true)`;
    await appendAudit(sql, entries);
  }
}
