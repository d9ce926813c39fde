import type { Point } from '../../model/telemetry.ts';
import type { RouterHealth } from '../../postgres/router-health.ts';

/** Ten minutes each, two hours in all. */
const BUCKET_MS = 600_000;
const BUCKETS = 12;

interface Bucket {
  readonly slot: number;
  readonly from: number;
  samples: number;
  cpuSum: number;
  memoryMinFree: number | null;
  criticalErrors: number | null;
}

export type HealthFigures = Pick<
  RouterHealth,
  | 'cpuMean'
  | 'cpuLatest'
  | 'memoryMinFree'
  | 'memoryLatestFree'
  | 'criticalErrors'
  | 'samples'
  | 'summaryFrom'
  | 'newestAt'
>;

/** CPU, memory and critical errors of a router over its last two hours, in a few numbers. What was not read is null, never zero. */
export class HealthWindow {
  #buckets: Bucket[] = [];
  #cpuLatest: number | null = null;
  #memoryLatest: number | null = null;
  /** Of each measurement; the same point twice counts once. */
  readonly #newest = new Map<string, number>();

  add(point: Point): void {
    if (point.measurement !== 'cpu' && point.measurement !== 'memory' && point.measurement !== 'errors') return;
    const kind = point.measurement === 'errors' ? point.severity : point.measurement;
    if (point.time <= (this.#newest.get(kind) ?? 0)) return;
    this.#newest.set(kind, point.time);
    const bucket = this.#bucketAt(point.time);
    if (point.measurement === 'cpu') {
      this.#cpuLatest = point.fields.usage_percent;
      bucket.samples += 1;
      bucket.cpuSum += point.fields.usage_percent;
    } else if (point.measurement === 'memory') {
      this.#memoryLatest = point.fields.free_percent;
      bucket.memoryMinFree = Math.min(bucket.memoryMinFree ?? 100, point.fields.free_percent);
    } else if (point.severity === 'critical') {
      bucket.criticalErrors = (bucket.criticalErrors ?? 0) + point.fields.error_count;
    }
  }

  figures(now: number): HealthFigures {
    this.#forgetBefore(now);
    const buckets = this.#buckets;
    const samples = buckets.reduce((sum, bucket) => sum + bucket.samples, 0);
    const memory = buckets.flatMap(({ memoryMinFree }) => memoryMinFree ?? []);
    const errors = buckets.flatMap(({ criticalErrors }) => criticalErrors ?? []);
    const isKnown = buckets.length > 0;
    const figuresAt = Math.max(this.#newest.get('cpu') ?? 0, this.#newest.get('memory') ?? 0);
    return {
      cpuMean: samples === 0 ? null : buckets.reduce((sum, { cpuSum }) => sum + cpuSum, 0) / samples,
      cpuLatest: samples === 0 ? null : this.#cpuLatest,
      memoryMinFree: memory.length === 0 ? null : Math.min(...memory),
      memoryLatestFree: memory.length === 0 ? null : this.#memoryLatest,
      criticalErrors: errors.length === 0 ? null : errors.reduce((sum, count) => sum + count, 0),
      samples,
      summaryFrom: buckets[0]?.from ?? null,
      // As in a summary of the telemetry: a log that is still read does not make figures fresh.
      newestAt: !isKnown ? null : figuresAt > 0 ? figuresAt : Math.max(...this.#newest.values()),
    };
  }

  #bucketAt(time: number): Bucket {
    const slot = Math.floor(time / BUCKET_MS);
    const known = this.#buckets.find((bucket) => bucket.slot === slot);
    if (known !== undefined) return known;
    const bucket = { slot, from: time, samples: 0, cpuSum: 0, memoryMinFree: null, criticalErrors: null };
    this.#buckets.push(bucket);
    this.#forgetBefore(time);
    return bucket;
  }

  #forgetBefore(now: number): void {
    const first = Math.floor(now / BUCKET_MS) - BUCKETS + 1;
    if ((this.#buckets[0]?.slot ?? first) < first) this.#buckets = this.#buckets.filter(({ slot }) => slot >= first);
  }
}
