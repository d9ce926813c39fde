SET LOCAL ROLE netup_owner;

-- The newest decision on a router stays, and so does what was decided about an upgrade; the others may go once they are old.
CREATE OR REPLACE FUNCTION refuse_decision_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.upgrade_id IS NULL AND OLD.decided_at < now() - interval '30 days' AND EXISTS (
    SELECT FROM decisions AS newer
    WHERE newer.organization_id = OLD.organization_id AND newer.router_id = OLD.router_id
      AND newer.decided_at >= OLD.decided_at AND (newer.decided_at, newer.id) > (OLD.decided_at, OLD.id)) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'decisions cannot be changed or removed' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE INDEX idx_decisions_old ON decisions (organization_id, decided_at) WHERE upgrade_id IS NULL;

-- Removes decisions of the connection's organization that were made before a time, so many at most, and returns how many. Several workers may
-- do so at once. No role may delete from the table itself.
CREATE FUNCTION expire_decisions(before timestamptz, how_many integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  gone integer;
BEGIN
  DELETE FROM decisions AS d
  WHERE d.organization_id = current_org_id() AND d.id = ANY (ARRAY (
    SELECT old.id FROM decisions AS old
    WHERE old.organization_id = current_org_id() AND old.upgrade_id IS NULL
      AND old.decided_at < least(before, now() - interval '30 days') AND EXISTS (
        SELECT FROM decisions AS newer
        WHERE newer.organization_id = old.organization_id AND newer.router_id = old.router_id
          AND newer.decided_at >= old.decided_at AND (newer.decided_at, newer.id) > (old.decided_at, old.id))
    ORDER BY old.decided_at LIMIT how_many
    FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END
$$;
REVOKE ALL ON FUNCTION expire_decisions(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION expire_decisions(timestamptz, integer) TO netup_worker;
