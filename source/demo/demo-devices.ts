import type postgres from 'postgres';
import { z } from 'zod';
import type { Platform } from '../model/platform.ts';
import type { SimulatedDevice } from '../simulator/device.ts';
import type { SimulatedImage } from '../simulator/image.ts';
import { type SimulatedFleet, startSimulatedDevices } from '../simulator/fleet.ts';
import { Agent } from '../simulator/snmp/agent.ts';
import { type RunningAgents, startAgents } from '../simulator/snmp/start-agents.ts';
import { machineSubject } from '../simulator/snmp/subject.ts';
import type { DemoRouter } from './demo-routers.ts';
import type { DemoSecrets } from './demo-secrets.ts';
import { startDeviceLogs } from './device-logs.ts';

/** A device as `demo --headless --json` prints it. */
export interface DemoDevice {
  readonly hostname: string;
  readonly platform: Platform;
  readonly host: string;
  readonly port: number;
  readonly snmpPort: number;
  readonly user: string;
  readonly password: string;
}

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
 * Starts an SSH server and an SNMP agent for every router, and tells the inventory where they listen. The inventory's routers keep their host key,
 * so that `router check` knows them.
 */
export async function startDemoDevices(
  admin: postgres.Sql,
  routers: readonly DemoRouter[],
  secrets: DemoSecrets,
  signal: AbortSignal,
): Promise<DemoDevices> {
  const fleet = await startSimulatedDevices(
    routers.map((router) => toDevice(router, secrets)),
    // What takes a real device four minutes takes these 24 seconds; their clocks are right.
    { hostKey: secrets.hostKey, signal, images: await demoImages(admin), timeScale: 10, now: () => new Date() },
  );
  const agents = await startDemoAgents(routers, fleet, secrets).catch(async (error: unknown) => {
    await fleet.stop();
    throw error;
  });
  const endLogs = startDeviceLogs(
    fleet.devices.map(({ machine }, index) => ({ machine, vitals: routers[index]?.vitals ?? null })),
  );
  const stop = async (): Promise<void> => {
    endLogs();
    await Promise.all([agents.stop(), fleet.stop()]);
  };
  try {
    await tellInventory(admin, routers, fleet, agents);
  } catch (error) {
    await stop();
    throw error;
  }
  const { sshUser: user, sshPassword: password } = secrets;
  return {
    devices: routers.map(({ hostname, platform }, index) => ({
      hostname,
      platform,
      host: fleet.devices[index]?.host ?? '',
      port: fleet.devices[index]?.port ?? 0,
      snmpPort: agents.ports[index] ?? 0,
      user,
      password,
    })),
    stop,
  };
}

const DAY_MS = 86_400_000;
const ILL_ONE_IN = 20;

function startDemoAgents(
  routers: readonly DemoRouter[],
  fleet: SimulatedFleet,
  { snmpCommunity: community }: DemoSecrets,
): Promise<RunningAgents> {
  return startAgents(
    fleet.devices.map(({ machine }, index) => {
      const router = routers[index];
      const faults = router?.ailment === 'silent' ? (['silent'] as const) : [];
      return new Agent(machineSubject(machine, router?.vitals), { community, faults });
    }),
  );
}

function toDevice(router: DemoRouter, { sshUser, sshPassword }: DemoSecrets): SimulatedDevice {
  // Spread over some months, and the same from start to start.
  const days = Buffer.from(router.hostname).reduce((sum, byte) => (sum * 31 + byte) % 180, 7);
  return {
    hostname: router.hostname,
    platform: router.platform,
    vendor: router.vendor,
    model: router.model,
    serial: router.serial ?? '',
    version: router.version,
    user: sshUser,
    password: sshPassword,
    bootedAt: new Date(Date.now() - (days + 1) * DAY_MS),
    copyBytesPerSecond: 6_500_000,
    faults: {
      // So that a new user sees how an upgrade is taken back.
      ...(comesBackIll(router) ? { postcheck_interface_down: true } : {}),
      // One can log in to it, but nothing is read of it: not its log either.
      ...(router.ailment === 'silent' ? { unknown_prompt: 'show log' } : {}),
    },
  };
}

/** Some routers lose an interface when they boot another version: a few, and the same ones from start to start. */
function comesBackIll({ hostname }: DemoRouter): boolean {
  return Buffer.from(hostname).reduce((sum, byte) => (sum * 31 + byte) % 9973, 3) % ILL_ONE_IN === 0;
}

async function demoImages(admin: postgres.Sql): Promise<readonly SimulatedImage[]> {
  return z.array(imageSchema).parse(
    await admin`
      SELECT i.file_name AS "fileName", i.size_bytes::float8 AS "sizeBytes", i.sha256, i.sha512, i.version
      FROM firmware_images AS i WHERE i.sha512 IS NOT NULL`,
  );
}

async function tellInventory(
  admin: postgres.Sql,
  routers: readonly DemoRouter[],
  fleet: SimulatedFleet,
  agents: RunningAgents,
): Promise<void> {
  const places = routers.map(({ organizationId, id }, index) => ({
    organization_id: organizationId,
    id,
    host: fleet.devices[index]?.host ?? '',
    port: fleet.devices[index]?.port ?? 0,
    snmp_port: agents.ports[index] ?? 0,
    key: fleet.devices[index]?.hostKey ?? '',
  }));
  await admin`
    UPDATE routers r
    SET mgmt_ip = place.host::inet, mgmt_port = place.port, snmp_port = place.snmp_port, ssh_host_key = place.key
    FROM jsonb_to_recordset(${admin.json(places)})
      AS place(organization_id uuid, id text, host text, port integer, snmp_port integer, key text)
    WHERE r.organization_id = place.organization_id AND r.id = place.id`;
}
