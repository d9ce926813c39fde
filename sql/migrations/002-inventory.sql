SET LOCAL ROLE netup_owner;

-- The organization that this connection works for; NULL (no rows) when unset or empty. Row-level security reads it as
-- (SELECT current_org_id()) so that it is evaluated once a statement, not once a row.
CREATE FUNCTION current_org_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('app.current_org_id', true), '')::uuid $$;

CREATE TABLE organizations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text NOT NULL CHECK (name <> ''),
  created_at timestamptz NOT NULL DEFAULT now()
);

-- People. Shared between organizations; what one may do in each is in organization_members.
CREATE TABLE operators (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  display_name text NOT NULL,
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE organization_members (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  operator_id uuid NOT NULL REFERENCES operators (id),
  role text NOT NULL CHECK (role IN ('viewer', 'operator', 'approver', 'admin')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, operator_id)
);

CREATE TABLE sites (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
  city text NOT NULL DEFAULT '',
  time_zone text NOT NULL DEFAULT 'UTC',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, name)
);

-- Vendors, models and images are the same for every organization.
CREATE TABLE vendors (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL UNIQUE CHECK (name <> ''),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE models (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  vendor_id uuid NOT NULL REFERENCES vendors (id),
  name text NOT NULL CHECK (name <> ''),
  platform text NOT NULL CHECK (platform IN ('ios-xe', 'junos', 'eos')),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (vendor_id, name)
);

CREATE TABLE routers (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  id text NOT NULL CHECK (id <> '' AND length(id) <= 128),
  hostname text NOT NULL CHECK (hostname <> '' AND length(hostname) <= 253),
  mgmt_ip inet NOT NULL,
  mgmt_port integer NOT NULL DEFAULT 22 CHECK (mgmt_port BETWEEN 1 AND 65535),
  ssh_host_key text CHECK (ssh_host_key LIKE 'SHA256:%'),
  site_id uuid,
  vendor_id uuid REFERENCES vendors (id),
  model_id uuid REFERENCES models (id),
  serial text,
  current_ver text NOT NULL,
  target_ver text,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'maintenance', 'offline', 'retired')),
  last_seen_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, hostname),
  FOREIGN KEY (organization_id, site_id) REFERENCES sites (organization_id, id)
);

CREATE INDEX idx_routers_organization ON routers (organization_id);
CREATE INDEX idx_routers_hostname ON routers (organization_id, hostname COLLATE "C");
CREATE INDEX idx_routers_site ON routers (organization_id, site_id);

CREATE TABLE firmware_images (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  vendor_id uuid NOT NULL REFERENCES vendors (id),
  version text NOT NULL CHECK (version <> ''),
  file_name text NOT NULL UNIQUE CHECK (file_name ~ '^[A-Za-z0-9][A-Za-z0-9._+-]*$'),
  size_bytes bigint NOT NULL CHECK (size_bytes > 0),
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  sha512 text CHECK (sha512 ~ '^[0-9a-f]{128}$'),
  minimum_ver text,
  is_golden boolean NOT NULL DEFAULT false,
  released_on date,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Which models an image runs on.
CREATE TABLE firmware_image_models (
  image_id uuid NOT NULL REFERENCES firmware_images (id),
  model_id uuid NOT NULL REFERENCES models (id),
  PRIMARY KEY (image_id, model_id)
);

CREATE TABLE credentials (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL CHECK (name <> ''),
  credential_type text NOT NULL CHECK (credential_type IN ('ssh_password', 'ssh_key', 'snmp_v2c', 'snmp_v3')),
  username text,
  encrypted_data bytea NOT NULL,
  encryption_key_id text NOT NULL CHECK (encryption_key_id <> ''),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, name)
);
