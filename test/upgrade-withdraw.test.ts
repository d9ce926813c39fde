import { describe, expect, it, vi } from 'vitest';
import { type Platform, PLATFORMS } from '../source/model/platform.ts';
import type { Machine } from '../source/simulator/machine.ts';
import { cancelUpgrade } from '../source/upgrades/decide.ts';
import { type Step, type StepContext, StepFailed, StepHeld } from '../source/upgrades/engine/step.ts';
import { resumeUpgrade, retryUpgrade } from '../source/upgrades/steer.ts';
import { STEPS } from '../source/upgrades/steps/all.ts';
import { useDatabase } from './support/postgres.ts';
import { runsAfterReload } from './support/reloaded-by-hand.ts';
import { LAB, useUpgradeLab } from './support/upgrade-lab.ts';

const test = useDatabase();
const lab = useUpgradeLab(test);

type Declare = StepContext['declare'];

/** The steps, where something happens when the activation writes its intent: everything is in place then, and the device is not told yet. */
function stepsWhere(declare: (original: Declare, reached: () => void) => Declare): {
  steps: readonly Step[];
  reached: () => boolean;
} {
  let there = false;
  const reached = (): void => void (there = true);
  const steps = STEPS.map((step): Step => {
    if (step.name !== 'activate') return step;
    return {
      ...step,
      run: (context) => step.run({ ...context, declare: declare((intent) => context.declare(intent), reached) }),
    };
  });
  return { steps, reached: () => there };
}

const forever = (): Promise<never> => new Promise(() => undefined);

/** Begins the upgrade of a device with a worker that dies in the activation; the id, and the device. */
async function cutOff(
  platform: Platform,
  declare: Parameters<typeof stepsWhere>[0],
): Promise<{ id: string; machine: Machine }> {
  const { machine } = await lab().device(platform);
  const id = await lab().approved(platform);
  const { steps, reached } = stepsWhere(declare);
  const worker = lab().worker({ steps });
  await vi.waitFor(() => expect(reached()).toBe(true), { timeout: 20_000, interval: 10 });
  await worker.stop();
  return { id, machine };
}

async function expectOldForGood(platform: Platform, machine: Machine): Promise<void> {
  expect(machine.counters.reloadCommands).toEqual([0]);
  expect(await runsAfterReload(machine)).toBe(LAB[platform].device.version);
  // Its time passes a thousand times as fast as ours, so boots in short succession could not be told apart.
  machine.bootedAt = new Date(machine.now().getTime() - 40 * 86_400_000);
}

describe.each(PLATFORMS)('%s, with everything in place and the device not told', (platform) => {
  it('boots the old version after a worker died there, and the device then refuses', async () => {
    const { id, machine } = await cutOff(platform, (original, reached) => async (intent) => {
      await original(intent);
      reached();
      await forever();
    });
    machine.faults = { wrong_image_for_model: true };
    lab().worker();
    expect(await lab().ends(id)).toBe('rolled_back');
    await expectOldForGood(platform, machine);
  });

  it('boots the old version after a worker died there, and somebody cancelled', async () => {
    const { id, machine } = await cutOff(platform, (_original, reached) => async () => {
      reached();
      await forever();
    });
    const { services, as } = lab().world;
    await cancelUpgrade(services, as.ana, id, 'not tonight');
    lab().worker();
    expect(await lab().ends(id)).toBe('cancelled');
    expect((await lab().status(id)).outcome).toMatch(
      /^Cancelled: the device runs \S+ as before\. The image \S+, or a part of it, may/u,
    );
    await expectOldForGood(platform, machine);
  });

  it('boots the old version after something failed there, and can be retried', async () => {
    const { machine } = await lab().device(platform);
    const id = await lab().approved(platform);
    const { steps } = stepsWhere(() => () => Promise.reject(new StepFailed('Something is wrong.')));
    const worker = lab().worker({ steps });
    expect(await lab().ends(id)).toBe('failed');
    expect((await lab().status(id)).outcome).toMatch(/^activate: Something is wrong\. The device still runs \S+\.$/u);
    await worker.stop();
    await expectOldForGood(platform, machine);
    const { services, as } = lab().world;
    await retryUpgrade(services, as.ana, id);
    lab().worker();
    expect([await lab().ends(id), (await lab().status(id)).outcome]).toEqual(['success', null]);
  });

  it('boots the old version while the upgrade is held there, and goes on from there', async () => {
    const { machine } = await lab().device(platform);
    const id = await lab().approved(platform);
    const { steps } = stepsWhere(() => () => Promise.reject(new StepHeld('Somebody is at it.')));
    const worker = lab().worker({ steps });
    expect(await lab().ends(id)).toBe('paused');
    await worker.stop();
    const added =
      platform === 'ios-xe' ? / \S+ is added and not activated: a reload would not boot it\.$/u : /at it\.$/u;
    expect((await lab().status(id)).outcome).toMatch(added);
    await expectOldForGood(platform, machine);
    const { services, as } = lab().world;
    await resumeUpgrade(services, as.ana, id);
    lab().worker();
    expect([await lab().ends(id), (await lab().status(id)).outcome]).toEqual(['success', null]);
  });
});
