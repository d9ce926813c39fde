import { z } from 'zod';
import { type Result, result } from '../result.ts';
import { Child, type Used } from './child.ts';
import { KINDS } from './devices.ts';
import { approveAll, untilOver, withDevices, withWorker } from './run.ts';
import type { World } from './world.ts';

/** How many times as fast as ours the devices' time passes: an upgrade then takes half a minute, or two and a half. */
const TIME_SCALES = { few: 20, many: 4 } as const;
const MANY = 500;

export async function measureAtOnce(world: World, upgrades: number): Promise<readonly Result[]> {
  const timeScale = upgrades > MANY ? TIME_SCALES.many : TIME_SCALES.few;
  const alone = await runBare(Math.min(KINDS.length, upgrades), timeScale);
  const bare = await runBare(upgrades, timeScale);
  const own = await withDevices(upgrades, timeScale, async (devices) => {
    await world.inventory(devices);
    await approveAll(world, await world.request(devices));
    return withWorker(world, { slots: upgrades, timeScale, steps: 'real' }, async (worker) => {
      const start = Date.now();
      const { failed, seconds } = await untilOver(world, start);
      return { failed, seconds, used: await worker.used() };
    });
  });
  const name = (what: string): string => `${upgrades} upgrades at once: ${what}`;
  return [
    result(name('time over the ideal'), own.seconds / alone.seconds, 'x', { reference: bare.seconds / alone.seconds }),
    result(name('time'), own.seconds, 's', { reference: bare.seconds }),
    result(name('peak memory of the worker'), own.used.peakMb, 'MB', { reference: bare.used.peakMb }),
    result(name('processor time of the worker'), own.used.cpuSeconds, 's', { reference: bare.used.cpuSeconds }),
    result(name('not ended well'), own.failed, 'upgrades', { goal: 0 }),
  ];
}

/** The same steps on as many devices, with no engine and no database. */
function runBare(count: number, timeScale: number): Promise<{ readonly seconds: number; readonly used: Used }> {
  return withDevices(count, timeScale, async (devices) => {
    const bare = new Child('./bare-process.ts');
    try {
      const seconds = await bare.ask({ devices: [...devices], timeScale }, z.array(z.number()));
      return { seconds: Math.max(...seconds), used: await bare.used() };
    } finally {
      await bare.stop();
    }
  });
}
