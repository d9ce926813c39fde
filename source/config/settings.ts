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
  /** False: requests are never compressed. */
  readonly gzip?: boolean;
}

/** Where telemetry waits that InfluxDB does not take, from NETUP_SPOOL_*. */
export interface SpoolSettings {
  readonly directory: string;
  /** Bytes of one process at most. */
  readonly maxBytes: number;
}

/** How to log in to routers, from NETUP_SSH_*. */
export interface SshLogin {
  readonly user: string;
  readonly password: string | null;
}

/** Files of the audit trail, from NETUP_AUDIT_*; null where the variable is not set. */
export interface AuditSettings {
  readonly keyFile: string | null;
  readonly publicKey: string | null;
  readonly checkpoints: string | null;
}

/** Where firmware images are, from NETUP_IMAGE_*. */
export interface ImageSettings {
  /** A server that devices fetch images from: `scp://user@host/folder` or `https://host/folder`; null: we send them. */
  readonly url: string | null;
  readonly password: string | null;
  /** A folder of ours with the images. */
  readonly folder: string | null;
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the built-in SSH server allows, from NETUP_SERVE_*. */
export interface ServeSettings {
  /** Consoles at once. */
  readonly sessions: number;
  /** Connections at once from one address. */
  readonly perAddress: number;
  /** Keys that one connection may offer. */
  readonly tries: number;
  /** From the connection to the console, milliseconds. */
  readonly graceMs: number;
  /** The file of the authorities whose certificates are taken; null: none are. */
  readonly authorities: string | null;
}

/** Everything the environment says. */
export interface Settings {
  readonly postgres: PostgresSettings;
  /** The administrator's login to the same server, for `migrate` and `fleet load`; null if PG_ADMIN_USER is not set. */
  readonly admin: PostgresSettings | null;
  /** The login with which an MCP server makes requests, on the same server; null if NETUP_MCP_PG_USER is not set. */
  readonly mcpWriter: PostgresSettings | null;
  /** True if any PG_* variable is set: without one, nobody has said yet where the database is. */
  readonly postgresConfigured: boolean;
  /** Null if INFLUX_URL is not set: telemetry is then in PostgreSQL. */
  readonly influx: InfluxSettings | null;
  readonly spool: SpoolSettings;
  /** Login name of the person at the keyboard; null if it is neither set nor known to the system. */
  readonly operator: string | null;
  /** Slug of the organization to start in; null: the operator's first. */
  readonly organization: string | null;
  readonly ssh: SshLogin | null;
  readonly images: ImageSettings;
  /** The files of the audit trail, absolute paths; see `workerAuditFiles` for what holds where one is null. */
  readonly audit: AuditSettings;
  /** How long configurations and outputs of devices are kept, in days. */
  readonly backupDays: number;
  /** After how long without a key a console is locked, and is ended, milliseconds; null where the variable is not set. */
  readonly idle: { readonly lockAfterMs: number | null; readonly endAfterMs: number | null };
  readonly serve: ServeSettings;
  readonly logLevel: LogLevel;
  readonly readOnly: boolean;
}
