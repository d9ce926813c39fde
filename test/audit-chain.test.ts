import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useDatabase } from './support/postgres.ts';
import type { Seed } from './support/seed.ts';

const database = useDatabase();
let seed: Seed;
let sql: postgres.Sql;

beforeAll(async () => {
  seed = await database.seed();
  const { host, port, database: name, user, password } = database.settings('app_user');
  const connection = { 'app.current_org_id': seed.acme.id };
  sql = postgres({ host, port, database: name, user, password, max: 4, connection, onnotice: () => undefined });
});
afterAll(() => sql.end());

const event = (target: string, more: object = {}): postgres.JSONValue => ({
  actor_id: seed.ben.id,
  actor_name: 'ben',
  actor_role: 'operator',
  action: 'router.set',
  target_type: 'router',
  target_id: target,
  source: 'cli',
  correlation_id: 'c1',
  before: { a: 1 },
  after: { a: 2 },
  reason: 'därför',
  ...more,
});
const append = (...events: postgres.JSONValue[]): Promise<unknown> =>
  sql`SELECT audit_append_batch(${sql.json(events)})`;

async function code(query: Promise<unknown>): Promise<string> {
  try {
    await query;
    return 'accepted';
  } catch (error) {
    if (error instanceof postgres.PostgresError) return error.code;
    throw error;
  }
}

it('chains rows: each holds the hash of the one before, over all that it says', async () => {
  await append(event('one'));
  await append(event('two'), event('three', { router_id: 'ams-core-01', occurred_at: '2026-01-01T00:00:00Z' }));
  const rows = await sql<{ seq: string; ok: boolean; linked: boolean; target_id: string }[]>`
    SELECT seq, target_id, hash = sha256(convert_to(audit_canonical(prev_hash, organization_id, seq, "timestamp", occurred_at,
        actor_id, actor_name, actor_role, action, target_type, target_id, router_id, upgrade_id, before, after, reason,
        source, correlation_id), 'UTF8')) AS ok,
      prev_hash = coalesce(lag(hash) OVER (ORDER BY seq), '\\x') AS linked
    FROM audit_events ORDER BY seq`;
  expect(rows).toEqual([
    { seq: '1', target_id: 'one', ok: true, linked: true },
    { seq: '2', target_id: 'two', ok: true, linked: true },
    { seq: '3', target_id: 'three', ok: true, linked: true },
  ]);
});

it('keeps its order when many append at once', async () => {
  await Promise.all(Array.from({ length: 40 }, (_, index) => append(event(`at once ${index}`))));
  const [row] = await sql<{ rows: number; gaps: number; backwards: number; unlinked: number }[]>`
    SELECT count(*)::int AS rows, count(*) FILTER (WHERE seq <> place)::int AS gaps,
      count(*) FILTER (WHERE "timestamp" < before_it)::int AS backwards,
      count(*) FILTER (WHERE prev_hash <> hash_before)::int AS unlinked
    FROM (SELECT seq, row_number() OVER w AS place, "timestamp", lag("timestamp") OVER w AS before_it, prev_hash,
      lag(hash) OVER w AS hash_before FROM audit_events WINDOW w AS (ORDER BY seq)) AS chain`;
  expect(row).toMatchObject({ gaps: 0, backwards: 0, unlinked: 0 });
  expect(row?.rows).toBeGreaterThanOrEqual(40);
});

it('takes no change and no removal, from the owner neither', async () => {
  await append(event('stays'));
  expect(await code(sql`UPDATE audit_events SET reason = 'x'`)).toBe('42501');
  expect(await code(sql`DELETE FROM audit_events`)).toBe('42501');
  expect(await code(sql`INSERT INTO audit_events SELECT * FROM audit_events`)).toBe('42501');
  expect(await code(sql`UPDATE audit_heads SET seq = 0`)).toBe('42501');
  expect(await code(database.admin`UPDATE audit_events SET reason = 'x'`)).toBe('42501');
  expect(await code(database.admin`TRUNCATE audit_events`)).toBe('42501');
});

it('appends nothing without an organization, and nothing of a transaction that fails', async () => {
  const { host, port, database: name, user, password } = database.settings('app_user');
  const nobody = postgres({ host, port, database: name, user, password, max: 1 });
  expect(await code(nobody`SELECT audit_append_batch('[]')`)).toBe('42501');
  await nobody.end();
  const count = async (): Promise<unknown> => (await sql`SELECT count(*)::int AS n FROM audit_events`)[0]?.['n'];
  const before = await count();
  const failing = sql.begin(async (tx) => {
    await tx`SELECT audit_append_batch(${tx.json([event('gone')])})`;
    await tx`SELECT 1 / 0`;
  });
  expect(await code(failing)).toBe('22012');
  expect(await count()).toBe(before);
});

it('has a partition for this month and the three after it, and one for whatever fits none', async () => {
  const names = (
    await database.admin`
    SELECT relname FROM pg_class WHERE relispartition AND relname LIKE 'audit_events_%' AND relkind = 'r' ORDER BY 1`
  ).map((row) => row['relname']);
  expect(names).toHaveLength(5);
  expect(names.at(-1)).toBe('audit_events_default');
  expect(await database.admin`SELECT audit_ensure_partitions(3) AS made`).toEqual([{ made: 0 }]);
  const rows = await database.admin`SELECT DISTINCT tableoid::regclass::text AS partition FROM audit_events`;
  expect(rows.map((row) => row['partition'])).toEqual([expect.stringMatching(/^audit_events_\d{4}_\d{2}$/u)]);
});

it('puts a row that no month was made for into the default partition, and moves it when the month is made', async () => {
  await database.admin.begin(async (tx) => {
    await tx`SELECT set_config('app.current_org_id', ${seed.globex.id}, true)`;
    const [month] = await tx<
      { name: string }[]
    >`SELECT to_char(now() AT TIME ZONE 'UTC', '"audit_events_"YYYY_MM') AS name`;
    await tx`ALTER TABLE audit_events DETACH PARTITION ${tx(month?.name ?? '')}`;
    await tx`ALTER TABLE ${tx(month?.name ?? '')} RENAME TO set_aside`;
    await tx`SELECT audit_append_batch(${tx.json([event('late')])})`;
  });
  const inDefault = (): Promise<readonly unknown[]> => database.admin`SELECT * FROM audit_events_default`;
  const before = await inDefault();
  expect(before).toEqual([expect.objectContaining({ target_id: 'late', seq: '1', hash: expect.any(Uint8Array) })]);
  expect(await code(database.admin`DELETE FROM audit_events_default`)).toBe('42501');
  expect(await database.admin`SELECT audit_ensure_partitions(3) AS made`).toEqual([{ made: 1 }]);
  expect(await inDefault()).toEqual([]);
  expect(await database.admin`SELECT * FROM audit_events`).toEqual(before);
  expect(await code(database.admin`DELETE FROM audit_events_default`)).toBe('accepted');
  expect(await code(database.admin`DELETE FROM audit_events`)).toBe('42501');
});

it('appends a large batch in time that grows with its length only', async () => {
  const many = Array.from({ length: 5000 }, (_, index) => event(`many ${index}`));
  expect(await sql`SELECT audit_append_batch(${sql.json(many)}) AS appended`).toEqual([{ appended: '5000' }]);
});
