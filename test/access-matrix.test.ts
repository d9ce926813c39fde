import { readFileSync } from 'node:fs';
import postgres from 'postgres';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type AccessRole,
  type AccessVerb,
  type TableAccess,
  accessMatrix,
  accessRoles,
  accessScopes,
  accessText,
  accessVerbs,
  columnsOf,
} from './support/access-matrix.ts';
import { useDatabase } from './support/postgres.ts';

const database = useDatabase();
let acme = '';
let globex = '';

/** Gives both organizations a row in every table that the seed leaves empty. */
beforeAll(async () => {
  const seed = await database.seed();
  [acme, globex] = [seed.acme.id, seed.globex.id];
  await database.admin.begin(async (sql) => {
    await sql`SELECT telemetry_roll(now())`;
    await sql`INSERT INTO workers VALUES (gen_random_uuid(), 'host', 1, '1', 20)`;
    await sql`INSERT INTO collectors VALUES (gen_random_uuid(), 'host', 1, '1', 20, 0, 0, false, now(), now(), now())`;
    await sql`CREATE TABLE telemetry_hourly_all PARTITION OF telemetry_hourly FOR VALUES FROM ('2001-01-01') TO ('2001-01-02')`;
    for (const id of [acme, globex]) {
      await sql`SELECT set_config('app.current_org_id', ${id}, true)`;
      const [person] = await sql<{ id: string }[]>`
        INSERT INTO operators (name, display_name) VALUES (${`only-${id}`}, 'Only One') RETURNING id`;
      await sql`INSERT INTO organization_members VALUES (${id}, ${person?.id ?? ''}, 'operator')`;
      await sql`INSERT INTO golden_images VALUES (${id}, ${seed.models.asr}, NULL, ${seed.images.asr})`;
      await sql`INSERT INTO credentials (organization_id, name, credential_type, encrypted_data, encryption_key_id)
        VALUES (${id}, 'ssh', 'ssh_password', '\\x00', 'k1')`;
      await sql`INSERT INTO router_policy_overrides VALUES
        (${id}, 'ams-core-01', ${seed.policies.any}, 'test', ${seed.ben.id}, now())`;
      const [upgrade] = await sql<{ id: string }[]>`
        INSERT INTO upgrades (organization_id, router_id, image_id, from_ver, to_ver, schedule_kind, decision, gates, batch_id,
          idempotency_key, requested_by)
        VALUES (${id}, 'ams-core-01', ${seed.images.asr}, '1', '2', 'now', 'approve', '[]', gen_random_uuid(),
          gen_random_uuid(), ${seed.ben.id}) RETURNING id`;
      const [approved] = await sql<{ id: string }[]>`
        INSERT INTO upgrades (organization_id, router_id, image_id, from_ver, to_ver, schedule_kind, decision, gates, batch_id,
          idempotency_key, requested_by)
        SELECT ${id}, id, ${seed.images.asr}, '1', '2', 'now', 'approve', '[]', gen_random_uuid(), gen_random_uuid(), ${seed.ben.id}
        FROM routers WHERE organization_id = ${id} AND id <> 'ams-core-01' ORDER BY id LIMIT 1 RETURNING id`;
      await sql`UPDATE upgrades SET status = 'approved', approved_by = ${seed.ana.id}, approved_at = now() WHERE id = ${approved?.id ?? ''}`;
      await sql`INSERT INTO upgrade_steps (organization_id, upgrade_id, position, name)
        VALUES (${id}, ${upgrade?.id ?? ''}, 1, 'precheck')`;
      await sql`INSERT INTO upgrade_checks VALUES (${id}, ${approved?.id ?? ''}, 'pre', 1, 'model', 'a', 'a', 'pass', '')`;
      await sql`INSERT INTO config_backups VALUES (${id}, ${approved?.id ?? ''}, 'before', '\\x00', 'k1')`;
      await sql`INSERT INTO upgrade_points (organization_id, upgrade_id, kind, measured_at, body)
        VALUES (${id}, ${upgrade?.id ?? ''}, 'progress', now(), '{}')`;
      await sql`INSERT INTO upgrade_output VALUES (${id}, ${upgrade?.id ?? ''}, 'precheck', 1, '\\x00', 'k1')`;
      await sql`INSERT INTO webhooks (organization_id, name, url, encrypted_data, encryption_key_id)
        VALUES (${id}, 'chat', 'https://chat.example/hook', '\\x00', 'k1')`;
      await sql`INSERT INTO mcp_tokens (organization_id, name, token_hash, operator_id, role, created_by, expires_at)
        VALUES (${id}, 'test', sha256(${id}::bytea), ${seed.ben.id}, 'viewer', ${seed.ada.id}, 'infinity')`;
      await sql`INSERT INTO upgrade_limits (organization_id) VALUES (${id})`;
      await sql`INSERT INTO router_health (organization_id, router_id, collector, polled_at) VALUES (${id}, 'ams-core-01', 'c', now())`;
      await sql`INSERT INTO collector_quarantine (organization_id, router_id, reason, field, sample, collector)
        VALUES (${id}, 'ams-core-01', 'test', '', '', 'c')`;
      await sql`INSERT INTO collector_organizations SELECT ${id}, id FROM collectors`;
      await sql`INSERT INTO collector_shares VALUES (${id}, 0)`;
      await sql`INSERT INTO approval_rules (organization_id) VALUES (${id})`;
      await sql`INSERT INTO upgrade_approvals (organization_id, upgrade_id, operator_id, subject)
        VALUES (${id}, ${upgrade?.id ?? ''}, ${seed.ana.id}, '{}')`;
      await sql`INSERT INTO upgrade_plans (organization_id, id, waves, pause_minutes, success_rate, approve_waves, requested_by)
        VALUES (${id}, gen_random_uuid(), 2, 0, 100, false, ${seed.ben.id})`;
      await sql`INSERT INTO agent_settings (organization_id, changed_by) VALUES (${id}, ${seed.ada.id})`;
      await sql`INSERT INTO decisions (organization_id, router_id, verdict, gates, evidence_start, evidence_end, asked_by, source)
        VALUES (${id}, 'ams-core-01', 'defer', '[]', now() - interval '2 h', now(), ${seed.ben.id}, 'cli')`;
      await sql`INSERT INTO blackouts (organization_id, starts_at, ends_at, reason, created_by)
        VALUES (${id}, now(), 'infinity', 'test', ${seed.ben.id})`;
      const actor = { actor_name: 'ben', actor_role: 'operator', source: 'cli', correlation_id: 'c' };
      const event = { ...actor, action: 'test', target_type: 'router', target_id: 'ams-core-01' };
      await sql`SELECT audit_append_batch(${sql.json([event])})`;
      await sql`INSERT INTO audit_checkpoints VALUES (${id}, 1, '\\x00', now(), now(), 'k', '\\x00')`;
      await sql`INSERT INTO telemetry_raw (organization_id, time, router_id) VALUES (${id}, now(), 'ams-core-01')`;
      await sql`INSERT INTO telemetry_interfaces VALUES (${id}, now(), 1, 1, 0, true, true, 'ams-core-01', 'ge-0/0/0')`;
      for (const table of ['telemetry_details', 'telemetry_upgrades']) {
        await sql`INSERT INTO ${sql(table)} VALUES (${id}, now(), 'ams-core-01', 'system', 'fan', '{"fan_rpm": 1}')`;
      }
      await sql.unsafe(
        `INSERT INTO telemetry_hourly SELECT (jsonb_populate_record(NULL::telemetry_hourly, $1::jsonb)).*`,
        [sql.json(await hourlyRow(sql, id))],
      );
    }
  });
});

