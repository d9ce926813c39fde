import { z } from 'zod';
import { type ConsoleContext, readPreference } from '../context.ts';
import type { ConsoleServices } from '../services.ts';
import { defineSlice } from '../state/slice.ts';

/** Which page of the tour is shown, from 0; null: none. */
export const tourSlice = defineSlice<number | null>('tour', () => null, { keep: true });

const SEEN = 'tourSeen';

/** Shown once, to whoever comes to the fleet for the first time; not to somebody who comes for one router or upgrade. */
export function wantsTour({
  tour,
  openAt,
  preferences,
}: Pick<ConsoleContext, 'tour' | 'openAt' | 'preferences'>): boolean {
  return tour === true && openAt === undefined && !readPreference(preferences, SEEN, z.boolean(), false);
}

/** Takes the tour away, for good. */
export function leaveTour({ store, context }: ConsoleServices): void {
  store.set<number | null>(tourSlice, null);
  context.preferences.set(SEEN, true);
}
