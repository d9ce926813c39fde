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
