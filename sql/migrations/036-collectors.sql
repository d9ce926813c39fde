SET LOCAL ROLE netup_owner;

-- Space for a new version of a row on its own page: a router that is seen again then changes no index.
ALTER TABLE routers SET (fillfactor = 85);
ALTER TABLE routers ADD COLUMN snmp_port integer NOT NULL DEFAULT 161 CHECK (snmp_port BETWEEN 1 AND 65535);

-- Consoles are told of routers that changed, not of routers that were seen again: every router is, every few minutes. Collectors, which
-- cannot listen for each organization, are told which organization's routers changed.
CREATE FUNCTION notify_router_changes() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
  change record;
  payload text;
BEGIN
  FOR change IN
    SELECT n.organization_id AS organization, CASE WHEN count(*) <= 50 THEN jsonb_agg(n.id) END AS ids
    FROM changed AS n JOIN was AS o ON o.organization_id = n.organization_id AND o.id = n.id
    WHERE to_jsonb(n) - 'last_seen_at' - 'updated_at' <> to_jsonb(o) - 'last_seen_at' - 'updated_at'
    GROUP BY n.organization_id
  LOOP
    payload := jsonb_strip_nulls(jsonb_build_object('t', 'routers', 'ids', change.ids))::text;
    -- PostgreSQL refuses a message of 8,000 bytes, and the write with it.
    IF octet_length(payload) >= 8000 THEN
      payload := jsonb_build_object('t', 'routers')::text;
    END IF;
    PERFORM pg_notify('netup_' || replace(change.organization::text, '-', ''), payload);
    PERFORM pg_notify('netup_collectors', change.organization::text);
  END LOOP;
  RETURN NULL;
END
$$;
CREATE FUNCTION notify_collectors() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_notify('netup_collectors', n.organization::text)
  FROM (SELECT DISTINCT organization_id AS organization FROM changed) AS n;
  RETURN NULL;
END
$$;
CREATE TRIGGER routers_notify_collectors AFTER INSERT ON routers REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION notify_collectors();
DROP TRIGGER routers_notify_update ON routers;
CREATE TRIGGER routers_notify_update AFTER UPDATE ON routers REFERENCING OLD TABLE AS was NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION notify_router_changes();

-- The newest that collectors know of each router. It is written 1,700 times a second for 100,000 routers: no index but the key, room on
-- the page for the next version, and no message to anybody.
CREATE TABLE router_health (
  organization_id uuid NOT NULL,
  router_id text NOT NULL,
  -- Percent, over the time from summary_from to newest_at, which is two hours at most. NULL: no sample.
  cpu_mean real,
  cpu_latest real,
  memory_min_free real,
  memory_latest_free real,
  critical_errors integer,
  -- Samples of CPU.
  samples integer NOT NULL DEFAULT 0,
  summary_from timestamptz,
  newest_at timestamptz,
  uptime_seconds bigint,
  -- What the device was asked for and does not have.
  missing text[] NOT NULL DEFAULT '{}',
  -- Which process polled it last, and when; when it last answered; and since when, how often and why it does not.
  collector text NOT NULL,
  polled_at timestamptz NOT NULL,
  answered_at timestamptz,
  failures integer NOT NULL DEFAULT 0,
  failed_at timestamptz,
  failure text,
  -- Since when routers.status is offline because of that, and not because somebody said so.
  offline_since timestamptz,
  PRIMARY KEY (organization_id, router_id),
  FOREIGN KEY (organization_id, router_id) REFERENCES routers (organization_id, id)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE router_health ENABLE ROW LEVEL SECURITY;
ALTER TABLE router_health FORCE ROW LEVEL SECURITY;
CREATE POLICY router_health_org_isolation ON router_health
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON router_health TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE ON router_health TO netup_worker;

-- Every router that is in service, with the newest of its health: for people with SQL. `fresh`: it answered in the last five minutes.
CREATE VIEW fleet_health WITH (security_invoker = true) AS
SELECT r.organization_id, r.id, r.hostname, r.status, r.current_ver, h.cpu_mean, h.cpu_latest, h.memory_min_free, h.memory_latest_free,
  h.critical_errors, h.samples, h.summary_from, h.newest_at, h.uptime_seconds, h.polled_at, h.answered_at, h.failures, h.failure,
  coalesce(h.answered_at > now() - interval '5 minutes', false) AS fresh
FROM routers AS r
LEFT JOIN router_health AS h ON h.organization_id = r.organization_id AND h.router_id = r.id
WHERE r.status <> 'retired';
GRANT SELECT ON fleet_health TO app_user, netup_worker, netup_readonly;

-- What collectors read and did not believe: one row for each thing that is wrong with a router, counted.
CREATE TABLE collector_quarantine (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  -- As the reading has it; the router may not exist.
  router_id text NOT NULL,
  reason text NOT NULL,
  -- Of which measurement or fact; empty if of the whole reading.
  field text NOT NULL,
  sample text NOT NULL CHECK (length(sample) <= 1000),
  count bigint NOT NULL DEFAULT 1,
  collector text NOT NULL,
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, router_id, reason, field)
);
ALTER TABLE collector_quarantine ENABLE ROW LEVEL SECURITY;
ALTER TABLE collector_quarantine FORCE ROW LEVEL SECURITY;
CREATE POLICY collector_quarantine_org_isolation ON collector_quarantine
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON collector_quarantine TO app_user, netup_worker, netup_readonly;
GRANT INSERT, UPDATE, DELETE ON collector_quarantine TO netup_worker;
GRANT DELETE ON collector_quarantine TO app_user;

