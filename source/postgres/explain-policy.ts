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
      f.vendor AS router_vendor, f.model AS router_model, f.site AS router_site,
      applied.policy_id::text AS applied_id, applied.overridden, o.reason AS override_reason, who.name AS override_by
    FROM routers AS r
    JOIN fleet AS f ON f.organization_id = r.organization_id AND f.id = r.id
    JOIN router_policy AS applied ON applied.organization_id = r.organization_id AND applied.router_id = r.id
    LEFT JOIN router_policy_overrides AS o ON o.organization_id = r.organization_id AND o.router_id = r.id
    LEFT JOIN operators AS who ON who.id = o.created_by
    CROSS JOIN ${sql.unsafe(POLICY_TABLES)}
    WHERE r.id = ${routerId}
    ORDER BY ${sql.unsafe(RANK)}`;
  const [first] = rows;
  return first === undefined ? [] : explainCandidates(first, rows);
}
