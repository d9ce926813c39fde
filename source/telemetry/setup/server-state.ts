/** A bucket of the server. A retention of 0 seconds is for ever. */
export interface FoundBucket {
  readonly id: string;
  readonly name: string;
  readonly retentionSeconds: number;
}

export interface FoundTask {
  readonly id: string;
  readonly name: string;
  readonly flux: string;
  readonly isActive: boolean;
}

export interface FoundToken {
  readonly id: string;
  /** Its description; empty if it has none. */
  readonly name: string;
  /** Sorted, as `permissionText` writes them. */
  readonly permissions: readonly string[];
  readonly isActive: boolean;
  /** Null where the server does not tell it. */
  readonly value: string | null;
}

/** What there is in our organization; buckets without those of InfluxDB itself. */
export interface ServerState {
  readonly buckets: readonly FoundBucket[];
  readonly tasks: readonly FoundTask[];
  readonly tokens: readonly FoundToken[];
}

/** The server before anything is on it. */
export const NOTHING: ServerState = { buckets: [], tasks: [], tokens: [] };

/** A right in words: `read buckets/telemetry`; null stands for every bucket. */
export function permissionText(action: string, bucket: string | null): string {
  return `${action} buckets/${bucket ?? '*'}`;
}
