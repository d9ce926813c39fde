import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseRole, useDatabase } from './support/postgres.ts';
import type { Seed } from './support/seed.ts';

const database = useDatabase();
const clients: postgres.Sql[] = [];
let seed: Seed;

beforeAll(async () => {
  seed = await database.seed();
  for (const organization of [seed.acme, seed.globex]) {
    const [router, operator] = ['ams-core-01', seed.ben.id];
    const sql = as('netup_owner', organization.id);
    await sql`INSERT INTO credentials (organization_id, name, credential_type, encrypted_data, encryption_key_id)
      VALUES (${organization.id}, 'ssh', 'ssh_password', '\\x00', 'k1')`;
    await sql`INSERT INTO router_policy_overrides VALUES
      (${organization.id}, ${router}, ${seed.policies.any}, 'test', ${operator}, now())`;
    const [upgrade] = await sql<{ id: string }[]>`
      INSERT INTO upgrades (organization_id, router_id, image_id, from_ver, to_ver, schedule_kind, decision, gates, batch_id,
        idempotency_key, requested_by)
      VALUES (${organization.id}, ${router}, ${seed.images.asr}, '1', '2', 'now', 'approve', '[]', gen_random_uuid(),
        gen_random_uuid(), ${operator}) RETURNING id`;
    await sql`INSERT INTO upgrade_steps (organization_id, upgrade_id, position, name)
      VALUES (${organization.id}, ${upgrade?.id ?? ''}, 1, 'precheck')`;
    const app = as('app_user', organization.id);
    await app`SELECT audit_append_batch(${app.json([event(router)])})`;
  }
});
afterAll(() => Promise.all(clients.map((client) => client.end())));

function event(target: string): postgres.JSONValue {
  const actor = { actor_name: 'ben', actor_role: 'operator', source: 'cli', correlation_id: 'c' };
  return { ...actor, action: 'test', target_type: 'router', target_id: target };
}

/** A connection as a role; the organization as a start-up parameter, as the program sets it. Null leaves it unset. */
function as(role: DatabaseRole, organization: string | null): postgres.Sql {
  const { host, port, database: name, user, password } = database.settings(role);
  const connection = organization === null ? {} : { 'app.current_org_id': organization };
  const sql = postgres({ host, port, database: name, user, password, max: 1, onnotice: () => undefined, connection });
  clients.push(sql);
  return sql;
}

async function outcome(query: Promise<{ readonly count: number }>): Promise<string | number> {
  try {
    return (await query).count;
  } catch (error) {
    if (error instanceof postgres.PostgresError) return error.code;
    throw error;
  }
}

const tenantTables = [
  'organization_members',
  'sites',
  'routers',
  'credentials',
  'router_policy_overrides',
  'upgrades',
  'upgrade_steps',
  'audit_events',
  'audit_heads',
  'telemetry_raw',
  'telemetry_interfaces',
  'telemetry_hourly',
] as const;
const roles = ['app_user', 'netup_worker', 'netup_readonly'] as const;

describe('row-level security', () => {
  it('is on and forced for every table with an organization, and for nothing by accident off', async () => {
    const rows = await database.admin<{ name: string; open: boolean }[]>`
      SELECT c.relname AS name, NOT (c.relrowsecurity AND c.relforcerowsecurity) AS open
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id' AND NOT a.attisdropped
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition`;
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining([...tenantTables, 'upgrade_policies']));
    expect(rows.filter(({ open }) => open)).toEqual([]);
  });

  it('leaves partitions without any grant of their own', async () => {
    const granted = await database.admin`
      SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'
      AND (has_table_privilege('app_user', oid, 'SELECT') OR has_table_privilege('netup_worker', oid, 'SELECT')
        OR has_table_privilege('netup_readonly', oid, 'SELECT'))`;
    expect(granted).toEqual([]);
  });

  it('keeps our roles from going around it', async () => {
    const unsafe = await database.admin`
      SELECT rolname FROM pg_roles WHERE rolname IN ('netup_owner', 'app_user', 'netup_worker', 'netup_readonly')
      AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)`;
    expect(unsafe).toEqual([]);
  });

  describe.each(roles)('%s', (role) => {
    it.each(tenantTables)('reads own rows of %s and no others; none without an organization', async (table) => {
      const columns = table === 'credentials' && role === 'netup_readonly' ? 'organization_id, name' : '*';
      const read = (organization: string | null): Promise<postgres.Row[]> =>
        as(role, organization).unsafe(`SELECT ${columns} FROM ${table}`);
      const own = await read(seed.acme.id);
      // Nothing reports here, so only the telemetry tables are empty.
      expect(own.length > 0).toBe(!table.startsWith('telemetry'));
      expect(own.every((row) => row['organization_id'] === seed.acme.id)).toBe(true);
      expect(await read(null)).toEqual([]);
      expect(await read('')).toEqual([]);
    });
  });

  it('does not show encrypted secrets to netup_readonly', async () => {
    expect(await outcome(as('netup_readonly', seed.acme.id)`SELECT encrypted_data FROM credentials`)).toBe('42501');
  });

  it('shows shared policies with any organization, and none without', async () => {
    const names = async (organization: string | null): Promise<unknown[]> =>
      (await as('app_user', organization)`SELECT name FROM upgrade_policies ORDER BY id`).map((row) => row['name']);
    expect(await names(seed.acme.id)).toEqual(['any router', 'Cisco', 'core, Cisco, careful', 'ams: hub site']);
    expect(await names(null)).toEqual([]);
  });
});

describe('writing across organizations', () => {
  const foreign = { select: 0, insert: '42501' };

  it('changes nothing of another organization', async () => {
    const sql = as('app_user', seed.acme.id);
    const globex = seed.globex.id;
    expect(await outcome(sql`UPDATE routers SET target_ver = 'x' WHERE organization_id = ${globex}`)).toBe(
      foreign.select,
    );
    expect(await outcome(sql`UPDATE upgrades SET change_reference = 'x' WHERE organization_id = ${globex}`)).toBe(0);
    expect(await outcome(sql`UPDATE upgrade_policies SET name = 'x' WHERE id = ${seed.globex.policies.asr}`)).toBe(0);
    expect(await outcome(sql`UPDATE upgrade_policies SET name = 'x' WHERE id = ${seed.policies.any}`)).toBe(0);
    expect(await outcome(sql`DELETE FROM credentials WHERE organization_id = ${globex}`)).toBe(0);
    expect(
      await outcome(sql`INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver)
        VALUES (${globex}, 'x', 'x', '10.9.9.9', '1')`),
    ).toBe(foreign.insert);
  });

  it('does not tell by an error that a row of another organization exists', async () => {
    const sql = as('app_user', seed.acme.id);
    const acme = seed.acme.id;
    const override = (policy: string): Promise<string | number> =>
      outcome(
        sql`INSERT INTO router_policy_overrides VALUES (${acme}, 'fra-old-01', ${policy}, 'r', ${seed.ben.id}, now())`,
      );
    expect(await override(seed.globex.policies.asr)).toBe('23503');
    expect(await override('999999')).toBe('23503');
    const site = (id: string): Promise<string | number> =>
      outcome(sql`UPDATE routers SET site_id = ${id} WHERE id = 'fra-old-01'`);
    expect(await site(seed.globex.sites.ams)).toBe('23503');
    expect(await site('00000000-0000-4000-8000-000000000000')).toBe('23503');
  });
});
