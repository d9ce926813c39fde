import { setTimeout as delay } from 'node:timers/promises';
import { quantile, type Result, result } from '../result.ts';
import { withDevices, withWorker } from './run.ts';
import { untilOver } from './until-over.ts';
import type { World } from './world.ts';

const APPROVALS = 60;
/** An upgrade takes half a minute then. */
const TIME_SCALE = 20;

/** One approval a second, while those before are carried out. */
export async function measureApprovals(world: World): Promise<readonly Result[]> {
  const logins = new Map<string, number>();
  const timeScale = TIME_SCALE;
  const took = await withDevices(
    APPROVALS,
    timeScale,
    async (devices) => {
      await world.inventory(devices);
      const ids = await world.request(devices);
      return withWorker(world, { slots: APPROVALS, timeScale, steps: 'real' }, async () => {
        const approved: number[] = [];
        for (const id of ids) {
          approved.push(Date.now());
          await Promise.all([world.approve(id), delay(1000)]);
        }
        await untilOver(world, Date.now());
        return devices.map(({ hostname }, index) => (logins.get(hostname) ?? Infinity) - (approved[index] ?? 0));
      });
    },
    ({ hostname, at }) => {
      if (!logins.has(hostname)) logins.set(hostname, at);
    },
  );
  const name = 'one approval a second, from asking for it to being logged in to the device';
  return [
    result(`${name}, median`, quantile(took, 0.5), 'ms', { best: Math.min(...took) }),
    result(`${name}, p99`, quantile(took, 0.99), 'ms', { goal: 250 }),
  ];
}
