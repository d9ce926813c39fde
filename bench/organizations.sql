-- What the benchmarks of the database run on. Five vendors of eight models, two hundred sites for each organization.
INSERT INTO organizations (id, slug, name) VALUES
  ('00000000-0000-4000-8000-000000000001', 'large', 'Large'),
  ('00000000-0000-4000-8000-000000000002', 'small', 'Small'),
  ('00000000-0000-4000-8000-000000000003', 'middle', 'Middle');

INSERT INTO operators (name, display_name) SELECT 'operator-' || n, 'Operator ' || n FROM generate_series(1, 20) AS n;
INSERT INTO organization_members (organization_id, operator_id, role)
  SELECT o.id, p.id, 'approver' FROM organizations AS o, operators AS p;

INSERT INTO vendors (name) SELECT 'vendor ' || n FROM generate_series(0, 4) AS n;
INSERT INTO models (vendor_id, name, platform)
  SELECT v.id, v.name || ' model ' || n, 'junos' FROM vendors AS v, generate_series(0, 7) AS n;
INSERT INTO firmware_images (vendor_id, version, file_name, size_bytes, sha256, is_golden)
  SELECT m.vendor_id, n::text, replace(m.name, ' ', '-') || '-' || n, 1e9, repeat('a', 64), n = 3
  FROM models AS m, generate_series(1, 4) AS n;
INSERT INTO firmware_image_models (image_id, model_id)
  SELECT i.id, m.id FROM models AS m JOIN firmware_images AS i ON i.file_name LIKE replace(m.name, ' ', '-') || '-_';

INSERT INTO sites (organization_id, name) SELECT o.id, 's' || n FROM organizations AS o, generate_series(0, 199) AS n;
CREATE TEMPORARY TABLE numbered_models AS SELECT *, row_number() OVER (ORDER BY name) - 1 AS nr FROM models;
CREATE TEMPORARY TABLE numbered_sites AS
  SELECT *, row_number() OVER (PARTITION BY organization_id ORDER BY name) - 1 AS nr FROM sites;
INSERT INTO routers (organization_id, id, hostname, mgmt_ip, vendor_id, model_id, site_id, current_ver, target_ver)
  SELECT o.id, 'r' || n, 'r' || n, '10.0.0.0'::inet + n, m.vendor_id, m.id, s.id, '1', '3'
  FROM organizations AS o
  CROSS JOIN generate_series(1, CASE o.slug WHEN 'large' THEN 100000 WHEN 'middle' THEN 10000 ELSE 2000 END) AS n
  JOIN numbered_models AS m ON m.nr = n % 40
  JOIN numbered_sites AS s ON s.organization_id = o.id AND s.nr = n / 40 % 200;

-- A third is shared, every field is a wildcard in some of them. The large and the small organization have as many of their own.
INSERT INTO upgrade_policies (organization_id, name, vendor_id, model_id, site_id, priority, max_cpu_percent, min_free_mem_percent)
  SELECT o.id, 'policy ' || n, CASE WHEN n % 5 = 0 THEN NULL ELSE m.vendor_id END, CASE WHEN n % 2 = 0 THEN NULL ELSE m.id END,
    CASE WHEN o.id IS NULL OR n % 7 = 0 THEN NULL ELSE s.id END, n % 4, 80, 20
  FROM generate_series(1, 1000) AS n
  CROSS JOIN LATERAL (
    SELECT NULL::uuid AS id WHERE n % 3 = 0
    UNION ALL SELECT id FROM organizations WHERE n % 3 <> 0 AND slug IN ('large', 'small')) AS o
  JOIN numbered_models AS m ON m.nr = n % 40
  LEFT JOIN numbered_sites AS s ON s.organization_id = o.id AND s.nr = n % 200;

-- A tenth of the routers has an upgrade that is over, a hundredth one that is open. Written as they are, past the guards.
SET session_replication_role = replica;
INSERT INTO router_policy_overrides (organization_id, router_id, policy_id, reason, created_by)
  SELECT r.organization_id, r.id, p.id, 'test', o.id
  FROM routers AS r
  CROSS JOIN (SELECT min(id) AS id FROM upgrade_policies WHERE organization_id IS NULL) AS p
  CROSS JOIN (SELECT id FROM operators WHERE name = 'operator-1') AS o
  WHERE r.id LIKE '%77';
INSERT INTO upgrades (organization_id, router_id, image_id, from_ver, to_ver, status, schedule_kind, decision, gates, batch_id,
    idempotency_key, requested_by, requested_at)
  SELECT r.organization_id, r.id, i.id, '1', '3',
    CASE WHEN r.id LIKE '%00' THEN 'pending' WHEN r.id LIKE '%20' THEN 'failed' ELSE 'success' END,
    'now', 'approve', '[]', gen_random_uuid(), gen_random_uuid(), o.id, now() - random() * interval '90 days'
  FROM routers AS r
  JOIN LATERAL (SELECT image_id AS id FROM firmware_image_models AS f WHERE f.model_id = r.model_id LIMIT 1) AS i ON true
  CROSS JOIN (SELECT id FROM operators WHERE name = 'operator-1') AS o
  WHERE r.id LIKE '%0';
INSERT INTO upgrade_steps (organization_id, upgrade_id, position, name)
  SELECT u.organization_id, u.id, s.position, s.name
  FROM upgrades AS u
  CROSS JOIN unnest(ARRAY['precheck', 'backup_config', 'stage_image', 'verify_image', 'preflight_gate', 'save_config', 'activate',
    'reboot_wait', 'verify_version', 'postcheck', 'commit', 'cleanup']) WITH ORDINALITY AS s (name, position);
SET session_replication_role = origin;

DO $$
DECLARE
  organization uuid;
BEGIN
  FOR organization IN SELECT id FROM organizations LOOP
    PERFORM set_config('app.current_org_id', organization::text, true);
    PERFORM audit_append_batch(events) FROM (
      SELECT jsonb_agg(jsonb_build_object('actor_name', 'operator-1', 'actor_role', 'operator', 'action', 'upgrade.request',
        'target_type', 'upgrade', 'target_id', u.id::text, 'router_id', u.router_id, 'upgrade_id', u.id, 'source', 'console',
        'correlation_id', 'bench')) AS events
      FROM upgrades AS u CROSS JOIN generate_series(1, 4) WHERE u.organization_id = organization GROUP BY u.id % 10) AS batch;
  END LOOP;
END
$$;
