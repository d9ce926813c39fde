import type postgres from 'postgres';
import { z } from 'zod';
import { PLATFORMS, type Platform } from '../model/platform.ts';
import type { SimulatedDevice } from '../simulator/device.ts';
import type { SimulatedImage } from '../simulator/image.ts';
import { type SimulatedFleet, startSimulatedDevices } from '../simulator/fleet.ts';
import type { DemoSecrets } from './demo-secrets.ts';

/** A device as `demo --headless --json` prints it. */
export interface DemoDevice {
  readonly hostname: string;
  readonly platform: Platform;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

const rowSchema = z.object({
  organization_id: z.string(),
  id: z.string(),
  hostname: z.string(),
  platform: z.enum(PLATFORMS),
  vendor: z.string(),
  model: z.string(),
  serial: z.string().nullable(),
  current_ver: z.string(),
});

type DeviceRow = z.infer<typeof rowSchema>;

const imageSchema = z.object({
  fileName: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
  sha512: z.string(),
  version: z.string(),
});

export interface DemoDevices {
  readonly devices: readonly DemoDevice[];
  stop(): Promise<void>;
}

/**
 * Starts an SSH server for every router that has a platform and is not offline or retired, and tells the inventory where it listens.
 * The inventory's routers keep their host key, so that `router check` knows them.
 */
export async function startDemoDevices(
  admin: postgres.Sql,
  secrets: DemoSecrets,
  signal: AbortSignal,
): Promise<DemoDevices> {
  const rows = z.array(rowSchema).parse(
    await admin`
      SELECT r.organization_id, r.id, r.hostname, m.platform, v.name AS vendor, m.name AS model, r.serial, r.current_ver
      FROM routers r
      JOIN models m ON m.id = r.model_id
      JOIN vendors v ON v.id = m.vendor_id
      WHERE r.status IN ('active', 'maintenance') AND m.platform IS NOT NULL
      ORDER BY r.hostname`,
  );
  const fleet = await startSimulatedDevices(
    rows.map((row) => toDevice(row, secrets)),
    // What takes a real device four minutes takes these 24 seconds; their clocks are right.
    { hostKey: secrets.hostKey, signal, images: await demoImages(admin), timeScale: 10, now: () => new Date() },
  );
  await tellInventory(admin, rows, fleet);
  const { sshUser: user, sshPassword: password } = secrets;
  return {
    devices: rows.map(({ hostname, platform }, index) => ({
      hostname,
      platform,
      host: fleet.devices[index]?.host ?? '',
      port: fleet.devices[index]?.port ?? 0,
      user,
      password,
    })),
    stop: () => fleet.stop(),
  };
}

const DAY_MS = 86_400_000;
const ILL_ONE_IN = 20;

function toDevice(row: DeviceRow, { sshUser, sshPassword }: DemoSecrets): SimulatedDevice {
  // Spread over some months, and the same from start to start.
  const days = Buffer.from(row.hostname).reduce((sum, byte) => (sum * 31 + byte) % 180, 7);
  return {
    hostname: row.hostname,
    platform: row.platform,
    vendor: row.vendor,
    model: row.model,
    serial: row.serial ?? '',
    version: row.current_ver,
    user: sshUser,
    password: sshPassword,
    bootedAt: new Date(Date.now() - (days + 1) * DAY_MS),
    copyBytesPerSecond: 6_500_000,
    // So that a new user sees how an upgrade is taken back.
    ...(comesBackIll(row) ? { faults: { postcheck_interface_down: true } } : {}),
  };
}

/** Some routers lose an interface when they boot another version: a few, and the same ones from start to start. */
function comesBackIll({ hostname }: DeviceRow): boolean {
  return Buffer.from(hostname).reduce((sum, byte) => (sum * 31 + byte) % 9973, 3) % ILL_ONE_IN === 0;
}

async function demoImages(admin: postgres.Sql): Promise<readonly SimulatedImage[]> {
  return z.array(imageSchema).parse(
    await admin`
      SELECT i.file_name AS "fileName", i.size_bytes::float8 AS "sizeBytes", i.sha256, i.sha512, i.version
      FROM firmware_images AS i WHERE i.sha512 IS NOT NULL`,
  );
}

async function tellInventory(admin: postgres.Sql, rows: readonly DeviceRow[], fleet: SimulatedFleet): Promise<void> {
  const places = rows.map(({ organization_id, id }, index) => ({
    organization_id,
    id,
    host: fleet.devices[index]?.host ?? '',
    port: fleet.devices[index]?.port ?? 0,
    key: fleet.devices[index]?.hostKey ?? '',
  }));
  await admin`
    UPDATE routers r
    SET mgmt_ip = place.host::inet, mgmt_port = place.port, ssh_host_key = place.key, last_seen_at = now()
    FROM jsonb_to_recordset(${admin.json(places)}) AS place(organization_id uuid, id text, host text, port integer, key text)
    WHERE r.organization_id = place.organization_id AND r.id = place.id`;
}
