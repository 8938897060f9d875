"""Several threads' questions in one statement, without a thread of its own.

Whoever comes while a statement runs puts the question down and waits for the turn. The first
to get it asks for all that lie there; the others then find their answers. Alone, a caller
asks at once: nothing is ever held back to wait for company.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import connection

Asked = TypeVar("Asked")
Found = TypeVar("Found")

_all: weakref.WeakSet[Gathering[Any, Any]] = weakref.WeakSet()


class _Question(Generic[Asked, Found]):
    __slots__ = ("asked", "error", "found", "is_answered")

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.is_answered = False
        self.found: Found
        self.error: Exception | None = None


class Gathering(Generic[Asked, Found]):
    """Asks ``run`` for up to ``most`` questions at a time; one statement runs at a time."""

    def __init__(self, run: Callable[[Sequence[Asked]], Sequence[Found]], most: int) -> None:
        """Take what answers questions, in their order."""
        self._run = run
        self._most = most
        self._begin_anew()
        _all.add(self)

    def ask(self, asked: Asked) -> Found:
        """Return the answer to one question, or raise what asking for all raised."""
        mine: _Question[Asked, Found] = _Question(asked)
        self._waiting.append(mine)
        _lend_connection()
        # By the time the turn comes, whoever had it before may have asked for this one too.
        while not mine.is_answered:
            with self._turn:
                if not mine.is_answered:
                    self._answer()
        if mine.error is not None:
            raise mine.error
        return mine.found

    def _answer(self) -> None:
        taken: list[_Question[Asked, Found]] = []
        while self._waiting and len(taken) < self._most:
            taken.append(self._waiting.popleft())
        try:
            for each, found in zip(taken, self._run([q.asked for q in taken]), strict=True):
                each.found = found
        except Exception as error:  # noqa: BLE001  whatever it is, every caller must hear of it
            for each in taken:
                each.error = error
        for each in taken:
            each.is_answered = True

    def _begin_anew(self) -> None:
        self._waiting: deque[_Question[Asked, Found]] = deque()
        self._turn = threading.Lock()


def _lend_connection() -> None:
    """Lend the request's connection to others while it waits, where there is a pool."""
    if connection.settings_dict["OPTIONS"].get("pool") and not connection.in_atomic_block:
        connection.close()


def _after_fork() -> None:
    for each in _all:
        each._begin_anew()  # noqa: SLF001  the parent's lock may have been held


os.register_at_fork(after_in_child=_after_fork)
