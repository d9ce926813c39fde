import type { ScreenEntry } from './route.ts';
import { defineSlice } from './slice.ts';
import type { Store } from './store.ts';

export const navigationSlice = defineSlice<readonly ScreenEntry[]>('navigation', () => [], { keep: true });

/** The stack of screens: breadcrumbs are the stack, Esc goes up one. */
export interface Navigation {
  current(): ScreenEntry | undefined;
  stack(): readonly ScreenEntry[];
  push(entry: ScreenEntry): void;
  /** Puts the entry in the place of the current one. */
  replace(entry: ScreenEntry): void;
  /** Goes up one. Returns false at the first screen, where there is nowhere to go. */
  pop(): boolean;
  reset(stack: readonly ScreenEntry[]): void;
}

export function createNavigation(store: Store): Navigation {
  const stack = (): readonly ScreenEntry[] => store.get(navigationSlice);
  const set = (next: readonly ScreenEntry[]): void => store.set(navigationSlice, next);
  return {
    stack,
    current: () => stack().at(-1),
    push: (entry) => set([...stack(), entry]),
    replace: (entry) => set([...stack().slice(0, -1), entry]),
    pop() {
      if (stack().length <= 1) return false;
      set(stack().slice(0, -1));
      return true;
    },
    reset: (next) => set(next),
  };
}
