import { beforeAll, beforeEach, expect, it } from 'vitest';
import { InfluxConnection } from '../source/telemetry/influx/connection.ts';
import { openInfluxStore } from '../source/telemetry/influx/influx-store.ts';
import { useInflux } from './support/influx.ts';
import { aToken, call, connect, type McpServers, refusalOf, useMcpServers } from './support/mcp.ts';
import { useDatabase } from './support/postgres.ts';
import { writeSteady } from './support/steady-telemetry.ts';
import { useUpgradeWorld } from './support/upgrades.ts';

// The telemetry server on a real InfluxDB, with points of two organizations in one bucket.

const influx = useInflux();
const test = useDatabase();
const world = useUpgradeWorld(test);
const start = useMcpServers(test);
let servers: McpServers;
let [acme, globex] = ['', ''];

beforeAll(async () => {
  const settings = influx.settings();
  if (settings === null) return;
  const { seed, database } = world();
  const telemetry = openInfluxStore(settings);
  await writeSteady(telemetry, seed.acme.id, ['ams-core-01']);
  await writeSteady(telemetry, seed.globex.id, ['ams-core-01'], { cpu: 99 });
  const { url, org, bucket, token } = settings;
  const lines = [
    `cpu,router_id=ams-edge-01,organization=${seed.acme.id},vendor=v,site=s usage_percent=250`,
    `cpu,organization=${seed.acme.id},vendor=v,site=s usage_percent=1`,
    `cpu,router_id=nobodys usage_percent=1`,
  ];
  const query = new URLSearchParams({ org, bucket });
  await fetch(`${url}/api/v2/write?${query.toString()}`, {
    method: 'POST',
    headers: { authorization: `Token ${token}` },
    body: lines.join('\n'),
  });
  servers = await start({ telemetry, connection: new InfluxConnection(settings) });
  ({ token: acme } = await aToken(database, seed.acme.id, seed.ben));
  ({ token: globex } = await aToken(database, seed.globex.id, seed.ben));
});
beforeEach((context) => {
  if (influx.settings() === null) context.skip(influx.reason());
});

it('gives each organization the figures of its own router of the same id', async () => {
  const means = [];
  for (const token of [acme, globex]) {
    const client = await connect(servers.influx, token);
    means.push(await call(client, 'health_summary', { router_id: 'ams-core-01', window: '2h' }));
    await client.close();
  }
  expect(means).toMatchObject([{ health: { cpu_mean: 30 } }, { health: { cpu_mean: 99 } }]);
});

it('finds what is wrong with the points of the organization, and not with those of others', async () => {
  const client = await connect(servers.influx, acme);
  expect(await call(client, 'integrity_check', { window: '1h' })).toMatchObject({
    ok: false,
    checked_by: 'readings',
    outside_limits: [
      { measurement: 'cpu', field: 'usage_percent', min: 0, max: 100, points: 1, router_ids: ['ams-edge-01'] },
    ],
    missing_tags: [{ measurement: 'cpu', points: 1 }],
  });
  await client.close();
  const other = await connect(servers.influx, globex);
  expect(await call(other, 'integrity_check', { window: '1h' })).toMatchObject({
    ok: true,
    outside_limits: [],
    missing_tags: [],
    other_types: [],
  });
  await other.close();
});

it('says so when the store is away, and not where it is', async () => {
  const settings = influx.settings();
  if (settings === null) return;
  const away = { ...settings, url: 'http://127.0.0.1:1' };
  const { influx: url } = await start({ telemetry: openInfluxStore(away), connection: new InfluxConnection(away) });
  const client = await connect(url, acme);
  const answers = [
    await client.callTool({ name: 'fleet_health', arguments: {} }),
    await client.callTool({ name: 'integrity_check', arguments: {} }),
    await client.callTool({ name: 'health_summary', arguments: { router_id: 'ams-core-01' } }),
  ];
  for (const answer of answers) {
    expect(refusalOf(answer)).toContain('does not answer now: try again');
    expect(refusalOf(answer)).not.toContain('127.0.0.1');
  }
  await client.close();
});
