import { describe, expect, it } from 'vitest';
import { readCatalog } from '../../test/support/catalog.ts';
import { useDatabase } from '../../test/support/postgres.ts';
import { useV1Database, V1_ROWS } from '../../test/support/v1.ts';
import { UPGRADE_STEPS } from '../model/upgrade.ts';
import { openDatabase } from './database.ts';
import { verifyAudit } from './audit-verify.ts';
import { migrate } from './migrate.ts';

const database = useDatabase();
const KEY = 'dmVyc2lvbi1vbmUtcGFzcy1waHJhc2UtZm9yLXRlc3Rz';
const v1 = useV1Database(database);

describe('a database of version 1', () => {
  it('is carried over whole into the organization default', async () => {
    const before = await v1.sql`SELECT * FROM routers ORDER BY id`;
    const report = await migrate(v1.settings());
    expect(report).toMatchObject({ pending: [], fromV1: { rows: V1_ROWS, leftBehind: ['routers.rack', 'fleet'] } });
    expect(await v1.sql`SELECT slug, name FROM organizations`).toEqual([{ slug: 'default', name: 'Default' }]);
    expect(await v1.sql`SELECT * FROM netup_v1.routers ORDER BY id`).toEqual(before);
    expect(
      await v1.sql`SELECT id, hostname, host(mgmt_ip) AS ip, current_ver AS current, target_ver AS target, status, created_at::date::text AS made
        FROM routers ORDER BY id LIMIT 2`,
    ).toEqual([
      {
        id: 'R1',
        hostname: 'ams-core-01',
        ip: '10.0.0.1',
        current: '17.09.04a',
        target: '17.12.03',
        status: 'active',
        made: '2022-01-01',
      },
      {
        id: 'R2',
        hostname: 'ams-edge-01',
        ip: '2001:db8::2',
        current: '22.4R3-S2',
        target: null,
        status: 'maintenance',
        made: '2022-01-02',
      },
    ]);
    expect(
      await v1.sql`SELECT u.id, u.status, u.schedule_kind AS kind, r.name AS requester, a.name AS approver
        FROM upgrades AS u JOIN operators AS r ON r.id = u.requested_by LEFT JOIN operators AS a ON a.id = u.approved_by ORDER BY u.id`,
    ).toEqual([
      { id: '1', status: 'success', kind: 'now', requester: 'ben', approver: 'ana.silva-example.net' },
      { id: '2', status: 'failed', kind: 'at', requester: 'ben', approver: 'ana.silva-example.net' },
      { id: '3', status: 'rejected', kind: 'now', requester: 'ben', approver: null },
      { id: '4', status: 'pending', kind: 'now', requester: 'ben', approver: null },
    ]);
    expect(await v1.sql`SELECT name FROM upgrade_steps WHERE upgrade_id = 4 ORDER BY position`).toEqual(
      UPGRADE_STEPS.map((step) => ({ name: step })),
    );
    // Nobody gets a right from an old row, and nobody a way to the old tables.
    expect(
      await v1.sql`SELECT DISTINCT is_active, role FROM operators JOIN organization_members ON operator_id = id`,
    ).toEqual([{ is_active: false, role: 'viewer' }]);
    expect(
      await v1.sql`SELECT r FROM unnest(ARRAY['netup_owner', 'app_user', 'netup_worker', 'netup_readonly']) AS r
        WHERE has_schema_privilege(r, 'netup_v1', 'USAGE') OR has_table_privilege(r, 'netup_v1.credentials', 'SELECT')`,
    ).toEqual([]);
  });

  it('has the tables, guards and rights of a new one afterwards', async () => {
    await migrate(v1.settings());
    expect(await readCatalog(v1.sql)).toEqual(await readCatalog(database.admin));
    expect(
      await v1.sql`SELECT tgname FROM pg_trigger WHERE tgenabled <> 'O' AND tgrelid::regclass::text !~ '^netup_v1'`,
    ).toEqual([]);
    const [row] = await v1.sql`
      INSERT INTO upgrade_policies (organization_id, name, max_cpu_percent, min_free_mem_percent)
      SELECT id, 'new', 1, 1 FROM organizations RETURNING id`;
    expect(row).toEqual({ id: '4' });
  });

  it('keeps its audit trail in order at the start of a chain that holds, and its secrets under their key', async () => {
    await migrate(v1.settings());
    expect(
      await v1.sql`SELECT seq, actor_name AS who, action, occurred_at::date::text AS day, upgrade_id AS upgrade FROM audit_events ORDER BY seq LIMIT 5`,
    ).toEqual([
      { seq: '1', who: 'root', action: 'policy.change', day: '2022-01-01', upgrade: null },
      { seq: '2', who: 'ben', action: 'upgrade.request', day: '2023-03-01', upgrade: '1' },
      { seq: '3', who: 'Ana.Silva@example.net', action: 'upgrade.approve', day: '2023-03-01', upgrade: '1' },
      { seq: '4', who: 'worker', action: 'upgrade.success', day: '2023-03-01', upgrade: '1' },
      { seq: '5', who: 'Ana.Silva@example.net', action: 'upgrade.reject', day: '2023-09-01', upgrade: '3' },
    ]);
    expect(
      await v1.sql`SELECT actor_name AS who, action, "timestamp" = occurred_at AS now FROM audit_events WHERE seq > 5`,
    ).toEqual([{ who: 'administrator', action: 'database.from_v1', now: true }]);
    const [organization] = await v1.sql<{ id: string }[]>`SELECT id FROM organizations`;
    const asUser = openDatabase({ ...database.settings('app_user'), database: v1.settings().database });
    try {
      const scope = asUser.organization(organization?.id ?? '');
      expect(await verifyAudit(scope)).toMatchObject({ rows: 6, fault: null });
      expect(
        await scope.sql`SELECT name, username, encryption_key_id AS key, pgp_sym_decrypt(encrypted_data, ${KEY}) AS secret FROM credentials ORDER BY name`,
      ).toEqual([
        { name: 'router_r1_ssh', username: 'netops', key: 'key_001', secret: '-----BEGIN PRIVATE KEY-----' },
        { name: 'routers', username: null, key: 'key_001', secret: 's3cret' },
      ]);
    } finally {
      await asUser.close();
    }
  });

  it('is left alone by a second run, and only looked at by a dry one', async () => {
    const before = await v1.state();
    const dry = await migrate(v1.settings(), { dryRun: true });
    expect(dry).toMatchObject({ applied: [], fromV1: { rows: V1_ROWS } });
    expect(dry.pending[0]).toBe('001-roles');
    expect(await v1.state()).toEqual(before);
    await migrate(v1.settings());
    const after = await v1.state();
    expect(await migrate(v1.settings())).toEqual({ applied: [], pending: [] });
    expect(await v1.state()).toEqual(after);
  });

  it('is as before when a row did not arrive', async () => {
    await v1.sql
      .unsafe(
        `CREATE SCHEMA lose;
        CREATE FUNCTION lose.step() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
          IF to_regclass('netup_v1.routers') IS NOT NULL AND to_regclass('public.upgrade_steps') IS NOT NULL THEN
            DELETE FROM public.upgrade_steps WHERE upgrade_id = 2;
          END IF;
        END $$;
        CREATE EVENT TRIGGER lose ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION lose.step();`,
      )
      .simple();
    const before = await v1.state();
    expect(await v1.refusal()).toMatch(
      /^UserError: Of 3 rows of upgrade_steps 2 arrived, and 1 of version 1 not as it was/u,
    );
    expect(await v1.state()).toEqual(before);
  });

  it('is as before when the session is lost at any point, and whole after the next run', async () => {
    // Ends the session at the n-th command that changes objects: such commands are in every part of the work.
    await v1.sql
      .unsafe(
        `CREATE SCHEMA cut;
        CREATE TABLE cut.point (at integer);
        INSERT INTO cut.point VALUES (NULL);
        CREATE FUNCTION cut.off() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        DECLARE
          n constant integer := coalesce(nullif(current_setting('cut.n', true), ''), '0')::integer + 1;
        BEGIN
          PERFORM set_config('cut.n', n::text, false);
          PERFORM pg_terminate_backend(pg_backend_pid()) FROM cut.point
          WHERE at = n OR (at = 0 AND to_regclass('pg_temp.v1_compared') IS NOT NULL)
            OR (at = -1 AND tg_tag = 'ALTER TABLE'
              AND has_schema_privilege(to_regrole('netup_owner'), to_regnamespace('netup_v1'), 'USAGE'));
        END $$;
        CREATE EVENT TRIGGER cut ON ddl_command_start EXECUTE FUNCTION cut.off();`,
      )
      .simple();
    const before = await v1.state();
    const met = new Set<string>();
    // -1: when rows were copied; 0: when they are compared, before the commit.
    for (const at of [1, 6, 17, 100, 200, -1, 0]) {
      await v1.sql`UPDATE cut.point SET at = ${at}`;
      let doing = '';
      const note = (what: string): void => void (doing = what);
      expect(await v1.refusal({ onPhase: note, onMigration: note })).toMatch(/^DatabaseUnavailable/u);
      met.add(doing);
      expect(await v1.state()).toEqual(before);
    }
    const phases = ['checking the rows of version 1', 'moving the tables of version 1 to the schema netup_v1'];
    expect([...met]).toEqual(expect.arrayContaining([...phases, 'copying the rows', 'comparing the rows']));
    // And migrations.
    expect(met.size).toBeGreaterThan(4);
    await v1.sql`UPDATE cut.point SET at = NULL`;
    expect(await migrate(v1.settings())).toMatchObject({ fromV1: { rows: V1_ROWS } });
    expect(await v1.sql`SELECT count(*)::int FROM routers WHERE organization_id IS NOT NULL`).toEqual([{ count: 4 }]);
  });
});
