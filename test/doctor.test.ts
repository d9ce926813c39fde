import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createAuditKey } from '../source/config/audit-key.ts';
import { run as rotateKey } from '../source/cli/credentials-rotate-key.ts';
import { run as runMigrate } from '../source/cli/migrate.ts';
import type { Run } from '../source/cli/shell.ts';
import { databaseVariables } from './support/cli.ts';
import { type Diagnosis, diagnose, inProcess as runInProcess, nothing } from './support/doctor.ts';
import { newKey } from './support/encryption-keys.ts';
import { useDatabase } from './support/postgres.ts';
import type { Seed } from './support/seed.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'netup-doctor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const database = useDatabase();
let seed: Seed;

beforeAll(async () => {
  seed = await database.seed();
});

const inProcess = (run: Run, argv: readonly string[], env: Record<string, string>) =>
  runInProcess(database, folder, run, argv, env);
const doctor = (env: Record<string, string> = {}, ...argv: readonly string[]): Promise<Diagnosis> =>
  diagnose(database, folder, argv, env);

describe('the months of the audit trail', () => {
  async function migrate(): Promise<void> {
    const { user, password } = database.adminSettings();
    const admin = { PG_ADMIN_USER: user, PG_ADMIN_PASSWORD: password };
    expect(await inProcess(runMigrate, [], admin)).toMatchObject({ code: 0 });
  }

  /** The month that is so many after this one, `2026-03`; its partition is dropped. */
  async function withhold(ahead: number): Promise<string> {
    const [row] = await database.admin<{ month: string; partition: string }[]>`
      SELECT to_char(m, 'YYYY-MM') AS month, to_char(m, '"audit_events_"YYYY_MM') AS partition
      FROM (SELECT date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ${ahead}) AS m) AS months`;
    await database.admin.unsafe(`DROP TABLE ${row?.partition}`);
    return row?.month ?? '';
  }

  test('are missed when they are not there, and made again', async () => {
    const [next, later] = [await withhold(1), await withhold(2)];
    expect(await doctor()).toEqual({
      code: 1,
      found: [`fail audit trail: no partition is made for ${next}, ${later}.`],
    });
    await migrate();
    expect(await doctor()).toEqual(nothing);
    const far = await withhold(2);
    expect(await doctor()).toEqual({ code: 0, found: [`warn audit trail: no partition is made for ${far}.`] });
    await migrate();
  });

  test('are told of that have rows elsewhere, until these are moved', async () => {
    const month = await withhold(0);
    for (const organization of [seed.acme.id, seed.globex.id]) {
      await database.admin.begin(async (sql) => {
        await sql`SELECT set_config('app.current_org_id', ${organization}, true)`;
        const actor = { actor_name: 'ben', actor_role: 'operator', source: 'cli', correlation_id: 'c' };
        await sql`SELECT audit_append_batch(${sql.json([{ ...actor, action: 'test', target_type: 'router', target_id: 'r' }])})`;
      });
    }
    expect(await doctor()).toEqual({
      code: 1,
      found: [`fail audit trail: 2 rows of ${month} outside of the partition of their month.`],
    });
    await migrate();
    expect(await doctor()).toEqual(nothing);
    expect((await database.admin`SELECT FROM audit_events`).length).toBe(2);
  });
});

