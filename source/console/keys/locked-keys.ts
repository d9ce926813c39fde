import type { ConsoleServices } from '../services.ts';
import { activitySlice, lockSlice, NEW_LOCK } from '../state/lock.ts';
import { editText } from '../state/text-state.ts';
import type { KeyPress } from './key-press.ts';

/**
 * Notes that the operator is there, and takes the key if the screen is locked: the operator's own name and Enter unlock it, Ctrl+C quits.
 * False: it is not locked.
 */
export function pressWhileLocked(key: KeyPress, { store, context, quit }: ConsoleServices): boolean {
  const lock = store.get(lockSlice);
  if (lock === null) {
    store.get(activitySlice).at = performance.now();
    return false;
  }
  if (key.name === 'ctrl+c') quit();
  else if (key.name === 'esc') store.set(lockSlice, NEW_LOCK);
  else if (key.name !== 'enter') {
    const text = editText(lock.text, key);
    if (text !== null) store.set(lockSlice, { text, wrong: false });
  } else if (lock.text.value.trim() === context.operator.name) {
    store.get(activitySlice).at = performance.now();
    store.set(lockSlice, null);
    context.log.info('console: unlocked');
  } else store.set(lockSlice, { ...NEW_LOCK, wrong: true });
  return true;
}
