import { UserError } from '../config/user-error.ts';
import type { Database } from '../postgres/database.ts';
import { type SchemaState, schemaState } from '../postgres/migrate.ts';

/** What is wrong with the tables of a database, and what to do about it. */
export interface TablesFault {
  readonly fault: string;
  readonly advice: string;
}

const MIGRATE = 'Run `netup-tui migrate` as its administrator (PG_ADMIN_USER).';

/** Null if the tables are the ones that this program works on. */
export function tablesFault({ current, pending, newer }: SchemaState): TablesFault | null {
  if (newer.length > 0) {
    return { fault: 'its tables are newer than this program.', advice: 'Install the newest netup-tui.' };
  }
  if (current === null) return { fault: 'netup-tui has no tables there yet.', advice: MIGRATE };
  if (pending.length === 0) return null;
  return { fault: `its tables are at ${current}, ${pending.length} behind this program.`, advice: MIGRATE };
}

/** Throws a `UserError` that says what to do, unless the tables fit. */
export async function assertTables(database: Database): Promise<void> {
  const wrong = tablesFault(await schemaState(database.unscoped));
  if (wrong !== null) throw new UserError(`PostgreSQL at ${database.address}: ${wrong.fault} ${wrong.advice}`);
}