-- Which collectors there are. Ids, places and numbers; of no organization. Written by the functions below alone.
CREATE TABLE collectors (
  id uuid PRIMARY KEY,
  host text NOT NULL,
  pid integer NOT NULL,
  program_version text NOT NULL,
  -- How many routers it polls at once at most, how many it has, and how many of them do not answer.
  at_once integer NOT NULL,
  routers integer NOT NULL DEFAULT 0,
  silent integer NOT NULL DEFAULT 0,
  -- False: it polls the organizations of collector_organizations alone.
  everywhere boolean NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL,
  -- Until when what it has is its own.
  lease_expires_at timestamptz NOT NULL
);
GRANT SELECT ON collectors TO app_user, netup_worker, netup_readonly;

CREATE TABLE collector_organizations (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  collector_id uuid NOT NULL REFERENCES collectors (id) ON DELETE CASCADE,
  PRIMARY KEY (organization_id, collector_id)
);
-- The routers of an organization in 64 shares, each polled by one collector. The lease is the collector's, so that renewing it is one row.
CREATE TABLE collector_shares (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  share smallint NOT NULL CHECK (share BETWEEN 0 AND 63),
  collector_id uuid,
  taken_at timestamptz,
  PRIMARY KEY (organization_id, share)
);
DO $$
DECLARE
  tenant text;
BEGIN
  FOREACH tenant IN ARRAY ARRAY['collector_organizations', 'collector_shares'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant);
    EXECUTE format('CREATE POLICY %I ON %I TO netup_owner USING (true) WITH CHECK (true)', tenant || '_owner', tenant);
    EXECUTE format('CREATE POLICY %I ON %I FOR SELECT USING (organization_id = (SELECT current_org_id()))',
      tenant || '_org_isolation', tenant);
    EXECUTE format('GRANT SELECT ON %I TO app_user, netup_worker, netup_readonly', tenant);
  END LOOP;
END
$$;

-- The share that a router is in.
CREATE FUNCTION collector_share(organization uuid, router text) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT (hashtextextended(organization::text || '/' || router, 0) & 63)::smallint $$;

