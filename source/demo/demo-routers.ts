import type postgres from 'postgres';
import { z } from 'zod';
import { PLATFORMS } from '../model/platform.ts';
import { chooseAilments } from './telemetry/choose-ailments.ts';
import type { Ailment, GeneratedRouter } from './telemetry/generated-router.ts';
import { type RouterVitals, vitalsOf } from './telemetry/router-vitals.ts';

/** Any number: the same routers are sick in every demo. */
const SEED = 7;

const rowsSchema = z.array(
  z.object({
    organizationId: z.string(),
    id: z.string(),
    hostname: z.string(),
    platform: z.enum(PLATFORMS),
    vendor: z.string(),
    model: z.string(),
    serial: z.string().nullable(),
    version: z.string(),
    site: z.string().nullable(),
    timeZone: z.string(),
  }),
);

/** A router of the inventory that the demo has a device for. */
export interface DemoRouter extends GeneratedRouter {
  readonly vendor: string;
  readonly model: string;
  readonly serial: string | null;
  readonly version: string;
  readonly ailment: Ailment;
  readonly vitals: RouterVitals;
}

/** Every router that has a platform and is not offline or retired, by hostname, with how it does. */
export async function demoRouters(admin: postgres.Sql): Promise<readonly DemoRouter[]> {
  const rows = rowsSchema.parse(
    await admin`
      SELECT r.organization_id AS "organizationId", r.id, r.hostname, m.platform, v.name AS vendor, m.name AS model, r.serial,
        r.current_ver AS version, s.name AS site, COALESCE(s.time_zone, 'UTC') AS "timeZone"
      FROM routers r
      JOIN models m ON m.id = r.model_id
      JOIN vendors v ON v.id = m.vendor_id
      LEFT JOIN sites s ON s.organization_id = r.organization_id AND s.id = r.site_id
      WHERE r.status IN ('active', 'maintenance') AND m.platform IS NOT NULL
      ORDER BY r.hostname`,
  );
  const ailments = chooseAilments(rows, SEED);
  return rows.map((row) => {
    const ailment = ailments.get(row) ?? 'none';
    return { ...row, ailment, vitals: vitalsOf(row, ailment, SEED) };
  });
}
