import { loadavg } from 'node:os';
import type { Result } from './result.ts';
import { measureApprovals } from './upgrades/approvals.ts';
import { measureAtOnce } from './upgrades/at-once.ts';
import { measureEmptySteps } from './upgrades/empty-steps.ts';
import { startWorld } from './upgrades/world.ts';

/**
 * What the engine adds to what upgrades take anyway: so many at once on one worker, next to the same steps on the same devices without engine
 * and databases; how soon an approval reaches the device; and what a step costs that does nothing.
 */
export async function benchUpgrades(upgrades: number): Promise<readonly Result[]> {
  const world = await startWorld();
  try {
    const steps = await measureEmptySteps(world);
    const approvals = await measureApprovals(world);
    const atOnce = await measureAtOnce(world, upgrades);
    const load = loadavg().map((one) => one.toFixed(1));
    process.stderr.write(`load of the machine in the last 1, 5 and 15 min: ${load.join(', ')}\n`);
    return [...atOnce, ...approvals, ...steps];
  } finally {
    await world.stop();
  }
}
