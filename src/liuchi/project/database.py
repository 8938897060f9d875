"""Bringing a database up to date: migrations, rights, views. All of it as the owner."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db import Error as DatabaseError
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string
from psycopg import sql

__all__ = ["OWNER", "DatabaseError", "bring_up_to_date", "close", "pending_migrations"]

OWNER = "owner"
_PLACEHOLDER = ":app_role"


class OwnerMigrates:
    """Router: only the owner's connection changes the shape of the database."""

    def allow_migrate(self, db: str, _app_label: str, **_hints: object) -> bool:
        """Allow migrations on the owner's alias alone."""
        return db == OWNER

    def allow_relation(self, _first: object, _second: object, **_hints: object) -> bool:
        """Both aliases are the same database."""
        return True


def bring_up_to_date(*, verbosity: int = 0) -> None:
    """Migrate, then give the application role its rights, then make the fact views.

    Safe to repeat: a second run changes nothing.
    """
    call_command("migrate", database=OWNER, interactive=False, verbosity=verbosity)
    apply_rights()
    refresh_views()


def pending_migrations() -> tuple[str, ...]:
    """Return the migrations not applied yet, as ``app.name``."""
    executor = MigrationExecutor(connections[OWNER])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan)


def server_version() -> str:
    """Return the server's version and how this installation reaches it."""
    settings = connections[DEFAULT_DB_ALIAS].settings_dict
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    return f"PostgreSQL {version}, {settings['NAME']} at {settings['HOST']}"


def close() -> None:
    """Close every connection of this thread, and the pool."""
    for alias in (DEFAULT_DB_ALIAS, OWNER):
        connection = connections[alias]
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()


def apply_rights() -> None:
    """Run the project's and every engine's ``sql/rights.sql`` for the application role."""
    app_role = connections[DEFAULT_DB_ALIAS].settings_dict["USER"]
    with connections[OWNER].cursor() as cursor:
        quoted = sql.Identifier(app_role).as_string(None)
        for path in rights_files():
            cursor.execute(path.read_text(encoding="utf-8").replace(_PLACEHOLDER, quoted))


def count_rows() -> None:
    """Let the server count what was just loaded: a minute later it would do so by itself.

    Until then it takes every table for empty, and one search of the demo takes seconds.
    """
    with connections[OWNER].cursor() as cursor:
        cursor.execute("ANALYZE")


def rights_files() -> tuple[Path, ...]:
    """Return every file of rights, the project's first."""
    folders = [Path(__file__).parent, *(Path(app.path) for app in apps.get_app_configs())]
    files = [folder / "sql" / "rights.sql" for folder in folders]
    return tuple(file for file in files if file.exists())


def refresh_views() -> None:
    """Make the typed view of every declared kind of fact."""
    # By name: a test's configuration imports this module before Django's apps are ready.
    import_string("liuchi.engines.journal.actions.refresh_views")()
