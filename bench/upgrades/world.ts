import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type postgres from 'postgres';
import { demoSettings, openDemoDatabase } from '../../source/demo/demo-database.ts';
import { startEmbeddedServer } from '../../source/demo/embedded-server.ts';
import type { PostgresSettings } from '../../source/config/settings.ts';
import type { Actor } from '../../source/model/operator.ts';
import type { Role } from '../../source/model/role.ts';
import type { Point } from '../../source/model/telemetry.ts';
import { openDatabase } from '../../source/postgres/database.ts';
import { openEmbeddedStore } from '../../source/telemetry/embedded/embedded-store.ts';
import { approveUpgrade } from '../../source/upgrades/decide.ts';
import { requestUpgrades } from '../../source/upgrades/request.ts';
import { type Kind, kindOf, KINDS, type RunningDevice } from './devices.ts';
import type { WorkerQuestion } from './worker-process.ts';

const PASSWORD = 'only-for-the-benchmark';
/** So many routers in one request. */
const BATCH = 500;
const MINUTE = 60_000;
/** How far back gates look. */
const HOUR_MINUTES = 60;

/** A PostgreSQL of its own with one organization, whose limits are off and whose routers are the simulator's. */
export interface World {
  readonly admin: postgres.Sql;
  /** With which a worker logs in, and encrypts. */
  readonly worker: Pick<WorkerQuestion, 'database' | 'key'>;
  /** Puts these devices into the inventory, in place of those from before, and forgets what was done to them. */
  inventory(devices: readonly RunningDevice[]): Promise<void>;
  /** Gives them readings of so many minutes, and of some that are to come, without which nothing of theirs may be upgraded. */
  readings(devices: readonly RunningDevice[], minutesBack: number): Promise<void>;
  /** Requests upgrades of all routers; their ids, in the routers' order. */
  request(devices: readonly RunningDevice[]): Promise<readonly string[]>;
  approve(upgradeId: string): Promise<void>;
  /** With which the console logs in as `ben`, an operator. */
  readonly consoleLogin: PostgresSettings;
  /** Stops the server, as an administrator would, and starts it again; where it is then. */
  restart(): Promise<ServerAddress>;
  stop(): Promise<void>;
}

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

