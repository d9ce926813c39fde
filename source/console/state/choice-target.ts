import type { KeyPress, KeyTarget } from '../keys/key-press.ts';

const STEPS: Readonly<Record<string, number>> = { up: -1, k: -1, left: -1, down: 1, j: 1, right: 1 };

/** A list of choices that gets the keys: arrows, j and k move; Enter and Tab stay with the commands. */
export function choiceTarget(count: () => number, read: () => number, write: (index: number) => void): KeyTarget {
  return {
    takesText: false,
    press(key: KeyPress): boolean {
      const step = STEPS[key.name];
      if (step === undefined || count() === 0) return false;
      write(Math.max(0, Math.min(count() - 1, read() + step)));
      return true;
    },
  };
}
