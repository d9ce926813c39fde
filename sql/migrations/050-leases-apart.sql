SET LOCAL ROLE netup_owner;

-- Who holds a lease keeps others from taking the upgrade, which locks its row FOR UPDATE, and nothing else: so far it kept the worker's own
-- renewals away too, and was kept waiting by them. An upgrade whose transactions took long, as on a busy machine, was then lost by the worker that
-- lived and was writing of it.
CREATE OR REPLACE FUNCTION hold_lease(upgrade bigint, epoch bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM FROM upgrade_queue AS q
  WHERE q.organization_id = current_org_id() AND q.upgrade_id = upgrade AND q.lease_epoch = epoch
  FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another worker has upgrade %', upgrade USING ERRCODE = 'NU001';
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION held_leases(upgrades bigint[], epochs bigint[]) RETURNS TABLE (upgrade_id bigint, epoch bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT q.upgrade_id, q.lease_epoch FROM upgrade_queue AS q
  JOIN unnest(upgrades, epochs) AS h (upgrade_id, epoch) ON h.upgrade_id = q.upgrade_id AND h.epoch = q.lease_epoch
  WHERE q.organization_id = current_org_id()
  ORDER BY q.upgrade_id
  FOR KEY SHARE OF q
$$;

-- As before, but it passes those that are held: FOR NO KEY UPDATE is what the UPDATE itself takes.
CREATE OR REPLACE FUNCTION renew_leases(upgrades bigint[], epochs bigint[], organizations uuid[], lease interval)
RETURNS TABLE (organization_id uuid, upgrade_id text, renewed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
  until timestamptz := clock_timestamp() + lease;
BEGIN
  UPDATE upgrade_queue AS q SET lease_expires_at = until
  FROM (
    SELECT f.organization_id, f.upgrade_id FROM unnest(upgrades, epochs, organizations) AS h (upgrade_id, epoch, organization_id)
    JOIN upgrade_queue AS f ON f.organization_id = h.organization_id AND f.upgrade_id = h.upgrade_id AND f.lease_epoch = h.epoch
    FOR NO KEY UPDATE OF f SKIP LOCKED
  ) AS free
  WHERE q.organization_id = free.organization_id AND q.upgrade_id = free.upgrade_id;
  RETURN QUERY
  SELECT q.organization_id, q.upgrade_id::text, q.lease_expires_at IS NOT DISTINCT FROM until
  FROM unnest(upgrades, epochs, organizations) AS h (upgrade_id, epoch, organization_id)
  JOIN upgrade_queue AS q ON q.organization_id = h.organization_id AND q.upgrade_id = h.upgrade_id AND q.lease_epoch = h.epoch;
END
$$;
