import { escape } from '@influxdata/influxdb-client';
import { fieldsOf, type FurtherTag, type Measurement, MEASUREMENTS } from '../../model/measurements/definitions.ts';
import type { FieldType } from '../../model/measurements/fields.ts';
import type { Point, PointTags } from '../../model/telemetry.ts';

interface LineForm {
  readonly tag: FurtherTag | null;
  readonly types: ReadonlyMap<string, FieldType>;
}

const FORMS: ReadonlyMap<string, LineForm> = new Map(
  Object.entries(MEASUREMENTS).map(([name, measurement]) => [name, formOf(measurement)]),
);

/** A point as a line of the line protocol, time in milliseconds, fields in the types of their definition. The point must be valid. */
export function lineOf(point: Point): string {
  const form = FORMS.get(point.measurement);
  if (form === undefined) throw new TypeError(`No measurement: ${point.measurement}`);
  return `${point.measurement}${furtherTag(form.tag, point)}${tagSet(point.tags)} ${fieldSet(form.types, point.fields)} ${point.time}`;
}

function formOf(measurement: Measurement): LineForm {
  const types = fieldsOf(measurement).map(({ name, field }): [string, FieldType] => [name, field.type]);
  return { tag: measurement.tag, types: new Map(types) };
}

function furtherTag(tag: FurtherTag | null, point: Point): string {
  if (tag === null) return '';
  const properties: Readonly<Record<string, unknown>> = point;
  return `,${tag.name}=${escape.tag(String(properties[tag.property]))}`;
}

function tagSet({ organization, router_id, site, vendor }: PointTags): string {
  return `,organization=${organization},router_id=${escape.tag(router_id)},site=${escape.tag(site)},vendor=${escape.tag(vendor)}`;
}

function fieldSet(types: LineForm['types'], fields: Readonly<Record<string, unknown>>): string {
  let set = '';
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value === undefined) continue;
    set += `${set === '' ? '' : ','}${name}=${fieldValue(types.get(name), value)}`;
  }
  return set;
}

/** Whole numbers end in `i`; without it they would be floats. */
function fieldValue(type: FieldType | undefined, value: unknown): string {
  if (type === 'string') return escape.quoted(String(value));
  return type === 'integer' ? `${String(value)}i` : String(value);
}
