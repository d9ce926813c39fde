import { setTimeout as delay } from 'node:timers/promises';
import type { Point } from '../model/telemetry.ts';
import type { TelemetryStore } from '../telemetry/store.ts';

export interface TelemetryHistoryOptions {
  readonly store: TelemetryStore;
  /** One router of each organization that reports: where it has no reading, none has. */
  readonly probes: readonly { readonly organizationId: string; readonly routerId: string }[];
  /** How many routers there are: as much is written at once as suits them. */
  readonly routers: number;
  /** All points of a minute (milliseconds since the epoch). */
  readonly pointsAt: (minute: number) => readonly Point[];
  /** Where it ends, milliseconds since the epoch: what is read from then on is none of its business. */
  readonly until: number;
  /** Ends it, at the latest after the write that is under way. */
  readonly signal: AbortSignal;
  /** Told of every failure of the store; it is tried again. */
  readonly onError: (error: unknown) => void;
  /** When it is tried again, milliseconds later; 5,000 if left out. */
  readonly againMs?: number;
}

const MINUTE_MS = 60_000;
const PAST_MINUTES = 120;
const AGAIN_MS = 5000;
/** Small, so that a console in the same process answers its keys in between. */
const POINTS_PER_WRITE = 2500;

/**
 * Makes up the telemetry of a demo for the two hours before its start, those minutes of which the store has nothing from an earlier run, so that
 * charts and gates have something to go by at once. Resolves when it is there, or it was told to end; never rejects.
 */
export async function fillTelemetry(options: TelemetryHistoryOptions): Promise<void> {
  const { store, routers, signal, onError } = options;
  // A router has some eight points.
  const perWrite = Math.max(1, Math.floor(POINTS_PER_WRITE / (8 * Math.max(1, routers))));
  while (!signal.aborted) {
    try {
      const missing = await missingMinutes(options);
      for (let from = 0; from < missing.length; from += perWrite) {
        await store.write(missing.slice(from, from + perWrite).flatMap((minute) => options.pointsAt(minute)));
        if (signal.aborted) return;
      }
      await store.flush();
      return;
    } catch (error) {
      onError(error);
    }
    await delay(options.againMs ?? AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** The whole minutes in which a probe was not read, newest first: what is old by its newest reading waits least. */
async function missingMinutes({ store, probes, until }: TelemetryHistoryOptions): Promise<readonly number[]> {
  const end = Math.floor(until / MINUTE_MS) * MINUTE_MS;
  const window = { start: end - PAST_MINUTES * MINUTE_MS, end };
  const known = await Promise.all(
    probes.map(async ({ organizationId, routerId }) => {
      const found = await store.series(organizationId, [routerId], 'cpu', window, PAST_MINUTES);
      return found.get(routerId)?.values ?? [];
    }),
  );
  return Array.from({ length: PAST_MINUTES }, (_, index) => index)
    .filter((index) => known.some((values) => (values[index] ?? null) === null))
    .map((index) => window.start + index * MINUTE_MS)
    .toReversed();
}
