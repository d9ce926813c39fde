import { openAdvisor } from '../agent/advisors/open-advisor.ts';
import { readAdvisorSettings } from '../config/advisor-settings.ts';
import { readEncryptionKeys } from '../config/encryption-keys.ts';
import { secretRemover } from '../config/secrets.ts';
import { writeCrashReport } from '../config/crash-report.ts';
import type { ConsoleContext } from '../console/context.ts';
import { exitCode } from './console-exit.ts';
import { openContext, openTelemetry } from './context.ts';
import { findSession, startMembership } from './session.ts';
import type { Shell } from './shell.ts';

/** Where to start instead of the fleet. */
export type OpenAt = NonNullable<ConsoleContext['openAt']>;

/** Opens the console on the databases that the environment names, and returns the exit code once it has been left. */
export async function openConsole(shell: Shell, openAt?: OpenAt): Promise<number> {
  const context = openContext(shell.env);
  const { settings, paths, log, database } = context;
  try {
    // The code of the console is loaded while the database answers.
    const [session, telemetry, { runConsole }, { consoleParts }, { openPreferences }] = await Promise.all([
      findSession(database, settings),
      openTelemetry(context),
      import('../console/run-console.tsx'),
      import('../console/screens/registry.ts'),
      import('../config/preferences.ts'),
    ]);
    const { organizationId } = startMembership(session, settings.organization);
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
      readOnly: settings.readOnly,
      preferences: openPreferences(paths),
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
    await telemetry.close();
    return exitCode(exit, shell);
  } finally {
    await context.close();
  }
}
