SET LOCAL ROLE netup_owner;

-- What is to be told to the telemetry store of the upgrades: written with the steps, in the same transaction, and kept until the store has it, so
-- that an outage of the store delays points and never loses them.
CREATE TABLE upgrade_points (
  organization_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  upgrade_id bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('progress', 'check')),
  -- In whole milliseconds, and never twice for the progress of one upgrade: a point with the same tags and time would replace another.
  measured_at timestamptz NOT NULL,
  body jsonb NOT NULL,
  -- NULL: the store does not have it yet.
  written_at timestamptz,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, upgrade_id) REFERENCES upgrades (organization_id, id)
);
CREATE INDEX idx_upgrade_points_due ON upgrade_points (organization_id, id) WHERE written_at IS NULL;
CREATE INDEX idx_upgrade_points_written ON upgrade_points (organization_id, written_at) WHERE written_at IS NOT NULL;
CREATE INDEX idx_upgrade_points_upgrade ON upgrade_points (organization_id, upgrade_id, measured_at);
ALTER TABLE upgrade_points ENABLE ROW LEVEL SECURITY;
ALTER TABLE upgrade_points FORCE ROW LEVEL SECURITY;
CREATE POLICY upgrade_points_owner ON upgrade_points TO netup_owner USING (true) WITH CHECK (true);
CREATE POLICY upgrade_points_org_isolation ON upgrade_points
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON upgrade_points TO app_user, netup_worker, netup_readonly;
GRANT UPDATE (written_at) ON upgrade_points TO netup_worker;
GRANT DELETE ON upgrade_points TO netup_worker;

-- A point for each step that begins or ends; and when a step that checks something ends, one for each of its checks.
CREATE FUNCTION point_of_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  checked text := CASE NEW.name WHEN 'precheck' THEN 'pre' WHEN 'preflight_gate' THEN 'gate' WHEN 'postcheck' THEN 'post' END;
BEGIN
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
REVOKE ALL ON FUNCTION point_of_step() FROM PUBLIC;
CREATE TRIGGER upgrade_steps_point AFTER UPDATE OF status, attempt ON upgrade_steps
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.attempt IS DISTINCT FROM NEW.attempt)
  EXECUTE FUNCTION point_of_step();

-- The organizations that have points for the store: ids only.
CREATE FUNCTION upgrade_points_due() RETURNS SETOF uuid
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT DISTINCT organization_id FROM upgrade_points WHERE written_at IS NULL
$$;
REVOKE ALL ON FUNCTION upgrade_points_due() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION upgrade_points_due() TO netup_worker;
