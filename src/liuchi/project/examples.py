"""A database of its own for the example places, made for one command and dropped after it.

The demo that a start loads is small on purpose. Figures of whole counties are computed in a
database beside the installation's, on the same embedded server: what is played there touches
nothing people look at, and nobody waits for it at a start.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from django.conf import settings as django_settings
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import sql

from liuchi.engines.points.actions import posting
from liuchi.project import database
from liuchi.project.django_settings import database as from_url
from liuchi.project.postgres import Cluster, Role
from liuchi.project.settings import Mode, Settings

NAME = "liuchi_examples"
# Nobody mourns what a crash takes from it.
_HASTY = "-c synchronous_commit=off"


@dataclass(frozen=True, slots=True)
class ExampleWorkshop:
    """Makes the database of examples on the embedded server of an installation."""

    settings: Settings

    def offered(self) -> bool:
        """Whether one can be made: on the embedded server, outside production."""
        return self.settings.embedded and self.settings.mode is Mode.DEMO

    def installation_is_empty(self) -> bool:
        """Whether the installation's own database is not there yet, or not up to date."""
        return bool(database.pending_migrations())

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Point this process at an empty, migrated database for the block."""
        cluster = Cluster(self.settings.data_dir, port=self.settings.postgres_port)
        with cluster.connect() as connection:
            _drop(connection)
            cluster.create_database(connection, NAME)
        try:
            with _pointed_at(cluster):
                database.bring_up_to_date()
                yield
        finally:
            with cluster.connect() as connection:
                _drop(connection)


def _drop(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    connection.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME))
    )


@contextlib.contextmanager
def _pointed_at(cluster: Cluster) -> Iterator[None]:
    """Give every thread's next connection the example database, then give the old ones back."""
    aliases = ((DEFAULT_DB_ALIAS, Role.APP, _HASTY), (database.OWNER, Role.OWNER, ""))
    before = {alias: dict(connections.settings[alias]) for alias, _, _ in aliases}
    _point(
        {
            alias: from_url(cluster.url(role, NAME), pooled=False, options=options)
            for alias, role, options in aliases
        }
    )
    try:
        yield
    finally:
        _point(before)


def _point(given: dict[str, dict[str, Any]]) -> None:
    posting.stop()  # the writer of points keeps a connection of its own
    database.close()
    for alias, values in given.items():
        for held in (django_settings.DATABASES[alias], connections.settings[alias]):
            held.update(values)
