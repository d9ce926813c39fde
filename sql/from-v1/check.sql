-- Runs as the administrator, before anything is changed. Makes v1_faults: the rows that this version would not take, a sentence's beginning
-- each, in the order in which they are best mended.
CREATE FUNCTION pg_temp.is_address(text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM $1::inet;
  RETURN $1 IS NOT NULL;
EXCEPTION WHEN invalid_text_representation THEN
  RETURN false;
END
$$;

-- How a person is called from now on: names of operators are plain.
CREATE FUNCTION pg_temp.operator_name(text) RETURNS text
LANGUAGE sql AS $$ SELECT regexp_replace(lower($1), '[^a-z0-9._-]+', '-', 'g') $$;

CREATE TEMPORARY TABLE v1_people ON COMMIT DROP AS
SELECT person AS written, pg_temp.operator_name(person) AS name
FROM (
  SELECT requested_by::text FROM public.upgrades UNION SELECT approved_by::text FROM public.upgrades
  UNION SELECT created_by::text FROM public.router_policy_overrides
) AS p (person)
WHERE person IS NOT NULL;

CREATE TEMPORARY TABLE v1_faults (place bigint GENERATED ALWAYS AS IDENTITY, fault text NOT NULL) ON COMMIT DROP;

INSERT INTO v1_faults (fault)
SELECT format('%s rows of %s have the id %s', count(*), kind, id)
FROM (
  SELECT 'vendors', id::text FROM public.vendors UNION ALL SELECT 'models', id::text FROM public.models
  UNION ALL SELECT 'firmware_images', id::text FROM public.firmware_images UNION ALL SELECT 'routers', id::text FROM public.routers
  UNION ALL SELECT 'credentials', id::text FROM public.credentials UNION ALL SELECT 'upgrade_policies', id::text FROM public.upgrade_policies
  UNION ALL SELECT 'upgrades', id::text FROM public.upgrades
) AS named (kind, id)
GROUP BY kind, id HAVING count(*) > 1;

INSERT INTO v1_faults (fault)
SELECT format('vendor %s has no name', id) FROM public.vendors WHERE coalesce(name, '') = ''
UNION ALL SELECT format('%s vendors are called %L', count(*), name) FROM public.vendors GROUP BY name HAVING count(*) > 1;

INSERT INTO v1_faults (fault)
SELECT format('model %L has a vendor %s that is not there', m.name, m.vendor_id)
FROM public.models AS m WHERE NOT EXISTS (SELECT FROM public.vendors AS v WHERE v.id = m.vendor_id)
UNION ALL SELECT format('model %s has no name', id) FROM public.models WHERE coalesce(name, '') = ''
UNION ALL SELECT format('model %L has the platform %L, which is none of ios-xe, junos, eos', name, platform)
FROM public.models WHERE coalesce(platform::text, '') NOT IN ('ios-xe', 'junos', 'eos')
UNION ALL SELECT format('%s models of one vendor are called %L', count(*), name) FROM public.models GROUP BY vendor_id, name HAVING count(*) > 1;

INSERT INTO v1_faults (fault)
SELECT format('image %L has a vendor %s that is not there', i.file_name, i.vendor_id)
FROM public.firmware_images AS i WHERE NOT EXISTS (SELECT FROM public.vendors AS v WHERE v.id = i.vendor_id)
UNION ALL SELECT format('image %L has a model %s that is not there', i.file_name, i.model_id)
FROM public.firmware_images AS i WHERE i.model_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.models AS m WHERE m.id = i.model_id)
UNION ALL SELECT format('image %s has the file name %L, which is no plain file name', id, file_name)
FROM public.firmware_images WHERE coalesce(file_name::text, '') !~ '^[A-Za-z0-9][A-Za-z0-9._+-]*$'
UNION ALL SELECT format('%s images have the file name %L', count(*), file_name) FROM public.firmware_images GROUP BY file_name HAVING count(*) > 1
UNION ALL SELECT format('image %L has no version, no size or no SHA-256', file_name) FROM public.firmware_images
WHERE coalesce(version, '') = '' OR coalesce(size_bytes, 0) <= 0 OR coalesce(lower(sha256), '') !~ '^[0-9a-f]{64}$';

