import { beforeAll, expect, it } from 'vitest';
import { aToken, connect, useMcpServers } from './support/mcp.ts';
import { PING, send, type Sent } from './support/mcp-raw.ts';
import { useDatabase } from './support/postgres.ts';
import { useUpgradeWorld } from './support/upgrades.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);
const start = useMcpServers(test);
const CALL = JSON.stringify(PING);
let [loud, quiet] = ['', ''];

beforeAll(async () => {
  const { database, seed } = world();
  ({ token: loud } = await aToken(database, seed.acme.id, seed.ben));
  ({ token: quiet } = await aToken(database, seed.acme.id, seed.ana));
});

it('answers 429 to a token over its rate, with when to come again, and goes on answering others', async () => {
  const { postgres } = await start({ telemetry: world().telemetry, limits: { perMinute: 60 } });
  const flood = Array.from({ length: 200 }, () => send(postgres, loud, CALL));
  const client = await connect(postgres, quiet);
  const answer = await client.callTool({ name: 'list_routers', arguments: { limit: 1 } });
  expect(answer.structuredContent).toMatchObject({ routers: [{ router_id: 'ams-core-01' }] });
  await client.close();
  const answers = await Promise.all(flood);
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(180);
  expect(refused.filter(({ headers }) => !/^[1-9]\d*$/u.test(headers['retry-after'] ?? ''))).toEqual([]);
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
});

it('lets strangers guess, and answers whom it knows meanwhile', async () => {
  const { postgres } = await start({ telemetry: world().telemetry });
  expect((await send(postgres, quiet, CALL)).status).toBe(200);
  const guess = (_: unknown, index: number): Promise<Sent> =>
    send(postgres, `netup_mcp_${String(index).padStart(43, 'A')}`, CALL);
  const guesses = Array.from({ length: 100 }, guess);
  expect((await send(postgres, quiet, CALL)).status).toBe(200);
  const statuses = new Set((await Promise.all(guesses)).map(({ status }) => status));
  expect([...statuses].filter((status) => status !== 401 && status !== 429)).toEqual([]);
});

it('takes so many requests of a token at once and no more', async () => {
  const { telemetry } = world();
  const { postgres } = await start({ telemetry, limits: { perMinute: 100_000 } });
  const answers = await Promise.all(Array.from({ length: 60 }, () => send(postgres, loud, CALL)));
  const statuses = answers.map(({ status }) => status);
  expect(statuses).toContain(200);
  expect(statuses).toContain(429);
  expect((await send(postgres, loud, CALL)).status).toBe(200);
});
