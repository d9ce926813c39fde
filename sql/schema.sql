-- Generated from sql/migrations by `npm run schema`: do not edit.

CREATE TABLE IF NOT EXISTS schema_migrations (
  name text PRIMARY KEY,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON schema_migrations TO PUBLIC;

-- 001-roles
BEGIN;
-- Runs as the administrator (PG_ADMIN_USER). Everything after this file is owned by netup_owner.
-- Roles belong to the whole server, so a second database on it finds them there already.
-- None can log in by itself: `GRANT app_user TO mcp_agent` gives a login what its process needs, and no more.
DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['netup_owner', 'app_user', 'netup_worker', 'netup_readonly'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', role_name);
    END IF;
  END LOOP;
END
$$;

GRANT netup_owner TO CURRENT_USER;

CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO netup_owner;
GRANT USAGE ON SCHEMA public TO app_user, netup_worker, netup_readonly;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('001-roles', 'fde7c42b47b2fb5048c0b3ed093232b056a8bd0e64ec07cc1ba7f50104ea3b8c');
COMMIT;

-- 002-inventory
BEGIN;
SET LOCAL ROLE netup_owner;

-- The organization that this connection works for; NULL (no rows) when unset or empty. Row-level security reads it as
-- (SELECT current_org_id()) so that it is evaluated once a statement, not once a row.
CREATE FUNCTION current_org_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('app.current_org_id', true), '')::uuid $$;

CREATE TABLE organizations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text NOT NULL CHECK (name <> ''),
  created_at timestamptz NOT NULL DEFAULT now()
);

-- People. Shared between organizations; what one may do in each is in organization_members.
CREATE TABLE operators (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  display_name text NOT NULL,
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE organization_members (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  operator_id uuid NOT NULL REFERENCES operators (id),
  role text NOT NULL CHECK (role IN ('viewer', 'operator', 'approver', 'admin')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, operator_id)
);

CREATE TABLE sites (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
  city text NOT NULL DEFAULT '',
  time_zone text NOT NULL DEFAULT 'UTC',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, name)
);

-- Vendors, models and images are the same for every organization.
CREATE TABLE vendors (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL UNIQUE CHECK (name <> ''),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE models (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  vendor_id uuid NOT NULL REFERENCES vendors (id),
  name text NOT NULL CHECK (name <> ''),
  platform text NOT NULL CHECK (platform IN ('ios-xe', 'junos', 'eos')),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (vendor_id, name)
);

CREATE TABLE routers (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  id text NOT NULL CHECK (id <> '' AND length(id) <= 128),
  hostname text NOT NULL CHECK (hostname <> '' AND length(hostname) <= 253),
  mgmt_ip inet NOT NULL,
  mgmt_port integer NOT NULL DEFAULT 22 CHECK (mgmt_port BETWEEN 1 AND 65535),
  ssh_host_key text CHECK (ssh_host_key LIKE 'SHA256:%'),
  site_id uuid,
  vendor_id uuid REFERENCES vendors (id),
  model_id uuid REFERENCES models (id),
  serial text,
  current_ver text NOT NULL,
  target_ver text,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'maintenance', 'offline', 'retired')),
  last_seen_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, hostname),
  FOREIGN KEY (organization_id, site_id) REFERENCES sites (organization_id, id)
);

CREATE INDEX idx_routers_organization ON routers (organization_id);
CREATE INDEX idx_routers_hostname ON routers (organization_id, hostname COLLATE "C");
CREATE INDEX idx_routers_site ON routers (organization_id, site_id);

CREATE TABLE firmware_images (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  vendor_id uuid NOT NULL REFERENCES vendors (id),
  version text NOT NULL CHECK (version <> ''),
  file_name text NOT NULL UNIQUE CHECK (file_name ~ '^[A-Za-z0-9][A-Za-z0-9._+-]*$'),
  size_bytes bigint NOT NULL CHECK (size_bytes > 0),
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  sha512 text CHECK (sha512 ~ '^[0-9a-f]{128}$'),
  minimum_ver text,
  is_golden boolean NOT NULL DEFAULT false,
  released_on date,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Which models an image runs on.
CREATE TABLE firmware_image_models (
  image_id uuid NOT NULL REFERENCES firmware_images (id),
  model_id uuid NOT NULL REFERENCES models (id),
  PRIMARY KEY (image_id, model_id)
);

CREATE TABLE credentials (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL CHECK (name <> ''),
  credential_type text NOT NULL CHECK (credential_type IN ('ssh_password', 'ssh_key', 'snmp_v2c', 'snmp_v3')),
  username text,
  encrypted_data bytea NOT NULL,
  encryption_key_id text NOT NULL CHECK (encryption_key_id <> ''),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, name)
);
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('002-inventory', 'dd00df68e16a9d71d916550625984d497b6393c06e2ac12bc3e0b67785467ca6');
COMMIT;

-- 003-policies
BEGIN;
SET LOCAL ROLE netup_owner;

-- A rule with NULL in vendor, model or site matches any; NULL in organization_id is a rule for every organization.
CREATE TABLE upgrade_policies (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id uuid REFERENCES organizations (id),
  name text NOT NULL CHECK (name <> ''),
  vendor_id uuid REFERENCES vendors (id),
  model_id uuid REFERENCES models (id),
  site_id uuid,
  priority integer NOT NULL DEFAULT 0,
  specificity integer NOT NULL GENERATED ALWAYS AS (
    (organization_id IS NOT NULL)::int * 8 + (model_id IS NOT NULL)::int * 4
    + (vendor_id IS NOT NULL)::int * 2 + (site_id IS NOT NULL)::int
  ) STORED,
  max_cpu_percent numeric(5, 2) NOT NULL CHECK (max_cpu_percent BETWEEN 0 AND 100),
  min_free_mem_percent numeric(5, 2) NOT NULL CHECK (min_free_mem_percent BETWEEN 0 AND 100),
  max_critical_errors integer NOT NULL DEFAULT 0 CHECK (max_critical_errors >= 0),
  max_data_age_seconds integer NOT NULL DEFAULT 300 CHECK (max_data_age_seconds > 0),
  -- One weekly maintenance window: ISO weekday (1 is Monday), local start, length, IANA time zone. All or none.
  window_weekday integer CHECK (window_weekday BETWEEN 1 AND 7),
  window_start time,
  window_minutes integer CHECK (window_minutes BETWEEN 15 AND 1440),
  window_time_zone text,
  is_active boolean NOT NULL DEFAULT true,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- The same ids with zeros for "any", since an index cannot look NULL up as a value. For the view router_policy alone.
  match_organization uuid NOT NULL GENERATED ALWAYS AS (coalesce(organization_id, '00000000-0000-0000-0000-000000000000')) STORED,
  match_site uuid NOT NULL GENERATED ALWAYS AS (coalesce(site_id, '00000000-0000-0000-0000-000000000000')) STORED,
  match_model uuid NOT NULL GENERATED ALWAYS AS (coalesce(model_id, '00000000-0000-0000-0000-000000000000')) STORED,
  match_vendor uuid NOT NULL GENERATED ALWAYS AS (coalesce(vendor_id, '00000000-0000-0000-0000-000000000000')) STORED,
  FOREIGN KEY (organization_id, site_id) REFERENCES sites (organization_id, id),
  CHECK (site_id IS NULL OR organization_id IS NOT NULL),
  CHECK (num_nulls(window_weekday, window_start, window_minutes, window_time_zone) IN (0, 4))
);

-- The rules for one combination, best first.
CREATE INDEX idx_upgrade_policies_match ON upgrade_policies
  (match_organization, match_site, match_model, match_vendor, priority DESC, specificity DESC, created_at DESC, id)
  WHERE is_active;

CREATE TABLE router_policy_overrides (
  organization_id uuid NOT NULL,
  router_id text NOT NULL,
  -- Checked by a trigger (006): no foreign key can say "shared or own".
  policy_id bigint NOT NULL,
  reason text NOT NULL CHECK (reason <> ''),
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, router_id),
  FOREIGN KEY (organization_id, router_id) REFERENCES routers (organization_id, id),
  FOREIGN KEY (organization_id, created_by) REFERENCES organization_members (organization_id, operator_id)
);
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('003-policies', '0bcea60bb5d2e8c587d75dc58891392b60893920768b02d77b4beaf8fdfbabe5');
COMMIT;

-- 004-upgrades
BEGIN;
SET LOCAL ROLE netup_owner;

CREATE TABLE upgrades (
  organization_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  router_id text NOT NULL,
  image_id uuid NOT NULL REFERENCES firmware_images (id),
  policy_id bigint,
  policy_version integer,
  from_ver text NOT NULL,
  to_ver text NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN (
    'draft', 'pending', 'approved', 'scheduled', 'running', 'paused',
    'success', 'failed', 'rolled_back', 'cancelled', 'rejected')),
  schedule_kind text NOT NULL CHECK (schedule_kind IN ('now', 'at', 'window')),
  -- The start: NULL for `now`; the chosen time for `at`; the next opening of the policy's window for `window`.
  scheduled_at timestamptz,
  -- The end of the window that scheduled_at opens; nothing new starts after it.
  window_ends_at timestamptz,
  decision text NOT NULL CHECK (decision IN ('approve', 'defer', 'reject')),
  gates jsonb NOT NULL,
  change_reference text,
  -- All upgrades of one confirmation of the wizard share a batch; the key makes a repeated confirmation harmless.
  batch_id uuid NOT NULL,
  idempotency_key uuid NOT NULL,
  requested_by uuid NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now(),
  approved_by uuid,
  approved_at timestamptz,
  closed_by uuid,
  closed_at timestamptz,
  close_reason text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, router_id) REFERENCES routers (organization_id, id),
  FOREIGN KEY (organization_id, requested_by) REFERENCES organization_members (organization_id, operator_id),
  FOREIGN KEY (organization_id, approved_by) REFERENCES organization_members (organization_id, operator_id),
  FOREIGN KEY (organization_id, closed_by) REFERENCES organization_members (organization_id, operator_id),
  UNIQUE (organization_id, idempotency_key, router_id),
  CONSTRAINT upgrades_four_eyes CHECK (approved_by <> requested_by),
  CONSTRAINT upgrades_approval_whole CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
  CONSTRAINT upgrades_approved_by_somebody CHECK (status <> 'approved' OR approved_by IS NOT NULL),
  CONSTRAINT upgrades_schedule_whole CHECK ((schedule_kind = 'now') = (scheduled_at IS NULL)),
  CONSTRAINT upgrades_rejected_with_reason CHECK (status <> 'rejected' OR coalesce(close_reason, '') <> '')
);

CREATE INDEX idx_upgrades_status ON upgrades (status) WHERE status IN ('pending', 'running');
CREATE INDEX idx_upgrades_router ON upgrades (organization_id, router_id, requested_at DESC);
-- A router has at most one upgrade that is not over.
CREATE UNIQUE INDEX idx_upgrades_one_open ON upgrades (organization_id, router_id)
  WHERE status IN ('draft', 'pending', 'approved', 'scheduled', 'running', 'paused');

CREATE TABLE upgrade_steps (
  organization_id uuid NOT NULL,
  upgrade_id bigint NOT NULL,
  position integer NOT NULL CHECK (position >= 1),
  name text NOT NULL CHECK (name IN (
    'precheck', 'backup_config', 'stage_image', 'verify_image', 'preflight_gate', 'save_config',
    'activate', 'reboot_wait', 'verify_version', 'postcheck', 'commit', 'cleanup', 'rollback')),
  status text NOT NULL DEFAULT 'pending' CHECK (status IN (
    'pending', 'running', 'success', 'failed', 'skipped', 'rolled_back')),
  started_at timestamptz,
  finished_at timestamptz,
  detail text,
  PRIMARY KEY (organization_id, upgrade_id, position),
  UNIQUE (organization_id, upgrade_id, name),
  FOREIGN KEY (organization_id, upgrade_id) REFERENCES upgrades (organization_id, id)
);
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('004-upgrades', '0534c6b7b2883aa759acb69dbcdcea3f5697d4f94f771266f48950c07f8b474f');
COMMIT;

-- 005-isolation
BEGIN;
SET LOCAL ROLE netup_owner;

-- Every table with an organization_id shows, and takes, rows of the connection's organization only: also for its owner (FORCE).
DO $$
DECLARE
  tenant text;
