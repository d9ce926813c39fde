import { writeCrashReport } from '../../config/crash-report.ts';
import { secretRemover } from '../../config/secrets.ts';
import { assertSafeRole } from '../../postgres/safe-role.ts';
import { findByIdentity } from '../../postgres/operator-keys.ts';
import { type ConsoleServer, type ServerEvents, startConsoleServer } from '../../serve/console-server.ts';
import { type HostKey, openHostKeys } from '../../serve/host-keys.ts';
import { readAuthorities } from '../../serve/identity/authorities.ts';
import type { Vouched } from '../../serve/identity/find-vouched.ts';
import { sharedDatabase } from '../../serve/shared-database.ts';
import { sharedTelemetry } from '../../serve/shared-telemetry.ts';
import { assertTables } from '../check-tables.ts';
import { type Context, openTelemetry } from '../context.ts';
import { defectLines } from '../report-failure.ts';
import type { Shell } from '../shell.ts';
import { hostKeyFolder } from './host-key-folder.ts';
import { consoleOpener } from './served-console.ts';

export interface ServeChoice {
  readonly host: string;
  readonly port: number;
  readonly readOnly: boolean;
  readonly events: ServerEvents;
  /** The process cannot be trusted any more. */
  readonly onStray: (error: unknown) => void;
}

/** A server that runs. */
export interface ServedConsoles extends ConsoleServer {
  readonly hostKeys: readonly HostKey[];
}

/** Starts the server on the connections of a context. Throws a `UserError` for a database, keys or an address that cannot be used. */
export async function serveConsoles(
  context: Context,
  shell: Pick<Shell, 'env'>,
  choice: ServeChoice,
): Promise<ServedConsoles> {
  const { settings, paths, log } = context;
  const { authorities: authoritiesFile, ...limits } = settings.serve;
  const authorities = authoritiesFile === null ? new Set<string>() : readAuthorities(authoritiesFile);
  const hostKeys = openHostKeys(hostKeyFolder(context));
  // Each console listens for the end of the process.
  process.setMaxListeners(process.getMaxListeners() + limits.sessions);
  const database = sharedDatabase(context.database);
  await assertTables(database);
  await assertSafeRole(database, 'app_user');
  const telemetry = await openTelemetry(context);
  const removeSecrets = secretRemover(shell.env);
  const report = (error: unknown): string | null => {
    log.error({ err: error }, 'serve: a console met a defect');
    const terminal = { columns: undefined, rows: undefined };
    return writeCrashReport(paths, error, { command: 'serve', terminal, removeSecrets, now: new Date() });
  };
  const isKnown = async (vouched: Vouched): Promise<boolean> => {
    const wanted = vouched.kind === 'key' ? [vouched.fingerprint] : vouched.principals;
    const kind = vouched.kind === 'key' ? 'key' : 'principal';
    return (await findByIdentity(database, kind, wanted)).length > 0;
  };
  try {
    const server = await startConsoleServer({
      host: choice.host,
      port: choice.port,
      hostKeys,
      limits,
      identities: { isKnown, authorities, now: () => new Date() },
      openConsole: consoleOpener({
        context,
        database,
        telemetry: sharedTelemetry(telemetry),
        env: shell.env,
        readOnly: choice.readOnly,
        writeCrashReport(error) {
          choice.events.crashed();
          return report(error);
        },
      }),
      onDefect: (error) => defectLines(error, report(error)),
      onStray(error) {
        report(error);
        choice.onStray(error);
      },
      log: {
        info: (message, details) => log.info(details ?? {}, message),
        warn: (message, details) => log.warn(details ?? {}, message),
        error: (message, err) => log.error({ err }, message),
      },
      events: choice.events,
    });
    return {
      hostKeys,
      port: server.port,
      get open() {
        return server.open;
      },
      get connections() {
        return server.connections;
      },
      async stop(sentence) {
        await server.stop(sentence);
        await telemetry.close();
      },
    };
  } catch (error) {
    await telemetry.close();
    throw error;
  }
}
