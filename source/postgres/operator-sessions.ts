import type postgres from 'postgres';

/** Ends the open sessions of an operator in the transaction's organization: all, or those that one key or principal opened. */
export async function endSessionsOf(
  sql: postgres.TransactionSql,
  operatorId: string,
  { reason, identity }: { readonly reason: string; readonly identity?: string },
): Promise<void> {
  const opened = identity === undefined ? sql`true` : sql`identity = ${identity}`;
  await sql`
    UPDATE console_sessions SET ended_at = now(), ended_by = 'the administrator', end_reason = ${reason}
    WHERE operator_id = ${operatorId} AND ended_at IS NULL AND ${opened}`;
}
