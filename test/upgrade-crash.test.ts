import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, expect, it } from 'vitest';
import { PLATFORMS } from '../source/model/platform.ts';
import { UPGRADE_STEPS } from '../source/model/upgrade.ts';
import { verifyAudit } from '../source/postgres/audit-verify.ts';
import type { RunningDevice } from '../source/simulator/fleet.ts';
import { campaign } from './support/campaign.ts';
import { CRASH_TERMS } from './support/fast-pace.ts';
import { useDatabase } from './support/postgres.ts';
import { LAB_KEY, useUpgradeLab } from './support/upgrade-lab.ts';
import { randomFrom } from './support/random.ts';

const test = useDatabase();
const lab = useUpgradeLab(test);
const WORKER = new URL('support/crash-worker.ts', import.meta.url).pathname;
const { seed, runs } = campaign({ seed: 61, runs: 3 });

const spares: ChildProcess[] = [];
const begun = new Set<ChildProcess>();

function spare(): ChildProcess {
  const { host, port, database, user, password } = test.settings('netup_worker');
  const settings = JSON.stringify({ host, port, database, user, password, key: LAB_KEY });
  return spawn(process.execPath, [WORKER], {
    env: { ...process.env, NETUP_CRASH_WORKER: settings },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

/** Lets a worker begin, and starts the one after the next. */
function begin(): ChildProcess {
  while (spares.length < 3) spares.push(spare());
  const child = spares.shift() ?? spare();
  begun.add(child);
  child.stdin?.write('go\n');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  begun.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

afterAll(async () => {
  await Promise.all([...spares, ...begun].map(kill));
});

const DISRUPTIONS = ['kill', 'pause', 'database'] as const;

interface Disruption {
  readonly kind: (typeof DISRUPTIONS)[number];
  /** Once this step is under way, or after so many milliseconds. */
  readonly when: { readonly step: string } | { readonly after: number };
  /** Milliseconds more. */
  readonly delay: number;
}

function plan(random: () => number): readonly Disruption[] {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const chosen = Array.from({ length: 1 + Math.floor(random() * 3) }, (): Disruption => {
    const step = random() < 0.7 ? pick(UPGRADE_STEPS) : undefined;
    const when = step === undefined ? { after: Math.floor(random() * 1500) } : { step };
    return { kind: pick(DISRUPTIONS) ?? 'kill', when, delay: Math.floor(random() * random() * 120) };
  });
  const order = ({ when }: Disruption): number =>
    'step' in when ? UPGRADE_STEPS.findIndex((one) => one === when.step) : -1;
  return chosen.toSorted((a, b) => order(a) - order(b));
}

async function pass(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits until the step has begun, or the upgrade is over. */
async function stepBegun(id: string, step: string): Promise<void> {
  for (;;) {
    const [row] = await test.admin<{ begun: boolean }[]>`
      SELECT t.attempt > 0 OR u.status NOT IN ('approved', 'running') AS begun
      FROM upgrade_steps AS t JOIN upgrades AS u ON u.id = t.upgrade_id WHERE t.upgrade_id = ${id} AND t.name = ${step}`;
    if (row?.begun === true) return;
    await pass(3);
  }
}

/** Does something bad to the worker; gives the one that goes on. */
async function disrupt(kind: Disruption['kind'], worker: ChildProcess): Promise<ChildProcess> {
  if (kind === 'kill') {
    await kill(worker);
    return begin();
  }
  if (kind === 'database') {
    await test.admin`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'crash worker'`;
    return worker;
  }
  // Longer than others wait: another worker goes on, and this one wakes up as a zombie.
  worker.kill('SIGSTOP');
  const next = begin();
  setTimeout(() => worker.kill('SIGCONT'), CRASH_TERMS.lease + CRASH_TERMS.margin + 300);
  return next;
}

interface Outcome {
  readonly status: string;
  /** What the device runs at the end, next to what it was to run. */
  readonly runs: string;
  readonly takeovers: number;
  readonly doubleReloads: number;
  readonly writersAtOnce: number;
  readonly unfinished: readonly string[];
}

async function outcomeOf(id: string, { machine }: RunningDevice): Promise<Outcome> {
  const status = await lab().ends(id);
  const [row] = await test.admin<{ takeovers: number }[]>`
    SELECT count(*)::int - 1 AS takeovers FROM audit_events WHERE upgrade_id = ${id} AND action = 'upgrade.take'`;
  const steps = await test.admin<{ name: string; status: string }[]>`
    SELECT name, status FROM upgrade_steps WHERE upgrade_id = ${id} AND status NOT IN ('success', 'skipped')`;
  return {
    status,
    runs: machine.software.running,
    takeovers: row?.takeovers ?? 0,
    doubleReloads: machine.counters.reloadCommands.filter((times) => times > 1).length + machine.counters.reloads - 1,
    writersAtOnce: machine.counters.writersAtOnce,
    unfinished: steps.map(({ name }) => name),
  };
}

async function wanted(id: string): Promise<string> {
  const [row] = await test.admin<{ version: string }[]>`SELECT to_ver AS version FROM upgrades WHERE id = ${id}`;
  return row?.version ?? '';
}

it(
  `${runs} upgrades whose workers are killed, paused or cut off end as they should, seed ${seed}`,
  { timeout: 0 },
  async () => {
    const random = randomFrom(seed);
    const counts = { disruptions: 0, takeovers: 0 };
    for (let run = 0; run < runs; run += 1) {
      await lab().reset();
      const platform = PLATFORMS[run % PLATFORMS.length] ?? 'eos';
      const device = await lab().device(platform);
      const disruptions = plan(random);
      let worker = begin();
      const id = await lab().approved(platform);
      for (const { kind, when, delay } of disruptions) {
        await ('step' in when ? stepBegun(id, when.step) : pass(when.after));
        await pass(delay);
        worker = await disrupt(kind, worker);
        counts.disruptions += 1;
      }
      const outcome = await outcomeOf(id, device);
      counts.takeovers += outcome.takeovers;
      if ((run + 1) % 25 === 0) process.stdout.write(`upgrades: ${run + 1} runs, ${JSON.stringify(counts)}\n`);
      const about = { run, platform, disruptions };
      expect({ ...about, ...outcome, takeovers: 0 }).toEqual({
        ...about,
        status: 'success',
        runs: await wanted(id),
        takeovers: 0,
        doubleReloads: 0,
        writersAtOnce: 1,
        unfinished: [],
      });
      await Promise.all([...begun].map(kill));
    }
    const { fault } = await verifyAudit(lab().world.scope);
    expect(fault).toBeNull();
    process.stdout.write(
      `upgrades: ${runs} runs, ${counts.disruptions} disruptions, ${counts.takeovers} takeovers, seed ${seed}: none wrong\n`,
    );
  },
);
