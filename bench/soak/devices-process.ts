import { z } from 'zod';
import { startSimulatedDevices } from '../../source/simulator/fleet.ts';
import { Agent } from '../../source/simulator/snmp/agent.ts';
import { type RunningAgents, startAgents } from '../../source/simulator/snmp/start-agents.ts';
import { machineSubject } from '../../source/simulator/snmp/subject.ts';
import type { SimulatedFleet } from '../../source/simulator/fleet.ts';
import { answerParent } from '../upgrades/child.ts';
import { kindOf, KINDS, LOGIN, nameOf } from '../upgrades/devices.ts';

const questionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), devices: z.number(), timeScale: z.number(), community: z.string() }),
  z.object({ kind: z.literal('silence') }),
  z.object({ kind: z.literal('states') }),
]);

let fleet: SimulatedFleet | null = null;
let agents: RunningAgents | null = null;

/** Devices that can be logged in to and asked by SNMP: `start` answers where they are, `silence` ends the SNMP agents, `states` says what was done to each. */
answerParent(async (asked) => {
  const question = questionSchema.parse(asked);
  if (question.kind === 'start') return start(question);
  if (question.kind === 'silence') {
    await agents?.stop();
    return 'silent';
  }
  return (fleet?.devices ?? []).map(({ machine }) => ({
    runs: machine.software.running,
    reloads: machine.counters.reloads,
    doubleReloads: machine.counters.reloadCommands.filter((times) => times > 1).length,
  }));
});

async function start(question: { devices: number; timeScale: number; community: string }) {
  const { devices: count, timeScale, community } = question;
  const bootedAt = new Date(Date.now() - 40 * 86_400_000);
  const devices = Array.from({ length: count }, (_, index) => {
    const { image: _image, ...kind } = kindOf(index);
    const times = { bootedAt, reloadSeconds: 200, copyBytesPerSecond: 5e6 };
    return { ...kind, ...LOGIN, ...times, hostname: nameOf(index), serial: `SIM${index}` };
  });
  fleet = await startSimulatedDevices(devices, { timeScale, images: KINDS.map(({ image }) => image) });
  agents = await startAgents(fleet.devices.map(({ machine }) => new Agent(machineSubject(machine), { community })));
  const { ports } = agents;
  return fleet.devices.map(({ hostname, host, port, hostKey }, index) => ({
    hostname,
    host,
    port,
    hostKey,
    snmpPort: ports[index] ?? 0,
  }));
}
