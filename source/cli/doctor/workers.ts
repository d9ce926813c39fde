import { version } from '../../config/package-root.ts';
import { ago } from '../../console/format/age.ts';
import { plural } from '../../console/format/numbers.ts';
import { whyClockWrong } from '../../model/worker-clock.ts';
import { type KnownProcess, knownWorkers, leftUpgrades } from '../../postgres/process-state.ts';
import type { ProcessRole } from '../../postgres/safe-role.ts';
import { listWorkers } from '../../postgres/workers.ts';
import type { Context } from '../context.ts';
import { fail, type Finding, reason, warn } from './finding.ts';
import { organizationsOf } from './organizations.ts';

const CHECK = 'workers';

/** Whether somebody carries upgrades out, of the right version and with the right time; nothing where all is well. */
export async function checkWorkers(context: Context, role: ProcessRole): Promise<readonly Finding[]> {
  const { database } = context;
  try {
    const workers = await knownWorkers(database);
    const clocks = (await listWorkers(database)).flatMap(({ host, pid, clockAhead }) => {
      const why = whyClockWrong(clockAhead);
      if (why === null) return [];
      const found = `the clock of ${host} (worker ${pid}) ${why}`;
      return warn(CHECK, found, 'Upgrades go by the database; keep NTP running on it.');
    });
    const left = role === 'netup_readonly' ? [] : await checkLeft(context, role, workers);
    return [...clocks, ...otherVersions(CHECK, 'worker', workers), ...left];
  } catch (error) {
    return [fail(CHECK, reason(error), 'The other findings say why.')];
  }
}

/** Those that are there and run another version than this program. */
export function otherVersions(check: string, what: string, processes: readonly KnownProcess[]): readonly Finding[] {
  return processes
    .filter(({ isThere, programVersion }) => isThere && programVersion !== version)
    .map(({ host, pid, programVersion }) =>
      warn(
        check,
        `the ${what} ${pid} on ${host} is netup-tui ${programVersion}, and this is ${version}`,
        'Start one of the newest version, then end the old one with SIGTERM (docs/operations.md).',
      ),
    );
}

async function checkLeft(
  context: Context,
  role: ProcessRole,
  workers: readonly KnownProcess[],
): Promise<readonly Finding[]> {
  const isSomebodyThere = workers.some(({ isThere }) => isThere);
  const gone = workers.toSorted((a, b) => b.seenAt.getTime() - a.seenAt.getTime())[0];
  const last =
    gone === undefined ? '' : `; ${gone.pid} on ${gone.host} was heard of ${ago(Date.now() - gone.seenAt.getTime())}`;
  const findings: Finding[] = [];
  for (const { id, slug } of await organizationsOf(context, role)) {
    const { due, begun } = await leftUpgrades(context.database.organization(id));
    if (!isSomebodyThere && due + begun > 0) {
      const found = `${slug}: ${plural(due + begun, 'upgrade')} wait, and no worker is there${last}.`;
      findings.push(fail(CHECK, found, 'Start `netup-tui worker`; its log says why the last one ended.'));
    } else if (begun > 0) {
      const found = `${slug}: ${plural(begun, 'upgrade')} that were begun have had no worker for minutes.`;
      const advice = 'The workers may have no slot free: see netup_worker_busy, and `upgrades list --status running`.';
      findings.push(warn(CHECK, found, advice));
    }
  }
  return findings;
}
