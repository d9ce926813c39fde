SET LOCAL ROLE netup_owner;

-- Signed statements that an organization's audit chain had this hash in this place. The signature is by a key that is nowhere in the
-- database, so whoever can rewrite the chain cannot rewrite these to match. Never removed: one anchors what is left after old rows went.
CREATE TABLE audit_checkpoints (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  -- Place, hash and time of the row that was the last when it was made.
  seq bigint NOT NULL CHECK (seq > 0),
  hash bytea NOT NULL,
  "timestamp" timestamptz NOT NULL,
  -- By the worker's clock.
  made_at timestamptz NOT NULL,
  -- The public half of the key itself, in base64url. It is a claim: trust needs the key from elsewhere.
  key_id text NOT NULL,
  -- Ed25519, over the text that source/model/audit-checkpoint.ts makes.
  signature bytea NOT NULL,
  PRIMARY KEY (organization_id, seq)
);

ALTER TABLE audit_checkpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_checkpoints FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_checkpoints_org_isolation ON audit_checkpoints
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
-- For the function below, which looks at the ends of all chains.
CREATE POLICY audit_checkpoints_owner ON audit_checkpoints FOR SELECT TO netup_owner USING (true);
CREATE POLICY audit_heads_owner ON audit_heads FOR SELECT TO netup_owner USING (true);

GRANT SELECT ON audit_checkpoints TO app_user, netup_worker, netup_readonly;
GRANT INSERT ON audit_checkpoints TO netup_worker;

CREATE TRIGGER audit_checkpoints_append_only BEFORE UPDATE OR DELETE ON audit_checkpoints
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_checkpoints_no_truncate BEFORE TRUNCATE ON audit_checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- Every organization, for processes that work for all of them: ids only.
CREATE FUNCTION organization_ids() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT id FROM organizations ORDER BY id $$;
REVOKE ALL ON FUNCTION organization_ids() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION organization_ids() TO netup_worker;

-- The organizations whose chain has grown by `new_rows` since the last checkpoint, or at all if that is older than `age`, and those
-- whose chain ends before it, which cannot be.
CREATE FUNCTION audit_checkpoints_due(new_rows bigint, age interval) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT h.organization_id
  FROM audit_heads AS h
  LEFT JOIN LATERAL (
    SELECT c.seq, c.made_at FROM audit_checkpoints AS c
    WHERE c.organization_id = h.organization_id ORDER BY c.seq DESC LIMIT 1
  ) AS last ON true
  WHERE h.seq < last.seq
    OR h.seq >= coalesce(last.seq, 0) + new_rows
    OR (h.seq > coalesce(last.seq, 0) AND coalesce(last.made_at, '-infinity') <= clock_timestamp() - age)
  ORDER BY h.organization_id
$$;
REVOKE ALL ON FUNCTION audit_checkpoints_due(bigint, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_checkpoints_due(bigint, interval) TO netup_worker;

-- As before, and also for months that are over and whose rows came while nobody made their partition.
CREATE OR REPLACE FUNCTION audit_ensure_partitions(months_ahead integer DEFAULT 3) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
  this_month timestamptz := date_trunc('month', clock_timestamp());
  month timestamptz;
  after_it timestamptz;
  name text;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('audit_ensure_partitions'));
  FOR month IN
    SELECT this_month + make_interval(months => ahead) FROM generate_series(0, months_ahead) AS ahead
    UNION SELECT date_trunc('month', d."timestamp") FROM audit_events_default AS d WHERE isfinite(d."timestamp")
    ORDER BY 1
  LOOP
    after_it := month + interval '1 month';
    name := 'audit_events_' || to_char(month, 'YYYY_MM');
    IF to_regclass(name) IS NULL THEN
      EXECUTE format('CREATE TABLE %I (LIKE audit_events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
      IF EXISTS (SELECT FROM audit_events_default AS d WHERE d."timestamp" >= month AND d."timestamp" < after_it) THEN
        -- Whoever asks for an upgrade locks upgrades before the trail: in another order the two could wait for each other for ever.
        LOCK TABLE upgrades IN SHARE ROW EXCLUSIVE MODE;
        -- While it is detached it has no triggers, so that rows can leave it.
        ALTER TABLE audit_events DETACH PARTITION audit_events_default;
        EXECUTE format('WITH moved AS (DELETE FROM audit_events_default WHERE "timestamp" >= $1 AND "timestamp" < $2 RETURNING *)
          INSERT INTO %I SELECT * FROM moved', name) USING month, after_it;
        ALTER TABLE audit_events ATTACH PARTITION audit_events_default DEFAULT;
      END IF;
      EXECUTE format('ALTER TABLE audit_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, month, after_it);
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END
$$;
