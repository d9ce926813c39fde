import type postgres from 'postgres';
import type { PostgresSettings } from '../config/settings.ts';
import { UserError } from '../config/user-error.ts';
import { openAdminSession } from './admin-session.ts';
import { DatabaseUnavailable } from './database-unavailable.ts';
import { databaseKind } from './migrate-kind.ts';
import type { FromV1 } from './migrate-v1.ts';
import { type Migration, readMigrations } from './migrations/migration-files.ts';
import { JOURNAL } from './migrations/schema-text.ts';

/** Any constant will do, as long as nothing else in the database uses it. */
const LOCK = 7_203_415;

export interface MigrateOptions {
  /** Lists what would run and runs nothing. */
  readonly dryRun?: boolean | undefined;
  /** For tests: other files than the program's own. */
  readonly folder?: string;
  onMigration?(name: string): void;
  /** What is done besides: with a database of version 1. */
  onPhase?(text: string): void;
}

export interface MigrateReport {
  /** Names of those that ran now. */
  readonly applied: readonly string[];
  /** Names of those that are still to run: with `dryRun` only. */
  readonly pending: readonly string[];
  /** Only if the database was, or with `dryRun` is, one of version 1. */
  readonly fromV1?: FromV1;
}

/**
 * Brings a database to this program's schema, as its administrator. Each migration is one transaction with its row in
 * `schema_migrations`; two runs at once go one after the other. A database of version 1 is carried over, as `migrateFromV1` says.
 * A database that is newer than the program, or whose applied files have changed since, or that is something else, is refused with a
 * `UserError`.
 */
export async function migrate(admin: PostgresSettings, options: MigrateOptions = {}): Promise<MigrateReport> {
  const migrations = await readMigrations(options.folder);
  const session = await openAdminSession(admin);
  const { sql } = session;
  try {
    // A session lock, so that it spans the transactions and goes with the connection, whatever becomes of us.
    await sql`SELECT pg_advisory_lock(${LOCK})`;
    return await run(sql, migrations, options);
  } finally {
    await session.close();
  }
}

export interface SchemaState {
  /** The newest migration that the database has; null for a database that is not ours yet. */
  readonly current: string | null;
  /** Migrations of this program that it lacks. */
  readonly pending: readonly string[];
  /** Migrations that it has and this program does not know. */
  readonly newer: readonly string[];
}

/** How a database's schema compares with what this program needs. Any login can ask. */
export async function schemaState(sql: postgres.Sql): Promise<SchemaState> {
  const applied = [...(await readJournal(sql)).keys()];
  const known = (await readMigrations()).map(({ name }) => name);
  return {
    current: applied.at(-1) ?? null,
    pending: known.filter((name) => !applied.includes(name)),
    newer: applied.filter((name) => !known.includes(name)),
  };
}

async function run(
  sql: postgres.Sql,
  migrations: readonly Migration[],
  options: MigrateOptions,
): Promise<MigrateReport> {
  if ((await databaseKind(sql)) === 'v1') return runFromV1(sql, migrations, options);
  const applied = await readJournal(sql);
  refuseMisfit(applied, migrations);
  const pending = migrations.filter(({ name }) => !applied.has(name)).map(({ name }) => name);
  if (options.dryRun === true) return { applied: [], pending };
  const done = pending.length === 0 ? [] : await runPending(sql, migrations, options);
  await makePartitions(sql);
  return { applied: done, pending: [] };
}

async function runFromV1(
  sql: postgres.Sql,
  migrations: readonly Migration[],
  options: MigrateOptions,
): Promise<MigrateReport> {
  const { migrateFromV1 } = await import('./migrate-v1.ts');
  const names = migrations.map(({ name }) => name);
  const dryRun = options.dryRun === true;
  const fromV1 = await migrateFromV1(sql, {
    dryRun,
    makeTables: async () => {
      for (const migration of migrations) await applyWithin(sql, migration, options);
    },
    onPhase: (text) => options.onPhase?.(text),
  });
  return dryRun ? { applied: [], pending: names, fromV1 } : { applied: names, pending: [], fromV1 };
}

/** Makes the audit trail's next months, also when there was nothing to migrate: `migrate` is what runs regularly. */
async function makePartitions(sql: postgres.Sql): Promise<void> {
  const [found] = await sql<{ exists: boolean }[]>`SELECT to_regproc('audit_ensure_partitions') IS NOT NULL AS exists`;
  if (found?.exists === true) await sql`SELECT audit_ensure_partitions(3)`;
}

/** The runner's code is loaded here, since most starts find nothing to do. */
async function runPending(
  sql: postgres.Sql,
  migrations: readonly Migration[],
  options: MigrateOptions,
): Promise<readonly string[]> {
  const { MigrationError, Umzug } = await import('umzug');
  const umzug = new Umzug({
    migrations: migrations.map((migration) => ({ name: migration.name, up: () => apply(sql, migration, options) })),
    storage: {
      // `apply` writes the row itself, within the migration's transaction.
      logMigration: () => Promise.resolve(),
      unlogMigration: () => Promise.reject(new Error('migrations are not undone')),
      executed: async () => [...(await readJournal(sql)).keys()],
    },
    logger: undefined,
  });
  const done = await umzug.up().catch((error: unknown) => {
    // An outage is an outage, whichever file it met.
    throw error instanceof MigrationError && error.cause instanceof DatabaseUnavailable ? error.cause : error;
  });
  return done.map(({ name }) => name);
}

async function apply(sql: postgres.Sql, migration: Migration, options: MigrateOptions): Promise<void> {
  await sql`BEGIN`;
  try {
    await applyWithin(sql, migration, options);
    await sql`COMMIT`;
  } catch (error) {
    await sql`ROLLBACK`.catch(() => []);
    throw error;
  }
}

/** Applies a migration and writes it down, within a transaction. */
async function applyWithin(sql: postgres.Sql, migration: Migration, options: MigrateOptions): Promise<void> {
  options.onMigration?.(migration.name);
  await sql.unsafe(JOURNAL).simple();
  await sql.unsafe(migration.text).simple();
  await sql`RESET ROLE`;
  await sql`INSERT INTO schema_migrations (name, checksum) VALUES (${migration.name}, ${migration.checksum})`;
}

async function readJournal(sql: postgres.Sql): Promise<ReadonlyMap<string, string>> {
  const [found] = await sql<{ exists: boolean }[]>`SELECT to_regclass('schema_migrations') IS NOT NULL AS exists`;
  if (found?.exists !== true) return new Map();
  const rows = await sql<
    { name: string; checksum: string }[]
  >`SELECT name, checksum FROM schema_migrations ORDER BY name`;
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

function refuseMisfit(applied: ReadonlyMap<string, string>, migrations: readonly Migration[]): void {
  const known = new Map(migrations.map(({ name, checksum }) => [name, checksum]));
  const newer = [...applied.keys()].filter((name) => !known.has(name));
  if (newer.length > 0) {
    throw new UserError(
      `The database is newer than this program (it has ${newer.join(', ')}); install the newest netup-tui and try again.`,
    );
  }
  const changed = [...applied].filter(([name, checksum]) => known.get(name) !== checksum).map(([name]) => name);
  if (changed.length > 0) {
    throw new UserError(
      `The database was made from other files than this program has (${changed.join(', ')} differ); install the version of netup-tui that made it.`,
    );
  }
}
