import { readFile } from 'node:fs/promises';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { databaseVariables, useCli } from './support/cli.ts';
import { useDatabase } from './support/postgres.ts';

const cli = useCli();
const database = useDatabase();
let sql: postgres.Sql;
let env: Record<string, string>;

beforeAll(async () => {
  const settings = database.adminSettings();
  const name = `${settings.database}_v1`;
  const { host, port, user, password } = settings;
  await database.admin.unsafe(`CREATE DATABASE ${name}`);
  sql = postgres({ host, port, user, password, database: name, max: 2, onnotice: () => undefined });
  await sql.unsafe(await readFile(new URL('../fixtures/sql/v1.sql', import.meta.url), 'utf8')).simple();
  env = { ...databaseVariables({ ...settings, database: name }), PG_ADMIN_USER: user, PG_ADMIN_PASSWORD: password };
});
afterAll(async () => {
  await sql.end();
  await database.admin.unsafe(`DROP DATABASE ${env['PG_DB'] ?? ''} WITH (FORCE)`);
});

const sessions = () => sql<{ waits: boolean }[]>`
  SELECT wait_event_type = 'Lock' AS waits FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'netup-tui admin'`;

test('migrate says what it would do with a database of version 1, survives being killed, and carries it over', async () => {
  const dry = await cli.run(['migrate', '--dry-run'], env);
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toMatch(/^rows would be carried over from version 1: vendors 2, models 2, .*, audit_events 5$/mu);
  expect(dry.stdout).toMatch(/^without a place here, so they would stay in netup_v1 alone: routers\.rack, fleet$/mu);

  // Migration 007 waits for this lock, so that the kill comes in the middle.
  const other = await sql.reserve();
  await other`SELECT pg_advisory_lock(hashtext('audit_ensure_partitions'))`;
  const program = cli.start(['migrate'], env);
  await vi.waitFor(async () => expect(await sessions()).toEqual([{ waits: true }]), 10_000);
  program.child.kill('SIGKILL');
  expect(await program.ended).toBe('SIGKILL');
  await other`SELECT pg_advisory_unlock(hashtext('audit_ensure_partitions'))`;
  other.release();
  await vi.waitFor(async () => expect(await sessions()).toEqual([]), 10_000);
  expect(
    await sql`SELECT count(*)::int, to_regclass('organizations') AS ours, to_regnamespace('netup_v1') AS old FROM routers`,
  ).toEqual([{ count: 4, ours: null, old: null }]);

  await sql`UPDATE upgrades SET status = 'running' WHERE id = 4`;
  const refused = await cli.run(['migrate'], env);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /^In the database of version 1 upgrade 4 of router R1 is running, .*: mend it there\. Nothing was changed\.\n$/u,
  );
  await sql`UPDATE upgrades SET status = 'pending' WHERE id = 4`;

  const done = await cli.run(['migrate'], env);
  expect(done).toMatchObject({ code: 0, stderr: '' });
  expect(done.stdout).toMatch(/^rows carried over from version 1: vendors 2, .*, audit_events 5$/mu);
  expect(await cli.run(['migrate'], env)).toEqual({ code: 0, stdout: 'The tables are up to date.\n', stderr: '' });
});
