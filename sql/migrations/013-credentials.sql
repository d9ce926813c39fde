-- With log_statement, log_min_duration_statement and the like, PostgreSQL writes the values of statements to its log, unless
-- log_parameter_max_length is 0, which only a superuser may set. Our roles get the right to set it for themselves, and do so in every
-- transaction that a secret or a key passes through. A setting of the role would not do: it does not reach logins that are its members.
-- An administrator who may not grant it gets the other tables; the program then refuses to handle secrets and says what is missing.
DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['app_user', 'netup_worker'] LOOP
    -- Parameters belong to the whole server, so a second database on it finds the grant there already.
    IF NOT has_parameter_privilege(role_name, 'log_parameter_max_length', 'SET') THEN
      EXECUTE format('GRANT SET ON PARAMETER log_parameter_max_length TO %I', role_name);
    END IF;
  END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE WARNING 'log_parameter_max_length cannot be granted to app_user, so credentials cannot be used: see docs/credentials.md';
END
$$;

SET LOCAL ROLE netup_owner;

GRANT DELETE ON credentials TO app_user;

-- Rotation looks for what is not under the current key yet.
CREATE INDEX idx_credentials_key ON credentials (organization_id, encryption_key_id);
