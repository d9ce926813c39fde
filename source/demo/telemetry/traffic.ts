import { chance } from './chance.ts';
import { localHour } from './local-hour.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Any moment in winter: a counter must not jump when clocks are changed. */
const REFERENCE = Date.UTC(2026, 0, 1);

/** Bytes and errors through an interface: counters that only grow, as functions of time. */
export interface Traffic {
  octets(index: number, way: 'in' | 'out', at: number): number;
  errors(index: number, at: number): number;
}

/** Traffic that follows the day of a time zone, with ripples of some minutes. `name` makes it a router's own. `faultyPort`: the first one has errors. */
export function trafficOf(name: string, timeZone: string, faultyPort: boolean): Traffic {
  const peak = 14 + 4 * (chance(name, 'peak') - 0.5);
  const dayStart = REFERENCE - (localHour(REFERENCE, timeZone) - peak) * 60 * MINUTE_MS;
  return {
    octets(index, way, at) {
      // Bytes per second at the mean of the day: half a megabyte to a few tens of them.
      const size = 500_000 * 60 ** chance(name, 'size', index);
      const share = way === 'in' ? 1 : 0.2 + chance(name, 'share', index);
      const ripple = (3 + 4 * chance(name, way, index)) * MINUTE_MS;
      const waves = 0.5 * swing(at - dayStart, DAY_MS) + 0.2 * swing(at - dayStart, ripple);
      return ((size * share) / 1000) * (at - dayStart + waves);
    },
    errors(index, at) {
      if (index !== 0 || !faultyPort) return 0;
      // Some three a minute, in bursts.
      return (3 / MINUTE_MS) * (at - dayStart + swing(at - dayStart, 11 * MINUTE_MS));
    },
  };
}

/** What a cosine wave of this period has added up to: as a rate it is between -1 and 1, greatest at 0. */
function swing(time: number, periodMs: number): number {
  return (Math.sin((2 * Math.PI * time) / periodMs) * periodMs) / (2 * Math.PI);
}
