-- Runs as the administrator when the migrations have made the tables, in the transaction that moved version 1 away.
GRANT USAGE ON SCHEMA netup_v1 TO netup_owner;
GRANT SELECT ON ALL TABLES IN SCHEMA netup_v1 TO netup_owner;
GRANT SELECT ON v1_people TO netup_owner;
SET LOCAL ROLE netup_owner;

INSERT INTO organizations (slug, name) VALUES ('default', 'Default');
SELECT set_config('app.current_org_id', id::text, true) FROM organizations WHERE slug = 'default';

-- Who is named in version 1 cannot log in before an administrator says so: no right comes out of a name in an old row.
INSERT INTO operators (name, display_name, is_active) SELECT name, written, false FROM v1_people ORDER BY name;
INSERT INTO organization_members (organization_id, operator_id, role) SELECT current_org_id(), id, 'viewer' FROM operators WHERE kind = 'person';

INSERT INTO vendors (id, name, created_at) SELECT id, name, coalesce(created_at, now()) FROM netup_v1.vendors;
INSERT INTO models (id, vendor_id, name, platform, created_at)
SELECT id, vendor_id, name, platform::text, coalesce(created_at, now()) FROM netup_v1.models;
INSERT INTO firmware_images (id, vendor_id, version, file_name, size_bytes, sha256, is_golden, created_at)
SELECT id, vendor_id, version, file_name, size_bytes, lower(sha256), coalesce(is_golden, false), coalesce(created_at, now()) FROM netup_v1.firmware_images;
INSERT INTO firmware_image_models (image_id, model_id) SELECT id, model_id FROM netup_v1.firmware_images WHERE model_id IS NOT NULL;

INSERT INTO routers (organization_id, id, hostname, mgmt_ip, vendor_id, model_id, serial, current_ver, target_ver, status, last_seen_at,
  created_at, updated_at)
SELECT current_org_id(), id, hostname, mgmt_ip::text::inet, vendor_id, model_id, serial, current_ver, target_ver,
  coalesce(status::text, 'active'), last_seen_at, coalesce(created_at, now()), coalesce(updated_at, created_at, now())
FROM netup_v1.routers;

INSERT INTO credentials (organization_id, id, name, credential_type, username, encrypted_data, encryption_key_id, created_at, updated_at)
SELECT current_org_id(), id, name, credential_type::text, username, encrypted_data, encryption_key_id, coalesce(created_at, now()),
  coalesce(updated_at, created_at, now())
FROM netup_v1.credentials;

INSERT INTO upgrade_policies (organization_id, id, name, vendor_id, model_id, max_cpu_percent, min_free_mem_percent, is_active, created_at,
  updated_at)
OVERRIDING SYSTEM VALUE
SELECT current_org_id(), id, name, vendor_id, model_id, max_cpu_percent, min_free_mem_percent, coalesce(is_active, true),
  coalesce(created_at, now()), coalesce(created_at, now())
FROM netup_v1.upgrade_policies;
SELECT setval(pg_get_serial_sequence('upgrade_policies', 'id'), max(id)) FROM upgrade_policies;

INSERT INTO router_policy_overrides (organization_id, router_id, policy_id, reason, created_by, created_at)
SELECT current_org_id(), o.router_id, o.policy_id, o.reason, person.id, coalesce(o.created_at, now())
FROM netup_v1.router_policy_overrides AS o
JOIN v1_people AS p ON p.written = o.created_by::text JOIN operators AS person ON person.name = p.name;

-- Their guards are for what is new: they let no upgrade begin as one that is over.
ALTER TABLE upgrades DISABLE TRIGGER USER;
ALTER TABLE upgrade_steps DISABLE TRIGGER USER;
INSERT INTO upgrades (organization_id, id, router_id, image_id, from_ver, to_ver, status, schedule_kind, scheduled_at, decision, gates,
  batch_id, idempotency_key, requested_by, requested_at, approved_by, approved_at, closed_at, close_reason, updated_at)
OVERRIDING SYSTEM VALUE
-- Version 1 kept no verdict. Of an open upgrade it must not look as if the gates had let it pass.
SELECT current_org_id(), u.id, u.router_id, u.image_id, u.from_ver, u.to_ver, u.status::text,
  CASE WHEN u.scheduled_at IS NULL THEN 'now' ELSE 'at' END, u.scheduled_at, 'defer', '[]', gen_random_uuid(), gen_random_uuid(),
  requester.id, u.requested_at, approver.id, u.approved_at, u.closed_at, u.close_reason,
  coalesce(u.closed_at, u.approved_at, u.requested_at)
FROM netup_v1.upgrades AS u
JOIN v1_people AS r ON r.written = u.requested_by::text JOIN operators AS requester ON requester.name = r.name
LEFT JOIN v1_people AS a ON a.written = u.approved_by::text LEFT JOIN operators AS approver ON approver.name = a.name;
SELECT setval(pg_get_serial_sequence('upgrades', 'id'), max(id)) FROM upgrades;

INSERT INTO upgrade_steps (organization_id, upgrade_id, position, name, status, started_at, finished_at, detail)
SELECT current_org_id(), upgrade_id, position, name::text, status::text, started_at, finished_at, detail FROM netup_v1.upgrade_steps;
-- An upgrade that is still to be approved has the steps that it will take.
INSERT INTO upgrade_steps (organization_id, upgrade_id, position, name)
SELECT current_org_id(), u.id, s.position, s.name
FROM upgrades AS u
CROSS JOIN unnest(ARRAY['precheck', 'backup_config', 'stage_image', 'verify_image', 'preflight_gate', 'save_config',
  'activate', 'reboot_wait', 'verify_version', 'postcheck', 'commit', 'cleanup']) WITH ORDINALITY AS s (name, position)
WHERE u.status IN ('draft', 'pending') AND NOT EXISTS (SELECT FROM netup_v1.upgrade_steps AS old WHERE old.upgrade_id = u.id);
ALTER TABLE upgrade_steps ENABLE TRIGGER USER;
ALTER TABLE upgrades ENABLE TRIGGER USER;

-- The old trail, oldest first, at the start of the new one. 5,000 rows at a time, so that memory does not grow with it.
SELECT audit_append_batch(jsonb_agg(jsonb_build_object(
    'occurred_at', e."timestamp", 'actor_name', e.actor, 'actor_role', 'version 1', 'action', e.action,
    'target_type', CASE WHEN e.upgrade_id IS NOT NULL THEN 'upgrade' WHEN e.router_id IS NOT NULL THEN 'router' ELSE 'database' END,
    'target_id', coalesce(e.upgrade_id::text, e.router_id, ''), 'router_id', e.router_id, 'upgrade_id', e.upgrade_id,
    'after', e.details, 'source', 'cli', 'correlation_id', 'v1-' || e.id) ORDER BY e.place))
FROM (SELECT a.*, row_number() OVER (ORDER BY a."timestamp", a.id) AS place FROM netup_v1.audit_events AS a) AS e
GROUP BY (e.place - 1) / 5000
ORDER BY (e.place - 1) / 5000;

SELECT audit_append_batch(jsonb_build_array(jsonb_build_object(
  'actor_name', 'administrator', 'actor_role', 'admin', 'action', 'database.from_v1', 'target_type', 'organization',
  'target_id', current_org_id(), 'source', 'cli', 'correlation_id', '',
  'reason', 'the rows of version 1 were carried over; the audit rows before this one are its own')));
