import { readFile } from 'node:fs/promises';
import postgres from 'postgres';
import { afterEach, beforeEach } from 'vitest';
import type { PostgresSettings } from '../../source/config/settings.ts';
import { migrate, type MigrateOptions } from '../../source/postgres/migrate.ts';
import { readCatalog } from './catalog.ts';
import type { TestDatabase } from './postgres.ts';

/** Rows of `fixtures/sql/v1.sql`. */
export const V1_ROWS = {
  vendors: 2,
  models: 2,
  firmware_images: 2,
  routers: 4,
  credentials: 2,
  upgrade_policies: 3,
  router_policy_overrides: 1,
  upgrades: 4,
  upgrade_steps: 3,
  audit_events: 5,
};

export interface V1Database {
  readonly sql: postgres.Sql;
  settings(): PostgresSettings;
  /** Objects and rows of the schema public, and whether there is one of version 1. */
  state(): Promise<unknown>;
  /** Migrates; what the failure says, or `no error`. */
  refusal(options?: MigrateOptions): Promise<string>;
}

/** Call it once at the top of a test file: every test gets a new database of version 1. */
export function useV1Database(database: TestDatabase): V1Database {
  let settings: PostgresSettings;
  let sql: postgres.Sql;
  beforeEach(async () => {
    const admin = database.adminSettings();
    const name = `${admin.database}_v1`;
    await database.admin.unsafe(`CREATE DATABASE ${name}`);
    settings = { ...admin, database: name };
    const { host, port, user, password } = admin;
    sql = postgres({ host, port, user, password, database: name, max: 2, onnotice: () => undefined });
    await sql.unsafe(await readFile(new URL('../../fixtures/sql/v1.sql', import.meta.url), 'utf8')).simple();
  });
  afterEach(async () => {
    await sql.end();
    await database.admin.unsafe(`DROP DATABASE ${settings.database} WITH (FORCE)`);
  });
  return {
    get sql() {
      return sql;
    },
    settings: () => settings,
    state: () => readState(sql),
    refusal: async (options = {}) => {
      const failure: unknown = await migrate(settings, options).catch((error: unknown) => error);
      return failure instanceof Error ? `${failure.name}: ${failure.message}` : 'no error';
    },
  };
}

async function readState(sql: postgres.Sql): Promise<unknown> {
  const tables = await sql<{ name: string }[]>`
    SELECT oid::regclass::text AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1`;
  const sums = tables.map(
    ({ name }) => `SELECT '${name}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ${name} AS t`,
  );
  const rows = sums.length === 0 ? [] : await sql.unsafe(sums.join(' UNION ALL '));
  const [old] = await sql`SELECT to_regnamespace('netup_v1')::text AS schema`;
  return { catalog: await readCatalog(sql), rows: [...rows], old };
}
