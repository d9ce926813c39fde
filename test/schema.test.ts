import { readFileSync } from 'node:fs';
import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { migrate, schemaState } from '../source/postgres/migrate.ts';
import { readMigrations } from '../source/postgres/migrations/migration-files.ts';
import { schemaText } from '../source/postgres/migrations/schema-text.ts';
import { readCatalog } from './support/catalog.ts';
import { useDatabase } from './support/postgres.ts';

const database = useDatabase();
const schemaFile = new URL('../sql/schema.sql', import.meta.url);

describe('sql/schema.sql', () => {
  it('is what the migrations generate', async () => {
    expect(readFileSync(schemaFile, 'utf8')).toBe(schemaText(await readMigrations()));
  });

  it('makes the same database as the migrations do', async () => {
    await database.admin.unsafe('CREATE DATABASE from_schema');
    const { host, port, user, password } = database.adminSettings();
    const fresh = postgres({ host, port, user, password, database: 'from_schema', max: 1, onnotice: () => undefined });
    try {
      await fresh.unsafe(readFileSync(schemaFile, 'utf8')).simple();
      const catalog = await readCatalog(database.admin);
      expect(catalog.length).toBeGreaterThan(300);
      expect(await readCatalog(fresh)).toEqual(catalog);
      expect(await schemaState(fresh)).toMatchObject({ pending: [], newer: [] });
      expect(await migrate({ ...database.adminSettings(), database: 'from_schema' })).toEqual({
        applied: [],
        pending: [],
      });
    } finally {
      await fresh.end();
      await database.admin.unsafe('DROP DATABASE from_schema WITH (FORCE)');
    }
  });
});

/** Inserts the guide's test router and says how it went, by SQLSTATE. */
async function insertInto(organization: string): Promise<string> {
  try {
    await database.admin.unsafe(
      `INSERT INTO routers (id, organization_id, hostname, mgmt_ip, vendor_id, model_id, current_ver)
       VALUES ('TEST1', $1::text::uuid, 'test-host', '192.168.1.1', NULL, NULL, '1.0')`,
      [organization],
    );
    return 'accepted';
  } catch (error) {
    if (error instanceof postgres.PostgresError) return error.code;
    throw error;
  }
}

describe("the guide's schema validation", () => {
  it('refuses a malformed organization as no uuid, and an unknown one by its foreign key', async () => {
    expect(await insertInto('invalid-org-id')).toBe('22P02');
    expect(await insertInto('00000000-0000-4000-8000-000000000000')).toBe('23503');
  });

  it('finds at least one policy for every router, wildcards counted', async () => {
    await database.seed();
    const rows = await database.admin`
      SELECT r.id, count(up.id)::int AS matched_policies
      FROM routers r
      LEFT JOIN upgrade_policies up ON (
        (up.vendor_id IS NULL OR up.vendor_id = r.vendor_id) AND (up.model_id IS NULL OR up.model_id = r.model_id)
      ) AND up.is_active
      GROUP BY r.organization_id, r.id`;
    expect(rows).toHaveLength(12);
    expect(rows.every((row) => row['matched_policies'] >= 1)).toBe(true);
  });

  it('has the indexes that the guide names', async () => {
    const names = await database.admin<
      { indexname: string }[]
    >`SELECT indexname FROM pg_indexes WHERE schemaname = 'public'`;
    expect(names.map(({ indexname }) => indexname)).toEqual(
      expect.arrayContaining(['idx_routers_organization', 'idx_upgrades_status', 'idx_audit_timestamp']),
    );
  });
});
