import type postgres from 'postgres';
import type { PostgresSettings } from '../config/settings.ts';
import { openConnection } from './open-connection.ts';
import { routedSql } from './routed-sql.ts';

/** Migrations may rewrite large tables. */
const STATEMENT_TIMEOUT_MS = 6 * 3_600_000;

/** One session of the database's administrator, for migrations and other work of set-up. */
export interface AdminSession {
  /** All statements run on the same session, one after the other. A lost session rejects with `DatabaseUnavailable`. */
  readonly sql: postgres.Sql;
  close(): Promise<void>;
}

/** Logs in as the administrator, outside of any organization. Rejects with `DatabaseUnavailable`. */
export async function openAdminSession(admin: PostgresSettings): Promise<AdminSession> {
  const connection = await openConnection(admin, null, {
    applicationName: 'netup-tui admin',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  return { sql: routedSql((query) => connection.run(query)), close: () => connection.close() };
}
