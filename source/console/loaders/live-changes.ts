import { once } from 'node:events';
import type { Change } from '../../postgres/database.ts';
import type { Loader } from '../application.ts';
import type { ConsoleServices } from '../services.ts';
import { defineSlice } from '../state/slice.ts';

/** Whether changes made elsewhere are told to us at once, or only found by asking again. */
export const liveSlice = defineSlice<'connecting' | 'live' | 'polling'>('live', () => 'connecting');

type Listener = (change: Change) => void;

const listeners = defineSlice<Set<Listener>>('live.listeners', () => new Set());

/** Listens for the organization's changes, once for the whole console. */
export const liveChanges: Loader = {
  id: 'live changes',
  async start(services, signal) {
    const { context, store } = services;
    const heard = store.get(listeners);
    const { organizationId } = services.membership();
    const stop = await context.database.listen(
      organizationId,
      (change) => {
        for (const listener of heard) listener(change);
      },
      (state) => {
        // By then the slice may be another organization's.
        if (!signal.aborted) store.set(liveSlice, state === 'listening' ? 'live' : 'polling');
      },
    );
    if (!signal.aborted) await once(signal, 'abort');
    await stop();
  },
};

/**
 * Resolves when changes are told to us, or are known not to be for now. Whoever reads rows and wants to hear of their changes waits
 * for it first: a change between the reading and the listening would be lost until the next look.
 */
export async function listening({ store }: ConsoleServices, signal: AbortSignal): Promise<void> {
  const decided = (): boolean => signal.aborted || store.get(liveSlice) !== 'connecting';
  if (decided()) return;
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!decided()) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = store.subscribe(look);
    signal.addEventListener('abort', look, { once: true });
  });
}

/** Calls back for every change of the organization's rows until the signal aborts. */
export function onChange({ store }: ConsoleServices, signal: AbortSignal, listener: Listener): void {
  const heard = store.get(listeners);
  heard.add(listener);
  signal.addEventListener('abort', () => heard.delete(listener), { once: true });
}
