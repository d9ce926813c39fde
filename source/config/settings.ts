/** How to reach PostgreSQL, from PG_*. */
export interface PostgresSettings {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly sslMode: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
  /** Connections of the whole process, over all organizations. */
  readonly poolSize: number;
}

/** How to reach InfluxDB, from INFLUX_*. */
export interface InfluxSettings {
  readonly url: string;
  readonly token: string;
  readonly org: string;
  readonly bucket: string;
  readonly batchSize: number;
  readonly flushIntervalMs: number;
}
