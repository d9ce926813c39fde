SET LOCAL ROLE netup_owner;

-- More that consoles are told of. A transaction that tells something waits for all others that do, until it is on disk: so nothing is told of
-- the renewal of leases, of the words of workers that are there already, nor of what devices print, which is asked for while somebody reads it.

DO $$
DECLARE
  watched text[];
BEGIN
  FOREACH watched SLICE 1 IN ARRAY ARRAY[
    -- A phase is written by a DELETE and an INSERT in one transaction.
    ['upgrade_checks', 'upgrade_id', 'INSERT'],
    ['upgrade_plans', 'id', 'INSERT'], ['upgrade_plans', 'id', 'UPDATE'],
    ['blackouts', 'id', 'INSERT'], ['blackouts', 'id', 'DELETE'],
    ['upgrade_limits', 'organization_id', 'INSERT'], ['upgrade_limits', 'organization_id', 'UPDATE']
  ] LOOP
    EXECUTE format(
      'CREATE TRIGGER %I AFTER %s ON %I REFERENCING %s TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_changes(%L, %L)',
      watched[1] || '_notify_' || lower(watched[3]), watched[3], watched[1],
      CASE watched[3] WHEN 'DELETE' THEN 'OLD' ELSE 'NEW' END, watched[2], watched[1]);
  END LOOP;
END
$$;

-- Without ids: who has an upgrade, or a slot, matters to the others that wait; and however many a worker takes, it is told once.
CREATE FUNCTION notify_queue_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_notify('netup_' || replace(NEW.organization_id::text, '-', ''), '{"t": "upgrade_queue"}');
  RETURN NULL;
END
$$;
CREATE TRIGGER upgrade_queue_notify AFTER UPDATE OF lease_worker, slot_at ON upgrade_queue FOR EACH ROW
  WHEN ((OLD.lease_worker, OLD.slot_at) IS DISTINCT FROM (NEW.lease_worker, NEW.slot_at))
  EXECUTE FUNCTION notify_queue_change();

-- Workers are of no organization. For each row, since a worker says that it is there by an INSERT that mostly finds its row.
CREATE FUNCTION notify_worker_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_notify('netup_shared', '{"t": "workers"}');
  RETURN NULL;
END
$$;
CREATE TRIGGER workers_notify AFTER INSERT OR DELETE ON workers FOR EACH ROW EXECUTE FUNCTION notify_worker_change();
