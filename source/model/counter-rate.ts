/** A counter as a device gave it. */
export interface CounterReading {
  readonly value: bigint;
  /** How long the device had been running then, in seconds; null if it did not say. */
  readonly uptimeSeconds: number | null;
}

/** Between readings further apart than this there is no rate: it would be a mean over something that nobody saw. */
const LONGEST_GAP_SECONDS = 900;
/** How far a device's uptime may lag behind our clock before it counts as a restart: answers take their time. */
const UPTIME_SLACK_SECONDS = 10;
/** How far a rate may be above what the interface can carry, for the same reason. */
const RATE_SLACK = 1.1;

/**
 * Units per second between two readings of a counter of 32 or 64 bits, `seconds` apart. Null where there is no telling: after a
 * gap, a restart or a reset, and where the counter may have gone around more than once. `fastest` is the greatest rate that
 * there can be, if it is known: it tells a reset from a counter that went around.
 */
export function counterRate(
  previous: CounterReading,
  current: CounterReading,
  seconds: number,
  bits: 32 | 64,
  fastest: number = Number.POSITIVE_INFINITY,
): number | null {
  const increase = counterIncrease(previous, current, seconds, bits, fastest);
  return increase === null ? null : Number(increase) / seconds;
}

/** By how much the counter went up between the two readings; null as for {@link counterRate}. */
export function counterIncrease(
  previous: CounterReading,
  current: CounterReading,
  seconds: number,
  bits: 32 | 64,
  fastest: number = Number.POSITIVE_INFINITY,
): bigint | null {
  const size = 1n << BigInt(bits);
  if (!(seconds > 0 && seconds <= LONGEST_GAP_SECONDS)) return null;
  if (!isWithin(previous.value, size) || !isWithin(current.value, size)) return null;
  if (hasRestarted(previous, current, seconds)) return null;
  const most = fastest * RATE_SLACK * seconds;
  if (Number.isFinite(most) && most >= Number(size)) return null;
  const difference = current.value - previous.value;
  // Whoever clears a counter sets it back by little as a rule, which looks like most of a turn.
  if (difference < 0n && difference + size >= size / 2n) return null;
  const increase = difference < 0n ? difference + size : difference;
  return Number(increase) <= most ? increase : null;
}

function isWithin(value: bigint, size: bigint): boolean {
  return value >= 0n && value < size;
}

function hasRestarted(previous: CounterReading, current: CounterReading, seconds: number): boolean {
  if (previous.uptimeSeconds === null || current.uptimeSeconds === null) return false;
  return current.uptimeSeconds < previous.uptimeSeconds + seconds - UPTIME_SLACK_SECONDS;
}
