import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from './support/postgres.ts';
import type { Seed } from './support/seed.ts';

const database = useDatabase();
let seed: Seed;
let sql: postgres.Sql;

beforeAll(async () => {
  seed = await database.seed();
  const { host, port, database: name, user, password } = database.settings('app_user');
  const connection = { 'app.current_org_id': seed.acme.id };
  sql = postgres({ host, port, database: name, user, password, max: 1, connection, onnotice: () => undefined });
});
afterAll(() => sql.end());

describe('ready_for_upgrade', () => {
  it('lists active routers with another target, with the limits of their policy, wildcards counted', async () => {
    const rows = await sql`
      SELECT v.id, p.name AS policy, v.max_cpu_percent::float, v.min_free_mem_percent::float
      FROM ready_for_upgrade AS v LEFT JOIN upgrade_policies AS p ON p.id = v.policy_id ORDER BY v.id`;
    const limits = { max_cpu_percent: 80, min_free_mem_percent: 20 };
    expect(rows).toEqual([
      { id: 'ams-core-01', policy: 'core, Cisco, careful', ...limits },
      { id: 'ams-edge-01', policy: 'ams: hub site', ...limits },
      { id: 'ams-edge-02', policy: 'ams: hub site', ...limits },
      { id: 'fra-leaf-02', policy: 'any router', ...limits },
    ]);
  });
});

describe('ready_for_upgrade and versions', () => {
  it('leaves out routers that run their target under another spelling or with a build, and no others', async () => {
    const { asr, mx } = seed.models;
    const versions: readonly (readonly [
      id: string,
      model: string | null,
      running: string,
      target: string,
      ready: boolean,
    ])[] = [
      ['spelling', asr, '17.09.04', '17.9.4', false],
      ['rebuild', asr, '17.09.04a', '17.9.4', true],
      ['build-of-target', mx, '21.4R3-S5.4', '21.4R3-S5', false],
      ['target-with-build', mx, '21.4R3-S5', '21.4R3-S5.4', false],
      ['other-build', mx, '21.4R3-S5.4', '21.4R3-S5.5', true],
      ['later', mx, '22.4R1', '21.4R3', true],
      ['unknown-form', asr, 'BLD_V1712', 'BLD_V1713', true],
      ['same-unknown-form', asr, 'BLD_V1712', 'BLD_V1712', false],
      ['no-model', null, '17.09.04', '17.9.4', true],
    ];
    await database.admin.begin(async (tx) => {
      for (const [id, model_id, current_ver, target_ver] of versions) {
        const router = { id, hostname: id, mgmt_ip: '10.4.0.1', model_id, current_ver, target_ver };
        await tx`INSERT INTO routers ${tx({ organization_id: seed.globex.id, ...router })}`;
      }
    });
    const rows = await database.admin<{ id: string }[]>`
      SELECT id FROM ready_for_upgrade WHERE id = ANY (${versions.map(([id]) => id)}) ORDER BY id`;
    expect(rows.map(({ id }) => id)).toEqual(
      versions
        .filter((entry) => entry[4])
        .map(([id]) => id)
        .toSorted(),
    );
    await database.admin`DELETE FROM routers WHERE mgmt_ip = '10.4.0.1'`;
  });
});

describe('upgrade_success_rate', () => {
  it('counts the requests of the last 90 days, in percent with two decimals', async () => {
    await database.admin.begin(async (tx) => {
      await tx`SET LOCAL session_replication_role = replica`;
      await tx`
        INSERT INTO upgrades (organization_id, router_id, image_id, from_ver, to_ver, status, schedule_kind, decision, gates,
          batch_id, idempotency_key, requested_by, requested_at)
        SELECT ${seed.acme.id}, 'ams-core-01', ${seed.images.asr}, '1', '2', status, 'now', 'approve', '[]', gen_random_uuid(),
          gen_random_uuid(), ${seed.ben.id}, now() - make_interval(days => age)
        FROM (VALUES ('success', 1), ('success', 2), ('failed', 3), ('failed', 91)) AS past (status, age)`;
    });
    expect(await sql`SELECT * FROM upgrade_success_rate`).toEqual([
      {
        organization_id: seed.acme.id,
        router_id: 'ams-core-01',
        total_upgrades: '3',
        successful: '2',
        success_rate: '66.67',
      },
    ]);
  });
});

