import { z } from 'zod';
import { UPGRADE_STEPS } from '../../source/model/upgrade.ts';
import { type Result, result } from '../result.ts';
import { Child, type Used } from './child.ts';
import { KINDS } from './devices.ts';
import { Patience, say } from './patience.ts';
import { approveAll, withDevices, withWorker } from './run.ts';
import { type Ended, untilOver } from './until-over.ts';
import type { World } from './world.ts';

/** How many times as fast as ours the devices' time passes: an upgrade then takes half a minute, or two and a half. */
const TIME_SCALES = { few: 20, many: 4 } as const;
const MANY = 500;
const wentOnSchema = z.object({ steps: z.number(), upgrades: z.number() });

export async function measureAtOnce(world: World, upgrades: number): Promise<readonly Result[]> {
  const timeScale = upgrades > MANY ? TIME_SCALES.many : TIME_SCALES.few;
  say('a few devices, without engine and databases');
  const alone = await runBare(Math.min(KINDS.length, upgrades), timeScale);
  say(`${upgrades} devices, without engine and databases`);
  const bare = await runBare(upgrades, timeScale);
  say(`${upgrades} devices, with the engine`);
  const own = await runOwn(world, upgrades, timeScale);
  const name = (what: string): string => `${upgrades} upgrades at once: ${what}`;
  const steps = upgrades * UPGRADE_STEPS.length;
  return [
    result(name('time over the ideal'), own.seconds / alone.seconds, 'x', { reference: bare.seconds / alone.seconds }),
    result(name('time'), own.seconds, 's', { reference: bare.seconds }),
    result(name('peak memory of the worker'), own.used.peakMb, 'MB', { reference: bare.used.peakMb }),
    result(name('processor time of the worker'), own.used.cpuSeconds, 's', { reference: bare.used.cpuSeconds }),
    result(name('processor time of the devices'), own.devices.cpuSeconds, 's', { reference: bare.devices.cpuSeconds }),
    result(name('the worker could do nothing else, longest'), own.used.longestDelayMs, 'ms', {
      reference: bare.used.longestDelayMs,
    }),
    result(name('transactions for a step'), own.transactions / steps, 'commits'),
    result(name('leases lost'), own.leasesLost, 'leases', { goal: 0 }),
    result(name('not ended'), own.stuck, 'upgrades', { goal: 0 }),
    result(name('not ended well'), own.failed, 'upgrades', { goal: 0 }),
  ];
}

type Own = Ended & { readonly used: Used; readonly devices: Used; readonly transactions: number };

function runOwn(world: World, upgrades: number, timeScale: number): Promise<Own> {
  return withDevices(upgrades, timeScale, async (devices, simulator) => {
    await world.inventory(devices);
    await approveAll(world, await world.request(devices));
    const before = await committed(world);
    return withWorker(world, { slots: upgrades, timeScale, steps: 'real' }, async (worker) => {
      const ended = await untilOver(world, Date.now());
      const transactions = (await committed(world)) - before;
      return { ...ended, transactions, used: await worker.used(), devices: await simulator.used() };
    });
  });
}

/** How many transactions the database has ended well, those of the looks at it among them: two a second. */
async function committed({ admin }: World): Promise<number> {
  const [row] = await admin<[{ count: number }]>`
    SELECT xact_commit::float8 AS count FROM pg_stat_database WHERE datname = current_database()`;
  return row.count;
}

interface Bare {
  readonly seconds: number;
  readonly used: Used;
  readonly devices: Used;
}

/** The same steps on as many devices, with no engine and no database. */
function runBare(count: number, timeScale: number): Promise<Bare> {
  return withDevices(count, timeScale, async (devices, simulator) => {
    const { promise: stuck, reject: giveUp } = Promise.withResolvers<never>();
    const patience = new Patience();
    const bare = new Child('./bare-process.ts', (event) => {
      const { steps, upgrades } = wentOnSchema.parse(event);
      if (patience.see(steps)) giveUp(new Error('No step without the engine ends any more.'));
      void patience.tell(() => `${count - upgrades} to go`);
    });
    try {
      const asked = bare.ask({ devices: [...devices], timeScale }, z.array(z.number()));
      const seconds = await Promise.race([asked, stuck]);
      return { seconds: Math.max(...seconds), used: await bare.used(), devices: await simulator.used() };
    } finally {
      await bare.stop();
    }
  });
}
