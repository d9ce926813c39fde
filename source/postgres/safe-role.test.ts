import { afterAll, beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import type { PostgresSettings } from '../config/settings.ts';
import { UserError } from '../config/user-error.ts';
import { openDatabase } from './database.ts';
import { assertSafeRole } from './safe-role.ts';

const support = useDatabase();
// Roles belong to the whole server, which other tests use too.
const suffix = `${process.pid}_${Date.now()}`;
const [bypassing, member] = [`bypassing_${suffix}`, `member_${suffix}`];

beforeAll(async () => {
  const { admin } = support;
  await admin.unsafe(`CREATE ROLE ${bypassing} LOGIN PASSWORD 'test' BYPASSRLS`);
  await admin.unsafe(`CREATE ROLE ${member} LOGIN PASSWORD 'test'; GRANT ${bypassing} TO ${member}`);
});

afterAll(() => support.admin.unsafe(`DROP ROLE ${member}; DROP ROLE ${bypassing}`));

function loginAs(user: string): PostgresSettings {
  return { ...support.settings('app_user'), user, password: 'test' };
}

async function check(settings: PostgresSettings): Promise<void> {
  const database = openDatabase(settings);
  try {
    await assertSafeRole(database);
  } finally {
    await database.close();
  }
}

test('a plain login is accepted', async () => {
  await expect(check(support.settings('app_user'))).resolves.toBeUndefined();
});

test('a superuser is refused', async () => {
  const settings = support.adminSettings();
  await expect(check(settings)).rejects.toThrow(`The PostgreSQL login "${settings.user}" is a superuser, so`);
});

test('a login with BYPASSRLS is refused with what to do', async () => {
  const refused = check(loginAs(bypassing));
  await expect(refused).rejects.toBeInstanceOf(UserError);
  await expect(refused).rejects.toThrow(`The PostgreSQL login "${bypassing}" has BYPASSRLS`);
  await expect(refused).rejects.toThrow('set PG_USER to a login');
});

test('a member of such a role is refused too', async () => {
  await expect(check(loginAs(member))).rejects.toThrow(`is a member of "${bypassing}", which has BYPASSRLS`);
});
