import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { Child } from './child.ts';
import { type RunningDevice, runningSchema } from './devices.ts';
import type { WorkerQuestion } from './worker-process.ts';
import type { World } from './world.ts';

const loginSchema = z.object({ hostname: z.string(), at: z.number() });

export async function withDevices<T>(
  count: number,
  timeScale: number,
  work: (devices: readonly RunningDevice[]) => Promise<T>,
  onLogin: (login: z.infer<typeof loginSchema>) => void = () => undefined,
): Promise<T> {
  const simulator = new Child('./simulator-process.ts', (event) => onLogin(loginSchema.parse(event)));
  try {
    return await work(await simulator.ask({ devices: count, timeScale }, z.array(runningSchema)));
  } finally {
    await simulator.stop();
  }
}

export async function withWorker<T>(
  world: World,
  options: Omit<WorkerQuestion, keyof World['worker']>,
  work: (worker: Child) => Promise<T>,
  onEvent?: (event: unknown) => void,
): Promise<T> {
  const worker = new Child('./worker-process.ts', onEvent);
  try {
    await worker.ask({ ...world.worker, ...options }, z.literal('started'));
    return await work(worker);
  } finally {
    await worker.stop();
  }
}

export async function approveAll(world: World, ids: readonly string[]): Promise<void> {
  const left = [...ids];
  const approveSome = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) await world.approve(id);
  };
  await Promise.all(Array.from({ length: 4 }, approveSome));
}

const LONGEST_MS = 30 * 60_000;

/** Waits until no upgrade is left to be carried out; how many did not succeed, and how long it took since `start`. */
export async function untilOver(
  world: World,
  start: number,
): Promise<{ readonly failed: number; readonly seconds: number }> {
  for (;;) {
    const [row] = await world.admin<[{ open: number; failed: number; last: Date | null }]>`
      SELECT count(*) FILTER (WHERE status IN ('approved', 'running'))::int AS open, max(finished_at) AS last,
        count(*) FILTER (WHERE status NOT IN ('approved', 'running', 'success'))::int AS failed FROM upgrades`;
    if (row.open === 0 && row.last !== null) {
      await tellFailures(world);
      return { failed: row.failed, seconds: (row.last.getTime() - start) / 1000 };
    }
    if (Date.now() - start > LONGEST_MS) throw new Error(`${row.open} upgrades were not over after half an hour.`);
    await delay(500);
  }
}

async function tellFailures({ admin }: World): Promise<void> {
  const rows = await admin<{ status: string; outcome: string | null; count: number }[]>`
    SELECT status, outcome, count(*)::int FROM upgrades WHERE status <> 'success' GROUP BY status, outcome ORDER BY 3 DESC LIMIT 10`;
  for (const { status, outcome, count } of rows) say(`${count} ${status}: ${outcome ?? ''}`);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
