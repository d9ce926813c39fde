import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import type { PostgresSettings } from '../source/config/settings.ts';
import { demoSettings, openDemoDatabase } from '../source/demo/demo-database.ts';
import { startEmbeddedServer } from '../source/demo/embedded-server.ts';

const PASSWORD = 'only-for-the-benchmark';

/** Ids of the organizations of `organizations.sql`, by the number of their routers. */
export const LARGE = '00000000-0000-4000-8000-000000000001';
export const SMALL = '00000000-0000-4000-8000-000000000002';

/** Three organizations in a PostgreSQL of their own: 100,000, 2,000 and 10,000 routers, 1,000 policies for each of the first two. */
export interface Organizations {
  /** A superuser, whom row-level security does not bind. */
  readonly admin: postgres.Sql;
  /** For the program's own connections, as `app_user`. */
  readonly settings: PostgresSettings;
  /** One connection of `app_user` for an organization; closed by `stop`. `debug` is told every statement that it sends. */
  readonly as: (organizationId: string, debug?: (text: string, values: unknown[]) => void) => postgres.Sql;
  readonly stop: () => Promise<void>;
}

/** Starts the server with parallel queries off, so that figures do not depend on the number of processors. */
export async function startOrganizations(): Promise<Organizations> {
  const directory = await mkdtemp(path.join(tmpdir(), 'netup-bench-'));
  await chmod(directory, 0o755);
  const server = await startEmbeddedServer({
    directory: path.join(directory, 'server'),
    settings: ['max_parallel_workers_per_gather=0'],
  });
  const admin = await openDemoDatabase(server, PASSWORD);
  const clients: postgres.Sql[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(clients.map((client) => client.end()));
    await admin.end();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await admin.unsafe(await readFile(new URL('organizations.sql', import.meta.url), 'utf8')).simple();
    await admin`VACUUM ANALYZE`;
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    admin,
    settings: demoSettings(server, 'app_user', PASSWORD),
    as(organizationId, debug) {
      const { host, port } = server;
      const connection = { 'app.current_org_id': organizationId };
      const login = { host, port, database: 'netops', user: 'app_user', password: PASSWORD };
      const told =
        debug === undefined ? {} : { debug: (_: number, text: string, values: unknown[]) => debug(text, values) };
      const sql = postgres({ ...login, max: 1, connection, ...told });
      clients.push(sql);
      return sql;
    },
    stop,
  };
}
