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
