/**
 * A number in [0, 1) that depends on nothing but what is named (FNV-1a, then a finaliser that spreads it): the same seed gives
 * the same demo.
 */
export function chance(...names: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of names.join('\0')) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** A smooth random curve over time in [0, 1): random values every `periodMs`, and easy slopes between them. */
export function wander(name: string, time: number, periodMs: number): number {
  const position = time / periodMs;
  const before = Math.floor(position);
  const [from, to] = [chance(name, before), chance(name, before + 1)];
  const way = position - before;
  return from + (to - from) * way * way * (3 - 2 * way);
}