INSERT INTO v1_faults (fault)
SELECT format('router %L has an id that is empty or longer than 128 characters', id) FROM public.routers WHERE length(id) NOT BETWEEN 1 AND 128
UNION ALL SELECT format('router %s has no hostname, or one longer than 253 characters', id)
FROM public.routers WHERE coalesce(length(hostname), 0) NOT BETWEEN 1 AND 253
UNION ALL SELECT format('routers %s have the same hostname %L', string_agg(id, ', ' ORDER BY id), hostname)
FROM public.routers WHERE hostname <> '' GROUP BY hostname HAVING count(*) > 1
UNION ALL SELECT format('router %s has the address %L, which is none', id, mgmt_ip)
FROM public.routers WHERE NOT pg_temp.is_address(mgmt_ip::text)
UNION ALL SELECT format('router %s has a vendor %s that is not there', r.id, r.vendor_id)
FROM public.routers AS r WHERE r.vendor_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.vendors AS v WHERE v.id = r.vendor_id)
UNION ALL SELECT format('router %s has a model %s that is not there', r.id, r.model_id)
FROM public.routers AS r WHERE r.model_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.models AS m WHERE m.id = r.model_id)
UNION ALL SELECT format('router %s has no current_ver', id) FROM public.routers WHERE current_ver IS NULL
UNION ALL SELECT format('router %s has the status %L, which is none of active, maintenance, offline, retired', id, status)
FROM public.routers WHERE status::text NOT IN ('active', 'maintenance', 'offline', 'retired');

INSERT INTO v1_faults (fault)
SELECT format('credential %s has no name', id) FROM public.credentials WHERE coalesce(name, '') = ''
UNION ALL SELECT format('%s credentials are called %L', count(*), name) FROM public.credentials GROUP BY name HAVING count(*) > 1
UNION ALL SELECT format('credential %L has the type %L, which is none of ssh_password, ssh_key, snmp_v2c, snmp_v3', name, credential_type)
FROM public.credentials WHERE coalesce(credential_type::text, '') NOT IN ('ssh_password', 'ssh_key', 'snmp_v2c', 'snmp_v3')
UNION ALL SELECT format('credential %L has no encrypted_data', name) FROM public.credentials WHERE encrypted_data IS NULL
UNION ALL SELECT format('credential %L has the encryption_key_id %L, and a key id has up to 40 letters, digits and _ . -', name, encryption_key_id)
FROM public.credentials WHERE coalesce(encryption_key_id::text, '') !~ '^[A-Za-z0-9_.-]{1,40}$';

INSERT INTO v1_faults (fault)
SELECT format('policy %s has no name', id) FROM public.upgrade_policies WHERE coalesce(name, '') = ''
UNION ALL SELECT format('policy %s has a limit that is not between 0 and 100', id) FROM public.upgrade_policies
WHERE NOT coalesce(max_cpu_percent BETWEEN 0 AND 100 AND min_free_mem_percent BETWEEN 0 AND 100, false)
UNION ALL SELECT format('policy %s has a limit with more than two decimals', id) FROM public.upgrade_policies
WHERE round(max_cpu_percent::numeric, 2) <> max_cpu_percent::numeric OR round(min_free_mem_percent::numeric, 2) <> min_free_mem_percent::numeric
UNION ALL SELECT format('policy %s has a vendor %s that is not there', p.id, p.vendor_id)
FROM public.upgrade_policies AS p WHERE p.vendor_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.vendors AS v WHERE v.id = p.vendor_id)
UNION ALL SELECT format('policy %s has a model %s that is not there', p.id, p.model_id)
FROM public.upgrade_policies AS p WHERE p.model_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.models AS m WHERE m.id = p.model_id);

INSERT INTO v1_faults (fault)
SELECT format('an override is for router %L, which is not there', o.router_id)
FROM public.router_policy_overrides AS o WHERE NOT EXISTS (SELECT FROM public.routers AS r WHERE r.id = o.router_id)
UNION ALL SELECT format('the override of router %s is for policy %s, which is not there', o.router_id, o.policy_id)
FROM public.router_policy_overrides AS o WHERE NOT EXISTS (SELECT FROM public.upgrade_policies AS p WHERE p.id = o.policy_id)
UNION ALL SELECT format('router %s has %s overrides', router_id, count(*)) FROM public.router_policy_overrides GROUP BY router_id HAVING count(*) > 1
UNION ALL SELECT format('the override of router %s has no reason or no created_by', router_id)
FROM public.router_policy_overrides WHERE coalesce(reason, '') = '' OR created_by IS NULL;

