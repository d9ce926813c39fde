import type { Database } from './database.ts';

/** Making a month locks the whole trail for a moment. Behind a long reader it gives way, so that nobody who appends waits for long. */
const LOCK_TIMEOUT_MS = 3000;
/** Moving rows out of the default partition takes time by their number. */
const STATEMENT_TIMEOUT_MS = 10 * 60_000;
/** SQLSTATE of a lock that was not to be had in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Makes the partitions of this month and the next three, and of every month that has rows in the default partition, and moves those rows.
 * Returns how many it made: 0 too if the trail was busy for longer than a few seconds. For netup_worker.
 */
export async function ensureAuditPartitions(database: Database): Promise<number> {
  try {
    return await database.transaction(
      async (sql) => {
        await sql`SELECT set_config('lock_timeout', ${String(LOCK_TIMEOUT_MS)}, true)`;
        const [row] = await sql<{ made: number }[]>`SELECT audit_ensure_partitions(3) AS made`;
        return row?.made ?? 0;
      },
      { statementTimeoutMs: STATEMENT_TIMEOUT_MS },
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE) return 0;
    throw error;
  }
}
