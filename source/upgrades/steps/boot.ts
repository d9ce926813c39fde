import { z } from 'zod';
import { DeviceError } from '../../devices/device-error.ts';
import type { DeviceOperations, DeviceState } from '../../devices/operations.ts';
import { type StepContext, StepFailed } from '../engine/step.ts';

/** What is written before a device is told to go down: how to know later if it did. */
export const downIntentSchema = z.object({
  /** When it had booted, milliseconds since the epoch, and how exact that is. */
  bootedAt: z.number(),
  bootedWithin: z.number(),
  /** When it was told, by the worker's clock. */
  at: z.number(),
});

export type DownIntent = z.infer<typeof downIntentSchema>;

export function downIntent({ bootedAt, bootedWithin }: DeviceState, now: Date): DownIntent {
  return { bootedAt: bootedAt.getTime(), bootedWithin, at: now.getTime() };
}

/** Whether a device has booted since it was told to go down. */
export function hasBootedSince(state: DeviceState, intent: DownIntent): boolean {
  return state.bootedAt.getTime() - intent.bootedAt > Math.max(state.bootedWithin, intent.bootedWithin);
}

/** What a device that is on its way up, or down, may answer with. A refused login is not among them: trying that again locks accounts. */
const ON_ITS_WAY = new Set([
  'unreachable',
  'timeout',
  'closed',
  'unparseable',
  'unexpected_prompt',
  'command_rejected',
]);

/** What waiting for a boot is done with. */
interface BootContext extends Pick<StepContext, 'pace' | 'signal' | 'now' | 'hangUp' | 'pause'> {
  device(): Promise<Pick<DeviceOperations, 'readState'>>;
}

/** The device's state; null while it cannot be reached or is not ready to answer. */
export async function stateIfUp(context: Omit<BootContext, 'pace' | 'now' | 'pause'>): Promise<DeviceState | null> {
  try {
    const device = await context.device();
    return await device.readState();
  } catch (error) {
    context.hangUp();
    context.signal.throwIfAborted();
    if (error instanceof DeviceError && ON_ITS_WAY.has(error.code)) return null;
    throw error;
  }
}

/**
 * Waits for a device that was told to go down until it is back from a boot after that. Throws `StepFailed` if it does not go down in time, though it
 * installs nothing any more, or does not come back.
 */
export async function waitForBoot(context: BootContext, intent: DownIntent): Promise<DeviceState> {
  const { pace } = context;
  for (;;) {
    const state = await stateIfUp(context);
    if (state !== null && hasBootedSince(state, intent)) return state;
    const waited = context.now().getTime() - intent.at;
    if (state !== null && state.install.kind !== 'busy' && waited > pace.goDown)
      throw new StepFailed(`The device did not go down in ${minutes(pace.goDown)}.`);
    if (waited > pace.reboot) throw new StepFailed(`The device was not back after ${minutes(pace.reboot)}.`);
    // A login that stands open from before would die with the device only after its keepalives.
    context.hangUp();
    await context.pause(pace.look);
  }
}

/** It has not booted, but it is at it. */
export function isAtIt({ install }: DeviceState): boolean {
  return install.kind === 'uncommitted' || install.kind === 'busy';
}

/**
 * For another attempt at what takes a device down: waits until it is certain whether the device was told before. Gives the state of a device
 * that was not, and null if it was.
 */
export async function stateIfNotTold(context: StepContext, intent: DownIntent): Promise<DeviceState | null> {
  for (;;) {
    const state = await stateIfUp(context);
    if (state !== null && hasBootedSince(state, intent)) return null;
    const waited = context.now().getTime() - intent.at;
    if (waited > context.pace.goDown) return state;
    context.hangUp();
    await context.pause(Math.min(context.pace.look, context.pace.goDown - waited + 1));
  }
}

function minutes(milliseconds: number): string {
  return milliseconds < 60_000 ? `${milliseconds / 1000} s` : `${Math.round(milliseconds / 60_000)} min`;
}
