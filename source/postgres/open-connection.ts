import postgres from 'postgres';
import type { PostgresSettings } from '../config/settings.ts';
import { Connection } from './connection.ts';
import { addressOf, DatabaseUnavailable, translateError } from './database-unavailable.ts';
import { type DriverQuery, isDriverQuery } from './driver-query.ts';
import { OneSessionSocket } from './one-session-socket.ts';
import { learnTypes } from './routed-sql.ts';
import { openTransport } from './transport.ts';

const CONNECT_MS = 5000;
const IDLE_IN_TRANSACTION_MS = 60_000;

export interface ConnectionOptions {
  readonly applicationName: string;
  readonly statementTimeoutMs: number;
  /** What came in by LISTEN. */
  readonly onNotify?: (channel: string, payload: string) => void;
}

/**
 * Opens a session for one organization (null: for none) and makes sure that the server has taken the organization over.
 * Rejects with `DatabaseUnavailable` after five seconds at the latest.
 */
export async function openConnection(
  settings: PostgresSettings,
  organizationId: string | null,
  options: ConnectionOptions,
): Promise<Connection> {
  const address = addressOf(settings);
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort(new DatabaseUnavailable(`PostgreSQL at ${address} did not answer in ${CONNECT_MS / 1000} seconds.`));
  }, CONNECT_MS);
  try {
    const socket = new OneSessionSocket(await openTransport(settings, deadline.signal), address);
    deadline.signal.addEventListener('abort', () => socket.fail(deadline.signal.reason));
    const client = startClient(settings, organizationId, options, socket);
    try {
      await Promise.race([greet(client, organizationId, address), whenLost(socket)]);
      socket.loggedIn();
      learnTypes(client);
    } catch (error) {
      socket.fail(new DatabaseUnavailable(`PostgreSQL at ${address} did not accept the connection.`));
      throw translateError(deadline.signal.aborted ? deadline.signal.reason : error, address);
    }
    return new Connection({ organizationId, address, socket, send: handlerOf(client), ...options });
  } finally {
    clearTimeout(timer);
  }
}

/** A client of the driver with one connection, which lives as long as `socket`. */
function startClient(
  settings: PostgresSettings,
  organizationId: string | null,
  options: ConnectionOptions,
  socket: OneSessionSocket,
): postgres.Sql {
  const driverOptions = {
    host: settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    password: settings.password,
    connection: {
      application_name: options.applicationName,
      statement_timeout: options.statementTimeoutMs,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      TimeZone: 'UTC',
      ...(organizationId === null ? {} : { 'app.current_org_id': organizationId }),
    },
    max: 1,
    // The transport has encrypted already. Everything with a default from the environment is named, so that PG* of libpq do not count.
    ssl: false,
    sslnegotiation: null,
    // The pool does these; and a timer of the driver would keep the process alive.
    connect_timeout: 0,
    idle_timeout: 0,
    max_lifetime: 0,
    keep_alive: 0,
    onnotice: () => undefined,
    onnotify: options.onNotify,
    socket: () => socket,
  };
  return postgres(driverOptions);
}

/** Rejects once the session is over; after the driver, which may know better why the server ended it. */
function whenLost(socket: OneSessionSocket): Promise<never> {
  return new Promise((_, reject) => {
    const lost = (reason: DatabaseUnavailable): void => void setImmediate(() => reject(reason));
    if (socket.failure === null) socket.once('lost', lost);
    else lost(socket.failure);
  });
}

async function greet(client: postgres.Sql, organizationId: string | null, address: string): Promise<void> {
  const [row] = await client<[{ organization: string | null }]>`
    SELECT nullif(current_setting('app.current_org_id', true), '') AS organization`;
  if (row.organization !== organizationId) {
    throw new DatabaseUnavailable(
      `PostgreSQL at ${address} does not keep app.current_org_id of a connection; a pooler in between must pass it on.`,
    );
  }
}

function handlerOf(client: postgres.Sql): DriverQuery['handler'] {
  const probe: unknown = client`SELECT 1`;
  if (!isDriverQuery(probe)) throw new Error('This version of the postgres driver is not the one that is known here.');
  return probe.handler;
}
