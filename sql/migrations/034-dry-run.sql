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
