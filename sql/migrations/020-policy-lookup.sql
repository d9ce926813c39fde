SET LOCAL ROLE netup_owner;

-- The same rule as before (009): a router's override, else the best active rule that fits, where NULL fits anything. Best is: highest
-- priority, most specific, newest, lowest id. What changed is the work: rules for any site are ranked once for each vendor and model of
-- the fleet, since PostgreSQL remembers the answer, and only those of the router's own site are looked up besides.
CREATE OR REPLACE VIEW router_policy WITH (security_invoker = true) AS
SELECT r.organization_id, r.id AS router_id,
  coalesce(o.policy_id, CASE
    -- The ids change sides, because the lower one wins. NULL, where a side found nothing, is not greater.
    WHEN (at_site.priority, at_site.specificity, at_site.created_at, anywhere.id)
      > (anywhere.priority, anywhere.specificity, anywhere.created_at, at_site.id) THEN at_site.id
    ELSE coalesce(anywhere.id, at_site.id)
  END) AS policy_id,
  o.policy_id IS NOT NULL AS overridden
FROM routers AS r
LEFT JOIN router_policy_overrides AS o ON o.organization_id = r.organization_id AND o.router_id = r.id
LEFT JOIN LATERAL (
  SELECT p.id, p.priority, p.specificity, p.created_at
  FROM upgrade_policies AS p
  WHERE p.is_active AND p.match_site = '00000000-0000-0000-0000-000000000000'
    AND p.match_organization IN ('00000000-0000-0000-0000-000000000000', r.organization_id)
    AND p.match_model IN ('00000000-0000-0000-0000-000000000000', r.model_id)
    AND p.match_vendor IN ('00000000-0000-0000-0000-000000000000', r.vendor_id)
  ORDER BY p.priority DESC, p.specificity DESC, p.created_at DESC, p.id
  LIMIT 1
) AS anywhere ON true
LEFT JOIN LATERAL (
  SELECT p.id, p.priority, p.specificity, p.created_at
  FROM upgrade_policies AS p
  WHERE p.is_active AND p.match_site = r.site_id
    -- Rules of a site are never shared.
    AND p.match_organization = r.organization_id
    AND p.match_model IN ('00000000-0000-0000-0000-000000000000', r.model_id)
    AND p.match_vendor IN ('00000000-0000-0000-0000-000000000000', r.vendor_id)
  ORDER BY p.priority DESC, p.specificity DESC, p.created_at DESC, p.id
  LIMIT 1
) AS at_site ON true;
