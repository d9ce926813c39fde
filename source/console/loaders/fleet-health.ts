import { evidenceWindow } from '../../model/gate-rules.ts';
import type { Loader } from '../application.ts';
import type { ConsoleServices } from '../services.ts';
import { pause } from '../pause.ts';
import { type Fleet, fleetOf, fleetProgressSlice } from './fleet.ts';
import { refresh } from './fleet-rows.ts';

const EVERY_MS = 30_000;
/** Health of a large fleet takes the store a while: it gets at least nine times as long for other things. */
const REST = 9;
/** So long it waits for the routers at most: telemetry may answer where PostgreSQL does not. */
const INVENTORY_MS = 5000;
/** While telemetry is only beginning, and after a failure. */
const SOON_MS = 2000;
/** How long telemetry counts as beginning: always, and while ever more routers have readings. */
const BEGINNING_MS = 30_000;
const FILLING_MS = 300_000;

/** Keeps the health of the whole fleet, read in the background. In an outage the last one stays, and grows old before the eyes. */
export const fleetHealth: Loader = {
  id: 'fleet health',
  async start(services, signal) {
    // This organization's, whatever is shown by the time an answer comes.
    const fleet = fleetOf(services);
    // It takes the database longer than the routers do, which come first.
    const { organizationId } = services.scope();
    await inventoryRead(services, signal);
    if (signal.aborted) return;
    const began = performance.now();
    let failing = false;
    let before = 0;
    while (!signal.aborted) {
      const start = performance.now();
      try {
        await readHealth(services, fleet, organizationId, signal);
        failing = false;
      } catch (error) {
        if (signal.aborted) return;
        if (!failing) services.context.log.warn('console: the health of the fleet cannot be read', { err: error });
        // Not known is not good: without an answer every router counts as silent.
        fleet.health ??= new Map();
        services.store.update(fleetProgressSlice, (progress) => ({ ...progress, healthFailed: true }));
        failing = true;
      }
      await refresh(services, fleet, signal);
      const now = performance.now();
      const known = fleet.health?.size ?? 0;
      const beginning = now - began < (known > before ? FILLING_MS : BEGINNING_MS);
      before = known;
      const rest = failing ? SOON_MS : Math.max(beginning ? SOON_MS : EVERY_MS, (now - start) * REST);
      await pause(rest, signal);
    }
  },
};

/** Resolves when the routers have been read once, or nobody can say when that will be. */
async function inventoryRead({ store }: ConsoleServices, signal: AbortSignal): Promise<void> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(INVENTORY_MS)]);
  const read = (): boolean => patience.aborted || !store.get(fleetProgressSlice).loading;
  if (read()) return;
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!read()) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = store.subscribe(look);
    patience.addEventListener('abort', look, { once: true });
  });
}

async function readHealth(
  { context, store }: ConsoleServices,
  fleet: Fleet,
  organizationId: string,
  signal: AbortSignal,
): Promise<void> {
  const now = context.now();
  const { start, end } = evidenceWindow(now);
  const health = await context.telemetry.fleetHealth(organizationId, { start: start.getTime(), end: end.getTime() });
  if (signal.aborted) return;
  fleet.health = health;
  fleet.collected = null;
  store.update(fleetProgressSlice, ({ loading, inventoryAt }) => {
    return { loading, inventoryAt, healthAt: now.getTime(), healthFailed: false };
  });
}
