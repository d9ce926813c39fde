import type { Loader } from './application.ts';
import { pause } from './pause.ts';
import { activitySlice, lockSlice, NEW_LOCK } from './state/lock.ts';

/** A key may unlock the screen at any time, so it is looked at so often. */
const LOOK_MS = 1000;

/** Locks the screen of a console that nobody uses, and ends it later on. */
export const watchIdle: Loader = {
  id: 'idle time',
  async start({ context, store, endSession }, signal) {
    if (context.idle === undefined) return;
    const lockAfterMs = context.idle.lockAfterMs ?? Infinity;
    const endAfterMs = context.idle.endAfterMs ?? Infinity;
    const activity = store.get(activitySlice);
    while (!signal.aborted) {
      const idleMs = performance.now() - activity.at;
      if (idleMs >= endAfterMs) return endSession('The console was not used for too long, and was closed.');
      if (idleMs >= lockAfterMs && store.get(lockSlice) === null) {
        store.set(lockSlice, NEW_LOCK);
        context.log.info('console: locked');
      }
      await pause(LOOK_MS, signal);
    }
  },
};
