import type postgres from 'postgres';
import { UserError } from '../config/user-error.ts';

/** Works as `netup_owner` until the end of the transaction. Throws a `UserError` if the login may not. */
export async function becomeOwner(sql: postgres.TransactionSql): Promise<void> {
  const [row] = await sql<[{ login: string; exists: boolean; member: boolean }]>`
    SELECT session_user AS login, to_regrole('netup_owner') IS NOT NULL AS exists,
      coalesce(pg_has_role(session_user, to_regrole('netup_owner')::oid, 'MEMBER'), false) AS member`;
  if (!row.exists) throw new UserError('The database has no tables of netup-tui yet: run netup-tui migrate first.');
  if (!row.member) {
    throw new UserError(
      `The PostgreSQL login "${row.login}" is no administrator: set PG_ADMIN_USER to a member of netup_owner.`,
    );
  }
  await sql`SET LOCAL ROLE netup_owner`;
}
