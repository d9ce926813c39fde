import { readFile } from 'node:fs/promises';
import path from 'node:path';
import postgres from 'postgres';
import { packageRoot } from '../config/package-root.ts';
import { UserError } from '../config/user-error.ts';
import { cleanLine } from '../model/text.ts';
import { readTables } from './migrate-kind.ts';
import { V1_TABLES, v1Leftovers } from './migrate-v1-shape.ts';

/** What of a database of version 1 is in the tables of this one, or would be. */
export interface FromV1 {
  /** Rows by table of version 1. */
  readonly rows: Readonly<Record<string, number>>;
  /** Columns, tables and views that have no place here, such as `routers.rack`: they stay in `netup_v1` alone. */
  readonly leftBehind: readonly string[];
}

interface FromV1Options {
  /** Checks and counts, and changes nothing. */
  readonly dryRun: boolean;
  /** Makes the tables of this version, within the transaction. */
  readonly makeTables: () => Promise<void>;
  readonly onPhase: (text: string) => void;
}

/** SQLSTATEs. */
const LOCK_NOT_AVAILABLE = '55P03';
const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Carries a database of version 1 over into the organization `default`, in one transaction: its tables go into the schema `netup_v1`,
 * this version's are made, the rows are copied, counted and compared. Whatever goes wrong, the database is as before. Rows that
 * this version does not take are refused with a `UserError` that names the first.
 */
export async function migrateFromV1(sql: postgres.Sql, options: FromV1Options): Promise<FromV1> {
  const { dryRun, makeTables, onPhase } = options;
  await sql`BEGIN`;
  try {
    const leftBehind = v1Leftovers(await readTables(sql));
    await refuseSecondCopy(sql);
    // Nobody may write between the check and the copy.
    if (!dryRun) await lockTables(sql);
    onPhase('checking the rows of version 1');
    await refuseFaults(sql);
    if (dryRun) {
      const rows = await countRows(sql);
      await sql`ROLLBACK`;
      return { rows, leftBehind };
    }
    onPhase('moving the tables of version 1 to the schema netup_v1');
    await runFile(sql, 'move');
    await makeTables();
    onPhase('copying the rows');
    await runFile(sql, 'copy');
    onPhase('comparing the rows');
    await runFile(sql, 'compare');
    const rows = await readComparison(sql);
    await sql`COMMIT`;
    return { rows, leftBehind };
  } catch (error) {
    await sql`ROLLBACK`.catch(() => []);
    throw inWords(error);
  }
}

/** One of the scripts of `sql/from-v1`. */
async function runFile(sql: postgres.Sql, name: string): Promise<void> {
  const text = await readFile(path.join(packageRoot, 'sql', 'from-v1', `${name}.sql`), 'utf8');
  await sql.unsafe(text).simple();
}

async function refuseSecondCopy(sql: postgres.Sql): Promise<void> {
  const [row] = await sql`SELECT FROM pg_namespace WHERE nspname = 'netup_v1'`;
  if (row !== undefined) {
    throw new UserError(
      'The database is one of version 1 and has a schema netup_v1 as well, where its tables would go: rename that schema, or drop it if nobody needs it.',
    );
  }
}

async function lockTables(sql: postgres.Sql): Promise<void> {
  await sql`SET LOCAL lock_timeout = '3s'`;
  await sql.unsafe(`LOCK TABLE ${V1_TABLES.map((name) => `public.${name}`).join(', ')} IN ACCESS EXCLUSIVE MODE`);
  await sql`SET LOCAL lock_timeout = 0`;
}

async function refuseFaults(sql: postgres.Sql): Promise<void> {
  await runFile(sql, 'check');
  const [first] = await sql<{ fault: string; others: number }[]>`
    SELECT fault, count(*) OVER ()::int - 1 AS others FROM v1_faults ORDER BY place LIMIT 1`;
  if (first === undefined) return;
  const { fault, others } = first;
  const more = others === 0 ? '' : ` (and ${others} more like this or other faults)`;
  throw new UserError(cleanLine(`In the database of version 1 ${fault}${more}: mend it there. Nothing was changed.`));
}

async function countRows(sql: postgres.Sql): Promise<FromV1['rows']> {
  const counts = V1_TABLES.map((name) => `SELECT '${name}' AS kind, count(*)::float8 AS rows FROM public.${name}`);
  const rows = await sql.unsafe<{ kind: string; rows: number }[]>(counts.join(' UNION ALL '));
  const counted = new Map(rows.map((row) => [row.kind, row.rows]));
  return Object.fromEntries(V1_TABLES.map((name) => [name, counted.get(name) ?? 0]));
}

async function readComparison(sql: postgres.Sql): Promise<FromV1['rows']> {
  const compared = await sql<{ kind: string; had: number; has: number; differ: number }[]>`
    SELECT kind, had::float8, has::float8, differ::float8 FROM v1_compared`;
  const bad = compared.find(({ had, has, differ }) => had !== has || differ > 0);
  if (bad !== undefined) {
    const { kind, had, has, differ } = bad;
    throw new UserError(
      `Of ${had} rows of ${kind} ${has} arrived, and ${differ} of version 1 not as ${differ === 1 ? 'it was' : 'they were'}: this is a defect of netup-tui, please report it. Nothing was changed.`,
    );
  }
  return Object.fromEntries(compared.map(({ kind, had }) => [kind, had]));
}

/** What the administrator can do something about, as a sentence. */
function inWords(error: unknown): unknown {
  if (!(error instanceof postgres.PostgresError)) return error;
  if (error.code === LOCK_NOT_AVAILABLE) {
    return new UserError(
      'The tables of version 1 are in use: stop the programs that work with them and try again. Nothing was changed.',
    );
  }
  if (error.code === INSUFFICIENT_PRIVILEGE) {
    return new UserError(
      `PG_ADMIN_USER may not move version 1 (${cleanLine(error.message)}): take a superuser, or the owner of its tables. Nothing was changed.`,
    );
  }
  // Data and integrity: a row that the checks know nothing of.
  if (/^2[23]/u.test(error.code)) {
    return new UserError(
      `A row of version 1 does not fit (${cleanLine(error.message)}): mend it there. Nothing was changed.`,
    );
  }
  return error;
}
