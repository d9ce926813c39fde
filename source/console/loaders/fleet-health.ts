import { evidenceWindow } from '../../model/gate-rules.ts';
import type { Loader } from '../application.ts';
import type { ConsoleServices } from '../services.ts';
import { pause } from '../pause.ts';
import { type Fleet, fleetOf, fleetProgressSlice } from './fleet.ts';
import { refresh } from './fleet-rows.ts';

const EVERY_MS = 30_000;
/** Health of a large fleet takes the store a while: it gets at least nine times as long for other things. */
const REST = 9;
/** While telemetry is only beginning, and after a failure. */
const SOON_MS = 2000;
/** How long telemetry may be beginning while there is none at all, and while ever more routers have readings. */
const BEGINNING_MS = 30_000;
const FILLING_MS = 300_000;

/** Keeps the health of the whole fleet, read in the background. In an outage the last one stays, and grows old before the eyes. */
export const fleetHealth: Loader = {
  id: 'fleet health',
  async start(services, signal) {
    // This organization's, whatever is shown by the time an answer comes.
    const fleet = fleetOf(services);
    const began = performance.now();
    let failing = false;
    let before = 0;
    while (!signal.aborted) {
      const start = performance.now();
      try {
        await readHealth(services, fleet, signal);
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
      const beginning = known === 0 ? now - began < BEGINNING_MS : known > before && now - began < FILLING_MS;
      before = known;
      const rest = failing ? SOON_MS : Math.max(beginning ? SOON_MS : EVERY_MS, (now - start) * REST);
      await pause(rest, signal);
    }
  },
};

async function readHealth(services: ConsoleServices, fleet: Fleet, signal: AbortSignal): Promise<void> {
  const { context, store } = services;
  const { organizationId } = services.scope();
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
