SET LOCAL ROLE netup_owner;

-- How upgrades, webhooks and the audit trail stand, over all organizations: for the metrics of a worker. Numbers alone, of no organization.
-- The rows of upgrades are hidden from the owner too, so each organization is counted in its own scope, as in rekey_model.
CREATE FUNCTION operation_figures() RETURNS TABLE (figure text, state text, value float8)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  before text := coalesce(current_setting('app.current_org_id', true), '');
  organization uuid;
  counted jsonb := '{}';
  found record;
BEGIN
  FOR organization IN SELECT o.id FROM organizations AS o LOOP
    PERFORM set_config('app.current_org_id', organization::text, true);
    FOR found IN
      SELECT u.status, count(*) AS many FROM upgrades AS u
      WHERE u.status IN ('pending', 'approved', 'scheduled', 'running', 'paused') GROUP BY u.status
    LOOP
      counted := counted || jsonb_build_object(found.status, coalesce((counted->>found.status)::bigint, 0) + found.many);
    END LOOP;
  END LOOP;
  PERFORM set_config('app.current_org_id', before, true);
  RETURN QUERY
    SELECT 'upgrades', s.name, coalesce((counted->>s.name)::float8, 0)
    FROM unnest('{pending,approved,scheduled,running,paused}'::text[]) AS s (name);
  -- Without a living worker, whether none has been found or a limit or blackout keeps it waiting.
  RETURN QUERY
    SELECT f.figure, '', f.value
    FROM (
      SELECT count(*)::float8 AS many, coalesce(extract(epoch FROM clock_timestamp() - min(q.due_at)), 0)::float8 AS oldest
      FROM upgrade_queue AS q
      WHERE q.due_at <= clock_timestamp() AND (q.lease_expires_at IS NULL OR q.lease_expires_at < clock_timestamp())
    ) AS due
    CROSS JOIN LATERAL (VALUES ('queue_due', due.many), ('queue_oldest_seconds', due.oldest)) AS f (figure, value);
  RETURN QUERY
    SELECT 'webhook_deliveries', 'waiting', count(*)::float8 FROM webhook_deliveries AS d WHERE d.next_attempt_at IS NOT NULL
    UNION ALL
    SELECT 'webhook_deliveries', 'failed', count(*)::float8 FROM webhook_deliveries AS d
    WHERE d.next_attempt_at IS NULL AND d.delivered_at IS NULL AND d.attempts > 0 AND d.occurred_at > now() - interval '2 days';
  RETURN QUERY
    SELECT 'audit_head_age_seconds', '', extract(epoch FROM clock_timestamp() - max(h."timestamp"))::float8
    FROM audit_heads AS h HAVING count(*) > 0
    UNION ALL
    SELECT 'audit_unsigned_rows', '', coalesce(sum(h.seq - coalesce(last.seq, 0)), 0)::float8
    FROM audit_heads AS h
    LEFT JOIN LATERAL (
      SELECT max(c.seq) AS seq FROM audit_checkpoints AS c WHERE c.organization_id = h.organization_id
    ) AS last ON true;
END
$$;
REVOKE ALL ON FUNCTION operation_figures() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION operation_figures() TO netup_worker;
