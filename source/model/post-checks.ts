import type { Check } from './upgrade-run.ts';

/** What is compared before and after an upgrade. */
export interface HealthSnapshot {
  readonly interfacesUp: readonly string[];
  readonly bgpEstablished: readonly string[];
  readonly routes: number | null;
}

/** How much smaller the routing table may be. Whole tables differ from minute to minute; a tenth is more than churn. */
const ROUTES_LESS_PERCENT = 10;
const SHOWN = 5;

/** What is not as it was. A device with more than before is fine; one that says less than before is not. */
export function postChecks(before: HealthSnapshot, after: HealthSnapshot): readonly Check[] {
  return [
    listNotLess(
      'interfaces up',
      before.interfacesUp,
      after.interfacesUp,
      'Look at these interfaces and their neighbours.',
    ),
    listNotLess('BGP sessions', before.bgpEstablished, after.bgpEstablished, 'Look at these neighbours.'),
    routesCheck(before.routes, after.routes),
  ];
}

function listNotLess(name: string, before: readonly string[], after: readonly string[], advice: string): Check {
  const missing = before.filter((one) => !after.includes(one));
  const more = missing.length > SHOWN ? ` and ${missing.length - SHOWN} more` : '';
  const actual = missing.length === 0 ? `${after.length}` : `missing: ${missing.slice(0, SHOWN).join(', ')}${more}`;
  const passes = missing.length === 0;
  return {
    name,
    expected: `the ${before.length} from before`,
    actual,
    status: passes ? 'pass' : 'fail',
    action: passes ? '' : advice,
  };
}

function routesCheck(before: number | null, after: number | null): Check {
  const name = 'routes';
  if (before === null) {
    return {
      name,
      expected: 'not compared',
      actual: after === null ? 'not said' : String(after),
      status: 'pass',
      action: '',
    };
  }
  const least = Math.floor((before * (100 - ROUTES_LESS_PERCENT)) / 100);
  const passes = after !== null && after >= least;
  const action = passes ? '' : 'Look at the routing protocols.';
  const status = after === null ? 'unknown' : passes ? 'pass' : 'fail';
  return {
    name,
    expected: `at least ${least} of ${before}`,
    actual: after === null ? 'not said' : String(after),
    status,
    action,
  };
}