-- To be called by a collector every few seconds: it is there for another lease, and takes of each organization what is free, up to its
-- fair part. Gives what it has, and how many of these it should give back, for there are others; ids only. What a collector has is free
-- once its lease has been over for the margin, which is for clocks that run unevenly while a machine is paused.
CREATE FUNCTION share_routers(
  collector uuid, host text, pid integer, program_version text, at_once integer, routers integer, silent integer,
  organizations uuid[], lease interval, margin interval
) RETURNS TABLE (organization_id uuid, shares smallint[], surplus integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  clock timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(7203418);
  clock := clock_timestamp();
  INSERT INTO collectors (id, host, pid, program_version, at_once, routers, silent, everywhere, seen_at, lease_expires_at)
  VALUES (collector, share_routers.host, share_routers.pid, share_routers.program_version, share_routers.at_once,
    share_routers.routers, share_routers.silent, share_routers.organizations IS NULL, clock, clock + lease)
  ON CONFLICT (id) DO UPDATE SET routers = excluded.routers, silent = excluded.silent, seen_at = excluded.seen_at,
    lease_expires_at = excluded.lease_expires_at;
  DELETE FROM collectors AS c WHERE c.lease_expires_at < clock - interval '1 day';
  INSERT INTO collector_organizations (organization_id, collector_id)
  SELECT o.id, collector FROM organizations AS o WHERE o.id = ANY (share_routers.organizations)
  ON CONFLICT DO NOTHING;
  INSERT INTO collector_shares (organization_id, share)
  SELECT o.id, s FROM organizations AS o CROSS JOIN generate_series(0, 63) AS s
  WHERE NOT EXISTS (SELECT FROM collector_shares AS h WHERE h.organization_id = o.id)
  ON CONFLICT DO NOTHING;

  WITH live AS (
    SELECT c.id, c.everywhere FROM collectors AS c WHERE c.lease_expires_at + margin > clock
  ), fair AS (
    SELECT p.organization_id, p.part - (SELECT count(*) FROM collector_shares AS h
        WHERE h.organization_id = p.organization_id AND h.collector_id = collector) AS room
    FROM fair_parts(collector, clock - margin) AS p
  ), free AS (
    SELECT h.organization_id, h.share, row_number() OVER (PARTITION BY h.organization_id ORDER BY h.share) AS place
    FROM collector_shares AS h
    WHERE h.collector_id IS NULL OR NOT EXISTS (SELECT FROM live AS l WHERE l.id = h.collector_id)
  )
  UPDATE collector_shares AS h SET collector_id = collector, taken_at = clock
  FROM free AS f JOIN fair AS a ON a.organization_id = f.organization_id AND f.place <= a.room
  WHERE h.organization_id = f.organization_id AND h.share = f.share;

  RETURN QUERY
  SELECT p.organization_id, array_agg(h.share ORDER BY h.share), greatest(0, count(*)::integer - p.part)
  FROM fair_parts(collector, clock - margin) AS p
  JOIN collector_shares AS h ON h.organization_id = p.organization_id AND h.collector_id = collector
  GROUP BY p.organization_id, p.part;
END
$$;

-- Of each organization that a collector polls: how many shares are its part, as there are so many collectors whose lease ends after a time.
CREATE FUNCTION fair_parts(collector uuid, after timestamptz) RETURNS TABLE (organization_id uuid, part integer)
LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
  WITH polled AS (
    SELECT o.id AS organization_id, c.id AS collector_id
    FROM collectors AS c JOIN organizations AS o ON c.everywhere
    WHERE c.lease_expires_at > after
    UNION ALL
    SELECT n.organization_id, c.id
    FROM collectors AS c JOIN collector_organizations AS n ON n.collector_id = c.id
    WHERE c.lease_expires_at > after AND NOT c.everywhere
  )
  SELECT p.organization_id, ceil(64.0 / count(*))::integer FROM polled AS p
  GROUP BY p.organization_id HAVING bool_or(p.collector_id = collector)
$$;

-- Gives shares back, once nothing of them is being polled any more.
CREATE FUNCTION release_shares(collector uuid, organizations uuid[], shares smallint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  UPDATE collector_shares AS h SET collector_id = NULL
  FROM unnest(organizations, shares) AS g (organization_id, share)
  WHERE h.organization_id = g.organization_id AND h.share = g.share AND h.collector_id = collector
$$;

-- Gives everything back: the collector ends.
CREATE FUNCTION dismiss_collector(collector uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  UPDATE collector_shares SET collector_id = NULL WHERE collector_id = collector;
  DELETE FROM collectors WHERE id = collector;
$$;

REVOKE ALL ON FUNCTION
  share_routers(uuid, text, integer, text, integer, integer, integer, uuid[], interval, interval),
  fair_parts(uuid, timestamptz), release_shares(uuid, uuid[], smallint[]), dismiss_collector(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  share_routers(uuid, text, integer, text, integer, integer, integer, uuid[], interval, interval),
  release_shares(uuid, uuid[], smallint[]), dismiss_collector(uuid) TO netup_worker;