/** A whole row of telemetry_hourly: zeros where a value is needed. */
async function hourlyRow(sql: postgres.TransactionSql, organization: string): Promise<Record<string, string | number>> {
  const columns = await sql<{ name: string; type: string }[]>`
    SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
    WHERE attrelid = 'telemetry_hourly'::regclass AND attnum > 0 AND attnotnull`;
  return Object.fromEntries(
    columns.map(({ name, type }) => {
      if (type === 'uuid') return [name, organization];
      if (type.startsWith('timestamp')) return [name, '2001-01-01T05:00:00Z'];
      return [name, type === 'text' ? 'x' : 0];
    }),
  );
}

class RolledBack extends Error {}

/** Tries one cell as the role, in a transaction that is rolled back. The superuser arranges; SET ROLE gives up their rights. */
async function attempt(
  access: TableAccess,
  role: AccessRole,
  verb: AccessVerb,
  organization: string | null,
  target: string,
): Promise<string> {
  const { table } = access;
  const where = access.row.replaceAll('$1', `'${target}'`);
  let result = '';
  try {
    await database.admin.begin(async (sql) => {
      const [row] = await sql.unsafe<{ row: string; place: string; columns: string; first: string }[]>(`
        SELECT to_jsonb(t)::text AS row, format('tableoid = %s AND ctid = %L', t.tableoid, t.ctid) AS place,
          (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
            WHERE attrelid = '${table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns,
          (SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0
            AND NOT attisdropped AND attgenerated = '' AND attidentity = '' ORDER BY attnum LIMIT 1) AS first
        FROM ${table} AS t WHERE ${where} LIMIT 1`);
      if (row === undefined) throw new Error(`no row of ${table} to try`);
      // Rows that hang on the tried one would refuse its removal for another reason than the role.
      const keys = await sql<{ child: string; name: string }[]>`
        SELECT conrelid::regclass::text AS child, conname AS name FROM pg_constraint
        WHERE confrelid = ${table}::regclass AND contype = 'f' AND conparentid = 0`;
      if (verb === 'delete') {
        for (const key of keys) await sql.unsafe(`ALTER TABLE ${key.child} DROP CONSTRAINT ${key.name}`);
      }
      if (verb === 'insert') {
        await sql`SET LOCAL session_replication_role = replica`;
        await sql.unsafe(`DELETE FROM ${table} WHERE ${row.place}`);
        await sql`SET LOCAL session_replication_role = origin`;
      }
      const column = columnsOf(access, role)?.[0] ?? row.first;
      const statements: Readonly<Record<AccessVerb, string>> = {
        select: `SELECT FROM ${table} WHERE ${where}`,
        insert: `INSERT INTO ${table} (${row.columns}) OVERRIDING SYSTEM VALUE SELECT ${row.columns}
          FROM jsonb_populate_record(NULL::${table}, '${row.row.replaceAll("'", "''")}')`,
        update: `UPDATE ${table} SET ${column} = ${column} WHERE ${where}`,
        delete: `DELETE FROM ${table} WHERE ${where}`,
      };
      await sql.unsafe(`SET LOCAL ROLE ${role}`);
      await sql`SELECT set_config('app.current_org_id', ${organization ?? ''}, true)`;
      result = (await sql.unsafe(statements[verb])).count > 0 ? 'yes' : 'hidden';
      throw new RolledBack();
    });
  } catch (error) {
    if (error instanceof postgres.PostgresError) return refusal(error);
    if (!(error instanceof RolledBack)) throw error;
  }
  return result;
}

