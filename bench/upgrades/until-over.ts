import { setTimeout as delay } from 'node:timers/promises';
import { Patience, say } from './patience.ts';
import type { World } from './world.ts';

const LOOK_MS = 500;

/** How a run ended. */
export interface Ended {
  /** Upgrades that did not succeed. */
  readonly failed: number;
  /** Upgrades that were given up, since nothing went on any more. */
  readonly stuck: number;
  readonly seconds: number;
  /** How often a worker had to take an upgrade again: its lease was lost. */
  readonly leasesLost: number;
}

interface Standing {
  readonly open: number;
  readonly failed: number;
  readonly steps: number;
  readonly leasesLost: number;
  readonly last: Date | null;
}

/** Waits until no upgrade is left to be carried out, or no step of any ends any more; says how it goes on. `start`: when it began. */
export async function untilOver(world: World, start: number): Promise<Ended> {
  const patience = new Patience();
  for (;;) {
    const standing = await look(world);
    const { open, failed, steps, leasesLost, last } = standing;
    const isStuck = patience.see(steps);
    await patience.tell(() => describe(world, standing));
    if (isStuck || (open === 0 && last !== null)) {
      if (isStuck) say(`Given up, since no step ends any more: ${await describe(world, standing)}`);
      await tellFailures(world);
      const end = isStuck ? Date.now() : (last?.getTime() ?? start);
      return { failed, stuck: open, leasesLost, seconds: (end - start) / 1000 };
    }
    await delay(LOOK_MS);
  }
}

async function look({ admin }: World): Promise<Standing> {
  const [row] = await admin<[Standing]>`
    SELECT count(*) FILTER (WHERE status IN ('approved', 'running'))::int AS open, max(finished_at) AS last,
      count(*) FILTER (WHERE status NOT IN ('approved', 'running', 'success'))::int AS failed,
      (SELECT count(*)::int FROM upgrade_steps WHERE finished_at IS NOT NULL) AS steps,
      (SELECT coalesce(sum(lease_epoch - 1) FILTER (WHERE lease_epoch > 1), 0)::int FROM upgrade_queue) AS "leasesLost"
    FROM upgrades`;
  return row;
}

async function describe({ admin }: World, { open, failed, leasesLost }: Standing): Promise<string> {
  const rows = await admin<{ step: string; count: number }[]>`
    SELECT name AS step, count(*)::int FROM upgrade_steps WHERE status = 'running' GROUP BY name, position ORDER BY position`;
  const running = rows.map(({ step, count }) => `${count} ${step}`).join(', ');
  return `${open} to go (${running}), ${failed} failed, ${leasesLost} leases lost`;
}

async function tellFailures({ admin }: World): Promise<void> {
  const rows = await admin<{ status: string; outcome: string | null; count: number }[]>`
    SELECT status, outcome, count(*)::int FROM upgrades WHERE status <> 'success' GROUP BY status, outcome ORDER BY 3 DESC LIMIT 10`;
  for (const { status, outcome, count } of rows) say(`${count} ${status}: ${outcome ?? ''}`);
}
