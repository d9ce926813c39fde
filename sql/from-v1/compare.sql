-- As copy.sql, after it: how many rows version 1 had of each kind, how many arrived, and how many are not as they were.
CREATE TEMPORARY TABLE v1_compared (kind text, had bigint, has bigint, differ bigint) ON COMMIT DROP;

WITH old AS (SELECT id, name::text, coalesce(created_at::timestamptz, now()) FROM netup_v1.vendors), new AS (SELECT id, name, created_at FROM vendors)
INSERT INTO v1_compared SELECT 'vendors', (SELECT count(*) FROM old), (SELECT count(*) FROM new),
  (SELECT count(*) FROM (SELECT * FROM old EXCEPT ALL SELECT * FROM new) AS d);

WITH old AS (SELECT id, vendor_id, name::text, platform::text, coalesce(created_at::timestamptz, now()) FROM netup_v1.models),
new AS (SELECT id, vendor_id, name, platform, created_at FROM models)
INSERT INTO v1_compared SELECT 'models', (SELECT count(*) FROM old), (SELECT count(*) FROM new),
  (SELECT count(*) FROM (SELECT * FROM old EXCEPT ALL SELECT * FROM new) AS d);

WITH old AS (
  SELECT id, vendor_id, model_id, version::text, file_name::text, size_bytes::bigint, lower(sha256)::text, coalesce(is_golden, false),
    coalesce(created_at::timestamptz, now()) FROM netup_v1.firmware_images),
new AS (
  SELECT i.id, i.vendor_id, m.model_id, i.version, i.file_name, i.size_bytes, i.sha256, i.is_golden, i.created_at
  FROM firmware_images AS i LEFT JOIN firmware_image_models AS m ON m.image_id = i.id)
INSERT INTO v1_compared SELECT 'firmware_images', (SELECT count(*) FROM old), (SELECT count(*) FROM new),
  (SELECT count(*) FROM (SELECT * FROM old EXCEPT ALL SELECT * FROM new) AS d);

WITH old AS (
  SELECT id::text, hostname::text, mgmt_ip::text::inet, vendor_id, model_id, serial::text, current_ver::text, target_ver::text,
    coalesce(status::text, 'active'), last_seen_at::timestamptz,
    coalesce(created_at::timestamptz, now()), coalesce(updated_at::timestamptz, created_at::timestamptz, now()) FROM netup_v1.routers),
new AS (
  SELECT id, hostname, mgmt_ip, vendor_id, model_id, serial, current_ver, target_ver, status, last_seen_at, created_at, updated_at FROM routers)
INSERT INTO v1_compared SELECT 'routers', (SELECT count(*) FROM old), (SELECT count(*) FROM new),
  (SELECT count(*) FROM (SELECT * FROM old EXCEPT ALL SELECT * FROM new) AS d);

WITH old AS (
  SELECT id, name::text, credential_type::text, username::text, encrypted_data, encryption_key_id::text, coalesce(created_at::timestamptz, now()),
    coalesce(updated_at::timestamptz, created_at::timestamptz, now()) FROM netup_v1.credentials),
new AS (SELECT id, name, credential_type, username, encrypted_data, encryption_key_id, created_at, updated_at FROM credentials)
INSERT INTO v1_compared SELECT 'credentials', (SELECT count(*) FROM old), (SELECT count(*) FROM new),
  (SELECT count(*) FROM (SELECT * FROM old EXCEPT ALL SELECT * FROM new) AS d);

WITH old AS (
  SELECT id::bigint, name::text, vendor_id, model_id, max_cpu_percent::numeric, min_free_mem_percent::numeric, coalesce(is_active, true),
    coalesce(created_at::timestamptz, now())
  FROM netup_v1.upgrade_policies),
new AS (
  SELECT id, name, vendor_id, model_id, max_cpu_percent, min_free_mem_percent, is_active, created_at FROM upgrade_policies
  WHERE organization_id IS NOT NULL)
INSERT INTO v1_compared SELECT 'upgrade_policies', (SELECT count(*) FROM old), (SELECT count(*) FROM new),
  (SELECT count(*) FROM (SELECT * FROM old EXCEPT ALL SELECT * FROM new) AS d);

WITH old AS (
  SELECT router_id::text, policy_id::bigint, reason::text, created_by::text, coalesce(created_at::timestamptz, now())
  FROM netup_v1.router_policy_overrides),
new AS (
  SELECT o.router_id, o.policy_id, o.reason, p.display_name, o.created_at
  FROM router_policy_overrides AS o JOIN operators AS p ON p.id = o.created_by)
INSERT INTO v1_compared SELECT 'router_policy_overrides', (SELECT count(*) FROM old), (SELECT count(*) FROM new),
  (SELECT count(*) FROM (SELECT * FROM old EXCEPT ALL SELECT * FROM new) AS d);

WITH old AS (
  SELECT id::bigint, router_id::text, image_id, from_ver::text, to_ver::text, status::text, scheduled_at::timestamptz, requested_by::text,
    requested_at::timestamptz, approved_by::text, approved_at::timestamptz, closed_at::timestamptz, close_reason::text FROM netup_v1.upgrades),
new AS (
  SELECT u.id, u.router_id, u.image_id, u.from_ver, u.to_ver, u.status, u.scheduled_at, r.display_name, u.requested_at, a.display_name,
    u.approved_at, u.closed_at, u.close_reason
  FROM upgrades AS u JOIN operators AS r ON r.id = u.requested_by LEFT JOIN operators AS a ON a.id = u.approved_by)
INSERT INTO v1_compared SELECT 'upgrades', (SELECT count(*) FROM old), (SELECT count(*) FROM new),
  (SELECT count(*) FROM (SELECT * FROM old EXCEPT ALL SELECT * FROM new) AS d);

WITH old AS (
  SELECT upgrade_id::bigint, position::integer, name::text, status::text, started_at::timestamptz, finished_at::timestamptz, detail::text
  FROM netup_v1.upgrade_steps),
new AS (
  SELECT upgrade_id, position, name, status, started_at, finished_at, detail FROM upgrade_steps
  WHERE upgrade_id IN (SELECT s.upgrade_id FROM netup_v1.upgrade_steps AS s))
INSERT INTO v1_compared SELECT 'upgrade_steps', (SELECT count(*) FROM old), (SELECT count(*) FROM new),
  (SELECT count(*) FROM (SELECT * FROM old EXCEPT ALL SELECT * FROM new) AS d);

WITH old AS (
  SELECT row_number() OVER (ORDER BY "timestamp", id) AS seq, "timestamp"::timestamptz, actor::text, action::text, router_id::text,
    upgrade_id::bigint, nullif(details::jsonb, 'null'), 'v1-' || id FROM netup_v1.audit_events),
new AS (
  SELECT seq, occurred_at, actor_name, action, router_id, upgrade_id, after, correlation_id FROM audit_events WHERE action <> 'database.from_v1')
INSERT INTO v1_compared SELECT 'audit_events', (SELECT count(*) FROM old), (SELECT count(*) FROM new),
  (SELECT count(*) FROM (SELECT * FROM old EXCEPT ALL SELECT * FROM new) AS d);

RESET ROLE;
-- netup_owner reads no more of version 1 than anybody else.
REVOKE SELECT ON ALL TABLES IN SCHEMA netup_v1 FROM netup_owner;
REVOKE USAGE ON SCHEMA netup_v1 FROM netup_owner;
