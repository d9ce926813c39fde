import type { AuditEvent } from '../../../model/audit.ts';
import type { UpgradeDetail } from '../../../model/upgrade.ts';
import { defineSlice } from '../../state/slice.ts';

export interface LoadedUpgrade {
  /** Null until it is read, and if there is none. */
  readonly upgrade: UpgradeDetail | null;
  readonly audit: readonly AuditEvent[];
  readonly state: 'reading' | 'here' | 'missing';
}

export const NOT_READ: LoadedUpgrade = { upgrade: null, audit: [], state: 'reading' };

/** The upgrade that the screen shows. */
export const upgradeSlice = defineSlice<LoadedUpgrade>('upgrade', () => ({
  upgrade: null,
  audit: [],
  state: 'reading',
}));

/** First line shown, where there are more than fit. */
export const upgradeScrollSlice = defineSlice('upgrade.scroll', () => 0);
