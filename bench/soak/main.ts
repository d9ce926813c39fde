import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { randomFrom } from '../../test/support/random.ts';
import { accountForAudit, accountForReadings, accountForUpgrades, complaints, type Finding } from './account.ts';
import { growthOf } from './growth.ts';
import { type FullStage, openStage } from './stage.ts';
import { TROUBLES } from './troubles.ts';
import { watchProcess } from './watch-process.ts';

/**
 * A long life in a short time: worker, collector and console of the built program, on thousands of simulated devices, while databases
 * restart, lines are cut, the spool's disk is full and clocks are set. At the end nothing may have been lost or have grown.
 */
const CALM_MS = 20_000;
const UPGRADES_A_ROUND = 12;
/** On a slow machine they pile up. */
const MAY_BE_OPEN = 240;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '60' },
    devices: { type: 'string', default: '2000' },
  },
});
const [seed, minutes, devices] = [Number(values.seed), Number(values.minutes), Number(values.devices)];
if (![seed, minutes, devices].every((number) => Number.isInteger(number) && number > 0)) {
  process.stderr.write('--seed, --minutes and --devices are whole numbers from 1, for example --minutes 60.\n');
  process.exit(2);
}
const random = randomFrom(seed);
const say = (text: string): void => void process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);

say(`seed ${seed}, ${minutes} minutes, ${devices} devices: starting`);
// The keys have numbers of their own: how many are pressed depends on the machine.
const stage = await openStage({ devices, random: randomFrom(seed + 1) });
try {
  process.exitCode = (await soak(stage)) ? 0 : 1;
} finally {
  await stage.stop();
}
if (process.exitCode === 0) rmSync(stage.folder, { recursive: true, force: true });
else say(`what the processes said is in ${stage.folder}`);

async function soak(on: FullStage): Promise<boolean> {
  say(`all are up${on.noDisk === null ? '' : `; no full disk: ${on.noDisk}`}`);
  const watches = [
    ['worker', watchProcess(on.worker.pid)],
    ['collector', watchProcess(on.collector.pid)],
    ['console', watchProcess(on.console.pid)],
  ] as const;
  const startedAt = Date.now();
  const { requested, troubles } = await rounds(on, startedAt + minutes * 60_000);
  const hours = (Date.now() - startedAt) / 3_600_000;
  const { keys, frames } = on.console;
  on.console.stopTyping();
  const grown = watches.map(([name, watch]) => ({ name, ...growthOf(watch.stop()) }));
  const findings: Finding[] = [
    ...grown.map(({ name, mbPerHour, middleMb, lastMb, middleHandles, lastHandles, flat }) => ({
      what: `${name}: memory in the second and the last third, slope, handles`,
      found: `${middleMb.toFixed(0)} and ${lastMb.toFixed(0)} MB, ${mbPerHour.toFixed(1)} MB/h, ${middleHandles} and ${lastHandles}`,
      holds: flat,
    })),
    ...(await accountForUpgrades(on, requested, () => keepFresh(on, requested))),
    ...(await accountForReadings(on)),
    ...(await accountForAudit(on)),
    ...(await ending(on)),
  ];
  say(
    `${(hours * 60).toFixed(0)} minutes, ${keys} keys, ${frames} frames; ${[...troubles].map(([name, count]) => `${count} x ${name}`).join(', ')}`,
  );
  for (const { what, found, holds } of findings) say(`${holds ? 'ok  ' : 'FAIL'} ${what}: ${found}`);
  for (const name of ['worker', 'collector']) {
    for (const line of complaints(path.join(on.folder, `${name}.out`))) say(`     ${name} said: ${line.slice(0, 200)}`);
  }
  return findings.every(({ holds }) => holds);
}

/** Upgrades are requested while all is calm; then there is trouble; and so on. */
async function rounds(on: FullStage, until: number) {
  const requested: string[] = [];
  const troubles = new Map<string, number>();
  const names = Object.keys(TROUBLES).filter((name) => on.disk !== null || !name.startsWith('spool disk'));
  // Each comes once before any comes again.
  let bag: string[] = [];
  let next = 0;
  while (Date.now() < until) {
    await delay(CALM_MS);
    await keepFresh(on, requested);
    await upgrade(on, on.devices.slice(next, next + UPGRADES_A_ROUND), requested);
    next += UPGRADES_A_ROUND;
    await delay(CALM_MS);
    if (bag.length === 0) bag = [...names];
    const [name = ''] = bag.splice(Math.floor(random() * bag.length), 1);
    say(`${name}; ${on.console.frames} frames, ${requested.length} upgrades`);
    await TROUBLES[name]?.(on, random);
    troubles.set(name, (troubles.get(name) ?? 0) + 1);
    const died = [on.worker, on.collector].find((one) => !one.running)?.name;
    if (died !== undefined) throw new Error(`The ${died} ended by itself after "${name}": ${on.folder}`);
    if (on.console.exitCode !== null)
      throw new Error(`The console ended by itself after "${name}": ${on.console.tail}`);
  }
  return { requested, troubles };
}

/** Those that may still be upgraded go on having readings: an upgrade whose router falls silent is held. */
async function keepFresh({ world, devices: all }: FullStage, requested: readonly string[]): Promise<void> {
  const last = new Set(requested.slice(-MAY_BE_OPEN));
  const open = all.filter(({ hostname }) => last.has(hostname));
  await world.readings(open, 2).catch((error: unknown) => say(`no readings: ${String(error)}`));
}

/** Adds those whose upgrade was approved to `requested`. What PostgreSQL does not take now is left out, and said. */
async function upgrade({ world }: FullStage, batch: FullStage['devices'], requested: string[]): Promise<void> {
  if (batch.length === 0) return;
  try {
    await world.readings(batch, 60);
    const ids = await world.request(batch);
    for (const [index, { hostname }] of batch.entries()) {
      await world.approve(ids[index] ?? '');
      requested.push(hostname);
    }
  } catch (error) {
    say(`not requested: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function ending(on: FullStage): Promise<readonly Finding[]> {
  const worker = await on.worker.stop();
  const before = on.console.frames;
  on.console.quit();
  for (let waited = 0; on.console.exitCode === null && waited < 30_000; waited += 100) await delay(100);
  const { exitCode } = on.console;
  return [
    { what: 'exit code of the worker', found: String(worker), holds: worker === 0 },
    {
      what: 'the console, told to quit',
      found: `ended with ${exitCode} after ${before} frames`,
      holds: exitCode === 0,
    },
  ];
}
