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
