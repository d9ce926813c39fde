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
