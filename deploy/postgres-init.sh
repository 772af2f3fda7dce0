#!/bin/sh
# The role that web and worker use. It owns nothing; `manage.py harden_database portal_app` grants it what it needs.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$PORTAL_APP_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE portal_app LOGIN NOINHERIT PASSWORD :'password';
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SQL
