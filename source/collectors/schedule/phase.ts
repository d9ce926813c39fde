/** A number in [0, 1) that is always the same for the same text, and spread evenly over many texts (FNV-1a, mixed). */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/**
 * Where in an interval a router has its turn, milliseconds. Turns of a long interval fall together with turns of the shortest one, if it is
 * a multiple of it: then one poll does for both.
 */
export function phaseOf(key: string, intervalMs: number, shortestMs: number): number {
  const first = Math.floor(fractionOf(key) * shortestMs);
  const turns = Math.floor(intervalMs / shortestMs);
  return (first + shortestMs * Math.floor(fractionOf(`${key} ${intervalMs}`) * turns)) % intervalMs;
}

/** The first turn after a time, on a clock that only goes forward; turns that were missed are not made up for. */
export function nextTurn(after: number, phaseMs: number, intervalMs: number): number {
  return phaseMs + (Math.floor((after - phaseMs) / intervalMs) + 1) * intervalMs;
}
