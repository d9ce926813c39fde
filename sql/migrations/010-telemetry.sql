SET LOCAL ROLE netup_owner;

-- Telemetry without InfluxDB, for the demo and for fleets of up to 10,000 routers that report once a minute. Readings stay as
-- they came for two to three hours; whole hours older than that are summed up, kept for 30 days, and dropped by partition.
-- Nothing here refers to routers: a reading may come before its router is loaded, and a key on every row would cost too much.

-- Readings at or after raw_from are in telemetry_raw, those before it in telemetry_hourly: never in both, never in neither.
CREATE TABLE telemetry_state (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  raw_from timestamptz NOT NULL
);
INSERT INTO telemetry_state (raw_from) VALUES ('-infinity');

-- One row for what a router sent at one time, but for its interfaces; NULL is what it did not send.
CREATE TABLE telemetry_raw (
  organization_id uuid NOT NULL,
  time timestamptz NOT NULL,
  cpu_percent double precision,
  memory_free_percent double precision,
  critical_errors integer,
  warning_errors integer,
  router_id text NOT NULL,
  PRIMARY KEY (organization_id, router_id, time)
) PARTITION BY RANGE (time);

CREATE TABLE telemetry_interfaces (
  organization_id uuid NOT NULL,
  time timestamptz NOT NULL,
  in_bytes_rate double precision NOT NULL,
  out_bytes_rate double precision NOT NULL,
  error_count integer NOT NULL,
  admin_up boolean NOT NULL,
  oper_up boolean NOT NULL,
  router_id text NOT NULL,
  interface_name text NOT NULL,
  PRIMARY KEY (organization_id, router_id, interface_name, time)
) PARTITION BY RANGE (time);

CREATE TABLE telemetry_hourly (
  organization_id uuid NOT NULL,
  hour timestamptz NOT NULL,
  newest_at timestamptz NOT NULL,
  cpu_sum double precision,
  cpu_min double precision,
  cpu_max double precision,
  cpu_last double precision,
  memory_sum double precision,
  memory_min double precision,
  memory_max double precision,
  memory_last double precision,
  critical_errors bigint,
  warning_errors bigint,
  cpu_samples integer NOT NULL,
  memory_samples integer NOT NULL,
  router_id text NOT NULL,
  PRIMARY KEY (organization_id, router_id, hour)
) PARTITION BY RANGE (hour);

-- Grants are on the parents only: a grant on a partition would go around row-level security.
GRANT SELECT ON telemetry_state, telemetry_raw, telemetry_interfaces, telemetry_hourly
  TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE ON telemetry_raw, telemetry_interfaces TO netup_worker;

DO $$
DECLARE
  tenant text;
BEGIN
  FOREACH tenant IN ARRAY ARRAY['telemetry_raw', 'telemetry_interfaces', 'telemetry_hourly'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant);
    EXECUTE format(
      'CREATE POLICY %I ON %I USING (organization_id = (SELECT current_org_id()))
       WITH CHECK (organization_id = (SELECT current_org_id()))', tenant || '_org_isolation', tenant);
  END LOOP;
END
$$;

-- The owner, as which no process of ours runs, sums up every organization's hours before their readings go.
CREATE POLICY telemetry_raw_owner ON telemetry_raw FOR SELECT TO netup_owner USING (true);
CREATE POLICY telemetry_hourly_owner ON telemetry_hourly FOR INSERT TO netup_owner WITH CHECK (true);

-- pg_temp is last in these search paths, since it is first where it is not named: nobody's temporary table may stand for ours.
-- Makes the partitions of `parent` from `starts` until `ends`. Attached, not created in place: that lets readers and writers go on.
-- `storage` is '' or 'UNLOGGED'.
CREATE FUNCTION telemetry_make_partitions(
  parent text, starts timestamptz, ends timestamptz, width interval, storage text
) RETURNS void
LANGUAGE plpgsql
SET search_path = public, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
  -- A Monday, so that partitions of a week begin on Mondays.
  lower_bound timestamptz := date_bin(width, starts, '2001-01-01 00:00+00');
  partition_name text;
BEGIN
  WHILE lower_bound < ends LOOP
    partition_name := parent || to_char(lower_bound, '"_p"YYYYMMDD_HH24MI');
    IF to_regclass(partition_name) IS NULL THEN
      EXECUTE format('CREATE %s TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', storage, partition_name, parent);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        parent, partition_name, lower_bound, lower_bound + width);
    END IF;
    lower_bound := lower_bound + width;
  END LOOP;
