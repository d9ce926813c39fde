import type { TelemetryStore } from '../../telemetry/store.ts';
import type { FleetReader, FleetSnapshot } from './context.ts';

/** For so long a snapshot is given again, so that the pages of one listing fit together, and many callers cost one query. */
const FRESH_MS = 20_000;
/** Of organizations and lengths of time; each may be some MB. */
const MOST_SNAPSHOTS = 8;

interface Kept {
  readonly at: number;
  readonly snapshot: Promise<FleetSnapshot>;
}

/** Reads the health of whole organizations, each question once in a while. `now` is in milliseconds. */
export function fleetReader(telemetry: TelemetryStore, now: () => number): FleetReader {
  const kept = new Map<string, Kept>();
  return (organizationId, window) => {
    const key = `${organizationId} ${window.end - window.start}`;
    const known = kept.get(key);
    if (known !== undefined && now() - known.at < FRESH_MS) return known.snapshot;
    const snapshot = telemetry.fleetHealth(organizationId, window).then((health) => ({ window, health }));
    kept.delete(key);
    kept.set(key, { at: now(), snapshot });
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_SNAPSHOTS) break;
      kept.delete(oldest);
    }
    // A failure is not kept: the next call asks anew.
    snapshot.catch(() => {
      if (kept.get(key)?.snapshot === snapshot) kept.delete(key);
    });
    return snapshot;
  };
}
