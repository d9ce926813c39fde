SET LOCAL ROLE netup_owner;

-- The one definition of "the policy of a router": its override, else the best active rule that fits, where NULL fits anything.
-- Best is: highest priority, most specific, newest, lowest id.
-- A rule fits a router in one of twelve ways: it is shared, own, or own and of the site; of the model or any; of the vendor or any.
-- Looking up the best of each in the index takes the same time however many rules there are. A test holds it against the plain
-- form, (p.model_id IS NULL OR p.model_id = r.model_id) AND ..., which reads rule after rule.
CREATE VIEW router_policy WITH (security_invoker = true) AS
SELECT r.organization_id, r.id AS router_id, coalesce(o.policy_id, m.id) AS policy_id, o.policy_id IS NOT NULL AS overridden
FROM routers AS r
LEFT JOIN router_policy_overrides AS o ON o.organization_id = r.organization_id AND o.router_id = r.id
LEFT JOIN LATERAL (
  SELECT best.id
  FROM (VALUES ('00000000-0000-0000-0000-000000000000'::uuid, '00000000-0000-0000-0000-000000000000'::uuid), (r.organization_id, '00000000-0000-0000-0000-000000000000'::uuid), (r.organization_id, r.site_id)) AS place (organization, site)
  CROSS JOIN (VALUES ('00000000-0000-0000-0000-000000000000'::uuid), (r.model_id)) AS model (id)
  CROSS JOIN (VALUES ('00000000-0000-0000-0000-000000000000'::uuid), (r.vendor_id)) AS vendor (id)
  CROSS JOIN LATERAL (
    SELECT p.id, p.priority, p.specificity, p.created_at
    FROM upgrade_policies AS p
    WHERE p.is_active AND p.match_organization = place.organization AND p.match_site = place.site
      AND p.match_model = model.id AND p.match_vendor = vendor.id
    ORDER BY p.priority DESC, p.specificity DESC, p.created_at DESC, p.id
    LIMIT 1
  ) AS best
  ORDER BY best.priority DESC, best.specificity DESC, best.created_at DESC, best.id
  LIMIT 1
) AS m ON true;

-- A router as the console's table shows it.
CREATE VIEW fleet WITH (security_invoker = true) AS
SELECT r.organization_id, r.id, r.hostname, s.name AS site, coalesce(s.time_zone, 'UTC') AS time_zone, v.name AS vendor,
  m.name AS model, r.model_id, m.platform, r.current_ver, r.target_ver, r.status, host(r.mgmt_ip) AS mgmt_ip, r.mgmt_port,
  r.serial, r.last_seen_at, p.policy_id, p.overridden, u.id AS upgrade_id, u.status AS upgrade_status
FROM routers AS r
JOIN router_policy AS p ON p.organization_id = r.organization_id AND p.router_id = r.id
LEFT JOIN sites AS s ON s.organization_id = r.organization_id AND s.id = r.site_id
LEFT JOIN vendors AS v ON v.id = r.vendor_id
LEFT JOIN models AS m ON m.id = r.model_id
LEFT JOIN upgrades AS u ON u.organization_id = r.organization_id AND u.router_id = r.id
  AND u.status IN ('draft', 'pending', 'approved', 'scheduled', 'running', 'paused');

-- Active routers with a target that they do not run yet, and the limits that hold for them.
CREATE VIEW ready_for_upgrade WITH (security_invoker = true) AS
SELECT r.organization_id, r.id, r.hostname, r.current_ver, r.target_ver, p.policy_id, up.max_cpu_percent,
  up.min_free_mem_percent
FROM routers AS r
JOIN router_policy AS p ON p.organization_id = r.organization_id AND p.router_id = r.id
LEFT JOIN upgrade_policies AS up ON up.id = p.policy_id
WHERE r.status = 'active' AND r.target_ver IS NOT NULL AND r.target_ver <> r.current_ver;

-- Requests of the last 90 days and the share of them that succeeded, in percent. Those that are still open count as not yet succeeded.
CREATE VIEW upgrade_success_rate WITH (security_invoker = true) AS
SELECT organization_id, router_id, count(*) AS total_upgrades, count(*) FILTER (WHERE status = 'success') AS successful,
  round(count(*) FILTER (WHERE status = 'success')::numeric / count(*) * 100, 2) AS success_rate
FROM upgrades
WHERE requested_at >= now() - interval '90 days'
GROUP BY organization_id, router_id;

GRANT SELECT ON router_policy, fleet, ready_for_upgrade, upgrade_success_rate TO app_user, netup_worker, netup_readonly;
