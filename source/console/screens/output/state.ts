import type { StepName } from '../../../model/upgrade.ts';
import type { OutputSeen } from '../../../postgres/upgrade-output.ts';
import { defineSlice } from '../../state/slice.ts';

/** What the device printed in one step. */
export interface StepText {
  readonly step: StepName;
  /** When the last of it was kept. */
  readonly takenAt: Date;
  /** Clean, and without the secrets that we know the spelling of. */
  readonly lines: readonly string[];
}

export interface LoadedOutput {
  readonly upgradeId: string;
  /** The steps in their order; null until they are read. */
  readonly steps: readonly OutputSeen[] | null;
  /** Null: nothing is kept, or it cannot be read. */
  readonly text: StepText | null;
  /** Why it cannot be read, as one sentence; null if it can. */
  readonly problem: string | null;
  /** When it was last asked for, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
  /** True while the last attempt failed. */
  readonly failed: boolean;
}

export const notRead = (upgradeId: string): LoadedOutput => ({
  upgradeId,
  steps: null,
  text: null,
  problem: null,
  readAt: null,
  failed: false,
});

export const outputSlice = defineSlice<LoadedOutput>('output', () => notRead(''));

/** The step that was chosen; null follows the device from step to step. */
export const outputStepSlice = defineSlice<StepName | null>('output.step', () => null);

/** First line shown; null follows the end. */
export const outputTopSlice = defineSlice<number | null>('output.top', () => null);

/** The steps that something is kept of. */
export function stepsWithOutput({ steps }: LoadedOutput): readonly OutputSeen[] {
  return (steps ?? []).filter(({ takenAt }) => takenAt !== null);
}

/** True while the device may print more. */
export function isLive({ steps }: LoadedOutput): boolean {
  return (steps ?? []).some(({ status }) => status === 'running');
}

/** The step to show: the chosen one, or else the one that the device printed in last. */
export function stepToShow(steps: readonly OutputSeen[], chosen: StepName | null): OutputSeen | undefined {
  const kept = steps.filter(({ takenAt }) => takenAt !== null);
  const own = kept.find(({ step }) => step === chosen);
  if (own !== undefined) return own;
  return kept.toSorted((a, b) => (a.takenAt?.getTime() ?? 0) - (b.takenAt?.getTime() ?? 0)).at(-1);
}
