import { UserError } from '../../config/user-error.ts';
import { DeviceError } from '../../devices/device-error.ts';
import { cleanLine } from '../../model/text.ts';
import { type StepEnd, StepFailed, StepHeld } from './step.ts';

/** How a step ended. `held` and `failed` come with one sentence for people. */
export type StepResult = { readonly kind: 'done'; readonly end: StepEnd } | StepStopped;

export interface StepStopped {
  readonly kind: 'failed' | 'held';
  readonly why: string;
}

/** Only these are worth another attempt: the others say the same again, or lock the account. */
const PASSING = new Set(['unreachable', 'timeout', 'closed']);

/** Whether another attempt at the step may go better. */
export function isPassing(error: unknown): boolean {
  return error instanceof DeviceError && PASSING.has(error.code);
}

/** A refused login is not tried again, for whatever reason. */
export function mayLogIn(error: unknown): boolean {
  return !(error instanceof DeviceError) || (error.code !== 'authentication' && error.code !== 'host_key');
}

/** What an error makes of a step. Throws it again if it is none of the step's: the network's, or a defect. */
export function resultOf(error: unknown): StepStopped {
  if (error instanceof StepHeld) return { kind: 'held', why: error.message };
  if (error instanceof StepFailed) return { kind: 'failed', why: error.message };
  // Nobody knows what the device wants, so nobody but a person may answer it.
  if (error instanceof DeviceError && error.code === 'unexpected_prompt')
    return { kind: 'held', why: described(error) };
  if (error instanceof DeviceError) return { kind: 'failed', why: described(error) };
  if (error instanceof UserError) return { kind: 'held', why: cleanLine(error.message) };
  throw error;
}

function described(error: DeviceError): string {
  const last = error.seen.split('\n').at(-1)?.trim() ?? '';
  return last === '' || error.message.includes(last)
    ? error.message
    : `${error.message} It last printed: ${last.slice(0, 200)}`;
}
