SET LOCAL ROLE netup_owner;

CREATE TABLE upgrades (
  organization_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  router_id text NOT NULL,
  image_id uuid NOT NULL REFERENCES firmware_images (id),
  policy_id bigint,
  policy_version integer,
  from_ver text NOT NULL,
  to_ver text NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN (
    'draft', 'pending', 'approved', 'scheduled', 'running', 'paused',
    'success', 'failed', 'rolled_back', 'cancelled', 'rejected')),
  schedule_kind text NOT NULL CHECK (schedule_kind IN ('now', 'at', 'window')),
  -- The start: NULL for `now`; the chosen time for `at`; the next opening of the policy's window for `window`.
  scheduled_at timestamptz,
  -- The end of the window that scheduled_at opens; nothing new starts after it.
  window_ends_at timestamptz,
  decision text NOT NULL CHECK (decision IN ('approve', 'defer', 'reject')),
  gates jsonb NOT NULL,
  change_reference text,
  -- All upgrades of one confirmation of the wizard share a batch; the key makes a repeated confirmation harmless.
  batch_id uuid NOT NULL,
  idempotency_key uuid NOT NULL,
  requested_by uuid NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now(),
  approved_by uuid,
  approved_at timestamptz,
  closed_by uuid,
  closed_at timestamptz,
  close_reason text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, router_id) REFERENCES routers (organization_id, id),
  FOREIGN KEY (organization_id, requested_by) REFERENCES organization_members (organization_id, operator_id),
  FOREIGN KEY (organization_id, approved_by) REFERENCES organization_members (organization_id, operator_id),
  FOREIGN KEY (organization_id, closed_by) REFERENCES organization_members (organization_id, operator_id),
  UNIQUE (organization_id, idempotency_key, router_id),
  CONSTRAINT upgrades_four_eyes CHECK (approved_by <> requested_by),
  CONSTRAINT upgrades_approval_whole CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
  CONSTRAINT upgrades_approved_by_somebody CHECK (status <> 'approved' OR approved_by IS NOT NULL),
  CONSTRAINT upgrades_schedule_whole CHECK ((schedule_kind = 'now') = (scheduled_at IS NULL)),
  CONSTRAINT upgrades_rejected_with_reason CHECK (status <> 'rejected' OR coalesce(close_reason, '') <> '')
);

CREATE INDEX idx_upgrades_status ON upgrades (status) WHERE status IN ('pending', 'running');
CREATE INDEX idx_upgrades_router ON upgrades (organization_id, router_id, requested_at DESC);
-- A router has at most one upgrade that is not over.
CREATE UNIQUE INDEX idx_upgrades_one_open ON upgrades (organization_id, router_id)
  WHERE status IN ('draft', 'pending', 'approved', 'scheduled', 'running', 'paused');

CREATE TABLE upgrade_steps (
  organization_id uuid NOT NULL,
  upgrade_id bigint NOT NULL,
  position integer NOT NULL CHECK (position >= 1),
  name text NOT NULL CHECK (name IN (
    'precheck', 'backup_config', 'stage_image', 'verify_image', 'preflight_gate', 'save_config',
    'activate', 'reboot_wait', 'verify_version', 'postcheck', 'commit', 'cleanup', 'rollback')),
  status text NOT NULL DEFAULT 'pending' CHECK (status IN (
    'pending', 'running', 'success', 'failed', 'skipped', 'rolled_back')),
  started_at timestamptz,
  finished_at timestamptz,
  detail text,
  PRIMARY KEY (organization_id, upgrade_id, position),
  UNIQUE (organization_id, upgrade_id, name),
  FOREIGN KEY (organization_id, upgrade_id) REFERENCES upgrades (organization_id, id)
);
