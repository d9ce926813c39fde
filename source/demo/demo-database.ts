import postgres from 'postgres';
import type { PostgresSettings } from '../config/settings.ts';
import { UserError } from '../config/user-error.ts';
import { migrate } from '../postgres/migrate.ts';
import type { EmbeddedServer } from './embedded-server.ts';
import { scramVerifier } from './scram-verifier.ts';

/** The roles that the demo gives a login. */
export const DEMO_ROLES = ['netup_owner', 'app_user', 'netup_worker', 'netup_readonly'] as const;

const DATABASE = 'netops';
/** SQLSTATE of a database that does not exist. */
const NO_DATABASE = '3D000';

/** How to reach the demo's database as a user. */
export function demoSettings(server: EmbeddedServer, user: string, password: string): PostgresSettings {
  const { host, port } = server;
  return { host, port, database: DATABASE, user, password, sslMode: 'disable', poolSize: 10 };
}

/** Makes the database unless it is there, brings its tables up to date, lets the roles log in, and returns a superuser's connection. */
export async function openDemoDatabase(server: EmbeddedServer, rolePassword: string): Promise<postgres.Sql> {
  const settings = demoSettings(server, server.adminUser, server.adminPassword);
  await migrate(settings).catch(async (error: unknown) => {
    if (error instanceof UserError) {
      throw new UserError(`${error.message} Or forget what is in the demo: netup-tui demo --fresh.`, { cause: error });
    }
    if (!isMissing(error)) throw error;
    await makeDatabase(settings);
    await migrate(settings);
  });
  const admin = connect(settings, DATABASE);
  // A role's name and a verifier cannot be parameters; neither holds a quote.
  for (const role of DEMO_ROLES)
    await admin.unsafe(`ALTER ROLE ${role} LOGIN PASSWORD '${scramVerifier(rolePassword)}'`);
  return admin;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && (error.message.includes(NO_DATABASE) || isMissing(error.cause));
}

async function makeDatabase(settings: PostgresSettings): Promise<void> {
  const sql = connect(settings, 'postgres');
  try {
    await sql.unsafe(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await sql.end();
  }
}

function connect({ host, port, user, password }: PostgresSettings, database: string): postgres.Sql {
  return postgres({ host, port, user, password, database, ssl: false, max: 2, onnotice: () => {} });
}
