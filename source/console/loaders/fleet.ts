import type { HealthSummary } from '../../model/health.ts';
import type { Policy } from '../../model/policy.ts';
import { needsAttention, type Readiness, readiness } from '../../model/readiness.ts';
import type { Router } from '../../model/router.ts';
import type { Series } from '../../model/telemetry.ts';
import { type Trouble, troublesOf } from '../../model/trouble.ts';
import { atMostEvery } from '../at-most-every.ts';
import type { ConsoleServices } from '../services.ts';
import { RowCollection } from '../state/row-collection.ts';
import type { RowSort } from '../state/row-sort.ts';
import { defineSlice } from '../state/slice.ts';

/** A router with what is known of its health, as one row of the fleet. Rows are replaced, never changed. */
export interface FleetRow {
  readonly router: Router;
  /** Null: nothing in the last two hours, or not read yet. */
  readonly health: HealthSummary | null;
  /** Null until policies and health have been read. */
  readonly readiness: Readiness | null;
  readonly policyName: string | null;
  /** What is wrong with it; undefined until policies and health have been read. */
  readonly troubles?: readonly Trouble[] | undefined;
  /** CPU over the last two hours; null until the row was in sight. */
  readonly cpu: Series | null;
}

/** How far the fleet and its health are read. */
export interface FleetProgress {
  /** True while the inventory is read for the first time. */
  readonly loading: boolean;
  /** When the inventory and the health were last read whole; null before the first time. */
  readonly inventoryAt: number | null;
  readonly healthAt: number | null;
  /** True while the last attempt to read the health failed. */
  readonly healthFailed: boolean;
  /** When what collectors wrote of the health was read instead; left out while it is not shown. */
  readonly collectedAt?: number;
}

/** The organization's routers. It outlives screens, and goes when the operator switches to another organization. */
export interface Fleet {
  readonly rows: RowCollection<FleetRow>;
  /** Null until they are read. */
  policies: ReadonlyMap<string, Policy> | null;
  health: ReadonlyMap<string, HealthSummary> | null;
  /** What collectors wrote of it, to be shown while telemetry does not answer. */
  collected?: ReadonlyMap<string, HealthSummary> | null;
  /** The policies that every row has been judged by; null before the first time. */
  judgedBy: ReadonlyMap<string, Policy> | null;
}

export const BY_HOSTNAME: RowSort<FleetRow> = {
  id: 'hostname',
  direction: 'ascending',
  value: ({ router }) => router.hostname,
};

/** While many rows come or change, the screen follows only so often: drawing would take longer than the rows. */
const ROWS_SHOWN_MS = { change: 200, first: 500 };

const fleetSlice = defineSlice<Fleet | null>('fleet', () => null);

/** Grows whenever a row or their order changed: what draws the table looks at it. */
export const fleetVersionSlice = defineSlice('fleet.version', () => 0);

export const fleetProgressSlice = defineSlice<FleetProgress>('fleet.progress', () => ({
  loading: true,
  inventoryAt: null,
  healthAt: null,
  healthFailed: false,
}));

export function fleetOf({ store }: ConsoleServices): Fleet {
  const found = store.get(fleetSlice);
  if (found !== null) return found;
  const announce = (): void => store.update(fleetVersionSlice, (version) => version + 1);
  const seldom = atMostEvery(ROWS_SHOWN_MS.change, announce);
  const first = atMostEvery(ROWS_SHOWN_MS.first, announce);
  // An order was asked for by a key, and shows at once.
  const onChange = (cause: 'rows' | 'order'): void => {
    if (cause === 'order') announce();
    else if (store.get(fleetProgressSlice).loading) first();
    else seldom();
  };
  const rows = new RowCollection<FleetRow>({
    idOf: ({ router }) => router.id,
    sort: BY_HOSTNAME,
    tally: (row) => needsAttention(row.readiness),
    onChange,
  });
  const fleet: Fleet = { rows, policies: null, health: null, judgedBy: null };
  store.set<Fleet | null>(fleetSlice, fleet);
  return fleet;
}

/** The row of a router from all that is known now; it keeps the series of the row `before` it. */
export function fleetRow(fleet: Fleet, router: Router, now: number, before?: FleetRow): FleetRow {
  const policy = router.policyId === null ? null : (fleet.policies?.get(router.policyId) ?? null);
  const health = fleet.health?.get(router.id) ?? null;
  const judged = fleet.policies !== null && fleet.health !== null;
  return {
    router,
    health: shownHealth(fleet, router.id, health),
    readiness: judged ? readiness(router, health, policy, now) : null,
    // By its name, not spread: that costs as much as all the rest, 100,000 times.
    troubles: judged ? troublesOf(router, health, policy, now) : undefined,
    policyName: policy?.name ?? null,
    cpu: before?.cpu ?? null,
  };
}

/** What the columns show: what collectors wrote, where it is newer than what telemetry answered. */
function shownHealth(fleet: Fleet, routerId: string, health: HealthSummary | null): HealthSummary | null {
  const collected = fleet.collected?.get(routerId) ?? null;
  return (collected?.newestAt ?? 0) > (health?.newestAt ?? 0) ? collected : health;
}

/** The row of the same router from all that is known now: the one before, if it looks the same in every column. */
export function fleetRowAgain(fleet: Fleet, before: FleetRow, now: number): FleetRow {
  const { router } = before;
  const health = fleet.health?.get(router.id) ?? null;
  // Without readings, then as now, only other policies could make a difference.
  const known = before.readiness !== null && fleet.judgedBy === fleet.policies && fleet.health !== null;
  const shown = shownHealth(fleet, router.id, health);
  if (known && shown === null && before.health === null) return before;
  const policy = router.policyId === null ? null : (fleet.policies?.get(router.policyId) ?? null);
  const judged = fleet.policies !== null && fleet.health !== null;
  // Of 100,000 rows nearly all stay as they are: nothing is made for those.
  const same =
    before.readiness === (judged ? readiness(router, health, policy, now) : null) &&
    before.policyName === (policy?.name ?? null) &&
    before.troubles === (judged ? troublesOf(router, health, policy, now) : undefined) &&
    sameFigures(before.health, shown);
  return same ? before : fleetRow(fleet, router, now, before);
}

function sameFigures(left: HealthSummary | null, right: HealthSummary | null): boolean {
  if (left === null || right === null || left === right) return left === right;
  return (
    rounded(left.cpuLatest) === rounded(right.cpuLatest) &&
    rounded(left.memoryLatestFree) === rounded(right.memoryLatestFree) &&
    left.criticalErrors === right.criticalErrors
  );
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}
