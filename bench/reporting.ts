import { setTimeout as delay } from 'node:timers/promises';
import { fillTelemetry } from '../source/demo/telemetry-history.ts';
import type { GeneratedRouter } from '../source/demo/telemetry/generated-router.ts';
import { routerPoints } from '../source/demo/telemetry/router-points.ts';
import { vitalsOf } from '../source/demo/telemetry/router-vitals.ts';
import type { Point } from '../source/model/telemetry.ts';
import type { TelemetryStore } from '../source/telemetry/store.ts';

const SEED = 7;
const EVERY_MS = 10_000;
const MINUTE_MS = 60_000;

/** Writes points of healthy routers: those of the last two hours, then new ones until the signal. Resolves to what ends with it, once the past is there. */
export async function startReporting(
  store: TelemetryStore,
  routers: readonly GeneratedRouter[],
  signal: AbortSignal,
): Promise<{ readonly stopped: Promise<void> }> {
  const vitals = routers.map((router) => ({ router, vitals: vitalsOf(router, 'none', SEED) }));
  const onError = (error: unknown): void => void process.stderr.write(`telemetry: ${String(error)}\n`);
  const pointsAt = (time: number, stepMs: number): Point[] =>
    vitals.flatMap((one) => routerPoints(one.router, one.vitals, time, stepMs));
  await fillTelemetry({
    store,
    probes: routers.slice(0, 1).map(({ organizationId, id }) => ({ organizationId, routerId: id })),
    routers: routers.length,
    pointsAt: (minute) => pointsAt(minute, MINUTE_MS),
    until: Date.now(),
    signal,
    onError,
  });
  const report = async (): Promise<void> => {
    while (!signal.aborted) {
      await store.write(pointsAt(Math.floor(Date.now() / EVERY_MS) * EVERY_MS, EVERY_MS)).catch(onError);
      await delay(EVERY_MS - (Date.now() % EVERY_MS), undefined, { signal }).catch(() => undefined);
    }
  };
  return { stopped: report() };
}
