import type { PolicyCandidate } from '../model/policy.ts';
import type { OrganizationScope } from './database.ts';
import { type CandidateRow, explainCandidates, type RouterFacts } from './policy-reasons.ts';
import { POLICY_COLUMNS, POLICY_TABLES, RANK } from './policy-row.ts';

/**
 * Every policy that the organization may see, in rank order, and why it applies to a router or does not. Which one applies is read
 * from the view `router_policy`, the one definition of it. Empty for a router that does not exist.
 */
export async function explainPolicy(scope: OrganizationScope, routerId: string): Promise<readonly PolicyCandidate[]> {
  const { sql } = scope;
  const rows = await sql<(CandidateRow & RouterFacts)[]>`
    SELECT ${sql.unsafe(POLICY_COLUMNS)},
      coalesce(p.model_id = r.model_id, p.model_id IS NULL) AS model_fits,
      coalesce(p.vendor_id = r.vendor_id, p.vendor_id IS NULL) AS vendor_fits,
      coalesce(p.site_id = r.site_id, p.site_id IS NULL) AS site_fits,
      rv.name AS router_vendor, rm.name AS router_model, rs.name AS router_site,
      r.policy_id::text AS applied_id, r.overridden, o.reason AS override_reason, who.name AS override_by
    FROM router_policy AS r
    LEFT JOIN vendors AS rv ON rv.id = r.vendor_id
    LEFT JOIN models AS rm ON rm.id = r.model_id
    LEFT JOIN sites AS rs ON rs.organization_id = r.organization_id AND rs.id = r.site_id
    LEFT JOIN router_policy_overrides AS o ON o.organization_id = r.organization_id AND o.router_id = r.router_id
    LEFT JOIN operators AS who ON who.id = o.created_by
    CROSS JOIN ${sql.unsafe(POLICY_TABLES)}
    WHERE r.router_id = ${routerId}
    ORDER BY ${sql.unsafe(RANK)}`;
  const [first] = rows;
  return first === undefined ? [] : explainCandidates(first, rows);
}
