SET LOCAL ROLE netup_owner;

-- What runs_release says of two versions that have keys, from the keys alone: the last part of a key is the build, which may be empty.
CREATE FUNCTION key_runs_release(running_key text, wanted_key text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT running_key = wanted_key
    OR (right(wanted_key, 1) = '.' AND starts_with(running_key, wanted_key))
    OR (right(running_key, 1) = '.' AND starts_with(wanted_key, running_key))
$$;

-- As before (020), with the stored keys at the end.
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
  r.last_seen_at, r.current_ver_key, r.target_ver_key
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

-- Active routers with a target that they do not run yet, and the limits that hold for them. 17.9.4 is 17.09.04, and a target without a
-- build is met by every build of it; versions that are not known are compared as text.
CREATE OR REPLACE VIEW ready_for_upgrade WITH (security_invoker = true) AS
SELECT r.organization_id, r.router_id AS id, r.hostname, r.current_ver, r.target_ver, r.policy_id, p.max_cpu_percent,
  p.min_free_mem_percent
FROM router_policy AS r
LEFT JOIN upgrade_policies AS p ON p.id = r.policy_id
WHERE r.status = 'active' AND r.target_ver IS NOT NULL AND r.target_ver <> r.current_ver
  AND NOT coalesce(key_runs_release(r.current_ver_key, r.target_ver_key), false);
