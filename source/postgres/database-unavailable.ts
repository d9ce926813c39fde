import postgres from 'postgres';
import { cleanLine } from '../model/text.ts';
import type { ServerRefusal } from './login-errors.ts';

/** PostgreSQL cannot be reached, broke off, is full, or took too long. The message is one sentence for people, without secrets. */
export class DatabaseUnavailable extends Error {
  override readonly name: string = 'DatabaseUnavailable';
}

/** The connection broke while a transaction was being committed: whether its changes were saved is not known. */
export class OutcomeUnknown extends DatabaseUnavailable {
  override readonly name = 'OutcomeUnknown';
}

/** `db.internal:5432`, or the path of a Unix socket. */
export function addressOf(settings: { readonly host: string; readonly port: number }): string {
  if (settings.host.startsWith('/')) return `${settings.host}/.s.PGSQL.${settings.port}`;
  return settings.host.includes(':') ? `[${settings.host}]:${settings.port}` : `${settings.host}:${settings.port}`;
}

/** SQLSTATEs with which the server, not the statement, is at fault, and what they mean to the reader. */
const CAUSES: Readonly<Record<string, string>> = {
  '3D000': 'has no database of that name; check PG_DB',
  '28000': 'refused the login; check PG_USER, PG_PASSWORD and PG_SSL_MODE',
  '28P01': 'refused the login; check PG_USER and PG_PASSWORD',
  '53300': 'has no connection left; lower PG_POOL_SIZE or raise its max_connections',
  '57014': 'took too long to answer',
  '57P03': 'is starting up or shutting down',
};

/**
 * What a query's caller is told: `DatabaseUnavailable` if the server or the way to it failed, the error itself if the
 * statement did.
 */
export function translateError(error: unknown, address: string): unknown {
  if (error instanceof DatabaseUnavailable || !(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  if (error instanceof postgres.PostgresError) {
    const cause = CAUSES[code] ?? (isFault(error.severity, code) ? 'ended the connection' : null);
    return cause === null ? error : unavailable(`PostgreSQL at ${address} ${cause}`, code);
  }
  // Not of the server, and without a code of the network or the driver: a defect of ours.
  return /^E[A-Z]+$|^CONNECT|^ERR_TLS|CERT|^SASL|^UNABLE|SIGNED/u.test(code)
    ? unavailable(`PostgreSQL at ${address} does not answer`, code)
    : error;
}

/** What a login is told that the server let in and then refused. */
export function unavailableBy({ severity, code, message }: ServerRefusal, address: string): DatabaseUnavailable {
  const cause = CAUSES[code] ?? (isFault(severity, code) ? 'ended the connection' : null);
  return unavailable(`PostgreSQL at ${address} ${cause ?? `broke off the login: ${cleanLine(message)}`}`, code);
}

/** A `DatabaseUnavailable` saying `sentence (code).` */
export function unavailable(sentence: string, code: string): DatabaseUnavailable {
  return new DatabaseUnavailable(`${sentence} (${code}).`);
}

function isFault(severity: string, code: string): boolean {
  return severity === 'FATAL' || severity === 'PANIC' || /^(?:08|57P0|53)/u.test(code);
}
