import type { Policy } from '../../../model/policy.ts';
import type { FigureName } from './figures.ts';
import { letterOf } from './lines.ts';
import type { ChartedRouter, ChartsRecord } from './state.ts';

/** A limit of a policy, and whose it is. */
export interface Limit {
  readonly value: number;
  /** `limit 80%`, `minimum 20% (A, C)`. */
  readonly text: string;
}

/** The limits of the routers' policies for a figure. Errors have a limit for a span of their own, and traffic has none. */
export function limitsOf(
  figure: FigureName,
  routers: readonly ChartedRouter[],
  { routers: known, policies }: ChartsRecord,
): readonly Limit[] {
  if (figure !== 'cpu' && figure !== 'memory') return [];
  const [word, valueOf] =
    figure === 'cpu'
      ? (['limit', (policy: Policy) => policy.maxCpuPercent] as const)
      : (['minimum', (policy: Policy) => policy.minFreeMemPercent] as const);
  const whose = new Map<number, string[]>();
  for (const { routerId } of routers) {
    const policyId = known.find(({ id }) => id === routerId)?.policyId ?? null;
    const policy = policyId === null ? undefined : policies.get(policyId);
    if (policy === undefined) continue;
    const value = valueOf(policy);
    whose.set(value, [...(whose.get(value) ?? []), letterOf(routers, routerId)]);
  }
  return [...whose].map(([value, letters]) => ({
    value,
    text: `${word} ${value}%${whose.size === 1 ? '' : ` (${letters.join(', ')})`}`,
  }));
}
