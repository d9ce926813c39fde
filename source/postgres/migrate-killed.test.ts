import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readCatalog } from '../../test/support/catalog.ts';
import { useDatabase } from '../../test/support/postgres.ts';
import { seedDatabase } from '../../test/support/seed.ts';
import { versionKey } from '../model/version.ts';
import { DatabaseUnavailable } from './database-unavailable.ts';
import { migrate } from './migrate.ts';
import { readMigrations } from './migrations/migration-files.ts';

const database = useDatabase();
const NAME = 'migrate_killed';
/** The last thing that a migration does before its commit; only who is logged in, not the role that it works as, may do it. */
const KILL = 'RESET ROLE;\nSELECT pg_terminate_backend(pg_backend_pid());\n';
let folder = '';
let sql: postgres.Sql;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netup-migrations-'));
  await database.admin.unsafe(`CREATE DATABASE ${NAME}`);
  const { host, port, user, password } = database.adminSettings();
  sql = postgres({ host, port, user, password, database: NAME, max: 1, onnotice: () => undefined });
});
afterAll(async () => {
  await sql.end();
  await database.admin.unsafe(`DROP DATABASE ${NAME} WITH (FORCE)`);
  await rm(folder, { recursive: true });
});

const run = () => migrate({ ...database.adminSettings(), database: NAME }, { folder });
const rowsOf = async (table: string, columns: string): Promise<readonly unknown[]> => {
  const [found] = await sql`SELECT to_regclass(${table}) IS NOT NULL AS exists`;
  return found?.['exists'] === true ? sql.unsafe(`SELECT ${columns} FROM ${table} ORDER BY 1, 2`) : [];
};
const journal = () => rowsOf('schema_migrations', 'name, checksum');
const routers = () => rowsOf('routers', 'organization_id, id, current_ver, target_ver, updated_at');
const state = async () => ({ catalog: await readCatalog(sql), journal: await journal(), routers: await routers() });

it('every migration of ours, killed just before its commit, leaves what was, and the next run goes on from there', async () => {
  for (const { name, text } of await readMigrations()) {
    const file = path.join(folder, `${name}.sql`);
    const before = await state();
    await writeFile(file, text + KILL);
    await expect(run()).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(await state()).toEqual(before);

    await writeFile(file, text);
    expect(await run()).toEqual({ applied: [name], pending: [] });
    expect(await routers()).toEqual(before.routers);
    // From here on there are rows of two organizations that a migration must carry over.
    if (name.startsWith('013-')) await seedDatabase(sql);
  }
  expect(await readCatalog(sql)).toEqual(await readCatalog(database.admin));
  expect(
    await sql`SELECT id, current_ver_key AS current, target_ver_key AS target FROM routers
    WHERE id IN ('ams-edge-01', 'fra-old-01') ORDER BY id`,
  ).toEqual(
    ['ams-edge-01', 'ams-edge-01', 'fra-old-01', 'fra-old-01'].map((id) =>
      id === 'fra-old-01'
        ? { id, current: null, target: null }
        : { id, current: versionKey('junos', '21.4R3-S5'), target: versionKey('junos', '22.4R3-S2') },
    ),
  );
  expect(await sql`SELECT version_key AS key FROM firmware_images ORDER BY version`).toEqual([
    { key: versionKey('ios-xe', '17.12.03') },
    { key: versionKey('junos', '22.4R3-S2') },
    { key: versionKey('eos', '4.31.2F') },
  ]);
}, 60_000);
