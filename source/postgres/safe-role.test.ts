import { afterAll, expect, test } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import type { PostgresSettings } from '../config/settings.ts';
import { UserError } from '../config/user-error.ts';
import { openDatabase } from './database.ts';
import { assertSafeRole, type ProcessRole } from './safe-role.ts';

const support = useDatabase();
// Roles belong to the whole server, which other tests use too.
const made: string[] = [];

/** A login for which `membership` is carried out with its name for WHO; with `through`, of a role in between that it is a member of. */
async function login(what: string, membership: string, through: 'inherited' | 'by SET ROLE' | null = null) {
  const name = `${what}_${process.pid}_${Date.now()}`;
  const { admin } = support;
  const grantee = through === null ? name : `${name}_between`;
  for (const role of new Set([grantee, name])) {
    await admin.unsafe(`CREATE ROLE ${role} LOGIN PASSWORD 'test' ${through === 'by SET ROLE' ? 'NOINHERIT' : ''}`);
    made.unshift(role);
  }
  if (through !== null) await admin.unsafe(`GRANT ${grantee} TO ${name}`);
  await admin.unsafe(membership.replaceAll('WHO', grantee));
  return { name, settings: { ...support.settings('app_user'), user: name, password: 'test' } };
}

afterAll(async () => {
  for (const role of made) await support.admin.unsafe(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
});

async function check(settings: PostgresSettings, role: ProcessRole = 'app_user'): Promise<void> {
  const database = openDatabase(settings);
  try {
    await assertSafeRole(database, role);
  } finally {
    await database.close();
  }
}

test.each(['app_user', 'netup_worker', 'netup_readonly'] as const)(
  'a login with %s alone is accepted',
  async (role) => {
    await expect(check(support.settings(role), role)).resolves.toBeUndefined();
    const { settings } = await login(`only_${role}`, `GRANT ${role} TO WHO`, 'inherited');
    await expect(check(settings, role)).resolves.toBeUndefined();
  },
);

test('a superuser is refused', async () => {
  const settings = support.adminSettings();
  await expect(check(settings)).rejects.toThrow(`The PostgreSQL login "${settings.user}" is a superuser, so`);
});

test('a login with BYPASSRLS is refused with what to do', async () => {
  const { name, settings } = await login('bypassing', 'GRANT app_user TO WHO; ALTER ROLE WHO BYPASSRLS');
  const refused = check(settings);
  await expect(refused).rejects.toBeInstanceOf(UserError);
  await expect(refused).rejects.toThrow(`The PostgreSQL login "${name}" has BYPASSRLS`);
  await expect(refused).rejects.toThrow('set PG_USER to a login that is only a member of app_user');
});

test.each(['inherited', 'by SET ROLE'] as const)('a member of such a role is refused too: %s', async (through) => {
  const { name, settings } = await login('member', 'GRANT app_user TO WHO; ALTER ROLE WHO BYPASSRLS', through);
  await expect(check(settings)).rejects.toThrow(`is a member of "${name}_between", which has BYPASSRLS`);
});

test.each([null, 'inherited', 'by SET ROLE'] as const)(
  'a member of the tables’ owner is refused: %s',
  async (through) => {
    const { settings } = await login('owning', 'GRANT app_user, netup_owner TO WHO', through);
    await expect(check(settings)).rejects.toThrow(
      'is a member of "netup_owner", which owns the tables, so it could switch their guards off',
    );
  },
);

test('the owner of one table, of the schema or of the database is refused', async () => {
  const { admin } = support;
  const { name, settings } = await login('table_owner', 'GRANT app_user TO WHO');
  await expect(check(settings)).resolves.toBeUndefined();
  const owns = `"${name}" owns the tables`;
  const ownedBy = async (what: string, usual: string): Promise<void> => {
    await admin.unsafe(`ALTER ${what} OWNER TO ${name}`);
    await expect(check(settings)).rejects.toThrow(owns);
    await admin.unsafe(`ALTER ${what} OWNER TO ${usual}`);
    await expect(check(settings)).resolves.toBeUndefined();
  };
  await ownedBy('TABLE sites', 'netup_owner');
  await ownedBy('VIEW fleet', 'netup_owner');
  await ownedBy('SCHEMA public', 'pg_database_owner');
  await ownedBy(`DATABASE ${settings.database}`, support.adminSettings().user);
});

test('a login that could make itself a member of any role is refused', async () => {
  const { name, settings } = await login('creating', 'GRANT app_user TO WHO; ALTER ROLE WHO CREATEROLE');
  await expect(check(settings)).rejects.toThrow(`"${name}" has CREATEROLE`);
});

test('a login that reaches the files of the server is refused', async () => {
  const { settings } = await login('files', 'GRANT app_user, pg_read_server_files TO WHO', 'by SET ROLE');
  await expect(check(settings)).rejects.toThrow('is a member of "pg_read_server_files", which reaches the files');
});

test('a login with a right on one table that its role has not is refused, on a partition too', async () => {
  await support.seed();
  const { name, settings } = await login('granted', 'GRANT app_user TO WHO');
  const { admin } = support;
  const [partition] = await admin<{ name: string }[]>`
    SELECT relname AS name FROM pg_class WHERE relispartition AND relkind = 'r' AND relname LIKE 'audit%' LIMIT 1`;
  for (const right of ['INSERT ON audit_events', `SELECT ON ${partition?.name}`, 'TRIGGER ON routers']) {
    await admin.unsafe(`GRANT ${right} TO ${name}`);
    await expect(check(settings)).rejects.toThrow(
      `"${name}" may ${right.replace(' ON ', ' on ')} and app_user may not, so it could do more than the console should`,
    );
    await admin.unsafe(`REVOKE ${right} FROM ${name}`);
    await expect(check(settings)).resolves.toBeUndefined();
  }
  await admin.unsafe(`GRANT pg_write_all_data TO ${name}`);
  await expect(check(settings)).rejects.toThrow(/may \w+ on \w+ and app_user may not/u);
});

test('a login without the role of its process is refused, and one with another as well', async () => {
  const nobody = await login('nobody', 'SELECT');
  await expect(check(nobody.settings)).rejects.toThrow(
    `"${nobody.name}" is not a member of app_user, which is what the console needs; set PG_USER to`,
  );
  await expect(check(support.settings('app_user'), 'netup_worker')).rejects.toThrow(
    '"app_user" is not a member of netup_worker, which is what a worker needs',
  );
  await expect(check(support.settings('netup_worker'))).rejects.toThrow('"netup_worker" is not a member of app_user');
  const bare = await login('bare', 'GRANT app_user TO WHO', 'by SET ROLE');
  await expect(check(bare.settings)).rejects.toThrow(
    `"${bare.name}" is a member of app_user without inheriting from it`,
  );
  const both = await login('both', 'GRANT app_user, netup_worker TO WHO', 'inherited');
  await expect(check(both.settings)).rejects.toThrow(
    `"${both.name}" has netup_worker as well as app_user, so it could do more than the console should`,
  );
  await expect(check(both.settings, 'netup_worker')).rejects.toThrow('has app_user as well as netup_worker');
});
