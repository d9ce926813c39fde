import { randomBytes } from 'node:crypto';
import { BucketsAPI } from '@influxdata/influxdb-client-apis';
import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import { listBuckets } from '../../source/telemetry/migration/buckets.ts';
import { BEGINNING, countSeries, FAR_AHEAD } from '../../source/telemetry/migration/questions.ts';
import { type InfluxAdmin, openInfluxAdmin } from '../../source/telemetry/setup/influx-admin.ts';
import { type Cli, type CliResult, databaseVariables, useCli } from './cli.ts';
import { type InfluxServer, startEmptyInflux } from './influx-server.ts';
import { type TestDatabase, useDatabase } from './postgres.ts';
import type { Seed } from './seed.ts';

const adminToken = 'an-admin-token-for-tests';
const ORG = 'network-operations';

/** An InfluxDB that was set up, and an inventory. */
export interface SetUpInflux {
  readonly cli: Cli;
  readonly database: TestDatabase;
  /** Throws where there is none. */
  readonly server: () => InfluxServer;
  readonly url: () => string;
  readonly admin: () => InfluxAdmin;
  readonly seed: () => Seed;
  variables(bucket: string, url?: string): Record<string, string>;
  /** Makes a bucket with a name of its own. */
  newBucket(retentionSeconds?: number): Promise<string>;
  /** Resolves with the status of the answer. */
  write(bucket: string, lines: readonly string[], token?: string): Promise<number>;
  /** Deletes the points of a measurement. */
  forget(bucket: string, measurement: string): Promise<void>;
  /** What the server answers to a query, as it is. */
  query(text: string): Promise<string>;
  /** What a bucket has: `memory.free_percent organization=... router_id=...: 5`. */
  contents(bucket: string): Promise<readonly string[]>;
  /** Names and descriptions of the buckets whose names begin so. */
  bucketsOf(bucket: string): Promise<readonly string[]>;
  run(argv: readonly string[], bucket: string, url?: string): Promise<CliResult>;
}

/**
 * Call it once at the top of a test file: starts a server, sets it up by the program, and gives it an inventory in which `acme-only` and
 * `globex-only` are each in one organization. Its tests are skipped, with the reason, where there is no influxd.
 */
export function useSetUpInflux(): SetUpInflux {
  // Each test runs the program several times, next to a server: on a machine that is busy with other work that takes longer than usual.
  vi.setConfig({ testTimeout: 60_000 });
  const cli = useCli();
  const database = useDatabase();
  let server: InfluxServer | null = null;
  let reason = 'no InfluxDB has been started yet';
  let admin: InfluxAdmin;
  let seed: Seed;

  beforeAll(async () => {
    seed = await database.seed();
    await addRouter(database, 'acme-only', seed.acme.id);
    await addRouter(database, 'globex-only', seed.globex.id);
    const started = await startEmptyInflux();
    if (typeof started === 'string') {
      reason = started;
      return;
    }
    server = started;
    const login = { INFLUX_USER: 'netup', INFLUX_PASSWORD: 'a-password-for-tests' };
    const setup = await cli.run(['setup', 'influx', '--yes'], { ...variables('telemetry'), ...login });
    if (setup.code !== 0) throw new Error(setup.stderr);
    const settings = { url: server.url, org: ORG, bucket: '', token: adminToken, login: null, readOnly: false };
    admin = await openInfluxAdmin(settings);
  });
  afterAll(() => server?.stop());
  beforeEach((context) => {
    if (server === null) context.skip(reason);
  });

  function variables(bucket: string, url = server?.url ?? ''): Record<string, string> {
    const { user, password } = database.adminSettings();
    return {
      ...databaseVariables(database.settings('app_user')),
      NETUP_OPERATOR: 'ada',
      PG_ADMIN_USER: user,
      PG_ADMIN_PASSWORD: password,
      INFLUX_URL: url,
      INFLUX_BUCKET: bucket,
      INFLUX_TOKEN: adminToken,
      INFLUX_ADMIN_TOKEN: adminToken,
    };
  }

  async function post(target: string, type: string, body: string, token = adminToken): Promise<Response> {
    const headers = { authorization: `Token ${token}`, 'content-type': type };
    return fetch(`${server?.url}/api/v2/${target}`, { method: 'POST', headers, body });
  }

  return {
    cli,
    database,
    server: () => {
      if (server === null) throw new Error(reason);
      return server;
    },
    url: () => server?.url ?? '',
    admin: () => admin,
    seed: () => seed,
    variables,
    run: (argv, bucket, url) => cli.run(argv, variables(bucket, url)),
    async newBucket(everySeconds = 7 * 86_400) {
      const name = `b_${randomBytes(4).toString('hex')}`;
      const retentionRules = everySeconds === 0 ? [] : [{ type: 'expire' as const, everySeconds }];
      const body = { orgID: admin.orgId, name, description: 'theirs', retentionRules };
      await admin.attempt('making a bucket', (client) => new BucketsAPI(client).postBuckets({ body }));
      return name;
    },
    async write(bucket, lines, token) {
      const target = `write?org=${ORG}&bucket=${bucket}&precision=ms`;
      const response = await post(target, 'text/plain', lines.join('\n'), token);
      await response.text();
      return response.status;
    },
    async forget(bucket, measurement) {
      const range = { start: '1970-01-01T00:00:00Z', stop: '2200-01-01T00:00:00Z' };
      const body = JSON.stringify({ ...range, predicate: `_measurement="${measurement}"` });
      const response = await post(`delete?org=${ORG}&bucket=${bucket}`, 'application/json', body);
      if (response.status !== 204) throw new Error(await response.text());
    },
    async query(text) {
      return (await post(`query?org=${ORG}`, 'application/vnd.flux', text)).text();
    },
    async contents(bucket) {
      const id = (await listBuckets(admin)).find(({ name }) => name === bucket)?.id ?? '';
      const series = await countSeries(admin, id, { start: BEGINNING, end: FAR_AHEAD });
      return series
        .map(({ measurement, field, tags, points }) => {
          const shown = ['organization', 'router_id'].map((name) => `${name}=${tags.get(name) ?? ''}`).join(' ');
          return `${measurement}.${field} ${shown}: ${points}`;
        })
        .toSorted();
    },
    async bucketsOf(bucket) {
      const found = (await listBuckets(admin)).filter(({ name }) => name.startsWith(bucket));
      return found
        .map(({ name, description }) => `${name}: ${description.replaceAll(/[0-9a-f]{16}/gu, 'ID')}`)
        .toSorted();
    },
  };
}

async function addRouter(database: TestDatabase, id: string, organizationId: string): Promise<void> {
  await database.admin`
    INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver)
    VALUES (${organizationId}, ${id}, ${id}, '10.9.9.9', '1.0')`;
}