INSERT INTO v1_faults (fault)
SELECT format('%L cannot be made the name of an operator', written) FROM v1_people WHERE name !~ '^[a-z0-9][a-z0-9._-]{0,62}$'
UNION ALL SELECT format('%s would all be the operator %s', string_agg(quote_literal(written), ' and ' ORDER BY written), name)
FROM v1_people GROUP BY name HAVING count(*) > 1;

INSERT INTO v1_faults (fault)
SELECT format('upgrade %s has the status %L, which is not known', id, status) FROM public.upgrades
WHERE coalesce(status::text, '') NOT IN ('draft', 'pending', 'approved', 'scheduled', 'running', 'paused', 'success', 'failed', 'rolled_back', 'cancelled', 'rejected')
UNION ALL SELECT format('upgrade %s of router %s is %s, and a worker would act on it: let it end or cancel it', id, router_id, status)
FROM public.upgrades WHERE status::text IN ('approved', 'scheduled', 'running', 'paused')
UNION ALL SELECT format('upgrade %s is of router %L, which is not there', u.id, u.router_id)
FROM public.upgrades AS u WHERE NOT EXISTS (SELECT FROM public.routers AS r WHERE r.id = u.router_id)
UNION ALL SELECT format('upgrade %s has an image %s that is not there', u.id, u.image_id)
FROM public.upgrades AS u WHERE NOT EXISTS (SELECT FROM public.firmware_images AS i WHERE i.id = u.image_id)
UNION ALL SELECT format('upgrade %s lacks from_ver, to_ver, requested_by or requested_at', id) FROM public.upgrades
WHERE num_nulls(from_ver, to_ver, requested_by, requested_at) > 0
UNION ALL SELECT format('upgrade %s was approved by %L, who requested it', id, approved_by)
FROM public.upgrades WHERE pg_temp.operator_name(approved_by::text) = pg_temp.operator_name(requested_by::text)
UNION ALL SELECT format('upgrade %s has only one of approved_by and approved_at', id) FROM public.upgrades WHERE num_nulls(approved_by, approved_at) = 1
UNION ALL SELECT format('upgrade %s was rejected without a close_reason', id)
FROM public.upgrades WHERE status::text = 'rejected' AND coalesce(close_reason, '') = ''
UNION ALL SELECT format('router %s has the open upgrades %s, and may have one', router_id, string_agg(id::text, ', ' ORDER BY id))
FROM public.upgrades WHERE status::text IN ('draft', 'pending') GROUP BY router_id HAVING count(*) > 1;

INSERT INTO v1_faults (fault)
SELECT format('step %s is of upgrade %s, which is not there', s.name, s.upgrade_id)
FROM public.upgrade_steps AS s WHERE NOT EXISTS (SELECT FROM public.upgrades AS u WHERE u.id = s.upgrade_id)
UNION ALL SELECT format('upgrade %s has a step %L, which is not known', upgrade_id, name) FROM public.upgrade_steps
WHERE coalesce(name::text, '') NOT IN ('precheck', 'backup_config', 'stage_image', 'verify_image', 'preflight_gate', 'save_config',
  'activate', 'reboot_wait', 'verify_version', 'postcheck', 'commit', 'cleanup', 'rollback')
UNION ALL SELECT format('step %s of upgrade %s has the status %L, which is not known', name, upgrade_id, status) FROM public.upgrade_steps
WHERE coalesce(status::text, '') NOT IN ('pending', 'running', 'success', 'failed', 'skipped', 'rolled_back')
UNION ALL SELECT format('step %s of upgrade %s has no position of 1 or more', name, upgrade_id) FROM public.upgrade_steps WHERE coalesce(position, 0) < 1
UNION ALL SELECT format('upgrade %s has two steps %s', upgrade_id, name) FROM public.upgrade_steps GROUP BY upgrade_id, name HAVING count(*) > 1
UNION ALL SELECT format('upgrade %s has two steps in position %s', upgrade_id, position)
FROM public.upgrade_steps GROUP BY upgrade_id, position HAVING count(*) > 1;

INSERT INTO v1_faults (fault)
SELECT format('audit row %s lacks its time, actor or action', id) FROM public.audit_events
WHERE "timestamp" IS NULL OR NOT isfinite("timestamp") OR actor IS NULL OR coalesce(action, '') = ''
UNION ALL SELECT format('audit row %s is of upgrade %s, which is not there', a.id, a.upgrade_id)
FROM public.audit_events AS a WHERE a.upgrade_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.upgrades AS u WHERE u.id = a.upgrade_id);
