SET LOCAL ROLE netup_owner;

-- A program that may act in an organization stands beside its people, so that what it did has a name; nobody logs in as one.
ALTER TABLE operators ADD COLUMN kind text NOT NULL DEFAULT 'person' CHECK (kind IN ('person', 'program'));
INSERT INTO operators (name, display_name, kind)
SELECT CASE WHEN EXISTS (SELECT FROM operators WHERE name = 'agent') THEN 'netup-agent' ELSE 'agent' END, 'Agent', 'program';

CREATE OR REPLACE FUNCTION operator_memberships(operator_name text)
RETURNS TABLE (
  operator_id uuid, name text, display_name text,
  organization_id uuid, slug text, organization_name text, role text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT o.id, o.name, o.display_name, g.id, g.slug, g.name, m.role
  FROM operators AS o
  LEFT JOIN organization_members AS m ON m.operator_id = o.id
  LEFT JOIN organizations AS g ON g.id = m.organization_id
  WHERE o.name = operator_name AND o.is_active AND o.kind = 'person'
  ORDER BY g.name
$$;

-- Where upgrades may be approved without a person, by whoever writes the policy.
ALTER TABLE upgrade_policies ADD COLUMN auto_approve boolean NOT NULL DEFAULT false;

CREATE FUNCTION guard_auto_approve() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT pg_has_role(current_user, 'netup_owner', 'MEMBER') THEN
    RAISE EXCEPTION 'only the owner of the tables lets upgrades be approved without a person' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER upgrade_policies_auto_approve BEFORE INSERT OR UPDATE OF auto_approve ON upgrade_policies FOR EACH ROW
  WHEN (NEW.auto_approve) EXECUTE FUNCTION guard_auto_approve();

ALTER TABLE upgrades
  -- How it was requested, as the audit trail names it; NULL: not known.
  ADD COLUMN requested_via text CHECK (requested_via IN ('console', 'cli', 'worker', 'mcp', 'collector')),
  -- The agent found a gate that does not pass: until then nobody approves it but in an emergency.
  ADD COLUMN deferred_until timestamptz,
  ADD COLUMN deferred_why text,
  ADD CONSTRAINT upgrades_deferral_whole CHECK ((deferred_until IS NULL) = (deferred_why IS NULL));

-- What the agent may do by itself. Without a row: advise.
CREATE TABLE agent_settings (
  organization_id uuid PRIMARY KEY REFERENCES organizations (id),
  mode text NOT NULL DEFAULT 'advise' CHECK (mode IN ('advise', 'auto-defer', 'auto-approve')),
  -- Its approvals in 24 hours, and upgrades that it approved and that are not over, at one site.
  per_day integer NOT NULL DEFAULT 10 CHECK (per_day BETWEEN 1 AND 10000),
  per_site integer NOT NULL DEFAULT 1 CHECK (per_site BETWEEN 1 AND 10000),
  changed_by uuid NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (organization_id, changed_by) REFERENCES organization_members (organization_id, operator_id)
);
ALTER TABLE agent_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY agent_settings_org_isolation ON agent_settings
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
-- The owner's function looks for the organizations that the agent works for.
CREATE POLICY agent_settings_owner ON agent_settings TO netup_owner USING (true) WITH CHECK (true);
GRANT SELECT ON agent_settings TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE ON agent_settings TO app_user;

CREATE FUNCTION guard_agent_settings() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF NOT has_role(NEW.changed_by, NEW.organization_id, ARRAY['admin'])
     OR EXISTS (SELECT FROM operators AS o WHERE o.id = NEW.changed_by AND o.kind = 'program') THEN
    RAISE EXCEPTION 'only an admin says what the agent may do' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER agent_settings_guard BEFORE INSERT OR UPDATE ON agent_settings
  FOR EACH ROW EXECUTE FUNCTION guard_agent_settings();

-- The agent is a member where it may do something, an approver where it may approve.
CREATE FUNCTION admit_agent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  INSERT INTO organization_members (organization_id, operator_id, role)
  SELECT NEW.organization_id, o.id, CASE NEW.mode WHEN 'auto-approve' THEN 'approver' ELSE 'viewer' END
  FROM operators AS o WHERE o.kind = 'program'
  ON CONFLICT (organization_id, operator_id) DO UPDATE SET role = excluded.role;
  -- What it deferred is not deferred any more once it may not.
  IF NEW.mode = 'advise' THEN
    UPDATE upgrades AS u SET deferred_until = NULL, deferred_why = NULL
    WHERE u.organization_id = NEW.organization_id AND u.deferred_until IS NOT NULL;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER agent_settings_admit AFTER INSERT OR UPDATE ON agent_settings FOR EACH ROW EXECUTE FUNCTION admit_agent();

-- What was decided about a router, from what, and who asked. Rows are added and never change.
CREATE TABLE decisions (
  organization_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  router_id text NOT NULL,
  -- The upgrade that was judged, if there was one already, and the image.
  upgrade_id bigint,
  image_id uuid REFERENCES firmware_images (id),
  decided_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  verdict text NOT NULL CHECK (verdict IN ('approve', 'defer', 'reject')),
  gates jsonb NOT NULL,
  policy_id bigint,
  policy_version integer,
  evidence_start timestamptz NOT NULL,
  evidence_end timestamptz NOT NULL,
  -- What a model said, where one was asked: which one, the SHA-256 of what it was asked, its answer as it came (cleaned, cut), what was
  -- read from it, its reasons, and why nothing was. It can only tighten.
  advisor_model text,
  advisor_prompt_hash text CHECK (advisor_prompt_hash ~ '^[0-9a-f]{64}$'),
  advisor_answer text CHECK (length(advisor_answer) <= 4000),
  advisor_verdict text CHECK (advisor_verdict IN ('no-objection', 'defer')),
  advisor_reasons jsonb,
  advisor_fallback text CHECK (length(advisor_fallback) <= 400),
  asked_by uuid NOT NULL,
  source text NOT NULL CHECK (source IN ('console', 'cli', 'worker', 'mcp')),
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, router_id) REFERENCES routers (organization_id, id),
  FOREIGN KEY (organization_id, upgrade_id) REFERENCES upgrades (organization_id, id),
  FOREIGN KEY (organization_id, asked_by) REFERENCES organization_members (organization_id, operator_id),
  CONSTRAINT decisions_evidence_forward CHECK (evidence_end > evidence_start),
  CONSTRAINT decisions_approve_on_gates CHECK (verdict <> 'approve'
    OR (jsonb_array_length(gates) > 0 AND NOT gates @? '$[*] ? (@.result != "pass")' AND advisor_verdict IS DISTINCT FROM 'defer')),
  CONSTRAINT decisions_advisor_whole CHECK (num_nulls(advisor_model, advisor_prompt_hash) IN (0, 2)
    AND (advisor_model IS NULL) = (advisor_verdict IS NULL AND advisor_fallback IS NULL))
);
CREATE INDEX idx_decisions_router ON decisions (organization_id, router_id, decided_at DESC);
CREATE INDEX idx_decisions_upgrade ON decisions (organization_id, upgrade_id, id DESC) WHERE upgrade_id IS NOT NULL;
ALTER TABLE decisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE decisions FORCE ROW LEVEL SECURITY;
CREATE POLICY decisions_org_isolation ON decisions
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON decisions TO app_user, netup_worker, netup_readonly;
GRANT INSERT ON decisions TO app_user, netup_worker;

