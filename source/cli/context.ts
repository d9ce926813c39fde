import { readSettings } from '../config/environment.ts';
import { type Logger, openLog } from '../config/log.ts';
import { findPaths, type Paths } from '../config/paths.ts';
import { secretRemover } from '../config/secrets.ts';
import type { PostgresSettings, Settings } from '../config/settings.ts';
import { UserError } from '../config/user-error.ts';
import { type Database, type DatabaseOptions, openDatabase } from '../postgres/database.ts';
import type { TelemetryStore } from '../telemetry/store.ts';

/** The connections of one run, built once, handed down, and closed at the end. */
export interface Context {
  readonly settings: Settings;
  readonly paths: Paths;
  readonly log: Logger;
  readonly database: Database;
  close(): Promise<void>;
}

/** Reads the environment and prepares the database; connects to nothing yet. Throws a `UserError` for bad variables. */
export function openContext(env: NodeJS.ProcessEnv, options?: DatabaseOptions): Context {
  const settings = readSettings(env);
  const paths = findPaths(env);
  const log = openLog(paths, settings.logLevel, secretRemover(env));
  const database = openDatabase(settings.postgres, options);
  return { settings, paths, log, database, close: () => database.close() };
}

/** InfluxDB if INFLUX_URL is set, else the store in PostgreSQL. */
export async function openTelemetry({ settings, database, log }: Context): Promise<TelemetryStore> {
  if (settings.influx === null) {
    const { openEmbeddedStore } = await import('../telemetry/embedded/embedded-store.ts');
    return openEmbeddedStore(database, { log });
  }
  const { openInfluxStore } = await import('../telemetry/influx/influx-store.ts');
  return openInfluxStore(settings.influx, {
    spool: settings.spool,
    log,
    onLost: (count, reason) => log.warn({ count, reason }, 'telemetry points were given up'),
  });
}

/** The administrator's login. Throws a `UserError` if it is not set. */
export function adminSettings(settings: Settings, command: string): PostgresSettings {
  if (settings.admin !== null) return settings.admin;
  throw new UserError(
    `netup-tui ${command} needs the administrator of the database: set PG_ADMIN_USER and PG_ADMIN_PASSWORD, for example PG_ADMIN_USER=postgres.`,
  );
}
