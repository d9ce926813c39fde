import { UserError } from '../config/user-error.ts';
import type { Database } from './database.ts';

/**
 * Refuses a login that row-level security does not hold for, or could be switched off by: a superuser, a role with BYPASSRLS,
 * or a member of one. Throws a `UserError`; rejects with `DatabaseUnavailable`.
 */
export async function assertSafeRole(database: Database): Promise<void> {
  const rows = await database.unscoped<{ login: string; unsafe: string; superuser: boolean }[]>`
    SELECT session_user AS login, rolname AS unsafe, rolsuper AS superuser
    FROM pg_roles
    WHERE (rolsuper OR rolbypassrls) AND pg_has_role(session_user, oid, 'MEMBER')
    ORDER BY rolname <> session_user, rolname`;
  const [found] = rows;
  if (found === undefined) return;
  const fault = found.superuser ? 'is a superuser' : 'has BYPASSRLS';
  const who =
    found.unsafe === found.login
      ? `The PostgreSQL login "${found.login}" ${fault}`
      : `The PostgreSQL login "${found.login}" is a member of "${found.unsafe}", which ${fault}`;
  throw new UserError(
    `${who}, so one organization would see another's rows; set PG_USER to a login that is only a member of app_user ` +
      '(migrate and fleet load use PG_ADMIN_USER).',
  );
}
