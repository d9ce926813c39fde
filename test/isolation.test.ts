import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseRole, useDatabase } from './support/postgres.ts';
import type { Seed } from './support/seed.ts';

const database = useDatabase();
const clients = new Map<string, postgres.Sql>();
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
    const worker = as('netup_worker', organization.id);
    await worker`SELECT telemetry_roll(now())`;
    await worker`INSERT INTO telemetry_raw (organization_id, time, router_id) VALUES (${organization.id}, now(), ${router})`;
    await worker`INSERT INTO telemetry_interfaces VALUES (${organization.id}, now(), 1, 1, 0, true, true, ${router}, 'ge-0/0/0')`;
  }
});
afterAll(() => Promise.all([...clients.values()].map((client) => client.end())));

function event(target: string): postgres.JSONValue {
  const actor = { actor_name: 'ben', actor_role: 'operator', source: 'cli', correlation_id: 'c' };
  return { ...actor, action: 'test', target_type: 'router', target_id: target };
}

/** A connection as a role; the organization as a start-up parameter, as the program sets it. Null leaves it unset. */
function as(role: DatabaseRole, organization: string | null): postgres.Sql {
  const key = `${role} ${organization}`;
  const known = clients.get(key);
  if (known !== undefined) return known;
  const { host, port, database: name, user, password } = database.settings(role);
  const connection = organization === null ? {} : { 'app.current_org_id': organization };
  const sql = postgres({ host, port, database: name, user, password, max: 1, onnotice: () => undefined, connection });
  clients.set(key, sql);
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

  it('leaves partitions without any grant of their own, to whomever and of whatever', async () => {
    const partitions = await database.admin<{ name: string; granted: string[] }[]>`
      SELECT p.relname AS name, array(
        SELECT format('%s to %s', g.privilege_type, g.grantee::regrole)
        FROM (SELECT p.relacl UNION ALL SELECT attacl FROM pg_attribute WHERE attrelid = p.oid) AS acl (list), aclexplode(acl.list) AS g
        WHERE g.grantee <> p.relowner) AS granted
      FROM pg_class AS p WHERE p.relispartition AND p.relkind = 'r'`;
    // Of the audit trail, and of both tables of readings.
    expect(partitions.map(({ name }) => name.replace(/_(p?\d+.*|default)$/u, ''))).toEqual(
      expect.arrayContaining(['audit_events', 'telemetry_raw', 'telemetry_interfaces']),
    );
    expect(partitions.filter(({ granted }) => granted.length > 0)).toEqual([]);
  });

  it('is not got around by a foreign key: between tables with an organization each takes the organization along', async () => {
    const keys = await database.admin<{ key: string; whole: boolean }[]>`
      SELECT format('%s: %s', k.conrelid::regclass, pg_get_constraintdef(k.oid)) AS key, EXISTS (
        SELECT FROM unnest(k.conkey, k.confkey) AS pair (mine, theirs)
        WHERE pair.mine = child.attnum AND pair.theirs = parent.attnum) AS whole
      FROM pg_constraint AS k
      JOIN pg_attribute AS child ON child.attrelid = k.conrelid AND child.attname = 'organization_id'
      JOIN pg_attribute AS parent ON parent.attrelid = k.confrelid AND parent.attname = 'organization_id'
      WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace`;
    expect(keys.length).toBeGreaterThan(30);
    expect(keys.filter(({ whole }) => !whole)).toEqual([]);
  });

  it('holds for every view as for its caller', async () => {
    // A materialized view has no row-level security at all.
    const views = await database.admin<{ name: string; kind: string; invoker: boolean; tenant: boolean }[]>`
      SELECT relname AS name, relkind AS kind, coalesce('security_invoker=true' = ANY (reloptions), false) AS invoker,
        EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'organization_id') AS tenant
      FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')`;
    expect(views.filter(({ invoker, kind }) => !invoker || kind !== 'v')).toEqual([]);
    const tenant = views.filter((view) => view.tenant).map(({ name }) => name);
    expect(tenant).toEqual(
      expect.arrayContaining(['fleet', 'router_policy', 'ready_for_upgrade', 'upgrade_success_rate']),
    );
    for (const name of tenant) {
      for (const role of roles) {
        const read = (organization: string | null): Promise<postgres.Row[]> =>
          as(role, organization).unsafe(`SELECT DISTINCT organization_id AS id FROM ${name}`);
        expect((await read(seed.acme.id)).filter((row) => row['id'] !== seed.acme.id)).toEqual([]);
        expect(await read(null)).toEqual([]);
      }
    }
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
      // No reading is two hours old yet.
      expect(own.length > 0).toBe(table !== 'telemetry_hourly');
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

/** What each role may write, and nothing else. */
const writable: Readonly<Record<(typeof roles)[number], Readonly<Record<string, readonly string[]>>>> = {
  app_user: {
    INSERT: ['sites', 'routers', 'credentials', 'router_policy_overrides', 'upgrades', 'upgrade_steps'],
    UPDATE: ['sites', 'routers', 'credentials', 'router_policy_overrides', 'upgrades', 'upgrade_steps'],
    DELETE: ['router_policy_overrides', 'credentials'],
  },
  netup_worker: {
    INSERT: ['telemetry_raw', 'telemetry_interfaces'],
    // And some columns of routers, upgrades and steps; the organization is not one of them.
    UPDATE: ['telemetry_raw', 'telemetry_interfaces'],
    DELETE: [],
  },
  netup_readonly: { INSERT: [], UPDATE: [], DELETE: [] },
};

describe.each(roles)('writing as %s', (role) => {
  it.each(tenantTables)('to %s is refused by grant, or kept within the organization', async (table) => {
    const may = (verb: string): boolean => writable[role][verb]?.includes(table) === true;
    const [acme, globex] = [seed.acme.id, seed.globex.id];
    for (const organization of [acme, null, '']) {
      const write = (text: string): Promise<string | number> => outcome(as(role, organization).unsafe(text));
      const theirs = `organization_id = '${globex}'`;
      expect(await write(`UPDATE ${table} SET organization_id = organization_id WHERE ${theirs}`)).toBe(
        may('UPDATE') ? 0 : '42501',
      );
      expect(await write(`DELETE FROM ${table} WHERE ${theirs}`)).toBe(may('DELETE') ? 0 : '42501');
      // Every column of a row of theirs as the superuser sees it: only row-level security can refuse it.
      for (const target of organization === acme ? [globex] : [globex, acme]) {
        // Without an organization no policy is visible, which is found first.
        const refused =
          table === 'router_policy_overrides' && organization !== acme && may('INSERT') ? '23503' : '42501';
        expect(await write(await copyOfRow(table, target))).toBe(refused);
      }
    }
    const moved = await outcome(as(role, acme).unsafe(`UPDATE ${table} SET organization_id = '${globex}'`));
    expect(moved).toBe(table === 'upgrades' && may('UPDATE') ? '23514' : '42501');
  });
});

/** An INSERT of a row that is there already, or, for a table without rows, of a bare one. */
async function copyOfRow(table: string, organization: string): Promise<string> {
  const [row] = await database.admin<{ row: string }[]>`
    SELECT to_jsonb(t)::text AS row FROM ${database.admin(table)} AS t WHERE organization_id = ${organization} LIMIT 1`;
  const values = row?.row ?? JSON.stringify({ organization_id: organization });
  return `INSERT INTO ${table} OVERRIDING SYSTEM VALUE
    SELECT * FROM jsonb_populate_record(NULL::${table}, '${values.replaceAll("'", "''")}')`;
}

describe('writing across organizations', () => {
  it('changes no policy of another organization, nor one for all', async () => {
    const sql = as('app_user', seed.acme.id);
    for (const id of [seed.globex.policies.asr, seed.policies.any]) {
      expect(await outcome(sql`UPDATE upgrade_policies SET name = 'x' WHERE id = ${id}`)).toBe(0);
    }
    for (const id of [seed.globex.id, null]) {
      const policy = sql`
        INSERT INTO upgrade_policies (organization_id, name, max_cpu_percent, min_free_mem_percent) VALUES (${id}, 'x', 1, 1)`;
      expect(await outcome(policy)).toBe('42501');
    }
    expect(await outcome(sql`UPDATE firmware_images SET is_golden = true`)).toBe('42501');
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
    const [stranger] = await database.admin<{ id: string }[]>`
      INSERT INTO operators (name, display_name) VALUES ('stranger', 'S') RETURNING id`;
    for (const operator of [stranger?.id ?? '', '00000000-0000-4000-8000-000000000000']) {
      const by = sql`INSERT INTO router_policy_overrides
        VALUES (${acme}, 'fra-old-01', ${seed.policies.any}, 'r', ${operator}, now())`;
      expect(await outcome(by)).toBe('23503');
    }
    const site = (id: string): Promise<string | number> =>
      outcome(sql`UPDATE routers SET site_id = ${id} WHERE id = 'fra-old-01'`);
    expect(await site(seed.globex.sites.ams)).toBe('23503');
    expect(await site('00000000-0000-4000-8000-000000000000')).toBe('23503');
    const token = (by: string, name: string): Promise<string | number> =>
      outcome(sql`INSERT INTO mcp_tokens (organization_id, name, token_hash, operator_id, role, created_by, expires_at)
        VALUES (${acme}, ${name}, sha256(${name}::bytea), ${seed.ben.id}, 'viewer', ${by}, now() + interval '1 day')`);
    expect(await token(stranger?.id ?? '', 'one')).toBe('23503');
    expect(await token('00000000-0000-4000-8000-000000000000', 'two')).toBe('23503');
    const numbered = (id: string): Promise<string | number> =>
      outcome(sql`INSERT INTO upgrade_policies (id, organization_id, name, max_cpu_percent, min_free_mem_percent)
        OVERRIDING SYSTEM VALUE VALUES (${id}, ${acme}, ${`number ${id}`}, 1, 1)`);
    expect([await numbered(seed.globex.policies.asr), await numbered('999999')]).toEqual([1, 1]);
    const judged = (policy: string): Promise<string | number> =>
      outcome(sql`
        INSERT INTO decisions (organization_id, router_id, verdict, gates, policy_id, evidence_start, evidence_end, asked_by, source)
        VALUES (${acme}, 'fra-old-01', 'defer', '[]', ${policy}, now() - interval '2 hours', now(), ${seed.ben.id}, 'cli')`);
    const others = [await judged(seed.globex.policies.asr), await judged('999999')];
    expect([...others, await judged(seed.policies.any)]).toEqual(['23503', '23503', 1]);
  });

  it('is not helped by temporary tables with the names of ours', async () => {
    const sql = as('app_user', seed.acme.id);
    const count = async (): Promise<unknown> =>
      (await sql`SELECT count(*)::int AS n FROM public.audit_events`)[0]?.['n'];
    const before = await count();
    await sql.begin(async (tx) => {
      await tx.unsafe(`
        CREATE TEMP TABLE organization_members AS SELECT '${seed.acme.id}'::uuid AS organization_id,
          '${seed.ben.id}'::uuid AS operator_id, 'admin' AS role;
        CREATE TEMP TABLE operators AS SELECT '${seed.ben.id}'::uuid AS id, 'root' AS name, '' AS display_name, true AS is_active;
        CREATE TEMP TABLE upgrade_policies AS SELECT 999999::bigint AS id;
        CREATE TEMP TABLE audit_events (LIKE public.audit_events);
        CREATE TEMP TABLE audit_heads (LIKE public.audit_heads INCLUDING ALL);
        GRANT ALL ON organization_members, operators, upgrade_policies, audit_events, audit_heads TO netup_owner;`);
      expect(await tx`SELECT has_role(${seed.ben.id}, ${seed.acme.id}, ARRAY['admin']) AS admin`).toEqual([
        { admin: false },
      ]);
      expect(await tx`SELECT * FROM operator_memberships('root')`).toEqual([]);
      await tx`SELECT audit_append_batch(${tx.json([event('r')])})`;
      const forged = tx.savepoint(
        (nested) => nested`UPDATE router_policy_overrides SET policy_id = 999999 WHERE router_id = 'ams-core-01'`,
      );
      await expect(forged).rejects.toThrow('policy 999999 does not exist');
      expect(await tx`SELECT * FROM pg_temp.audit_events`).toEqual([]);
      await tx.unsafe(
        'DROP TABLE pg_temp.organization_members, operators, upgrade_policies, audit_events, audit_heads',
      );
    });
    expect(await count()).toBe(Number(before) + 1);
  });
});
