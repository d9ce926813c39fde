import type postgres from 'postgres';
import { z } from 'zod';
import { type FieldPoint, FieldPoints } from '../field-points.ts';
import type { TimeWindow } from '../store.ts';
import { inWindow } from './conditions.ts';

const detailRow = z.object({
  part: z.string(),
  at: z.number(),
  fields: z.record(z.string(), z.union([z.number(), z.string()])),
});

/** A router's progress or validation of upgrades in a window, oldest first. */
export async function readUpgrades(
  sql: postgres.Sql,
  measurement: 'upgrade_progress' | 'upgrade_validation',
  routerId: string,
  window: TimeWindow,
): Promise<FieldPoint[]> {
  return pointsOf(
    await sql`
    SELECT part, ${milliseconds(sql)} AS at, fields FROM telemetry_upgrades
    WHERE router_id = ${routerId} AND measurement = ${measurement} AND ${inWindow(sql, window)}`,
  );
}

/** The newest value of each field of each of a router's components in a window: a few rows of the thousands that there may be. */
export async function readNewestSensors(
  sql: postgres.Sql,
  routerId: string,
  window: TimeWindow,
): Promise<FieldPoint[]> {
  return pointsOf(
    await sql`
    SELECT DISTINCT ON (part, field.key) part, ${milliseconds(sql)} AS at, jsonb_build_object(field.key, field.value) AS fields
    FROM telemetry_details CROSS JOIN LATERAL jsonb_each(fields) AS field
    WHERE router_id = ${routerId} AND measurement = 'system' AND ${inWindow(sql, window)}
    ORDER BY part, field.key, time DESC`,
  );
}

function milliseconds(sql: postgres.Sql) {
  return sql`round(extract(epoch FROM time) * 1000)::float8`;
}

function pointsOf(rows: readonly unknown[]): FieldPoint[] {
  const points = new FieldPoints();
  for (const { part, at, fields } of z.array(detailRow).parse(rows)) {
    for (const [name, value] of Object.entries(fields)) points.add(part, at, name, value);
  }
  return points.points();
}