CREATE FUNCTION refuse_decision_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  RAISE EXCEPTION 'decisions cannot be changed or removed' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE ON decisions
  FOR EACH ROW EXECUTE FUNCTION refuse_decision_change();

-- A worker decides as the agent and nobody else does; people decide in their own name.
CREATE FUNCTION guard_decision() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
DECLARE
  is_program boolean := EXISTS (SELECT FROM operators AS o WHERE o.id = NEW.asked_by AND o.kind = 'program');
BEGIN
  IF is_program <> acts_as_worker() AND NOT pg_has_role(current_user, 'netup_owner', 'MEMBER') THEN
    RAISE EXCEPTION 'a worker decides as the agent, and people in their own name' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER decisions_guard BEFORE INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION guard_decision();

-- Why the agent may not approve an upgrade, as one clause; NULL if it may. `decision` is its own, on this upgrade, of the last minutes.
CREATE FUNCTION why_agent_may_not_approve(upgrade bigint, decision bigint) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
AS $$
DECLARE
  settings agent_settings;
  found upgrades;
  policy upgrade_policies;
  own decisions;
  site uuid;
BEGIN
  SELECT * INTO settings FROM agent_settings AS s WHERE s.organization_id = current_org_id();
  IF settings.mode IS DISTINCT FROM 'auto-approve' THEN
    RETURN 'the organization does not let the agent approve';
  END IF;
  SELECT * INTO found FROM upgrades AS u WHERE u.organization_id = current_org_id() AND u.id = upgrade;
  IF found.status IS DISTINCT FROM 'pending' THEN
    RETURN 'it is not pending';
  END IF;
  IF coalesce(found.requested_via, '') NOT IN ('console', 'cli')
     OR EXISTS (SELECT FROM operators AS o WHERE o.id = found.requested_by AND o.kind = 'program') THEN
    RETURN 'no person asked for it in the console or on the command line';
  END IF;
  SELECT p.* INTO policy FROM router_policy AS r JOIN upgrade_policies AS p ON p.id = r.policy_id
  WHERE r.organization_id = found.organization_id AND r.router_id = found.router_id;
  IF policy.auto_approve IS DISTINCT FROM true OR NOT policy.is_active THEN
    RETURN 'its policy does not say that upgrades are approved without a person';
  END IF;
  SELECT * INTO own FROM decisions AS d
  WHERE d.organization_id = found.organization_id AND d.upgrade_id = found.id AND d.id = decision
    AND d.decided_at > clock_timestamp() - interval '5 minutes'
    AND EXISTS (SELECT FROM operators AS o WHERE o.id = d.asked_by AND o.kind = 'program');
  IF own.verdict IS DISTINCT FROM 'approve' THEN
    RETURN 'the agent did not just decide for it';
  END IF;
  IF (own.policy_id, own.policy_version) IS DISTINCT FROM (policy.id, policy.version) THEN
    RETURN 'its policy was changed since the agent decided';
  END IF;
  IF (SELECT count(*) FROM upgrade_approvals AS a JOIN operators AS o ON o.id = a.operator_id AND o.kind = 'program'
      WHERE a.organization_id = found.organization_id AND a.approved_at > now() - interval '24 hours') >= settings.per_day THEN
    RETURN 'the agent has approved as many in 24 hours as it may';
  END IF;
  SELECT r.site_id INTO site FROM routers AS r WHERE r.organization_id = found.organization_id AND r.id = found.router_id;
  IF (SELECT count(*) FROM upgrade_approvals AS a
      JOIN operators AS o ON o.id = a.operator_id AND o.kind = 'program'
      JOIN upgrades AS u ON u.organization_id = a.organization_id AND u.id = a.upgrade_id
      JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
      WHERE a.organization_id = found.organization_id AND u.id <> found.id AND r.site_id IS NOT DISTINCT FROM site
        AND u.status IN ('pending', 'approved', 'scheduled', 'running', 'paused')) >= settings.per_site THEN
    RETURN 'the agent has approved as many at its site at once as it may';
  END IF;
  RETURN NULL;
