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
