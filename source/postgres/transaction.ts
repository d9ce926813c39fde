import type postgres from 'postgres';
import { openTransaction, type TransactionOptions } from './open-transaction.ts';
import type { Pool } from './pool.ts';

/**
 * Runs `work` in a transaction and commits when it is done. Rejects with what `work` rejected with, after a rollback; with
 * `DatabaseUnavailable` as soon as the connection is lost, in which case nothing was saved; with `OutcomeUnknown` if it was lost
 * while committing. Callers that may repeat the work after that make it repeatable with an idempotency key.
 */
export async function runTransaction<T>(
  pool: Pool,
  organizationId: string | null,
  work: (sql: postgres.TransactionSql) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const transaction = await openTransaction(pool, organizationId, options);
  const result = await attempt(work, transaction.sql, transaction.lost).catch(async (error: unknown) => {
    await transaction.rollback();
    throw error;
  });
  await transaction.commit();
  return result;
}

/** Does not wait for work that outlives its connection: what it still sends is rejected, and so is what it may say later. */
async function attempt<T>(
  work: (sql: postgres.TransactionSql) => Promise<T>,
  sql: postgres.TransactionSql,
  lost: Promise<never>,
): Promise<T> {
  const running = work(sql);
  running.catch(() => undefined);
  return Promise.race([running, lost]);
}