END
$$;

-- Approves as the agent, where the organization, the policy and the limits let it, as one of the approvals that the organization wants.
-- Returns the status that the upgrade has then, or why it was not approved.
CREATE FUNCTION agent_approve(upgrade bigint, decision bigint) RETURNS TABLE (status text, why text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  agent uuid;
  about jsonb;
  wanted integer;
  others integer;
BEGIN
  -- One after the other, so that the limits hold.
  PERFORM FROM agent_settings AS s WHERE s.organization_id = current_org_id() FOR UPDATE;
  -- No stronger: another worker's decision about it, which waits for the settings, refers to it.
  PERFORM FROM upgrades AS u WHERE u.organization_id = current_org_id() AND u.id = upgrade FOR NO KEY UPDATE;
  why := why_agent_may_not_approve(upgrade, decision);
  IF why IS NOT NULL THEN
    RETURN NEXT;
    RETURN;
  END IF;
  SELECT o.id INTO STRICT agent FROM operators AS o WHERE o.kind = 'program';
  SELECT jsonb_build_object('sha256', i.sha256, 'sizeBytes', i.size_bytes, 'modelId', r.model_id, 'targetVersion', r.target_ver)
  INTO STRICT about
  FROM upgrades AS u
  JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
  JOIN firmware_images AS i ON i.id = u.image_id
  WHERE u.organization_id = current_org_id() AND u.id = upgrade
  FOR SHARE OF r;
  INSERT INTO upgrade_approvals AS a (organization_id, upgrade_id, operator_id, subject)
  VALUES (current_org_id(), upgrade, agent, about)
  ON CONFLICT (organization_id, upgrade_id, operator_id) DO UPDATE SET subject = excluded.subject, approved_at = now();
  SELECT coalesce(min(r.approvers), 1) INTO wanted FROM approval_rules AS r WHERE r.organization_id = current_org_id();
  SELECT count(*) INTO others FROM upgrade_approvals AS a
  WHERE a.organization_id = current_org_id() AND a.upgrade_id = upgrade AND a.operator_id <> agent AND a.subject = about;
  status := 'pending';
  IF others + 1 >= wanted THEN
    UPDATE upgrades AS u SET status = 'approved', approved_by = agent, approved_at = now()
    WHERE u.organization_id = current_org_id() AND u.id = upgrade;
    status := 'approved';
  END IF;
  RETURN NEXT;
END
$$;

-- Keeps a pending upgrade from being approved for a while, or, with NULL, no longer. False: it is not pending, the agent may not, or
-- another worker did so within the last minute.
CREATE FUNCTION agent_defer(upgrade bigint, until timestamptz, reason text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  UPDATE upgrades AS u SET deferred_until = until, deferred_why = CASE WHEN until IS NOT NULL THEN reason END
  WHERE u.organization_id = current_org_id() AND u.id = upgrade AND u.status = 'pending'
    AND CASE WHEN until IS NULL THEN u.deferred_until IS NOT NULL
      ELSE until <= now() + interval '1 hour' AND coalesce(u.deferred_until <= until - interval '1 minute', true) END
    AND EXISTS (SELECT FROM agent_settings AS s WHERE s.organization_id = u.organization_id AND s.mode <> 'advise');
  RETURN FOUND;
END
$$;

-- Which organizations the agent works for: ids only.
CREATE FUNCTION agent_organizations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT s.organization_id FROM agent_settings AS s WHERE s.mode <> 'advise' ORDER BY 1 $$;

REVOKE ALL ON FUNCTION agent_approve(bigint, bigint), agent_defer(bigint, timestamptz, text), agent_organizations() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION agent_approve(bigint, bigint), agent_defer(bigint, timestamptz, text), agent_organizations()
  TO netup_worker;

-- The agent approves by the function above alone, and nothing else writes what it deferred; how an upgrade was requested does not change.
CREATE FUNCTION guard_agent_upgrade() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF OLD.requested_via IS DISTINCT FROM NEW.requested_via THEN
    RAISE EXCEPTION 'how an upgrade was requested cannot be changed' USING ERRCODE = 'check_violation';
  END IF;
  IF pg_has_role(current_user, 'netup_owner', 'MEMBER') THEN
    RETURN NEW;
  END IF;
  IF (OLD.deferred_until, OLD.deferred_why) IS DISTINCT FROM (NEW.deferred_until, NEW.deferred_why) THEN
    RAISE EXCEPTION 'only the agent defers an upgrade' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF OLD.approved_by IS DISTINCT FROM NEW.approved_by
     AND EXISTS (SELECT FROM operators AS o WHERE o.id = NEW.approved_by AND o.kind = 'program') THEN
    RAISE EXCEPTION 'nobody approves in the name of the agent' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER upgrades_agent BEFORE UPDATE ON upgrades FOR EACH ROW EXECUTE FUNCTION guard_agent_upgrade();

CREATE FUNCTION guard_agent_approval() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM operators AS o WHERE o.id = NEW.operator_id AND o.kind = 'program') THEN
    IF NOT pg_has_role(current_user, 'netup_owner', 'MEMBER') THEN
      RAISE EXCEPTION 'nobody approves in the name of the agent' USING ERRCODE = 'insufficient_privilege';
    END IF;
  ELSIF NOT NEW.break_glass AND EXISTS (SELECT FROM upgrades AS u WHERE u.organization_id = NEW.organization_id
      AND u.id = NEW.upgrade_id AND u.deferred_until > now()) THEN
    RAISE EXCEPTION 'the agent defers this upgrade' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER upgrade_approvals_agent BEFORE INSERT OR UPDATE ON upgrade_approvals
  FOR EACH ROW EXECUTE FUNCTION guard_agent_approval();

-- Where two have to approve, one is not enough, whoever writes it; and what the agent approved counts while it still may.
CREATE OR REPLACE FUNCTION guard_approvers() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM approval_rules AS r WHERE r.organization_id = NEW.organization_id AND r.approvers = 2)
     AND NOT EXISTS (SELECT FROM upgrade_approvals AS a WHERE a.organization_id = NEW.organization_id AND a.upgrade_id = NEW.id
       AND (a.operator_id <> NEW.approved_by OR a.break_glass)
       AND has_role(a.operator_id, a.organization_id, ARRAY['approver', 'admin'])) THEN
    RAISE EXCEPTION 'a second approver is needed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
