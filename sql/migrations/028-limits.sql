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
