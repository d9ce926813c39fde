import { escape } from '@influxdata/influxdb-client';
import type { Point, PointTags } from '../../model/telemetry.ts';

/**
 * A point as a line of the line protocol, time in milliseconds. Whole numbers are integer fields (`i`), percentages and rates
 * are floats: a field's type is fixed by its first write, and Telegraf writes these types too. The point must be valid.
 */
export function lineOf(point: Point): string {
  const tags = tagSet(point.tags);
  switch (point.measurement) {
    case 'cpu':
      return `cpu,${tags} usage_percent=${point.fields.usage_percent} ${point.time}`;
    case 'memory':
      return `memory,${tags} free_percent=${point.fields.free_percent} ${point.time}`;
    case 'errors':
      return `errors,${tags},severity=${point.severity} error_count=${point.fields.error_count}i ${point.time}`;
    case 'interfaces': {
      const { in_bytes_rate, out_bytes_rate, error_count, admin_status, oper_status } = point.fields;
      return (
        `interfaces,interface_name=${escape.tag(point.interfaceName)},${tags} ` +
        `in_bytes_rate=${in_bytes_rate},out_bytes_rate=${out_bytes_rate},error_count=${error_count}i,` +
        `admin_status=${admin_status}i,oper_status=${oper_status}i ${point.time}`
      );
    }
    default:
      return unknownMeasurement(point);
  }
}

function unknownMeasurement(point: never): never {
  throw new TypeError(`No measurement: ${JSON.stringify(point)}`);
}

function tagSet({ organization, router_id, site, vendor }: PointTags): string {
  return `organization=${organization},router_id=${escape.tag(router_id)},site=${escape.tag(site)},vendor=${escape.tag(vendor)}`;
}