BEGIN
  FOREACH tenant IN ARRAY ARRAY[
    'organization_members', 'sites', 'routers', 'credentials', 'router_policy_overrides', 'upgrades', 'upgrade_steps'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant);
    EXECUTE format(
      'CREATE POLICY %I ON %I USING (organization_id = (SELECT current_org_id()))
       WITH CHECK (organization_id = (SELECT current_org_id()))', tenant || '_org_isolation', tenant);
  END LOOP;
END
$$;

ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
CREATE POLICY organizations_own ON organizations FOR SELECT USING (id = (SELECT current_org_id()));

-- An operator is visible where they are a member, so that names can be shown.
ALTER TABLE operators ENABLE ROW LEVEL SECURITY;
ALTER TABLE operators FORCE ROW LEVEL SECURITY;
CREATE POLICY operators_of_organization ON operators FOR SELECT
  USING (EXISTS (SELECT FROM organization_members AS m WHERE m.operator_id = operators.id));

-- Rules for all organizations are readable by all and written by the owner; own rules are written by their organization.
ALTER TABLE upgrade_policies ENABLE ROW LEVEL SECURITY;
ALTER TABLE upgrade_policies FORCE ROW LEVEL SECURITY;
CREATE POLICY upgrade_policies_org_isolation ON upgrade_policies
  USING (organization_id = (SELECT current_org_id()))
  WITH CHECK (organization_id = (SELECT current_org_id()));
CREATE POLICY upgrade_policies_shared ON upgrade_policies FOR SELECT
  USING (organization_id IS NULL AND (SELECT current_org_id()) IS NOT NULL);

-- The owner, as which no process of ours runs, creates organizations, people and shared rules, and looks people up at login.
CREATE POLICY organizations_owner ON organizations TO netup_owner USING (true) WITH CHECK (true);
CREATE POLICY operators_owner ON operators TO netup_owner USING (true) WITH CHECK (true);
CREATE POLICY organization_members_owner ON organization_members TO netup_owner USING (true) WITH CHECK (true);
CREATE POLICY upgrade_policies_owner ON upgrade_policies TO netup_owner
  USING (organization_id IS NULL) WITH CHECK (organization_id IS NULL);

GRANT SELECT ON organizations, operators, organization_members, sites, vendors, models, routers, firmware_images,
  firmware_image_models, upgrade_policies, router_policy_overrides, upgrades, upgrade_steps
  TO app_user, netup_worker, netup_readonly;

GRANT INSERT, UPDATE ON sites, routers, upgrade_policies, router_policy_overrides, upgrades, upgrade_steps TO app_user;
GRANT DELETE ON router_policy_overrides TO app_user;
GRANT SELECT, INSERT, UPDATE ON credentials TO app_user;

GRANT UPDATE ON routers, upgrades, upgrade_steps TO netup_worker;
GRANT SELECT ON credentials TO netup_worker;

GRANT SELECT (organization_id, id, name, credential_type, username, encryption_key_id, created_at, updated_at)
  ON credentials TO netup_readonly;

-- Where an operator may work and as what. It runs as the owner because nobody has an organization yet at login.
-- pg_temp is last in the search path, since it is first where it is not named: nobody's temporary table may stand for ours.
CREATE FUNCTION operator_memberships(operator_name text)
RETURNS TABLE (
  operator_id uuid, name text, display_name text,
  organization_id uuid, slug text, organization_name text, role text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT o.id, o.name, o.display_name, g.id, g.slug, g.name, m.role
  FROM operators AS o
  LEFT JOIN organization_members AS m ON m.operator_id = o.id
  LEFT JOIN organizations AS g ON g.id = m.organization_id
  WHERE o.name = operator_name AND o.is_active
  ORDER BY g.name
$$;
REVOKE ALL ON FUNCTION operator_memberships(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION operator_memberships(text) TO app_user;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('005-isolation', 'fa7922ade185b0c1e5b989df83db5bc9dbb74a1586790dc22d9a0860a880b7ab');
COMMIT;

-- 006-guards
BEGIN;
SET LOCAL ROLE netup_owner;

-- Foreign keys go around row-level security and tell by their error whether a row exists. A policy may belong to everybody, so no
-- composite key can name it; this looks it up as the caller, who sees shared and own policies and no others.
CREATE FUNCTION check_policy_visible() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF NEW.policy_id IS NOT NULL AND NOT EXISTS (SELECT FROM upgrade_policies AS p WHERE p.id = NEW.policy_id) THEN
    RAISE EXCEPTION 'policy % does not exist', NEW.policy_id USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER upgrades_policy BEFORE INSERT OR UPDATE OF policy_id ON upgrades
  FOR EACH ROW EXECUTE FUNCTION check_policy_visible();
CREATE TRIGGER router_policy_overrides_policy BEFORE INSERT OR UPDATE OF policy_id ON router_policy_overrides
  FOR EACH ROW EXECUTE FUNCTION check_policy_visible();

-- Whether an operator holds one of the roles in the organization now. With a search path of its own, as above and below, so that a
-- temporary table of the caller's cannot stand for ours.
CREATE FUNCTION has_role(operator uuid, organization uuid, roles text[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
  SELECT EXISTS (
    SELECT FROM organization_members AS m JOIN operators AS o ON o.id = m.operator_id
    WHERE m.operator_id = operator AND m.organization_id = organization AND m.role = ANY (roles) AND o.is_active)
$$;

-- What an upgrade is about does not change once it is requested; who may act on it and in which order is checked here as well as in
-- the program, because four eyes must hold against the program's own defects.
CREATE FUNCTION guard_upgrade() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status NOT IN ('draft', 'pending') OR NEW.approved_by IS NOT NULL OR NEW.closed_by IS NOT NULL THEN
      RAISE EXCEPTION 'an upgrade starts as draft or pending' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT has_role(NEW.requested_by, NEW.organization_id, ARRAY['operator', 'approver', 'admin']) THEN
      RAISE EXCEPTION 'the requester may not request upgrades' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
  END IF;

  IF (OLD.organization_id, OLD.id, OLD.router_id, OLD.image_id, OLD.policy_id, OLD.policy_version, OLD.from_ver, OLD.to_ver,
      OLD.schedule_kind, OLD.scheduled_at, OLD.window_ends_at, OLD.decision, OLD.gates, OLD.batch_id, OLD.idempotency_key,
      OLD.requested_by, OLD.requested_at)
     IS DISTINCT FROM
     (NEW.organization_id, NEW.id, NEW.router_id, NEW.image_id, NEW.policy_id, NEW.policy_version, NEW.from_ver, NEW.to_ver,
      NEW.schedule_kind, NEW.scheduled_at, NEW.window_ends_at, NEW.decision, NEW.gates, NEW.batch_id, NEW.idempotency_key,
      NEW.requested_by, NEW.requested_at) THEN
    RAISE EXCEPTION 'what was requested cannot be changed' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.approved_by IS NOT NULL AND (OLD.approved_by, OLD.approved_at) IS DISTINCT FROM (NEW.approved_by, NEW.approved_at) THEN
    RAISE EXCEPTION 'an approval cannot be changed' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.approved_by IS NULL AND NEW.approved_by IS NOT NULL
     AND NOT has_role(NEW.approved_by, NEW.organization_id, ARRAY['approver', 'admin']) THEN
    RAISE EXCEPTION 'the approver may not approve upgrades' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF OLD.status <> NEW.status AND NOT (CASE OLD.status
       WHEN 'draft' THEN NEW.status IN ('pending', 'cancelled')
       WHEN 'pending' THEN NEW.status IN ('approved', 'rejected', 'cancelled')
       WHEN 'approved' THEN NEW.status IN ('scheduled', 'running', 'cancelled')
       WHEN 'scheduled' THEN NEW.status IN ('running', 'cancelled')
       WHEN 'running' THEN NEW.status IN ('paused', 'success', 'failed', 'rolled_back', 'cancelled')
       WHEN 'paused' THEN NEW.status IN ('running', 'failed', 'cancelled')
       WHEN 'failed' THEN NEW.status IN ('running', 'rolled_back')
       ELSE false
     END) THEN
    RAISE EXCEPTION 'an upgrade cannot go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  NEW.updated_at := now();
  RETURN NEW;
END
$$;

CREATE TRIGGER upgrades_guard BEFORE INSERT OR UPDATE ON upgrades FOR EACH ROW EXECUTE FUNCTION guard_upgrade();

CREATE FUNCTION touch_router() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;

CREATE TRIGGER routers_touch BEFORE UPDATE ON routers FOR EACH ROW EXECUTE FUNCTION touch_router();

-- Upgrades keep the version of the policy that they were judged by.
CREATE FUNCTION touch_policy() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  NEW.updated_at := now();
  NEW.version := OLD.version + 1;
  RETURN NEW;
END
$$;

CREATE TRIGGER upgrade_policies_touch BEFORE UPDATE ON upgrade_policies FOR EACH ROW EXECUTE FUNCTION touch_policy();
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('006-guards', 'f51d00e7ad8628a99670fbac66448c6ed74cc7bd522308d6f2a45b80189e2a67');
COMMIT;

-- 007-audit
BEGIN;
SET LOCAL ROLE netup_owner;

-- Who did what, when, why. Rows are added by audit_append_batch alone and never change. Each carries the hash of the one before it in
-- its organization, so that an edit, a removal or a swap shows. The organization exists because audit_heads refers to it; a key here
-- too would cost a tenth of the speed.
CREATE TABLE audit_events (
  organization_id uuid NOT NULL,
  -- Place in the organization's chain, from 1.
  seq bigint NOT NULL,
  -- When the row was appended. Never before the row that it follows.
  "timestamp" timestamptz NOT NULL,
  -- When it happened, by the caller's clock.
  occurred_at timestamptz NOT NULL,
  actor_id uuid,
  actor_name text NOT NULL,
  actor_role text NOT NULL,
  action text NOT NULL CHECK (action <> ''),
  target_type text NOT NULL,
  target_id text NOT NULL,
  router_id text,
  upgrade_id bigint,
  before jsonb,
  after jsonb,
  reason text,
  source text NOT NULL CHECK (source IN ('console', 'cli', 'worker', 'mcp', 'collector')),
  correlation_id text NOT NULL,
  prev_hash bytea NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (organization_id, seq, "timestamp"),
  FOREIGN KEY (organization_id, upgrade_id) REFERENCES upgrades (organization_id, id)
) PARTITION BY RANGE ("timestamp");

CREATE INDEX idx_audit_timestamp ON audit_events ("timestamp" DESC);
CREATE INDEX idx_audit_router ON audit_events (organization_id, router_id, "timestamp" DESC) WHERE router_id IS NOT NULL;
CREATE INDEX idx_audit_upgrade ON audit_events (organization_id, upgrade_id) WHERE upgrade_id IS NOT NULL;

-- Catches what no month was made for, so that no row is ever refused.
CREATE TABLE audit_events_default PARTITION OF audit_events DEFAULT;

-- The end of each organization's chain.
CREATE TABLE audit_heads (
  organization_id uuid PRIMARY KEY REFERENCES organizations (id),
  seq bigint NOT NULL,
  hash bytea NOT NULL,
  "timestamp" timestamptz NOT NULL
);

ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_events_org_isolation ON audit_events
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_heads FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_heads_org_isolation ON audit_heads
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));

GRANT SELECT ON audit_events, audit_heads TO app_user, netup_worker, netup_readonly;

CREATE FUNCTION refuse_audit_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  RAISE EXCEPTION 'audit rows cannot be changed or removed' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- Makes the partitions of this month and of the following ones, and returns how many it made. Safe to call at any time and by several
-- at once. Rows that came before their month was made move out of the default partition.
CREATE FUNCTION audit_ensure_partitions(months_ahead integer DEFAULT 3) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
  month timestamptz := date_trunc('month', clock_timestamp());
  after_it timestamptz;
  name text;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('audit_ensure_partitions'));
  FOR ahead IN 0..months_ahead LOOP
    after_it := month + interval '1 month';
    name := 'audit_events_' || to_char(month, 'YYYY_MM');
    IF to_regclass(name) IS NULL THEN
      EXECUTE format('CREATE TABLE %I (LIKE audit_events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
      IF EXISTS (SELECT FROM audit_events_default AS d WHERE d."timestamp" >= month AND d."timestamp" < after_it) THEN
        -- While it is detached it has no triggers, so that rows can leave it.
        ALTER TABLE audit_events DETACH PARTITION audit_events_default;
        EXECUTE format('WITH moved AS (DELETE FROM audit_events_default WHERE "timestamp" >= $1 AND "timestamp" < $2 RETURNING *)
          INSERT INTO %I SELECT * FROM moved', name) USING month, after_it;
        ALTER TABLE audit_events ATTACH PARTITION audit_events_default DEFAULT;
      END IF;
      EXECUTE format('ALTER TABLE audit_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, month, after_it);
      made := made + 1;
    END IF;
    month := after_it;
  END LOOP;
  RETURN made;
END
$$;
REVOKE ALL ON FUNCTION audit_ensure_partitions(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_ensure_partitions(integer) TO netup_worker;
SELECT audit_ensure_partitions(3);

-- The text that is hashed: every field in a fixed order as JSON, times in UTC with microseconds, so that it does not depend on settings.
CREATE FUNCTION audit_canonical(
  prev_hash bytea, organization_id uuid, seq bigint, appended timestamptz, occurred_at timestamptz,
  actor_id uuid, actor_name text, actor_role text, action text, target_type text, target_id text,
  router_id text, upgrade_id bigint, before jsonb, after jsonb, reason text, source text, correlation_id text
) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
  SELECT jsonb_build_array(
    encode(prev_hash, 'hex'), organization_id, seq::text,
    to_char(appended AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    actor_id, actor_name, actor_role, action, target_type, target_id, router_id, upgrade_id::text,
    before, after, reason, source, correlation_id)::text
$$;

-- Appends rows to the chain of the connection's organization, in the order given. Called last in the transaction that they tell of:
-- the head stays locked until it ends. `events` is a list of objects with the columns' names.
CREATE FUNCTION audit_append_batch(events jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  organization uuid := current_org_id();
  head audit_heads;
  event audit_events;
  chained audit_events[] := '{}';
BEGIN
  IF organization IS NULL THEN
    RAISE EXCEPTION 'no organization is set' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT * INTO head FROM audit_heads WHERE organization_id = organization FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO audit_heads VALUES (organization, 0, '\x', '-infinity') ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT head FROM audit_heads WHERE organization_id = organization FOR UPDATE;
  END IF;
  head."timestamp" := greatest(clock_timestamp(), head."timestamp");
  FOR event IN
    SELECT organization, head.seq + e.n, head."timestamp", coalesce(e.occurred_at, head."timestamp"), e.actor_id, e.actor_name,
      e.actor_role, e.action, e.target_type, e.target_id, e.router_id, e.upgrade_id, e.before, e.after, e.reason, e.source,
      e.correlation_id, NULL::bytea, NULL::bytea
    FROM ROWS FROM (jsonb_to_recordset(events) AS (
        occurred_at timestamptz, actor_id uuid, actor_name text, actor_role text, action text, target_type text, target_id text,
        router_id text, upgrade_id bigint, before jsonb, after jsonb, reason text, source text, correlation_id text)
      ) WITH ORDINALITY AS e(occurred_at, actor_id, actor_name, actor_role, action, target_type, target_id, router_id,
        upgrade_id, before, after, reason, source, correlation_id, n)
  LOOP
    event.prev_hash := head.hash;
    event.hash := sha256(convert_to(audit_canonical(
      event.prev_hash, event.organization_id, event.seq, event."timestamp", event.occurred_at, event.actor_id, event.actor_name,
      event.actor_role, event.action, event.target_type, event.target_id, event.router_id, event.upgrade_id, event.before,
      event.after, event.reason, event.source, event.correlation_id), 'UTF8'));
    head.seq := event.seq;
    head.hash := event.hash;
    chained := array_append(chained, event);
  END LOOP;
  -- One statement, so that listeners hear of it once.
  INSERT INTO audit_events SELECT * FROM unnest(chained);
  UPDATE audit_heads AS h SET seq = head.seq, hash = head.hash, "timestamp" = head."timestamp" WHERE h.organization_id = organization;
  RETURN cardinality(chained);
END
$$;
REVOKE ALL ON FUNCTION audit_append_batch(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_append_batch(jsonb) TO app_user, netup_worker;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('007-audit', '5f763f7fd0c83e150b7a7bfe86a33621c215be4c408f234f3fbb9b030095eb1d');
COMMIT;

-- 008-changes
BEGIN;
SET LOCAL ROLE netup_owner;

-- Tells consoles what changed: ids only, for anybody may listen on any channel. Beyond fifty rows of one statement it says only
-- that much changed, since a bulk load would otherwise send a message for each row to every console.
CREATE FUNCTION notify_changes() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
  change record;
  payload text;
BEGIN
  FOR change IN EXECUTE format(
    'SELECT organization_id AS organization, CASE WHEN count(DISTINCT %1$I) <= 50 THEN jsonb_agg(DISTINCT %1$I::text) END AS ids
     FROM changed GROUP BY organization_id', TG_ARGV[0])
  LOOP
    payload := jsonb_strip_nulls(jsonb_build_object('t', TG_ARGV[1], 'ids', change.ids))::text;
    -- PostgreSQL refuses a message of 8,000 bytes, and the write with it.
    IF octet_length(payload) >= 8000 THEN
      payload := jsonb_build_object('t', TG_ARGV[1])::text;
    END IF;
    PERFORM pg_notify(
      CASE WHEN change.organization IS NULL THEN 'netup_shared' ELSE 'netup_' || replace(change.organization::text, '-', '') END,
      payload);
  END LOOP;
  RETURN NULL;
END
$$;

-- The id column and the name that listeners know the table by. An override changes its router; a step, its upgrade.
DO $$
DECLARE
  watched text[];
  event text;
BEGIN
  FOREACH watched SLICE 1 IN ARRAY ARRAY[
    ['routers', 'id', 'routers'], ['router_policy_overrides', 'router_id', 'routers'], ['upgrades', 'id', 'upgrades'],
    ['upgrade_steps', 'upgrade_id', 'upgrade_steps'], ['upgrade_policies', 'id', 'upgrade_policies'],
    ['audit_events', 'seq', 'audit_events']
  ] LOOP
    FOREACH event IN ARRAY ARRAY['INSERT', 'UPDATE', 'DELETE'] LOOP
      EXECUTE format(
        'CREATE TRIGGER %I AFTER %s ON %I REFERENCING %s TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_changes(%L, %L)',
        watched[1] || '_notify_' || lower(event), event, watched[1],
        CASE event WHEN 'DELETE' THEN 'OLD' ELSE 'NEW' END, watched[2], watched[3]);
    END LOOP;
  END LOOP;
END
$$;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('008-changes', '28b29fe1998ba7e6ab266096db02b8a72da9f4e6a920d925a6b80d216d8f326e');
COMMIT;

-- 009-views
BEGIN;
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
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('009-views', 'bbd232191cc4be033a2ad8e5ad932f481132c10c49e170866a7fee1656de522f');
COMMIT;

-- 010-telemetry
BEGIN;
SET LOCAL ROLE netup_owner;

-- Telemetry without InfluxDB, for the demo and for fleets of up to 10,000 routers that report once a minute. Readings stay as
-- they came for two to three hours; whole hours older than that are summed up, kept for 30 days, and dropped by partition.
-- Nothing here refers to routers: a reading may come before its router is loaded, and a key on every row would cost too much.

-- Readings at or after raw_from are in telemetry_raw, those before it in telemetry_hourly: never in both, never in neither.
CREATE TABLE telemetry_state (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  raw_from timestamptz NOT NULL
);
INSERT INTO telemetry_state (raw_from) VALUES ('-infinity');

-- One row for what a router sent at one time, but for its interfaces; NULL is what it did not send.
CREATE TABLE telemetry_raw (
  organization_id uuid NOT NULL,
  time timestamptz NOT NULL,
  cpu_percent double precision,
  memory_free_percent double precision,
  critical_errors integer,
  warning_errors integer,
  router_id text NOT NULL,
  PRIMARY KEY (organization_id, router_id, time)
) PARTITION BY RANGE (time);

CREATE TABLE telemetry_interfaces (
  organization_id uuid NOT NULL,
  time timestamptz NOT NULL,
  in_bytes_rate double precision NOT NULL,
  out_bytes_rate double precision NOT NULL,
  error_count integer NOT NULL,
  admin_up boolean NOT NULL,
  oper_up boolean NOT NULL,
  router_id text NOT NULL,
  interface_name text NOT NULL,
  PRIMARY KEY (organization_id, router_id, interface_name, time)
) PARTITION BY RANGE (time);

CREATE TABLE telemetry_hourly (
  organization_id uuid NOT NULL,
  hour timestamptz NOT NULL,
  newest_at timestamptz NOT NULL,
  cpu_sum double precision,
  cpu_min double precision,
  cpu_max double precision,
  cpu_last double precision,
  memory_sum double precision,
  memory_min double precision,
  memory_max double precision,
  memory_last double precision,
  critical_errors bigint,
  warning_errors bigint,
  cpu_samples integer NOT NULL,
  memory_samples integer NOT NULL,
  router_id text NOT NULL,
  PRIMARY KEY (organization_id, router_id, hour)
) PARTITION BY RANGE (hour);

-- Grants are on the parents only: a grant on a partition would go around row-level security.
GRANT SELECT ON telemetry_state, telemetry_raw, telemetry_interfaces, telemetry_hourly
  TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE ON telemetry_raw, telemetry_interfaces TO netup_worker;

DO $$
DECLARE
  tenant text;
BEGIN
  FOREACH tenant IN ARRAY ARRAY['telemetry_raw', 'telemetry_interfaces', 'telemetry_hourly'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant);
    EXECUTE format(
      'CREATE POLICY %I ON %I USING (organization_id = (SELECT current_org_id()))
       WITH CHECK (organization_id = (SELECT current_org_id()))', tenant || '_org_isolation', tenant);
  END LOOP;
END
$$;

-- The owner, as which no process of ours runs, sums up every organization's hours before their readings go.
CREATE POLICY telemetry_raw_owner ON telemetry_raw FOR SELECT TO netup_owner USING (true);
CREATE POLICY telemetry_hourly_owner ON telemetry_hourly FOR INSERT TO netup_owner WITH CHECK (true);

-- pg_temp is last in these search paths, since it is first where it is not named: nobody's temporary table may stand for ours.
-- Makes the partitions of `parent` from `starts` until `ends`. Attached, not created in place: that lets readers and writers go on.
-- `storage` is '' or 'UNLOGGED'.
CREATE FUNCTION telemetry_make_partitions(
  parent text, starts timestamptz, ends timestamptz, width interval, storage text
) RETURNS void
LANGUAGE plpgsql
SET search_path = public, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
  -- A Monday, so that partitions of a week begin on Mondays.
  lower_bound timestamptz := date_bin(width, starts, '2001-01-01 00:00+00');
  partition_name text;
BEGIN
  WHILE lower_bound < ends LOOP
    partition_name := parent || to_char(lower_bound, '"_p"YYYYMMDD_HH24MI');
    IF to_regclass(partition_name) IS NULL THEN
      EXECUTE format('CREATE %s TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', storage, partition_name, parent);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        parent, partition_name, lower_bound, lower_bound + width);
    END IF;
    lower_bound := lower_bound + width;
  END LOOP;
END
$$;

-- Drops the partitions of `parent` that end at or before `until`. Gives way to a long reader; the next call tries again.
CREATE FUNCTION telemetry_drop_partitions(parent text, until timestamptz, width interval) RETURNS void
LANGUAGE plpgsql
SET search_path = public, pg_temp
SET timezone = 'UTC'
SET lock_timeout = '2s'
AS $$
DECLARE
  partition_name text;
BEGIN
  FOR partition_name IN
    SELECT child.relname FROM pg_inherits
    JOIN pg_class AS child ON child.oid = pg_inherits.inhrelid
    WHERE pg_inherits.inhparent = parent::regclass
    ORDER BY child.relname
  LOOP
    -- Not a condition of the query: its plan could apply it to names of other tables first.
    IF to_timestamp(right(partition_name, 13), 'YYYYMMDD_HH24MI') + width <= until THEN
      EXECUTE format('DROP TABLE %I', partition_name);
    END IF;
  END LOOP;
EXCEPTION WHEN lock_not_available THEN
  NULL;
END
$$;

-- To be called by whoever writes telemetry, when it starts and then at least every half hour: sums up the hours that are two
-- hours old, drops what is too old, and makes partitions for the next hour. Returns the new raw_from.
CREATE FUNCTION telemetry_roll(at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
  -- A caller's clock may be late, but must not make us drop anything early.
  clock constant timestamptz := least(at, clock_timestamp());
  keep_from constant timestamptz := date_trunc('hour', clock) - interval '2 hours';
  kept_from timestamptz;
BEGIN
  -- The lock lets one caller at a time through.
  SELECT raw_from INTO STRICT kept_from FROM telemetry_state FOR UPDATE;
  IF keep_from > kept_from THEN
    PERFORM telemetry_make_partitions('telemetry_hourly', greatest(kept_from, keep_from - interval '30 days'), keep_from, '7 days', '');
    INSERT INTO telemetry_hourly (
      organization_id, router_id, hour, newest_at,
      cpu_samples, cpu_sum, cpu_min, cpu_max, cpu_last,
      memory_samples, memory_sum, memory_min, memory_max, memory_last, critical_errors, warning_errors)
    SELECT organization_id, router_id, date_trunc('hour', time), max(time),
      count(cpu_percent), sum(cpu_percent), min(cpu_percent), max(cpu_percent),
      (array_agg(cpu_percent ORDER BY time DESC) FILTER (WHERE cpu_percent IS NOT NULL))[1],
      count(memory_free_percent), sum(memory_free_percent), min(memory_free_percent), max(memory_free_percent),
      (array_agg(memory_free_percent ORDER BY time DESC) FILTER (WHERE memory_free_percent IS NOT NULL))[1],
      sum(critical_errors), sum(warning_errors)
    FROM telemetry_raw
    WHERE time >= greatest(kept_from, keep_from - interval '30 days') AND time < keep_from
    GROUP BY organization_id, router_id, date_trunc('hour', time);
    UPDATE telemetry_state SET raw_from = keep_from;
    kept_from := keep_from;
  END IF;
  PERFORM telemetry_drop_partitions('telemetry_raw', kept_from, '30 minutes');
  PERFORM telemetry_drop_partitions('telemetry_interfaces', kept_from, '30 minutes');
  PERFORM telemetry_drop_partitions('telemetry_hourly', kept_from - interval '30 days', '7 days');
  PERFORM telemetry_make_partitions('telemetry_raw', kept_from, clock + interval '1 hour', '30 minutes', 'UNLOGGED');
  PERFORM telemetry_make_partitions('telemetry_interfaces', kept_from, clock + interval '1 hour', '30 minutes', 'UNLOGGED');
  RETURN kept_from;
END
$$;

REVOKE EXECUTE ON FUNCTION telemetry_make_partitions, telemetry_drop_partitions, telemetry_roll FROM PUBLIC;
GRANT EXECUTE ON FUNCTION telemetry_roll TO netup_worker;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('010-telemetry', '8a111f24e0b0a59af99ecb0ed6edc845469b078c60a64812afec65d7e419dee6');
COMMIT;

-- 012-audit-canonical
BEGIN;
SET LOCAL ROLE netup_owner;

-- It is made of functions that are no more than stable, and PostgreSQL puts a function's body into the query that calls it only if it
-- promises no more than its parts: a walk along the chain takes a third less time.
ALTER FUNCTION audit_canonical STABLE;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('012-audit-canonical', '9f19042e8409179def08582baf886ebabe5f44366dc4aa8a09ae658dbddec7b8');
COMMIT;

-- 013-credentials
BEGIN;
-- With log_statement, log_min_duration_statement and the like, PostgreSQL writes the values of statements to its log, unless
-- log_parameter_max_length is 0, which only a superuser may set. Our roles get the right to set it for themselves, and do so in every
-- transaction that a secret or a key passes through. A setting of the role would not do: it does not reach logins that are its members.
-- An administrator who may not grant it gets the other tables; the program then refuses to handle secrets and says what is missing.
DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['app_user', 'netup_worker'] LOOP
    -- Parameters belong to the whole server, so a second database on it finds the grant there already.
    IF NOT has_parameter_privilege(role_name, 'log_parameter_max_length', 'SET') THEN
      EXECUTE format('GRANT SET ON PARAMETER log_parameter_max_length TO %I', role_name);
    END IF;
  END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE WARNING 'log_parameter_max_length cannot be granted to app_user, so credentials cannot be used: see docs/credentials.md';
END
$$;

SET LOCAL ROLE netup_owner;

GRANT DELETE ON credentials TO app_user;

-- Rotation looks for what is not under the current key yet.
CREATE INDEX idx_credentials_key ON credentials (organization_id, encryption_key_id);
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('013-credentials', 'c3aa42afd5fadad6339acdd0334444e97b7425c0434f8b4196c789c5632c87fd');
COMMIT;

-- 014-audit-checkpoints
BEGIN;
SET LOCAL ROLE netup_owner;

-- Signed statements that an organization's audit chain had this hash in this place. The signature is by a key that is nowhere in the
-- database, so whoever can rewrite the chain cannot rewrite these to match. Never removed: one anchors what is left after old rows went.
CREATE TABLE audit_checkpoints (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  -- Place, hash and time of the row that was the last when it was made.
  seq bigint NOT NULL CHECK (seq > 0),
  hash bytea NOT NULL,
  "timestamp" timestamptz NOT NULL,
  -- By the worker's clock.
  made_at timestamptz NOT NULL,
  -- The public half of the key itself, in base64url. It is a claim: trust needs the key from elsewhere.
  key_id text NOT NULL,
  -- Ed25519, over the text that source/model/audit-checkpoint.ts makes.
  signature bytea NOT NULL,
  PRIMARY KEY (organization_id, seq)
);

ALTER TABLE audit_checkpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_checkpoints FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_checkpoints_org_isolation ON audit_checkpoints
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
-- For the function below, which looks at the ends of all chains.
CREATE POLICY audit_checkpoints_owner ON audit_checkpoints FOR SELECT TO netup_owner USING (true);
CREATE POLICY audit_heads_owner ON audit_heads FOR SELECT TO netup_owner USING (true);

GRANT SELECT ON audit_checkpoints TO app_user, netup_worker, netup_readonly;
GRANT INSERT ON audit_checkpoints TO netup_worker;

CREATE TRIGGER audit_checkpoints_append_only BEFORE UPDATE OR DELETE ON audit_checkpoints
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_checkpoints_no_truncate BEFORE TRUNCATE ON audit_checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- Every organization, for processes that work for all of them: ids only.
CREATE FUNCTION organization_ids() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT id FROM organizations ORDER BY id $$;
REVOKE ALL ON FUNCTION organization_ids() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION organization_ids() TO netup_worker;

-- The organizations whose chain has grown by `new_rows` since the last checkpoint, or at all if that is older than `age`, and those
-- whose chain ends before it, which cannot be.
CREATE FUNCTION audit_checkpoints_due(new_rows bigint, age interval) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT h.organization_id
  FROM audit_heads AS h
  LEFT JOIN LATERAL (
    SELECT c.seq, c.made_at FROM audit_checkpoints AS c
    WHERE c.organization_id = h.organization_id ORDER BY c.seq DESC LIMIT 1
  ) AS last ON true
  WHERE h.seq < last.seq
    OR h.seq >= coalesce(last.seq, 0) + new_rows
    OR (h.seq > coalesce(last.seq, 0) AND coalesce(last.made_at, '-infinity') <= clock_timestamp() - age)
  ORDER BY h.organization_id
$$;
REVOKE ALL ON FUNCTION audit_checkpoints_due(bigint, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_checkpoints_due(bigint, interval) TO netup_worker;

-- As before, and also for months that are over and whose rows came while nobody made their partition.
CREATE OR REPLACE FUNCTION audit_ensure_partitions(months_ahead integer DEFAULT 3) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
  this_month timestamptz := date_trunc('month', clock_timestamp());
  month timestamptz;
  after_it timestamptz;
  name text;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('audit_ensure_partitions'));
  FOR month IN
    SELECT this_month + make_interval(months => ahead) FROM generate_series(0, months_ahead) AS ahead
    UNION SELECT date_trunc('month', d."timestamp") FROM audit_events_default AS d WHERE isfinite(d."timestamp")
    ORDER BY 1
  LOOP
    after_it := month + interval '1 month';
    name := 'audit_events_' || to_char(month, 'YYYY_MM');
    IF to_regclass(name) IS NULL THEN
      EXECUTE format('CREATE TABLE %I (LIKE audit_events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
      IF EXISTS (SELECT FROM audit_events_default AS d WHERE d."timestamp" >= month AND d."timestamp" < after_it) THEN
        -- Whoever asks for an upgrade locks upgrades before the trail: in another order the two could wait for each other for ever.
        LOCK TABLE upgrades IN SHARE ROW EXCLUSIVE MODE;
        -- While it is detached it has no triggers, so that rows can leave it.
        ALTER TABLE audit_events DETACH PARTITION audit_events_default;
        EXECUTE format('WITH moved AS (DELETE FROM audit_events_default WHERE "timestamp" >= $1 AND "timestamp" < $2 RETURNING *)
          INSERT INTO %I SELECT * FROM moved', name) USING month, after_it;
        ALTER TABLE audit_events ATTACH PARTITION audit_events_default DEFAULT;
      END IF;
      EXECUTE format('ALTER TABLE audit_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, month, after_it);
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END
$$;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('014-audit-checkpoints', '29332bd4040daa4a8e4d85cd8a134842e71729ac6ec2cb5f349e615382d34784');
COMMIT;

-- 016-version-keys
BEGIN;
SET LOCAL ROLE netup_owner;

-- The parts of a version of one platform: family, base, branch, patch, build; NULL for a form that is not known. What they mean, and
-- why each form is read as it is, says source/model/version*.ts, which is the definition; a test holds the two equal over real and
-- generated versions. It is here as well so that whoever writes a row, by psql too, gets the key that belongs to it.
CREATE FUNCTION version_form(platform text, version text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
  -- What JavaScript's trim removes.
  spaces constant text := U&' \0009\000A\000B\000C\000D\00A0\1680\2000\2001\2002\2003\2004\2005\2006\2007\2008\2009\200A\2028\2029\202F\205F\3000\FEFF';
  name constant text := btrim(version, spaces) COLLATE "C";
  m text[];
  tail text[];
BEGIN
  IF length(version) > 64 THEN
    RETURN NULL;
  END IF;
  -- What nearly every router runs is only matched, and taken apart by simpler means: to capture parts takes PostgreSQL 20 times as long.
  IF platform = 'ios-xe' AND name ~ '^[0-9]{2}\.[0-9]{1,2}\.[0-9]{1,3}[a-z]?$' AND name >= '16' THEN
    m := string_to_array(rtrim(name, 'abcdefghijklmnopqrstuvwxyz'), '.');
    RETURN ARRAY['', lpad(m[1], 4, '0') || '.' || lpad(m[2], 4, '0') || '.' || lpad(m[3], 4, '0'), '', ltrim(name, '0123456789.') || '.0000', ''];
  ELSIF platform = 'junos' AND name ~ '^[0-9]{1,2}\.[0-9]R[0-9]{1,4}(-S[0-9]{1,3})?(\.[0-9]{1,4})?$' THEN
    -- 21.4R3-S5.4 as 21.4.3,5.4
    m := string_to_array(translate(name, 'R-S', '.,'), '.');
    RETURN ARRAY['junos', lpad(m[1], 4, '0') || '.' || lpad(m[2], 4, '0'), 'R',
      lpad(split_part(m[3], ',', 1), 4, '0') || '.' || lpad(split_part(m[3], ',', 2), 4, '0'), coalesce(lpad(m[4], 10, '0'), '')];
  ELSIF platform = 'eos' AND name ~ '^[0-9](\.[0-9]{1,3}){2,3}[FM]X?$' THEN
    m := string_to_array(rtrim(name, 'FMX'), '.');
    RETURN ARRAY['', lpad(m[1], 4, '0') || '.' || lpad(m[2], 4, '0') || '.' || lpad(m[3], 4, '0') || '.' || lpad(coalesce(m[4], ''), 4, '0'),
      ltrim(name, '0123456789.'), '', ''];
  END IF;
  IF platform = 'ios-xe' THEN
    m := regexp_match(name, '^([0-9]{2})\.([0-9]{1,2})\.([0-9]{1,3})(?:([a-z]{1,2}|prd)([0-9]{1,3})?)?(?:\.([0-9]{1,4})\.([0-9]{1,10}))?$');
    IF m IS NOT NULL AND m[1]::integer >= 16 THEN
      RETURN ARRAY['', concat_ws('.', lpad(m[1], 4, '0'), lpad(m[2], 4, '0'), lpad(m[3], 4, '0')),
        CASE WHEN m[4] = 'prd' THEN 'prd' ELSE '' END,
        CASE WHEN m[4] = 'prd' THEN '' ELSE coalesce(m[4], '') END || '.' || lpad(coalesce(m[5], ''), 4, '0'),
        concat_ws('.', lpad(m[6], 10, '0'), lpad(m[7], 10, '0'))];
    END IF;
    m := regexp_match(name, '^0?3\.([0-9]{1,2})\.([0-9]{1,2})([a-z])?\.?([A-Z]{1,3})$');
    IF m IS NOT NULL THEN
      RETURN ARRAY['early-' || m[4], concat_ws('.', '0003', lpad(m[1], 4, '0'), lpad(m[2], 4, '0')), '', coalesce(m[3], ''), ''];
    END IF;
    m := regexp_match(name, '^(9|1[0-5])\.([0-9]{1,2})\(([0-9]{1,3})([a-q])?\)(?:([A-Z]{1,3})([0-9]{1,3})?([a-z]{1,2})?)?$');
    IF m IS NOT NULL THEN
      RETURN ARRAY['classic-' || coalesce(m[5], ''), concat_ws('.', lpad(m[1], 4, '0'), lpad(m[2], 4, '0'), lpad(m[3], 4, '0')), '',
        concat(m[4], '.', lpad(coalesce(m[6], ''), 4, '0'), '.', m[7]), ''];
    END IF;
  ELSIF platform = 'junos' THEN
    m := regexp_match(name, '^([0-9]{1,2})\.([0-9])(?:([RF])|X([0-9]{1,3})-D)([0-9]{1,4})(?:-S([0-9]{1,3}))?(?:\.([0-9]{1,4}))?(-EVO)?$');
    IF m IS NOT NULL THEN
      RETURN ARRAY[CASE WHEN m[8] IS NULL THEN 'junos' ELSE 'evolved' END, lpad(m[1], 4, '0') || '.' || lpad(m[2], 4, '0'),
        coalesce(m[3], 'X' || m[4]::integer), lpad(m[5], 4, '0') || '.' || lpad(coalesce(m[6], ''), 4, '0'),
        coalesce(lpad(m[7], 10, '0'), '')];
    END IF;
  ELSIF platform = 'eos' THEN
    -- In two parts, and without capturing more than needed: one expression takes PostgreSQL many times as long.
    m := regexp_match(name, '^([0-9])\.([0-9]{1,3})\.([0-9]{1,3})(?:\.([0-9]{1,3}))?([FM]X?)(-.*|)(?: \(engineering build\))?$');
    IF m IS NOT NULL THEN
      IF m[6] = '' THEN
        tail := ARRAY[NULL, NULL, NULL];
      ELSE
        tail := regexp_match(regexp_replace(m[6], ' \(engineering build\)$', ''),
          '^(?:-([A-Za-z][A-Za-z0-9-]{0,31}))?(?:-([0-9]{1,10})(?:\.(?:([0-9]{1,10})|[0-9]{3,8}[FM]X?))?)?$');
      END IF;
      IF tail IS NOT NULL THEN
        RETURN ARRAY['', concat_ws('.', lpad(m[1], 4, '0'), lpad(m[2], 4, '0'), lpad(m[3], 4, '0'), lpad(coalesce(m[4], ''), 4, '0')),
          concat_ws('-', m[5], tail[1]), '', concat_ws('.', lpad(tail[2], 10, '0'), lpad(tail[3], 10, '0'))];
      END IF;
    END IF;
  END IF;
  RETURN NULL;
END
$$;

-- Text that sorts, by bytes, as the versions of one platform do wherever they have an order. NULL for a form that is not known, or no
-- platform. Keys of different platforms mean nothing to each other.
CREATE FUNCTION version_key(platform text, version text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
  f constant text[] := public.version_form(platform, version);
BEGIN
  RETURN f[2] || '.' || f[1] || '.' || f[3] || '.' || f[4] || '.' || f[5];
END
$$;

-- -1 if version `a` of the platform is earlier than `b`, 0 if both are spellings of one, 1 if it is later; NULL if they are not comparable.
CREATE FUNCTION compare_versions(platform text, a text, b text) RETURNS integer
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
  f constant text[] := public.version_form(platform, a);
  g constant text[] := public.version_form(platform, b);
BEGIN
  RETURN CASE
    WHEN f IS NULL OR g IS NULL OR (f[1] <> g[1] AND f[1] <> '' AND g[1] <> '') THEN NULL
    WHEN f[2] COLLATE "C" < g[2] THEN -1
    WHEN f[2] COLLATE "C" > g[2] THEN 1
    WHEN f[1] <> g[1] OR f[3] <> g[3] THEN NULL
    WHEN (f[4], f[5]) = (g[4], g[5]) THEN 0
    WHEN (f[4] || '.' || f[5]) COLLATE "C" < (g[4] || '.' || g[5]) THEN -1
    ELSE 1
  END;
END
$$;

-- Whether a router that runs `running` has what `wanted` asks for: a name without a build stands for every build of its release.
CREATE FUNCTION runs_release(platform text, running text, wanted text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
  f text[];
  g text[];
BEGIN
  IF running = wanted THEN
    RETURN true;
  END IF;
  f := public.version_form(platform, running);
  g := public.version_form(platform, wanted);
  RETURN coalesce(f[1:4] = g[1:4] AND (f[5] = g[5] OR '' IN (f[5], g[5])), false);
END
$$;

-- COLLATE "C" also so that a comparison is by bytes and may use an index under row-level security.
ALTER TABLE routers ADD COLUMN current_ver_key text COLLATE "C", ADD COLUMN target_ver_key text COLLATE "C";
ALTER TABLE firmware_images ADD COLUMN version_key text COLLATE "C";

-- A generated column would not do: the platform is in another table. Whatever a writer gives for a key is replaced.
-- It runs for every router of a fleet that is loaded: names are written out because a search path of its own costs a tenth.
CREATE FUNCTION set_router_version_keys() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
  its_platform text;
BEGIN
  SELECT m.platform INTO its_platform FROM public.models AS m WHERE m.id = NEW.model_id;
  NEW.current_ver_key := public.version_key(its_platform, NEW.current_ver);
  NEW.target_ver_key := CASE NEW.target_ver WHEN NEW.current_ver THEN NEW.current_ver_key
    ELSE public.version_key(its_platform, NEW.target_ver) END;
  RETURN NEW;
END
$$;
CREATE TRIGGER routers_version_keys
  BEFORE INSERT OR UPDATE OF current_ver, target_ver, model_id, current_ver_key, target_ver_key ON routers
  FOR EACH ROW EXECUTE FUNCTION set_router_version_keys();

-- An image runs on models of one platform; one that is said to run on several has no key.
CREATE FUNCTION set_image_version_key() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  NEW.version_key := version_key((
    SELECT min(m.platform) FROM firmware_image_models AS f JOIN models AS m ON m.id = f.model_id
    WHERE f.image_id = NEW.id HAVING count(DISTINCT m.platform) = 1), NEW.version);
  RETURN NEW;
END
$$;
CREATE TRIGGER firmware_images_version_key BEFORE INSERT OR UPDATE OF version, version_key ON firmware_images
  FOR EACH ROW EXECUTE FUNCTION set_image_version_key();

CREATE FUNCTION touch_image_of_model() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  UPDATE firmware_images SET version_key = NULL WHERE id = OLD.image_id OR id = NEW.image_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER firmware_image_models_version_key AFTER INSERT OR UPDATE OR DELETE ON firmware_image_models
  FOR EACH ROW EXECUTE FUNCTION touch_image_of_model();

-- A model whose platform was put right: its images, and its routers in every organization, get the keys of the new one.
CREATE FUNCTION rekey_model() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  before constant text := coalesce(current_setting('app.current_org_id', true), '');
  organization uuid;
BEGIN
  UPDATE firmware_images SET version_key = NULL
  WHERE id IN (SELECT f.image_id FROM firmware_image_models AS f WHERE f.model_id = NEW.id);
  FOR organization IN SELECT o.id FROM organizations AS o LOOP
    PERFORM set_config('app.current_org_id', organization::text, true);
    UPDATE routers SET current_ver_key = NULL WHERE organization_id = organization AND model_id = NEW.id;
  END LOOP;
  PERFORM set_config('app.current_org_id', before, true);
  RETURN NULL;
END
$$;
CREATE TRIGGER models_rekey AFTER UPDATE OF platform ON models FOR EACH ROW
  WHEN (OLD.platform <> NEW.platform) EXECUTE FUNCTION rekey_model();

-- The rows that are there, of all organizations, which their owner cannot see otherwise. Nothing else of them changes, so that neither
-- consoles nor the time of the last change need to hear of it.
ALTER TABLE routers NO FORCE ROW LEVEL SECURITY;
ALTER TABLE routers DISABLE TRIGGER routers_touch;
ALTER TABLE routers DISABLE TRIGGER routers_notify_update;
UPDATE routers SET current_ver_key = NULL;
ALTER TABLE routers ENABLE TRIGGER routers_notify_update;
ALTER TABLE routers ENABLE TRIGGER routers_touch;
ALTER TABLE routers FORCE ROW LEVEL SECURITY;
UPDATE firmware_images SET version_key = NULL;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('016-version-keys', '906a4759a9f2f330c4493264f0a9d3625bd183edc603092a79907848bbd52a25');
COMMIT;

-- 018-worker-columns
BEGIN;
SET LOCAL ROLE netup_owner;

-- A worker changes what devices tell, and how far an upgrade is; what people decided, it cannot write at all. Revoking a whole table
-- takes back its columns too, so what an earlier file granted by name is granted again.
DO $$
DECLARE
  writable record;
  columns text;
BEGIN
  FOR writable IN
    SELECT * FROM (VALUES
      ('routers', ARRAY['current_ver', 'serial', 'status', 'last_seen_at', 'ssh_host_key']),
      ('upgrades', ARRAY['status', 'closed_at', 'close_reason']),
      ('upgrade_steps', ARRAY['status', 'started_at', 'finished_at', 'detail'])
    ) AS w (name, own)
  LOOP
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO STRICT columns
    FROM pg_attribute AS a
    WHERE a.attrelid = to_regclass(writable.name) AND a.attnum > 0 AND NOT a.attisdropped
      AND (a.attname = ANY (writable.own) OR EXISTS (
        SELECT FROM aclexplode(a.attacl) AS g WHERE g.grantee = 'netup_worker'::regrole AND g.privilege_type = 'UPDATE'));
    EXECUTE format('REVOKE UPDATE ON %I FROM netup_worker', writable.name);
    EXECUTE format('GRANT UPDATE (%s) ON %I TO netup_worker', columns, writable.name);
  END LOOP;
END
$$;

-- Whether a statement comes from a worker, and from nobody who may more. A superuser is a member of every role.
CREATE FUNCTION acts_as_worker() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT pg_has_role(current_user, 'netup_worker', 'MEMBER') AND NOT pg_has_role(current_user, 'app_user', 'MEMBER') $$;

-- Asking for an upgrade, approving, rejecting and withdrawing it are people's; so is what they wrote when they closed it.
CREATE FUNCTION guard_worker_upgrade() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF acts_as_worker() AND OLD.status NOT IN ('approved', 'scheduled', 'running', 'paused', 'failed') THEN
    RAISE EXCEPTION 'a worker carries out what is approved; this upgrade is %', OLD.status USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER upgrades_worker BEFORE UPDATE ON upgrades FOR EACH ROW EXECUTE FUNCTION guard_worker_upgrade();

-- A worker notes the first host key of a router; who says that a changed one is right is a person. So is who takes a router out of service.
CREATE FUNCTION guard_worker_router() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF acts_as_worker() THEN
    RAISE EXCEPTION 'a worker neither retires a router nor replaces its host key' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER routers_worker BEFORE UPDATE ON routers FOR EACH ROW
  WHEN ((OLD.status <> NEW.status AND 'retired' IN (OLD.status, NEW.status))
    OR (OLD.ssh_host_key IS NOT NULL AND OLD.ssh_host_key IS DISTINCT FROM NEW.ssh_host_key))
  EXECUTE FUNCTION guard_worker_router();
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('018-worker-columns', '88259393ee4c5adb767f20f159512e4631b21a21f0672ac6ab49e3440ad00061');
COMMIT;

-- 019-doctor
BEGIN;
SET LOCAL ROLE netup_owner;

-- The months of the audit trail from this one on, and those whose rows are in the default partition because nobody made theirs:
-- whether each is made, and how many rows of all organizations wait there. For `doctor`; it tells nothing else of any row.
CREATE FUNCTION audit_months(months_ahead integer)
RETURNS TABLE (month date, made boolean, stray bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC'
AS $$
  SELECT m.month::date, to_regclass('audit_events_' || to_char(m.month, 'YYYY_MM')) IS NOT NULL,
    (SELECT count(*) FROM audit_events_default AS d
     WHERE d."timestamp" >= m.month AND d."timestamp" < m.month + interval '1 month')
  FROM (
    SELECT date_trunc('month', clock_timestamp()) + make_interval(months => ahead) FROM generate_series(0, months_ahead) AS ahead
    UNION SELECT date_trunc('month', d."timestamp") FROM audit_events_default AS d WHERE isfinite(d."timestamp")
  ) AS m (month)
  ORDER BY m.month
$$;
REVOKE ALL ON FUNCTION audit_months(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_months(integer) TO app_user, netup_worker, netup_readonly;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('019-doctor', '185a365913909dcbffb8cf2a63e3e163ef2d9543b15b4a4922e88c7c0e3b253d');
COMMIT;

-- 020-policy-lookup
BEGIN;
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
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('020-policy-lookup', 'ee87a72382b04ca38c74d93fd6b5e556d9ca9c3f522c1b8b07bfaf6e43ff35de');
COMMIT;

-- 021-ready-for-upgrade
BEGIN;
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
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('021-ready-for-upgrade', '9800a522eca17c434ca89f53698f3c623df2da20d98f04e9634061e25b6e6220');
COMMIT;

-- 022-measurements
BEGIN;
SET LOCAL ROLE netup_owner;

-- A rate needs two readings, and so has the count of errors since the one before: the first reading of an interface has neither.
ALTER TABLE telemetry_interfaces
  ALTER COLUMN in_bytes_rate DROP NOT NULL,
  ALTER COLUMN out_bytes_rate DROP NOT NULL,
  ALTER COLUMN error_count DROP NOT NULL;

-- What has no column of its own: sensors, and the optional fields of the other measurements. `part` is the interface or the component,
-- '' where a measurement has neither. `fields` is checked by the program before it is written.
CREATE TABLE telemetry_details (
  organization_id uuid NOT NULL,
  time timestamptz NOT NULL,
  router_id text NOT NULL,
  measurement text NOT NULL,
  part text NOT NULL,
  fields jsonb NOT NULL,
  PRIMARY KEY (organization_id, router_id, measurement, part, time)
) PARTITION BY RANGE (time);

-- Progress and validation of upgrades: little, and wanted for longer than readings.
CREATE TABLE telemetry_upgrades (
  organization_id uuid NOT NULL,
  time timestamptz NOT NULL,
  router_id text NOT NULL,
  measurement text NOT NULL,
  part text NOT NULL,
  fields jsonb NOT NULL,
  PRIMARY KEY (organization_id, router_id, measurement, part, time)
) PARTITION BY RANGE (time);

GRANT SELECT ON telemetry_details, telemetry_upgrades TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE ON telemetry_details, telemetry_upgrades TO netup_worker;

DO $$
DECLARE
  tenant text;
BEGIN
  FOREACH tenant IN ARRAY ARRAY['telemetry_details', 'telemetry_upgrades'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant);
    EXECUTE format(
      'CREATE POLICY %I ON %I USING (organization_id = (SELECT current_org_id()))
       WITH CHECK (organization_id = (SELECT current_org_id()))', tenant || '_org_isolation', tenant);
  END LOOP;
END
$$;

-- As before, and the two new tables: details go with the readings, upgrades stay for seven days.
CREATE OR REPLACE FUNCTION telemetry_roll(at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
  -- A caller's clock may be late, but must not make us drop anything early.
  clock constant timestamptz := least(at, clock_timestamp());
  ahead constant timestamptz := clock + interval '1 hour';
  keep_from constant timestamptz := date_trunc('hour', clock) - interval '2 hours';
  kept_from timestamptz;
BEGIN
  -- The lock lets one caller at a time through.
  SELECT raw_from INTO STRICT kept_from FROM telemetry_state FOR UPDATE;
  IF keep_from > kept_from THEN
    PERFORM telemetry_make_partitions('telemetry_hourly', greatest(kept_from, keep_from - interval '30 days'), keep_from, '7 days', '');
    INSERT INTO telemetry_hourly (
      organization_id, router_id, hour, newest_at,
      cpu_samples, cpu_sum, cpu_min, cpu_max, cpu_last,
      memory_samples, memory_sum, memory_min, memory_max, memory_last, critical_errors, warning_errors)
    SELECT organization_id, router_id, date_trunc('hour', time), max(time),
      count(cpu_percent), sum(cpu_percent), min(cpu_percent), max(cpu_percent),
      (array_agg(cpu_percent ORDER BY time DESC) FILTER (WHERE cpu_percent IS NOT NULL))[1],
      count(memory_free_percent), sum(memory_free_percent), min(memory_free_percent), max(memory_free_percent),
      (array_agg(memory_free_percent ORDER BY time DESC) FILTER (WHERE memory_free_percent IS NOT NULL))[1],
      sum(critical_errors), sum(warning_errors)
    FROM telemetry_raw
    WHERE time >= greatest(kept_from, keep_from - interval '30 days') AND time < keep_from
    GROUP BY organization_id, router_id, date_trunc('hour', time);
    UPDATE telemetry_state SET raw_from = keep_from;
    kept_from := keep_from;
  END IF;
  PERFORM telemetry_drop_partitions('telemetry_raw', kept_from, '30 minutes');
  PERFORM telemetry_drop_partitions('telemetry_interfaces', kept_from, '30 minutes');
  PERFORM telemetry_drop_partitions('telemetry_details', kept_from, '30 minutes');
  PERFORM telemetry_drop_partitions('telemetry_upgrades', kept_from - interval '7 days', '1 day');
  PERFORM telemetry_drop_partitions('telemetry_hourly', kept_from - interval '30 days', '7 days');
  PERFORM telemetry_make_partitions('telemetry_raw', kept_from, ahead, '30 minutes', 'UNLOGGED');
  PERFORM telemetry_make_partitions('telemetry_interfaces', kept_from, ahead, '30 minutes', 'UNLOGGED');
  PERFORM telemetry_make_partitions('telemetry_details', kept_from, ahead, '30 minutes', 'UNLOGGED');
  PERFORM telemetry_make_partitions('telemetry_upgrades', kept_from, ahead, '1 day', '');
  RETURN kept_from;
END
$$;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('022-measurements', '1ea78ec1b51b56278b17190208fc77e5250445d3a2ea9794dca5d45c01e72939');
COMMIT;

-- 024-engine
BEGIN;
SET LOCAL ROLE netup_owner;

ALTER TABLE upgrades
  ADD COLUMN started_at timestamptz,
  ADD COLUMN finished_at timestamptz,
  -- One sentence for people: why it failed, is held, or was rolled back.
  ADD COLUMN outcome text,
  -- What somebody asked of an upgrade that runs; carried out at the next step boundary.
  ADD COLUMN wanted text CHECK (wanted IN ('pause', 'cancel'));

ALTER TABLE upgrade_steps
  ADD COLUMN attempt integer NOT NULL DEFAULT 0,
  -- Written before what cannot be repeated is sent to a device, so that whoever goes on knows that it may have been.
  ADD COLUMN intent jsonb,
  ADD COLUMN evidence jsonb;

-- What was checked before, at the gate and after, newest result of each.
CREATE TABLE upgrade_checks (
  organization_id uuid NOT NULL,
  upgrade_id bigint NOT NULL,
  phase text NOT NULL CHECK (phase IN ('pre', 'gate', 'post')),
  position integer NOT NULL,
  name text NOT NULL,
  expected text NOT NULL,
  actual text NOT NULL,
  status text NOT NULL CHECK (status IN ('pass', 'fail', 'warn', 'unknown')),
  -- What to do about it; empty when it passes.
  action text NOT NULL,
  checked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, upgrade_id, phase, name),
  FOREIGN KEY (organization_id, upgrade_id) REFERENCES upgrades (organization_id, id)
);
ALTER TABLE upgrade_checks ENABLE ROW LEVEL SECURITY;
ALTER TABLE upgrade_checks FORCE ROW LEVEL SECURITY;
CREATE POLICY upgrade_checks_org_isolation ON upgrade_checks
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON upgrade_checks TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE, DELETE ON upgrade_checks TO netup_worker;

-- Configurations as they were around an upgrade. They hold the network's secrets, so they are encrypted like credentials.
CREATE TABLE config_backups (
  organization_id uuid NOT NULL,
  upgrade_id bigint NOT NULL,
  moment text NOT NULL CHECK (moment IN ('before', 'after')),
  encrypted_data bytea NOT NULL,
  encryption_key_id text NOT NULL CHECK (encryption_key_id <> ''),
  taken_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, upgrade_id, moment),
  FOREIGN KEY (organization_id, upgrade_id) REFERENCES upgrades (organization_id, id)
);
ALTER TABLE config_backups ENABLE ROW LEVEL SECURITY;
ALTER TABLE config_backups FORCE ROW LEVEL SECURITY;
CREATE POLICY config_backups_org_isolation ON config_backups
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON config_backups TO app_user, netup_worker;
GRANT SELECT (organization_id, upgrade_id, moment, encryption_key_id, taken_at) ON config_backups TO netup_readonly;
GRANT INSERT, UPDATE ON config_backups TO netup_worker;

-- Which upgrades are due, over all organizations, and which worker has each: ids only. Written by the functions below alone.
-- A row stays as long as its upgrade, so that an epoch is never given twice.
CREATE TABLE upgrade_queue (
  organization_id uuid NOT NULL,
  upgrade_id bigint NOT NULL,
  -- NULL: nothing to do.
  due_at timestamptz,
  -- Counts the workers that had it. A write of one that is not the last is refused.
  lease_epoch bigint NOT NULL DEFAULT 0,
  lease_worker uuid,
  lease_expires_at timestamptz,
  PRIMARY KEY (organization_id, upgrade_id),
  FOREIGN KEY (organization_id, upgrade_id) REFERENCES upgrades (organization_id, id)
);
CREATE INDEX idx_upgrade_queue_due ON upgrade_queue (due_at) WHERE due_at IS NOT NULL;
ALTER TABLE upgrade_queue ENABLE ROW LEVEL SECURITY;
ALTER TABLE upgrade_queue FORCE ROW LEVEL SECURITY;
CREATE POLICY upgrade_queue_owner ON upgrade_queue TO netup_owner USING (true) WITH CHECK (true);
CREATE POLICY upgrade_queue_org_isolation ON upgrade_queue FOR SELECT USING (organization_id = (SELECT current_org_id()));
GRANT SELECT ON upgrade_queue TO app_user, netup_worker, netup_readonly;

-- Keeps the queue in step with the upgrades, in the transaction that changes them, and wakes the workers.
CREATE FUNCTION queue_upgrade() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  IF NEW.status IN ('approved', 'scheduled', 'running') THEN
    INSERT INTO upgrade_queue (organization_id, upgrade_id, due_at)
    VALUES (NEW.organization_id, NEW.id, coalesce(NEW.scheduled_at, now()))
    ON CONFLICT (organization_id, upgrade_id) DO UPDATE SET due_at = excluded.due_at WHERE upgrade_queue.due_at IS NULL;
    PERFORM pg_notify('netup_queue', '');
  ELSE
    UPDATE upgrade_queue SET due_at = NULL WHERE organization_id = NEW.organization_id AND upgrade_id = NEW.id;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER upgrades_queue AFTER UPDATE OF status ON upgrades
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION queue_upgrade();

-- Gives a worker up to so many upgrades that are due and that nobody has, or whose worker has been silent for the margin longer than its
-- lease. The margin is for clocks that run unevenly while a machine is paused.
CREATE FUNCTION claim_upgrades(worker uuid, how_many integer, lease interval, margin interval)
RETURNS TABLE (organization_id uuid, upgrade_id text, epoch text)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  UPDATE upgrade_queue AS q
  SET lease_epoch = q.lease_epoch + 1, lease_worker = worker, lease_expires_at = clock_timestamp() + lease
  FROM (
    SELECT d.organization_id, d.upgrade_id FROM upgrade_queue AS d
    WHERE d.due_at <= clock_timestamp() AND (d.lease_expires_at IS NULL OR d.lease_expires_at + margin < clock_timestamp())
    ORDER BY d.due_at, d.upgrade_id
    LIMIT how_many
    FOR UPDATE SKIP LOCKED
  ) AS due
  WHERE q.organization_id = due.organization_id AND q.upgrade_id = due.upgrade_id
  RETURNING q.organization_id, q.upgrade_id::text, q.lease_epoch::text
$$;

-- Makes leases longer, and says which are still the worker's. One whose row is locked, by a transaction of the worker's own or by somebody
-- who takes it, is left for the next time: waiting for it would keep all the others from being renewed.
CREATE FUNCTION renew_leases(upgrades bigint[], epochs bigint[], organizations uuid[], lease interval)
RETURNS TABLE (organization_id uuid, upgrade_id text, renewed boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH held AS (
    SELECT * FROM unnest(upgrades, epochs, organizations) AS h (upgrade_id, epoch, organization_id)
  ), free AS (
    SELECT q.organization_id, q.upgrade_id FROM upgrade_queue AS q
    JOIN held AS h ON h.organization_id = q.organization_id AND h.upgrade_id = q.upgrade_id AND h.epoch = q.lease_epoch
    FOR UPDATE OF q SKIP LOCKED
  ), longer AS (
    UPDATE upgrade_queue AS q SET lease_expires_at = clock_timestamp() + lease
    FROM free AS f WHERE q.organization_id = f.organization_id AND q.upgrade_id = f.upgrade_id
    RETURNING q.organization_id, q.upgrade_id
  )
  SELECT h.organization_id, h.upgrade_id::text, l.upgrade_id IS NOT NULL
  FROM held AS h
  JOIN upgrade_queue AS q ON h.organization_id = q.organization_id AND h.upgrade_id = q.upgrade_id AND h.epoch = q.lease_epoch
  LEFT JOIN longer AS l ON l.organization_id = h.organization_id AND l.upgrade_id = h.upgrade_id
$$;

-- Called first in every transaction of a worker: fails unless its epoch is the last, and keeps it so until the transaction ends.
CREATE FUNCTION hold_lease(upgrade bigint, epoch bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM FROM upgrade_queue AS q
  WHERE q.organization_id = current_org_id() AND q.upgrade_id = upgrade AND q.lease_epoch = epoch
  FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another worker has upgrade %', upgrade USING ERRCODE = 'NU001';
  END IF;
END
$$;

-- Lets an upgrade go. It is due again after the time given, if it still has something to come.
CREATE FUNCTION release_lease(upgrade bigint, epoch bigint, again interval) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  UPDATE upgrade_queue AS q
  SET lease_worker = NULL, lease_expires_at = NULL, due_at = CASE WHEN q.due_at IS NULL THEN NULL ELSE clock_timestamp() + again END
  WHERE q.organization_id = current_org_id() AND q.upgrade_id = upgrade AND q.lease_epoch = epoch
$$;

REVOKE ALL ON FUNCTION claim_upgrades(uuid, integer, interval, interval), renew_leases(bigint[], bigint[], uuid[], interval),
  hold_lease(bigint, bigint), release_lease(bigint, bigint, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_upgrades(uuid, integer, interval, interval), renew_leases(bigint[], bigint[], uuid[], interval),
  hold_lease(bigint, bigint), release_lease(bigint, bigint, interval) TO netup_worker;

-- Which workers there are. Ids, places and numbers; of no organization.
CREATE TABLE workers (
  id uuid PRIMARY KEY,
  host text NOT NULL,
  pid integer NOT NULL,
  program_version text NOT NULL,
  -- How many upgrades it carries out at once, and how many it has now.
  slots integer NOT NULL,
  busy integer NOT NULL DEFAULT 0,
  started_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON workers TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE, DELETE ON workers TO netup_worker;

GRANT UPDATE (started_at, finished_at, outcome, wanted) ON upgrades TO netup_worker;
GRANT UPDATE (attempt, intent, evidence) ON upgrade_steps TO netup_worker;
-- The step that takes an upgrade back is added when it is needed.
GRANT INSERT ON upgrade_steps TO netup_worker;

-- Upgrades that were approved before there was a queue.
DO $$
DECLARE
  organization uuid;
BEGIN
  FOR organization IN SELECT id FROM organizations LOOP
    PERFORM set_config('app.current_org_id', organization::text, true);
    INSERT INTO upgrade_queue (organization_id, upgrade_id, due_at)
    SELECT u.organization_id, u.id, coalesce(u.scheduled_at, now()) FROM upgrades AS u
    WHERE u.status IN ('approved', 'scheduled', 'running');
  END LOOP;
  PERFORM set_config('app.current_org_id', '', true);
END
$$;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('024-engine', '9ecc8e90e260a5003032af837208c7aae995b06b2e31456e2860f18baada6336');
COMMIT;

-- 026-upgrade-texts
BEGIN;
SET LOCAL ROLE netup_owner;

-- What a device printed during a step, the end of it, a row for each attempt. It may hold the network's secrets, so it is encrypted like
-- the configurations.
CREATE TABLE upgrade_output (
  organization_id uuid NOT NULL,
  upgrade_id bigint NOT NULL,
  step text NOT NULL,
  attempt integer NOT NULL CHECK (attempt >= 1),
  encrypted_data bytea NOT NULL,
  encryption_key_id text NOT NULL CHECK (encryption_key_id <> ''),
  taken_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, upgrade_id, step, attempt),
  FOREIGN KEY (organization_id, upgrade_id, step) REFERENCES upgrade_steps (organization_id, upgrade_id, name)
);
ALTER TABLE upgrade_output ENABLE ROW LEVEL SECURITY;
ALTER TABLE upgrade_output FORCE ROW LEVEL SECURITY;
CREATE POLICY upgrade_output_org_isolation ON upgrade_output
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON upgrade_output TO app_user, netup_worker;
GRANT SELECT (organization_id, upgrade_id, step, attempt, encryption_key_id, taken_at) ON upgrade_output TO netup_readonly;
GRANT INSERT, UPDATE, DELETE ON upgrade_output TO netup_worker;

-- Keys are changed by people; what is old enough is removed by workers.
GRANT UPDATE (encrypted_data, encryption_key_id) ON config_backups, upgrade_output TO app_user;
GRANT DELETE ON config_backups TO netup_worker;

-- Rotation looks for what is not under the current key yet, retention for what is old.
CREATE INDEX idx_config_backups_key ON config_backups (organization_id, encryption_key_id);
CREATE INDEX idx_config_backups_taken ON config_backups (organization_id, taken_at);
CREATE INDEX idx_upgrade_output_key ON upgrade_output (organization_id, encryption_key_id);
CREATE INDEX idx_upgrade_output_taken ON upgrade_output (organization_id, taken_at);
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('026-upgrade-texts', '909893ce86ceb0f6626ef02233360266e2eff81a7cfee762495ffe9c33deac9d');
COMMIT;

-- 027-upgrade-points
BEGIN;
SET LOCAL ROLE netup_owner;

-- What is to be told to the telemetry store of the upgrades: written with the steps, in the same transaction, and kept until the store has it, so
-- that an outage of the store delays points and never loses them.
CREATE TABLE upgrade_points (
  organization_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  upgrade_id bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('progress', 'check')),
  -- In whole milliseconds, and never twice for the progress of one upgrade: a point with the same tags and time would replace another.
  measured_at timestamptz NOT NULL,
  body jsonb NOT NULL,
  -- NULL: the store does not have it yet.
  written_at timestamptz,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, upgrade_id) REFERENCES upgrades (organization_id, id)
);
CREATE INDEX idx_upgrade_points_due ON upgrade_points (organization_id, id) WHERE written_at IS NULL;
CREATE INDEX idx_upgrade_points_written ON upgrade_points (organization_id, written_at) WHERE written_at IS NOT NULL;
CREATE INDEX idx_upgrade_points_upgrade ON upgrade_points (organization_id, upgrade_id, measured_at);
ALTER TABLE upgrade_points ENABLE ROW LEVEL SECURITY;
ALTER TABLE upgrade_points FORCE ROW LEVEL SECURITY;
CREATE POLICY upgrade_points_owner ON upgrade_points TO netup_owner USING (true) WITH CHECK (true);
CREATE POLICY upgrade_points_org_isolation ON upgrade_points
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON upgrade_points TO app_user, netup_worker, netup_readonly;
GRANT UPDATE (written_at) ON upgrade_points TO netup_worker;
GRANT DELETE ON upgrade_points TO netup_worker;

-- A point for each step that begins or ends; and when a step that checks something ends, one for each of its checks.
CREATE FUNCTION point_of_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  checked text := CASE NEW.name WHEN 'precheck' THEN 'pre' WHEN 'preflight_gate' THEN 'gate' WHEN 'postcheck' THEN 'post' END;
BEGIN
  INSERT INTO upgrade_points (organization_id, upgrade_id, kind, measured_at, body)
  SELECT NEW.organization_id, NEW.upgrade_id, 'progress',
    greatest(date_trunc('milliseconds', clock_timestamp()),
      (SELECT max(p.measured_at) + interval '1 ms' FROM upgrade_points AS p
        WHERE p.organization_id = NEW.organization_id AND p.upgrade_id = NEW.upgrade_id AND p.kind = 'progress')),
    jsonb_build_object('step', NEW.name, 'status', NEW.status,
      'percent', coalesce(round(100.0 * count(*) FILTER (WHERE s.status IN ('success', 'skipped')) / nullif(count(*), 0), 1), 0),
      'elapsed', (SELECT floor(extract(epoch FROM clock_timestamp() - u.started_at)) FROM upgrades AS u
        WHERE u.organization_id = NEW.organization_id AND u.id = NEW.upgrade_id))
  FROM upgrade_steps AS s WHERE s.organization_id = NEW.organization_id AND s.upgrade_id = NEW.upgrade_id;
  IF OLD.status = 'running' AND NEW.status <> 'running' AND checked IS NOT NULL THEN
    INSERT INTO upgrade_points (organization_id, upgrade_id, kind, measured_at, body)
    SELECT c.organization_id, c.upgrade_id, 'check', date_trunc('milliseconds', c.checked_at),
      jsonb_build_object('name', c.name, 'phase', c.phase, 'status', c.status, 'expected', c.expected, 'actual', c.actual)
    FROM upgrade_checks AS c
    WHERE c.organization_id = NEW.organization_id AND c.upgrade_id = NEW.upgrade_id AND c.phase = checked;
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION point_of_step() FROM PUBLIC;
CREATE TRIGGER upgrade_steps_point AFTER UPDATE OF status, attempt ON upgrade_steps
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.attempt IS DISTINCT FROM NEW.attempt)
  EXECUTE FUNCTION point_of_step();

-- The organizations that have points for the store: ids only.
CREATE FUNCTION upgrade_points_due() RETURNS SETOF uuid
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT DISTINCT organization_id FROM upgrade_points WHERE written_at IS NULL
$$;
REVOKE ALL ON FUNCTION upgrade_points_due() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION upgrade_points_due() TO netup_worker;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('027-upgrade-points', '7a5b7234890fce39da7147c6e0add506d80d83e2f630ae085883816fdab0daa8');
COMMIT;

-- 028-limits
BEGIN;
SET LOCAL ROLE netup_owner;

-- How many upgrades an organization lets run at once; NULL is no limit. Without a row the defaults hold. One at a site, since the two
-- routers of a site are often each other's way out, and nobody may have said so yet.
CREATE TABLE upgrade_limits (
  organization_id uuid PRIMARY KEY REFERENCES organizations (id),
  per_site integer DEFAULT 1 CHECK (per_site >= 1),
  per_organization integer DEFAULT 20 CHECK (per_organization >= 1),
  updated_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE upgrade_limits ENABLE ROW LEVEL SECURITY;
ALTER TABLE upgrade_limits FORCE ROW LEVEL SECURITY;
CREATE POLICY upgrade_limits_org_isolation ON upgrade_limits
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
-- The owner's function counts for all organizations.
CREATE POLICY upgrade_limits_owner ON upgrade_limits TO netup_owner USING (true) WITH CHECK (true);
GRANT SELECT ON upgrade_limits TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE ON upgrade_limits TO app_user;

-- What holds for all organizations together: one row.
CREATE TABLE upgrade_engine (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  most_at_once integer CHECK (most_at_once >= 1)
);
INSERT INTO upgrade_engine DEFAULT VALUES;
GRANT SELECT ON upgrade_engine TO app_user, netup_worker, netup_readonly;

-- Routers that stand in for each other: never two of a group at once.
ALTER TABLE routers ADD COLUMN redundancy_group text CHECK (redundancy_group ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$');

ALTER TABLE upgrade_queue
  -- Where its router is, and what it stands in for: here because the function below sees no organization's routers.
  ADD COLUMN site_id uuid,
  ADD COLUMN redundancy_group text,
  -- Since when it counts against the limits: from when a worker first took it until it is over, or held before its device was touched.
  ADD COLUMN slot_at timestamptz;
CREATE INDEX idx_upgrade_queue_slots ON upgrade_queue (organization_id, site_id) WHERE slot_at IS NOT NULL;

-- Keeps the queue in step with the upgrades, in the transaction that changes them, and wakes the workers.
CREATE OR REPLACE FUNCTION queue_upgrade() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  router routers;
BEGIN
  IF NEW.status IN ('approved', 'scheduled', 'running') THEN
    SELECT * INTO router FROM routers AS r WHERE r.organization_id = NEW.organization_id AND r.id = NEW.router_id;
    INSERT INTO upgrade_queue (organization_id, upgrade_id, due_at, site_id, redundancy_group)
    VALUES (NEW.organization_id, NEW.id, coalesce(NEW.scheduled_at, now()), router.site_id, router.redundancy_group)
    ON CONFLICT (organization_id, upgrade_id) DO UPDATE SET due_at = excluded.due_at WHERE upgrade_queue.due_at IS NULL;
  ELSE
    -- What is held after its device was told to go down may be a device that is down: it keeps its slot.
    UPDATE upgrade_queue AS q
    SET due_at = NULL, slot_at = CASE WHEN NEW.status = 'paused' AND EXISTS (
      SELECT FROM upgrade_steps AS t WHERE t.organization_id = NEW.organization_id AND t.upgrade_id = NEW.id
        AND t.name = 'activate' AND t.intent IS NOT NULL) THEN q.slot_at END
    WHERE q.organization_id = NEW.organization_id AND q.upgrade_id = NEW.id;
  END IF;
  -- Something is due, or a slot is free.
  PERFORM pg_notify('netup_queue', '');
  RETURN NULL;
END
$$;

CREATE FUNCTION queue_router() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  UPDATE upgrade_queue AS q SET site_id = NEW.site_id, redundancy_group = NEW.redundancy_group
  FROM upgrades AS u
  WHERE u.organization_id = NEW.organization_id AND u.router_id = NEW.id
    AND q.organization_id = u.organization_id AND q.upgrade_id = u.id;
  RETURN NULL;
END
$$;
CREATE TRIGGER routers_queue AFTER UPDATE OF site_id, redundancy_group ON routers FOR EACH ROW
  WHEN ((OLD.site_id, OLD.redundancy_group) IS DISTINCT FROM (NEW.site_id, NEW.redundancy_group))
  EXECUTE FUNCTION queue_router();

-- Gives a worker up to so many upgrades that are due, that nobody has, and that the limits allow; first those whose worker has been silent
-- for the margin longer than its lease, for they have their slot. The margin is for clocks that run unevenly while a machine is paused.
-- Slots are given out one claim after the other, and only here. What a limit stands against is passed over; but no younger one of its
-- redundancy group goes first then, so that everything gets its turn.
CREATE OR REPLACE FUNCTION claim_upgrades(worker uuid, how_many integer, lease interval, margin interval)
RETURNS TABLE (organization_id uuid, upgrade_id text, epoch text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  due record;
  found_epoch bigint;
  claimed integer := 0;
  most integer;
  -- Keys of what has no slot left.
  taken jsonb := '{}';
  organization_key text;
  site_key text;
  group_key text;
BEGIN
  IF NOT EXISTS (SELECT FROM upgrade_queue AS q WHERE q.due_at <= clock_timestamp()
      AND (q.lease_expires_at IS NULL OR q.lease_expires_at + margin < clock_timestamp())) THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(7203417);
  SELECT e.most_at_once INTO most FROM upgrade_engine AS e;
  FOR due IN
    SELECT q.organization_id, q.upgrade_id, q.site_id, q.redundancy_group, q.slot_at,
      CASE WHEN l.organization_id IS NULL THEN 1 ELSE l.per_site END AS per_site,
      CASE WHEN l.organization_id IS NULL THEN 20 ELSE l.per_organization END AS per_organization
    FROM upgrade_queue AS q LEFT JOIN upgrade_limits AS l ON l.organization_id = q.organization_id
    WHERE q.due_at <= clock_timestamp() AND (q.lease_expires_at IS NULL OR q.lease_expires_at + margin < clock_timestamp())
    ORDER BY q.slot_at IS NULL, q.due_at, q.upgrade_id
  LOOP
    EXIT WHEN claimed >= how_many;
    IF due.slot_at IS NULL THEN
      EXIT WHEN most IS NOT NULL AND (SELECT count(*) FROM upgrade_queue AS q WHERE q.slot_at IS NOT NULL) >= most;
      organization_key := 'organization ' || due.organization_id;
      site_key := 'site ' || due.organization_id || ' ' || due.site_id;
      group_key := 'group ' || due.organization_id || ' ' || due.redundancy_group;
      CONTINUE WHEN taken ? organization_key OR coalesce(taken ? group_key, false);
      IF (SELECT count(*) FROM upgrade_queue AS q
          WHERE q.slot_at IS NOT NULL AND q.organization_id = due.organization_id) >= due.per_organization THEN
        taken := taken || jsonb_build_object(organization_key, 1);
        CONTINUE;
      END IF;
      IF due.redundancy_group IS NOT NULL THEN
        -- Running, given out by this claim, or waited for: from here on the group is taken.
        taken := taken || jsonb_build_object(group_key, 1);
        CONTINUE WHEN EXISTS (SELECT FROM upgrade_queue AS q WHERE q.slot_at IS NOT NULL
          AND q.organization_id = due.organization_id AND q.redundancy_group = due.redundancy_group);
      END IF;
      CONTINUE WHEN coalesce(taken ? site_key, false);
      IF (SELECT count(*) FROM upgrade_queue AS q WHERE q.slot_at IS NOT NULL
          AND q.organization_id = due.organization_id AND q.site_id = due.site_id) >= due.per_site THEN
        taken := taken || jsonb_build_object(site_key, 1);
        CONTINUE;
      END IF;
    END IF;
    -- Somebody may be deciding on it, or a worker that fell silent may be writing still: nobody waits for them.
    PERFORM FROM upgrade_queue AS q
    WHERE q.organization_id = due.organization_id AND q.upgrade_id = due.upgrade_id AND q.due_at <= clock_timestamp()
      AND (q.lease_expires_at IS NULL OR q.lease_expires_at + margin < clock_timestamp())
      AND (q.slot_at IS NULL) = (due.slot_at IS NULL)
      AND (q.site_id, q.redundancy_group) IS NOT DISTINCT FROM (due.site_id, due.redundancy_group)
    FOR UPDATE SKIP LOCKED;
    CONTINUE WHEN NOT FOUND;
    UPDATE upgrade_queue AS q
    SET lease_epoch = q.lease_epoch + 1, lease_worker = worker, lease_expires_at = clock_timestamp() + lease,
      slot_at = coalesce(q.slot_at, clock_timestamp())
    WHERE q.organization_id = due.organization_id AND q.upgrade_id = due.upgrade_id
    RETURNING q.lease_epoch INTO found_epoch;
    claimed := claimed + 1;
    organization_id := due.organization_id;
    upgrade_id := due.upgrade_id::text;
    epoch := found_epoch::text;
    RETURN NEXT;
  END LOOP;
END
$$;

-- Lets an upgrade go. It is due again after the time given, if it still has something to come. One that was not begun gives its slot back.
CREATE OR REPLACE FUNCTION release_lease(upgrade bigint, epoch bigint, again interval) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  UPDATE upgrade_queue AS q
  SET lease_worker = NULL, lease_expires_at = NULL,
    due_at = CASE WHEN q.due_at IS NULL THEN NULL ELSE clock_timestamp() + again END,
    slot_at = CASE WHEN EXISTS (SELECT FROM upgrades AS u WHERE u.organization_id = q.organization_id AND u.id = q.upgrade_id
      AND u.status IN ('approved', 'scheduled')) THEN NULL ELSE q.slot_at END
  WHERE q.organization_id = current_org_id() AND q.upgrade_id = upgrade AND q.lease_epoch = epoch
$$;

-- Upgrades that were queued before there were limits.
DO $$
DECLARE
  organization uuid;
BEGIN
  FOR organization IN SELECT id FROM organizations LOOP
    PERFORM set_config('app.current_org_id', organization::text, true);
    UPDATE upgrade_queue AS q
    SET site_id = r.site_id, slot_at = CASE WHEN u.status = 'running' THEN coalesce(u.started_at, now()) END
    FROM upgrades AS u JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
    WHERE u.organization_id = organization AND q.organization_id = u.organization_id AND q.upgrade_id = u.id;
  END LOOP;
  PERFORM set_config('app.current_org_id', '', true);
END
$$;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('028-limits', '6184ed706d50f71ed70ab32324fdfa201f6ceb82be882556b8885a15327660b1');
COMMIT;

-- 029-blackouts
BEGIN;
SET LOCAL ROLE netup_owner;

-- Times in which no upgrade begins: everywhere in the organization, or at one site.
CREATE TABLE blackouts (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  id bigint GENERATED ALWAYS AS IDENTITY,
  site_id uuid,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  reason text NOT NULL CHECK (reason <> ''),
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, site_id) REFERENCES sites (organization_id, id),
  FOREIGN KEY (organization_id, created_by) REFERENCES organization_members (organization_id, operator_id),
  CONSTRAINT blackouts_forward CHECK (ends_at > starts_at)
);
CREATE INDEX idx_blackouts_end ON blackouts (organization_id, ends_at);
ALTER TABLE blackouts ENABLE ROW LEVEL SECURITY;
ALTER TABLE blackouts FORCE ROW LEVEL SECURITY;
CREATE POLICY blackouts_org_isolation ON blackouts
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
-- The owner's function looks at the blackouts of all organizations.
CREATE POLICY blackouts_owner ON blackouts TO netup_owner USING (true) WITH CHECK (true);
GRANT SELECT ON blackouts TO app_user, netup_worker, netup_readonly;
GRANT INSERT, DELETE ON blackouts TO app_user;

-- True for an emergency that an admin let through.
ALTER TABLE upgrade_queue ADD COLUMN ignores_blackouts boolean NOT NULL DEFAULT false;

-- An upgrade that was approved may be held before it is begun, as when its window is over.
CREATE FUNCTION upgrade_may_become(before text, after text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp
AS $$
  SELECT CASE before
    WHEN 'draft' THEN after IN ('pending', 'cancelled')
    WHEN 'pending' THEN after IN ('approved', 'rejected', 'cancelled')
    WHEN 'approved' THEN after IN ('scheduled', 'running', 'paused', 'cancelled')
    WHEN 'scheduled' THEN after IN ('running', 'paused', 'cancelled')
    WHEN 'running' THEN after IN ('paused', 'success', 'failed', 'rolled_back', 'cancelled')
    WHEN 'paused' THEN after IN ('running', 'failed', 'cancelled')
    WHEN 'failed' THEN after IN ('running', 'rolled_back')
    ELSE false
  END
$$;

CREATE OR REPLACE FUNCTION guard_upgrade() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status NOT IN ('draft', 'pending') OR NEW.approved_by IS NOT NULL OR NEW.closed_by IS NOT NULL THEN
      RAISE EXCEPTION 'an upgrade starts as draft or pending' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT has_role(NEW.requested_by, NEW.organization_id, ARRAY['operator', 'approver', 'admin']) THEN
      RAISE EXCEPTION 'the requester may not request upgrades' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
  END IF;

  IF (OLD.organization_id, OLD.id, OLD.router_id, OLD.image_id, OLD.policy_id, OLD.policy_version, OLD.from_ver, OLD.to_ver,
      OLD.schedule_kind, OLD.scheduled_at, OLD.window_ends_at, OLD.decision, OLD.gates, OLD.batch_id, OLD.idempotency_key,
      OLD.requested_by, OLD.requested_at)
     IS DISTINCT FROM
     (NEW.organization_id, NEW.id, NEW.router_id, NEW.image_id, NEW.policy_id, NEW.policy_version, NEW.from_ver, NEW.to_ver,
      NEW.schedule_kind, NEW.scheduled_at, NEW.window_ends_at, NEW.decision, NEW.gates, NEW.batch_id, NEW.idempotency_key,
      NEW.requested_by, NEW.requested_at) THEN
    RAISE EXCEPTION 'what was requested cannot be changed' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.approved_by IS NOT NULL AND (OLD.approved_by, OLD.approved_at) IS DISTINCT FROM (NEW.approved_by, NEW.approved_at) THEN
    RAISE EXCEPTION 'an approval cannot be changed' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.approved_by IS NULL AND NEW.approved_by IS NOT NULL
     AND NOT has_role(NEW.approved_by, NEW.organization_id, ARRAY['approver', 'admin']) THEN
    RAISE EXCEPTION 'the approver may not approve upgrades' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF OLD.status <> NEW.status AND NOT upgrade_may_become(OLD.status, NEW.status) THEN
    RAISE EXCEPTION 'an upgrade cannot go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  NEW.updated_at := now();
  RETURN NEW;
END
$$;

-- Gives a worker up to so many upgrades that are due, that nobody has, and that the limits allow; first those whose worker has been silent
-- for the margin longer than its lease, for they have their slot. The margin is for clocks that run unevenly while a machine is paused.
-- Slots are given out one claim after the other, and only here. What a limit stands against is passed over; but no younger one of its
-- redundancy group goes first then, so that everything gets its turn.
-- In a blackout nothing begins; what runs goes on.
CREATE OR REPLACE FUNCTION claim_upgrades(worker uuid, how_many integer, lease interval, margin interval)
RETURNS TABLE (organization_id uuid, upgrade_id text, epoch text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  due record;
  found_epoch bigint;
  claimed integer := 0;
  most integer;
  -- How many slots are taken, over all and by organization.
  overall integer;
  busy jsonb;
  -- Keys of sites and groups of which this claim gives nothing more.
  taken jsonb := '{}';
  site_key text;
  group_key text;
BEGIN
  IF NOT EXISTS (SELECT FROM upgrade_queue AS q WHERE q.due_at <= clock_timestamp()
      AND (q.lease_expires_at IS NULL OR q.lease_expires_at + margin < clock_timestamp())) THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(7203417);
  SELECT e.most_at_once INTO most FROM upgrade_engine AS e;
  SELECT coalesce(sum(s.slots), 0), coalesce(jsonb_object_agg(s.organization_id, s.slots), '{}') INTO overall, busy
  FROM (SELECT q.organization_id, count(*) AS slots FROM upgrade_queue AS q WHERE q.slot_at IS NOT NULL GROUP BY 1) AS s;
  FOR due IN
    WITH sites AS (
      SELECT q.organization_id, q.site_id, count(*) AS slots FROM upgrade_queue AS q WHERE q.slot_at IS NOT NULL GROUP BY 1, 2
    ), limits AS (
      SELECT o.organization_id,
        CASE WHEN l.organization_id IS NULL THEN 1 ELSE l.per_site END AS per_site,
        CASE WHEN l.organization_id IS NULL THEN 20 ELSE l.per_organization END AS per_organization
      FROM (SELECT DISTINCT q.organization_id FROM upgrade_queue AS q WHERE q.due_at IS NOT NULL) AS o
      LEFT JOIN upgrade_limits AS l ON l.organization_id = o.organization_id
    )
    SELECT q.organization_id, q.upgrade_id, q.site_id, q.redundancy_group, q.slot_at, l.per_site, l.per_organization
    FROM upgrade_queue AS q
    JOIN limits AS l ON l.organization_id = q.organization_id
    LEFT JOIN sites AS s ON s.organization_id = q.organization_id AND s.site_id = q.site_id
    WHERE q.due_at <= clock_timestamp() AND (q.lease_expires_at IS NULL OR q.lease_expires_at + margin < clock_timestamp())
      AND (q.slot_at IS NOT NULL OR (
        -- Thousands may wait behind full limits: they are left out before they are looked at one by one. What is in a group is not, for it
        -- keeps its place in it.
        coalesce((busy->>q.organization_id::text)::integer < l.per_organization, true)
        AND (q.redundancy_group IS NOT NULL OR coalesce(s.slots < l.per_site, true))
        AND (q.ignores_blackouts OR NOT EXISTS (
          SELECT FROM blackouts AS b
          WHERE b.organization_id = q.organization_id AND (b.site_id IS NULL OR b.site_id = q.site_id)
            AND b.starts_at <= clock_timestamp() AND b.ends_at > clock_timestamp()))))
    ORDER BY q.slot_at IS NULL, q.due_at, q.upgrade_id
  LOOP
    EXIT WHEN claimed >= how_many;
    IF due.slot_at IS NULL THEN
      EXIT WHEN overall >= most;
      CONTINUE WHEN (busy->>due.organization_id::text)::integer >= due.per_organization;
      IF due.redundancy_group IS NOT NULL THEN
        group_key := 'group ' || due.organization_id || ' ' || due.redundancy_group;
        CONTINUE WHEN taken ? group_key;
        -- Running, given out by this claim, or waited for: from here on the group is taken.
        taken := taken || jsonb_build_object(group_key, 1);
        CONTINUE WHEN EXISTS (SELECT FROM upgrade_queue AS q WHERE q.slot_at IS NOT NULL
          AND q.organization_id = due.organization_id AND q.redundancy_group = due.redundancy_group);
      END IF;
      IF due.site_id IS NOT NULL AND due.per_site IS NOT NULL THEN
        site_key := 'site ' || due.organization_id || ' ' || due.site_id;
        CONTINUE WHEN taken ? site_key;
        IF (SELECT count(*) FROM upgrade_queue AS q WHERE q.slot_at IS NOT NULL
            AND q.organization_id = due.organization_id AND q.site_id = due.site_id) >= due.per_site THEN
          taken := taken || jsonb_build_object(site_key, 1);
          CONTINUE;
        END IF;
      END IF;
    END IF;
    -- Somebody may be deciding on it, or a worker that fell silent may be writing still: nobody waits for them.
    PERFORM FROM upgrade_queue AS q
    WHERE q.organization_id = due.organization_id AND q.upgrade_id = due.upgrade_id AND q.due_at <= clock_timestamp()
      AND (q.lease_expires_at IS NULL OR q.lease_expires_at + margin < clock_timestamp())
      AND (q.slot_at IS NULL) = (due.slot_at IS NULL)
      AND (q.site_id, q.redundancy_group) IS NOT DISTINCT FROM (due.site_id, due.redundancy_group)
    FOR UPDATE SKIP LOCKED;
    CONTINUE WHEN NOT FOUND;
    UPDATE upgrade_queue AS q
    SET lease_epoch = q.lease_epoch + 1, lease_worker = worker, lease_expires_at = clock_timestamp() + lease,
      slot_at = coalesce(q.slot_at, clock_timestamp())
    WHERE q.organization_id = due.organization_id AND q.upgrade_id = due.upgrade_id
    RETURNING q.lease_epoch INTO found_epoch;
    IF due.slot_at IS NULL THEN
      overall := overall + 1;
      busy := busy || jsonb_build_object(due.organization_id, coalesce((busy->>due.organization_id::text)::integer, 0) + 1);
    END IF;
    claimed := claimed + 1;
    organization_id := due.organization_id;
    upgrade_id := due.upgrade_id::text;
    epoch := found_epoch::text;
    RETURN NEXT;
  END LOOP;
END
$$;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('029-blackouts', 'b6a7d39fdfb5bc121ba79b11036f3d5ba688e7df78f6a344863aad34d5b163ea');
COMMIT;

-- 030-plans
BEGIN;
SET LOCAL ROLE netup_owner;

-- The upgrades of one request (its batch) that go in waves: the next wave opens when the one before went well. A request without waves has
-- no row here.
CREATE TABLE upgrade_plans (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  -- The batch of its upgrades.
  id uuid NOT NULL,
  waves integer NOT NULL CHECK (waves >= 2),
  pause_minutes integer NOT NULL CHECK (pause_minutes >= 0),
  -- Percent of a wave that must succeed for the next to open.
  success_rate integer NOT NULL CHECK (success_rate BETWEEN 0 AND 100),
  -- Failures after which nothing more begins; NULL: only the rate decides.
  stop_after integer CHECK (stop_after >= 1),
  approve_waves boolean NOT NULL,
  -- waiting: for somebody to approve the next wave. stopped: nothing that has not begun begins.
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'waiting', 'stopped', 'done')),
  reason text,
  -- Upgrades of this wave and those before it may begin.
  open_wave integer NOT NULL DEFAULT 1 CHECK (open_wave BETWEEN 1 AND waves),
  -- Since when the open wave is over; the pause counts from here.
  wave_over_at timestamptz,
  -- What somebody accepted when they let it go on: so many failures, the rate of this wave, and the wave after this one.
  accepted_failures integer NOT NULL DEFAULT 0,
  accepted_wave integer NOT NULL DEFAULT 0,
  approved_wave integer NOT NULL DEFAULT 0,
  requested_by uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, requested_by) REFERENCES organization_members (organization_id, operator_id),
  CONSTRAINT upgrade_plans_stopped_with_reason CHECK (state NOT IN ('waiting', 'stopped') OR coalesce(reason, '') <> '')
);
CREATE INDEX idx_upgrade_plans_active ON upgrade_plans (organization_id) WHERE state = 'active';
ALTER TABLE upgrade_plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE upgrade_plans FORCE ROW LEVEL SECURITY;
CREATE POLICY upgrade_plans_org_isolation ON upgrade_plans
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
-- The owner's function lists the active ones of all organizations.
CREATE POLICY upgrade_plans_owner ON upgrade_plans TO netup_owner USING (true) WITH CHECK (true);
GRANT SELECT ON upgrade_plans TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE ON upgrade_plans TO app_user;
GRANT UPDATE (state, reason, open_wave, wave_over_at) ON upgrade_plans TO netup_worker;

ALTER TABLE upgrades ADD COLUMN wave integer NOT NULL DEFAULT 1 CHECK (wave >= 1);
CREATE INDEX idx_upgrades_batch ON upgrades (organization_id, batch_id);

CREATE FUNCTION guard_upgrade_wave() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  RAISE EXCEPTION 'the wave of an upgrade cannot be changed' USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER upgrades_wave BEFORE UPDATE OF wave ON upgrades FOR EACH ROW
  WHEN (OLD.wave IS DISTINCT FROM NEW.wave) EXECUTE FUNCTION guard_upgrade_wave();

-- A worker stops a plan and opens its waves; letting a stopped one go on is for people.
CREATE FUNCTION guard_worker_plan() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF acts_as_worker() THEN
    RAISE EXCEPTION 'a worker does not let a plan go on that is %', OLD.state USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER upgrade_plans_worker BEFORE UPDATE ON upgrade_plans FOR EACH ROW
  WHEN (OLD.state <> 'active' AND OLD.state <> NEW.state) EXECUTE FUNCTION guard_worker_plan();

-- The order of locks is everywhere: the upgrade (or its queue row, by the worker that has it), its plan, queue rows that no worker has.

-- Keeps the queue in step with the upgrades, in the transaction that changes them, and wakes the workers.
CREATE OR REPLACE FUNCTION queue_upgrade() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  router routers;
  plan upgrade_plans;
  due timestamptz := coalesce(NEW.scheduled_at, now());
BEGIN
  IF NEW.status IN ('approved', 'scheduled', 'running') THEN
    SELECT * INTO router FROM routers AS r WHERE r.organization_id = NEW.organization_id AND r.id = NEW.router_id;
    IF NEW.status <> 'running' THEN
      -- Its wave may not be open yet. The lock keeps it from being opened between this look and the row below.
      SELECT * INTO plan FROM upgrade_plans AS p WHERE p.organization_id = NEW.organization_id AND p.id = NEW.batch_id FOR SHARE;
      IF NEW.wave > plan.open_wave OR plan.state = 'stopped' THEN
        due := NULL;
      END IF;
    END IF;
    INSERT INTO upgrade_queue (organization_id, upgrade_id, due_at, site_id, redundancy_group)
    VALUES (NEW.organization_id, NEW.id, due, router.site_id, router.redundancy_group)
    ON CONFLICT (organization_id, upgrade_id) DO UPDATE SET due_at = excluded.due_at WHERE upgrade_queue.due_at IS NULL;
  ELSE
    -- What is held after its device was told to go down may be a device that is down: it keeps its slot.
    UPDATE upgrade_queue AS q
    SET due_at = NULL, slot_at = CASE WHEN NEW.status = 'paused' AND EXISTS (
      SELECT FROM upgrade_steps AS t WHERE t.organization_id = NEW.organization_id AND t.upgrade_id = NEW.id
        AND t.name = 'activate' AND t.intent IS NOT NULL) THEN q.slot_at END
    WHERE q.organization_id = NEW.organization_id AND q.upgrade_id = NEW.id;
  END IF;
  -- Something is due, or a slot is free.
  PERFORM pg_notify('netup_queue', '');
  RETURN NULL;
END
$$;

-- Makes the upgrades due that a plan lets begin, and those not due that it does not. What a worker has is left to the worker, which looks at
-- the plan before it begins it, and when it lets it go.
CREATE FUNCTION queue_plan() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  UPDATE upgrade_queue AS q
  SET due_at = CASE WHEN NEW.state <> 'stopped' AND u.wave <= NEW.open_wave THEN coalesce(q.due_at, u.scheduled_at, now()) END
  FROM upgrades AS u
  WHERE u.organization_id = NEW.organization_id AND u.batch_id = NEW.id AND u.status IN ('approved', 'scheduled')
    AND q.organization_id = u.organization_id AND q.upgrade_id = u.id AND q.lease_worker IS NULL;
  PERFORM pg_notify('netup_queue', '');
  RETURN NULL;
END
$$;
CREATE TRIGGER upgrade_plans_queue AFTER UPDATE ON upgrade_plans FOR EACH ROW
  WHEN ((OLD.state, OLD.open_wave) IS DISTINCT FROM (NEW.state, NEW.open_wave)) EXECUTE FUNCTION queue_plan();

-- Lets an upgrade go. It is due again after the time given, if it still has something to come and its plan lets it. One that was not begun
-- gives its slot back.
CREATE OR REPLACE FUNCTION release_lease(upgrade bigint, epoch bigint, again interval) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  waits boolean;
  may_begin boolean := true;
BEGIN
  SELECT u.status IN ('approved', 'scheduled') INTO waits FROM upgrades AS u
  WHERE u.organization_id = current_org_id() AND u.id = upgrade;
  IF waits THEN
    SELECT p.state <> 'stopped' AND u.wave <= p.open_wave INTO may_begin
    FROM upgrade_plans AS p JOIN upgrades AS u ON u.organization_id = p.organization_id AND u.batch_id = p.id
    WHERE u.organization_id = current_org_id() AND u.id = upgrade
    FOR SHARE OF p;
  END IF;
  UPDATE upgrade_queue AS q
  SET lease_worker = NULL, lease_expires_at = NULL,
    due_at = CASE WHEN q.due_at IS NOT NULL AND coalesce(may_begin, true) THEN clock_timestamp() + again END,
    slot_at = CASE WHEN waits THEN NULL ELSE q.slot_at END
  WHERE q.organization_id = current_org_id() AND q.upgrade_id = upgrade AND q.lease_epoch = epoch;
END
$$;

-- Which plans a worker has to look at: ids only.
CREATE FUNCTION active_plans() RETURNS TABLE (organization_id uuid, plan_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT p.organization_id, p.id FROM upgrade_plans AS p WHERE p.state = 'active' ORDER BY p.organization_id, p.id $$;
REVOKE ALL ON FUNCTION active_plans() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION active_plans() TO netup_worker;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('030-plans', '83c892168db5c06eb0131ce4deb4d8937235463a7c16e5b491042447f6d3d018');
COMMIT;

-- 031-golden-images
BEGIN;
SET LOCAL ROLE netup_owner;

-- Which image an organization wants on a model: at one site, or, without a site, wherever no site has its own. Without a row, the mark that all
-- organizations share holds (firmware_images.is_golden).
CREATE TABLE golden_images (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  model_id uuid NOT NULL,
  site_id uuid,
  image_id uuid NOT NULL,
  UNIQUE NULLS NOT DISTINCT (organization_id, model_id, site_id),
  FOREIGN KEY (organization_id, site_id) REFERENCES sites (organization_id, id),
  FOREIGN KEY (image_id, model_id) REFERENCES firmware_image_models (image_id, model_id)
);
ALTER TABLE golden_images ENABLE ROW LEVEL SECURITY;
ALTER TABLE golden_images FORCE ROW LEVEL SECURITY;
CREATE POLICY golden_images_org_isolation ON golden_images
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON golden_images TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE, DELETE ON golden_images TO app_user;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('031-golden-images', 'bde79f4cae0bb0bd8e437ad8173ff8cee0fdac8a211250411a18ade00b5860c8');
COMMIT;

-- 032-approvals
BEGIN;
SET LOCAL ROLE netup_owner;

-- What an organization asks of approvals. Without a row: one approver, who is not the requester; it holds a week; no reference is needed.
CREATE TABLE approval_rules (
  organization_id uuid PRIMARY KEY REFERENCES organizations (id),
  approvers integer NOT NULL DEFAULT 1 CHECK (approvers IN (1, 2)),
  -- Counted from when it was approved, or from its time if that is later; NULL: it holds for ever.
  expires_hours integer DEFAULT 168 CHECK (expires_hours >= 1),
  reference_required boolean NOT NULL DEFAULT false,
  updated_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE approval_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE approval_rules FORCE ROW LEVEL SECURITY;
CREATE POLICY approval_rules_org_isolation ON approval_rules
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON approval_rules TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE ON approval_rules TO app_user;

-- Who approved an upgrade, and what it was about then: an approval of something else does not count.
CREATE TABLE upgrade_approvals (
  organization_id uuid NOT NULL,
  upgrade_id bigint NOT NULL,
  operator_id uuid NOT NULL,
  -- The image's digest and size, the router's model and target version.
  subject jsonb NOT NULL,
  -- An emergency: an admin let it through without a second approver, without end, and in blackouts too.
  break_glass boolean NOT NULL DEFAULT false,
  reason text,
  approved_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, upgrade_id, operator_id),
  FOREIGN KEY (organization_id, upgrade_id) REFERENCES upgrades (organization_id, id),
  FOREIGN KEY (organization_id, operator_id) REFERENCES organization_members (organization_id, operator_id),
  CONSTRAINT upgrade_approvals_emergency_with_reason CHECK (NOT break_glass OR coalesce(reason, '') <> '')
);
ALTER TABLE upgrade_approvals ENABLE ROW LEVEL SECURITY;
ALTER TABLE upgrade_approvals FORCE ROW LEVEL SECURITY;
CREATE POLICY upgrade_approvals_org_isolation ON upgrade_approvals
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON upgrade_approvals TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE ON upgrade_approvals TO app_user;

-- Four eyes, the role and the order hold here as well as in the program.
CREATE FUNCTION guard_approval() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM upgrades AS u WHERE u.organization_id = NEW.organization_id AND u.id = NEW.upgrade_id
      AND u.status = 'pending' AND u.requested_by <> NEW.operator_id) THEN
    RAISE EXCEPTION 'only a pending upgrade of somebody else can be approved' USING ERRCODE = 'check_violation';
  END IF;
  IF NOT has_role(NEW.operator_id, NEW.organization_id,
      CASE WHEN NEW.break_glass THEN ARRAY['admin'] ELSE ARRAY['approver', 'admin'] END) THEN
    RAISE EXCEPTION 'the approver may not approve so' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER upgrade_approvals_guard BEFORE INSERT OR UPDATE ON upgrade_approvals
  FOR EACH ROW EXECUTE FUNCTION guard_approval();

-- Where two have to approve, one is not enough, whoever writes it.
CREATE FUNCTION guard_approvers() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM approval_rules AS r WHERE r.organization_id = NEW.organization_id AND r.approvers = 2)
     AND NOT EXISTS (SELECT FROM upgrade_approvals AS a WHERE a.organization_id = NEW.organization_id AND a.upgrade_id = NEW.id
       AND (a.operator_id <> NEW.approved_by OR a.break_glass)) THEN
    RAISE EXCEPTION 'a second approver is needed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER upgrades_approvers BEFORE UPDATE OF status ON upgrades FOR EACH ROW
  WHEN (OLD.status = 'pending' AND NEW.status = 'approved') EXECUTE FUNCTION guard_approvers();

-- Keeps the queue in step with the upgrades, in the transaction that changes them, and wakes the workers.
CREATE OR REPLACE FUNCTION queue_upgrade() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  router routers;
  plan upgrade_plans;
  due timestamptz := coalesce(NEW.scheduled_at, now());
BEGIN
  IF NEW.status IN ('approved', 'scheduled', 'running') THEN
    SELECT * INTO router FROM routers AS r WHERE r.organization_id = NEW.organization_id AND r.id = NEW.router_id;
    IF NEW.status <> 'running' THEN
      -- Its wave may not be open yet. The lock keeps it from being opened between this look and the row below.
      SELECT * INTO plan FROM upgrade_plans AS p WHERE p.organization_id = NEW.organization_id AND p.id = NEW.batch_id FOR SHARE;
      IF NEW.wave > plan.open_wave OR plan.state = 'stopped' THEN
        due := NULL;
      END IF;
    END IF;
    INSERT INTO upgrade_queue (organization_id, upgrade_id, due_at, site_id, redundancy_group, ignores_blackouts)
    VALUES (NEW.organization_id, NEW.id, due, router.site_id, router.redundancy_group,
      EXISTS (SELECT FROM upgrade_approvals AS a
        WHERE a.organization_id = NEW.organization_id AND a.upgrade_id = NEW.id AND a.break_glass))
    ON CONFLICT (organization_id, upgrade_id) DO UPDATE SET due_at = excluded.due_at WHERE upgrade_queue.due_at IS NULL;
  ELSE
    -- What is held after its device was told to go down may be a device that is down: it keeps its slot.
    UPDATE upgrade_queue AS q
    SET due_at = NULL, slot_at = CASE WHEN NEW.status = 'paused' AND EXISTS (
      SELECT FROM upgrade_steps AS t WHERE t.organization_id = NEW.organization_id AND t.upgrade_id = NEW.id
        AND t.name = 'activate' AND t.intent IS NOT NULL) THEN q.slot_at END
    WHERE q.organization_id = NEW.organization_id AND q.upgrade_id = NEW.id;
  END IF;
  -- Something is due, or a slot is free.
  PERFORM pg_notify('netup_queue', '');
  RETURN NULL;
END
$$;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('032-approvals', 'ea6616cd7930b905d032ad34d4fa37840e30835c558f33e3a91d78317a9ddcbf');
COMMIT;

-- 033-webhooks
BEGIN;
SET LOCAL ROLE netup_owner;

-- Where an organization wants to be told what happens to its upgrades and plans.
CREATE TABLE webhooks (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL CHECK (name <> ''),
  url text NOT NULL CHECK (url ~ '^https?://' AND length(url) <= 2048),
  -- Which events; empty: all.
  events text[] NOT NULL DEFAULT '{}',
  -- What its messages are signed with.
  encrypted_data bytea NOT NULL,
  encryption_key_id text NOT NULL CHECK (encryption_key_id <> ''),
  active boolean NOT NULL DEFAULT true,
  off_reason text,
  -- The first of the failures since it last took a message.
  failing_since timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, name),
  CONSTRAINT webhooks_off_with_reason CHECK (active OR coalesce(off_reason, '') <> '')
);
CREATE INDEX idx_webhooks_key ON webhooks (organization_id, encryption_key_id);
ALTER TABLE webhooks ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhooks FORCE ROW LEVEL SECURITY;
CREATE POLICY webhooks_org_isolation ON webhooks
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
-- The owner's functions look at the webhooks of all organizations.
CREATE POLICY webhooks_owner ON webhooks TO netup_owner USING (true) WITH CHECK (true);
GRANT SELECT ON webhooks TO app_user, netup_worker;
GRANT SELECT (organization_id, id, name, url, events, encryption_key_id, active, off_reason, failing_since, created_at, updated_at)
  ON webhooks TO netup_readonly;
GRANT INSERT, UPDATE, DELETE ON webhooks TO app_user;
GRANT UPDATE (active, off_reason, failing_since, updated_at) ON webhooks TO netup_worker;

-- What is to be told, one row for each event and webhook: written by the transaction that changes the upgrade or the plan.
CREATE TABLE webhook_deliveries (
  organization_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  webhook_id uuid NOT NULL,
  -- The same for all webhooks and all attempts, so that a receiver knows what it has.
  event_id uuid NOT NULL,
  event text NOT NULL,
  upgrade_id bigint,
  plan_id uuid,
  -- The sentence that was said of it then: it may be gone from the upgrade when this is sent.
  outcome text,
  occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Begun ones. The number of an attempt is also what its worker shows when it writes what came of it.
  attempts integer NOT NULL DEFAULT 0,
  -- NULL: delivered, or given up.
  next_attempt_at timestamptz DEFAULT clock_timestamp(),
  -- A worker sends it now; when this is over, it is due again.
  claimed_until timestamptz,
  last_status integer,
  last_error text,
  delivered_at timestamptz,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, event_id, webhook_id),
  FOREIGN KEY (organization_id, webhook_id) REFERENCES webhooks (organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, upgrade_id) REFERENCES upgrades (organization_id, id),
  FOREIGN KEY (organization_id, plan_id) REFERENCES upgrade_plans (organization_id, id),
  CONSTRAINT webhook_deliveries_of_one CHECK ((upgrade_id IS NULL) <> (plan_id IS NULL)),
  CONSTRAINT webhook_deliveries_over CHECK (delivered_at IS NULL OR next_attempt_at IS NULL)
);
CREATE INDEX idx_webhook_deliveries_due ON webhook_deliveries (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX idx_webhook_deliveries_hook ON webhook_deliveries (organization_id, webhook_id, next_attempt_at);
CREATE INDEX idx_webhook_deliveries_claimed ON webhook_deliveries (organization_id, webhook_id) WHERE claimed_until IS NOT NULL;
CREATE INDEX idx_webhook_deliveries_over ON webhook_deliveries (organization_id, occurred_at) WHERE next_attempt_at IS NULL;
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY;
CREATE POLICY webhook_deliveries_org_isolation ON webhook_deliveries
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
CREATE POLICY webhook_deliveries_owner ON webhook_deliveries TO netup_owner USING (true) WITH CHECK (true);
GRANT SELECT ON webhook_deliveries TO app_user, netup_worker, netup_readonly;
GRANT UPDATE (attempts, next_attempt_at, claimed_until, last_error) ON webhook_deliveries TO app_user;
GRANT UPDATE (attempts, next_attempt_at, claimed_until, last_status, last_error, delivered_at) ON webhook_deliveries TO netup_worker;
GRANT DELETE ON webhook_deliveries TO netup_worker;

-- Writes an event down for every active webhook that wants it, by its own name or by that of the more general event that it is one of.
CREATE FUNCTION tell_webhooks(organization uuid, told text, general text, upgrade bigint, plan uuid, said text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  event uuid := gen_random_uuid();
BEGIN
  INSERT INTO webhook_deliveries (organization_id, webhook_id, event_id, event, upgrade_id, plan_id, outcome)
  SELECT w.organization_id, w.id, event, told, upgrade, plan, said FROM webhooks AS w
  WHERE w.organization_id = organization AND w.active AND (w.events = '{}' OR w.events && ARRAY[told, general]);
  IF FOUND THEN
    PERFORM pg_notify('netup_queue', '');
  END IF;
END
$$;

CREATE FUNCTION webhook_of_upgrade() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  told text;
  general text;
  said text := NEW.outcome;
BEGIN
  IF NOT EXISTS (SELECT FROM webhooks AS w WHERE w.organization_id = NEW.organization_id AND w.active) THEN
    RETURN NULL;
  END IF;
  CASE NEW.status
    WHEN 'pending' THEN told := 'upgrade.requested';
    WHEN 'approved' THEN
      general := 'upgrade.approved';
      SELECT 'upgrade.break_glass', a.reason INTO told, said FROM upgrade_approvals AS a
      WHERE a.organization_id = NEW.organization_id AND a.upgrade_id = NEW.id AND a.break_glass;
    WHEN 'running' THEN told := CASE WHEN OLD.status IN ('paused', 'failed') THEN 'upgrade.resumed' ELSE 'upgrade.started' END;
    WHEN 'paused' THEN
      general := 'upgrade.paused';
      -- Paused as somebody asked; but not if a step gave the same reason, for then it was held before anybody was heeded.
      IF (TG_OP = 'UPDATE' AND OLD.wanted = 'pause') IS NOT TRUE OR EXISTS (
          SELECT FROM upgrade_steps AS t WHERE t.organization_id = NEW.organization_id AND t.upgrade_id = NEW.id
            AND t.status = 'pending' AND t.detail = NEW.outcome) THEN
        told := 'upgrade.held';
      END IF;
    WHEN 'success' THEN told := 'upgrade.succeeded';
    WHEN 'failed' THEN
      general := 'upgrade.failed';
      -- The way back failed: the device is in no known state.
      IF EXISTS (SELECT FROM upgrade_steps AS t WHERE t.organization_id = NEW.organization_id AND t.upgrade_id = NEW.id
          AND t.name = 'rollback' AND t.status = 'failed') THEN
        told := 'upgrade.rollback_failed';
      END IF;
    WHEN 'rolled_back' THEN told := 'upgrade.rolled_back';
    WHEN 'cancelled' THEN
      told := 'upgrade.cancelled';
      said := coalesce(NEW.close_reason, NEW.outcome);
    WHEN 'rejected' THEN
      told := 'upgrade.rejected';
      said := NEW.close_reason;
    -- A draft is nobody's business yet, and `scheduled` is a form of `approved`.
    ELSE RETURN NULL;
  END CASE;
  PERFORM tell_webhooks(NEW.organization_id, coalesce(told, general), coalesce(general, told), NEW.id, NULL, said);
  RETURN NULL;
END
$$;
CREATE TRIGGER upgrades_webhook_requested AFTER INSERT ON upgrades
  FOR EACH ROW WHEN (NEW.status = 'pending') EXECUTE FUNCTION webhook_of_upgrade();
CREATE TRIGGER upgrades_webhook AFTER UPDATE OF status ON upgrades
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION webhook_of_upgrade();

CREATE FUNCTION webhook_of_plan() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  told text := CASE
    WHEN TG_OP = 'INSERT' THEN 'plan.requested'
    WHEN OLD.state = NEW.state THEN 'plan.wave_opened'
    ELSE CASE NEW.state WHEN 'active' THEN 'plan.resumed' ELSE 'plan.' || NEW.state END
  END;
BEGIN
  PERFORM tell_webhooks(NEW.organization_id, told, told, NULL, NEW.id, CASE WHEN NEW.state <> 'active' THEN NEW.reason END);
  RETURN NULL;
END
$$;
CREATE TRIGGER upgrade_plans_webhook_requested AFTER INSERT ON upgrade_plans
  FOR EACH ROW EXECUTE FUNCTION webhook_of_plan();
CREATE TRIGGER upgrade_plans_webhook AFTER UPDATE ON upgrade_plans FOR EACH ROW
  WHEN ((OLD.state, OLD.open_wave) IS DISTINCT FROM (NEW.state, NEW.open_wave)) EXECUTE FUNCTION webhook_of_plan();

-- Gives a worker up to so many messages that are due: ids only. Each webhook has so many under way at once over all workers, and one that fails only
-- one; and no more than so many of those given out are of failing ones. So receivers that are slow or gone hold up nobody else.
-- A message whose worker is not heard of until the lease is over is due again.
CREATE FUNCTION claim_deliveries(how_many integer, how_many_failing integer, per_webhook integer, lease interval)
RETURNS TABLE (organization_id uuid, delivery_id text, attempt integer, failing boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  moment timestamptz := clock_timestamp();
BEGIN
  IF NOT EXISTS (SELECT FROM webhook_deliveries AS d WHERE d.next_attempt_at <= moment) THEN
    RETURN;
  END IF;
  -- One claim after the other: two at once would both count what is under way without each other's.
  PERFORM pg_advisory_xact_lock(7203418);
  moment := clock_timestamp();
  RETURN QUERY
  WITH due AS (
    SELECT w.organization_id, d.id, d.next_attempt_at, w.failing_since IS NOT NULL AS failing
    FROM webhooks AS w
    CROSS JOIN LATERAL (
      SELECT count(*) AS number FROM webhook_deliveries AS b
      WHERE b.organization_id = w.organization_id AND b.webhook_id = w.id AND b.claimed_until > moment
    ) AS busy
    CROSS JOIN LATERAL (
      SELECT e.id, e.next_attempt_at FROM webhook_deliveries AS e
      WHERE e.organization_id = w.organization_id AND e.webhook_id = w.id AND e.next_attempt_at <= moment
      ORDER BY e.next_attempt_at, e.id
      LIMIT greatest(0, CASE WHEN w.failing_since IS NULL THEN per_webhook ELSE 1 END - busy.number)
      FOR UPDATE SKIP LOCKED
    ) AS d
    WHERE w.active
  ), turns AS (
    SELECT t.*, row_number() OVER (PARTITION BY t.failing ORDER BY t.next_attempt_at, t.id) AS turn FROM due AS t
  ), chosen AS (
    SELECT t.organization_id, t.id, t.failing FROM turns AS t
    WHERE NOT t.failing OR t.turn <= how_many_failing
    ORDER BY t.failing, t.next_attempt_at, t.id LIMIT how_many
  )
  UPDATE webhook_deliveries AS d
  SET attempts = d.attempts + 1, claimed_until = moment + lease, next_attempt_at = moment + lease
  FROM chosen AS c WHERE d.organization_id = c.organization_id AND d.id = c.id
  RETURNING d.organization_id, d.id::text, d.attempts, c.failing;
END
$$;

REVOKE ALL ON FUNCTION tell_webhooks(uuid, text, text, bigint, uuid, text), webhook_of_upgrade(), webhook_of_plan(),
  claim_deliveries(integer, integer, integer, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_deliveries(integer, integer, integer, interval) TO netup_worker;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('033-webhooks', '73205a2999e7d9dcd1f020e2d93e646cac331e562cfe239c343f7fba2e50d22e');
COMMIT;

-- 034-dry-run
BEGIN;
SET LOCAL ROLE netup_owner;

-- A dry-run goes through an upgrade up to where the device would be changed, and changes nothing on it. It needs no approval, takes no slot, and
-- counts in no figure of upgrades.
ALTER TABLE upgrades
  ADD COLUMN dry_run boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT upgrades_dry_run_unapproved CHECK (NOT dry_run OR approved_by IS NULL),
  ADD CONSTRAINT upgrades_dry_run_not_taken_back CHECK (NOT dry_run OR status <> 'rolled_back');
ALTER TABLE upgrade_queue ADD COLUMN dry_run boolean NOT NULL DEFAULT false;

-- Whatever a worker believes, in a dry-run no step is begun that would change the device, and nothing is written down that is about to be sent to it.
CREATE FUNCTION guard_dry_run_step() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM upgrades AS u WHERE u.organization_id = NEW.organization_id AND u.id = NEW.upgrade_id AND u.dry_run) THEN
    RAISE EXCEPTION 'a dry-run does not come to %', NEW.name USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER upgrade_steps_dry_run BEFORE INSERT OR UPDATE ON upgrade_steps FOR EACH ROW
  WHEN (NEW.intent IS NOT NULL OR NEW.name = 'rollback' OR (
    (NEW.attempt > 0 OR NEW.status = 'running')
    AND NEW.name IN ('save_config', 'activate', 'reboot_wait', 'verify_version', 'postcheck', 'commit', 'cleanup')))
  EXECUTE FUNCTION guard_dry_run_step();

CREATE OR REPLACE FUNCTION guard_upgrade() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status NOT IN ('draft', 'pending') OR NEW.approved_by IS NOT NULL OR NEW.closed_by IS NOT NULL THEN
      RAISE EXCEPTION 'an upgrade starts as draft or pending' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT has_role(NEW.requested_by, NEW.organization_id, ARRAY['operator', 'approver', 'admin']) THEN
      RAISE EXCEPTION 'the requester may not request upgrades' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
  END IF;

  IF (OLD.organization_id, OLD.id, OLD.router_id, OLD.image_id, OLD.policy_id, OLD.policy_version, OLD.from_ver, OLD.to_ver,
      OLD.schedule_kind, OLD.scheduled_at, OLD.window_ends_at, OLD.decision, OLD.gates, OLD.batch_id, OLD.idempotency_key,
      OLD.requested_by, OLD.requested_at, OLD.dry_run)
     IS DISTINCT FROM
     (NEW.organization_id, NEW.id, NEW.router_id, NEW.image_id, NEW.policy_id, NEW.policy_version, NEW.from_ver, NEW.to_ver,
      NEW.schedule_kind, NEW.scheduled_at, NEW.window_ends_at, NEW.decision, NEW.gates, NEW.batch_id, NEW.idempotency_key,
      NEW.requested_by, NEW.requested_at, NEW.dry_run) THEN
    RAISE EXCEPTION 'what was requested cannot be changed' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.approved_by IS NOT NULL AND (OLD.approved_by, OLD.approved_at) IS DISTINCT FROM (NEW.approved_by, NEW.approved_at) THEN
    RAISE EXCEPTION 'an approval cannot be changed' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.approved_by IS NULL AND NEW.approved_by IS NOT NULL
     AND NOT has_role(NEW.approved_by, NEW.organization_id, ARRAY['approver', 'admin']) THEN
    RAISE EXCEPTION 'the approver may not approve upgrades' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- Only a dry-run goes past the approval.
  IF OLD.status <> NEW.status AND NOT upgrade_may_become(OLD.status, NEW.status)
     AND NOT (NEW.dry_run AND OLD.status = 'pending' AND NEW.status = 'scheduled') THEN
    RAISE EXCEPTION 'an upgrade cannot go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  NEW.updated_at := now();
  RETURN NEW;
END
$$;

-- Keeps the queue in step with the upgrades, in the transaction that changes them, and wakes the workers. A dry-run is due at once: the time
-- and the waves that it was given are those of the upgrade for real that it is about.
CREATE OR REPLACE FUNCTION queue_upgrade() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  router routers;
  plan upgrade_plans;
  due timestamptz := CASE WHEN NEW.dry_run THEN now() ELSE coalesce(NEW.scheduled_at, now()) END;
BEGIN
  IF NEW.status IN ('approved', 'scheduled', 'running') THEN
    SELECT * INTO router FROM routers AS r WHERE r.organization_id = NEW.organization_id AND r.id = NEW.router_id;
    IF NEW.status <> 'running' AND NOT NEW.dry_run THEN
      -- Its wave may not be open yet. The lock keeps it from being opened between this look and the row below.
      SELECT * INTO plan FROM upgrade_plans AS p WHERE p.organization_id = NEW.organization_id AND p.id = NEW.batch_id FOR SHARE;
      IF NEW.wave > plan.open_wave OR plan.state = 'stopped' THEN
        due := NULL;
      END IF;
    END IF;
    INSERT INTO upgrade_queue (organization_id, upgrade_id, due_at, site_id, redundancy_group, dry_run, ignores_blackouts)
    VALUES (NEW.organization_id, NEW.id, due, router.site_id, router.redundancy_group, NEW.dry_run,
      NEW.dry_run OR EXISTS (SELECT FROM upgrade_approvals AS a
        WHERE a.organization_id = NEW.organization_id AND a.upgrade_id = NEW.id AND a.break_glass))
    ON CONFLICT (organization_id, upgrade_id) DO UPDATE SET due_at = excluded.due_at WHERE upgrade_queue.due_at IS NULL;
  ELSE
    -- What is held after its device was told to go down may be a device that is down: it keeps its slot.
    UPDATE upgrade_queue AS q
    SET due_at = NULL, slot_at = CASE WHEN NEW.status = 'paused' AND EXISTS (
      SELECT FROM upgrade_steps AS t WHERE t.organization_id = NEW.organization_id AND t.upgrade_id = NEW.id
        AND t.name = 'activate' AND t.intent IS NOT NULL) THEN q.slot_at END
    WHERE q.organization_id = NEW.organization_id AND q.upgrade_id = NEW.id;
  END IF;
  -- Something is due, or a slot is free.
  PERFORM pg_notify('netup_queue', '');
  RETURN NULL;
END
$$;

-- Gives a worker up to so many upgrades that are due, that nobody has, and that the limits allow; first those whose worker has been silent
-- for the margin longer than its lease, for they have their slot. The margin is for clocks that run unevenly while a machine is paused.
-- Slots are given out one claim after the other, and only here. What a limit stands against is passed over; but no younger one of its
-- redundancy group goes first then, so that everything gets its turn.
-- In a blackout nothing begins; what runs goes on.
-- A dry-run changes nothing, so that no limit counts it and none holds it; but it comes after everything that is for real.
CREATE OR REPLACE FUNCTION claim_upgrades(worker uuid, how_many integer, lease interval, margin interval)
RETURNS TABLE (organization_id uuid, upgrade_id text, epoch text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  due record;
  found_epoch bigint;
  claimed integer := 0;
  most integer;
  -- How many slots are taken, over all and by organization.
  overall integer;
  busy jsonb;
  -- Keys of sites and groups of which this claim gives nothing more.
  taken jsonb := '{}';
  site_key text;
  group_key text;
BEGIN
  IF NOT EXISTS (SELECT FROM upgrade_queue AS q WHERE q.due_at <= clock_timestamp()
      AND (q.lease_expires_at IS NULL OR q.lease_expires_at + margin < clock_timestamp())) THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(7203417);
  SELECT e.most_at_once INTO most FROM upgrade_engine AS e;
  SELECT coalesce(sum(s.slots), 0), coalesce(jsonb_object_agg(s.organization_id, s.slots), '{}') INTO overall, busy
  FROM (SELECT q.organization_id, count(*) AS slots FROM upgrade_queue AS q WHERE q.slot_at IS NOT NULL GROUP BY 1) AS s;
  FOR due IN
    WITH sites AS (
      SELECT q.organization_id, q.site_id, count(*) AS slots FROM upgrade_queue AS q WHERE q.slot_at IS NOT NULL GROUP BY 1, 2
    ), limits AS (
      SELECT o.organization_id,
        CASE WHEN l.organization_id IS NULL THEN 1 ELSE l.per_site END AS per_site,
        CASE WHEN l.organization_id IS NULL THEN 20 ELSE l.per_organization END AS per_organization
      FROM (SELECT DISTINCT q.organization_id FROM upgrade_queue AS q WHERE q.due_at IS NOT NULL) AS o
      LEFT JOIN upgrade_limits AS l ON l.organization_id = o.organization_id
    )
    SELECT q.organization_id, q.upgrade_id, q.site_id, q.redundancy_group, q.slot_at, q.dry_run, l.per_site, l.per_organization
    FROM upgrade_queue AS q
    JOIN limits AS l ON l.organization_id = q.organization_id
    LEFT JOIN sites AS s ON s.organization_id = q.organization_id AND s.site_id = q.site_id
    WHERE q.due_at <= clock_timestamp() AND (q.lease_expires_at IS NULL OR q.lease_expires_at + margin < clock_timestamp())
      AND (q.slot_at IS NOT NULL OR q.dry_run OR (
        -- Thousands may wait behind full limits: they are left out before they are looked at one by one. What is in a group is not, for it
        -- keeps its place in it.
        coalesce(overall < most, true)
        AND coalesce((busy->>q.organization_id::text)::integer < l.per_organization, true)
        AND (q.redundancy_group IS NOT NULL OR coalesce(s.slots < l.per_site, true))
        AND (q.ignores_blackouts OR NOT EXISTS (
          SELECT FROM blackouts AS b
          WHERE b.organization_id = q.organization_id AND (b.site_id IS NULL OR b.site_id = q.site_id)
            AND b.starts_at <= clock_timestamp() AND b.ends_at > clock_timestamp()))))
    ORDER BY q.slot_at IS NULL, q.dry_run, q.due_at, q.upgrade_id
  LOOP
    EXIT WHEN claimed >= how_many;
    IF due.slot_at IS NULL AND NOT due.dry_run THEN
      CONTINUE WHEN overall >= most;
      CONTINUE WHEN (busy->>due.organization_id::text)::integer >= due.per_organization;
      IF due.redundancy_group IS NOT NULL THEN
        group_key := 'group ' || due.organization_id || ' ' || due.redundancy_group;
        CONTINUE WHEN taken ? group_key;
        -- Running, given out by this claim, or waited for: from here on the group is taken.
        taken := taken || jsonb_build_object(group_key, 1);
        CONTINUE WHEN EXISTS (SELECT FROM upgrade_queue AS q WHERE q.slot_at IS NOT NULL
          AND q.organization_id = due.organization_id AND q.redundancy_group = due.redundancy_group);
      END IF;
      IF due.site_id IS NOT NULL AND due.per_site IS NOT NULL THEN
        site_key := 'site ' || due.organization_id || ' ' || due.site_id;
        CONTINUE WHEN taken ? site_key;
        IF (SELECT count(*) FROM upgrade_queue AS q WHERE q.slot_at IS NOT NULL
            AND q.organization_id = due.organization_id AND q.site_id = due.site_id) >= due.per_site THEN
          taken := taken || jsonb_build_object(site_key, 1);
          CONTINUE;
        END IF;
      END IF;
    END IF;
    -- Somebody may be deciding on it, or a worker that fell silent may be writing still: nobody waits for them.
    PERFORM FROM upgrade_queue AS q
    WHERE q.organization_id = due.organization_id AND q.upgrade_id = due.upgrade_id AND q.due_at <= clock_timestamp()
      AND (q.lease_expires_at IS NULL OR q.lease_expires_at + margin < clock_timestamp())
      AND (q.slot_at IS NULL) = (due.slot_at IS NULL)
      AND (q.site_id, q.redundancy_group) IS NOT DISTINCT FROM (due.site_id, due.redundancy_group)
    FOR UPDATE SKIP LOCKED;
    CONTINUE WHEN NOT FOUND;
    UPDATE upgrade_queue AS q
    SET lease_epoch = q.lease_epoch + 1, lease_worker = worker, lease_expires_at = clock_timestamp() + lease,
      slot_at = CASE WHEN NOT q.dry_run THEN coalesce(q.slot_at, clock_timestamp()) END
    WHERE q.organization_id = due.organization_id AND q.upgrade_id = due.upgrade_id
    RETURNING q.lease_epoch INTO found_epoch;
    IF due.slot_at IS NULL AND NOT due.dry_run THEN
      overall := overall + 1;
      busy := busy || jsonb_build_object(due.organization_id, coalesce((busy->>due.organization_id::text)::integer, 0) + 1);
    END IF;
    claimed := claimed + 1;
    organization_id := due.organization_id;
    upgrade_id := due.upgrade_id::text;
    epoch := found_epoch::text;
    RETURN NEXT;
  END LOOP;
END
$$;

-- A point for each step that begins or ends; and when a step that checks something ends, one for each of its checks. None for a dry-run: what is
-- reckoned from points is about upgrades.
CREATE OR REPLACE FUNCTION point_of_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  checked text := CASE NEW.name WHEN 'precheck' THEN 'pre' WHEN 'preflight_gate' THEN 'gate' WHEN 'postcheck' THEN 'post' END;
BEGIN
  IF EXISTS (SELECT FROM upgrades AS u WHERE u.organization_id = NEW.organization_id AND u.id = NEW.upgrade_id AND u.dry_run) THEN
    RETURN NULL;
  END IF;
  INSERT INTO upgrade_points (organization_id, upgrade_id, kind, measured_at, body)
  SELECT NEW.organization_id, NEW.upgrade_id, 'progress',
    greatest(date_trunc('milliseconds', clock_timestamp()),
      (SELECT max(p.measured_at) + interval '1 ms' FROM upgrade_points AS p
        WHERE p.organization_id = NEW.organization_id AND p.upgrade_id = NEW.upgrade_id AND p.kind = 'progress')),
    jsonb_build_object('step', NEW.name, 'status', NEW.status,
      'percent', coalesce(round(100.0 * count(*) FILTER (WHERE s.status IN ('success', 'skipped')) / nullif(count(*), 0), 1), 0),
      'elapsed', (SELECT floor(extract(epoch FROM clock_timestamp() - u.started_at)) FROM upgrades AS u
        WHERE u.organization_id = NEW.organization_id AND u.id = NEW.upgrade_id))
  FROM upgrade_steps AS s WHERE s.organization_id = NEW.organization_id AND s.upgrade_id = NEW.upgrade_id;
  IF OLD.status = 'running' AND NEW.status <> 'running' AND checked IS NOT NULL THEN
    INSERT INTO upgrade_points (organization_id, upgrade_id, kind, measured_at, body)
    SELECT c.organization_id, c.upgrade_id, 'check', date_trunc('milliseconds', c.checked_at),
      jsonb_build_object('name', c.name, 'phase', c.phase, 'status', c.status, 'expected', c.expected, 'actual', c.actual)
    FROM upgrade_checks AS c
    WHERE c.organization_id = NEW.organization_id AND c.upgrade_id = NEW.upgrade_id AND c.phase = checked;
  END IF;
  RETURN NULL;
END
$$;

-- Requests of the last 90 days and the share of them that succeeded, in percent. Those that are still open count as not yet succeeded; dry-runs
-- do not count.
CREATE OR REPLACE VIEW upgrade_success_rate WITH (security_invoker = true) AS
SELECT organization_id, router_id, count(*) AS total_upgrades, count(*) FILTER (WHERE status = 'success') AS successful,
  round(count(*) FILTER (WHERE status = 'success')::numeric / count(*) * 100, 2) AS success_rate
FROM upgrades
WHERE requested_at >= now() - interval '90 days' AND NOT dry_run
GROUP BY organization_id, router_id;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('034-dry-run', 'dc28d8ce82ac61d3cfb46615cb3ccd40c132d703c913b3f6519f9557743e0362');
COMMIT;

-- 035-site-images
BEGIN;
SET LOCAL ROLE netup_owner;

-- How the routers of a site get their images.
ALTER TABLE sites
  -- pull: they fetch them; push: a worker sends them; NULL: as the worker is set up.
  ADD COLUMN image_transfer text CONSTRAINT sites_image_transfer_known CHECK (image_transfer IN ('pull', 'push')),
  -- The server that they fetch them from; NULL: the worker's.
  ADD COLUMN image_url text CONSTRAINT sites_image_url_whole CHECK (image_url ~ '^(scp|https)://[^\s]+$' AND image_url !~ '^[a-z]+://[^/]*:[^/]*@');

-- How far the clock of a worker is ahead of the database's, in milliseconds, when it last looked; NULL: it has not.
ALTER TABLE workers ADD COLUMN clock_ahead_ms bigint;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('035-site-images', '85ca55e031dc343970709ce158dac42ebf54d8825665192b86b7afe27a30427a');
COMMIT;

-- 036-collectors
BEGIN;
SET LOCAL ROLE netup_owner;

-- Space for a new version of a row on its own page: a router that is seen again then changes no index.
ALTER TABLE routers SET (fillfactor = 85);
ALTER TABLE routers ADD COLUMN snmp_port integer NOT NULL DEFAULT 161 CHECK (snmp_port BETWEEN 1 AND 65535);

-- Consoles are told of routers that changed, not of routers that were seen again: every router is, every few minutes. Collectors, which
-- cannot listen for each organization, are told which organization's routers changed.
CREATE FUNCTION notify_router_changes() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
  change record;
  payload text;
BEGIN
  FOR change IN
    SELECT n.organization_id AS organization, CASE WHEN count(*) <= 50 THEN jsonb_agg(n.id) END AS ids
    FROM changed AS n JOIN was AS o ON o.organization_id = n.organization_id AND o.id = n.id
    WHERE to_jsonb(n) - 'last_seen_at' - 'updated_at' <> to_jsonb(o) - 'last_seen_at' - 'updated_at'
    GROUP BY n.organization_id
  LOOP
    payload := jsonb_strip_nulls(jsonb_build_object('t', 'routers', 'ids', change.ids))::text;
    -- PostgreSQL refuses a message of 8,000 bytes, and the write with it.
    IF octet_length(payload) >= 8000 THEN
      payload := jsonb_build_object('t', 'routers')::text;
    END IF;
    PERFORM pg_notify('netup_' || replace(change.organization::text, '-', ''), payload);
    PERFORM pg_notify('netup_collectors', change.organization::text);
  END LOOP;
  RETURN NULL;
END
$$;
CREATE FUNCTION notify_collectors() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_notify('netup_collectors', n.organization::text)
  FROM (SELECT DISTINCT organization_id AS organization FROM changed) AS n;
  RETURN NULL;
END
$$;
CREATE TRIGGER routers_notify_collectors AFTER INSERT ON routers REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION notify_collectors();
DROP TRIGGER routers_notify_update ON routers;
CREATE TRIGGER routers_notify_update AFTER UPDATE ON routers REFERENCING OLD TABLE AS was NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION notify_router_changes();

-- The newest that collectors know of each router. It is written 1,700 times a second for 100,000 routers: no index but the key, room on
-- the page for the next version, and no message to anybody.
CREATE TABLE router_health (
  organization_id uuid NOT NULL,
  router_id text NOT NULL,
  -- Percent, over the time from summary_from to newest_at, which is two hours at most. NULL: no sample.
  cpu_mean real,
  cpu_latest real,
  memory_min_free real,
  memory_latest_free real,
  critical_errors integer,
  -- Samples of CPU.
  samples integer NOT NULL DEFAULT 0,
  summary_from timestamptz,
  newest_at timestamptz,
  uptime_seconds bigint,
  -- What the device was asked for and does not have.
  missing text[] NOT NULL DEFAULT '{}',
  -- Which process polled it last, and when; when it last answered; and since when, how often and why it does not.
  collector text NOT NULL,
  polled_at timestamptz NOT NULL,
  answered_at timestamptz,
  failures integer NOT NULL DEFAULT 0,
  failed_at timestamptz,
  failure text,
  -- Since when routers.status is offline because of that, and not because somebody said so.
  offline_since timestamptz,
  PRIMARY KEY (organization_id, router_id),
  FOREIGN KEY (organization_id, router_id) REFERENCES routers (organization_id, id)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE router_health ENABLE ROW LEVEL SECURITY;
ALTER TABLE router_health FORCE ROW LEVEL SECURITY;
CREATE POLICY router_health_org_isolation ON router_health
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON router_health TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE ON router_health TO netup_worker;

-- Every router that is in service, with the newest of its health: for people with SQL. `fresh`: it answered in the last five minutes.
CREATE VIEW fleet_health WITH (security_invoker = true) AS
SELECT r.organization_id, r.id, r.hostname, r.status, r.current_ver, h.cpu_mean, h.cpu_latest, h.memory_min_free, h.memory_latest_free,
  h.critical_errors, h.samples, h.summary_from, h.newest_at, h.uptime_seconds, h.polled_at, h.answered_at, h.failures, h.failure,
  coalesce(h.answered_at > now() - interval '5 minutes', false) AS fresh
FROM routers AS r
LEFT JOIN router_health AS h ON h.organization_id = r.organization_id AND h.router_id = r.id
WHERE r.status <> 'retired';
GRANT SELECT ON fleet_health TO app_user, netup_worker, netup_readonly;

-- What collectors read and did not believe: one row for each thing that is wrong with a router, counted.
CREATE TABLE collector_quarantine (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  -- As the reading has it; the router may not exist.
  router_id text NOT NULL,
  reason text NOT NULL,
  -- Of which measurement or fact; empty if of the whole reading.
  field text NOT NULL,
  sample text NOT NULL CHECK (length(sample) <= 1000),
  count bigint NOT NULL DEFAULT 1,
  collector text NOT NULL,
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, router_id, reason, field)
);
ALTER TABLE collector_quarantine ENABLE ROW LEVEL SECURITY;
ALTER TABLE collector_quarantine FORCE ROW LEVEL SECURITY;
CREATE POLICY collector_quarantine_org_isolation ON collector_quarantine
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON collector_quarantine TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE, DELETE ON collector_quarantine TO netup_worker;
GRANT DELETE ON collector_quarantine TO app_user;

-- Which collectors there are. Ids, places and numbers; of no organization. Written by the functions below alone.
CREATE TABLE collectors (
  id uuid PRIMARY KEY,
  host text NOT NULL,
  pid integer NOT NULL,
  program_version text NOT NULL,
  -- How many routers it polls at once at most, how many it has, and how many of them do not answer.
  at_once integer NOT NULL,
  routers integer NOT NULL DEFAULT 0,
  silent integer NOT NULL DEFAULT 0,
  -- False: it polls the organizations of collector_organizations alone.
  everywhere boolean NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL,
  -- Until when what it has is its own.
  lease_expires_at timestamptz NOT NULL
);
GRANT SELECT ON collectors TO app_user, netup_worker, netup_readonly;

CREATE TABLE collector_organizations (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  collector_id uuid NOT NULL REFERENCES collectors (id) ON DELETE CASCADE,
  PRIMARY KEY (organization_id, collector_id)
);
-- The routers of an organization in 64 shares, each polled by one collector. The lease is the collector's, so that renewing it is one row.
CREATE TABLE collector_shares (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  share smallint NOT NULL CHECK (share BETWEEN 0 AND 63),
  collector_id uuid,
  taken_at timestamptz,
  PRIMARY KEY (organization_id, share)
);
DO $$
DECLARE
  tenant text;
BEGIN
  FOREACH tenant IN ARRAY ARRAY['collector_organizations', 'collector_shares'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant);
    EXECUTE format('CREATE POLICY %I ON %I TO netup_owner USING (true) WITH CHECK (true)', tenant || '_owner', tenant);
    EXECUTE format('CREATE POLICY %I ON %I FOR SELECT USING (organization_id = (SELECT current_org_id()))',
      tenant || '_org_isolation', tenant);
    EXECUTE format('GRANT SELECT ON %I TO app_user, netup_worker, netup_readonly', tenant);
  END LOOP;
END
$$;

-- The share that a router is in.
CREATE FUNCTION collector_share(organization uuid, router text) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT (hashtextextended(organization::text || '/' || router, 0) & 63)::smallint $$;

-- To be called by a collector every few seconds: it is there for another lease, and takes of each organization what is free, up to its
-- fair part. Gives what it has, and how many of these it should give back, for there are others; ids only. What a collector has is free
-- once its lease has been over for the margin, which is for clocks that run unevenly while a machine is paused.
CREATE FUNCTION share_routers(
  collector uuid, host text, pid integer, program_version text, at_once integer, routers integer, silent integer,
  organizations uuid[], lease interval, margin interval
) RETURNS TABLE (organization_id uuid, shares smallint[], surplus integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  clock timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(7203418);
  clock := clock_timestamp();
  INSERT INTO collectors (id, host, pid, program_version, at_once, routers, silent, everywhere, seen_at, lease_expires_at)
  VALUES (collector, share_routers.host, share_routers.pid, share_routers.program_version, share_routers.at_once,
    share_routers.routers, share_routers.silent, share_routers.organizations IS NULL, clock, clock + lease)
  ON CONFLICT (id) DO UPDATE SET routers = excluded.routers, silent = excluded.silent, seen_at = excluded.seen_at,
    lease_expires_at = excluded.lease_expires_at;
  DELETE FROM collectors AS c WHERE c.lease_expires_at < clock - interval '1 day';
  INSERT INTO collector_organizations (organization_id, collector_id)
  SELECT o.id, collector FROM organizations AS o WHERE o.id = ANY (share_routers.organizations)
  ON CONFLICT DO NOTHING;
  INSERT INTO collector_shares (organization_id, share)
  SELECT o.id, s FROM organizations AS o CROSS JOIN generate_series(0, 63) AS s
  WHERE NOT EXISTS (SELECT FROM collector_shares AS h WHERE h.organization_id = o.id)
  ON CONFLICT DO NOTHING;

  WITH live AS (
    SELECT c.id, c.everywhere FROM collectors AS c WHERE c.lease_expires_at + margin > clock
  ), fair AS (
    SELECT p.organization_id, p.part - (SELECT count(*) FROM collector_shares AS h
        WHERE h.organization_id = p.organization_id AND h.collector_id = collector) AS room
    FROM fair_parts(collector, clock - margin) AS p
  ), free AS (
    SELECT h.organization_id, h.share, row_number() OVER (PARTITION BY h.organization_id ORDER BY h.share) AS place
    FROM collector_shares AS h
    WHERE h.collector_id IS NULL OR NOT EXISTS (SELECT FROM live AS l WHERE l.id = h.collector_id)
  )
  UPDATE collector_shares AS h SET collector_id = collector, taken_at = clock
  FROM free AS f JOIN fair AS a ON a.organization_id = f.organization_id AND f.place <= a.room
  WHERE h.organization_id = f.organization_id AND h.share = f.share;

  RETURN QUERY
  SELECT p.organization_id, array_agg(h.share ORDER BY h.share), greatest(0, count(*)::integer - p.part)
  FROM fair_parts(collector, clock - margin) AS p
  JOIN collector_shares AS h ON h.organization_id = p.organization_id AND h.collector_id = collector
  GROUP BY p.organization_id, p.part;
END
$$;

-- Of each organization that a collector polls: how many shares are its part, as there are so many collectors whose lease ends after a time.
CREATE FUNCTION fair_parts(collector uuid, after timestamptz) RETURNS TABLE (organization_id uuid, part integer)
LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
  WITH polled AS (
    SELECT o.id AS organization_id, c.id AS collector_id
    FROM collectors AS c JOIN organizations AS o ON c.everywhere
    WHERE c.lease_expires_at > after
    UNION ALL
    SELECT n.organization_id, c.id
    FROM collectors AS c JOIN collector_organizations AS n ON n.collector_id = c.id
    WHERE c.lease_expires_at > after AND NOT c.everywhere
  )
  SELECT p.organization_id, ceil(64.0 / count(*))::integer FROM polled AS p
  GROUP BY p.organization_id HAVING bool_or(p.collector_id = collector)
$$;

-- Gives shares back, once nothing of them is being polled any more.
CREATE FUNCTION release_shares(collector uuid, organizations uuid[], shares smallint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  UPDATE collector_shares AS h SET collector_id = NULL
  FROM unnest(organizations, shares) AS g (organization_id, share)
  WHERE h.organization_id = g.organization_id AND h.share = g.share AND h.collector_id = collector
$$;

-- Gives everything back: the collector ends.
CREATE FUNCTION dismiss_collector(collector uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  UPDATE collector_shares SET collector_id = NULL WHERE collector_id = collector;
  DELETE FROM collectors WHERE id = collector;
$$;

REVOKE ALL ON FUNCTION
  share_routers(uuid, text, integer, text, integer, integer, integer, uuid[], interval, interval),
  fair_parts(uuid, timestamptz), release_shares(uuid, uuid[], smallint[]), dismiss_collector(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  share_routers(uuid, text, integer, text, integer, integer, integer, uuid[], interval, interval),
  release_shares(uuid, uuid[], smallint[]), dismiss_collector(uuid) TO netup_worker;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('036-collectors', '1b9c38e6e1209c8b524af1ef687a28ffd00da60f9b45364eedb99717db094b9c');
COMMIT;

-- 037-agent
BEGIN;
SET LOCAL ROLE netup_owner;

-- A program that may act in an organization stands beside its people, so that what it did has a name; nobody logs in as one.
ALTER TABLE operators ADD COLUMN kind text NOT NULL DEFAULT 'person' CHECK (kind IN ('person', 'program'));
INSERT INTO operators (name, display_name, kind)
SELECT CASE WHEN EXISTS (SELECT FROM operators WHERE name = 'agent') THEN 'netup-agent' ELSE 'agent' END, 'Agent', 'program';

CREATE OR REPLACE FUNCTION operator_memberships(operator_name text)
RETURNS TABLE (
  operator_id uuid, name text, display_name text,
  organization_id uuid, slug text, organization_name text, role text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT o.id, o.name, o.display_name, g.id, g.slug, g.name, m.role
  FROM operators AS o
  LEFT JOIN organization_members AS m ON m.operator_id = o.id
  LEFT JOIN organizations AS g ON g.id = m.organization_id
  WHERE o.name = operator_name AND o.is_active AND o.kind = 'person'
  ORDER BY g.name
$$;

-- Where upgrades may be approved without a person, by whoever writes the policy.
ALTER TABLE upgrade_policies ADD COLUMN auto_approve boolean NOT NULL DEFAULT false;

CREATE FUNCTION guard_auto_approve() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT pg_has_role(current_user, 'netup_owner', 'MEMBER') THEN
    RAISE EXCEPTION 'only the owner of the tables lets upgrades be approved without a person' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER upgrade_policies_auto_approve BEFORE INSERT OR UPDATE OF auto_approve ON upgrade_policies FOR EACH ROW
  WHEN (NEW.auto_approve) EXECUTE FUNCTION guard_auto_approve();

ALTER TABLE upgrades
  -- How it was requested, as the audit trail names it; NULL: not known.
  ADD COLUMN requested_via text CHECK (requested_via IN ('console', 'cli', 'worker', 'mcp', 'collector')),
  -- The agent found a gate that does not pass: until then nobody approves it but in an emergency.
  ADD COLUMN deferred_until timestamptz,
  ADD COLUMN deferred_why text,
  ADD CONSTRAINT upgrades_deferral_whole CHECK ((deferred_until IS NULL) = (deferred_why IS NULL));

-- What the agent may do by itself. Without a row: advise.
CREATE TABLE agent_settings (
  organization_id uuid PRIMARY KEY REFERENCES organizations (id),
  mode text NOT NULL DEFAULT 'advise' CHECK (mode IN ('advise', 'auto-defer', 'auto-approve')),
  -- Its approvals in 24 hours, and upgrades that it approved and that are not over, at one site.
  per_day integer NOT NULL DEFAULT 10 CHECK (per_day BETWEEN 1 AND 10000),
  per_site integer NOT NULL DEFAULT 1 CHECK (per_site BETWEEN 1 AND 10000),
  changed_by uuid NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (organization_id, changed_by) REFERENCES organization_members (organization_id, operator_id)
);
ALTER TABLE agent_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY agent_settings_org_isolation ON agent_settings
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
-- The owner's function looks for the organizations that the agent works for.
CREATE POLICY agent_settings_owner ON agent_settings TO netup_owner USING (true) WITH CHECK (true);
GRANT SELECT ON agent_settings TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE ON agent_settings TO app_user;

CREATE FUNCTION guard_agent_settings() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF NOT has_role(NEW.changed_by, NEW.organization_id, ARRAY['admin'])
     OR EXISTS (SELECT FROM operators AS o WHERE o.id = NEW.changed_by AND o.kind = 'program') THEN
    RAISE EXCEPTION 'only an admin says what the agent may do' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER agent_settings_guard BEFORE INSERT OR UPDATE ON agent_settings
  FOR EACH ROW EXECUTE FUNCTION guard_agent_settings();

-- The agent is a member where it may do something, an approver where it may approve.
CREATE FUNCTION admit_agent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  INSERT INTO organization_members (organization_id, operator_id, role)
  SELECT NEW.organization_id, o.id, CASE NEW.mode WHEN 'auto-approve' THEN 'approver' ELSE 'viewer' END
  FROM operators AS o WHERE o.kind = 'program'
  ON CONFLICT (organization_id, operator_id) DO UPDATE SET role = excluded.role;
  -- What it deferred is not deferred any more once it may not.
  IF NEW.mode = 'advise' THEN
    UPDATE upgrades AS u SET deferred_until = NULL, deferred_why = NULL
    WHERE u.organization_id = NEW.organization_id AND u.deferred_until IS NOT NULL;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER agent_settings_admit AFTER INSERT OR UPDATE ON agent_settings FOR EACH ROW EXECUTE FUNCTION admit_agent();

-- What was decided about a router, from what, and who asked. Rows are added and never change.
CREATE TABLE decisions (
  organization_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  router_id text NOT NULL,
  -- The upgrade that was judged, if there was one already, and the image.
  upgrade_id bigint,
  image_id uuid REFERENCES firmware_images (id),
  decided_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  verdict text NOT NULL CHECK (verdict IN ('approve', 'defer', 'reject')),
  gates jsonb NOT NULL,
  policy_id bigint,
  policy_version integer,
  evidence_start timestamptz NOT NULL,
  evidence_end timestamptz NOT NULL,
  -- What a model said, where one was asked: which one, the SHA-256 of what it was asked, its answer as it came (cleaned, cut), what was
  -- read from it, its reasons, and why nothing was. It can only tighten.
  advisor_model text,
  advisor_prompt_hash text CHECK (advisor_prompt_hash ~ '^[0-9a-f]{64}$'),
  advisor_answer text CHECK (length(advisor_answer) <= 4000),
  advisor_verdict text CHECK (advisor_verdict IN ('no-objection', 'defer')),
  advisor_reasons jsonb,
  advisor_fallback text CHECK (length(advisor_fallback) <= 400),
  asked_by uuid NOT NULL,
  source text NOT NULL CHECK (source IN ('console', 'cli', 'worker', 'mcp')),
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, router_id) REFERENCES routers (organization_id, id),
  FOREIGN KEY (organization_id, upgrade_id) REFERENCES upgrades (organization_id, id),
  FOREIGN KEY (organization_id, asked_by) REFERENCES organization_members (organization_id, operator_id),
  CONSTRAINT decisions_evidence_forward CHECK (evidence_end > evidence_start),
  CONSTRAINT decisions_approve_on_gates CHECK (verdict <> 'approve'
    OR (jsonb_array_length(gates) > 0 AND NOT gates @? '$[*] ? (@.result != "pass")' AND advisor_verdict IS DISTINCT FROM 'defer')),
  CONSTRAINT decisions_advisor_whole CHECK (num_nulls(advisor_model, advisor_prompt_hash) IN (0, 2)
    AND (advisor_model IS NULL) = (advisor_verdict IS NULL AND advisor_fallback IS NULL))
);
CREATE INDEX idx_decisions_router ON decisions (organization_id, router_id, decided_at DESC);
CREATE INDEX idx_decisions_upgrade ON decisions (organization_id, upgrade_id, id DESC) WHERE upgrade_id IS NOT NULL;
ALTER TABLE decisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE decisions FORCE ROW LEVEL SECURITY;
CREATE POLICY decisions_org_isolation ON decisions
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON decisions TO app_user, netup_worker, netup_readonly;
GRANT INSERT ON decisions TO app_user, netup_worker;

CREATE FUNCTION refuse_decision_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  RAISE EXCEPTION 'decisions cannot be changed or removed' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE ON decisions
  FOR EACH ROW EXECUTE FUNCTION refuse_decision_change();

-- A worker decides as the agent and nobody else does; people decide in their own name.
CREATE FUNCTION guard_decision() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
DECLARE
  is_program boolean := EXISTS (SELECT FROM operators AS o WHERE o.id = NEW.asked_by AND o.kind = 'program');
BEGIN
  IF is_program <> acts_as_worker() AND NOT pg_has_role(current_user, 'netup_owner', 'MEMBER') THEN
    RAISE EXCEPTION 'a worker decides as the agent, and people in their own name' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER decisions_guard BEFORE INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION guard_decision();

-- Why the agent may not approve an upgrade, as one clause; NULL if it may. `decision` is its own, on this upgrade, of the last minutes.
CREATE FUNCTION why_agent_may_not_approve(upgrade bigint, decision bigint) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
AS $$
DECLARE
  settings agent_settings;
  found upgrades;
  policy upgrade_policies;
  own decisions;
  site uuid;
BEGIN
  SELECT * INTO settings FROM agent_settings AS s WHERE s.organization_id = current_org_id();
  IF settings.mode IS DISTINCT FROM 'auto-approve' THEN
    RETURN 'the organization does not let the agent approve';
  END IF;
  SELECT * INTO found FROM upgrades AS u WHERE u.organization_id = current_org_id() AND u.id = upgrade;
  IF found.status IS DISTINCT FROM 'pending' THEN
    RETURN 'it is not pending';
  END IF;
  IF coalesce(found.requested_via, '') NOT IN ('console', 'cli')
     OR EXISTS (SELECT FROM operators AS o WHERE o.id = found.requested_by AND o.kind = 'program') THEN
    RETURN 'no person asked for it in the console or on the command line';
  END IF;
  SELECT p.* INTO policy FROM router_policy AS r JOIN upgrade_policies AS p ON p.id = r.policy_id
  WHERE r.organization_id = found.organization_id AND r.router_id = found.router_id;
  IF policy.auto_approve IS DISTINCT FROM true OR NOT policy.is_active THEN
    RETURN 'its policy does not say that upgrades are approved without a person';
  END IF;
  SELECT * INTO own FROM decisions AS d
  WHERE d.organization_id = found.organization_id AND d.upgrade_id = found.id AND d.id = decision
    AND d.decided_at > clock_timestamp() - interval '5 minutes'
    AND EXISTS (SELECT FROM operators AS o WHERE o.id = d.asked_by AND o.kind = 'program');
  IF own.verdict IS DISTINCT FROM 'approve' THEN
    RETURN 'the agent did not just decide for it';
  END IF;
  IF (own.policy_id, own.policy_version) IS DISTINCT FROM (policy.id, policy.version) THEN
    RETURN 'its policy was changed since the agent decided';
  END IF;
  IF (SELECT count(*) FROM upgrade_approvals AS a JOIN operators AS o ON o.id = a.operator_id AND o.kind = 'program'
      WHERE a.organization_id = found.organization_id AND a.approved_at > now() - interval '24 hours') >= settings.per_day THEN
    RETURN 'the agent has approved as many in 24 hours as it may';
  END IF;
  SELECT r.site_id INTO site FROM routers AS r WHERE r.organization_id = found.organization_id AND r.id = found.router_id;
  IF (SELECT count(*) FROM upgrade_approvals AS a
      JOIN operators AS o ON o.id = a.operator_id AND o.kind = 'program'
      JOIN upgrades AS u ON u.organization_id = a.organization_id AND u.id = a.upgrade_id
      JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
      WHERE a.organization_id = found.organization_id AND u.id <> found.id AND r.site_id IS NOT DISTINCT FROM site
        AND u.status IN ('pending', 'approved', 'scheduled', 'running', 'paused')) >= settings.per_site THEN
    RETURN 'the agent has approved as many at its site at once as it may';
  END IF;
  RETURN NULL;
END
$$;

-- Approves as the agent, where the organization, the policy and the limits let it, as one of the approvals that the organization wants.
-- Returns the status that the upgrade has then, or why it was not approved.
CREATE FUNCTION agent_approve(upgrade bigint, decision bigint) RETURNS TABLE (status text, why text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  agent uuid;
  about jsonb;
  wanted integer;
  others integer;
BEGIN
  -- One after the other, so that the limits hold.
  PERFORM FROM agent_settings AS s WHERE s.organization_id = current_org_id() FOR UPDATE;
  -- No stronger: another worker's decision about it, which waits for the settings, refers to it.
  PERFORM FROM upgrades AS u WHERE u.organization_id = current_org_id() AND u.id = upgrade FOR NO KEY UPDATE;
  why := why_agent_may_not_approve(upgrade, decision);
  IF why IS NOT NULL THEN
    RETURN NEXT;
    RETURN;
  END IF;
  SELECT o.id INTO STRICT agent FROM operators AS o WHERE o.kind = 'program';
  SELECT jsonb_build_object('sha256', i.sha256, 'sizeBytes', i.size_bytes, 'modelId', r.model_id, 'targetVersion', r.target_ver)
  INTO STRICT about
  FROM upgrades AS u
  JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
  JOIN firmware_images AS i ON i.id = u.image_id
  WHERE u.organization_id = current_org_id() AND u.id = upgrade
  FOR SHARE OF r;
  INSERT INTO upgrade_approvals AS a (organization_id, upgrade_id, operator_id, subject)
  VALUES (current_org_id(), upgrade, agent, about)
  ON CONFLICT (organization_id, upgrade_id, operator_id) DO UPDATE SET subject = excluded.subject, approved_at = now();
  SELECT coalesce(min(r.approvers), 1) INTO wanted FROM approval_rules AS r WHERE r.organization_id = current_org_id();
  SELECT count(*) INTO others FROM upgrade_approvals AS a
  WHERE a.organization_id = current_org_id() AND a.upgrade_id = upgrade AND a.operator_id <> agent AND a.subject = about;
  status := 'pending';
  IF others + 1 >= wanted THEN
    UPDATE upgrades AS u SET status = 'approved', approved_by = agent, approved_at = now()
    WHERE u.organization_id = current_org_id() AND u.id = upgrade;
    status := 'approved';
  END IF;
  RETURN NEXT;
END
$$;

-- Keeps a pending upgrade from being approved for a while, or, with NULL, no longer. False: it is not pending, the agent may not, or
-- another worker did so within the last minute.
CREATE FUNCTION agent_defer(upgrade bigint, until timestamptz, reason text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  UPDATE upgrades AS u SET deferred_until = until, deferred_why = CASE WHEN until IS NOT NULL THEN reason END
  WHERE u.organization_id = current_org_id() AND u.id = upgrade AND u.status = 'pending'
    AND CASE WHEN until IS NULL THEN u.deferred_until IS NOT NULL
      ELSE until <= now() + interval '1 hour' AND coalesce(u.deferred_until <= until - interval '1 minute', true) END
    AND EXISTS (SELECT FROM agent_settings AS s WHERE s.organization_id = u.organization_id AND s.mode <> 'advise');
  RETURN FOUND;
END
$$;

-- Which organizations the agent works for: ids only.
CREATE FUNCTION agent_organizations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT s.organization_id FROM agent_settings AS s WHERE s.mode <> 'advise' ORDER BY 1 $$;

REVOKE ALL ON FUNCTION agent_approve(bigint, bigint), agent_defer(bigint, timestamptz, text), agent_organizations() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION agent_approve(bigint, bigint), agent_defer(bigint, timestamptz, text), agent_organizations()
  TO netup_worker;

-- The agent approves by the function above alone, and nothing else writes what it deferred; how an upgrade was requested does not change.
CREATE FUNCTION guard_agent_upgrade() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF OLD.requested_via IS DISTINCT FROM NEW.requested_via THEN
    RAISE EXCEPTION 'how an upgrade was requested cannot be changed' USING ERRCODE = 'check_violation';
  END IF;
  IF pg_has_role(current_user, 'netup_owner', 'MEMBER') THEN
    RETURN NEW;
  END IF;
  IF (OLD.deferred_until, OLD.deferred_why) IS DISTINCT FROM (NEW.deferred_until, NEW.deferred_why) THEN
    RAISE EXCEPTION 'only the agent defers an upgrade' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF OLD.approved_by IS DISTINCT FROM NEW.approved_by
     AND EXISTS (SELECT FROM operators AS o WHERE o.id = NEW.approved_by AND o.kind = 'program') THEN
    RAISE EXCEPTION 'nobody approves in the name of the agent' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER upgrades_agent BEFORE UPDATE ON upgrades FOR EACH ROW EXECUTE FUNCTION guard_agent_upgrade();

CREATE FUNCTION guard_agent_approval() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM operators AS o WHERE o.id = NEW.operator_id AND o.kind = 'program') THEN
    IF NOT pg_has_role(current_user, 'netup_owner', 'MEMBER') THEN
      RAISE EXCEPTION 'nobody approves in the name of the agent' USING ERRCODE = 'insufficient_privilege';
    END IF;
  ELSIF NOT NEW.break_glass AND EXISTS (SELECT FROM upgrades AS u WHERE u.organization_id = NEW.organization_id
      AND u.id = NEW.upgrade_id AND u.deferred_until > now()) THEN
    RAISE EXCEPTION 'the agent defers this upgrade' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER upgrade_approvals_agent BEFORE INSERT OR UPDATE ON upgrade_approvals
  FOR EACH ROW EXECUTE FUNCTION guard_agent_approval();

-- Where two have to approve, one is not enough, whoever writes it; and what the agent approved counts while it still may.
CREATE OR REPLACE FUNCTION guard_approvers() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM approval_rules AS r WHERE r.organization_id = NEW.organization_id AND r.approvers = 2)
     AND NOT EXISTS (SELECT FROM upgrade_approvals AS a WHERE a.organization_id = NEW.organization_id AND a.upgrade_id = NEW.id
       AND (a.operator_id <> NEW.approved_by OR a.break_glass)
       AND has_role(a.operator_id, a.organization_id, ARRAY['approver', 'admin'])) THEN
    RAISE EXCEPTION 'a second approver is needed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('037-agent', '8d8bd6d1bcc8c9edcef1d5e261c602f42a1a9c5b694a2d655f693ff028c0a8e6');
COMMIT;

-- 038-mcp
BEGIN;
SET LOCAL ROLE netup_owner;

-- What clients of the MCP servers log in with over HTTP: each token is for one organization, one operator and at most one role. Only
-- the SHA-256 of a token is kept.
CREATE TABLE mcp_tokens (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9_.@-]{0,62}$'),
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  operator_id uuid NOT NULL,
  -- Nobody approves through MCP, so no token is for more.
  role text NOT NULL CHECK (role IN ('viewer', 'operator')),
  created_by uuid NOT NULL REFERENCES operators (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  -- To the hour.
  last_used_at timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, operator_id) REFERENCES organization_members (organization_id, operator_id) ON DELETE CASCADE,
  CONSTRAINT mcp_tokens_expire_after_creation CHECK (expires_at > created_at)
);
-- The name of one that was revoked may be given again.
CREATE UNIQUE INDEX idx_mcp_tokens_name ON mcp_tokens (organization_id, name) WHERE revoked_at IS NULL;

ALTER TABLE mcp_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE mcp_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY mcp_tokens_org_isolation ON mcp_tokens
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
CREATE POLICY mcp_tokens_owner ON mcp_tokens TO netup_owner USING (true) WITH CHECK (true);
GRANT SELECT (organization_id, id, name, operator_id, role, created_by, created_at, expires_at, last_used_at, revoked_at)
  ON mcp_tokens TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE (revoked_at) ON mcp_tokens TO app_user;

-- Whose a token is, by its hash: ids only, since no organization is known yet. Nothing for one that is revoked or has expired.
CREATE FUNCTION mcp_token(hash bytea) RETURNS TABLE (organization_id uuid, token_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT t.organization_id, t.id FROM mcp_tokens AS t
  WHERE t.token_hash = hash AND t.revoked_at IS NULL AND t.expires_at > now()
$$;

-- Notes that a token is in use. Of its own, so that looking up works where nothing can be written.
CREATE FUNCTION mcp_token_used(hash bytea) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  UPDATE mcp_tokens AS t SET last_used_at = date_trunc('hour', now())
  WHERE t.token_hash = hash AND t.last_used_at IS DISTINCT FROM date_trunc('hour', now())
$$;
REVOKE ALL ON FUNCTION mcp_token(bytea), mcp_token_used(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mcp_token(bytea), mcp_token_used(bytea) TO netup_readonly;

-- Over standard input and output the operator is found as for the console.
GRANT EXECUTE ON FUNCTION operator_memberships(text) TO netup_readonly;

-- How an upgrade was requested, as the audit trail names it, and with which token.
ALTER TABLE upgrades ADD COLUMN IF NOT EXISTS requested_via text;
ALTER TABLE upgrades ADD COLUMN mcp_token_id uuid;
ALTER TABLE upgrades ADD FOREIGN KEY (organization_id, mcp_token_id) REFERENCES mcp_tokens (organization_id, id);

-- Whoever made a token can have a copy of it, and so have made the request: four eyes hold against them as well.
CREATE FUNCTION made_token_of(organization uuid, token uuid, person uuid) RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT EXISTS (SELECT FROM mcp_tokens AS t WHERE t.organization_id = organization AND t.id = token AND t.created_by = person)
$$;

CREATE FUNCTION guard_token_maker() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF made_token_of(NEW.organization_id, NEW.mcp_token_id, NEW.approved_by) THEN
    RAISE EXCEPTION 'the maker of the token that an upgrade was requested with may not approve it' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER upgrades_token_maker BEFORE UPDATE OF status ON upgrades FOR EACH ROW
  WHEN (OLD.status = 'pending' AND NEW.status = 'approved' AND NEW.mcp_token_id IS NOT NULL) EXECUTE FUNCTION guard_token_maker();

CREATE FUNCTION guard_token_makers_approval() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM upgrades AS u WHERE u.organization_id = NEW.organization_id AND u.id = NEW.upgrade_id
      AND made_token_of(u.organization_id, u.mcp_token_id, NEW.operator_id)) THEN
    RAISE EXCEPTION 'the maker of the token that an upgrade was requested with may not approve it' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER upgrade_approvals_token_maker BEFORE INSERT OR UPDATE ON upgrade_approvals
  FOR EACH ROW EXECUTE FUNCTION guard_token_makers_approval();

-- A request is noted with its token once.
CREATE FUNCTION guard_token_of_upgrade() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'the token that an upgrade was requested with cannot be changed' USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER upgrades_keep_token BEFORE UPDATE ON upgrades FOR EACH ROW
  WHEN (OLD.mcp_token_id IS NOT NULL AND NEW.mcp_token_id IS DISTINCT FROM OLD.mcp_token_id) EXECUTE FUNCTION guard_token_of_upgrade();
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('038-mcp', '2d9be7e2776deae82796457d6d1f40b3e80fcb9520f0292d8cecd6eb4cc6c0a0');
COMMIT;

-- 039-live-changes
BEGIN;
SET LOCAL ROLE netup_owner;

-- More that consoles are told of. A transaction that tells something waits for all others that do, until it is on disk: so nothing is told of
-- the renewal of leases, of the words of workers that are there already, nor of what devices print, which is asked for while somebody reads it.

DO $$
DECLARE
  watched text[];
BEGIN
  FOREACH watched SLICE 1 IN ARRAY ARRAY[
    -- A phase is written by a DELETE and an INSERT in one transaction.
    ['upgrade_checks', 'upgrade_id', 'INSERT'],
    ['upgrade_plans', 'id', 'INSERT'], ['upgrade_plans', 'id', 'UPDATE'],
    ['blackouts', 'id', 'INSERT'], ['blackouts', 'id', 'DELETE'],
    ['upgrade_limits', 'organization_id', 'INSERT'], ['upgrade_limits', 'organization_id', 'UPDATE']
  ] LOOP
    EXECUTE format(
      'CREATE TRIGGER %I AFTER %s ON %I REFERENCING %s TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_changes(%L, %L)',
      watched[1] || '_notify_' || lower(watched[3]), watched[3], watched[1],
      CASE watched[3] WHEN 'DELETE' THEN 'OLD' ELSE 'NEW' END, watched[2], watched[1]);
  END LOOP;
END
$$;

-- Without ids: who has an upgrade, or a slot, matters to the others that wait; and however many a worker takes, it is told once.
CREATE FUNCTION notify_queue_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_notify('netup_' || replace(NEW.organization_id::text, '-', ''), '{"t": "upgrade_queue"}');
  RETURN NULL;
END
$$;
CREATE TRIGGER upgrade_queue_notify AFTER UPDATE OF lease_worker, slot_at ON upgrade_queue FOR EACH ROW
  WHEN ((OLD.lease_worker, OLD.slot_at) IS DISTINCT FROM (NEW.lease_worker, NEW.slot_at))
  EXECUTE FUNCTION notify_queue_change();

-- Workers are of no organization. For each row, since a worker says that it is there by an INSERT that mostly finds its row.
CREATE FUNCTION notify_worker_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_notify('netup_shared', '{"t": "workers"}');
  RETURN NULL;
END
$$;
CREATE TRIGGER workers_notify AFTER INSERT OR DELETE ON workers FOR EACH ROW EXECUTE FUNCTION notify_worker_change();
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('039-live-changes', '92766d53e470a8ef9eea1df9b5a78baa4b550c099f4c557406fd7b31e82ccaa8');
COMMIT;

-- 041-audit-single
BEGIN;
SET LOCAL ROLE netup_owner;

-- What the head's own row was chained to, so that one UPDATE moves the head and says what the new row follows. Reading the head first, under
-- a lock, takes a statement and a write more.
ALTER TABLE audit_heads ADD COLUMN prev_hash bytea;

-- Rows come through the function below alone, which tells of them itself: the trigger plans a query for each statement, which took half the
-- time of an append.
DROP TRIGGER audit_events_notify_insert ON audit_events;
DROP TRIGGER audit_events_notify_update ON audit_events;
DROP TRIGGER audit_events_notify_delete ON audit_events;

-- Appends rows to the chain of the connection's organization, in the order given. Called last in the transaction that they tell of:
-- the head stays locked until it ends. `events` is a list of objects with the columns' names.
CREATE OR REPLACE FUNCTION audit_append_batch(events jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  organization uuid := current_org_id();
  head audit_heads;
  event audit_events;
  chained audit_events[] := '{}';
  appended bigint;
  channel text := 'netup_' || replace(organization::text, '-', '');
BEGIN
  IF organization IS NULL THEN
    RAISE EXCEPTION 'no organization is set' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- Nearly all calls have one row: it is chained where the head is moved.
  IF jsonb_array_length(events) = 1 THEN
    WITH e AS (
      SELECT * FROM jsonb_to_recordset(events) AS r (
        occurred_at timestamptz, actor_id uuid, actor_name text, actor_role text, action text, target_type text, target_id text,
        router_id text, upgrade_id bigint, before jsonb, after jsonb, reason text, source text, correlation_id text)
    ), moved AS (
      UPDATE audit_heads AS h
      -- The time is taken under the head's lock, once: rows wait for each other here.
      SET (seq, prev_hash, "timestamp", hash) = (
        SELECT h.seq + 1, h.hash, t.now, sha256(convert_to(audit_canonical(
          h.hash, h.organization_id, h.seq + 1, t.now, coalesce(e.occurred_at, t.now), e.actor_id, e.actor_name, e.actor_role, e.action,
          e.target_type, e.target_id, e.router_id, e.upgrade_id, e.before, e.after, e.reason, e.source, e.correlation_id), 'UTF8'))
        FROM e, (SELECT greatest(clock_timestamp(), h."timestamp") AS now OFFSET 0) AS t)
      WHERE h.organization_id = organization
      RETURNING h.*
    )
    INSERT INTO audit_events
    SELECT m.organization_id, m.seq, m."timestamp", coalesce(e.occurred_at, m."timestamp"), e.actor_id, e.actor_name, e.actor_role,
      e.action, e.target_type, e.target_id, e.router_id, e.upgrade_id, e.before, e.after, e.reason, e.source, e.correlation_id,
      m.prev_hash, m.hash
    FROM moved AS m, e
    RETURNING seq INTO appended;
    IF FOUND THEN
      PERFORM pg_notify(channel, format('{"t": "audit_events", "ids": ["%s"]}', appended));
      RETURN 1;
    END IF;
  END IF;
  SELECT * INTO head FROM audit_heads WHERE organization_id = organization FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO audit_heads VALUES (organization, 0, '\x', '-infinity') ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT head FROM audit_heads WHERE organization_id = organization FOR UPDATE;
  END IF;
  head."timestamp" := greatest(clock_timestamp(), head."timestamp");
  FOR event IN
    SELECT organization, head.seq + e.n, head."timestamp", coalesce(e.occurred_at, head."timestamp"), e.actor_id, e.actor_name,
      e.actor_role, e.action, e.target_type, e.target_id, e.router_id, e.upgrade_id, e.before, e.after, e.reason, e.source,
      e.correlation_id, NULL::bytea, NULL::bytea
    FROM ROWS FROM (jsonb_to_recordset(events) AS (
        occurred_at timestamptz, actor_id uuid, actor_name text, actor_role text, action text, target_type text, target_id text,
        router_id text, upgrade_id bigint, before jsonb, after jsonb, reason text, source text, correlation_id text)
      ) WITH ORDINALITY AS e(occurred_at, actor_id, actor_name, actor_role, action, target_type, target_id, router_id,
        upgrade_id, before, after, reason, source, correlation_id, n)
  LOOP
    event.prev_hash := head.hash;
    event.hash := sha256(convert_to(audit_canonical(
      event.prev_hash, event.organization_id, event.seq, event."timestamp", event.occurred_at, event.actor_id, event.actor_name,
      event.actor_role, event.action, event.target_type, event.target_id, event.router_id, event.upgrade_id, event.before,
      event.after, event.reason, event.source, event.correlation_id), 'UTF8'));
    head.seq := event.seq;
    head.prev_hash := event.prev_hash;
    head.hash := event.hash;
    chained := array_append(chained, event);
  END LOOP;
  INSERT INTO audit_events SELECT * FROM unnest(chained);
  UPDATE audit_heads AS h SET seq = head.seq, prev_hash = head.prev_hash, hash = head.hash, "timestamp" = head."timestamp"
  WHERE h.organization_id = organization;
  IF cardinality(chained) BETWEEN 1 AND 50 THEN
    PERFORM pg_notify(channel, jsonb_build_object('t', 'audit_events',
      'ids', (SELECT jsonb_agg(e.seq::text) FROM unnest(chained) AS e))::text);
  ELSIF cardinality(chained) > 50 THEN
    PERFORM pg_notify(channel, '{"t": "audit_events"}');
  END IF;
  RETURN cardinality(chained);
END
$$;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('041-audit-single', '5d95fd3f21790823ee03e0e455a31976ea95e6130bdfb4a97d999ef34dd31c8d');
COMMIT;

-- 043-operators
BEGIN;
SET LOCAL ROLE netup_owner;

-- What sshd vouches for when an operator logs in: a public key by its fingerprint, or a principal of a certificate. Operators are shared
-- between organizations, and so are these; whoever can add one can be that operator everywhere, so only the owner writes here.
CREATE TABLE operator_keys (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  operator_id uuid NOT NULL REFERENCES operators (id),
  kind text NOT NULL CHECK (kind IN ('key', 'principal')),
  -- The fingerprint, or the principal.
  identity text NOT NULL,
  key_type text,
  key_data text,
  comment text NOT NULL DEFAULT '' CHECK (length(comment) <= 200),
  added_at timestamptz NOT NULL DEFAULT now(),
  removed_at timestamptz,
  CONSTRAINT operator_keys_whole CHECK (CASE kind
    WHEN 'key' THEN identity ~ '^SHA256:[A-Za-z0-9+/]{43}$' AND key_type ~ '^[a-z0-9@.-]{1,64}$' AND key_data ~ '^[A-Za-z0-9+/]+={0,2}$' AND length(key_data) <= 8192
      AND key_type IS NOT NULL AND key_data IS NOT NULL
    ELSE identity ~ '^[A-Za-z0-9][A-Za-z0-9._@:+-]{0,127}$' AND key_type IS NULL AND key_data IS NULL END)
);
-- A key or a principal stands for one operator.
CREATE UNIQUE INDEX operator_keys_in_use ON operator_keys (kind, identity) WHERE removed_at IS NULL;
CREATE INDEX operator_keys_operator ON operator_keys (operator_id);
ALTER TABLE operator_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE operator_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_keys_of_organization ON operator_keys FOR SELECT USING (EXISTS (
  SELECT FROM organization_members AS m
  WHERE m.operator_id = operator_keys.operator_id AND m.organization_id = (SELECT current_org_id())));
CREATE POLICY operator_keys_owner ON operator_keys TO netup_owner USING (true) WITH CHECK (true);
GRANT SELECT ON operator_keys TO app_user, netup_worker, netup_readonly;

-- Whose keys or principals these are. It runs as the owner because nobody has an organization yet at login.
CREATE FUNCTION operators_by_identity(wanted_kind text, identities text[])
RETURNS TABLE (name text, is_active boolean, identity text, key_type text, key_data text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT o.name, o.is_active, k.identity, k.key_type, k.key_data
  FROM operator_keys AS k JOIN operators AS o ON o.id = k.operator_id
  WHERE k.kind = wanted_kind AND k.identity = ANY (identities) AND k.removed_at IS NULL
  ORDER BY o.name, k.identity
$$;
REVOKE ALL ON FUNCTION operators_by_identity(text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION operators_by_identity(text, text[]) TO app_user;

-- An admin changes the role of a member of the connection's organization. Gives the role before, or NULL for somebody who is no member.
CREATE FUNCTION set_member_role(admin uuid, member uuid, new_role text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  organization uuid := current_org_id();
  old_role text;
BEGIN
  -- One change at a time, so that two admins cannot demote each other.
  PERFORM FROM organizations AS g WHERE g.id = organization FOR UPDATE;
  IF NOT FOUND OR NOT has_role(admin, organization, ARRAY['admin']) THEN
    RAISE EXCEPTION 'only an admin of the organization changes roles' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT m.role INTO old_role FROM organization_members AS m WHERE m.organization_id = organization AND m.operator_id = member;
  IF old_role = 'admin' AND new_role <> 'admin' AND NOT EXISTS (
    SELECT FROM organization_members AS m JOIN operators AS o ON o.id = m.operator_id
    WHERE m.organization_id = organization AND m.role = 'admin' AND m.operator_id <> member AND o.is_active) THEN
    RAISE EXCEPTION 'the organization would have no admin' USING ERRCODE = 'check_violation';
  END IF;
  UPDATE organization_members AS m SET role = new_role
  WHERE m.organization_id = organization AND m.operator_id = member AND m.role <> new_role;
  RETURN old_role;
END
$$;
REVOKE ALL ON FUNCTION set_member_role(uuid, uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION set_member_role(uuid, uuid, text) TO app_user;

-- Consoles that are, or were, open on an organization. Who goes to another organization ends one and begins another.
CREATE TABLE console_sessions (
  organization_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  operator_id uuid NOT NULL,
  -- What sshd vouched for; NULL: the operator's name was taken at its word.
  identity text CHECK (length(identity) <= 256),
  remote text CHECK (length(remote) <= 64),
  terminal text CHECK (length(terminal) <= 64),
  started_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  -- Somebody else who ended it, and why.
  ended_by text,
  end_reason text CHECK (length(end_reason) <= 500),
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, operator_id) REFERENCES organization_members (organization_id, operator_id)
);
CREATE INDEX console_sessions_open ON console_sessions (organization_id, seen_at) WHERE ended_at IS NULL;
ALTER TABLE console_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE console_sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY console_sessions_org_isolation ON console_sessions
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON console_sessions TO app_user, netup_worker, netup_readonly;
GRANT INSERT, DELETE, UPDATE (seen_at, ended_at, ended_by, end_reason) ON console_sessions TO app_user;

-- Tells the console that its session was ended by somebody else; not of each sign of life.
CREATE FUNCTION notify_session_end() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_notify('netup_' || replace(NEW.organization_id::text, '-', ''),
    format('{"t": "console_sessions", "ids": ["%s"]}', NEW.id));
  RETURN NULL;
END
$$;
CREATE TRIGGER console_sessions_notify_end AFTER UPDATE ON console_sessions FOR EACH ROW
  WHEN (OLD.ended_at IS NULL AND NEW.ended_by IS NOT NULL) EXECUTE FUNCTION notify_session_end();

-- What the console remembers of an operator who has no folder of their own.
CREATE TABLE operator_preferences (
  operator_id uuid PRIMARY KEY REFERENCES operators (id),
  entries jsonb NOT NULL CHECK (jsonb_typeof(entries) = 'object' AND octet_length(entries::text) <= 16384),
  updated_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE operator_preferences ENABLE ROW LEVEL SECURITY;
ALTER TABLE operator_preferences FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_preferences_of_organization ON operator_preferences
  USING (EXISTS (SELECT FROM organization_members AS m
    WHERE m.operator_id = operator_preferences.operator_id AND m.organization_id = (SELECT current_org_id())))
  WITH CHECK (EXISTS (SELECT FROM organization_members AS m
    WHERE m.operator_id = operator_preferences.operator_id AND m.organization_id = (SELECT current_org_id())));
GRANT SELECT ON operator_preferences TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE ON operator_preferences TO app_user;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('043-operators', 'b3e2bddf066e523ef8d7243a14f19d8ef3ca7f52dda6397f21187c3e7189c250');
COMMIT;

-- 045-expire-decisions
BEGIN;
SET LOCAL ROLE netup_owner;

-- The newest decision on a router stays, and so does what was decided about an upgrade; the others may go once they are old.
CREATE OR REPLACE FUNCTION refuse_decision_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.upgrade_id IS NULL AND OLD.decided_at < now() - interval '30 days' AND EXISTS (
    SELECT FROM decisions AS newer
    WHERE newer.organization_id = OLD.organization_id AND newer.router_id = OLD.router_id
      AND newer.decided_at >= OLD.decided_at AND (newer.decided_at, newer.id) > (OLD.decided_at, OLD.id)) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'decisions cannot be changed or removed' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE INDEX idx_decisions_old ON decisions (organization_id, decided_at) WHERE upgrade_id IS NULL;

-- Removes decisions of the connection's organization that were made before a time, so many at most, and returns how many. Several workers may
-- do so at once. No role may delete from the table itself.
CREATE FUNCTION expire_decisions(before timestamptz, how_many integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  gone integer;
BEGIN
  DELETE FROM decisions AS d
  WHERE d.organization_id = current_org_id() AND d.id = ANY (ARRAY (
    SELECT old.id FROM decisions AS old
    WHERE old.organization_id = current_org_id() AND old.upgrade_id IS NULL
      AND old.decided_at < least(before, now() - interval '30 days') AND EXISTS (
        SELECT FROM decisions AS newer
        WHERE newer.organization_id = old.organization_id AND newer.router_id = old.router_id
          AND newer.decided_at >= old.decided_at AND (newer.decided_at, newer.id) > (old.decided_at, old.id))
    ORDER BY old.decided_at LIMIT how_many
    FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END
$$;
REVOKE ALL ON FUNCTION expire_decisions(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION expire_decisions(timestamptz, integer) TO netup_worker;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('045-expire-decisions', '12f01b2bfdad99f06873ffc41c3638c14dc8f51b54918b926556a7a48a578069');
COMMIT;

-- 047-many-leases
BEGIN;
SET LOCAL ROLE netup_owner;

-- hold_lease for many upgrades at once: of those given, the ones whose epoch is still the last, which they stay until the transaction ends.
CREATE FUNCTION held_leases(upgrades bigint[], epochs bigint[]) RETURNS TABLE (upgrade_id bigint, epoch bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT q.upgrade_id, q.lease_epoch FROM upgrade_queue AS q
  JOIN unnest(upgrades, epochs) AS h (upgrade_id, epoch) ON h.upgrade_id = q.upgrade_id AND h.epoch = q.lease_epoch
  WHERE q.organization_id = current_org_id()
  ORDER BY q.upgrade_id
  FOR SHARE OF q
$$;
REVOKE ALL ON FUNCTION held_leases(bigint[], bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION held_leases(bigint[], bigint[]) TO netup_worker;

-- As before, but each lease is found by its key, whatever the planner thinks of the numbers: with the joins that it chose, 2,000 leases took seconds,
-- in which nothing else could be written of them.
CREATE OR REPLACE FUNCTION renew_leases(upgrades bigint[], epochs bigint[], organizations uuid[], lease interval)
RETURNS TABLE (organization_id uuid, upgrade_id text, renewed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
  until timestamptz := clock_timestamp() + lease;
BEGIN
  UPDATE upgrade_queue AS q SET lease_expires_at = until
  FROM (
    SELECT f.organization_id, f.upgrade_id FROM unnest(upgrades, epochs, organizations) AS h (upgrade_id, epoch, organization_id)
    JOIN upgrade_queue AS f ON f.organization_id = h.organization_id AND f.upgrade_id = h.upgrade_id AND f.lease_epoch = h.epoch
    FOR UPDATE OF f SKIP LOCKED
  ) AS free
  WHERE q.organization_id = free.organization_id AND q.upgrade_id = free.upgrade_id;
  RETURN QUERY
  SELECT q.organization_id, q.upgrade_id::text, q.lease_expires_at IS NOT DISTINCT FROM until
  FROM unnest(upgrades, epochs, organizations) AS h (upgrade_id, epoch, organization_id)
  JOIN upgrade_queue AS q ON q.organization_id = h.organization_id AND q.upgrade_id = h.upgrade_id AND q.lease_epoch = h.epoch;
END
$$;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('047-many-leases', '8f909e45fae20ba0a1b7e17fb2b023c145e267774a600ccbc69d453953a7f922');
COMMIT;

-- 048-operation-figures
BEGIN;
SET LOCAL ROLE netup_owner;

-- How upgrades, webhooks and the audit trail stand, over all organizations: for the metrics of a worker. Numbers alone, of no organization.
-- The rows of upgrades are hidden from the owner too, so each organization is counted in its own scope, as in rekey_model.
CREATE FUNCTION operation_figures() RETURNS TABLE (figure text, state text, value float8)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  before text := coalesce(current_setting('app.current_org_id', true), '');
  organization uuid;
  counted jsonb := '{}';
  found record;
BEGIN
  FOR organization IN SELECT o.id FROM organizations AS o LOOP
    PERFORM set_config('app.current_org_id', organization::text, true);
    FOR found IN
      SELECT u.status, count(*) AS many FROM upgrades AS u
      WHERE u.status IN ('pending', 'approved', 'scheduled', 'running', 'paused') GROUP BY u.status
    LOOP
      counted := counted || jsonb_build_object(found.status, coalesce((counted->>found.status)::bigint, 0) + found.many);
    END LOOP;
  END LOOP;
  PERFORM set_config('app.current_org_id', before, true);
  RETURN QUERY
    SELECT 'upgrades', s.name, coalesce((counted->>s.name)::float8, 0)
    FROM unnest('{pending,approved,scheduled,running,paused}'::text[]) AS s (name);
  -- Without a living worker, whether none has been found or a limit or blackout keeps it waiting.
  RETURN QUERY
    SELECT f.figure, '', f.value
    FROM (
      SELECT count(*)::float8 AS many, coalesce(extract(epoch FROM clock_timestamp() - min(q.due_at)), 0)::float8 AS oldest
      FROM upgrade_queue AS q
      WHERE q.due_at <= clock_timestamp() AND (q.lease_expires_at IS NULL OR q.lease_expires_at < clock_timestamp())
    ) AS due
    CROSS JOIN LATERAL (VALUES ('queue_due', due.many), ('queue_oldest_seconds', due.oldest)) AS f (figure, value);
  RETURN QUERY
    SELECT 'webhook_deliveries', 'waiting', count(*)::float8 FROM webhook_deliveries AS d WHERE d.next_attempt_at IS NOT NULL
    UNION ALL
    SELECT 'webhook_deliveries', 'failed', count(*)::float8 FROM webhook_deliveries AS d
    WHERE d.next_attempt_at IS NULL AND d.delivered_at IS NULL AND d.attempts > 0 AND d.occurred_at > now() - interval '2 days';
  RETURN QUERY
    SELECT 'audit_head_age_seconds', '', extract(epoch FROM clock_timestamp() - max(h."timestamp"))::float8
    FROM audit_heads AS h HAVING count(*) > 0
    UNION ALL
    SELECT 'audit_unsigned_rows', '', coalesce(sum(h.seq - coalesce(last.seq, 0)), 0)::float8
    FROM audit_heads AS h
    LEFT JOIN LATERAL (
      SELECT max(c.seq) AS seq FROM audit_checkpoints AS c WHERE c.organization_id = h.organization_id
    ) AS last ON true;
END
$$;
REVOKE ALL ON FUNCTION operation_figures() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION operation_figures() TO netup_worker;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('048-operation-figures', '60b8b4910cc8db0f6400e565ea3ee616fd428e8e4779566ab4fcc28521d0d094');
COMMIT;

-- 050-leases-apart
BEGIN;
SET LOCAL ROLE netup_owner;

-- Who holds a lease keeps others from taking the upgrade, which locks its row FOR UPDATE, and nothing else: so far it kept the worker's own
-- renewals away too, and was kept waiting by them. An upgrade whose transactions took long, as on a busy machine, was then lost by the worker that
-- lived and was writing of it.
CREATE OR REPLACE FUNCTION hold_lease(upgrade bigint, epoch bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM FROM upgrade_queue AS q
  WHERE q.organization_id = current_org_id() AND q.upgrade_id = upgrade AND q.lease_epoch = epoch
  FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another worker has upgrade %', upgrade USING ERRCODE = 'NU001';
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION held_leases(upgrades bigint[], epochs bigint[]) RETURNS TABLE (upgrade_id bigint, epoch bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT q.upgrade_id, q.lease_epoch FROM upgrade_queue AS q
  JOIN unnest(upgrades, epochs) AS h (upgrade_id, epoch) ON h.upgrade_id = q.upgrade_id AND h.epoch = q.lease_epoch
  WHERE q.organization_id = current_org_id()
  ORDER BY q.upgrade_id
  FOR KEY SHARE OF q
$$;

-- As before, but it passes those that are held: FOR NO KEY UPDATE is what the UPDATE itself takes.
CREATE OR REPLACE FUNCTION renew_leases(upgrades bigint[], epochs bigint[], organizations uuid[], lease interval)
RETURNS TABLE (organization_id uuid, upgrade_id text, renewed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
  until timestamptz := clock_timestamp() + lease;
BEGIN
  UPDATE upgrade_queue AS q SET lease_expires_at = until
  FROM (
    SELECT f.organization_id, f.upgrade_id FROM unnest(upgrades, epochs, organizations) AS h (upgrade_id, epoch, organization_id)
    JOIN upgrade_queue AS f ON f.organization_id = h.organization_id AND f.upgrade_id = h.upgrade_id AND f.lease_epoch = h.epoch
    FOR NO KEY UPDATE OF f SKIP LOCKED
  ) AS free
  WHERE q.organization_id = free.organization_id AND q.upgrade_id = free.upgrade_id;
  RETURN QUERY
  SELECT q.organization_id, q.upgrade_id::text, q.lease_expires_at IS NOT DISTINCT FROM until
  FROM unnest(upgrades, epochs, organizations) AS h (upgrade_id, epoch, organization_id)
  JOIN upgrade_queue AS q ON q.organization_id = h.organization_id AND q.upgrade_id = h.upgrade_id AND q.lease_epoch = h.epoch;
END
$$;
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('050-leases-apart', '7c3f92a48023ce7fe4d918b42272fdb44d7abe0aac336ee09801827c57fb5449');
COMMIT;

-- 053-policy-edits
BEGIN;
SET LOCAL ROLE netup_owner;

-- That upgrades may be approved without a person was said of a policy as it was. Whoever else changes it then, or switches it on, takes
-- that away; switching it off leaves it, for nothing is approved by a policy that is off.
CREATE FUNCTION end_auto_approve() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
DECLARE
  -- Generated columns have no value yet in NEW.
  others text[] := ARRAY['is_active', 'specificity', 'match_organization', 'match_site', 'match_model', 'match_vendor'];
BEGIN
  IF NOT pg_has_role(current_user, 'netup_owner', 'MEMBER')
     AND (to_jsonb(NEW) - others IS DISTINCT FROM to_jsonb(OLD) - others OR (NEW.is_active AND NOT OLD.is_active)) THEN
    NEW.auto_approve := false;
  END IF;
  RETURN NEW;
END
$$;
-- Before upgrade_policies_touch, which changes the version: triggers fire by their names.
CREATE TRIGGER upgrade_policies_end_auto_approve BEFORE UPDATE ON upgrade_policies FOR EACH ROW
  WHEN (OLD.auto_approve AND NEW.auto_approve) EXECUTE FUNCTION end_auto_approve();
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('053-policy-edits', '3976bce4131b7db7db007ba4d318432dbf84fa86de1a7a11076140b2e05fd36a');
COMMIT;

-- 057-wanted-rollback
BEGIN;
-- A running upgrade whose device was told to go down can be asked to take it back, until the new software is kept for good.

ALTER TABLE upgrades DROP CONSTRAINT upgrades_wanted_check;
ALTER TABLE upgrades ADD CONSTRAINT upgrades_wanted_check CHECK (wanted IN ('pause', 'cancel', 'rollback'));
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('057-wanted-rollback', 'd02c703cd3bfc19cb53968a1ead8f547dc5da1da610b48b2744bdd1409738c06');
COMMIT;

-- 059-isolation-gaps
BEGIN;
SET LOCAL ROLE netup_owner;

-- Whoever made a token is of the organization that it is for. With operators alone as the key, a row could hang on somebody of another
-- organization, and the error told whether there is such an operator.
ALTER TABLE mcp_tokens DROP CONSTRAINT mcp_tokens_created_by_fkey;
ALTER TABLE mcp_tokens ADD FOREIGN KEY (organization_id, created_by) REFERENCES organization_members (organization_id, operator_id);

-- Numbers of policies are shared by all organizations, and whoever may insert may also choose one (OVERRIDING SYSTEM VALUE): a number that is
-- taken would be told by an error. So only the owner chooses, as for a database of version 1; previews have numbers below 1.
CREATE FUNCTION next_policy_id() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  NEW.id := nextval(pg_get_serial_sequence('public.upgrade_policies', 'id'));
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION next_policy_id() FROM PUBLIC;
CREATE TRIGGER upgrade_policies_next_id BEFORE INSERT ON upgrade_policies FOR EACH ROW
  WHEN (NEW.id > 0 AND NOT pg_has_role('netup_owner', 'MEMBER')) EXECUTE FUNCTION next_policy_id();

-- As for upgrades and overrides: a decision names a policy that its organization sees.
CREATE TRIGGER decisions_policy BEFORE INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION check_policy_visible();
RESET ROLE;
INSERT INTO schema_migrations (name, checksum) VALUES ('059-isolation-gaps', '4431f577673e4691a48b710cca5fc9ca60a19eb1a70a42b0248ba63515e7ee11');
COMMIT;
