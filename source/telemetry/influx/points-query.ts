import { flux, type ParameterizedQuery } from '@influxdata/influxdb-client';
import { fieldsOf, type MeasurementName, MEASUREMENTS } from '../../model/measurements/definitions.ts';
import type { FieldType } from '../../model/measurements/fields.ts';
import type { FieldPoints } from '../field-points.ts';
import { read, type Scope } from './flux-parts.ts';
import type { FluxRow } from './rows.ts';

/** Measurements that are read whole: all of their fields, put together by time. */
export type ReadWhole = Extract<MeasurementName, 'system' | 'upgrade_progress' | 'upgrade_validation'>;

/** Every point of a measurement, or the newest value of each field. One table a field, since fields are of several types. */
export function pointsQuery(scope: Scope, measurement: ReadWhole, which: 'all' | 'newest'): ParameterizedQuery {
  const tag = MEASUREMENTS[measurement].tag;
  const columns = [...(tag === null ? [] : [tag.name]), '_field', '_value', '_time'];
  return flux`${read(scope, measurement)} ${which === 'newest' ? flux`|> last() ` : flux``}|> keep(columns: ${columns})`;
}

/** Adds one row of the answer to {@link pointsQuery}. Fields that are none of ours are passed over. */
export function addPointRow(points: FieldPoints, measurement: ReadWhole, row: FluxRow): void {
  const { tag } = MEASUREMENTS[measurement];
  const name = row.text('_field');
  const type = TYPES[measurement].get(name);
  if (type === undefined) return;
  const value = type === 'string' ? row.text('_value') : row.number('_value');
  points.add(tag === null ? '' : row.text(tag.name), row.time('_time'), name, value);
}

const TYPES = {
  system: typesOf('system'),
  upgrade_progress: typesOf('upgrade_progress'),
  upgrade_validation: typesOf('upgrade_validation'),
} as const;

function typesOf(measurement: ReadWhole): ReadonlyMap<string, FieldType> {
  return new Map(fieldsOf(MEASUREMENTS[measurement]).map(({ name, field }) => [name, field.type]));
}
