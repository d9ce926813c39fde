import { expect, onTestFinished, test } from 'vitest';
import { openSnmpPoller } from '../source/collectors/snmp/snmp-poller.ts';
import { openSshPoller } from '../source/collectors/ssh/ssh-poller.ts';
import { logMinute } from '../source/demo/device-logs.ts';
import type { Ailment, GeneratedRouter } from '../source/demo/telemetry/generated-router.ts';
import { routerPoints } from '../source/demo/telemetry/router-points.ts';
import { type RouterVitals, vitalsOf } from '../source/demo/telemetry/router-vitals.ts';
import { PLATFORMS } from '../source/model/platform.ts';
import type { Point } from '../source/model/telemetry.ts';
import { startSimulatedDevices } from '../source/simulator/fleet.ts';
import { machineOf } from '../source/simulator/machine-of.ts';
import { Agent } from '../source/simulator/snmp/agent.ts';
import { startAgents } from '../source/simulator/snmp/start-agents.ts';
import { machineSubject } from '../source/simulator/snmp/subject.ts';
import { targetOf } from './support/poll-target.ts';
import { DEVICES } from './support/simulated.ts';

const MINUTE = 60_000;
const noon = Date.parse('2026-11-20T12:00:00Z');
const { signal } = new AbortController();

function routerOf(platform: GeneratedRouter['platform']): GeneratedRouter {
  const { hostname, vendor } = DEVICES[platform];
  return { organizationId: '1', id: hostname, hostname, platform, vendor, site: 'ams-1', timeZone: 'Europe/Amsterdam' };
}

/** What a collector reads of a router with these vitals at noon, having read it a minute before. */
async function collected(router: GeneratedRouter, vitals: RouterVitals): Promise<readonly Point[]> {
  let now = noon - MINUTE;
  const device = { ...DEVICES[router.platform], bootedAt: new Date(noon - 86_400_000) };
  const machine = machineOf(device, { now: () => new Date(now) });
  const agents = await startAgents([new Agent(machineSubject(machine, vitals))]);
  const poller = openSnmpPoller({
    loginOf: () => Promise.resolve({ version: '2c', community: 'public' }),
    clock: { now: () => now, elapsed: () => now / 1000 },
  });
  onTestFinished(async () => {
    await poller.close();
    await agents.stop();
    machine.stop();
  });
  const { platform, hostname } = router;
  const target = targetOf({ platform, hostname, snmpPort: agents.ports[0] ?? 0 });
  await poller.poll(target, ['interfaces'], signal);
  now = noon;
  return (await poller.poll(target, ['health', 'interfaces'], signal)).points;
}

test.each(PLATFORMS)('the history of the demo is what a collector would have read: %s', async (platform) => {
  const router = routerOf(platform);
  const vitals = vitalsOf(router, 'none', 7);
  const read = await collected(router, vitals);
  const figuresOf = (points: readonly Point[]): Map<string, number> =>
    new Map(
      points.flatMap((point): [string, number][] => {
        if (point.measurement === 'cpu') return [['cpu', point.fields.usage_percent]];
        if (point.measurement === 'memory') return [['free memory', point.fields.free_percent]];
        if (point.measurement !== 'interfaces' || point.fields.in_bytes_rate === 0) return [];
        const { in_bytes_rate = 0, out_bytes_rate = 0 } = point.fields;
        return [
          [`in ${point.interfaceName}`, in_bytes_rate / 1e6],
          [`out ${point.interfaceName}`, out_bytes_rate / 1e6],
        ];
      }),
    );
  const [live, past] = [figuresOf(read), figuresOf(routerPoints(router, vitals, noon, MINUTE))];
  expect([...past.keys()].toSorted()).toEqual([...live.keys()].toSorted());
  // Junos tells whole percentages of its memory.
  const differing = [...past].filter(([name, value]) => {
    const tolerance = name === 'free memory' ? 0.6 : 0.001;
    return !(Math.abs(value - (live.get(name) ?? Number.NaN)) < tolerance);
  });
  expect(differing).toEqual([]);
});

test.each<[Ailment, (cpu: number, free: number) => boolean]>([
  ['none', (cpu, free) => cpu < 70 && free > 20],
  ['hot', (cpu, free) => cpu > 80 && free > 20],
  ['starved', (cpu, free) => cpu < 70 && free < 10],
])('what is collected of a router with the ailment %s says so', async (ailment, holds) => {
  const router = routerOf('eos');
  const points = await collected(router, vitalsOf(router, ailment, 7));
  const cpu = points.find((point) => point.measurement === 'cpu')?.fields.usage_percent ?? Number.NaN;
  const free = points.find((point) => point.measurement === 'memory')?.fields.free_percent ?? Number.NaN;
  expect({ cpu, free }).toSatisfy(() => holds(cpu, free));
});

test.each(PLATFORMS)('events of a failing %s come through its log', async (platform) => {
  const router = routerOf(platform);
  const vitals = vitalsOf(router, 'failing', 7);
  const fleet = await startSimulatedDevices([DEVICES[platform]]);
  onTestFinished(() => fleet.stop());
  const [device] = fleet.devices;
  if (device === undefined) throw new Error('no device');
  const { user, password } = DEVICES[platform];
  const poller = openSshPoller({ loginOf: () => Promise.resolve({ user, password }) });
  const { hostname, host: address, port: sshPort, hostKey } = device;
  const target = targetOf({ platform, hostname, address, sshPort, hostKey });
  await poller.poll(target, ['errors'], signal);
  let logged = 0;
  for (let minute = noon; minute < noon + 30 * MINUTE; minute += MINUTE) {
    logMinute({ machine: device.machine, vitals }, minute);
    logged += vitals.logged('critical', minute);
  }
  const { points } = await poller.poll(target, ['errors'], signal);
  const critical = points.find((point) => point.measurement === 'errors' && point.severity === 'critical');
  expect(logged).toBeGreaterThan(0);
  expect(critical?.fields).toEqual({ error_count: logged });
});
