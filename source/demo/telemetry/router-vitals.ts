import { networkOf } from '../../simulator/network.ts';
import type { Vitals } from '../../simulator/snmp/vitals.ts';
import { chance, wander } from './chance.ts';
import type { Ailment, GeneratedRouter } from './generated-router.ts';
import { localHour } from './local-hour.ts';
import { trafficOf } from './traffic.ts';

const MINUTE_MS = 60_000;
/** Shares of the routers whose first interface has errors, and one of whose fans stands still. */
const FAULTY = 0.06;
const FAN_BROKEN = 0.02;

/** A router's figures as its SNMP agent tells them, and the events that it logs. */
export interface RouterVitals extends Vitals {
  /** How many events of a severity it logs in the minute that begins at this time. */
  logged(severity: 'critical' | 'warning', minute: number): number;
  /** Its interfaces with traffic, by their places. */
  readonly busy: readonly { readonly index: number; readonly name: string }[];
}

/** How a router does: a function of its arguments, and of the time that is asked for, alone. */
export function vitalsOf(router: GeneratedRouter, ailment: Ailment, seed: number): RouterVitals {
  const name = `${seed} ${router.organizationId} ${router.id}`;
  const traffic = trafficOf(name, router.timeZone, chance(name, 'faulty') < FAULTY);
  const busy = networkOf(router.hostname, router.platform, false).interfaces.flatMap(({ name: port, up }, index) =>
    up && !/^lo/iu.test(port) ? [{ index, name: port }] : [],
  );
  const loadAt = (at: number): number => dailyLoad(router, name, at);
  return {
    busy,
    octets: (index, way, at) => (busy.some((port) => port.index === index) ? traffic.octets(index, way, at) : 0),
    errors: (index, at) => traffic.errors(index, at),
    load: (at) => percent(cpu(name, ailment, at, loadAt(at))),
    memoryUsed: (at) => percent(100 - freeMemory(name, ailment, at, loadAt(at))),
    celsius(at) {
      const heat = ailment === 'hot' ? 1 : 0.5 * loadAt(at) + 0.2 * wander(`${name} heat`, at, 30 * MINUTE_MS);
      return 24 + 8 * chance(name, 'room') + 25 * heat;
    },
    broken: chance(name, 'broken fan') < FAN_BROKEN ? 'fan' : null,
    logged(severity, minute) {
      // A failing router has some every few minutes.
      const likely = severity === 'warning' ? 0.02 : ailment === 'failing' ? 0.2 : 0;
      const drawn = chance(name, severity, Math.floor(minute / MINUTE_MS));
      return drawn < likely ? 1 + Math.floor((drawn / likely) * 5) : 0;
    },
  };
}

/** Between 0 in the small hours and 1 in the early afternoon of the site, each router a little before or after. */
function dailyLoad(router: GeneratedRouter, name: string, time: number): number {
  const peak = 14 + 4 * (chance(name, 'peak') - 0.5);
  const turn = ((localHour(time, router.timeZone) - peak) / 24) * 2 * Math.PI;
  return (1 + Math.cos(turn)) / 2;
}

function cpu(name: string, ailment: Ailment, time: number, load: number): number {
  const noise = 6 * wander(`${name} cpu`, time, 7 * MINUTE_MS) + 3 * wander(`${name} cpu fast`, time, 40_000);
  if (ailment === 'hot') return 84 + 6 * load + noise;
  return 8 + 20 * chance(name, 'cpu') + 25 * load + noise;
}

function freeMemory(name: string, ailment: Ailment, time: number, load: number): number {
  const noise = 4 * wander(`${name} memory`, time, 25 * MINUTE_MS);
  if (ailment === 'starved') return 3 + noise;
  return 35 + 30 * chance(name, 'memory') - 8 * load + noise;
}

function percent(value: number): number {
  return Math.min(100, Math.max(0, value));
}
