SET LOCAL ROLE netup_owner;

-- hold_lease for many upgrades at once: of those given, the ones whose epoch is still the last, which they stay until the transaction ends.
CREATE FUNCTION held_leases(upgrades bigint[], epochs bigint[]) RETURNS SETOF bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT q.upgrade_id FROM upgrade_queue AS q
  JOIN unnest(upgrades, epochs) AS h (upgrade_id, epoch) ON h.upgrade_id = q.upgrade_id AND h.epoch = q.lease_epoch
  WHERE q.organization_id = current_org_id()
  ORDER BY q.upgrade_id
  FOR SHARE OF q
$$;
REVOKE ALL ON FUNCTION held_leases(bigint[], bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION held_leases(bigint[], bigint[]) TO netup_worker;
