SET LOCAL ROLE netup_owner;

-- Tells consoles what changed: ids only, for anybody may listen on any channel. Beyond fifty rows of one statement it says only
-- that much changed, since a bulk load would otherwise send a message for each row to every console.
CREATE FUNCTION notify_changes() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
  change record;
  payload text;
BEGIN
  FOR change IN EXECUTE format(
    'SELECT organization_id AS organization, CASE WHEN count(DISTINCT %1$I) <= 50 THEN jsonb_agg(DISTINCT %1$I::text) END AS ids
     FROM changed GROUP BY organization_id', TG_ARGV[0])
  LOOP
    payload := jsonb_strip_nulls(jsonb_build_object('t', TG_ARGV[1], 'ids', change.ids))::text;
    -- PostgreSQL refuses a message of 8,000 bytes, and the write with it.
    IF octet_length(payload) >= 8000 THEN
      payload := jsonb_build_object('t', TG_ARGV[1])::text;
    END IF;
    PERFORM pg_notify(
      CASE WHEN change.organization IS NULL THEN 'netup_shared' ELSE 'netup_' || replace(change.organization::text, '-', '') END,
      payload);
  END LOOP;
  RETURN NULL;
END
$$;

-- The id column and the name that listeners know the table by. An override changes its router; a step, its upgrade.
DO $$
DECLARE
  watched text[];
  event text;
BEGIN
  FOREACH watched SLICE 1 IN ARRAY ARRAY[
    ['routers', 'id', 'routers'], ['router_policy_overrides', 'router_id', 'routers'], ['upgrades', 'id', 'upgrades'],
    ['upgrade_steps', 'upgrade_id', 'upgrade_steps'], ['upgrade_policies', 'id', 'upgrade_policies'],
    ['audit_events', 'seq', 'audit_events']
  ] LOOP
    FOREACH event IN ARRAY ARRAY['INSERT', 'UPDATE', 'DELETE'] LOOP
      EXECUTE format(
        'CREATE TRIGGER %I AFTER %s ON %I REFERENCING %s TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_changes(%L, %L)',
        watched[1] || '_notify_' || lower(event), event, watched[1],
        CASE event WHEN 'DELETE' THEN 'OLD' ELSE 'NEW' END, watched[2], watched[3]);
    END LOOP;
  END LOOP;
END
$$;