/** A trigger of ours is known by its RAISE: it may use the same code as PostgreSQL itself. Anything else is told as it is. */
function refusal(error: postgres.PostgresError): string {
  if (error.routine === 'exec_stmt_raise') return 'guarded';
  return error.code === '42501' ? 'refused' : `${error.code}: ${error.message}`;
}

describe.each(accessMatrix.map((access) => ({ ...access, note: access.note ?? '' })))('$table $note', (access) => {
  it.each(accessRoles)('gives %s what the matrix says, and no more', async (role) => {
    for (const verb of accessVerbs) {
      const found = [
        await attempt(access, role, verb, acme, acme),
        await attempt(access, role, verb, acme, globex),
        await attempt(access, role, verb, null, acme),
      ];
      expect({ [verb]: found }, `${role} on ${accessScopes.join(', ')}`).toEqual({ [verb]: access.cells[role][verb] });
    }
  });
});

describe('the matrix', () => {
  it('names the columns that a role may write, where it may not write all', async () => {
    const granted = await database.admin<{ table: string; role: string; verb: string; columns: string[] }[]>`
      SELECT c.relname AS table, g.grantee::regrole::text AS role, g.privilege_type AS verb,
        array_agg(a.attname::text ORDER BY a.attnum) AS columns
      FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid, aclexplode(a.attacl) AS g
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND g.privilege_type <> 'SELECT'
      GROUP BY c.relname, g.grantee, g.privilege_type ORDER BY c.relname`;
    const named = new Map(
      accessMatrix.flatMap((access) =>
        accessRoles.flatMap((role) => {
          const columns = columnsOf(access, role);
          return columns === undefined ? [] : [[`${role} ${access.table}`, columns]];
        }),
      ),
    );
    expect(granted.length).toBeGreaterThan(0);
    for (const { table, role, verb, columns } of granted) {
      expect({ table, role, verb, columns }).toEqual({
        table,
        role,
        verb: 'UPDATE',
        columns: named.get(`${role} ${table}`),
      });
    }
    expect(granted.map(({ table, role }) => `${role} ${table}`).toSorted()).toEqual([...named.keys()].toSorted());
  });

  it('has every table of the schema', async () => {
    const tables = await database.admin<{ name: string }[]>`
      SELECT relname AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`;
    expect([...new Set(accessMatrix.map(({ table }) => table))].toSorted()).toEqual(
      tables.map(({ name }) => name).toSorted(),
    );
  });

  it('is what docs/security.md shows', () => {
    const text = readFileSync(new URL('../docs/security.md', import.meta.url), 'utf8');
    const shown = /<!-- access-matrix -->\n\n([^]*?)\n\n<!-- \/access-matrix -->/.exec(text)?.[1];
    expect(shown).toBe(accessText());
  });
});
