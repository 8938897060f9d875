#!/bin/sh
# Makes the two roles and the database on an empty PostgreSQL server. Run once, by the
# postgres image or by an administrator, with psql's usual environment (PGHOST, PGUSER …)
# and the two passwords.
set -eu
psql --set=ON_ERROR_STOP=1 --no-psqlrc --username="${POSTGRES_USER:-${PGUSER:-postgres}}" \
    --dbname="${POSTGRES_DB:-postgres}" \
    --set=owner_password="$LIUCHI_OWNER_PASSWORD" --set=app_password="$LIUCHI_APP_PASSWORD" <<'SQL'
CREATE ROLE liuchi_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE liuchi_app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'app_password';
CREATE DATABASE liuchi OWNER liuchi_owner TEMPLATE template0
    LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8' ENCODING 'UTF8';
REVOKE ALL ON DATABASE liuchi FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE liuchi TO liuchi_app;
SQL
