import { userInfo } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { findPaths } from './paths.ts';
import { quoted } from './printable.ts';
import type { Settings } from './settings.ts';
import { LOG_LEVELS } from './settings.ts';
import { UserError } from './user-error.ts';
import { VARIABLES } from './variables.ts';
import {
  absolutePath,
  byteSize,
  choice,
  duration,
  fieldText,
  hostName,
  commonImageUrl,
  influxUrl,
  secret,
  slug,
  wholeNumber,
  yesNo,
} from './values.ts';

const DAY_MS = 86_400_000;

const schema = z.object({
  PG_HOST: hostName.default('127.0.0.1'),
  PG_PORT: wholeNumber(1, 65_535).default(5432),
  PG_DB: fieldText.default('netops'),
  PG_USER: fieldText.default('app_user'),
  PG_PASSWORD: secret.default(''),
  PG_SSL_MODE: choice(['disable', 'prefer', 'require', 'verify-ca', 'verify-full']).default('prefer'),
  PG_POOL_SIZE: wholeNumber(2, 500).default(10),
  PG_ADMIN_USER: fieldText.optional(),
  PG_ADMIN_PASSWORD: secret.default(''),
  NETUP_MCP_PG_USER: fieldText.optional(),
  NETUP_MCP_PG_PASSWORD: secret.default(''),
  INFLUX_URL: influxUrl.optional(),
  INFLUX_TOKEN: secret.optional(),
  INFLUX_ORG: fieldText.default('network-operations'),
  INFLUX_BUCKET: fieldText.default('telemetry'),
  INFLUX_BATCH_SIZE: wholeNumber(1, 50_000).default(1000),
  INFLUX_FLUSH_INTERVAL: duration(100, 300_000).default(5000),
  INFLUX_GZIP: yesNo.default(true),
  NETUP_SPOOL_DIR: absolutePath.optional(),
  NETUP_SPOOL_MAX: byteSize(1024 ** 2, 1024 ** 4).default(512 * 1024 ** 2),
  NETUP_OPERATOR: fieldText.optional(),
  NETUP_ORGANIZATION: slug.optional(),
  NETUP_SSH_USER: fieldText.optional(),
  NETUP_SSH_PASSWORD: secret.optional(),
  NETUP_IMAGE_URL: commonImageUrl.optional(),
  NETUP_IMAGE_PASSWORD: secret.optional(),
  NETUP_IMAGE_DIR: absolutePath.optional(),
  NETUP_BACKUP_DAYS: wholeNumber(1, 36_500).default(365),
  NETUP_AUDIT_KEY_FILE: absolutePath.optional(),
  NETUP_AUDIT_PUBLIC_KEY: absolutePath.optional(),
  NETUP_AUDIT_CHECKPOINTS: absolutePath.optional(),
  NETUP_STATE_DIR: absolutePath.optional(),
  NETUP_LOCK_AFTER: duration(1000, DAY_MS).optional(),
  NETUP_END_AFTER: duration(1000, DAY_MS).optional(),
  NETUP_SERVE_SESSIONS: wholeNumber(1, 1000).default(100),
  NETUP_SERVE_PER_ADDRESS: wholeNumber(1, 1000).default(20),
  NETUP_SERVE_TRIES: wholeNumber(1, 100).default(6),
  NETUP_SERVE_GRACE: duration(1000, 600_000).default(30_000),
  NETUP_SERVE_USER_CA: absolutePath.optional(),
  NETUP_LOG_LEVEL: choice(LOG_LEVELS).default('info'),
  NETUP_READ_ONLY: yesNo.default(false),
});

type Environment = z.infer<typeof schema>;

