import type postgres from 'postgres';
import { z } from 'zod';
import type { MeasurementName } from '../../model/measurements/definitions.ts';
import { type FieldPoint, FieldPoints } from '../field-points.ts';
import type { TimeWindow } from '../store.ts';
import { inWindow } from './conditions.ts';

const detailRow = z.object({
  part: z.string(),
  at: z.number(),
  fields: z.record(z.string(), z.union([z.number(), z.string()])),
});

/** A router's points of a measurement in a window, oldest first, as far as they are in `table`. */
export async function readDetails(
  sql: postgres.Sql,
  table: 'telemetry_details' | 'telemetry_upgrades',
  measurement: MeasurementName,
  routerId: string,
  window: TimeWindow,
): Promise<FieldPoint[]> {
  const rows = await sql`
    SELECT part, round(extract(epoch FROM time) * 1000)::float8 AS at, fields FROM ${sql(table)}
    WHERE router_id = ${routerId} AND measurement = ${measurement} AND ${inWindow(sql, window)}`;
  const points = new FieldPoints();
  for (const { part, at, fields } of z.array(detailRow).parse(rows)) {
    for (const [name, value] of Object.entries(fields)) points.add(part, at, name, value);
  }
  return points.points();
}
