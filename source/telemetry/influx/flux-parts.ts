import { flux, fluxExpression, toFluxValue, type ParameterizedQuery } from '@influxdata/influxdb-client';
import { type FieldName, fieldsOf, type MeasurementName, MEASUREMENTS } from '../../model/measurements/definitions.ts';
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

/** What may be asked for. */
const NAMES: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(MEASUREMENTS).map(([name, measurement]) => [
    name,
    new Set(fieldsOf(measurement).map((field) => field.name)),
  ]),
);

/** Ids in one query. Comparisons joined by `or` are pushed down to the storage, `contains()` is not. */
const IDS_PER_QUERY = 250;

/** The ids of a read, in lists short enough for one query each. Ids that InfluxDB cannot hold are left out. */
export function idLists(routerIds: readonly string[]): string[][] {
  const ids = [...new Set(routerIds)].filter((id) => isStorableTag(id));
  const lists: string[][] = [];
  for (let at = 0; at < ids.length; at += IDS_PER_QUERY) lists.push(ids.slice(at, at + IDS_PER_QUERY));
  return lists;
}

/**
 * Reads fields of one measurement, all of them if none is named: `from`, `range` and one `filter`, all static, so that the storage
 * does the work. Throws RangeError for what the definition does not have, whoever names it.
 */
export function read<Name extends MeasurementName>(
  scope: Scope,
  measurement: Name,
  ...fields: readonly FieldName<Name>[]
): ParameterizedQuery {
  return readWhere(scope, measurement, fields, fluxExpression(''));
}

/** Further conditions of a read. */
export const CRITICAL = flux` and r.severity == "critical"`;
export const ofInterface = (name: string): ParameterizedQuery => flux` and r.interface_name == ${name}`;

/** Critical error counts: their count field alone, since a sum over all numeric fields would add what is no count. */
export function readCriticalErrors(scope: Scope): ParameterizedQuery {
  return readWhere(scope, 'errors', ['error_count'], CRITICAL);
}

/** A field of one interface. */
export function readOfInterface(scope: Scope, name: string, field: FieldName<'interfaces'>): ParameterizedQuery {
  return readWhere(scope, 'interfaces', [field], ofInterface(name));
}

/** What the tasks put points together by. */
export type SummedBy = 'hourly' | 'daily' | 'monthly';

/** Reads what a task of influx/tasks has put together of one field: its sum, count, least and greatest. */
export function readAggregates<Name extends MeasurementName>(
  scope: Scope,
  measurement: Name,
  by: SummedBy,
  field: FieldName<Name>,
  furtherTag: ParameterizedQuery = fluxExpression(''),
): ParameterizedQuery {
  refuseUnknown(measurement, [field]);
  const parts = ['sum', 'count', 'min', 'max'].map((part) => `${field}_${part}`);
  return readStored(scope, `${measurement}_${by}`, parts, furtherTag);
}

function readWhere(
  scope: Scope,
  measurement: MeasurementName,
  fields: readonly string[],
  furtherTag: ParameterizedQuery,
): ParameterizedQuery {
  refuseUnknown(measurement, fields);
  return readStored(scope, measurement, fields, furtherTag);
}

function readStored(
  { bucket, organizationId, window, routerIds }: Scope,
  measurement: string,
  fields: readonly string[],
  furtherTag: ParameterizedQuery,
): ParameterizedQuery {
  const start = new Date(window.start);
  const stop = new Date(window.end);
  const named = anyOf('_field', fields.length === 0 ? null : fields);
  const filter = flux`r._measurement == ${measurement}${named}${furtherTag} and r.organization == ${organizationId}${anyOf('router_id', routerIds)}`;
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

function refuseUnknown(measurement: string, fields: readonly string[]): void {
  const known = NAMES.get(measurement);
  if (known === undefined) throw new RangeError(`No measurement: ${measurement}.`);
  const unknown = fields.find((field) => !known.has(field));
  if (unknown !== undefined) throw new RangeError(`No field of ${measurement}: ${unknown}.`);
}

/** Null: any value. */
function anyOf(column: '_field' | 'router_id', values: readonly string[] | null): ParameterizedQuery {
  if (values === null) return fluxExpression('');
  return fluxExpression(` and ${orTree(values.map((value) => `r.${column} == ${toFluxValue(value)}`))}`);
}

/** A balanced tree: the parser takes a plain chain of some 200 for nested too deep. */
function orTree(conditions: readonly string[]): string {
  const [only] = conditions;
  if (only !== undefined && conditions.length === 1) return only;
  if (conditions.length <= 8) return `(${conditions.join(' or ')})`;
  const middle = conditions.length >> 1;
  return `(${orTree(conditions.slice(0, middle))} or ${orTree(conditions.slice(middle))})`;
}
