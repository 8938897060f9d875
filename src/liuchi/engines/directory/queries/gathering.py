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
    __slots__ = ("asked", "error", "found", "is_answered", "turn")

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.is_answered = False
        self.found: Found
        self.error: Exception | None = None
        # Held until there is an answer, or it is this caller's turn to ask.
        self.turn = threading.Lock()
        self.turn.acquire()


class Gathering(Generic[Asked, Found]):
    """Asks ``run`` for up to ``most`` questions at a time; one statement runs at a time."""

    def __init__(self, run: Callable[[Sequence[Asked]], Sequence[Found]], most: int) -> None:
        """Take what answers questions, in their order."""
        self._run = run
        self._is_asking: bool = False
        self._most = most
        self._begin_anew()
        _all.add(self)

    def ask(self, asked: Asked) -> Found:
        """Return the answer to one question, or raise what asking for all raised."""
        mine: _Question[Asked, Found] = _Question(asked)
        with self._changing:
            self._waiting.append(mine)
            is_first = not self._is_asking
            self._is_asking = True
        if not is_first:
            _lend_connection()
            mine.turn.acquire()
        if not mine.is_answered:
            self._answer()
        if mine.error is not None:
            raise mine.error
        return mine.found

    def _answer(self) -> None:
        """Ask for all that wait, then let the first who came meanwhile ask for the next."""
        with self._changing:
            taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), self._most))]
        try:
            for each, found in zip(taken, self._run([q.asked for q in taken]), strict=True):
                each.found = found
        except Exception as error:  # noqa: BLE001  whatever it is, every caller must hear of it
            for each in taken:
                each.error = error
        finally:
            with self._changing:
                following = self._waiting[0] if self._waiting else None
                self._is_asking = following is not None
            if following is not None:
                following.turn.release()
            for each in taken:
                each.is_answered = True
                each.turn.release()

    def _begin_anew(self) -> None:
        self._is_asking = False
        self._waiting: deque[_Question[Asked, Found]] = deque()
        self._changing = threading.Lock()


def _lend_connection() -> None:
    """Lend the request's connection to others while it waits, where there is a pool."""
    if connection.settings_dict["OPTIONS"].get("pool") and not connection.in_atomic_block:
        connection.close()


def _after_fork() -> None:
    for each in _all:
        each._begin_anew()  # noqa: SLF001  the parent's lock may have been held


os.register_at_fork(after_in_child=_after_fork)
