import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { type Database, DatabaseUnavailable, openDatabase, type OrganizationScope } from './database.ts';

const support = useDatabase();
let database: Database;
let scope: OrganizationScope;

beforeAll(async () => {
  await support.admin.unsafe('CREATE TABLE transaction_test (n integer PRIMARY KEY)');
  await support.admin.unsafe('GRANT SELECT, INSERT ON transaction_test TO app_user');
  database = openDatabase({ ...support.settings('app_user'), poolSize: 2 });
  scope = database.organization(randomUUID());
});

afterAll(() => database.close());

async function saved(n: number): Promise<boolean> {
  return (await support.admin`SELECT 1 FROM transaction_test WHERE n = ${n}`).length === 1;
}

test('work that succeeds is saved, and its result returned', async () => {
  const result = await scope.transaction(async (sql) => {
    await sql`INSERT INTO transaction_test VALUES (1)`;
    return 'result';
  });
  expect(result).toBe('result');
  expect(await saved(1)).toBe(true);
});

test('work that fails is not saved, and its error is passed on', async () => {
  const running = scope.transaction(async (sql) => {
    await sql`INSERT INTO transaction_test VALUES (2)`;
    throw new TypeError('mine');
  });
  await expect(running).rejects.toThrow(new TypeError('mine'));
  expect(await saved(2)).toBe(false);
});

test('a failed statement that the work does not heed is not taken for success', async () => {
  const running = scope.transaction(async (sql) => {
    await sql`INSERT INTO transaction_test VALUES (3)`;
    await sql`SELECT 1 / 0`.catch(() => undefined);
  });
  await expect(running).rejects.toThrow(/Nothing was saved/u);
  expect(await saved(3)).toBe(false);
});

test('statements that were not waited for belong to the transaction', async () => {
  await scope.transaction((sql) => {
    void sql`INSERT INTO transaction_test VALUES (4)`.execute();
    return Promise.resolve();
  });
  expect(await saved(4)).toBe(true);
});

test('a handle does nothing after the end, not even for a statement written before', async () => {
  let early: PromiseLike<unknown> | undefined;
  const handle = await scope.transaction((sql) => {
    early = sql`INSERT INTO transaction_test VALUES (5)`;
    return Promise.resolve({ sql });
  });
  await expect(early).rejects.toThrow(/after the end of its transaction/u);
  await expect(handle.sql`INSERT INTO transaction_test VALUES (5)`).rejects.toThrow(/after the end/u);
  expect(await saved(5)).toBe(false);
});

test('work that hears nothing of the loss is not waited for', async () => {
  const running = scope.transaction(async (sql) => {
    const [{ pid }] = await sql<[{ pid: number }]>`SELECT pg_backend_pid() AS pid`;
    await support.admin`SELECT pg_terminate_backend(${pid})`;
    return new Promise<never>(() => undefined);
  });
  await expect(running).rejects.toBeInstanceOf(DatabaseUnavailable);
});

test('a transaction that cannot begin leaves no connection behind', async () => {
  const unreachable = openDatabase({ ...support.settings('app_user'), port: 1, poolSize: 2 });
  const attempts = Array.from({ length: 5 }, () =>
    unreachable.organization(randomUUID()).transaction(() => Promise.resolve()),
  );
  for (const { status } of await Promise.allSettled(attempts)) expect(status).toBe('rejected');
  await unreachable.close();
});

test('transactions of one organization wait for each other when connections run out', async () => {
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      scope.transaction(async (sql) => {
        await sql`INSERT INTO transaction_test VALUES (${100 + n})`;
        return n;
      }),
    ),
  );
  expect(results).toEqual(Array.from({ length: 20 }, (_, n) => n));
});
