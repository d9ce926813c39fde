/** The time on simulated devices, which may pass faster than ours. */
export interface Clock {
  now(): Date;
  /** Calls back after so many of the devices' milliseconds; gives what calls it off. */
  after(milliseconds: number, work: () => void): () => void;
}

/** Node takes a longer wait for none at all. */
const LONGEST = 2 ** 31 - 1;

export interface ClockOptions {
  /** How many times as fast as ours; 1 if left out. */
  readonly timeScale?: number;
  /** What time it is, if not ours; waits go by `timeScale` all the same. */
  readonly now?: () => Date;
}

/** A clock that costs nothing while nobody waits. */
export function startClock({ timeScale = 1, now }: ClockOptions = {}): Clock {
  const begin = Date.now();
  return {
    now: now ?? (() => new Date(begin + (Date.now() - begin) * timeScale)),
    after(milliseconds, work) {
      const timer = setTimeout(work, Math.min(LONGEST, milliseconds / timeScale));
      return () => clearTimeout(timer);
    },
  };
}
