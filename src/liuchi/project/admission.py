"""How many requests are worked on at once; more are told to come back, at once and cheaply.

A queue without end helps nobody: whoever stands at its end has gone before an answer comes, and
their work is done all the same. So a process works on :data:`AT_ONCE` requests; for what comes
beyond it answers 429 with ``Retry-After`` before it looks at the session or the database. It has
more threads than that (``serve.THREADS``), so that somebody is always free to say so.

Strangers share :data:`STRANGERS_AT_ONCE` of these places: however many of them knock, whoever is
at work goes on working. At work is who comes with a session that this process has read from the
database before; nobody can make one up. A first request after signing in or after a restart
counts as a stranger's. What is static and the probes of operators are never turned away.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from liuchi.project import operations
from liuchi.surfaces.components.session_store import was_read

AT_ONCE = 64
STRANGERS_AT_ONCE = 24
_NEVER = "/health/"

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class Gate:
    """Counts who is inside; ``strangers`` are among ``all_``."""

    def __init__(self, all_: int, strangers: int) -> None:
        """Take how many may be inside."""
        self._all, self._strangers = all_, strangers
        self._inside = self._strangers_inside = 0
        self._changing = threading.Lock()

    def enter(self, *, known: bool) -> bool:
        """Let somebody in who then must :meth:`leave`; False where it is full."""
        with self._changing:
            if self._inside >= self._all:
                return False
            if not known:
                if self._strangers_inside >= self._strangers:
                    return False
                self._strangers_inside += 1
            self._inside += 1
            return True

    def leave(self, *, known: bool) -> None:
        """Make room for another."""
        with self._changing:
            self._inside -= 1
            self._strangers_inside -= not known


def admission(get_response: GetResponse) -> GetResponse:
    """Work on so many requests at once and turn away the rest (middleware)."""
    gate = Gate(AT_ONCE, STRANGERS_AT_ONCE)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(_NEVER):
            return get_response(request)
        known = was_read(request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))
        if not gate.enter(known=known):
            return operations.too_many(request)
        try:
            return get_response(request)
        finally:
            gate.leave(known=known)

    return middleware
