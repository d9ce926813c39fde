import { chance } from './chance.ts';
import type { Ailment, GeneratedRouter } from './generated-router.ts';

/** Shares of the fleet that are ill, at least one router of each. */
const SHARES = [
  ['hot', 0.02],
  ['starved', 0.015],
  ['failing', 0.02],
] as const;

/** Below this many routers all but the silent one stay healthy. */
const SMALLEST_ILL_FLEET = 10;

/** Picks the ill routers: a few of each kind, and one that has stopped reporting. The healthy ones are not in the map. */
export function chooseAilments(
  routers: readonly GeneratedRouter[],
  seed: number,
): ReadonlyMap<GeneratedRouter, Ailment> {
  const byChance = routers.toSorted((one, other) => draw(one, seed) - draw(other, seed));
  const [silent, ...others] = byChance;
  const ailments = new Map<GeneratedRouter, Ailment>();
  if (silent === undefined || others.length === 0) return ailments;
  ailments.set(silent, 'silent');
  if (routers.length < SMALLEST_ILL_FLEET) return ailments;
  let at = 0;
  for (const [ailment, share] of SHARES) {
    const end = at + Math.max(1, Math.round(routers.length * share));
    for (const router of others.slice(at, end)) ailments.set(router, ailment);
    at = end;
  }
  return ailments;
}

function draw({ organizationId, id }: GeneratedRouter, seed: number): number {
  return chance(seed, 'ailment', organizationId, id);
}
