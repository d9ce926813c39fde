import { UserError } from '../../config/user-error.ts';
import type { Metric } from '../../model/metrics-text.ts';
import { single } from '../../model/metrics-text.ts';
import type { Database } from '../../postgres/database.ts';
import { assertSafeRole, type ProcessRole } from '../../postgres/safe-role.ts';
import { schemaState } from '../../postgres/migrate.ts';
import { tablesFault } from '../check-tables.ts';
import { sharedAnswer } from './shared-answer.ts';

const TERMS = { keepMs: 5000, withinMs: 3000 };

/** Why the process could not do its work now, by what is looked at; null where it could. */
export interface DatabaseReadiness {
  readonly [check: string]: string | null;
  readonly database: string | null;
  readonly tables: string | null;
  readonly role: string | null;
}

/** Whether PostgreSQL answers, with the tables and the login that this process needs: looked at every 5 s at most. */
export function databaseCheck(database: Database, role: ProcessRole): () => Promise<DatabaseReadiness> {
  const look = sharedAnswer(async () => {
    const tables = tablesFault(await schemaState(database.unscoped)) === null ? null : 'not those of this version';
    return { database: null, tables, role: await roleFault(database, role) };
  }, TERMS);
  return async () => (await look()) ?? { database: 'does not answer', tables: 'not known', role: 'not known' };
}

export function databaseMetric({ database }: DatabaseReadiness): Metric {
  return single('gauge', 'netup_database_up', 'Whether PostgreSQL answers: 1 or 0.', database === null ? 1 : 0);
}

async function roleFault(database: Database, role: ProcessRole): Promise<string | null> {
  try {
    await assertSafeRole(database, role);
    return null;
  } catch (error) {
    if (error instanceof UserError) return 'not safe';
    throw error;
  }
}
