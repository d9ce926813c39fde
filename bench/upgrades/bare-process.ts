import { z } from 'zod';
import { openDevice } from '../../source/devices/open-device.ts';
import { USUAL_ROUTE } from '../../source/model/image-route.ts';
import type { RunStep, UpgradeRun } from '../../source/model/upgrade-run.ts';
import { type StepName, UPGRADE_STEPS } from '../../source/model/upgrade.ts';
import { DeviceLogin } from '../../source/upgrades/engine/device-login.ts';
import type { Pace } from '../../source/upgrades/engine/pace.ts';
import { pause } from '../../source/upgrades/engine/pause.ts';
import type { StepContext } from '../../source/upgrades/engine/step.ts';
import { STEPS } from '../../source/upgrades/steps/all.ts';
import { answerParent, tellParent } from './child.ts';
import { IMAGE_SERVER, kindOf, LOGIN, paceOf, type RunningDevice, runningSchema } from './devices.ts';

/** The same steps on the same devices, one after the other, with nothing written down: what an upgrade takes without an engine. */
const questionSchema = z.object({ devices: z.array(runningSchema), timeScale: z.number() });

const never = new AbortController().signal;

const done = { steps: 0, upgrades: 0 };
setInterval(() => tellParent({ ...done }), 1000).unref();

answerParent(async (question) => {
  const { devices, timeScale } = questionSchema.parse(question);
  const start = performance.now();
  return Promise.all(
    devices.map(async (device, index) => {
      await upgradeBare(device, index, timeScale);
      done.upgrades += 1;
      return (performance.now() - start) / 1000;
    }),
  );
});

/** What the database would keep. */
interface Kept {
  configuration: string | null;
}

async function upgradeBare(device: RunningDevice, index: number, timeScale: number): Promise<void> {
  const { platform } = kindOf(index);
  const { host, port, hostKey } = device;
  const pace = paceOf(timeScale);
  const timeouts = { connect: pace.login, command: pace.command, copy: pace.copy, install: pace.install };
  const target = { ...LOGIN, host, port, platform, hostKey: { expect: hostKey }, timeouts };
  const login = new DeviceLogin(
    (beforeSend, signal) => openDevice({ ...target, beforeSend, signal }),
    () => undefined,
  );
  const steps = new Map<string, RunStep>();
  const kept: Kept = { configuration: null };
  for (const [position, name] of UPGRADE_STEPS.entries()) {
    const step = STEPS.find((one) => one.name === name);
    // The gates are PostgreSQL's and the telemetry's.
    if (step === undefined || name === 'preflight_gate') continue;
    steps.set(name, { position, name, status: 'running', attempt: 1, intent: null, evidence: null });
    const end = await step.run(contextOf(upgradeOf(device, index), login, steps, kept, name, pace));
    done.steps += 1;
    const intent: unknown = steps.get(name)?.intent ?? null;
    steps.set(name, { position, name, status: 'success', attempt: 1, intent, evidence: end.evidence ?? null });
  }
  login.hangUp();
}

function upgradeOf({ hostname, host, port, hostKey }: RunningDevice, index: number): UpgradeRun {
  const { platform, vendor, model, version, image } = kindOf(index);
  const { fileName, sizeBytes, sha256, sha512 } = image;
  return {
    id: String(index),
    organizationId: '',
    status: 'running',
    wanted: null,
    dryRun: false,
    schedule: { kind: 'now' },
    ignoresBlackouts: false,
    fromVersion: version,
    toVersion: image.version,
    router: {
      id: hostname,
      hostname,
      host,
      port,
      hostKey,
      platform,
      model,
      vendor,
      site: null,
      runningVersion: version,
    },
    image: { id: '', fileName, sizeBytes, sha256, sha512, minimumVersion: null },
    imageRoute: USUAL_ROUTE,
    steps: [],
  };
}

function contextOf(
  upgrade: UpgradeRun,
  login: DeviceLogin,
  steps: Map<string, RunStep>,
  kept: Kept,
  name: StepName,
  pace: Pace,
): StepContext {
  return {
    upgrade,
    get scope(): never {
      throw new Error(`${name} asked for the database.`);
    },
    get telemetry(): never {
      throw new Error(`${name} asked for the telemetry.`);
    },
    pace,
    attempt: 1,
    leaseEpoch: '1',
    signal: never,
    now: () => new Date(),
    device: () => login.get(never),
    hangUp: () => login.hangUp(),
    declare(intent) {
      const step = steps.get(name);
      if (step !== undefined) steps.set(name, { ...step, intent });
      return Promise.resolve();
    },
    check: () => Promise.resolve(),
    keepConfiguration: (_moment, configuration) => {
      kept.configuration = configuration;
      return Promise.resolve();
    },
    keptConfiguration: () => Promise.resolve(kept.configuration),
    imageSource: () =>
      Promise.resolve({ kind: 'pull', url: `${IMAGE_SERVER}/${upgrade.image.fileName}`, password: 'any' }),
    tell: () => undefined,
    step(wanted) {
      const step = steps.get(wanted);
      if (step === undefined && wanted !== name) throw new Error(`${name} asked for ${wanted}, which was not run.`);
      return step ?? { position: 0, name: wanted, status: 'pending', attempt: 0, intent: null, evidence: null };
    },
    heedRollback: () => Promise.resolve(),
    pause: (milliseconds) => pause(milliseconds, never),
  };
}
