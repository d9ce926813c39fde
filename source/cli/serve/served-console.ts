import { openAdvisor } from '../../agent/advisors/open-advisor.ts';
import { readAdvisorSettings } from '../../config/advisor-settings.ts';
import { readEncryptionKeys } from '../../config/encryption-keys.ts';
import { UserError } from '../../config/user-error.ts';
import { type ConsoleExit, runConsole } from '../../console/run-console.tsx';
import { consoleParts } from '../../console/screens/registry.ts';
import type { Database } from '../../postgres/database.ts';
import { findOperator } from '../../postgres/operators.ts';
import type { ConsoleEnd, OpenConsole } from '../../serve/console-login.ts';
import { findVouched } from '../../serve/identity/find-vouched.ts';
import type { TelemetryStore } from '../../telemetry/store.ts';
import type { Context } from '../context.ts';
import { idleLimits } from '../open-console.ts';
import { DEFECT, defectLines } from '../report-failure.ts';
import { startMembership } from '../session.ts';
import type { Shell } from '../shell.ts';
import { openStoredPreferences } from '../stored-preferences.ts';

export interface ConsoleHouse {
  /** Its connections are for all consoles. */
  readonly context: Context;
  readonly database: Database;
  readonly telemetry: TelemetryStore;
  readonly env: Shell['env'];
  readonly readOnly: boolean;
  /** Writes the report of a defect; null if it could not. */
  readonly writeCrashReport: (error: unknown) => string | null;
}

/** Opens the console of whoever has logged in: restricted, with what is theirs alone, on connections that are everybody's. */
export function consoleOpener(house: ConsoleHouse): OpenConsole {
  const { context, database, telemetry, env, readOnly } = house;
  const { settings, log } = context;
  return async ({ vouched, remote, name, environment, terminal, ending }) => {
    const owner = await findVouched(database, [vouched]);
    const found = await findOperator(database, owner.name);
    if (found === null || found.memberships.length === 0) {
      throw new UserError(`${owner.name} belongs to no organization; ask an administrator of netup-tui.`);
    }
    const { organizationId } = startMembership(found, null);
    const restriction = {
      restricted: true,
      place: { identity: owner.identity, remote: remote.slice(0, 64), terminal: name },
    } as const;
    const preferences = await openStoredPreferences(database.organization(organizationId), found.operator.id, log);
    const own = { session: name, operator: found.operator.name };
    const exit = await runConsole(
      {
        database,
        telemetry,
        operator: found.operator,
        memberships: found.memberships,
        initialOrganizationId: organizationId,
        log: {
          info: (message, details) => log.info({ ...details, ...own }, message),
          warn: (message, details) => log.warn({ ...details, ...own }, message),
          error: (message, details) => log.error({ ...details, ...own }, message),
        },
        readOnly: readOnly || settings.readOnly,
        ...restriction,
        idle: idleLimits(settings, restriction),
        preferences,
        encryptionKeys: () => readEncryptionKeys(env),
        openAdvisor: async (scope, now) => openAdvisor(readAdvisorSettings(env), scope, now),
        now: () => new Date(),
      },
      {
        parts: consoleParts,
        terminal,
        environment: { ...environment },
        shared: true,
        ending,
        writeCrashReport: house.writeCrashReport,
      },
    );
    await preferences.settled();
    return endOf(exit);
  };
}

function endOf(exit: ConsoleExit): ConsoleEnd {
  if (exit.reason === 'ended') return { lines: [exit.sentence], code: 1 };
  if (exit.reason === 'crash') return { lines: defectLines(exit.error, exit.reportPath), code: DEFECT };
  return { lines: [], code: 0 };
}
