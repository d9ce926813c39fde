import type { AuditEvent } from '../../../model/audit.ts';
import type { Decision } from '../../../model/gate.ts';
import type { Policy, PolicyCandidate } from '../../../model/policy.ts';
import type { Router } from '../../../model/router.ts';
import type { InterfaceReading, Series } from '../../../model/telemetry.ts';
import type { Upgrade } from '../../../model/upgrade.ts';
import { defineSlice } from '../../state/slice.ts';

/** What PostgreSQL says of the router. */
export interface RouterRecord {
  readonly routerId: string;
  readonly router: Router | null;
  /** Every policy in rank order, and why it applies or does not. */
  readonly candidates: readonly PolicyCandidate[];
  readonly upgrades: readonly Upgrade[];
  readonly audit: readonly AuditEvent[];
  readonly state: 'reading' | 'here' | 'missing';
}

/** What telemetry says of it, and the decision that follows. */
export interface RouterReadings {
  readonly routerId: string;
  readonly cpu: Series | null;
  readonly memory: Series | null;
  readonly interfaces: readonly InterfaceReading[];
  readonly policy: Policy | null;
  readonly decision: Decision | null;
  /** When they were read, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
}

export const noRecord = (routerId: string): RouterRecord => ({
  routerId,
  router: null,
  candidates: [],
  upgrades: [],
  audit: [],
  state: 'reading',
});

export const noReadings = (routerId: string): RouterReadings => ({
  routerId,
  cpu: null,
  memory: null,
  interfaces: [],
  policy: null,
  decision: null,
  readAt: null,
});

export const routerRecordSlice = defineSlice<RouterRecord>('router.record', () => noRecord(''));
export const routerReadingsSlice = defineSlice<RouterReadings>('router.readings', () => noReadings(''));

/** First line of the lower part that is shown. */
export const routerScrollSlice = defineSlice('router.scroll', () => 0);
