import type { Slice } from './slice.ts';

/** Calls `flush` once, soon. It may wait: until the terminal has taken the last frame, for one. */
export type Schedule = (flush: () => void) => void;

/** The console's whole state. Values are replaced, never changed in place; what is read is what was last written, at once. */
export interface Store {
  readonly get: <T>(slice: Slice<T>) => T;
  readonly set: <T>(slice: Slice<T>, value: T) => void;
  readonly update: <T>(slice: Slice<T>, change: (value: T) => T) => void;
  /** Called after changes: once for all those made in the same tick. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Says that something kept outside the slices (a row collection) changed. */
  readonly touch: () => void;
  /** Tells the listeners now, instead of at the end of the tick. */
  readonly flush: () => void;
  /** Forgets every slice that belongs to an organization. */
  readonly forgetOrganization: () => void;
}

export function createStore(schedule: Schedule = queueMicrotask): Store {
  const listeners = new Set<() => void>();
  const organizational = new Set<Slice<unknown>['forget']>();
  let scheduled = false;

  const store: Store = {
    get(slice) {
      if (!slice.keep) organizational.add(slice.forget);
      return slice.read(store);
    },
    set(slice, value) {
      if (Object.is(store.get(slice), value)) return;
      slice.write(store, value);
      store.touch();
    },
    update(slice, change) {
      store.set(slice, change(store.get(slice)));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    touch() {
      if (scheduled) return;
      scheduled = true;
      schedule(() => store.flush());
    },
    flush() {
      if (!scheduled) return;
      scheduled = false;
      for (const listener of listeners) listener();
    },
    forgetOrganization() {
      for (const forget of organizational) forget(store);
      store.touch();
    },
  };
  return store;
}
