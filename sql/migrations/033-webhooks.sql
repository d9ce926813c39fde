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
