-- Runs as the administrator (PG_ADMIN_USER). Everything after this file is owned by netup_owner.
-- Roles belong to the whole server, so a second database on it finds them there already.
-- None can log in by itself: `GRANT app_user TO mcp_agent` gives a login what its process needs, and no more.
DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['netup_owner', 'app_user', 'netup_worker', 'netup_readonly'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', role_name);
    END IF;
  END LOOP;
END
$$;

GRANT netup_owner TO CURRENT_USER;

CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO netup_owner;
GRANT USAGE ON SCHEMA public TO app_user, netup_worker, netup_readonly;
