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
