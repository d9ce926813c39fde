#!/usr/bin/env bash
# Makes one login for each process, a member of one role. Runs after 01-schema.sql, on the first start of an empty database only.
#
# psql reads the passwords from the environment, so that they are in no argument that `ps` would show; and the session logs no
# statement, so that they are in no log of the server, not even if one fails.
set -euo pipefail

export PGOPTIONS='-c log_statement=none -c log_min_error_statement=panic -c log_min_duration_statement=-1 -c log_duration=off'

# A login, its password and its role. The three variables are read by psql itself.
make_login() {
  LOGIN="$1" LOGIN_PASSWORD="$2" LOGIN_ROLE="$3" psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv login LOGIN
\getenv password LOGIN_PASSWORD
\getenv role LOGIN_ROLE
SET password_encryption = 'scram-sha-256';
CREATE ROLE :"login" LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'password' IN ROLE :"role";
SQL
}

make_login "$PG_USER" "$PG_PASSWORD" app_user
make_login "$PG_WORKER_USER" "$PG_WORKER_PASSWORD" netup_worker
make_login "$PG_READER_USER" "$PG_READER_PASSWORD" netup_readonly
