import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startCuttingProxy } from '../../test/support/cutting-proxy.ts';
import { useDatabase } from '../../test/support/postgres.ts';
import { type Database, DatabaseUnavailable, openDatabase } from './database.ts';

const support = useDatabase();
const [one, two] = [randomUUID(), randomUUID()];
const opened: Database[] = [];

function open(options: { poolSize?: number; port?: number; database?: string; patienceMs?: number } = {}): Database {
  const { patienceMs, ...settings } = options;
  const patience = patienceMs === undefined ? {} : { patienceMs };
  const database = openDatabase(
    { ...support.settings('app_user'), ...settings },
    { applicationName: 'database-test', ...patience },
  );
  opened.push(database);
  return database;
}

async function isActive(query: string): Promise<void> {
  await vi.waitFor(async () => {
    const active =
      await support.admin`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query = ${query} AND state = 'active'`;
    expect(active).toHaveLength(1);
  });
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
});

describe('connections', () => {
  test('belong to their organization from the start, or to none', async () => {
    const database = open();
    const setting = { organization: one };
    expect(await database.organization(one).sql`SELECT current_setting('app.current_org_id') AS organization`).toEqual([
      setting,
    ]);
    expect(await database.unscoped`SELECT current_setting('app.current_org_id', true) AS organization`).toEqual([
      { organization: null },
    ]);
    expect(() => database.organization("'; --")).toThrow(/UUID/u);
  });

  test('serve what is of no organization first', async () => {
    const database = open({ poolSize: 1 });
    const { sql } = database.organization(one);
    const served: string[] = [];
    const say = (name: string) => (): void => void served.push(name);
    await Promise.all([
      sql`SELECT 1`.then(say('first')),
      sql`SELECT 1`.then(say('second')),
      sql`SELECT 1`.then(say('third')),
      database.unscoped`SELECT 1`.then(say('of none')),
    ]);
    expect(served.indexOf('of none')).toBeLessThan(served.indexOf('second'));
  });

  test('of no organization stay open while an organization keeps all others busy', async () => {
    const database = open({ poolSize: 4 });
    const { sql } = database.organization(one);
    const ask = async (asked: typeof sql): Promise<number> =>
      (await asked<[{ pid: number }]>`SELECT pg_backend_pid() AS pid`)[0].pid;
    await ask(database.unscoped);
    const busy = Promise.all(Array.from({ length: 60 }, () => ask(sql)));
    const pids: number[] = [];
    for (let asked = 0; asked < 6; asked += 1) pids.push(await ask(database.unscoped));
    expect(new Set(pids).size).toBe(1);
    expect(new Set([...(await busy), ...pids]).size).toBeLessThanOrEqual(4);
    const others = await Promise.all(Array.from({ length: 20 }, () => ask(database.organization(two).sql)));
    expect(pids).toContain(await ask(database.unscoped));
    expect(pids).not.toEqual(expect.arrayContaining([others[0]]));
  });

  test('of no organization give way where there are more of them than are kept', async () => {
    const database = open({ poolSize: 4 });
    await Promise.all(Array.from({ length: 8 }, () => database.unscoped`SELECT pg_sleep(0.01)`));
    const { sql } = database.organization(one);
    expect(await Promise.all([sql`SELECT 1 AS n`, sql`SELECT 2 AS n`])).toEqual([[{ n: 1 }], [{ n: 2 }]]);
  });

  test('are waited for as long as was said', async () => {
    const database = open({ poolSize: 1, patienceMs: 20 });
    const { sql } = database.organization(one);
    const busy = sql`SELECT pg_sleep(1)`.then(() => 'done');
    await expect(sql`SELECT 1`).rejects.toThrow('All 1 connections to PostgreSQL are busy');
    expect(await busy).toBe('done');
  });

  test('never exceed the limit of the process, whoever uses them', async () => {
    const database = open({ poolSize: 3 });
    const scopes = [one, two, randomUUID()].map((id) => database.organization(id));
    const rows = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const scope = scopes[index % scopes.length] ?? database.organization(one);
        const [row] = await scope.sql<[{ organization: string; connections: number }]>`
          SELECT current_setting('app.current_org_id') AS organization,
            (SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'database-test') AS connections`;
        expect(row.organization).toBe(scope.organizationId);
        return row.connections;
      }),
    );
    expect(Math.max(...rows)).toBeLessThanOrEqual(3);
  });

  test('are reused by their organization', async () => {
    const { sql } = open().organization(one);
    const first = await sql`SELECT pg_backend_pid() AS pid`;
    expect(await sql`SELECT pg_backend_pid() AS pid`).toEqual(first);
  });

  test('all end when the database is closed', async () => {
    const database = open({ poolSize: 4 });
    const running = database.organization(one).sql`SELECT pg_sleep(0.3), 'done' AS state`;
    void running.execute();
    await isActive(`SELECT pg_sleep(0.3), 'done' AS state`);
    await database.organization(two).sql`SELECT 1`;
    await database.close();
    expect(await running).toMatchObject([{ state: 'done' }]);
    expect(
      await support.admin`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'database-test'`,
    ).toEqual([]);
    await expect(database.ping()).rejects.toThrow(DatabaseUnavailable);
  });
});

