import type { AuditEvent } from '../../../model/audit.ts';
import type { UpgradeDetail } from '../../../model/upgrade.ts';
import type { RecordedCheck } from '../../../postgres/upgrade-checks.ts';
import type { UpgradeHold } from '../../../postgres/upgrade-hold.ts';
import type { UpgradeWorker } from '../../../postgres/upgrade-worker.ts';
import type { ConsoleServices } from '../../services.ts';
import { defineSlice } from '../../state/slice.ts';
import { upgradeRoute } from '../routes.ts';

export interface LoadedUpgrade {
  readonly upgradeId: string;
  /** Null until it is read, and if there is none. */
  readonly upgrade: UpgradeDetail | null;
  readonly checks: readonly RecordedCheck[];
  /** Which worker has it; null if none. */
  readonly worker: UpgradeWorker | null;
  /** What keeps it from being begun; null if nothing does. */
  readonly hold: UpgradeHold | null;
  readonly audit: readonly AuditEvent[];
  readonly state: 'reading' | 'here' | 'missing';
  /** When it was read, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
  /** True while the last attempt to read it failed. */
  readonly failed: boolean;
}

export const notRead = (upgradeId: string): LoadedUpgrade => ({
  upgradeId,
  upgrade: null,
  checks: [],
  worker: null,
  hold: null,
  audit: [],
  state: 'reading',
  readAt: null,
  failed: false,
});

/** The upgrade that the screen shows. */
export const upgradeSlice = defineSlice<LoadedUpgrade>('upgrade', () => notRead(''));

/** The upgrade that is shown; undefined if a key comes before it was read. */
export function shownUpgrade({ store, navigation }: ConsoleServices): UpgradeDetail | undefined {
  const { upgrade } = store.get(upgradeSlice);
  const entry = navigation.current();
  const id = entry === undefined ? undefined : upgradeRoute.params(entry)?.upgradeId;
  return upgrade !== null && upgrade.id === id ? upgrade : undefined;
}

/** First line shown, where there are more than fit. */
export const upgradeScrollSlice = defineSlice('upgrade.scroll', () => 0);