describe('router_policy', () => {
  it('finds what the plain rule finds, for every kind of router and policy', async () => {
    const { vendors, models } = seed;
    // Every mixture of own or shared, vendor, model, site, with two priorities, twice; some inactive.
    await database.admin`
      INSERT INTO upgrade_policies (organization_id, name, vendor_id, model_id, site_id, priority, max_cpu_percent,
        min_free_mem_percent, is_active, created_at)
      SELECT o.id, 'mixture', v.id::uuid, m.id::uuid, s.id, p, 50, 50, row_number() OVER () % 3 <> 0,
        now() - row_number() OVER () * 7919 % 1000 * interval '1 minute'
      FROM unnest(${[null, seed.acme.id, seed.globex.id]}::uuid[]) AS o (id)
      CROSS JOIN unnest(${[null, vendors.cisco, vendors.juniper]}::uuid[]) AS v (id)
      CROSS JOIN unnest(${[null, models.asr, models.mx]}::uuid[]) AS m (id)
      CROSS JOIN LATERAL (SELECT NULL::uuid UNION ALL SELECT t.id FROM sites AS t WHERE t.organization_id = o.id) AS s (id)
      CROSS JOIN generate_series(0, 1) AS p CROSS JOIN generate_series(1, 2)`;
    await database.admin`
      INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver, vendor_id, model_id, site_id)
      SELECT o.id, h.name, h.name, '10.3.0.1', '1', v.id, m.id, s.id
      FROM unnest(${[seed.acme.id, seed.globex.id]}::uuid[]) AS o (id)
      CROSS JOIN unnest(${[null, vendors.cisco, vendors.juniper, vendors.arista]}::uuid[]) AS v (id)
      CROSS JOIN unnest(${[null, models.asr, models.mx, models.dcs]}::uuid[]) AS m (id)
      CROSS JOIN LATERAL (SELECT NULL::uuid UNION ALL SELECT t.id FROM sites AS t WHERE t.organization_id = o.id) AS s (id)
      CROSS JOIN LATERAL (SELECT concat_ws('/', 'mixture', v.id, m.id, s.id) AS name) AS h`;
    // With equal priorities in the end, so that every place in the order decides somewhere.
    for (const priorities of ['priority', '0']) {
      await database.admin.unsafe(`UPDATE upgrade_policies SET priority = ${priorities}`);
      const differing = await database.admin`
        SELECT r.id, v.policy_id, plain.id AS expected
        FROM routers AS r JOIN router_policy AS v ON v.organization_id = r.organization_id AND v.router_id = r.id
        LEFT JOIN LATERAL (
          SELECT p.id FROM upgrade_policies AS p
          WHERE p.is_active AND (p.organization_id IS NULL OR p.organization_id = r.organization_id)
            AND (p.model_id IS NULL OR p.model_id = r.model_id) AND (p.vendor_id IS NULL OR p.vendor_id = r.vendor_id)
            AND (p.site_id IS NULL OR p.site_id = r.site_id)
          ORDER BY p.priority DESC, p.specificity DESC, p.created_at DESC, p.id LIMIT 1
        ) AS plain ON true
        WHERE v.policy_id IS DISTINCT FROM plain.id`;
      expect(differing).toEqual([]);
    }
    const [found] = await database.admin<{ policies: number; routers: number }[]>`
      SELECT count(DISTINCT policy_id)::int AS policies, count(*)::int AS routers FROM router_policy`;
    expect(found?.routers).toBe(12 + 2 * 4 * 4 * 3);
    expect(found?.policies).toBeGreaterThan(20);
  });
});
