SET LOCAL ROLE netup_owner;

-- What a device printed during a step, the end of it, a row for each attempt. It may hold the network's secrets, so it is encrypted like
-- the configurations.
CREATE TABLE upgrade_output (
  organization_id uuid NOT NULL,
  upgrade_id bigint NOT NULL,
  step text NOT NULL,
  attempt integer NOT NULL CHECK (attempt >= 1),
  encrypted_data bytea NOT NULL,
  encryption_key_id text NOT NULL CHECK (encryption_key_id <> ''),
  taken_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, upgrade_id, step, attempt),
  FOREIGN KEY (organization_id, upgrade_id, step) REFERENCES upgrade_steps (organization_id, upgrade_id, name)
);
ALTER TABLE upgrade_output ENABLE ROW LEVEL SECURITY;
ALTER TABLE upgrade_output FORCE ROW LEVEL SECURITY;
CREATE POLICY upgrade_output_org_isolation ON upgrade_output
  USING (organization_id = (SELECT current_org_id())) WITH CHECK (organization_id = (SELECT current_org_id()));
GRANT SELECT ON upgrade_output TO app_user, netup_worker;
GRANT SELECT (organization_id, upgrade_id, step, attempt, encryption_key_id, taken_at) ON upgrade_output TO netup_readonly;
GRANT INSERT, UPDATE, DELETE ON upgrade_output TO netup_worker;

-- Keys are changed by people; what is old enough is removed by workers.
GRANT UPDATE (encrypted_data, encryption_key_id) ON config_backups, upgrade_output TO app_user;
GRANT DELETE ON config_backups TO netup_worker;

-- Rotation looks for what is not under the current key yet, retention for what is old.
CREATE INDEX idx_config_backups_key ON config_backups (organization_id, encryption_key_id);
CREATE INDEX idx_config_backups_taken ON config_backups (organization_id, taken_at);
CREATE INDEX idx_upgrade_output_key ON upgrade_output (organization_id, encryption_key_id);
CREATE INDEX idx_upgrade_output_taken ON upgrade_output (organization_id, taken_at);
