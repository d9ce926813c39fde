import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, inject } from 'vitest';
import type { PostgresSettings } from '../../source/config/settings.ts';
import { type Seed, seedDatabase } from './seed.ts';
import { ROLE_PASSWORD, TEMPLATE } from './server-address.ts';

export type DatabaseRole = 'netup_owner' | 'app_user' | 'netup_worker' | 'netup_readonly';

/** A migrated database of a test file's own. */
export interface TestDatabase {
  /** How to log in as a role. */
  settings(role: DatabaseRole): PostgresSettings;
  /** How to log in as the superuser, for what only an administrator does. */
  adminSettings(): PostgresSettings;
  /** A superuser's connection, for arranging and for looking behind row-level security. */
  readonly admin: postgres.Sql;
  /** Fills the database with two organizations, once. */
  seed(): Promise<Seed>;
}

/** Removes every upgrade, although the audit trail refers to them and cannot be changed. */
export async function forgetUpgrades(admin: postgres.Sql): Promise<void> {
  await admin.begin(async (sql) => {
    await sql`SET LOCAL session_replication_role = replica`;
    for (const table of [
      'upgrade_steps',
      'upgrade_checks',
      'upgrade_queue',
      'upgrade_approvals',
      'config_backups',
      'upgrade_output',
      'upgrade_points',
      'webhook_deliveries',
    ])
      await sql`DELETE FROM ${sql(table)}`;
    await sql`DELETE FROM upgrades`;
  });
}

/** Call it once at the top of a test file: makes the database before its tests, and drops it after them. */
export function useDatabase(): TestDatabase {
  const server = inject('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const options = { host: server.host, port: server.port, user: server.adminUser, password: server.adminPassword };
  const connect = (database: string): postgres.Sql =>
    postgres({ ...options, database, max: 4, onnotice: () => undefined, idle_timeout: 5 });
  const admin = connect(name);
  let seeded: Promise<Seed> | null = null;

  beforeAll(async () => {
    const maintenance = connect('postgres');
    await maintenance.unsafe(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
    await maintenance.end();
  });
  afterAll(async () => {
    await admin.end({ timeout: 1 });
    const maintenance = connect('postgres');
    await maintenance.unsafe(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await maintenance.end();
  });

  const { host, port } = server;
  const settings = (user: string, password: string): PostgresSettings => {
    return { host, port, database: name, user, password, sslMode: 'disable', poolSize: 8 };
  };
  return {
    admin,
    settings: (role) => settings(role, ROLE_PASSWORD),
    adminSettings: () => settings(server.adminUser, server.adminPassword),
    seed: () => (seeded ??= seedDatabase(admin)),
  };
}
