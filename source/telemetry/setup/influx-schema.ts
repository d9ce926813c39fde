/** A bucket as it should be. */
export interface DeclaredBucket {
  readonly name: string;
  readonly retentionSeconds: number;
  readonly description: string;
}

/** One right of a token. `bucket` is its name; null: every bucket of the organization. */
export interface DeclaredPermission {
  readonly action: 'read' | 'write';
  readonly bucket: string | null;
}

/** A token as it should be; its name is its description in InfluxDB. */
export interface DeclaredToken {
  readonly name: string;
  readonly permissions: readonly DeclaredPermission[];
}

/** A task as it should be. `flux` is its whole text with the name and schedule in it. */
export interface DeclaredTask {
  readonly name: string;
  /** Where the text comes from, from the folder influx/ on. */
  readonly file: string;
  readonly flux: string;
}

/** What an InfluxDB of ours has. */
export interface InfluxSchema {
  readonly buckets: readonly DeclaredBucket[];
  readonly tokens: readonly DeclaredToken[];
  readonly tasks: readonly DeclaredTask[];
}
