import { type Comparison, deltaPercent, listNotLess } from './comparisons.ts';
import type { Check } from './upgrade-run.ts';

/** What is compared before and after an upgrade. */
export interface HealthSnapshot {
  readonly interfacesUp: readonly string[];
  readonly bgpEstablished: readonly string[];
  readonly routes: number | null;
}

/** How much smaller the routing table may be. Whole tables differ from minute to minute; a tenth is more than churn. */
const ROUTES = { less: 10 };

/** What is not as it was. A device with more than before is fine; one that says less than before is not. */
export function postChecks(before: HealthSnapshot, after: HealthSnapshot): readonly Check[] {
  return [
    toCheck(
      'interfaces up',
      listNotLess(before.interfacesUp, after.interfacesUp),
      'Look at these interfaces and their neighbours.',
    ),
    toCheck('BGP sessions', listNotLess(before.bgpEstablished, after.bgpEstablished), 'Look at these neighbours.'),
    toCheck('routes', deltaPercent(before.routes, after.routes, ROUTES), 'Look at the routing protocols.'),
  ];
}

function toCheck(name: string, { result: status, expected, actual }: Comparison, advice: string): Check {
  return { name, expected, actual, status, action: status === 'pass' ? '' : advice };
}
