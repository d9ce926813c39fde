import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { readEncryptionKeys } from '../../source/config/encryption-keys.ts';
import { openDatabase } from '../../source/postgres/database.ts';
import { openEmbeddedStore } from '../../source/telemetry/embedded/embedded-store.ts';
import { OutputKeeper } from '../../source/upgrades/engine/output-keeper.ts';
import type { Step } from '../../source/upgrades/engine/step.ts';
import { UpgradeWorker } from '../../source/upgrades/engine/worker.ts';
import { STEPS } from '../../source/upgrades/steps/all.ts';
import { runWorker } from '../../source/upgrades/worker/run-duties.ts';
import { upgradeService } from '../../source/upgrades/worker/upgrade-service.ts';
import { answerParent, tellParent } from './child.ts';
import { IMAGE_SERVER, LOGIN, paceOf } from './devices.ts';

export interface WorkerQuestion {
  readonly database: z.infer<typeof databaseSchema>;
  readonly key: string;
  readonly slots: number;
  readonly timeScale: number;
  /** `nothing`: each step ends at once, so that what takes time is the engine. */
  readonly steps: 'real' | 'nothing';
}

const databaseSchema = z.object({
  host: z.string(),
  port: z.number(),
  database: z.string(),
  user: z.string(),
  password: z.string(),
  sslMode: z.literal('disable'),
  poolSize: z.number(),
});
const questionSchema: z.ZodType<WorkerQuestion> = z.object({
  database: databaseSchema,
  key: z.string(),
  slots: z.number(),
  timeScale: z.number(),
  steps: z.enum(['real', 'nothing']),
});

/** What `netup-tui worker` runs for upgrades, with the waits of devices whose time passes quickly. */
answerParent(async (question) => {
  const { database: settings, key, slots, timeScale, steps } = questionSchema.parse(question);
  const database = openDatabase(settings, { applicationName: 'worker', patienceMs: 60_000 });
  const telemetry = openEmbeddedStore(database);
  const keys = readEncryptionKeys({ NETUP_KEY_bench: key, NETUP_CURRENT_KEY: 'bench' });
  const pace = paceOf(timeScale);
  if (steps === 'real') {
    const log = {
      info: () => undefined,
      warn: say,
      error: (message: string, error: unknown) => say(`${message} ${String(error)}`),
    };
    const images = { url: IMAGE_SERVER, password: 'any', folder: null };
    const options = { database, telemetry, keys, ssh: LOGIN, images, slots, programVersion: 'bench', log, pace };
    const service = upgradeService(options);
    const duties = [service.presence, service.plans, service.points];
    const signal = new AbortController().signal;
    void runWorker({ prepare: () => Promise.resolve(), duties, service, log, signal });
  } else {
    const nothing = {
      database,
      telemetry,
      keys,
      outputs: new OutputKeeper(database, keys),
      pace,
      workerName: 'worker',
      now: () => new Date(),
      steps: STEPS.map(doNothing),
    };
    const never = (): never => {
      throw new Error('A step that does nothing asked for something.');
    };
    const worker = new UpgradeWorker(
      { ...nothing, imageSource: never, openDevice: () => never },
      { workerId: randomUUID(), slots, onError: (error) => say(String(error)) },
    );
    worker.wake();
  }
  return 'started';
});

function doNothing(step: Step): Step {
  return {
    ...step,
    run: ({ upgrade }) => {
      tellParent({ upgrade: upgrade.id, step: step.name, at: performance.now() });
      return Promise.resolve({ detail: 'Nothing was to be done.' });
    },
  };
}

function say(message: string): void {
  process.stderr.write(`worker: ${message}\n`);
}
