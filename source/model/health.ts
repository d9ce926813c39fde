/**
 * One router's health over a window, from its CPU, memory and errors. Every figure is null where there is no sample: no data is not
 * zero. Readings of interfaces do not count, nor does the age of those of errors: they would let old figures pass for fresh ones.
 */
export interface HealthSummary {
  /** Percent, 0-100. */
  readonly cpuMean: number | null;
  readonly cpuMax: number | null;
  /** The newest CPU sample, percent. */
  readonly cpuLatest: number | null;
  /** Least free memory in the window, percent. */
  readonly memoryMinFree: number | null;
  readonly memoryLatestFree: number | null;
  /** Sum of the counts of critical errors; 0 only if the router sent something in the window. */
  readonly criticalErrors: number | null;
  /** CPU samples in the window. */
  readonly samples: number;
  /** Time of the newest sample of CPU or memory, milliseconds since the epoch; of the newest count of errors where there are neither. */
  readonly newestAt: number | null;
}
