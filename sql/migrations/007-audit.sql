SET LOCAL ROLE netup_owner;

-- Who did what, when, why. Rows are added by audit_append_batch alone and never change. Each carries the hash of the one before it in
-- its organization, so that an edit, a removal or a swap shows. The organization exists because audit_heads refers to it; a key here
-- too would cost a tenth of the speed.
CREATE TABLE audit_events (
  organization_id uuid NOT NULL,
  -- Place in the organization's chain, from 1.
  seq bigint NOT NULL,
  -- When the row was appended. Never before the row that it follows.
  "timestamp" timestamptz NOT NULL,
  -- When it happened, by the caller's clock.
  occurred_at timestamptz NOT NULL,
  actor_id uuid,
  actor_name text NOT NULL,
  actor_role text NOT NULL,
  action text NOT NULL CHECK (action <> ''),
  target_type text NOT NULL,
  target_id text NOT NULL,
  router_id text,
  upgrade_id bigint,
  before jsonb,
  after jsonb,
  reason text,
  source text NOT NULL CHECK (source IN ('console', 'cli', 'worker', 'mcp', 'collector')),
  correlation_id text NOT NULL,
  prev_hash bytea NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (organization_id, seq, "timestamp"),
  FOREIGN KEY (organization_id, upgrade_id) REFERENCES upgrades (organization_id, id)
) PARTITION BY RANGE ("timestamp");

CREATE INDEX idx_audit_timestamp ON audit_events ("timestamp" DESC);
CREATE INDEX idx_audit_router ON audit_events (organization_id, router_id, "timestamp" DESC) WHERE router_id IS NOT NULL;
CREATE INDEX idx_audit_upgrade ON audit_events (organization_id, upgrade_id) WHERE upgrade_id IS NOT NULL;

-- Catches what no month was made for, so that no row is ever refused.
CREATE TABLE audit_events_default PARTITION OF audit_events DEFAULT;

-- The end of each organization's chain.
CREATE TABLE audit_heads (
  organization_id uuid PRIMARY KEY REFERENCES organizations (id),
  seq bigint NOT NULL,
  hash bytea NOT NULL,
  "timestamp" timestamptz NOT NULL
);

ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_events_org_isolation ON audit_events
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_heads FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_heads_org_isolation ON audit_heads
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));

GRANT SELECT ON audit_events, audit_heads TO app_user, netup_worker, netup_readonly;

CREATE FUNCTION refuse_audit_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  RAISE EXCEPTION 'audit rows cannot be changed or removed' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- Makes the partitions of this month and of the following ones, and returns how many it made. Safe to call at any time and by several
-- at once. Rows that came before their month was made move out of the default partition.
CREATE FUNCTION audit_ensure_partitions(months_ahead integer DEFAULT 3) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
  month timestamptz := date_trunc('month', clock_timestamp());
  after_it timestamptz;
  name text;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('audit_ensure_partitions'));
  FOR ahead IN 0..months_ahead LOOP
    after_it := month + interval '1 month';
    name := 'audit_events_' || to_char(month, 'YYYY_MM');
    IF to_regclass(name) IS NULL THEN
      EXECUTE format('CREATE TABLE %I (LIKE audit_events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
      IF EXISTS (SELECT FROM audit_events_default AS d WHERE d."timestamp" >= month AND d."timestamp" < after_it) THEN
        -- While it is detached it has no triggers, so that rows can leave it.
        ALTER TABLE audit_events DETACH PARTITION audit_events_default;
        EXECUTE format('WITH moved AS (DELETE FROM audit_events_default WHERE "timestamp" >= $1 AND "timestamp" < $2 RETURNING *)
          INSERT INTO %I SELECT * FROM moved', name) USING month, after_it;
        ALTER TABLE audit_events ATTACH PARTITION audit_events_default DEFAULT;
      END IF;
      EXECUTE format('ALTER TABLE audit_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, month, after_it);
      made := made + 1;
    END IF;
    month := after_it;
  END LOOP;
  RETURN made;
END
$$;
REVOKE ALL ON FUNCTION audit_ensure_partitions(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_ensure_partitions(integer) TO netup_worker;
SELECT audit_ensure_partitions(3);

-- The text that is hashed: every field in a fixed order as JSON, times in UTC with microseconds, so that it does not depend on settings.
CREATE FUNCTION audit_canonical(
  prev_hash bytea, organization_id uuid, seq bigint, appended timestamptz, occurred_at timestamptz,
  actor_id uuid, actor_name text, actor_role text, action text, target_type text, target_id text,
  router_id text, upgrade_id bigint, before jsonb, after jsonb, reason text, source text, correlation_id text
) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
  SELECT jsonb_build_array(
    encode(prev_hash, 'hex'), organization_id, seq::text,
    to_char(appended AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    actor_id, actor_name, actor_role, action, target_type, target_id, router_id, upgrade_id::text,
    before, after, reason, source, correlation_id)::text
$$;

-- Appends rows to the chain of the connection's organization, in the order given. Called last in the transaction that they tell of:
-- the head stays locked until it ends. `events` is a list of objects with the columns' names.
CREATE FUNCTION audit_append_batch(events jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  organization uuid := current_org_id();
  head audit_heads;
  event audit_events;
  chained audit_events[] := '{}';
BEGIN
  IF organization IS NULL THEN
    RAISE EXCEPTION 'no organization is set' USING ERRCODE = 'insufficient_privilege';
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
    head.hash := event.hash;
    chained := array_append(chained, event);
  END LOOP;
  -- One statement, so that listeners hear of it once.
  INSERT INTO audit_events SELECT * FROM unnest(chained);
  UPDATE audit_heads AS h SET seq = head.seq, hash = head.hash, "timestamp" = head."timestamp" WHERE h.organization_id = organization;
  RETURN cardinality(chained);
END
$$;
REVOKE ALL ON FUNCTION audit_append_batch(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_append_batch(jsonb) TO app_user, netup_worker;
