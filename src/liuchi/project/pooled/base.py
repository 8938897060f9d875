"""The backend ``liuchi.project.pooled``: Django finds ``DatabaseWrapper`` here by its name.

Django's own pool asks the server an empty question each time somebody takes a connection, a
page two or three times. A connection the server has ended says so by itself: its socket has
something to read. Only then is it asked.
"""

from __future__ import annotations

import select
from typing import Any, ClassVar

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg import Connection
from psycopg_pool import ConnectionPool


def still_there(connection: Connection[Any]) -> None:
    """Raise where the server has ended a connection while nobody used it (a pool's ``check``)."""
    waiting = select.poll()
    waiting.register(connection.pgconn.socket, select.POLLIN)
    if waiting.poll(0):
        ConnectionPool.check_connection(connection)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, but for the pool's look at a connection."""

    _connection_pools: ClassVar[dict[str, ConnectionPool[Any]]] = {}

    @property
    def pool(self) -> ConnectionPool[Any] | None:
        """Return the pool of this alias, made by whoever asks first; None without one."""
        options = self.settings_dict["OPTIONS"].get("pool")
        if not options or self.alias == NO_DB_ALIAS:
            return None
        if self.alias not in self._connection_pools:
            made: ConnectionPool[Any] = ConnectionPool(
                kwargs=self.get_connection_params() | {"autocommit": True},
                open=False,  # whoever takes the first connection opens it
                configure=self._configure_connection,  # type: ignore[attr-defined]
                check=still_there,
                **options,
            )
            # Of two made at once, neither of them open, one stays.
            self._connection_pools.setdefault(self.alias, made)
        return self._connection_pools[self.alias]
