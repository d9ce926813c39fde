import { z } from 'zod';
import { UPGRADE_STEPS } from '../../source/model/upgrade.ts';
import { quantile, type Result, result } from '../result.ts';
import { nameOf } from './devices.ts';
import { approveAll, withWorker } from './run.ts';
import { untilOver } from './until-over.ts';
import type { World } from './world.ts';

const RUNS = { warmUp: 3, upgrades: 30 } as const;

const begunSchema = z.object({ upgrade: z.string(), step: z.string(), at: z.number() });

/** Upgrades of steps that do nothing, one after the other: from the beginning of a step to that of the next is the engine. */
export async function measureEmptySteps(world: World): Promise<readonly Result[]> {
  const begun: z.infer<typeof begunSchema>[] = [];
  const count = RUNS.warmUp + RUNS.upgrades;
  const devices = Array.from({ length: count }, (_, index) => {
    return { hostname: nameOf(index), host: '127.0.0.1', port: 9, hostKey: 'SHA256:none' };
  });
  await world.inventory(devices);
  await approveAll(world, await world.request(devices));
  const options = { slots: 1, timeScale: 1, steps: 'nothing' } as const;
  await withWorker(
    world,
    options,
    () => untilOver(world, Date.now()),
    (event) => begun.push(begunSchema.parse(event)),
  );
  const measured = begun.slice(RUNS.warmUp * UPGRADE_STEPS.length);
  const gaps = measured.flatMap((one, index) => {
    const next = measured[index + 1];
    return next?.upgrade === one.upgrade ? [next.at - one.at] : [];
  });
  return [
    result('a step that does nothing, median', quantile(gaps, 0.5), 'ms', { best: Math.min(...gaps), goal: 10 }),
    result('a step that does nothing, p99', quantile(gaps, 0.99), 'ms'),
  ];
}
