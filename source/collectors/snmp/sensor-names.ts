import { PollFailed } from '../poller.ts';
import type { Sensor } from './profile.ts';
import type { SnmpSession } from './snmp-session.ts';
import { textOf } from './snmp-value.ts';

/** entPhysicalDescr of ENTITY-MIB. */
const DESCRIPTION = '1.3.6.1.2.1.47.1.1.1.1.2';
const NAMES_A_REQUEST = 15;

/**
 * Sensors by the names that the device has for them in the table of its parts. The table has thousands of rows, so the names are asked for one by
 * one, and only once: `known` is what was learned before, by index, and is added to.
 */
export async function nameSensors(
  session: SnmpSession,
  sensors: readonly Sensor[],
  known: Map<string, string>,
  signal: AbortSignal,
): Promise<readonly Sensor[]> {
  const unknown = sensors.flatMap(({ part }) => (part === undefined || known.has(part) ? [] : [part]));
  for (let at = 0; at < unknown.length; at += NAMES_A_REQUEST) {
    const parts = unknown.slice(at, at + NAMES_A_REQUEST);
    const oids = parts.map((part) => `${DESCRIPTION}.${part}`);
    const answer = await session.get(oids, signal).catch((error: unknown) => {
      // Figures under a number are better than none.
      if (error instanceof PollFailed && error.why === 'unreadable') return [];
      throw error;
    });
    for (const [place, part] of parts.entries()) known.set(part, textOf(answer[place]?.value) ?? `sensor ${part}`);
  }
  return sensors.map((sensor) => {
    const name = sensor.part === undefined ? undefined : known.get(sensor.part);
    return name === undefined ? sensor : { ...sensor, component: name };
  });
}
