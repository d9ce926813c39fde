/** What a device says of how long it has been running. Null for what it does not say. */
export interface UptimeReading {
  /** sysUpTime, hundredths of a second in 32 bits: it goes around after 497 days. */
  readonly sysUpTime: number | null;
  /** snmpEngineTime, in seconds: 68 years. Begins anew when the agent does. */
  readonly engineTime: number | null;
  /** hrSystemUptime, hundredths of a second in 32 bits: of the system, where sysUpTime is of the agent. */
  readonly hostUptime: number | null;
  /** When it was read, in seconds by a clock that only goes forward. */
  readonly at: number;
}

/** How long a device has been running, and what is needed to go on from there. */
export interface Uptime {
  readonly seconds: number;
  /** The 32 bits that it was read from, and how often they went around. */
  readonly ticks: number;
  readonly turns: number;
  readonly at: number;
}

const TURN_TICKS = 2 ** 32;
const TICKS = 100;
/** How far the device's clock may be off ours between two readings: answers take their time, and clocks drift. */
const SLACK_SECONDS = 30;
/** Of snmpEngineTime against sysUpTime: both begin when the agent does, but not at the same moment. */
const ENGINE_SLACK_SECONDS = 120;

/** Uptime in seconds, with the turns of 497 days counted in; null if the device says nothing of it. */
export function readUptime(reading: UptimeReading, previous: Uptime | null): Uptime | null {
  const { sysUpTime, engineTime, hostUptime, at } = reading;
  const ticks = hostUptime ?? sysUpTime;
  if (ticks === null) return null;
  const turns = Math.max(
    hostUptime === null ? turnsByEngine(ticks, engineTime) : 0,
    previous === null ? 0 : turnsSince(ticks, at, previous),
  );
  return { seconds: Math.floor((ticks + turns * TURN_TICKS) / TICKS), ticks, turns, at };
}

/** snmpEngineTime has seen all turns, if it began with sysUpTime: then the two differ by whole turns. */
function turnsByEngine(ticks: number, engineTime: number | null): number {
  if (engineTime === null) return 0;
  const turns = (engineTime - ticks / TICKS) / (TURN_TICKS / TICKS);
  const whole = Math.round(turns);
  return whole > 0 && Math.abs(turns - whole) * (TURN_TICKS / TICKS) <= ENGINE_SLACK_SECONDS ? whole : 0;
}

/** The turns there were before, and one more if that is where the time that passed leads to; none after a restart. */
function turnsSince(ticks: number, at: number, previous: Uptime): number {
  const expected = previous.ticks + (at - previous.at) * TICKS;
  const more = [0, 1].find((turn) => Math.abs(expected - turn * TURN_TICKS - ticks) <= SLACK_SECONDS * TICKS);
  return more === undefined ? 0 : previous.turns + more;
}
