import type { Database } from '../postgres/database.ts';
import type { InfluxSettings } from '../config/settings.ts';
import type { TelemetryStore } from '../telemetry/store.ts';
import type { DemoRouter } from './demo-routers.ts';
import { routerPoints } from './telemetry/router-points.ts';
import { fillTelemetry } from './telemetry-history.ts';

const MINUTE_MS = 60_000;
/** Before the start, one router fell silent. */
const SILENT_FOR_MS = 40 * MINUTE_MS;

/** InfluxDB if there are settings for it, else the store in the demo's own database, which only netup_worker may write. */
export async function openDemoStore(influx: InfluxSettings | null, worker: Database): Promise<TelemetryStore> {
  if (influx !== null) {
    const { openInfluxStore } = await import('../telemetry/influx/influx-store.ts');
    return openInfluxStore(influx);
  }
  const { openEmbeddedStore } = await import('../telemetry/embedded/embedded-store.ts');
  return openEmbeddedStore(worker);
}

/** Makes up, in the background, what was read of the routers before now. Never rejects. */
export function fillDemoTelemetry(
  routers: readonly DemoRouter[],
  store: TelemetryStore,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<void> {
  const until = Date.now();
  return fillTelemetry({
    store,
    probes: probesOf(routers),
    routers: routers.length,
    pointsAt: (minute) =>
      routers.flatMap((router) =>
        router.ailment === 'silent' && minute > until - SILENT_FOR_MS
          ? []
          : routerPoints(router, router.vitals, minute, MINUTE_MS),
      ),
    until,
    signal,
    onError,
  });
}

function probesOf(
  routers: readonly DemoRouter[],
): readonly { readonly organizationId: string; readonly routerId: string }[] {
  const reporting = routers.filter(({ ailment }) => ailment !== 'silent');
  const first = new Map(reporting.toReversed().map(({ organizationId, id }) => [organizationId, id]));
  return [...first].map(([organizationId, routerId]) => ({ organizationId, routerId }));
}
