import postgres from 'postgres';
import { UserError } from '../config/user-error.ts';
import type { Transactor } from './database.ts';

const LOGGED =
  'PostgreSQL would write the values of our statements, and with them the secret, to its log, so nothing was sent';

/**
 * A transaction that secrets and keys may pass through, as values of statements and in no other way. It first sees to it that the
 * server keeps values out of its log, whatever it logs of statements, errors and plans; a server that does not is refused with a
 * `UserError`. What the server says of a failed statement is passed on without the statement and its values.
 */
export async function secretTransaction<T>(
  transactor: Transactor,
  work: (sql: postgres.TransactionSql) => Promise<T>,
): Promise<T> {
  try {
    return await transactor.transaction(async (sql) => {
      await keepOutOfLog(sql);
      return work(sql);
    });
  } catch (error) {
    throw error instanceof postgres.PostgresError ? new SecretStatementFailed(error.code, error.message) : error;
  }
}

/** A statement with secrets failed. The driver's own error carries the values, so it goes no further than here. */
export class SecretStatementFailed extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`PostgreSQL refused a statement on credentials: ${message} (${code}).`);
    this.code = code;
  }
}

async function keepOutOfLog(sql: postgres.TransactionSql): Promise<void> {
  // A plan for all values has none of them in it: what auto_explain or a debugging server shows of plans is then without them.
  const [server] = await sql<[Record<'logs' | 'obeys' | 'audits' | 'explains', boolean>]>`
    SELECT s.*, set_config('log_parameter_max_length_on_error', '0', true), set_config('plan_cache_mode', 'force_generic_plan', true),
      CASE WHEN s.logs AND s.obeys THEN set_config('log_parameter_max_length', '0', true) END
    FROM (
      SELECT current_setting('log_parameter_max_length') <> '0' AS logs,
        has_parameter_privilege('log_parameter_max_length', 'SET') AS obeys,
        coalesce(current_setting('pgaudit.log_parameter', true), 'off') = 'on' AS audits,
        coalesce(current_setting('auto_explain.log_min_duration', true), '-1') <> '-1'
          AND coalesce(current_setting('auto_explain.log_parameter_max_length', true), '0') <> '0' AS explains
      OFFSET 0
    ) AS s`;
  if (server.audits || server.explains) {
    const setting = server.audits ? 'pgaudit.log_parameter is on' : 'auto_explain.log_parameter_max_length is not 0';
    throw new UserError(`${LOGGED}: ${setting}, which its administrator can change.`);
  }
  if (server.logs && !server.obeys) {
    throw new UserError(
      `${LOGGED}; its administrator can let us prevent it: GRANT SET ON PARAMETER log_parameter_max_length TO app_user, netup_worker;`,
    );
  }
}
