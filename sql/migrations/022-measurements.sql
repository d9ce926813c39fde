SET LOCAL ROLE netup_owner;

-- A rate needs two readings, and so has the count of errors since the one before: the first reading of an interface has neither.
ALTER TABLE telemetry_interfaces
  ALTER COLUMN in_bytes_rate DROP NOT NULL,
  ALTER COLUMN out_bytes_rate DROP NOT NULL,
  ALTER COLUMN error_count DROP NOT NULL;

-- What has no column of its own: sensors, and the optional fields of the other measurements. `part` is the interface or the component,
-- '' where a measurement has neither. `fields` is checked by the program before it is written.
CREATE TABLE telemetry_details (
  organization_id uuid NOT NULL,
  time timestamptz NOT NULL,
  router_id text NOT NULL,
  measurement text NOT NULL,
  part text NOT NULL,
  fields jsonb NOT NULL,
  PRIMARY KEY (organization_id, router_id, measurement, part, time)
) PARTITION BY RANGE (time);

-- Progress and validation of upgrades: little, and wanted for longer than readings.
CREATE TABLE telemetry_upgrades (
  organization_id uuid NOT NULL,
  time timestamptz NOT NULL,
  router_id text NOT NULL,
  measurement text NOT NULL,
  part text NOT NULL,
  fields jsonb NOT NULL,
  PRIMARY KEY (organization_id, router_id, measurement, part, time)
) PARTITION BY RANGE (time);

GRANT SELECT ON telemetry_details, telemetry_upgrades TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE ON telemetry_details, telemetry_upgrades TO netup_worker;

DO $$
DECLARE
  tenant text;
BEGIN
  FOREACH tenant IN ARRAY ARRAY['telemetry_details', 'telemetry_upgrades'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant);
    EXECUTE format(
      'CREATE POLICY %I ON %I USING (organization_id = (SELECT current_org_id()))
       WITH CHECK (organization_id = (SELECT current_org_id()))', tenant || '_org_isolation', tenant);
  END LOOP;
END
$$;

-- As before, and the two new tables: details go with the readings, upgrades stay for seven days.
CREATE OR REPLACE FUNCTION telemetry_roll(at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
  -- A caller's clock may be late, but must not make us drop anything early.
  clock constant timestamptz := least(at, clock_timestamp());
  ahead constant timestamptz := clock + interval '1 hour';
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
  PERFORM telemetry_drop_partitions('telemetry_details', kept_from, '30 minutes');
  PERFORM telemetry_drop_partitions('telemetry_upgrades', kept_from - interval '7 days', '1 day');
  PERFORM telemetry_drop_partitions('telemetry_hourly', kept_from - interval '30 days', '7 days');
  PERFORM telemetry_make_partitions('telemetry_raw', kept_from, ahead, '30 minutes', 'UNLOGGED');
  PERFORM telemetry_make_partitions('telemetry_interfaces', kept_from, ahead, '30 minutes', 'UNLOGGED');
  PERFORM telemetry_make_partitions('telemetry_details', kept_from, ahead, '30 minutes', 'UNLOGGED');
  PERFORM telemetry_make_partitions('telemetry_upgrades', kept_from, ahead, '1 day', '');
  RETURN kept_from;
END
$$;
