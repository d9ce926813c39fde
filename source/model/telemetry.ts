/** Tags that every point has. */
export interface PointTags {
  readonly router_id: string;
  /** Organization id (uuid). */
  readonly organization: string;
  readonly vendor: string;
  readonly site: string;
}

/** One reading. `time` is milliseconds since the epoch; percentages are 0-100; `error_count` counts since the last point. */
export type Point = { readonly tags: PointTags; readonly time: number } & (
  | { readonly measurement: 'cpu'; readonly fields: { readonly usage_percent: number } }
  | { readonly measurement: 'memory'; readonly fields: { readonly free_percent: number } }
  | {
      readonly measurement: 'interfaces';
      readonly interfaceName: string;
      readonly fields: {
        readonly in_bytes_rate: number;
        readonly out_bytes_rate: number;
        readonly error_count: number;
        /** 1 up, 0 down. */
        readonly admin_status: 0 | 1;
        readonly oper_status: 0 | 1;
      };
    }
  | {
      readonly measurement: 'errors';
      readonly severity: 'critical' | 'warning';
      readonly fields: { readonly error_count: number };
    }
);

/** The figures that have a series on the screen. */
export type SeriesName = 'cpu' | 'memory' | 'errors';

/** Equal time steps, oldest first; null where no sample fell into a step. */
export interface Series {
  /** Start of the first step, milliseconds since the epoch. */
  readonly start: number;
  readonly stepMs: number;
  readonly values: readonly (number | null)[];
}

/** The newest state of one interface. */
export interface InterfaceReading {
  readonly name: string;
  readonly inBytesPerSecond: number;
  readonly outBytesPerSecond: number;
  /** Errors counted in the window asked for. */
  readonly errors: number;
  readonly adminUp: boolean;
  readonly operUp: boolean;
  readonly at: number;
}
