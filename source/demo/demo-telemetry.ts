import type postgres from 'postgres';
import { z } from 'zod';
import type { Database } from '../postgres/database.ts';
import type { InfluxSettings } from '../config/settings.ts';
import type { TelemetryStore } from '../telemetry/store.ts';
import { startTelemetryGenerator, type TelemetryGenerator } from './telemetry-generator.ts';

const INTERVAL_MS = 5000;
/** Any number: the same routers are sick in every demo. */
const SEED = 7;

const routersSchema = z.array(
  z.object({
    organizationId: z.string(),
    id: z.string(),
    vendor: z.string().nullable(),
    site: z.string().nullable(),
    timeZone: z.string(),
  }),
);

/** InfluxDB if there are settings for it, else the store in the demo's own database, which only netup_worker may write. */
export async function openDemoStore(influx: InfluxSettings | null, worker: Database): Promise<TelemetryStore> {
  if (influx !== null) {
    const { openInfluxStore } = await import('../telemetry/influx/influx-store.ts');
    return openInfluxStore(influx);
  }
  const { openEmbeddedStore } = await import('../telemetry/embedded/embedded-store.ts');
  return openEmbeddedStore(worker);
}

/** Starts made-up telemetry for every router that is in use, in the background. */
export async function startDemoTelemetry(
  admin: postgres.Sql,
  store: TelemetryStore,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<TelemetryGenerator> {
  const routers = routersSchema.parse(
    await admin`
      SELECT r.organization_id AS "organizationId", r.id, v.name AS vendor, s.name AS site,
        COALESCE(s.time_zone, 'UTC') AS "timeZone"
      FROM routers r
      LEFT JOIN vendors v ON v.id = r.vendor_id
      LEFT JOIN sites s ON s.organization_id = r.organization_id AND s.id = r.site_id
      WHERE r.status IN ('active', 'maintenance')
      ORDER BY r.organization_id, r.id`,
  );
  return startTelemetryGenerator({
    store,
    routers,
    seed: SEED,
    intervalMs: INTERVAL_MS,
    now: Date.now,
    signal,
    onError,
  });
}
