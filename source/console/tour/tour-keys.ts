import type { KeyPress } from '../keys/key-press.ts';
import type { ConsoleServices } from '../services.ts';
import { TOUR_LENGTH } from './tour-pages.ts';
import { leaveTour, tourSlice } from './tour-slice.ts';

/** Enter goes on, and Esc leaves; any other key leaves the tour and does what it does without one. True: the key was the tour's. */
export function pressInTour(key: KeyPress, services: ConsoleServices): boolean {
  const page = services.store.get(tourSlice);
  if (page === null) return false;
  const next = key.name === 'enter' ? page + 1 : null;
  if (next !== null && next < TOUR_LENGTH) services.store.set<number | null>(tourSlice, next);
  else leaveTour(services);
  return key.name === 'enter' || key.name === 'esc';
}
