import type { Series } from '../../model/telemetry.ts';
import type { ConsoleServices } from '../services.ts';
import { pause } from '../pause.ts';
import { type Fleet, fleetOf } from './fleet.ts';

const WINDOW_MS = 2 * 3_600_000;
const STEPS = 12;
const STEP_MS = WINDOW_MS / STEPS;
/** Rows are left alone for so long while somebody scrolls past them. */
const SETTLE_MS = 120;
const REFRESH_MS = 15_000;
/** After a failure, and at first while most of the bars are missing: the telemetry may only be on its way. */
const SOON_MS = 2000;
const BEGINNING_MS = 60_000;

/**
 * Keeps the CPU series of the rows in sight, in one query for all of them: when the rows in sight have settled, and every 15 seconds.
 * `inSight` gives their ids; it is asked after every change of the state, and gives the same array as long as they are the same.
 */
export async function keepVisibleSeries(
  services: ConsoleServices,
  signal: AbortSignal,
  inSight: () => readonly string[],
): Promise<void> {
  const { context, store } = services;
  // This organization's, whatever is shown by the time an answer comes: two organizations may use the same router ids.
  const fleet = fleetOf(services);
  const { organizationId } = services.scope();
  const began = performance.now();
  let failing = false;
  let wake = new AbortController();
  let asked: readonly string[] = [];
  const unsubscribe = store.subscribe(() => {
    if (!sameIds(inSight(), asked)) wake.abort();
  });
  signal.addEventListener('abort', unsubscribe, { once: true });
  while (!signal.aborted) {
    await settled(inSight, signal);
    const ids = inSight();
    asked = ids;
    wake = new AbortController();
    let filling = false;
    try {
      const rows = await read(services, fleet, organizationId, ids);
      filling = performance.now() - began < BEGINNING_MS && mostlyGaps(rows);
      failing = false;
    } catch (error) {
      // The header shows the outage and the rows keep what they have.
      if (!failing && !signal.aborted) context.log.warn('console: the CPU series cannot be read', { err: error });
      failing = true;
    }
    const patience = failing || filling ? SOON_MS : REFRESH_MS;
    if (sameIds(inSight(), asked)) await pause(patience, AbortSignal.any([signal, wake.signal]));
  }
}

async function settled(inSight: () => readonly string[], signal: AbortSignal): Promise<void> {
  for (let before: readonly string[] = []; !signal.aborted;) {
    const now = inSight();
    if (sameIds(now, before)) return;
    before = now;
    await pause(SETTLE_MS, signal);
  }
}

function sameIds(left: readonly string[], right: readonly string[]): boolean {
  return left === right || (left.length === right.length && left.every((id, index) => id === right[index]));
}

async function read(
  { context }: ConsoleServices,
  { rows }: Fleet,
  organizationId: string,
  ids: readonly string[],
): Promise<readonly (Series | undefined)[]> {
  if (ids.length === 0) return [];
  // Whole steps, so that the bars stand still between two readings and move together at the next step.
  const end = Math.ceil(context.now().getTime() / STEP_MS) * STEP_MS;
  const window = { start: end - WINDOW_MS, end };
  const series = await context.telemetry.series(organizationId, ids, 'cpu', window, STEPS);
  const changed = ids.flatMap((id) => {
    const row = rows.get(id);
    const cpu = series.get(id) ?? null;
    if (row === undefined || sameValues(row.cpu?.values ?? null, cpu?.values ?? null)) return [];
    return [{ ...row, cpu }];
  });
  rows.upsert(changed);
  return ids.map((id) => series.get(id));
}

function mostlyGaps(rows: readonly (Series | undefined)[]): boolean {
  const values = rows.flatMap((series) => series?.values ?? []);
  return values.filter((value) => value === null).length * 2 > values.length;
}

function sameValues(left: readonly (number | null)[] | null, right: readonly (number | null)[] | null): boolean {
  if (left === null || right === null) return left === right;
  return left.length === right.length && left.every((value, index) => near(value, right[index] ?? null));
}

/** Half of the height of one bar: less does not show. */
function near(left: number | null, right: number | null): boolean {
  return left === null || right === null ? left === right : Math.abs(left - right) < 6;
}
