import type { Point } from '../../source/model/telemetry.ts';
import type { TelemetryStore } from '../../source/telemetry/store.ts';

/** How a router is for the whole of the time. */
export interface Steady {
  readonly cpu?: number;
  readonly freeMemory?: number;
  /** Critical errors in the last minute; null: nobody counts them. */
  readonly criticalErrors?: number | null;
  /** Age of the newest reading, minutes; 0 if left out. */
  readonly minutesSilent?: number;
}

const READINGS = 60;

/** Writes an hour of readings, one a minute up to now: healthy, but for what is said otherwise. */
export async function writeSteady(
  store: TelemetryStore,
  organization: string,
  routerIds: readonly string[],
  steady: Steady = {},
): Promise<void> {
  const { cpu = 30, freeMemory = 60, criticalErrors = 0, minutesSilent = 0 } = steady;
  const newest = Date.now() - minutesSilent * 60_000 - 1000;
  const points = routerIds.flatMap((router_id): Point[] => {
    const tags = { router_id, organization, vendor: 'vendor', site: 'site' };
    const readings = Array.from({ length: READINGS }, (_, index) => newest - index * 60_000).flatMap(
      (time): Point[] => [
        { tags, time, measurement: 'cpu', fields: { usage_percent: cpu } },
        { tags, time, measurement: 'memory', fields: { free_percent: freeMemory } },
      ],
    );
    if (criticalErrors === null) return readings;
    const errors = { error_count: criticalErrors };
    return [...readings, { tags, time: newest, measurement: 'errors', severity: 'critical', fields: errors }];
  });
  const { refused } = await store.write(points);
  if (Object.keys(refused).length > 0) throw new Error(`Points were refused: ${JSON.stringify(refused)}`);
  await store.flush();
}
