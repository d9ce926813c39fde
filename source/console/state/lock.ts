import { defineSlice } from './slice.ts';
import { NO_TEXT, type TextState } from './text-state.ts';

/** After how long without a key the screen is locked, and the console ends; null: never. Milliseconds. */
export interface IdleLimits {
  readonly lockAfterMs: number | null;
  readonly endAfterMs: number | null;
}

/** The screen is locked: it shows nothing, and takes the operator's name. Null: it is not. */
export interface Lock {
  readonly text: TextState;
  readonly wrong: boolean;
}

export const lockSlice = defineSlice<Lock | null>('lock', () => null, { keep: true });

export const NEW_LOCK: Lock = { text: NO_TEXT, wrong: false };

/** When the last key was pressed, on the clock of `performance.now()`. Changed in place: no frame depends on it. */
export const activitySlice = defineSlice('activity', () => ({ at: performance.now() }), { keep: true });
