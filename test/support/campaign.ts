import { inject } from 'vitest';

/** How long a randomised test runs, and from which seed. */
export interface Campaign {
  readonly seed: number;
  readonly runs: number;
}

/** The short fixed campaign of the tests, or the long one that `npm run campaign -- --seed S --runs N` asked for. */
export function campaign(usual: Campaign): Campaign {
  return { ...usual, ...inject('campaign') };
}
