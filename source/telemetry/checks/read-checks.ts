import { fieldsOf, type Measurement, MEASUREMENTS } from '../../model/measurements/definitions.ts';
import type { FieldType } from '../../model/measurements/fields.ts';
import type { InfluxConnection } from '../influx/connection.ts';
import { eachRow, type FluxRow } from '../influx/rows.ts';
import type { TimeWindow } from '../store.ts';
import * as queries from './check-queries.ts';
import { cutAtMidnights } from './days.ts';
import { LIMITED_FIELDS, type LimitedField } from './limits.ts';

const TIMEOUT_MS = 60_000;

/** Points by router; the empty id stands for points without one. */
export type ByRouter = ReadonlyMap<string, number>;

/**
 * Fields with values outside of their limits, and how many points of which routers: of one organization (its uuid), or of all. Fields that
 * have no numbers are left out: `strangersAmong` tells of them.
 */
export async function readOutside(
  connection: InfluxConnection,
  window: TimeWindow,
  found: readonly FoundField[],
  organization?: string,
): Promise<readonly { readonly limited: LimitedField; readonly routers: ByRouter }[]> {
  const { bucket } = connection.settings;
  const types = Map.groupBy(found, ({ measurement, field }) => `${measurement}.${field}`);
  const numeric = LIMITED_FIELDS.filter(({ measurement, field }) =>
    types.get(`${measurement}.${field}`)?.every(({ type }) => NUMBERS.has(type)),
  );
  if (numeric.length === 0) return [];
  const suspects = new Set<LimitedField>();
  await ask(connection, queries.extremesQuery(bucket, window, numeric, organization), (row) => {
    const [measurement, field, value] = [row.text('_measurement'), row.text('_field'), row.number('_value')];
    const limited = LIMITED_FIELDS.find((one) => one.measurement === measurement && one.field === field);
    if (limited !== undefined && (value < limited.min || value > limited.max)) suspects.add(limited);
  });
  const outside: { readonly limited: LimitedField; readonly routers: ByRouter }[] = [];
  // In the order of the definition: the server answers in any.
  for (const limited of LIMITED_FIELDS.filter((one) => suspects.has(one))) {
    const routers = await readByRouter(connection, queries.outsideQuery(bucket, window, limited, organization));
    if (routers.size > 0) outside.push({ limited, routers });
  }
  return outside;
}

/** By measurement: points that lack a tag; measurements without such points are absent. */
export async function readUntagged(
  connection: InfluxConnection,
  window: TimeWindow,
  organization?: string,
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  await ask(connection, queries.tagsQuery(connection.settings.bucket, window, organization), (row) =>
    found.set(row.result, row.number('_value')),
  );
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What is in the bucket and not in the definition of the measurements. */
export interface Strangers {
  readonly measurements: readonly string[];
  /** `cpu.load`. */
  readonly fields: readonly string[];
  /** `cpu.usage_percent is long, not double`. */
  readonly types: readonly string[];
}

/** A field that has points, and its type in InfluxDB's words. */
export interface FoundField {
  readonly measurement: string;
  readonly field: string;
  readonly type: string;
}

/** Every field of the window; one that has had several types on different days is there with each. */
export async function readFields(
  connection: InfluxConnection,
  window: TimeWindow,
  organization?: string,
): Promise<readonly FoundField[]> {
  const found = new Map<string, FoundField>();
  for (const day of cutAtMidnights(window, Date.now())) {
    await ask(connection, queries.fieldsQuery(connection.settings.bucket, day, organization), (row) => {
      const one = { measurement: row.text('_measurement'), field: row.text('_field'), type: row.type('_value') };
      found.set(JSON.stringify(one), one);
    });
  }
  return [...found.values()];
}

const NUMBERS: ReadonlySet<string> = new Set(['double', 'long', 'unsignedLong']);
const TYPES: Readonly<Record<FieldType, string>> = { float: 'double', integer: 'long', string: 'string' };

/** Compares fields with the definition. */
export function strangersAmong(found: readonly FoundField[]): Strangers {
  const known: ReadonlyMap<string, Measurement> = new Map(Object.entries(MEASUREMENTS));
  const measurements = new Set<string>();
  const fields: string[] = [];
  const types: string[] = [];
  for (const { measurement, field: name, type } of found) {
    const definition = known.get(measurement);
    const field = definition && fieldsOf(definition).find((one) => one.name === name)?.field;
    if (definition === undefined) measurements.add(measurement);
    else if (field === undefined) fields.push(`${measurement}.${name}`);
    else if (TYPES[field.type] !== type) types.push(`${measurement}.${name} is ${type}, not ${TYPES[field.type]}`);
  }
  return { measurements: [...measurements], fields, types };
}

export function readPointsByRouter(connection: InfluxConnection, window: TimeWindow): Promise<ByRouter> {
  return readByRouter(connection, queries.routersQuery(connection.settings.bucket, window));
}

export async function readCardinality(connection: InfluxConnection, window: TimeWindow): Promise<number> {
  let series = 0;
  await ask(connection, queries.cardinalityQuery(connection.settings.bucket, window), (row) => {
    series += row.number('_value');
  });
  return series;
}

async function readByRouter(connection: InfluxConnection, query: Parameters<typeof ask>[1]): Promise<ByRouter> {
  const found = new Map<string, number>();
  await ask(connection, query, (row) => {
    const id = row.groupKey().get('router_id') ?? '';
    found.set(id, (found.get(id) ?? 0) + row.number('_value'));
  });
  return found;
}

function ask(
  connection: InfluxConnection,
  query: Parameters<typeof eachRow>[2],
  visit: (row: FluxRow) => void,
): Promise<void> {
  return connection.request(TIMEOUT_MS, (client) => eachRow(client, connection.settings.org, query, visit));
}
