import { readSettings } from '../config/environment.ts';
import type { Settings } from '../config/settings.ts';
import { UserError } from '../config/user-error.ts';
import { type Database, openDatabase } from '../postgres/database.ts';
import { assertTables } from './check-tables.ts';
import { adminSettings } from './context.ts';
import type { Shell } from './shell.ts';

/** Works as the administrator of the database (PG_ADMIN_USER). Throws a `UserError` if that is not set, or nothing may be changed. */
export async function asAdministrator<T>(
  shell: Shell,
  command: string,
  work: (admin: Database, settings: Settings) => Promise<T>,
): Promise<T> {
  const settings = readSettings(shell.env);
  const admin = adminSettings(settings, command);
  if (settings.readOnly) throw new UserError('NETUP_READ_ONLY is set, so nothing can be changed; unset it first.');
  const database = openDatabase({ ...admin, poolSize: 2 }, { applicationName: `netup-tui ${command}` });
  try {
    await assertTables(database);
    return await work(database, settings);
  } finally {
    await database.close();
  }
}
