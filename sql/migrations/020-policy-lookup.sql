SET LOCAL ROLE netup_owner;

-- A model has one vendor: with this PostgreSQL knows how few different lookups some dozens of routers make.
CREATE STATISTICS routers_vendor_model (ndistinct) ON organization_id, vendor_id, model_id FROM routers;

-- The same rule as before (009): a router's override, else the best active rule that fits, where NULL fits anything. Best is: highest
-- priority, most specific, newest, lowest id. What changed is the work. Rules for any site are looked up once for each vendor and model
-- of the fleet, for PostgreSQL remembers the answer: the best of each of the eight ways in which one may fit, which takes the same time
-- however many rules there are. Only those of the router's own site are looked up besides; they are few.
-- The router's own columns are here so that nobody has to join routers once more: PostgreSQL takes such a join for far smaller than it
-- is, and then remembers nothing.
CREATE OR REPLACE VIEW router_policy WITH (security_invoker = true) AS
SELECT r.organization_id, r.id AS router_id,
  coalesce(o.policy_id, CASE
    -- The ids change sides, because the lower one wins. NULL, where a side found nothing, is not greater.
    WHEN (at_site.priority, at_site.specificity, at_site.created_at, anywhere.id)
      > (anywhere.priority, anywhere.specificity, anywhere.created_at, at_site.id) THEN at_site.id
    ELSE coalesce(anywhere.id, at_site.id)
  END) AS policy_id,
  o.policy_id IS NOT NULL AS overridden,
  r.hostname, r.mgmt_ip, r.mgmt_port, r.site_id, r.vendor_id, r.model_id, r.serial, r.current_ver, r.target_ver, r.status,
  r.last_seen_at
FROM routers AS r
LEFT JOIN router_policy_overrides AS o ON o.organization_id = r.organization_id AND o.router_id = r.id
LEFT JOIN LATERAL (
  SELECT best.*
  FROM (VALUES ('00000000-0000-0000-0000-000000000000'::uuid), (r.organization_id)) AS organization (id)
  CROSS JOIN (VALUES ('00000000-0000-0000-0000-000000000000'::uuid), (r.model_id)) AS model (id)
  CROSS JOIN (VALUES ('00000000-0000-0000-0000-000000000000'::uuid), (r.vendor_id)) AS vendor (id)
  CROSS JOIN LATERAL (
    SELECT p.id, p.priority, p.specificity, p.created_at
    FROM upgrade_policies AS p
    WHERE p.is_active AND p.match_organization = organization.id AND p.match_site = '00000000-0000-0000-0000-000000000000'
      AND p.match_model = model.id AND p.match_vendor = vendor.id
    ORDER BY p.priority DESC, p.specificity DESC, p.created_at DESC, p.id
    LIMIT 1
  ) AS best
  ORDER BY best.priority DESC, best.specificity DESC, best.created_at DESC, best.id
  LIMIT 1
) AS anywhere ON true
LEFT JOIN LATERAL (
  SELECT p.id, p.priority, p.specificity, p.created_at
  FROM upgrade_policies AS p
  -- Rules of a site are never shared.
  WHERE p.is_active AND p.match_organization = r.organization_id AND p.match_site = r.site_id
    AND p.match_model IN ('00000000-0000-0000-0000-000000000000', r.model_id)
    AND p.match_vendor IN ('00000000-0000-0000-0000-000000000000', r.vendor_id)
  ORDER BY p.priority DESC, p.specificity DESC, p.created_at DESC, p.id
  LIMIT 1
) AS at_site ON true;

CREATE OR REPLACE VIEW fleet WITH (security_invoker = true) AS
SELECT r.organization_id, r.router_id AS id, r.hostname, s.name AS site, coalesce(s.time_zone, 'UTC') AS time_zone,
  v.name AS vendor, m.name AS model, r.model_id, m.platform, r.current_ver, r.target_ver, r.status, host(r.mgmt_ip) AS mgmt_ip,
  r.mgmt_port, r.serial, r.last_seen_at, r.policy_id, r.overridden, u.id AS upgrade_id, u.status AS upgrade_status
FROM router_policy AS r
LEFT JOIN sites AS s ON s.organization_id = r.organization_id AND s.id = r.site_id
LEFT JOIN vendors AS v ON v.id = r.vendor_id
LEFT JOIN models AS m ON m.id = r.model_id
LEFT JOIN upgrades AS u ON u.organization_id = r.organization_id AND u.router_id = r.router_id
  AND u.status IN ('draft', 'pending', 'approved', 'scheduled', 'running', 'paused');

CREATE OR REPLACE VIEW ready_for_upgrade WITH (security_invoker = true) AS
SELECT r.organization_id, r.router_id AS id, r.hostname, r.current_ver, r.target_ver, r.policy_id, p.max_cpu_percent,
  p.min_free_mem_percent
FROM router_policy AS r
LEFT JOIN upgrade_policies AS p ON p.id = r.policy_id
WHERE r.status = 'active' AND r.target_ver IS NOT NULL AND r.target_ver <> r.current_ver;
