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
