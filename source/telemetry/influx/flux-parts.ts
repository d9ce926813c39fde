import { flux, fluxExpression, toFluxValue, type ParameterizedQuery } from '@influxdata/influxdb-client';
import type { TimeWindow } from '../store.ts';
import { isStorableTag } from '../validate-point.ts';

/** Whose points a query is about: all routers of an organization, or those named. */
export interface Scope {
  readonly bucket: string;
  readonly organizationId: string;
  readonly window: TimeWindow;
  /** Null: every router; never empty. */
  readonly routerIds: readonly string[] | null;
}

/** Ids in one query. Comparisons joined by `or` are pushed down to the storage, `contains()` is not. */
const IDS_PER_QUERY = 250;

/** The ids of a read, in lists short enough for one query each. Ids that InfluxDB cannot hold are left out. */
export function idLists(routerIds: readonly string[]): string[][] {
  const ids = [...new Set(routerIds)].filter((id) => isStorableTag(id));
  const lists: string[][] = [];
  for (let at = 0; at < ids.length; at += IDS_PER_QUERY) lists.push(ids.slice(at, at + IDS_PER_QUERY));
  return lists;
}

/** Reads one field of one measurement: `from`, `range` and one `filter`, all static, so that the storage does the work. */
export function read(scope: Scope, measurement: string, field: string): ParameterizedQuery {
  return readWhere(scope, flux`r._measurement == ${measurement} and r._field == ${field}`);
}

/** Critical error counts: their count field alone, since a sum over all numeric fields would add what is no count. */
export function readCriticalErrors(scope: Scope): ParameterizedQuery {
  return readWhere(scope, flux`r._measurement == "errors" and r._field == "error_count" and r.severity == "critical"`);
}

/** Reads whatever the condition `what` on `r` lets through. */
export function readWhere(
  { bucket, organizationId, window, routerIds }: Scope,
  what: ParameterizedQuery,
): ParameterizedQuery {
  const start = new Date(window.start);
  const stop = new Date(window.end);
  const filter = flux`${what} and r.organization == ${organizationId}${routers(routerIds)}`;
  return flux`from(bucket: ${bucket}) |> range(start: ${start}, stop: ${stop}) |> filter(fn: (r) => ${filter})`;
}

/** Whole milliseconds as a Flux duration. */
export function milliseconds(count: number): ParameterizedQuery {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`No duration: ${count} ms.`);
  return fluxExpression(`${count}ms`);
}

/** Several chains as one query; each must name its answer with `yield`. */
export function together(chains: readonly ParameterizedQuery[]): ParameterizedQuery {
  return fluxExpression(chains.map(String).join('\n'));
}

function routers(ids: readonly string[] | null): ParameterizedQuery {
  return fluxExpression(ids === null ? '' : ` and ${anyOf(ids.map((id) => `r.router_id == ${toFluxValue(id)}`))}`);
}

/** A balanced tree: the parser takes a plain chain of some 200 for nested too deep. */
function anyOf(conditions: readonly string[]): string {
  if (conditions.length <= 8) return `(${conditions.join(' or ')})`;
  const middle = conditions.length >> 1;
  return `(${anyOf(conditions.slice(0, middle))} or ${anyOf(conditions.slice(middle))})`;
}
