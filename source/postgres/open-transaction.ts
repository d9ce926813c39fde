import type postgres from 'postgres';
import type { Connection, RunOptions } from './connection.ts';
import { DatabaseUnavailable, OutcomeUnknown } from './database-unavailable.ts';
import type { Pool } from './pool.ts';
import { routedSql } from './routed-sql.ts';

export interface TransactionOptions {
  /** Limit of each statement, for work that may take longer than a screen would wait. */
  readonly statementTimeoutMs?: number;
}

/** A transaction on a connection that nothing else uses. It must be ended, once, by `commit` or `rollback`. */
export interface OpenTransaction {
  /** Works on this connection only, and until the transaction ends: after that, and after a loss, every query rejects. */
  readonly sql: postgres.TransactionSql;
  /** Rejects with `DatabaseUnavailable` when the connection is lost; never resolves. */
  readonly lost: Promise<never>;
  /**
   * Rejects with `DatabaseUnavailable` if the connection was lost before, with `OutcomeUnknown` if it was lost meanwhile, and
   * with an `Error` if a statement had failed and was not heeded: PostgreSQL then rolls back and calls it success.
   */
  commit(): Promise<void>;
  /** Never rejects: a connection that cannot roll back is closed, which does the same. */
  rollback(): Promise<void>;
}

/** Takes a connection and begins a transaction. Rejects with `DatabaseUnavailable`. */
export async function openTransaction(
  pool: Pool,
  organizationId: string | null,
  options: TransactionOptions = {},
): Promise<OpenTransaction> {
  const connection = await pool.acquire(organizationId);
  const limits: RunOptions = { statementTimeoutMs: options.statementTimeoutMs };
  const control = routedSql((query) => connection.run(query, limits));
  try {
    await control`BEGIN`;
    if (options.statementTimeoutMs !== undefined) {
      await control`SELECT set_config('statement_timeout', ${String(options.statementTimeoutMs)}, true)`;
    }
  } catch (error) {
    pool.release(connection);
    throw error;
  }
  let over = false;
  const lost = whenLost(connection);
  const handle = routedSql((query) => {
    if (over) query.reject(new Error('A statement was used after the end of its transaction.'));
    else connection.run(query, limits);
  });
  const end = async (last: () => Promise<void>): Promise<void> => {
    if (over) throw new Error('The transaction has ended already.');
    over = true;
    try {
      await last();
    } finally {
      lost.forget();
      pool.release(connection);
    }
  };
  return {
    sql: Object.assign(handle, { savepoint: unsupported, prepare: unsupported }),
    lost: lost.promise,
    commit: () => end(() => commit(connection, control)),
    rollback: () => end(() => rollback(connection, control)),
  };
}

async function commit(connection: Connection, control: postgres.Sql): Promise<void> {
  if (!connection.isUsable) {
    await rollback(connection, control);
    throw new DatabaseUnavailable('The connection to PostgreSQL was lost; nothing was saved.');
  }
  try {
    const { command } = await control`COMMIT`;
    if (command !== 'COMMIT') throw new Error('Nothing was saved, because a statement of the transaction had failed.');
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw error;
    throw new OutcomeUnknown(
      `The connection to PostgreSQL was lost while it was saving, so it is not known whether it did (${error.message})`,
    );
  }
}

async function rollback(connection: Connection, control: postgres.Sql): Promise<void> {
  try {
    if (connection.isUsable) await control`ROLLBACK`;
  } catch {
    connection.destroy('A transaction could not be rolled back.');
  }
}

function whenLost(connection: Connection): { promise: Promise<never>; forget: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  // Whoever waits for it is told; nobody has to.
  promise.catch(() => undefined);
  const forget = connection.onLost((reason) => reject(new DatabaseUnavailable(`${reason.message} Nothing was saved.`)));
  return { promise, forget };
}

function unsupported(): Promise<never> {
  return Promise.reject(new Error('Savepoints and prepared transactions are not used here.'));
}