export interface WorldOptions {
  /** Gives the address at which everybody finds the server that is at `server` now: a proxy, which can be cut. */
  readonly between?: (server: ServerAddress) => Promise<ServerAddress>;
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { between = (address) => Promise.resolve(address) } = options;
  const directory = await mkdtemp(path.join(tmpdir(), 'netup-bench-'));
  await chmod(directory, 0o755);
  const where = { directory: path.join(directory, 'server') };
  let running = await startEmbeddedServer(where);
  const server = { ...running, ...(await between(running)) };
  const admin = await openDemoDatabase(server, PASSWORD);
  const database = openDatabase(demoSettings(server, 'app_user', PASSWORD));
  const writer = openDatabase(demoSettings(server, 'netup_worker', PASSWORD));
  const telemetry = openEmbeddedStore(writer);
  const [organization = ''] = await ids(
    admin`INSERT INTO organizations (slug, name) VALUES ('bench', 'Bench') RETURNING id`,
  );
  await admin`INSERT INTO upgrade_limits (organization_id, per_site, per_organization) VALUES (${organization}, NULL, NULL)`;
  await admin`INSERT INTO upgrade_policies (name, max_cpu_percent, min_free_mem_percent) VALUES ('any router', 80, 20)`;
  const ana = await person(admin, organization, 'ana', 'approver');
  const ben = await person(admin, organization, 'ben', 'operator');
  const kinds = await Promise.all(KINDS.map((kind) => insertKind(admin, kind)));
  const services = { scope: database.organization(organization), telemetry, now: () => new Date() };
  const readings = async (devices: readonly RunningDevice[], minutesBack: number): Promise<void> => {
    for (const { hostname } of devices) await telemetry.write(healthy(organization, hostname, minutesBack));
    await telemetry.flush();
  };
  const { host, port, database: name } = demoSettings(server, '', '');
  return {
    admin,
    consoleLogin: demoSettings(server, 'app_user', PASSWORD),
    async restart() {
      await running.stop();
      running = await startEmbeddedServer(where);
      return running;
    },
    worker: {
      database: {
        host,
        port,
        database: name,
        user: 'netup_worker',
        password: PASSWORD,
        sslMode: 'disable',
        poolSize: 10,
      },
      key: randomBytes(32).toString('base64'),
    },
    async inventory(devices) {
      await forget(admin);
      const rows = devices.map(({ hostname, host: at, port: on, hostKey }, index) => ({
        organization_id: organization,
        id: hostname,
        hostname,
        mgmt_ip: at,
        mgmt_port: on,
        ssh_host_key: hostKey,
        vendor_id: kinds[index % kinds.length]?.vendorId ?? null,
        model_id: kinds[index % kinds.length]?.modelId ?? null,
        current_ver: kindOf(index).version,
      }));
      for (let at = 0; at < rows.length; at += BATCH)
        await admin`INSERT INTO routers ${admin(rows.slice(at, at + BATCH))}`;
      await readings(devices, HOUR_MINUTES);
      await admin`ANALYZE`;
    },
    readings,
    async request(devices) {
      const made = new Map<string, string>();
      for (let at = 0; at < devices.length; at += BATCH) {
        const batch = devices
          .slice(at, at + BATCH)
          .map(({ hostname }, index) => [hostname, kinds[(at + index) % kinds.length]?.imageId ?? ''] as const);
        const { upgrades } = await requestUpgrades(services, ben, {
          routerIds: batch.map(([id]) => id),
          imageIds: new Map(batch),
          schedule: { kind: 'now' },
          idempotencyKey: randomUUID(),
        });
        for (const { routerId, upgradeId } of upgrades) made.set(routerId, upgradeId);
      }
      return devices.map(({ hostname }) => made.get(hostname) ?? '');
    },
    async approve(upgradeId) {
      await approveUpgrade(services, ana, upgradeId);
    },
    async stop() {
      await Promise.all([database.close(), writer.close()]);
      await admin.end({ timeout: 5 });
      await running.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

interface KindIds {
  readonly vendorId: string;
  readonly modelId: string;
  readonly imageId: string;
}

async function insertKind(admin: postgres.Sql, { vendor, model, platform, image }: Kind): Promise<KindIds> {
  const [vendorId = ''] = await ids(admin`INSERT INTO vendors (name) VALUES (${vendor}) RETURNING id`);
  const [modelId = ''] = await ids(
    admin`INSERT INTO models (vendor_id, name, platform) VALUES (${vendorId}, ${model}, ${platform}) RETURNING id`,
  );
  const [imageId = ''] = await ids(admin`
    INSERT INTO firmware_images (vendor_id, version, file_name, size_bytes, sha256, sha512)
    VALUES (${vendorId}, ${image.version}, ${image.fileName}, ${image.sizeBytes}, ${image.sha256}, ${image.sha512}) RETURNING id`);
  await admin`INSERT INTO firmware_image_models (image_id, model_id) VALUES (${imageId}, ${modelId})`;
  return { vendorId, modelId, imageId };
}

async function person(admin: postgres.Sql, organization: string, name: string, role: Role): Promise<Actor> {
  const [id = ''] = await ids(admin`INSERT INTO operators (name, display_name) VALUES (${name}, ${name}) RETURNING id`);
  await admin`INSERT INTO organization_members VALUES (${organization}, ${id}, ${role})`;
  return { operator: { id, name, displayName: name }, role, source: 'console', correlationId: 'bench' };
}

async function ids(query: postgres.PendingQuery<{ id: string }[]>): Promise<readonly string[]> {
  return (await query).map(({ id }) => id);
}

/** Readings of a healthy router for so long, and as far ahead as a clock may be, which is for some minutes. */
function healthy(organization: string, routerId: string, minutesBack: number): readonly Point[] {
  const tags = { router_id: routerId, organization, vendor: 'vendor', site: 'site' };
  const now = Date.now();
  return Array.from({ length: minutesBack + 5 }, (_, minute) => now + (minute - minutesBack) * MINUTE).flatMap(
    (time): readonly Point[] => [
      { tags, time, measurement: 'cpu', fields: { usage_percent: 30 } },
      { tags, time, measurement: 'memory', fields: { free_percent: 60 } },
      { tags, time, measurement: 'errors', severity: 'critical', fields: { error_count: 0 } },
    ],
  );
}

/** Past the guards: the audit trail, which cannot be changed, stays as it is. */
async function forget(admin: postgres.Sql): Promise<void> {
  await admin.begin(async (sql) => {
    await sql`SET LOCAL session_replication_role = replica`;
    for (const table of [
      'upgrade_steps',
      'upgrade_checks',
      'upgrade_queue',
      'config_backups',
      'upgrade_output',
      'upgrade_points',
      'upgrade_approvals',
      'upgrades',
      'routers',
    ])
      await sql`DELETE FROM ${sql(table)}`;
    await sql`TRUNCATE telemetry_raw`;
  });
}
