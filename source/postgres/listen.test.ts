import { randomUUID } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { startCuttingProxy } from '../../test/support/cutting-proxy.ts';
import { useDatabase } from '../../test/support/postgres.ts';
import { type Change, type Database, openDatabase } from './database.ts';
import { channelOf, organizationHearing, parseChange, startListening } from './listen.ts';
import { openConnection } from './open-connection.ts';

const support = useDatabase();
const organization = randomUUID();
const opened: Database[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
});

function open(port: number): Database {
  const database = openDatabase({ ...support.settings('app_user'), port }, { applicationName: 'listen-test' });
  opened.push(database);
  return database;
}

async function notify(channel: string, payload: string): Promise<void> {
  await support.admin`SELECT pg_notify(${channel}, ${payload})`;
}

test('a worker is woken by what is said on the queue', async () => {
  const database = open(support.settings('app_user').port);
  let woken = 0;
  const stop = await database.listenToQueue(() => (woken += 1));
  await notify('netup_queue', '');
  await vi.waitFor(() => expect(woken).toBe(1));
  await stop();
});

test('changes of the organization and shared ones arrive, junk and others’ do not', async () => {
  const changes: Change[] = [];
  const states: string[] = [];
  const database = open(support.settings('app_user').port);
  const stop = await database.listen(
    organization,
    (change) => changes.push(change),
    (state) => states.push(state),
  );
  await notify(channelOf(randomUUID()), '{"t":"routers","ids":["other"]}');
  await notify(channelOf(organization), 'junk');
  await notify(channelOf(organization), '{"t":"passwords"}');
  await notify(channelOf(organization), '{"t":"routers","ids":["r1","r2"]}');
  await notify('netup_shared', '{"t":"upgrade_policies"}');
  await vi.waitFor(() => expect(changes).toHaveLength(2));
  expect(changes).toEqual([
    { table: 'routers', ids: ['r1', 'r2'] },
    { table: 'upgrade_policies', ids: null },
  ]);
  expect(states).toEqual(['listening']);
  await stop();
  await vi.waitFor(async () => {
    expect(
      await support.admin`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'listen-test'`,
    ).toEqual([]);
  });
});

test('a lost connection is told, opened again, and followed by a change of everything', async () => {
  const proxy = await startCuttingProxy(support.settings('app_user'));
  const seen: unknown[] = [];
  const database = open(proxy.port);
  await database.listen(
    organization,
    (change) => seen.push(change),
    (state) => seen.push(state),
  );
  await proxy.cut();
  await vi.waitFor(() => expect(seen).toEqual(['listening', 'lost']));
  await proxy.mend();
  await vi.waitFor(() => expect(seen).toHaveLength(4), { timeout: 5000 });
  expect(seen.slice(2)).toEqual(['listening', { table: '*', ids: null }]);
  await notify(channelOf(organization), '{"t":"upgrades","ids":["7"]}');
  await vi.waitFor(() => expect(seen.at(-1)).toEqual({ table: 'upgrades', ids: ['7'] }));
  await database.close();
  await proxy.stop();
});

test('a server that is not there at first is waited for', async () => {
  const proxy = await startCuttingProxy(support.settings('app_user'));
  await proxy.cut();
  const seen: unknown[] = [];
  const database = open(proxy.port);
  await database.listen(
    organization,
    (change) => seen.push(change),
    (state) => seen.push(state),
  );
  expect(seen).toEqual(['lost']);
  await proxy.mend();
  await vi.waitFor(() => expect(seen).toEqual(['lost', 'listening', { table: '*', ids: null }]), { timeout: 5000 });
  await database.close();
  await proxy.stop();
});

test('a server that falls silent is noticed', { timeout: 30_000 }, async () => {
  const settings = support.settings('app_user');
  const proxy = await startCuttingProxy(settings);
  const states: string[] = [];
  const listener = startListening(
    (onNotify) =>
      openConnection({ ...settings, port: proxy.port }, organization, {
        applicationName: 'listen-test',
        statementTimeoutMs: 1000,
        onNotify,
      }),
    organizationHearing(
      organization,
      () => undefined,
      (state) => states.push(state),
    ),
    20,
  );
  await listener.started;
  proxy.fallSilent();
  await vi.waitFor(() => expect(states).toEqual(['listening', 'lost']), { timeout: 15_000 });
  await listener.stop();
  await proxy.stop();
});

test.for(['', '[]', 'null', '{}', '{"t":"routers","ids":[1]}', '{"t":"x"}'])('%j is no change', (payload) => {
  expect(parseChange(payload)).toBeNull();
});
