import type { TelemetryStore, TimeWindow } from '../telemetry/store.ts';

/** An answer holds so long for others who ask the same: consoles ask again every 15 seconds, or later. */
const HOLDS_MS = 5000;
/** Windows of the whole fleet that differ by less are one to whoever looks at it. */
const SAME_WINDOW_MS = 5000;
/** Answers of a kind that are kept at once. */
const KEPT = 100;

/**
 * Telemetry for many consoles of one process: what several ask of one organization at about the same time is asked once, and all get the
 * same answer, which nobody changes. The organization is part of every question. A failure is kept for nobody.
 */
export function sharedTelemetry(store: TelemetryStore): TelemetryStore {
  const health = new Answers<Awaited<ReturnType<TelemetryStore['fleetHealth']>>>();
  const series = new Answers<Awaited<ReturnType<TelemetryStore['series']>>>();
  const latest = new Answers<Awaited<ReturnType<TelemetryStore['latest']>>>();
  const pings = new Answers<number>();
  return sharing(store, {
    fleetHealth(organizationId, window) {
      const key = JSON.stringify([organizationId, ...rounded(window)]);
      return health.of(key, () => store.fleetHealth(organizationId, window));
    },
    series(organizationId, routerIds, name, window, steps) {
      const key = JSON.stringify([organizationId, routerIds, name, window.start, window.end, steps]);
      return series.of(key, () => store.series(organizationId, routerIds, name, window, steps));
    },
    latest(organizationId, routerIds) {
      return latest.of(JSON.stringify([organizationId, routerIds]), () => store.latest(organizationId, routerIds));
    },
    ping: () => pings.of('', () => store.ping()),
  });
}

/** The store with some of its methods replaced; the others keep what they belong to. */
function sharing(store: TelemetryStore, own: Partial<TelemetryStore>): TelemetryStore {
  return new Proxy(store, {
    get(target, name) {
      const found: unknown = Reflect.get(own, name) ?? Reflect.get(target, name);
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });
}

function rounded({ start, end }: TimeWindow): readonly number[] {
  return [start, end].map((time) => Math.floor(time / SAME_WINDOW_MS));
}

/** Answers by question, for a short while. */
class Answers<T> {
  readonly #kept = new Map<string, { readonly at: number; readonly answer: Promise<T> }>();

  of(question: string, ask: () => Promise<T>): Promise<T> {
    const now = performance.now();
    // Oldest first.
    for (const [old, { at }] of this.#kept) {
      if (this.#kept.size < KEPT && now - at < HOLDS_MS) break;
      this.#kept.delete(old);
    }
    const found = this.#kept.get(question);
    if (found !== undefined) return found.answer;
    const kept = { at: now, answer: ask() };
    this.#kept.set(question, kept);
    kept.answer.catch(() => {
      if (this.#kept.get(question) === kept) this.#kept.delete(question);
    });
    return kept.answer;
  }
}
