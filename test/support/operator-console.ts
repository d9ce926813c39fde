import { afterEach } from 'vitest';
import type { ConsoleContext } from '../../source/console/context.ts';
import { consoleParts } from '../../source/console/screens/registry.ts';
import { type RunningConsole, startConsole } from './console.ts';
import type { UpgradeWorld } from './upgrades.ts';

export interface OperatorConsoleSetup {
  readonly who?: keyof UpgradeWorld['as'];
  readonly columns?: number;
  readonly rows?: number;
  readonly context?: Partial<ConsoleContext>;
}

/** Starts the whole console as one of the seeded operators, on the real database; stopped after each test. */
export function useOperatorConsoles(
  world: () => UpgradeWorld,
): (setup?: OperatorConsoleSetup) => RunningConsole['terminal'] {
  const running: RunningConsole[] = [];
  afterEach(async () => {
    const stopped = running.splice(0);
    await Promise.all(stopped.map((one) => one.stop()));
    const [crash] = stopped.flatMap(({ crashes }) => crashes);
    if (crash !== undefined) throw crash;
  });
  return ({ who = 'ana', columns = 120, rows = 40, context = {} } = {}) => {
    const { seed, database, telemetry, as } = world();
    const { operator, role } = as[who];
    const memberships = [seed.acme, seed.globex].map(({ id, slug }) => {
      return { organizationId: id, slug, organizationName: slug, role };
    });
    const started = startConsole({
      parts: consoleParts,
      columns,
      rows,
      patience: 15_000,
      context: {
        database,
        telemetry,
        operator,
        memberships,
        initialOrganizationId: seed.acme.id,
        now: () => new Date(),
        ...context,
      },
    });
    running.push(started);
    return started.terminal;
  };
}
