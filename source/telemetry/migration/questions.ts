import { flux, type FluxParameterLike, fluxRegExp, type ParameterizedQuery } from '@influxdata/influxdb-client';
import { MEASUREMENTS } from '../../model/measurements/definitions.ts';
import { eachRow, type FluxRow } from '../influx/rows.ts';
import type { InfluxAdmin } from '../setup/influx-admin.ts';
import type { TimeWindow } from '../store.ts';
import { type MigrationText, migrationQuery, type TextValues } from './migration-text.ts';
import { type CountedSeries, OLD_MEMORY, seriesKey, seriesOf } from './series.ts';

/** Points of ours are between these; milliseconds. */
export const BEGINNING = 0;
export const FAR_AHEAD = Date.UTC(2200, 0, 1);

const OURS = fluxRegExp(new RegExp(`^(?:${Object.keys(MEASUREMENTS).join('|')})$`, 'u').source);

/** How many points there are, and how many of them a migration changes. */
export interface PointCounts {
  readonly all: number;
  /** Of the old name of memory. */
  readonly renamed: number;
  /** Of ours, of other names, without an organization. */
  readonly untagged: number;
}

/** Every series that has points in the window, and how many. */
export async function countSeries(
  admin: InfluxAdmin,
  bucketId: string,
  window: TimeWindow,
  measurement: string | null = null,
): Promise<readonly CountedSeries[]> {
  const only = measurement === null ? flux`` : flux`|> filter(fn: (r) => r._measurement == ${measurement})`;
  const found: CountedSeries[] = [];
  const query = flux`${points(bucketId, window)} ${only} |> count() |> drop(columns: ["_start", "_stop"])`;
  await ask(admin, 'counting series', query, (row) =>
    found.push({ ...seriesOf(row.groupKey()), points: row.number('_value') }),
  );
  return found;
}

/** Counted by the storage alone. */
export async function countPoints(admin: InfluxAdmin, bucketId: string, window: TimeWindow): Promise<PointCounts> {
  const total = (filter: ParameterizedQuery, name: string): ParameterizedQuery =>
    flux`${points(bucketId, window)} ${filter} |> count() |> keep(columns: ["_value"]) |> sum() |> yield(name: ${name})\n`;
  const counts = { all: 0, renamed: 0, untagged: 0 };
  const query = [
    total(flux``, 'all'),
    total(flux`|> filter(fn: (r) => r._measurement == ${OLD_MEMORY})`, 'renamed'),
    total(flux`|> filter(fn: (r) => not exists r.organization and r._measurement =~ ${OURS})`, 'untagged'),
  ].join('');
  await ask(admin, 'counting points', query, (row) => {
    const { result } = row;
    if (result === 'all' || result === 'renamed' || result === 'untagged') counts[result] += row.number('_value');
  });
  return counts;
}

/** The time of the first point and of the last one; null if there are none. */
export async function spanOf(admin: InfluxAdmin, bucketId: string, window: TimeWindow): Promise<TimeWindow | null> {
  const times: number[] = [];
  const end = (which: ParameterizedQuery, name: string): ParameterizedQuery =>
    flux`${points(bucketId, window)} |> ${which} |> keep(columns: ["_time"]) |> group() |> yield(name: ${name})\n`;
  const query = [end(flux`first()`, 'first'), end(flux`last()`, 'last')].join('');
  let [start, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  await ask(admin, 'looking for the first and the last point', query, (row) => {
    const time = row.time('_time');
    times.push(time);
    start = Math.min(start, time);
    last = Math.max(last, time);
  });
  return times.length === 0 ? null : { start, end: last + 1 };
}

/** The types, in InfluxDB's words, of the fields of a measurement. */
export async function fieldTypes(
  admin: InfluxAdmin,
  bucketId: string,
  window: TimeWindow,
  measurement: string,
): Promise<ReadonlyMap<string, string>> {
  const types = new Map<string, string>();
  const query = flux`${points(bucketId, window)} |> filter(fn: (r) => r._measurement == ${measurement}) |> first()`;
  await ask(admin, 'reading the types of fields', query, (row) => types.set(row.text('_field'), row.type('_value')));
  return types;
}

/** By key of the series: how many points it will have, where points of several old series may fall on the same time. */
export async function countDistinct(
  admin: InfluxAdmin,
  values: Omit<TextValues, 'migrated'>,
  migratedMeasurements: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const migrated: FluxParameterLike = fluxRegExp(`^(?:${migratedMeasurements.join('|')})$`);
  const counts = new Map<string, number>();
  const query = await migrationQuery('distinct', { ...values, migrated });
  await ask(admin, 'counting points of series that become one', query, (row) =>
    counts.set(seriesKey(seriesOf(row.groupKey())), row.number('_value')),
  );
  return counts;
}

/** Copies points by one of the texts. Resolves with how many. */
export async function copyBy(admin: InfluxAdmin, text: MigrationText, values: TextValues): Promise<number> {
  let copied = 0;
  const query = await migrationQuery(text, values);
  await ask(admin, `copying points by influx/migrations/${text}.flux`, query, (row) => {
    copied += row.number('_value');
  });
  return copied;
}

function points(bucketId: string, { start, end }: TimeWindow): ParameterizedQuery {
  return flux`from(bucketID: ${bucketId}) |> range(start: ${new Date(start)}, stop: ${new Date(end)})`;
}

function ask(
  { attempt, org }: InfluxAdmin,
  doing: string,
  query: string | ParameterizedQuery,
  visit: (row: FluxRow) => void,
): Promise<void> {
  return attempt(doing, (client) => eachRow(client, org, query, visit));
}
