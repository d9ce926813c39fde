import type { Policy, PolicyCandidate } from '../model/policy.ts';
import { type PolicyRow, toPolicy } from './policy-row.ts';

/** A policy, and which of its fields fit the router. */
export interface CandidateRow extends PolicyRow {
  readonly model_fits: boolean;
  readonly vendor_fits: boolean;
  readonly site_fits: boolean;
}

/** The router that policies are compared with, and what applies to it. */
export interface RouterFacts {
  readonly router_vendor: string | null;
  readonly router_model: string | null;
  readonly router_site: string | null;
  /** The policy that applies; null if none does. */
  readonly applied_id: string | null;
  /** True if it applies by an override. */
  readonly overridden: boolean;
  readonly override_reason: string | null;
  readonly override_by: string | null;
}

/** Says of each policy, given in rank order, why it applies to the router or does not. */
export function explainCandidates(router: RouterFacts, rows: readonly CandidateRow[]): readonly PolicyCandidate[] {
  const matching = rows.filter((row) => row.is_active && mismatches(router, row).length === 0);
  const best = matching[0];
  return rows.map((row): PolicyCandidate => {
    const policy = toPolicy(row);
    const rank = `rank ${matching.indexOf(row) + 1} of ${matching.length}`;
    const faults = mismatches(router, row);
    if (router.overridden && row.id === router.applied_id) {
      const instead = best === undefined ? 'nothing else matches' : `without it, ${title(best)} would apply`;
      const by = router.override_by === null ? '' : ` by ${router.override_by}`;
      return { policy, outcome: 'override', reason: `override${by}: ${router.override_reason ?? ''}; ${instead}` };
    }
    if (!row.is_active) return { policy, outcome: 'inactive', reason: 'inactive: it applies to no router' };
    if (faults.length > 0) return { policy, outcome: 'mismatch', reason: `does not match: ${faults.join(', ')}` };
    if (row.id === router.applied_id) return { policy, outcome: 'wins', reason: `wins: ${fields(policy)}; ${rank}` };
    const above = router.overridden ? 'an override' : describeAbove(best, row);
    return { policy, outcome: 'outranked', reason: `matches, but outranked by ${above}: ${fields(policy)}; ${rank}` };
  });
}

function mismatches(router: RouterFacts, row: CandidateRow): readonly string[] {
  return [
    ...mismatch(row.vendor_fits, 'vendor', router.router_vendor, row.vendor),
    ...mismatch(row.model_fits, 'model', router.router_model, row.model),
    ...mismatch(row.site_fits, 'site', router.router_site, row.site),
  ];
}

function mismatch(fits: boolean, field: string, has: string | null, wants: string | null): readonly string[] {
  return fits ? [] : [`${field} is ${has ?? 'not known'}, not ${wants ?? 'that of this policy'}`];
}

/** `model=ASR1002-HX, vendor=any, site=any` */
function fields({ vendor, model, site }: Policy): string {
  return `model=${model ?? 'any'}, vendor=${vendor ?? 'any'}, site=${site ?? 'any'}`;
}

function title(row: CandidateRow): string {
  return `#${row.id} “${row.name}”`;
}

/** Which of the rules of rank decided: priority, then how specific, then age, then id. */
function describeAbove(best: CandidateRow | undefined, row: CandidateRow): string {
  if (best === undefined) return 'none';
  if (best.priority !== row.priority) return `${title(best)} (priority ${best.priority} is above ${row.priority})`;
  if (best.specificity !== row.specificity) {
    return `${title(best)} (more specific: ${named(best)} against ${named(row)})`;
  }
  return `${title(best)} (as specific, but newer)`;
}

/** The fields that a policy names, most weighty first. */
function named(row: CandidateRow): string {
  const names = [
    ...(row.shared ? [] : ['organization']),
    ...(row.model === null ? [] : ['model']),
    ...(row.vendor === null ? [] : ['vendor']),
    ...(row.site === null ? [] : ['site']),
  ];
  return names.length === 0 ? 'nothing' : names.join(' + ');
}
