import type { MadeDecision } from '../../../model/agent.ts';
import type { AuditEvent } from '../../../model/audit.ts';
import type { Decision } from '../../../model/gate.ts';
import type { PolicyCandidate } from '../../../model/policy.ts';
import type { Router } from '../../../model/router.ts';
import type { InterfaceReading, SensorReading } from '../../../model/telemetry.ts';
import type { Upgrade } from '../../../model/upgrade.ts';
import { fleetOf, fleetProgressSlice } from '../../loaders/fleet.ts';
import type { ConsoleServices } from '../../services.ts';
import { defineSlice } from '../../state/slice.ts';
import { routerRoute } from '../routes.ts';

/** What PostgreSQL says of the router. */
export interface RouterRecord {
  readonly routerId: string;
  readonly router: Router | null;
  /** Every policy in rank order, and why it applies or does not. */
  readonly candidates: readonly PolicyCandidate[];
  readonly upgrades: readonly Upgrade[];
  readonly audit: readonly AuditEvent[];
  readonly state: 'reading' | 'here' | 'missing';
  /** When it was read, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
  /** True while the last attempt to read it failed. */
  readonly failed: boolean;
}

/** What telemetry says of it. */
export interface RouterReadings {
  readonly routerId: string;
  readonly interfaces: readonly InterfaceReading[];
  readonly sensors: readonly SensorReading[];
  /** When they were read, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
  /** True while the last attempt to read them failed. */
  readonly failed: boolean;
}

/** What follows from both: if the router could go to its target version. */
export interface RouterJudgement {
  readonly routerId: string;
  readonly decision: Decision | null;
  /** When it was made, milliseconds since the epoch; null before the first time. */
  readonly madeAt: number | null;
  readonly failed: boolean;
}

/** The last decision about it that somebody made for the record. */
export interface RouterMade {
  readonly routerId: string;
  readonly made: MadeDecision | null;
  /** When it was read, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
  readonly failed: boolean;
}

const noRecord = (routerId: string, router: Router | null = null, readAt: number | null = null): RouterRecord => ({
  routerId,
  router,
  candidates: [],
  upgrades: [],
  audit: [],
  state: 'reading',
  readAt,
  failed: false,
});

export const noReadings = (routerId: string): RouterReadings => ({
  routerId,
  interfaces: [],
  sensors: [],
  readAt: null,
  failed: false,
});

export const noJudgement = (routerId: string): RouterJudgement => ({
  routerId,
  decision: null,
  madeAt: null,
  failed: false,
});

export const noMade = (routerId: string): RouterMade => ({ routerId, made: null, readAt: null, failed: false });

export const routerMadeSlice = defineSlice<RouterMade>('router.made', () => noMade(''));
export const routerRecordSlice = defineSlice<RouterRecord>('router.record', () => noRecord(''));
export const routerReadingsSlice = defineSlice<RouterReadings>('router.readings', () => noReadings(''));
export const routerJudgementSlice = defineSlice<RouterJudgement>('router.judgement', () => noJudgement(''));

/** The record of the router that is shown, even if a key comes before anything of it was read. */
export function currentRecord(services: ConsoleServices): RouterRecord {
  const record = services.store.get(routerRecordSlice);
  const entry = services.navigation.current();
  const routerId = entry === undefined ? undefined : routerRoute.params(entry)?.routerId;
  return routerId === undefined || routerId === record.routerId ? record : firstRecord(services, routerId);
}

/** What there is to show of a router before it is read: what the fleet knows of it. */
export function firstRecord(services: ConsoleServices, routerId: string): RouterRecord {
  const known = fleetOf(services).rows.get(routerId)?.router ?? null;
  return noRecord(routerId, known, services.store.get(fleetProgressSlice).inventoryAt);
}

/** The policy that applies; undefined if none does, or none is read yet. */
export function policyOf({ candidates }: RouterRecord): PolicyCandidate | undefined {
  return candidates.find(({ outcome }) => outcome === 'override' || outcome === 'wins');
}

/** First line of the lower part that is shown. */
export const routerScrollSlice = defineSlice('router.scroll', () => 0);
