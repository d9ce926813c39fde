import type postgres from 'postgres';
import type { PostgresSettings } from '../config/settings.ts';
import { readBatches } from './cursor.ts';
import { addressOf } from './database-unavailable.ts';
import type { DriverQuery } from './driver-query.ts';
import {
  type Change,
  type Hearing,
  type Listener,
  type ListenState,
  organizationHearing,
  startListening,
} from './listen.ts';
import { openConnection } from './open-connection.ts';
import type { TransactionOptions } from './open-transaction.ts';
import { Pool } from './pool.ts';
import { routedSql } from './routed-sql.ts';
import { runTransaction } from './transaction.ts';

export { DatabaseUnavailable, OutcomeUnknown } from './database-unavailable.ts';
export type { Change } from './listen.ts';

const STATEMENT_TIMEOUT_MS = 30_000;
const QUEUE_CHANNEL = 'netup_queue';
const COLLECTORS_CHANNEL = 'netup_collectors';

/** Something that can run a transaction; see `runTransaction` for how it ends. */
export interface Transactor {
  transaction<T>(work: (sql: postgres.TransactionSql) => Promise<T>, options?: TransactionOptions): Promise<T>;
}

/** PostgreSQL as one organization sees it: every connection belongs to the organization from its start. */
export interface OrganizationScope extends Transactor {
  readonly organizationId: string;
  /** For single statements. Each may run on another connection. */
  readonly sql: postgres.Sql;
  /** Large reads; see `readBatches`. */
  batches(
    select: (sql: postgres.TransactionSql) => postgres.PendingQuery<postgres.Row[]>,
    sizes: { readonly first: number; readonly rest: number },
  ): AsyncIterable<readonly (readonly unknown[])[]>;
}

export interface Database extends Transactor {
  /** Host and port, for people. */
  readonly address: string;
  /** The user that connections log in as. */
  readonly user: string;
  /** Throws if the id is no UUID. */
  organization(organizationId: string): OrganizationScope;
  /** Belongs to no organization: sees no row of any. `transaction` on the database itself is the same. */
  readonly unscoped: postgres.Sql;
  /** Round trip in milliseconds. Rejects with `DatabaseUnavailable`. */
  ping(): Promise<number>;
  /**
   * Calls `onChange` for every change of the organization's rows, and of what all organizations share, until the returned function
   * is called. A lost connection is opened again; then everything may have changed (`table: '*'`). Resolves after the first attempt.
   */
  listen(
    organizationId: string,
    onChange: (change: Change) => void,
    onState: (state: ListenState) => void,
  ): Promise<() => Promise<void>>;
  /** Calls `onWake` whenever an upgrade may have become due, and after a lost connection; see `listen`. */
  listenToQueue(onWake: () => void): Promise<() => Promise<void>>;
  /** Calls `onChange` with the id of an organization whose routers changed; with null if any may have, after a lost connection; see `listen`. */
  listenToFleets(onChange: (organizationId: string | null) => void): Promise<() => Promise<void>>;
  /** Lets running statements finish (five seconds at most), then closes every connection. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly applicationName?: string;
  /** How long a query waits for a free connection before it is refused, milliseconds; ten seconds if left out. */
  readonly patienceMs?: number;
  /** How long a statement may take, milliseconds; thirty seconds if left out. */
  readonly statementTimeoutMs?: number;
}

/** Prepares connections to PostgreSQL, at most `poolSize` of them. Connects when the first query comes. */
export function openDatabase(settings: PostgresSettings, options: DatabaseOptions = {}): Database {
  const connectionOptions = {
    applicationName: options.applicationName ?? 'netup-tui',
    statementTimeoutMs: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
  };
  const listeners = new Set<Listener>();
  const pool = new Pool(
    (organizationId) => openConnection(settings, organizationId, connectionOptions),
    () => Math.max(1, settings.poolSize - listeners.size),
    options.patienceMs,
  );
  const unscoped = pooledSql(pool, null);
  const hear = async (organizationId: string | null, hearing: Hearing): Promise<() => Promise<void>> => {
    const listener = startListening(
      (onNotify) => openConnection(settings, organizationId, { ...connectionOptions, onNotify }),
      hearing,
    );
    listeners.add(listener);
    pool.trim();
    await listener.started;
    return async () => {
      listeners.delete(listener);
      await listener.stop();
    };
  };
  return {
    address: addressOf(settings),
    user: settings.user,
    unscoped,
    organization: (organizationId) => scopeOf(pool, checkId(organizationId)),
    transaction: (work, transactionOptions) => runTransaction(pool, null, work, transactionOptions),
    async ping() {
      const start = performance.now();
      await unscoped`SELECT 1`;
      return performance.now() - start;
    },
    listen: (organizationId, onChange, onState) =>
      hear(checkId(organizationId), organizationHearing(organizationId, onChange, onState)),
    listenToQueue: (onWake) =>
      hear(null, { channels: [QUEUE_CHANNEL], onPayload: onWake, onGap: onWake, onState: () => undefined }),
    listenToFleets: (onChange) =>
      hear(null, {
        channels: [COLLECTORS_CHANNEL],
        onPayload: onChange,
        onGap: () => onChange(null),
        onState: () => undefined,
      }),
    async close() {
      await Promise.all([...listeners].map((listener) => listener.stop()));
      await pool.close();
    },
  };
}

function scopeOf(pool: Pool, organizationId: string): OrganizationScope {
  return {
    organizationId,
    sql: pooledSql(pool, organizationId),
    transaction: (work, options) => runTransaction(pool, organizationId, work, options),
    batches: (select, sizes) => readBatches(pool, organizationId, select, sizes),
  };
}

function pooledSql(pool: Pool, organizationId: string | null): postgres.Sql {
  const run = async (query: DriverQuery): Promise<void> => {
    try {
      const connection = await pool.acquire(organizationId);
      connection.run(query, { settled: () => pool.release(connection) });
    } catch (error) {
      query.reject(error);
    }
  };
  return routedSql((query) => void run(query));
}

function checkId(organizationId: string): string {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u.test(organizationId)) return organizationId;
  throw new Error('An organization id must be a UUID in lower case.');
}
