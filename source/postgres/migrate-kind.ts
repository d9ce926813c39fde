import type postgres from 'postgres';
import { UserError } from '../config/user-error.ts';
import { cleanLine } from '../model/text.ts';
import { type Tables, V1_TABLES, v1Misfits } from './migrate-v1-shape.ts';

/** What a database is, before `migrate` does anything to it. */
export type DatabaseKind = 'empty' | 'ours' | 'v1';

/** How many names a sentence bears. */
const NAMED = 5;

/** Looks what a database is. Throws a `UserError` if it is something else, or looks like version 1 but has other columns. */
export async function databaseKind(sql: postgres.Sql): Promise<DatabaseKind> {
  const tables = await readTables(sql);
  if (tables.size === 0) return 'empty';
  // Other programs keep a journal by the same name.
  const journal = tables.get('schema_migrations');
  if (journal?.has('name') === true && journal.has('checksum')) return 'ours';
  if (V1_TABLES.some((name) => !tables.has(name)) || tables.has('organizations')) {
    const names = [...tables.keys()];
    const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
    throw new UserError(
      cleanLine(
        `The database is neither empty nor one of netup-tui (it has ${names.slice(0, NAMED).join(', ')}${more}): set PG_DB to a database of its own.`,
      ),
    );
  }
  const misfits = v1Misfits(tables);
  if (misfits.length > 0) {
    throw new UserError(
      cleanLine(
        `The database looks like one of version 1, but ${misfits.join(', ')}; docs/migrations.md says what it must have. Nothing was changed.`,
      ),
    );
  }
  return 'v1';
}

/** What is in the schema public, belongs to no extension and is no partition. */
export async function readTables(sql: postgres.Sql): Promise<Tables> {
  const rows = await sql<{ name: string; columns: Record<string, string> }[]>`
    SELECT c.relname AS name, coalesce(jsonb_object_agg(a.attname, t.typname) FILTER (WHERE a.attname IS NOT NULL), '{}') AS columns
    FROM pg_class AS c
    LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_type AS t ON t.oid = a.atttypid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
      AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    GROUP BY c.relname ORDER BY c.relname`;
  return new Map(rows.map(({ name, columns }) => [name, new Map(Object.entries(columns))]));
}
