import type { LeaseTerms } from '../../source/postgres/upgrade-queue.ts';
import type { Pace } from '../../source/upgrades/engine/pace.ts';

/** For devices whose time passes a thousand times as fast as ours. */
export const FAST_PACE: Pace = {
  look: 40,
  reboot: 3000,
  goDown: 1000,
  copy: 15_000,
  install: 10_000,
  settle: 600,
  command: 4000,
  retry: 50,
  abortMinutes: 120,
};

/** Shorter than any of the steps that wait, long enough for a busy machine to renew it. */
export const FAST_TERMS: LeaseTerms = { lease: 1000, margin: 200 };

export const IMAGE_SERVER = 'scp://images@192.0.2.9/srv/images';