describe('the keys', () => {
  const file = path.join(folder, 'keys');
  const [a, b] = [newKey(), newKey()];
  const env = { NETUP_KEY_FILE: file };
  const useKeys = (...lines: readonly string[]): void => writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });

  test('are compared with those of the credentials', async () => {
    useKeys(`a:${a}`);
    expect(await doctor(env)).toEqual(nothing);
    await database.admin`
      INSERT INTO credentials (organization_id, name, credential_type, encrypted_data, encryption_key_id)
      VALUES (${seed.acme.id}, 'x', 'snmp_v2c', pgp_sym_encrypt('s', ${a}), 'a'),
        (${seed.acme.id}, 'y', 'snmp_v2c', pgp_sym_encrypt('s', ${a}), 'a')`;
    onTestFinished(async () => {
      await database.admin`DELETE FROM credentials`;
    });
    expect(await doctor(env)).toEqual(nothing);
    expect(await doctor()).toEqual({
      code: 0,
      found: ['warn keys: acme: 2 credentials have the key "a", and there is no key here.'],
    });
    useKeys(`b:${b}`);
    expect(await doctor(env)).toEqual({
      code: 1,
      found: ['fail keys: acme: 2 credentials have the key "a", which is not among the keys here.'],
    });
    useKeys(`b:${b}`, `a:${a}`);
    expect(await doctor(env)).toEqual({
      code: 0,
      found: ['warn keys: acme: 2 credentials have the key "a", which is no longer the current one.'],
    });
    expect(await inProcess(rotateKey, [], env)).toMatchObject({ code: 0 });
    expect(await doctor(env)).toEqual(nothing);
  });

  test('are not read from a file that others can read, nor without one that is the current', async () => {
    useKeys(`a:${a}`);
    chmodSync(file, 0o644);
    const open = await doctor(env);
    expect(open).toEqual({ code: 1, found: [expect.stringMatching(/^fail keys: The key file .* has the mode 0644/u)] });
    chmodSync(file, 0o600);
    expect(await doctor(env)).toEqual(nothing);
    const unclear = await doctor({ NETUP_KEY_A: a, NETUP_KEY_B: b });
    expect(unclear).toEqual({ code: 1, found: [expect.stringMatching(/^fail keys: .* set NETUP_CURRENT_KEY/u)] });
    expect(await doctor({ NETUP_KEY_A: a, NETUP_KEY_B: b, NETUP_CURRENT_KEY: 'A' })).toEqual(nothing);
  });

  test('are looked at without a database too', async () => {
    useKeys('a:short');
    const { code, found } = await doctor({ ...env, PG_PORT: '1' });
    expect(code).toBe(1);
    expect(found).toContainEqual(expect.stringMatching(/^fail keys: The key file/u));
    useKeys(`a:${a}`);
    expect((await doctor({ ...env, PG_PORT: '1' })).found.join('\n')).not.toMatch(/keys/u);
  });
});