/**
 * Reads the settings from environment variables; an empty variable counts as not set.
 * Throws one `UserError` that names every bad variable, its fault and an example. Values of secrets are never in it.
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  const parsed = schema.safeParse(given);
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => describe(issue, given));
  if (given['INFLUX_URL'] !== undefined && given['INFLUX_TOKEN'] === undefined) {
    faults.push('INFLUX_TOKEN is not set although INFLUX_URL is (unset INFLUX_URL to keep telemetry in PostgreSQL).');
  }
  if (!parsed.success || faults.length > 0) throw new UserError(faults.join('\n'));
  return toSettings(parsed.data, Object.keys(given), findPaths(env).state);
}

function describe(issue: z.core.$ZodIssue, given: Readonly<Record<string, string>>): string {
  const name = String(issue.path[0]);
  const variable = VARIABLES.find((candidate) => candidate.name === name);
  // A URL can hold a password before its @, so it is not shown either.
  const hidden = variable?.secret === true || name === 'INFLUX_URL';
  const value = hidden ? '' : `=${quoted(given[name] ?? '')}`;
  return `${name}${value} ${issue.message}, for example ${name}=${variable?.example ?? ''}.`;
}

function toSettings(env: Environment, set: readonly string[], state: string): Settings {
  const postgres = {
    host: env.PG_HOST,
    port: env.PG_PORT,
    database: env.PG_DB,
    user: env.PG_USER,
    password: env.PG_PASSWORD,
    sslMode: env.PG_SSL_MODE,
    poolSize: env.PG_POOL_SIZE,
  };
  return {
    postgres,
    admin:
      env.PG_ADMIN_USER === undefined
        ? null
        : { ...postgres, user: env.PG_ADMIN_USER, password: env.PG_ADMIN_PASSWORD },
    mcpWriter:
      env.NETUP_MCP_PG_USER === undefined
        ? null
        : { ...postgres, user: env.NETUP_MCP_PG_USER, password: env.NETUP_MCP_PG_PASSWORD },
    postgresConfigured: set.some((name) => name.startsWith('PG_')),
    influx:
      env.INFLUX_URL === undefined || env.INFLUX_TOKEN === undefined
        ? null
        : {
            url: env.INFLUX_URL,
            token: env.INFLUX_TOKEN,
            org: env.INFLUX_ORG,
            bucket: env.INFLUX_BUCKET,
            batchSize: env.INFLUX_BATCH_SIZE,
            flushIntervalMs: env.INFLUX_FLUSH_INTERVAL,
            gzip: env.INFLUX_GZIP,
          },
    spool: {
      directory: env.NETUP_SPOOL_DIR ?? path.join(state, 'spool'),
      maxBytes: env.NETUP_SPOOL_MAX,
    },
    operator: env.NETUP_OPERATOR ?? loginName(),
    organization: env.NETUP_ORGANIZATION ?? null,
    ssh:
      env.NETUP_SSH_USER === undefined ? null : { user: env.NETUP_SSH_USER, password: env.NETUP_SSH_PASSWORD ?? null },
    images: {
      url: env.NETUP_IMAGE_URL ?? null,
      password: env.NETUP_IMAGE_PASSWORD ?? null,
      folder: env.NETUP_IMAGE_DIR ?? null,
    },
    audit: {
      keyFile: env.NETUP_AUDIT_KEY_FILE ?? null,
      publicKey: env.NETUP_AUDIT_PUBLIC_KEY ?? null,
      checkpoints: env.NETUP_AUDIT_CHECKPOINTS ?? null,
    },
    backupDays: env.NETUP_BACKUP_DAYS,
    idle: { lockAfterMs: env.NETUP_LOCK_AFTER ?? null, endAfterMs: env.NETUP_END_AFTER ?? null },
    serve: {
      sessions: env.NETUP_SERVE_SESSIONS,
      perAddress: env.NETUP_SERVE_PER_ADDRESS,
      tries: env.NETUP_SERVE_TRIES,
      graceMs: env.NETUP_SERVE_GRACE,
      authorities: env.NETUP_SERVE_USER_CA ?? null,
    },
    logLevel: env.NETUP_LOG_LEVEL,
    readOnly: env.NETUP_READ_ONLY,
  };
}

/** Null where the user id has no account, as in many containers. */
function loginName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
