import type { LeaseTerms } from '../../source/postgres/upgrade-queue.ts';
import type { Pace } from '../../source/upgrades/engine/pace.ts';

/** For devices whose time passes a thousand times as fast as ours. */
export const FAST_PACE: Pace = {
  look: 40,
  reboot: 15_000,
  goDown: 1000,
  copy: 15_000,
  install: 10_000,
  settle: 600,
  command: 4000,
  login: 15_000,
  retry: 50,
  // 72 s of ours: at a busy machine's pace less is over before anything is wrong.
  abortMinutes: 1200,
};

/** For a campaign of upgrades that all succeed: no limit is what is tested. */
export const CRASH_PACE: Pace = {
  ...FAST_PACE,
  reboot: 60_000,
  goDown: 2000,
  copy: 60_000,
  install: 60_000,
  settle: 30_000,
  command: 30_000,
};

/** What a worker that is paused in it is paused for, and a little more: so no longer than a busy machine needs. */
export const CRASH_TERMS: LeaseTerms = { lease: 2000, margin: 200 };

/** Shorter than any of the steps that wait, long enough for a busy machine to renew it. */
export const FAST_TERMS: LeaseTerms = { lease: 1000, margin: 200 };

export const IMAGE_SERVER = 'scp://images@192.0.2.9/srv/images';