END
$$;

-- Drops the partitions of `parent` that end at or before `until`. Gives way to a long reader; the next call tries again.
CREATE FUNCTION telemetry_drop_partitions(parent text, until timestamptz, width interval) RETURNS void
LANGUAGE plpgsql
SET search_path = public, pg_temp
SET timezone = 'UTC'
SET lock_timeout = '2s'
AS $$
DECLARE
  partition_name text;
BEGIN
  FOR partition_name IN
    SELECT child.relname FROM pg_inherits
    JOIN pg_class AS child ON child.oid = pg_inherits.inhrelid
    WHERE pg_inherits.inhparent = parent::regclass
    ORDER BY child.relname
  LOOP
    -- Not a condition of the query: its plan could apply it to names of other tables first.
    IF to_timestamp(right(partition_name, 13), 'YYYYMMDD_HH24MI') + width <= until THEN
      EXECUTE format('DROP TABLE %I', partition_name);
    END IF;
  END LOOP;
EXCEPTION WHEN lock_not_available THEN
  NULL;
END
$$;

-- To be called by whoever writes telemetry, when it starts and then at least every half hour: sums up the hours that are two
-- hours old, drops what is too old, and makes partitions for the next hour. Returns the new raw_from.
CREATE FUNCTION telemetry_roll(at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
  -- A caller's clock may be late, but must not make us drop anything early.
  clock constant timestamptz := least(at, clock_timestamp());
  keep_from constant timestamptz := date_trunc('hour', clock) - interval '2 hours';
  kept_from timestamptz;
BEGIN
  -- The lock lets one caller at a time through.
  SELECT raw_from INTO STRICT kept_from FROM telemetry_state FOR UPDATE;
  IF keep_from > kept_from THEN
    PERFORM telemetry_make_partitions('telemetry_hourly', greatest(kept_from, keep_from - interval '30 days'), keep_from, '7 days', '');
    INSERT INTO telemetry_hourly (
      organization_id, router_id, hour, newest_at,
      cpu_samples, cpu_sum, cpu_min, cpu_max, cpu_last,
      memory_samples, memory_sum, memory_min, memory_max, memory_last, critical_errors, warning_errors)
    SELECT organization_id, router_id, date_trunc('hour', time), max(time),
      count(cpu_percent), sum(cpu_percent), min(cpu_percent), max(cpu_percent),
      (array_agg(cpu_percent ORDER BY time DESC) FILTER (WHERE cpu_percent IS NOT NULL))[1],
      count(memory_free_percent), sum(memory_free_percent), min(memory_free_percent), max(memory_free_percent),
      (array_agg(memory_free_percent ORDER BY time DESC) FILTER (WHERE memory_free_percent IS NOT NULL))[1],
      sum(critical_errors), sum(warning_errors)
    FROM telemetry_raw
    WHERE time >= greatest(kept_from, keep_from - interval '30 days') AND time < keep_from
    GROUP BY organization_id, router_id, date_trunc('hour', time);
    UPDATE telemetry_state SET raw_from = keep_from;
    kept_from := keep_from;
  END IF;
  PERFORM telemetry_drop_partitions('telemetry_raw', kept_from, '30 minutes');
  PERFORM telemetry_drop_partitions('telemetry_interfaces', kept_from, '30 minutes');
  PERFORM telemetry_drop_partitions('telemetry_hourly', kept_from - interval '30 days', '7 days');
  PERFORM telemetry_make_partitions('telemetry_raw', kept_from, clock + interval '1 hour', '30 minutes', 'UNLOGGED');
  PERFORM telemetry_make_partitions('telemetry_interfaces', kept_from, clock + interval '1 hour', '30 minutes', 'UNLOGGED');
  RETURN kept_from;
END
$$;

REVOKE EXECUTE ON FUNCTION telemetry_make_partitions, telemetry_drop_partitions, telemetry_roll FROM PUBLIC;
GRANT EXECUTE ON FUNCTION telemetry_roll TO netup_worker;
