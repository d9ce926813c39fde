import type { HealthSummary } from '../model/health.ts';

/** A value and when it was read, milliseconds since the epoch. */
export interface ReadingAt {
  readonly value: number;
  readonly at: number;
}

/** What adds up to a health summary. Stores answer in parts (a series each, or raw and hourly rows), which are put together here. */
export interface HealthParts {
  readonly samples: number;
  /** Sum of the CPU samples, percent. */
  readonly cpuSum: number;
  readonly cpuMax: number | null;
  readonly cpuLatest: ReadingAt | null;
  readonly memoryMinFree: number | null;
  readonly memoryLatest: ReadingAt | null;
  /** Null if nobody told of errors, which is not the same as none. */
  readonly criticalErrors: number | null;
  /** Time of the newest sample of any measurement; null if nothing was sent. */
  readonly newestAt: number | null;
}

export const NO_PARTS: HealthParts = {
  samples: 0,
  cpuSum: 0,
  cpuMax: null,
  cpuLatest: null,
  memoryMinFree: null,
  memoryLatest: null,
  criticalErrors: null,
  newestAt: null,
};

/** The parts of two sets of samples that do not overlap. */
function addParts(one: HealthParts, other: HealthParts): HealthParts {
  return {
    samples: one.samples + other.samples,
    cpuSum: one.cpuSum + other.cpuSum,
    cpuMax: either(Math.max, one.cpuMax, other.cpuMax),
    cpuLatest: newer(one.cpuLatest, other.cpuLatest),
    memoryMinFree: either(Math.min, one.memoryMinFree, other.memoryMinFree),
    memoryLatest: newer(one.memoryLatest, other.memoryLatest),
    criticalErrors: either((a, b) => a + b, one.criticalErrors, other.criticalErrors),
    newestAt: either(Math.max, one.newestAt, other.newestAt),
  };
}

/** The summary; null if the router sent nothing at all, so that silence never reads as "no errors". */
export function summaryOf(parts: HealthParts): HealthSummary | null {
  if (parts.newestAt === null) return null;
  const figuresAt = either(Math.max, parts.cpuLatest?.at ?? null, parts.memoryLatest?.at ?? null);
  return {
    cpuMean: parts.samples === 0 ? null : parts.cpuSum / parts.samples,
    cpuMax: parts.cpuMax,
    cpuLatest: parts.cpuLatest?.value ?? null,
    memoryMinFree: parts.memoryMinFree,
    memoryLatestFree: parts.memoryLatest?.value ?? null,
    criticalErrors: parts.criticalErrors,
    samples: parts.samples,
    // A log that is still read must not let figures pass for fresh that no longer come.
    newestAt: figuresAt ?? parts.newestAt,
  };
}

/** Collects parts by router id. */
export class HealthCollector {
  readonly #parts = new Map<string, HealthParts>();

  add(routerId: string, parts: Partial<HealthParts>): void {
    this.#parts.set(routerId, addParts(this.#parts.get(routerId) ?? NO_PARTS, { ...NO_PARTS, ...parts }));
  }

  /** Only the routers that sent something. */
  summaries(): Map<string, HealthSummary> {
    const summaries = new Map<string, HealthSummary>();
    for (const [routerId, parts] of this.#parts) {
      const summary = summaryOf(parts);
      if (summary !== null) summaries.set(routerId, summary);
    }
    return summaries;
  }
}

function either(choose: (a: number, b: number) => number, one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return choose(one, other);
}

function newer(one: ReadingAt | null, other: ReadingAt | null): ReadingAt | null {
  if (one === null || other === null) return one ?? other;
  return other.at >= one.at ? other : one;
}
