import { countWorkers } from '../../postgres/workers.ts';
import { pause } from '../pause.ts';
import type { ConsoleServices } from '../services.ts';
import { defineSlice } from '../state/slice.ts';
import { onChange } from './live-changes.ts';

/** The processes that carry upgrades out: how many there are, how many upgrades they can have at once, and how many they have. */
export interface WorkersSeen {
  readonly workers: number;
  readonly slots: number;
  readonly busy: number;
}

/** Null: not known, since it was not asked yet or PostgreSQL does not answer. */
export const workersSlice = defineSlice<WorkersSeen | null>('workers', () => null);

/** That one came or went is told; that one fell silent, or how busy they are, is found by asking again. */
const EVERY_MS = 5000;

/** Looks for workers until the signal aborts: for as long as a screen says what becomes of approved upgrades. */
export async function watchWorkers(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  let failing = false;
  let wake = new AbortController();
  onChange(services, signal, ({ table }) => {
    if (table === 'workers' || table === '*') wake.abort();
  });
  while (!signal.aborted) {
    wake = new AbortController();
    try {
      keep(services, await countWorkers(services.scope()), signal);
      failing = false;
    } catch (error) {
      if (!failing && !signal.aborted) services.context.log.warn('console: workers cannot be counted', { err: error });
      failing = true;
      keep(services, null, signal);
    }
    await pause(EVERY_MS, AbortSignal.any([signal, wake.signal]));
  }
}

/** The same figures again are no change, and no frame. */
function keep({ store }: ConsoleServices, seen: WorkersSeen | null, signal: AbortSignal): void {
  if (signal.aborted) return;
  const before = store.get(workersSlice);
  const same = before?.workers === seen?.workers && before?.slots === seen?.slots && before?.busy === seen?.busy;
  if (!same) store.set(workersSlice, seen);
}
