SET LOCAL ROLE netup_owner;

-- What the head's own row was chained to, so that one UPDATE moves the head and says what the new row follows. Reading the head first, under
-- a lock, takes a statement and a write more.
ALTER TABLE audit_heads ADD COLUMN prev_hash bytea;

-- Rows come through the function below alone, which tells of them itself: the trigger plans a query for each statement, which took half the
-- time of an append.
DROP TRIGGER audit_events_notify_insert ON audit_events;
DROP TRIGGER audit_events_notify_update ON audit_events;
DROP TRIGGER audit_events_notify_delete ON audit_events;

-- Appends rows to the chain of the connection's organization, in the order given. Called last in the transaction that they tell of:
-- the head stays locked until it ends. `events` is a list of objects with the columns' names.
CREATE OR REPLACE FUNCTION audit_append_batch(events jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  organization uuid := current_org_id();
  head audit_heads;
  event audit_events;
  chained audit_events[] := '{}';
  appended bigint;
  channel text := 'netup_' || replace(organization::text, '-', '');
BEGIN
  IF organization IS NULL THEN
    RAISE EXCEPTION 'no organization is set' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- Nearly all calls have one row: it is chained where the head is moved.
  IF jsonb_array_length(events) = 1 THEN
    WITH e AS (
      SELECT * FROM jsonb_to_recordset(events) AS r (
        occurred_at timestamptz, actor_id uuid, actor_name text, actor_role text, action text, target_type text, target_id text,
        router_id text, upgrade_id bigint, before jsonb, after jsonb, reason text, source text, correlation_id text)
    ), moved AS (
      UPDATE audit_heads AS h
      -- The time is taken under the head's lock, once: rows wait for each other here.
      SET (seq, prev_hash, "timestamp", hash) = (
        SELECT h.seq + 1, h.hash, t.now, sha256(convert_to(audit_canonical(
          h.hash, h.organization_id, h.seq + 1, t.now, coalesce(e.occurred_at, t.now), e.actor_id, e.actor_name, e.actor_role, e.action,
          e.target_type, e.target_id, e.router_id, e.upgrade_id, e.before, e.after, e.reason, e.source, e.correlation_id), 'UTF8'))
        FROM e, (SELECT greatest(clock_timestamp(), h."timestamp") AS now OFFSET 0) AS t)
      WHERE h.organization_id = organization
      RETURNING h.*
    )
    INSERT INTO audit_events
    SELECT m.organization_id, m.seq, m."timestamp", coalesce(e.occurred_at, m."timestamp"), e.actor_id, e.actor_name, e.actor_role,
      e.action, e.target_type, e.target_id, e.router_id, e.upgrade_id, e.before, e.after, e.reason, e.source, e.correlation_id,
      m.prev_hash, m.hash
    FROM moved AS m, e
    RETURNING seq INTO appended;
    IF FOUND THEN
      PERFORM pg_notify(channel, format('{"t": "audit_events", "ids": ["%s"]}', appended));
      RETURN 1;
    END IF;
  END IF;
  SELECT * INTO head FROM audit_heads WHERE organization_id = organization FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO audit_heads VALUES (organization, 0, '\x', '-infinity') ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT head FROM audit_heads WHERE organization_id = organization FOR UPDATE;
  END IF;
  head."timestamp" := greatest(clock_timestamp(), head."timestamp");
  FOR event IN
    SELECT organization, head.seq + e.n, head."timestamp", coalesce(e.occurred_at, head."timestamp"), e.actor_id, e.actor_name,
      e.actor_role, e.action, e.target_type, e.target_id, e.router_id, e.upgrade_id, e.before, e.after, e.reason, e.source,
      e.correlation_id, NULL::bytea, NULL::bytea
    FROM ROWS FROM (jsonb_to_recordset(events) AS (
        occurred_at timestamptz, actor_id uuid, actor_name text, actor_role text, action text, target_type text, target_id text,
        router_id text, upgrade_id bigint, before jsonb, after jsonb, reason text, source text, correlation_id text)
      ) WITH ORDINALITY AS e(occurred_at, actor_id, actor_name, actor_role, action, target_type, target_id, router_id,
        upgrade_id, before, after, reason, source, correlation_id, n)
  LOOP
    event.prev_hash := head.hash;
    event.hash := sha256(convert_to(audit_canonical(
      event.prev_hash, event.organization_id, event.seq, event."timestamp", event.occurred_at, event.actor_id, event.actor_name,
      event.actor_role, event.action, event.target_type, event.target_id, event.router_id, event.upgrade_id, event.before,
      event.after, event.reason, event.source, event.correlation_id), 'UTF8'));
    head.seq := event.seq;
    head.prev_hash := event.prev_hash;
    head.hash := event.hash;
    chained := array_append(chained, event);
  END LOOP;
  INSERT INTO audit_events SELECT * FROM unnest(chained);
  UPDATE audit_heads AS h SET seq = head.seq, prev_hash = head.prev_hash, hash = head.hash, "timestamp" = head."timestamp"
  WHERE h.organization_id = organization;
  IF cardinality(chained) BETWEEN 1 AND 50 THEN
    PERFORM pg_notify(channel, jsonb_build_object('t', 'audit_events',
      'ids', (SELECT jsonb_agg(e.seq::text) FROM unnest(chained) AS e))::text);
  ELSIF cardinality(chained) > 50 THEN
    PERFORM pg_notify(channel, '{"t": "audit_events"}');
  END IF;
  RETURN cardinality(chained);
END
$$;
