import { setTimeout as delay } from 'node:timers/promises';
import type { Point } from '../model/telemetry.ts';
import type { TelemetryStore } from '../telemetry/store.ts';
import { chooseAilments } from './telemetry/choose-ailments.ts';
import type { GeneratedRouter } from './telemetry/generated-router.ts';
import { routerPoints } from './telemetry/router-points.ts';

export type { GeneratedRouter } from './telemetry/generated-router.ts';

export interface TelemetryGeneratorOptions {
  readonly store: TelemetryStore;
  readonly routers: readonly GeneratedRouter[];
  readonly seed: number;
  /** Between two points of a router. */
  readonly intervalMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Ends it, at the latest after the write that is under way. */
  readonly signal: AbortSignal;
  /** Told of every failure of the store; the generator goes on. */
  readonly onError: (error: unknown) => void;
}

export interface TelemetryGenerator {
  /** Resolves when the past is there, or the generator has ended. */
  readonly ready: Promise<void>;
  /** Resolves when it has ended. Neither rejects. */
  readonly stopped: Promise<void>;
}

const MINUTE_MS = 60_000;
const PAST_MS = 2 * 60 * MINUTE_MS;
/** Before the start, one router fell silent. */
const SILENT_FOR_MS = 40 * MINUTE_MS;
/** Small, so that a console in the same process answers its keys in between. */
const POINTS_PER_WRITE = 2500;

/**
 * Makes up telemetry for a demo: the last two hours minute by minute, or what of them the store does not have yet, and then
 * a reading of every router every `intervalMs` (its interfaces once a minute). What could not be written during an outage is made up for after it.
 */
export function startTelemetryGenerator(options: TelemetryGeneratorOptions): TelemetryGenerator {
  const past = Promise.withResolvers<undefined>();
  const stopped = run(options, () => past.resolve(undefined)).finally(() => past.resolve(undefined));
  return { ready: past.promise, stopped };
}

async function run(options: TelemetryGeneratorOptions, onReady: () => void): Promise<void> {
  const { store, intervalMs, now, signal, onError } = options;
  const pointsAt = pointMaker(options);
  let last = await newestOf(options);
  while (!signal.aborted) {
    try {
      const time = Math.floor(now() / intervalMs) * intervalMs;
      for (const minutes of missingMinutes(last, time, intervalMs, options.routers.length)) {
        await store.write(minutes.flatMap((minute) => pointsAt(minute, MINUTE_MS)));
        last = minutes.at(-1) ?? last;
        if (signal.aborted) return;
      }
      if (time > last) {
        await store.write(pointsAt(time, intervalMs));
        last = time;
      }
      await store.flush();
      onReady();
    } catch (error) {
      onError(error);
    }
    await delay(intervalMs - (now() % intervalMs), undefined, { signal }).catch(() => undefined);
  }
}

/** All points of one time. */
function pointMaker({ routers, seed, now }: TelemetryGeneratorOptions): (time: number, stepMs: number) => Point[] {
  const ailments = chooseAilments(routers, seed);
  const silentFrom = now() - SILENT_FOR_MS;
  return (time, stepMs) =>
    routers.flatMap((router) => {
      const ailment = ailments.get(router) ?? 'none';
      return ailment === 'silent' && time > silentFrom ? [] : routerPoints(router, ailment, time, stepMs, seed);
    });
}

/** The whole minutes after `last` and before `time`, if they are more than a late tick, in lists for one write each. */
function* missingMinutes(last: number, time: number, intervalMs: number, routers: number): Iterable<number[]> {
  if (time - last <= Math.max(2 * intervalMs, MINUTE_MS)) return;
  // A router has some seven points.
  const perWrite = Math.max(1, Math.floor(POINTS_PER_WRITE / (7 * routers)));
  let minutes: number[] = [];
  const first = Math.floor(Math.max(last, time - PAST_MS) / MINUTE_MS) + 1;
  for (let minute = first * MINUTE_MS; minute < time; minute += MINUTE_MS) {
    minutes.push(minute);
    if (minutes.length < perWrite) continue;
    yield minutes;
    minutes = [];
  }
  if (minutes.length > 0) yield minutes;
}

/** Until when the store has every organization's telemetry of an earlier run. */
async function newestOf({ store, routers, now, onError }: TelemetryGeneratorOptions): Promise<number> {
  const end = now() + 1;
  const window = { start: end - PAST_MS, end };
  try {
    const organizations = new Set(routers.map(({ organizationId }) => organizationId));
    const newest = await Promise.all(
      [...organizations].map(async (organizationId) => {
        const health = await store.fleetHealth(organizationId, window);
        return Math.max(window.start, ...[...health.values()].map(({ newestAt }) => newestAt ?? window.start));
      }),
    );
    return Math.min(end, ...newest);
  } catch (error) {
    onError(error);
    return window.start;
  }
}
