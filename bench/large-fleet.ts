import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { demoSettings, openDemoDatabase } from '../source/demo/demo-database.ts';
import { startEmbeddedServer } from '../source/demo/embedded-server.ts';
import { generateFleet } from '../source/demo/fleet/generate-fleet.ts';
import { openDatabase } from '../source/postgres/database.ts';
import { importInventory } from '../source/postgres/inventory-import.ts';
import { openEmbeddedStore } from '../source/telemetry/embedded/embedded-store.ts';
import { startReporting } from './reporting.ts';

/** As many routers as report once in ten seconds; the store in PostgreSQL is made for 10,000. */
const REPORTING = 2000;
const PASSWORD = 'only-for-the-benchmark';

export interface LargeFleet {
  /** With which the console shows it. */
  readonly env: NodeJS.ProcessEnv;
  /** The same for an operator of an organization without routers. */
  readonly emptyEnv: NodeJS.ProcessEnv;
  readonly routers: number;
  stop(): Promise<void>;
}

/** A real PostgreSQL with one organization of many routers, of which some report while the benchmark runs. */
export async function startLargeFleet(routers: number): Promise<LargeFleet> {
  const directory = await mkdtemp(path.join(tmpdir(), 'netup-bench-'));
  await chmod(directory, 0o755);
  const server = await startEmbeddedServer({ directory: path.join(directory, 'server') });
  const admin = await openDemoDatabase(server, PASSWORD);
  const importer = openDatabase(demoSettings(server, server.adminUser, server.adminPassword));
  const fleet = generateFleet({ routers, seed: 7, organizations: 1 });
  await importInventory(importer, fleet, { dryRun: false, actor: null });
  await importer.close();
  await admin.unsafe(EMPTY).simple();
  await admin`VACUUM ANALYZE`;
  const worker = openDatabase(demoSettings(server, 'netup_worker', PASSWORD));
  const [organization] = await admin<{ id: string }[]>`SELECT id FROM organizations WHERE slug <> 'empty'`;
  const ending = new AbortController();
  const platforms = new Map(fleet.models.map(({ name, platform }) => [name, platform]));
  const reporting = await startReporting(
    openEmbeddedStore(worker),
    fleet.routers
      .toSorted((a, b) => (a.hostname < b.hostname ? -1 : 1))
      .slice(0, REPORTING)
      .map(({ hostname, vendor, model, site }) => ({
        organizationId: organization?.id ?? '',
        id: hostname,
        hostname,
        platform: platforms.get(model ?? '') ?? 'ios-xe',
        vendor,
        site,
        timeZone: 'UTC',
      })),
    ending.signal,
  );
  const { host, port } = server;
  const env = {
    PATH: process.env['PATH'],
    HOME: directory,
    NETUP_STATE_DIR: path.join(directory, 'console'),
    PG_HOST: host,
    PG_PORT: String(port),
    PG_DB: demoSettings(server, '', '').database,
    PG_USER: 'app_user',
    PG_PASSWORD: PASSWORD,
    PG_SSL_MODE: 'disable',
    NETUP_OPERATOR: 'ana',
  };
  return {
    routers,
    env,
    emptyEnv: { ...env, NETUP_OPERATOR: 'eve' },
    async stop() {
      ending.abort();
      await reporting.stopped;
      await worker.close();
      await admin.end();
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const EMPTY = `
  INSERT INTO organizations (slug, name) VALUES ('empty', 'Empty');
  INSERT INTO operators (name, display_name) VALUES ('eve', 'Eve');
  INSERT INTO organization_members (organization_id, operator_id, role)
    SELECT o.id, p.id, 'approver' FROM organizations AS o, operators AS p WHERE o.slug = 'empty' AND p.name = 'eve'`;
