import type { RedundancyMember } from '../../operations.ts';

/** The other switch of an MLAG pair, from `show mlag`; none for a switch that stands alone. It does not say the version. */
export function parseMlag(answer: string | null): readonly RedundancyMember[] {
  const value = (name: string): string | null =>
    new RegExp(`^${name} *: *(\\S+)`, 'imu').exec(answer ?? '')?.[1]?.toLowerCase() ?? null;
  const state = value('state');
  if (state === null || state === 'disabled') return [];
  const ready = state === 'active' && value('negotiation status') === 'connected' && value('peer-link status') === 'up';
  return [{ name: 'MLAG peer', role: 'peer', ready, version: null }];
}
