import type { InfluxSettings } from '../config/settings.ts';
import { DEMO_ROLES, demoSettings } from './demo-database.ts';
import type { DemoSecrets } from './demo-secrets.ts';
import type { EmbeddedServer } from './embedded-server.ts';

/** The variables with which every other command works on the demo. */
export function demoEnvironment(
  server: EmbeddedServer,
  secrets: DemoSecrets,
  influx: InfluxSettings | null,
  imageUrl: string,
): Readonly<Record<string, string>> {
  const { host, port, database, user, password, sslMode } = demoSettings(server, 'app_user', secrets.databasePassword);
  return {
    PG_HOST: host,
    PG_PORT: String(port),
    PG_DB: database,
    PG_USER: user,
    PG_PASSWORD: password,
    PG_SSL_MODE: sslMode,
    PG_ADMIN_USER: server.adminUser,
    PG_ADMIN_PASSWORD: server.adminPassword,
    NETUP_SSH_USER: secrets.sshUser,
    NETUP_SSH_PASSWORD: secrets.sshPassword,
    ...demoKeyVariables(secrets),
    NETUP_IMAGE_URL: imageUrl,
    ...influxVariables(influx),
  };
}

/** The key that configurations and stored logins are encrypted with. */
export function demoKeyVariables({ encryptionKey }: DemoSecrets): Readonly<Record<string, string>> {
  return { NETUP_KEY_demo: encryptionKey };
}

function influxVariables(influx: InfluxSettings | null): Readonly<Record<string, string>> {
  if (influx === null) return {};
  return {
    INFLUX_URL: influx.url,
    INFLUX_TOKEN: influx.token,
    INFLUX_ORG: influx.org,
    INFLUX_BUCKET: influx.bucket,
    INFLUX_BATCH_SIZE: String(influx.batchSize),
    INFLUX_FLUSH_INTERVAL: `${influx.flushIntervalMs}ms`,
  };
}

/** The address of the database for each role, and for its superuser. */
export function roleAddresses(server: EmbeddedServer, secrets: DemoSecrets): Readonly<Record<string, string>> {
  const logins = DEMO_ROLES.map((role) => [role, secrets.databasePassword] as const);
  return Object.fromEntries(
    [...logins, [server.adminUser, server.adminPassword] as const].map(([user, password]) => {
      const { host, port, database } = demoSettings(server, user, password);
      return [user, `postgres://${user}:${password}@${host}:${port}/${database}`];
    }),
  );
}
