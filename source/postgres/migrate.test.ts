import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import type { PostgresSettings } from '../config/settings.ts';
import { DatabaseUnavailable } from './database-unavailable.ts';
import { migrate, schemaState } from './migrate.ts';

const database = useDatabase();
let folder = '';
let admin: PostgresSettings;
let sql: postgres.Sql;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netup-migrations-'));
  const name = `migrate_${path
    .basename(folder)
    .slice(-6)
    .toLowerCase()
    .replace(/[^a-z0-9]/gu, '_')}`;
  await database.admin.unsafe(`CREATE DATABASE ${name}`);
  admin = { ...database.adminSettings(), database: name };
  const { host, port, user, password } = admin;
  sql = postgres({ host, port, user, password, database: name, max: 2, onnotice: () => undefined });
});
afterEach(async () => {
  await sql.end();
  await database.admin.unsafe(`DROP DATABASE ${admin.database} WITH (FORCE)`);
  await rm(folder, { recursive: true });
});

const write = (name: string, text: string): Promise<void> => writeFile(path.join(folder, name), text);
const run = (options: { dryRun?: boolean } = {}) => migrate(admin, { folder, ...options });

describe('migrate', () => {
  it('applies files in order, once, and only says so on a dry run', async () => {
    await write('001-one.sql', 'CREATE TABLE one (id int);');
    await write('002-two.sql', 'ALTER TABLE one ADD COLUMN more int;');
    expect(await run({ dryRun: true })).toEqual({ applied: [], pending: ['001-one', '002-two'] });
    expect(await sql`SELECT to_regclass('one') AS found`).toEqual([{ found: null }]);
    expect(await run()).toEqual({ applied: ['001-one', '002-two'], pending: [] });
    expect(await run()).toEqual({ applied: [], pending: [] });
    await sql`SELECT more FROM one`;
  });

  it('leaves the database as it was before a migration that fails, and goes on from there later', async () => {
    await write('001-one.sql', 'CREATE TABLE one (id int);');
    await write('002-two.sql', 'CREATE TABLE two (id int); SELECT 1 / 0;');
    await expect(run()).rejects.toThrow('division by zero');
    expect(await sql`SELECT to_regclass('one') IS NULL AS one, to_regclass('two') IS NULL AS two`).toEqual([
      { one: false, two: true },
    ]);
    await write('002-two.sql', 'CREATE TABLE two (id int);');
    expect(await run()).toEqual({ applied: ['002-two'], pending: [] });
  });

  it('resumes after its connection was killed in the middle of a migration', async () => {
    await write('001-one.sql', 'CREATE TABLE one (id int);');
    await write('002-two.sql', 'CREATE TABLE two (id int); SELECT pg_terminate_backend(pg_backend_pid());');
    await expect(run()).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(await sql`SELECT to_regclass('two') IS NULL AS gone`).toEqual([{ gone: true }]);
    await write('002-two.sql', 'CREATE TABLE two (id int);');
    expect(await run()).toEqual({ applied: ['002-two'], pending: [] });
  });

  it('lets two that start together run one after the other', async () => {
    await write('001-one.sql', 'CREATE TABLE one (id int); SELECT pg_sleep(0.2);');
    await write('002-two.sql', 'INSERT INTO one VALUES (1);');
    const reports = await Promise.all([run(), run()]);
    expect(reports.map(({ applied }) => applied.length).toSorted((a, b) => a - b)).toEqual([0, 2]);
    expect(await sql`SELECT count(*)::int AS rows FROM one`).toEqual([{ rows: 1 }]);
  });

  it('refuses a newer database, and one made from other files', async () => {
    await write('001-one.sql', 'CREATE TABLE one (id int);');
    await write('002-two.sql', 'CREATE TABLE two (id int);');
    await run();
    await write('001-one.sql', 'CREATE TABLE one (id bigint);');
    await expect(run()).rejects.toThrow(/made from other files than this program has \(001-one differ\)/u);
    await rm(path.join(folder, '002-two.sql'));
    await expect(run()).rejects.toThrow(/newer than this program \(it has 002-two\); install the newest/u);
  });
});

describe('schemaState', () => {
  it('tells an empty database, a complete one, and one that is ahead', async () => {
    expect(await schemaState(sql)).toMatchObject({ current: null, newer: [] });
    await migrate(admin);
    expect(await schemaState(sql)).toMatchObject({ pending: [], newer: [] });
    await sql`INSERT INTO schema_migrations (name, checksum) VALUES ('999-later', '')`;
    expect(await schemaState(sql)).toMatchObject({ current: '999-later', newer: ['999-later'] });
  });
});
