import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { openDemoDatabase } from '../source/demo/demo-database.ts';
import { startEmbeddedServer } from '../source/demo/embedded-server.ts';
import { quantile, type Result, result } from './result.ts';

const PASSWORD = 'only-for-the-benchmark';
const RUNS = 5;
const LARGE = '00000000-0000-4000-8000-000000000001';
const SMALL = '00000000-0000-4000-8000-000000000002';

/** The rule of the view `router_policy` as one would write it by hand, without row-level security. */
const PLAIN = `
  SELECT count(m.id) FROM routers AS r
  LEFT JOIN LATERAL (
    SELECT p.id FROM upgrade_policies AS p
    WHERE p.is_active AND (p.organization_id IS NULL OR p.organization_id = r.organization_id)
      AND (p.model_id IS NULL OR p.model_id = r.model_id) AND (p.vendor_id IS NULL OR p.vendor_id = r.vendor_id)
      AND (p.site_id IS NULL OR p.site_id = r.site_id)
    ORDER BY p.priority DESC, p.specificity DESC, p.created_at DESC, p.id LIMIT 1
  ) AS m ON true
  WHERE r.organization_id = `;

/** Matches 100,000 routers with 1,000 policies, 2,000 with the same, and one; next to the plain query in the same run. */
export async function benchPolicyMatch(): Promise<readonly Result[]> {
  const directory = await mkdtemp(path.join(tmpdir(), 'netup-bench-'));
  await chmod(directory, 0o755);
  const server = await startEmbeddedServer({
    directory: path.join(directory, 'server'),
    settings: ['max_parallel_workers_per_gather=0'],
  });
  const admin = await openDemoDatabase(server, PASSWORD);
  const clients: postgres.Sql[] = [];
  const as = (organization: string): postgres.Sql => {
    const { host, port } = server;
    const connection = { 'app.current_org_id': organization };
    const sql = postgres({ host, port, database: 'netops', user: 'app_user', password: PASSWORD, max: 1, connection });
    clients.push(sql);
    return sql;
  };
  try {
    await admin.unsafe(FILL).simple();
    const [large, small] = [as(LARGE), as(SMALL)];
    const view = 'SELECT count(policy_id) FROM router_policy';
    const all = await median(() => large.unsafe(view));
    const plain = await median(() => admin.unsafe(`${PLAIN} '${LARGE}'`));
    const few = await median(() => small.unsafe(view));
    const plainFew = await median(() => admin.unsafe(`${PLAIN} '${SMALL}'`));
    const one = await median(() => large`SELECT policy_id FROM router_policy WHERE router_id = 'r500'`);
    const unguarded = await median(
      () => admin`SELECT policy_id FROM router_policy WHERE organization_id = ${LARGE} AND router_id = 'r500'`,
    );
    return [
      result('policy match: 100,000 routers x 1,000 policies', all, 'ms', { reference: plain, goal: plain * 1.3 }),
      result('policy match: an organization of 2,000 routers', few, 'ms', { reference: plainFew, goal: 20 }),
      result('policy match: one router', one, 'ms', { reference: unguarded, goal: 2 }),
    ];
  } finally {
    await Promise.all(clients.map((client) => client.end()));
    await admin.end();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function median(query: () => Promise<unknown>): Promise<number> {
  await query();
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const start = performance.now();
    await query();
    times.push(performance.now() - start);
  }
  return quantile(times, 0.5);
}

// Five vendors of eight models, two hundred sites; a third of the policies is shared, every field is a wildcard in some of them.
const FILL = `
  INSERT INTO organizations (id, slug, name) VALUES ('${LARGE}', 'large', 'Large'), ('${SMALL}', 'small', 'Small')
    ON CONFLICT DO NOTHING;
  INSERT INTO vendors (name) SELECT 'vendor ' || n FROM generate_series(0, 4) AS n;
  INSERT INTO models (vendor_id, name, platform)
    SELECT v.id, v.name || ' model ' || n, 'junos' FROM vendors AS v, generate_series(0, 7) AS n WHERE v.name LIKE 'vendor %';
  INSERT INTO sites (organization_id, name)
    SELECT o.id, 's' || n FROM organizations AS o, generate_series(0, 199) AS n WHERE o.slug IN ('large', 'small');
  WITH m AS (SELECT *, row_number() OVER (ORDER BY name) - 1 AS nr FROM models WHERE name LIKE 'vendor %'),
    s AS (SELECT *, row_number() OVER (PARTITION BY organization_id ORDER BY name) - 1 AS nr FROM sites)
  INSERT INTO routers (organization_id, id, hostname, mgmt_ip, vendor_id, model_id, site_id, current_ver)
    SELECT o.id, 'r' || n, 'r' || n, '10.0.0.0'::inet + n, m.vendor_id, m.id, s.id, '1'
    FROM organizations AS o, generate_series(1, CASE o.slug WHEN 'large' THEN 100000 ELSE 2000 END) AS n
    JOIN m ON m.nr = n % 40 JOIN s ON s.nr = n / 40 % 200 WHERE o.slug IN ('large', 'small') AND s.organization_id = o.id;
  WITH m AS (SELECT *, row_number() OVER (ORDER BY name) - 1 AS nr FROM models WHERE name LIKE 'vendor %'),
    s AS (SELECT *, row_number() OVER (ORDER BY name) - 1 AS nr FROM sites WHERE organization_id = '${LARGE}')
  INSERT INTO upgrade_policies (organization_id, name, vendor_id, model_id, site_id, priority, max_cpu_percent, min_free_mem_percent)
    SELECT CASE WHEN n % 3 = 0 THEN NULL ELSE '${LARGE}'::uuid END, 'policy ' || n, CASE WHEN n % 5 = 0 THEN NULL ELSE m.vendor_id END,
      CASE WHEN n % 2 = 0 THEN NULL ELSE m.id END, CASE WHEN n % 3 = 0 OR n % 7 = 0 THEN NULL ELSE s.id END, n % 4, 80, 20
    FROM generate_series(1, 1000) AS n JOIN m ON m.nr = n % 40 JOIN s ON s.nr = n % 200;
  ANALYZE;`;
