import type { Point } from '../../model/telemetry.ts';
import { TelemetryUnavailable, type TelemetryStore } from '../../telemetry/store.ts';

export interface OutletOptions {
  readonly store: Pick<TelemetryStore, 'write'>;
  /** Longest time that a point waits for others, milliseconds. */
  readonly intervalMs?: number;
  /** So many points are held while the store does not take them; then the oldest go. */
  readonly mostPoints?: number;
  readonly onOutage: (error: TelemetryUnavailable) => void;
  readonly onBack: () => void;
  readonly onError: (error: unknown) => void;
}

const BATCH = 5000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Hands points to the telemetry store in batches. InfluxDB's store keeps them on disk while the server is away; a store that does not
 * take them gets them again later, from here.
 */
export class TelemetryOutlet {
  readonly #options: OutletOptions;
  #waiting: Point[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | null = null;
  #pauseMs = 0;
  #stopped = false;
  #dropped = 0;
  /** The same since the start. */
  #droppedInAll = 0;

  constructor(options: OutletOptions) {
    this.#options = options;
  }

  /** How many points wait here. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** How many points had to go since this was asked for last. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  add(points: readonly Point[]): void {
    for (const point of points) this.#waiting.push(point);
    const surplus = this.#waiting.length - (this.#options.mostPoints ?? 200_000);
    if (surplus > 0) {
      this.#waiting.splice(0, surplus);
      this.#dropped += surplus;
      this.#droppedInAll += surplus;
    }
    if (this.#waiting.length > 0) this.#wake();
  }

  /** Hands over what waits now. Points that the store does not take stay. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    this.#writing = this.#write().finally(() => {
      this.#writing = null;
    });
    await this.#writing;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.flush();
  }

  #wake(): void {
    if (this.#stopped || this.#timer !== undefined || this.#writing !== null) return;
    const full = this.#waiting.length >= BATCH ? 0 : (this.#options.intervalMs ?? 1000);
    this.#timer = setTimeout(() => void this.#flushAndGoOn(), Math.max(full, this.#pauseMs));
  }

  async #flushAndGoOn(): Promise<void> {
    await this.flush();
    if (this.#waiting.length > 0) this.#wake();
  }

  async #write(): Promise<void> {
    const { store, onOutage, onBack, onError } = this.#options;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH);
      const dropped = this.#droppedInAll;
      try {
        await store.write(batch);
        if (this.#pauseMs > 0) onBack();
        this.#pauseMs = 0;
      } catch (error) {
        if (error instanceof TelemetryUnavailable) {
          if (this.#pauseMs === 0) onOutage(error);
          this.#pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, 2 * this.#pauseMs));
          return;
        }
        // A defect, which the same points would meet again.
        onError(error);
      }
      // Of the batch, the oldest may have had to go meanwhile.
      this.#waiting.splice(0, Math.max(0, batch.length - (this.#droppedInAll - dropped)));
    }
  }
}
