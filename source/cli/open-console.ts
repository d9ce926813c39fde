import { openAdvisor } from '../agent/advisors/open-advisor.ts';
import { readAdvisorSettings } from '../config/advisor-settings.ts';
import { readEncryptionKeys } from '../config/encryption-keys.ts';
import { secretRemover } from '../config/secrets.ts';
import { writeCrashReport } from '../config/crash-report.ts';
import type { Settings } from '../config/settings.ts';
import type { ConsoleContext } from '../console/context.ts';
import type { SessionPlace } from '../postgres/console-sessions.ts';
import type { Database } from '../postgres/database.ts';
import { exitCode } from './console-exit.ts';
import { openContext, openTelemetry } from './context.ts';
import { findSession, startMembership } from './session.ts';
import type { ConsoleFlags } from './console-flags.ts';
import type { Shell } from './shell.ts';
import { openStoredPreferences } from './stored-preferences.ts';

/** Where to start instead of the fleet. */
export type OpenAt = NonNullable<ConsoleContext['openAt']>;

/** How a console is opened that is all that its operator may have. */
export interface Restriction {
  readonly restricted: true;
  readonly place: SessionPlace;
}

export interface ConsoleOptions {
  readonly openAt?: OpenAt;
  readonly flags: ConsoleFlags;
  readonly restriction?: Restriction;
}

/** See `startConsole`. `hideSplash` is called before anything else is written. */
export async function openConsole(
  shell: Shell,
  { openAt, flags, restriction }: ConsoleOptions,
  hideSplash: () => void,
): Promise<number> {
  const context = openContext(shell.env);
  const { settings, paths, log, database } = context;
  try {
    // The code of the console is loaded while the database answers.
    const [session, telemetry, { runConsole }, { consoleParts }, { openPreferences }] = await Promise.all([
      findSession(database, settings).then((found) => {
        warmUp(database, startMembership(found, settings.organization).organizationId);
        return found;
      }),
      openTelemetry(context),
      import('../console/run-console.tsx'),
      import('../console/screens/registry.ts'),
      import('../config/preferences.ts'),
    ]).finally(hideSplash);
    const { organizationId } = startMembership(session, settings.organization);
    const stored =
      restriction === undefined
        ? null
        : await openStoredPreferences(database.organization(organizationId), session.operator.id, log);
    const consoleContext: ConsoleContext = {
      database,
      telemetry,
      operator: session.operator,
      memberships: session.memberships,
      initialOrganizationId: organizationId,
      log: {
        info: (message, details) => log.info(details ?? {}, message),
        warn: (message, details) => log.warn(details ?? {}, message),
        error: (message, details) => log.error(details ?? {}, message),
      },
      readOnly: flags.readOnly === true || settings.readOnly,
      ...(flags.mouse === true ? { mouse: true } : {}),
      ...(flags.screenReader === true ? { screenReader: true } : {}),
      tour: true,
      ...restriction,
      idle: idleLimits(settings, restriction),
      imageFolder: settings.images.folder,
      preferences: stored ?? openPreferences(paths),
      encryptionKeys: () => readEncryptionKeys(shell.env),
      openAdvisor: async (scope, now) => openAdvisor(readAdvisorSettings(shell.env), scope, now),
      ...(openAt === undefined ? {} : { openAt }),
      now: () => new Date(),
    };
    const exit = await runConsole(consoleContext, {
      parts: consoleParts,
      writeCrashReport: (error) =>
        writeCrashReport(paths, error, {
          command: 'console',
          terminal: process.stdout,
          removeSecrets: secretRemover(shell.env),
          now: new Date(),
        }),
    });
    await stored?.settled();
    await telemetry.close();
    return exitCode(exit, shell);
  } finally {
    await context.close();
  }
}

/** Opens the connections that the fleet is read by, while the code that shows it is still being loaded. What fails is said when it is used. */
function warmUp(database: Database, organizationId: string): void {
  const { sql } = database.organization(organizationId);
  for (const answer of [sql`SELECT 1`, sql`SELECT 1`]) answer.catch(() => undefined);
}

/** A console that others may walk up to is locked, and ended, without anybody saying so. */
const RESTRICTED_LOCK_MS = 15 * 60_000;
const RESTRICTED_END_MS = 120 * 60_000;

/** After what time without a key a console is locked and ended, also where nobody has said so if it is restricted. */
export function idleLimits({ idle }: Settings, restriction: Restriction | undefined): Settings['idle'] {
  if (restriction === undefined) return idle;
  return {
    lockAfterMs: idle.lockAfterMs ?? RESTRICTED_LOCK_MS,
    endAfterMs: idle.endAfterMs ?? RESTRICTED_END_MS,
  };
}
