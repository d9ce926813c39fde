SET LOCAL ROLE netup_owner;

-- A rule with NULL in vendor, model or site matches any; NULL in organization_id is a rule for every organization.
CREATE TABLE upgrade_policies (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id uuid REFERENCES organizations (id),
  name text NOT NULL CHECK (name <> ''),
  vendor_id uuid REFERENCES vendors (id),
  model_id uuid REFERENCES models (id),
  site_id uuid,
  priority integer NOT NULL DEFAULT 0,
  specificity integer NOT NULL GENERATED ALWAYS AS (
    (organization_id IS NOT NULL)::int * 8 + (model_id IS NOT NULL)::int * 4
    + (vendor_id IS NOT NULL)::int * 2 + (site_id IS NOT NULL)::int
  ) STORED,
  max_cpu_percent numeric(5, 2) NOT NULL CHECK (max_cpu_percent BETWEEN 0 AND 100),
  min_free_mem_percent numeric(5, 2) NOT NULL CHECK (min_free_mem_percent BETWEEN 0 AND 100),
  max_critical_errors integer NOT NULL DEFAULT 0 CHECK (max_critical_errors >= 0),
  max_data_age_seconds integer NOT NULL DEFAULT 300 CHECK (max_data_age_seconds > 0),
  -- One weekly maintenance window: ISO weekday (1 is Monday), local start, length, IANA time zone. All or none.
  window_weekday integer CHECK (window_weekday BETWEEN 1 AND 7),
  window_start time,
  window_minutes integer CHECK (window_minutes BETWEEN 15 AND 1440),
  window_time_zone text,
  is_active boolean NOT NULL DEFAULT true,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- The same ids with zeros for "any", since an index cannot look NULL up as a value. For the view router_policy alone.
  match_organization uuid NOT NULL GENERATED ALWAYS AS (coalesce(organization_id, '00000000-0000-0000-0000-000000000000')) STORED,
  match_site uuid NOT NULL GENERATED ALWAYS AS (coalesce(site_id, '00000000-0000-0000-0000-000000000000')) STORED,
  match_model uuid NOT NULL GENERATED ALWAYS AS (coalesce(model_id, '00000000-0000-0000-0000-000000000000')) STORED,
  match_vendor uuid NOT NULL GENERATED ALWAYS AS (coalesce(vendor_id, '00000000-0000-0000-0000-000000000000')) STORED,
  FOREIGN KEY (organization_id, site_id) REFERENCES sites (organization_id, id),
  CHECK (site_id IS NULL OR organization_id IS NOT NULL),
  CHECK (num_nulls(window_weekday, window_start, window_minutes, window_time_zone) IN (0, 4))
);

-- The rules for one combination, best first.
CREATE INDEX idx_upgrade_policies_match ON upgrade_policies
  (match_organization, match_site, match_model, match_vendor, priority DESC, specificity DESC, created_at DESC, id)
  WHERE is_active;

CREATE TABLE router_policy_overrides (
  organization_id uuid NOT NULL,
  router_id text NOT NULL,
  -- Checked by a trigger (006): no foreign key can say "shared or own".
  policy_id bigint NOT NULL,
  reason text NOT NULL CHECK (reason <> ''),
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, router_id),
  FOREIGN KEY (organization_id, router_id) REFERENCES routers (organization_id, id),
  FOREIGN KEY (organization_id, created_by) REFERENCES organization_members (organization_id, operator_id)
);
