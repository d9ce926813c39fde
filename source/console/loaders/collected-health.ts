import { evidenceWindow } from '../../model/gate-rules.ts';
import { collectedHealth as readCollectedHealth } from '../../postgres/collected-health.ts';
import type { Loader } from '../application.ts';
import { pause } from '../pause.ts';
import type { ConsoleServices } from '../services.ts';
import { type Fleet, fleetOf, fleetProgressSlice } from './fleet.ts';
import { refresh } from './fleet-rows.ts';

const EVERY_MS = 30_000;
/** Nothing on the screen says of a figure that it is older. */
const FRESH_MS = 10 * 60_000;

/**
 * Reads from PostgreSQL what collectors wrote of the routers' health, as long as telemetry has not answered: at the start, when the health of a
 * large fleet takes telemetry a while, and in an outage. These figures are shown, and routers are not judged by them: gates ask telemetry.
 */
export const collectedHealth: Loader = {
  id: 'collected health',
  async start(services, signal) {
    // This organization's, whatever is shown by the time an answer comes.
    const fleet = fleetOf(services);
    let failing = false;
    while (!signal.aborted) {
      try {
        if (isWanted(services)) await read(services, fleet, signal);
        failing = false;
      } catch (error) {
        if (signal.aborted) return;
        if (!failing) services.context.log.warn('console: the collected health cannot be read', { err: error });
        failing = true;
      }
      await pause(EVERY_MS, signal);
    }
  },
};

/** True while telemetry has not answered, or does not. */
function isWanted({ store }: ConsoleServices): boolean {
  const { healthAt, healthFailed } = store.get(fleetProgressSlice);
  return healthAt === null || healthFailed;
}

async function read(services: ConsoleServices, fleet: Fleet, signal: AbortSignal): Promise<void> {
  const now = services.context.now();
  const found = await readCollectedHealth(services.scope(), {
    since: now.getTime() - FRESH_MS,
    windowStart: evidenceWindow(now).start.getTime(),
  });
  if (signal.aborted || found.size === 0 || !isWanted(services)) return;
  fleet.collected = found;
  services.store.update(fleetProgressSlice, (progress) => ({ ...progress, collectedAt: now.getTime() }));
  await refresh(services, fleet, signal);
}
