import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { z } from 'zod';
import { openDatabase } from '../../source/postgres/database.ts';
import { openEmbeddedStore } from '../../source/telemetry/embedded/embedded-store.ts';
import { routerOpener } from '../../source/upgrades/engine/open-router.ts';
import { OutputKeeper } from '../../source/upgrades/engine/output-keeper.ts';
import { UpgradeWorker } from '../../source/upgrades/engine/worker.ts';
import { STEPS } from '../../source/upgrades/steps/all.ts';
import { keysOf } from './encryption-keys.ts';
import { CRASH_PACE, CRASH_TERMS, IMAGE_SERVER } from './fast-pace.ts';

/**
 * A worker in a process of its own, to be killed. It says `ready`, and begins when something comes in on its standard input: processes are
 * started ahead, so that a killed one is followed at once.
 */
const settings = z
  .object({
    host: z.string(),
    port: z.number(),
    database: z.string(),
    user: z.string(),
    password: z.string(),
    key: z.string(),
  })
  .parse(JSON.parse(process.env['NETUP_CRASH_WORKER'] ?? ''));
const keys = keysOf({ k1: settings.key }, 'k1');
const database = openDatabase({ ...settings, sslMode: 'disable', poolSize: 6 }, { applicationName: 'crash worker' });
const workerName = `crash worker ${process.pid}`;
const ssh = { user: 'netops', password: 'correct horse' };
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const worker = new UpgradeWorker(
  {
    database,
    telemetry: openEmbeddedStore(database),
    steps: STEPS,
    pace: CRASH_PACE,
    workerName,
    now: () => new Date(),
    keys,
    outputs: new OutputKeeper(database, keys),
    imageSource: ({ image }) =>
      Promise.resolve({ kind: 'pull', url: `${IMAGE_SERVER}/${image.fileName}`, password: 'images' }),
    openDevice: (run) => routerOpener({ database, keys, ssh, workerName, pace: CRASH_PACE }, run),
  },
  {
    workerId: randomUUID(),
    slots: 5,
    terms: CRASH_TERMS,
    interval: 50,
    again: 50,
    onError: (error) => process.stderr.write(`${String(error)}\n`),
  },
);
worker.wake();
