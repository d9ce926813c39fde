import type { Upgrade, UpgradeStatus } from '../../../model/upgrade.ts';
import { plural } from '../../format/numbers.ts';
import type { WorkersSeen } from '../../loaders/workers.ts';
import type { Part } from '../../text/parts.ts';

const DAY_MS = 86_400_000;

/** The line above the table: that nobody carries out what is approved, or how many run, are held, or failed of late. */
export function upgradesNote(upgrades: readonly Upgrade[], workers: WorkersSeen | null, now: number): readonly Part[] {
  const count = (wanted: readonly UpgradeStatus[], since = -Infinity): number =>
    upgrades.filter(
      ({ status, finishedAt, dryRun }) =>
        wanted.includes(status) && (finishedAt === null || (!dryRun && finishedAt.getTime() >= since)),
    ).length;
  const waiting = count(['approved', 'scheduled', 'running']);
  const [running, held] = [count(['running']), count(['paused'])];
  const [failed, rolledBack] = [count(['failed'], now - DAY_MS), count(['rolled_back'], now - DAY_MS)];
  const parts: readonly (Part | null)[] = [
    workers?.workers !== 0 || upgrades.length === 0
      ? null
      : {
          tone: 'warn',
          text:
            waiting === 0
              ? 'No worker is connected.'
              : 'No worker is connected: approved upgrades wait and nothing is started.',
        },
    running === 0 ? null : { tone: 'accent', text: `▶ ${running} running` },
    held === 0 ? null : { tone: 'warn', text: `‖ ${held} held: ${held === 1 ? 'it waits' : 'they wait'} for somebody` },
    failed === 0 ? null : { tone: 'bad', text: `✖ ${failed} failed in 24 h` },
    rolledBack === 0 ? null : { tone: 'bad', text: `↩ ${rolledBack} rolled back in 24 h` },
    workers === null || workers.workers === 0 || upgrades.length === 0
      ? null
      : {
          tone: 'muted',
          text: `${plural(workers.workers, 'worker')}, ${workers.busy} of ${workers.slots} places taken`,
        },
  ];
  return parts.flatMap((part): readonly Part[] => (part === null ? [] : [' ', part, '  ']));
}
