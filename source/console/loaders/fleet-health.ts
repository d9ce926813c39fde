import { setTimeout as sleep } from 'node:timers/promises';
import { evidenceWindow } from '../../model/gate-rules.ts';
import type { Loader } from '../application.ts';
import type { ConsoleServices } from '../services.ts';
import { fleetOf, fleetProgressSlice } from './fleet.ts';
import { refresh } from './fleet-rows.ts';

const EVERY_MS = 30_000;
/** Health of a large fleet takes the store a while: it gets at least nine times as long for other things. */
const REST = 9;
/** While the inventory is read, and after a failure. */
const SOON_MS = 1000;

/** Keeps the health of the whole fleet, read in the background. In an outage the last one stays, and grows old before the eyes. */
export const fleetHealth: Loader = {
  id: 'fleet health',
  async start(services, signal) {
    let failing = false;
    while (!signal.aborted) {
      const start = performance.now();
      try {
        await readHealth(services, signal);
        failing = false;
      } catch (error) {
        if (!failing && !signal.aborted) {
          services.context.log.warn('console: the health of the fleet cannot be read', { err: error });
        }
        // Not known is not good: without an answer every router counts as silent.
        fleetOf(services).health ??= new Map();
        failing = true;
      }
      await refresh(services, fleetOf(services), signal);
      const early = failing || services.store.get(fleetProgressSlice).loading;
      const rest = Math.max(EVERY_MS, (performance.now() - start) * REST);
      await sleep(early ? SOON_MS : rest, undefined, { signal, ref: false }).catch(() => undefined);
    }
  },
};

async function readHealth(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  const { context, store } = services;
  const { organizationId } = services.scope();
  const now = context.now();
  const { start, end } = evidenceWindow(now);
  const health = await context.telemetry.fleetHealth(organizationId, { start: start.getTime(), end: end.getTime() });
  if (signal.aborted) return;
  fleetOf(services).health = health;
  store.update(fleetProgressSlice, (progress) => ({ ...progress, healthAt: now.getTime() }));
}
