import type { ScreenEntry } from './route.ts';
import { defineSlice } from './slice.ts';
import type { Store } from './store.ts';

type Stack = readonly ScreenEntry[];

export const navigationSlice = defineSlice<Stack>('navigation', () => [], { keep: true });

/** The stacks that were left, the nearest last. */
const historySlice = defineSlice<{ readonly back: readonly Stack[]; readonly forward: readonly Stack[] }>(
  'navigation.history',
  () => ({ back: [], forward: [] }),
);

/** Further back nobody goes. */
const MOST_KEPT = 100;

/** The stack of screens: breadcrumbs are the stack, Esc goes up one. Back and forward go through the stacks that were shown before. */
export interface Navigation {
  current(): ScreenEntry | undefined;
  stack(): Stack;
  push(entry: ScreenEntry): void;
  /** Puts the entry in the place of the current one. */
  replace(entry: ScreenEntry): void;
  /** Goes up one. Returns false at the first screen, where there is nowhere to go. */
  pop(): boolean;
  /** Shows another stack. */
  go(stack: Stack): void;
  /** Shows the stack that was shown before, or after it. Returns false if there is none. */
  back(): boolean;
  forward(): boolean;
  canGo(way: 'back' | 'forward'): boolean;
  /** Starts over, with nothing to go back to. */
  reset(stack: Stack): void;
}

export function createNavigation(store: Store): Navigation {
  const stack = (): Stack => store.get(navigationSlice);
  const go = (next: Stack): void => {
    const left = stack();
    store.update(historySlice, ({ back }) => ({ back: [...back, left].slice(-MOST_KEPT), forward: [] }));
    store.set(navigationSlice, next);
  };
  const turn = (from: 'back' | 'forward', to: 'back' | 'forward'): boolean => {
    const history = store.get(historySlice);
    const next = history[from].at(-1);
    if (next === undefined) return false;
    const left = stack();
    store.set(historySlice, {
      back: history.back,
      forward: history.forward,
      [from]: history[from].slice(0, -1),
      [to]: [...history[to], left],
    });
    store.set(navigationSlice, next);
    return true;
  };
  return {
    stack,
    current: () => stack().at(-1),
    push: (entry) => go([...stack(), entry]),
    replace: (entry) => store.set(navigationSlice, [...stack().slice(0, -1), entry]),
    pop() {
      if (stack().length <= 1) return false;
      go(stack().slice(0, -1));
      return true;
    },
    go,
    back: () => turn('back', 'forward'),
    forward: () => turn('forward', 'back'),
    canGo: (way) => store.get(historySlice)[way].length > 0,
    reset(next) {
      store.set(historySlice, { back: [], forward: [] });
      store.set(navigationSlice, next);
    },
  };
}
