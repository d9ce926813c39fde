SET LOCAL ROLE netup_owner;

-- What an organization asks of approvals. Without a row: one approver, who is not the requester; it holds a week; no reference is needed.
CREATE TABLE approval_rules (
  organization_id uuid PRIMARY KEY REFERENCES organizations (id),
  approvers integer NOT NULL DEFAULT 1 CHECK (approvers IN (1, 2)),
  -- Counted from when it was approved, or from its time if that is later; NULL: it holds for ever.
  expires_hours integer DEFAULT 168 CHECK (expires_hours >= 1),
  reference_required boolean NOT NULL DEFAULT false,
  updated_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE approval_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE approval_rules FORCE ROW LEVEL SECURITY;
CREATE POLICY approval_rules_org_isolation ON approval_rules
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON approval_rules TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE ON approval_rules TO app_user;

-- Who approved an upgrade, and what it was about then: an approval of something else does not count.
CREATE TABLE upgrade_approvals (
  organization_id uuid NOT NULL,
  upgrade_id bigint NOT NULL,
  operator_id uuid NOT NULL,
  -- The image's digest and size, the router's model and target version.
  subject jsonb NOT NULL,
  -- An emergency: an admin let it through without a second approver, without end, and in blackouts too.
  break_glass boolean NOT NULL DEFAULT false,
  reason text,
  approved_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, upgrade_id, operator_id),
  FOREIGN KEY (organization_id, upgrade_id) REFERENCES upgrades (organization_id, id),
  FOREIGN KEY (organization_id, operator_id) REFERENCES organization_members (organization_id, operator_id),
  CONSTRAINT upgrade_approvals_emergency_with_reason CHECK (NOT break_glass OR coalesce(reason, '') <> '')
);
ALTER TABLE upgrade_approvals ENABLE ROW LEVEL SECURITY;
ALTER TABLE upgrade_approvals FORCE ROW LEVEL SECURITY;
CREATE POLICY upgrade_approvals_org_isolation ON upgrade_approvals
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON upgrade_approvals TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE ON upgrade_approvals TO app_user;

-- Four eyes, the role and the order hold here as well as in the program.
CREATE FUNCTION guard_approval() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM upgrades AS u WHERE u.organization_id = NEW.organization_id AND u.id = NEW.upgrade_id
      AND u.status = 'pending' AND u.requested_by <> NEW.operator_id) THEN
    RAISE EXCEPTION 'only a pending upgrade of somebody else can be approved' USING ERRCODE = 'check_violation';
  END IF;
  IF NOT has_role(NEW.operator_id, NEW.organization_id,
      CASE WHEN NEW.break_glass THEN ARRAY['admin'] ELSE ARRAY['approver', 'admin'] END) THEN
    RAISE EXCEPTION 'the approver may not approve so' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER upgrade_approvals_guard BEFORE INSERT OR UPDATE ON upgrade_approvals
  FOR EACH ROW EXECUTE FUNCTION guard_approval();

-- Where two have to approve, one is not enough, whoever writes it.
CREATE FUNCTION guard_approvers() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM approval_rules AS r WHERE r.organization_id = NEW.organization_id AND r.approvers = 2)
     AND NOT EXISTS (SELECT FROM upgrade_approvals AS a WHERE a.organization_id = NEW.organization_id AND a.upgrade_id = NEW.id
       AND (a.operator_id <> NEW.approved_by OR a.break_glass)) THEN
    RAISE EXCEPTION 'a second approver is needed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER upgrades_approvers BEFORE UPDATE OF status ON upgrades FOR EACH ROW
  WHEN (OLD.status = 'pending' AND NEW.status = 'approved') EXECUTE FUNCTION guard_approvers();

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
    INSERT INTO upgrade_queue (organization_id, upgrade_id, due_at, site_id, redundancy_group, ignores_blackouts)
    VALUES (NEW.organization_id, NEW.id, due, router.site_id, router.redundancy_group,
      EXISTS (SELECT FROM upgrade_approvals AS a
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