describe('the login', () => {
  test('has its role, and no other', async () => {
    const owner = databaseVariables(database.settings('netup_owner'));
    expect(await doctor(owner)).toMatchObject({
      code: 1,
      found: [expect.stringContaining('"netup_owner" owns the tables')],
    });
    const worker = databaseVariables(database.settings('netup_worker'));
    expect(await doctor(worker)).toMatchObject({
      code: 1,
      found: [expect.stringContaining('"netup_worker" is not a member of app_user')],
    });
  });

  test('of a worker and of a reader has theirs', async () => {
    const worker = databaseVariables(database.settings('netup_worker'));
    const reader = databaseVariables(database.settings('netup_readonly'));
    const keyless = await doctor(worker, '--for', 'worker');
    expect(keyless).toEqual({ code: 1, found: [expect.stringMatching(/^fail audit key: .*audit-key/u)] });
    createAuditKey(path.join(folder, 'audit-key'));
    chmodSync(path.join(folder, 'audit-key'), 0o640);
    const open = await doctor(worker, '--for', 'worker');
    expect(open).toEqual({ code: 1, found: [expect.stringMatching(/^fail audit key: .* has the mode 0640/u)] });
    chmodSync(path.join(folder, 'audit-key'), 0o600);
    expect(await doctor(worker, '--for', 'worker')).toEqual(nothing);
    expect(await doctor(reader, '--for', 'reader')).toEqual(nothing);
    expect((await doctor(worker, '--for', 'reader')).found).toEqual([
      expect.stringContaining('"netup_worker" is not a member of netup_readonly, which is what a reader needs'),
    ]);
    expect((await doctor({}, '--for', 'worker')).found).toEqual([
      expect.stringContaining('"app_user" is not a member of netup_worker, which is what a worker needs'),
    ]);
    await expect(doctor({}, '--for', 'nobody')).rejects.toThrow(
      'netup-tui doctor: --for is one of console, worker, reader, not "nobody".',
    );
    await database.admin`REVOKE UPDATE ON upgrade_steps FROM netup_worker`;
    expect(await doctor(worker, '--for', 'worker')).toEqual({
      code: 1,
      found: ['fail grants: netup_worker lacks UPDATE on upgrade_steps.'],
    });
    await database.admin`GRANT UPDATE (status, started_at, finished_at, detail) ON upgrade_steps TO netup_worker`;
    // A worker decrypts for all organizations.
    await database.admin`
      INSERT INTO credentials (organization_id, name, credential_type, encrypted_data, encryption_key_id)
      VALUES (${seed.acme.id}, 'x', 'snmp_v2c', '\\x00', 'a'), (${seed.globex.id}, 'x', 'snmp_v2c', '\\x00', 'a')`;
    expect((await doctor({ ...worker, NETUP_KEY_B: newKey() }, '--for', 'worker')).found.toSorted()).toEqual([
      'fail keys: acme: 1 credential has the key "a", which is not among the keys here.',
      'fail keys: globex: 1 credential has the key "a", which is not among the keys here.',
    ]);
    await database.admin`DELETE FROM credentials`;
    expect(await doctor(worker, '--for', 'worker')).toEqual(nothing);
  });

  test('has every grant that the console needs', async () => {
    await database.admin`REVOKE INSERT ON upgrades FROM app_user`;
    await database.admin`REVOKE EXECUTE ON FUNCTION audit_append_batch(jsonb) FROM app_user`;
    expect(await doctor()).toEqual({
      code: 1,
      found: ['fail grants: app_user lacks EXECUTE on audit_append_batch(jsonb), INSERT on upgrades.'],
    });
    await database.admin`GRANT EXECUTE ON FUNCTION audit_append_batch(jsonb) TO app_user`;
    await database.admin`GRANT INSERT ON upgrades TO app_user`;
    expect(await doctor()).toEqual(nothing);
    await database.admin`REVOKE SELECT ON routers, sites, fleet, vendors FROM app_user`;
    expect((await doctor()).found).toEqual([
      'fail grants: app_user lacks SELECT on fleet, SELECT on routers, SELECT on sites and 1 more.',
    ]);
    await database.admin`GRANT SELECT ON routers, sites, fleet, vendors TO app_user`;
    expect(await doctor()).toEqual(nothing);
  });

  test('inherits what its role may', async () => {
    const name = `bare_${process.pid}_${Date.now()}`;
    await database.admin.unsafe(`CREATE ROLE ${name} LOGIN NOINHERIT PASSWORD 'test' IN ROLE app_user`);
    onTestFinished(async () => {
      await database.admin.unsafe(`DROP ROLE ${name}`);
    });
    const bare = { PG_USER: name, PG_PASSWORD: 'test' };
    expect((await doctor(bare)).code).toBe(1);
    expect((await doctor(bare)).found.join('\n')).toMatch(
      /is a member of app_user without inheriting from it, so it can do nothing/u,
    );
    await database.admin.unsafe(`ALTER ROLE ${name} INHERIT`);
    expect(await doctor(bare)).toEqual(nothing);
  });
});

test('a database that is newer or older than the program is told of, until it is not', async () => {
  await database.admin`INSERT INTO schema_migrations (name, checksum) VALUES ('999-later', 'x')`;
  expect(await doctor()).toEqual({ code: 1, found: ['fail tables: its tables are newer than this program.'] });
  await database.admin`DELETE FROM schema_migrations WHERE name = '999-later'`;
  expect(await doctor()).toEqual(nothing);
  const [last] = await database.admin`
    DELETE FROM schema_migrations WHERE name = (SELECT max(name) FROM schema_migrations) RETURNING *`;
  expect(await doctor()).toEqual({
    code: 1,
    found: [expect.stringMatching(/^fail tables: its tables are at \S+, 1 behind this program\.$/u)],
  });
  await database.admin`INSERT INTO schema_migrations ${database.admin(last ?? {})}`;
  expect(await doctor()).toEqual(nothing);
});