describe('queries', () => {
  test('keep the driver’s types and ways to write them', async () => {
    const { sql } = open().organization(one);
    const names = sql`relname = ANY (${['pg_class', 'pg_type']})`;
    expect(await sql`SELECT relname FROM pg_class WHERE ${names} ORDER BY relname`.values()).toEqual([
      ['pg_class'],
      ['pg_type'],
    ]);
    const values = sql`SELECT ${'9007199254740993'}::bigint AS big, ${sql.array([new Date(0)])} AS times,
      ${sql.json({ a: 1 })} AS json, ${new Date(5)}::timestamptz AS time`;
    expect(await values).toEqual([
      { big: '9007199254740993', times: [new Date(0)], json: { a: 1 }, time: new Date(5) },
    ]);
    expect(await sql`SELECT ${sql.unsafe('1 + 1')} AS two`).toEqual([{ two: 2 }]);
  });

  test('that cannot be sent fail alone', async () => {
    const { sql } = open({ poolSize: 2 }).organization(one);
    const missing: { value?: string } = {};
    const broken = (): Promise<unknown> => sql.unsafe('SELECT $1', [Object(missing)['value']]).then((rows) => rows);
    const settled = await Promise.allSettled([broken(), sql`SELECT 1`, broken(), broken(), sql`SELECT 1`]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'rejected', 'fulfilled']);
  });

  test('with the server’s own errors keep the error', async () => {
    await expect(open().organization(one).sql`SELECT 1 / 0`).rejects.toMatchObject({ code: '22012' });
  });

  test('cannot go past the pool', () => {
    const { sql } = open().organization(one);
    for (const key of ['begin', 'reserve', 'listen', 'end']) {
      expect(() => void Reflect.get(sql, key)).toThrow(`sql.${key} is not for connections of a pool.`);
    }
  });

  test('hold no connection of the pool by a cursor or a stream', async () => {
    const { sql } = open({ poolSize: 2 }).organization(one);
    await expect(sql`SELECT 1`.cursor(1, () => undefined)).rejects.toThrow(/cursors and streams/u);
    await expect(sql`COPY (SELECT 1) TO STDOUT`.readable()).rejects.toThrow(/cursors and streams/u);
    expect(await sql`SELECT 1 AS one`).toEqual([{ one: 1 }]);
  });
});

describe('batches', () => {
  test('are small first, from one snapshot, and free the connection', async () => {
    const scope = open({ poolSize: 2 }).organization(one);
    const sizes: number[] = [];
    for await (const rows of scope.batches((sql) => sql`SELECT g FROM generate_series(1, ${12}::int) g`, {
      first: 2,
      rest: 5,
    })) {
      sizes.push(rows.length);
    }
    expect(sizes).toEqual([2, 5, 5]);
    for await (const rows of scope.batches((sql) => sql`SELECT 1`, { first: 1, rest: 1 })) {
      expect(rows).toEqual([[1]]);
      break;
    }
    expect(await Promise.all([scope.sql`SELECT 1 AS one`, scope.sql`SELECT 1 AS one`])).toHaveLength(2);
  });
});

describe('an outage', () => {
  test('is told in a sentence without secrets', async () => {
    await expect(open({ port: 1 }).ping()).rejects.toThrow(/^PostgreSQL at .*:1 does not answer \(ECONNREFUSED\)\.$/u);
    const missing = open({ database: 'no_such_database' });
    await expect(missing.ping()).rejects.toThrow(/has no database of that name; check PG_DB \(3D000\)/u);
    await expect(missing.ping()).rejects.toBeInstanceOf(DatabaseUnavailable);
  });

  test('fails what is running, and is over when the server is back', async () => {
    const settings = support.settings('app_user');
    const proxy = await startCuttingProxy(settings);
    const database = open({ port: proxy.port });
    const { sql } = database.organization(one);
    await sql`SELECT 1`;
    const running = sql`SELECT pg_sleep(30)`;
    void running.execute();
    await isActive('SELECT pg_sleep(30)');
    await proxy.cut();
    await expect(running).rejects.toThrow(/was lost/u);
    await expect(sql`SELECT 1`).rejects.toBeInstanceOf(DatabaseUnavailable);
    await proxy.mend();
    expect(await sql`SELECT 1 AS one`).toEqual([{ one: 1 }]);
    await database.close();
    await proxy.stop();
  });
});

test('a server that falls silent is given up, in a statement and in a login', { timeout: 30_000 }, async () => {
  const proxy = await startCuttingProxy(support.settings('app_user'));
  const scope = open({ port: proxy.port }).organization(one);
  const waiting = scope.transaction(
    async (sql) => {
      proxy.fallSilent();
      await sql`SELECT 1`;
    },
    { statementTimeoutMs: 10 },
  );
  await expect(waiting).rejects.toThrow(/took too long to answer/u);
  await expect(scope.sql`SELECT 1`).rejects.toThrow(/did not answer in 5 seconds/u);
  await proxy.stop();
});

describe('a statement that takes too long', () => {
  let database: Database;
  beforeAll(() => {
    database = openDatabase(support.settings('app_user'));
  });
  afterAll(() => database.close());

  test('is stopped by the server, and said to be the server’s fault', async () => {
    const slow = database.organization(one).transaction((sql) => sql`SELECT pg_sleep(30)`, { statementTimeoutMs: 50 });
    await expect(slow).rejects.toThrow(/took too long to answer \(57014\)/u);
    expect(await database.organization(one).sql`SHOW statement_timeout`).toEqual([{ statement_timeout: '30s' }]);
  });
});
