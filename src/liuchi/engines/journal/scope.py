"""Acting as somebody: one transaction, and the scope its rows are read and written in.

Row-level security of every engine asks the settings made here. They are local to the
transaction, so a pooled connection never carries one person's scope to the next.

Beside it, what a process keeps in memory: read once, and again as soon as anybody, in any
process, has changed it (see ``sql/0002_kept.sql``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet
from psycopg import Cursor

from liuchi.kernel.actors import SYSTEM_ROLE, Actor

NOBODY = UUID(int=0)
"""Whose rows an actor sees that may see only its own and stands for no resident: none."""

_inner_verbs: set[str] = set()
_acting: ContextVar[Actor | None] = ContextVar("liuchi_acting", default=None)
_tokens: ContextVar[dict[str, str] | None] = ContextVar("liuchi_kept_tokens", default=None)

Held = TypeVar("Held")

_SET_SCOPE = """
SELECT set_config('liuchi.scope_set', 'on', true),
       set_config('liuchi.scope_low', %s, true),
       set_config('liuchi.scope_high', %s, true),
       set_config('liuchi.scope_person', %s, true),
       set_config('liuchi.scope_actor', %s, true),
       set_config('liuchi.scope_self', %s, true),
       set_config('liuchi.scope_inner', %s, true),
       journal_kept_tokens()
"""


_LEAVE_SCOPE = """
SELECT set_config('liuchi.scope_set', '', true),
       set_config('liuchi.scope_low', '', true),
       set_config('liuchi.scope_high', '', true),
       set_config('liuchi.scope_person', '', true),
       set_config('liuchi.scope_actor', '', true),
       set_config('liuchi.scope_self', '', true),
       set_config('liuchi.scope_inner', '', true)
"""


class WrongActor(RuntimeError):
    """Code in one actor's transaction tried to act as another: a bug, never an input."""


@contextmanager
def acting_as(actor: Actor) -> Iterator[Actor]:
    """Open a transaction with the actor's scope; nested for the same actor, a savepoint.

    Where everything the actor may do reaches only its own rows (a resident), rows of
    other people in the same area are out of sight as well.
    """
    outer = _acting.get()
    if outer is not None and connection.in_atomic_block:
        if outer != actor:
            msg = f"already acting as {outer.id} ({outer.role}), asked to act as {actor.id}"
            raise WrongActor(msg)
        with transaction.atomic():
            yield actor
        return
    within = connection.in_atomic_block
    with transaction.atomic():
        with planned_once() as cursor:
            cursor.execute(
                _SET_SCOPE,
                [
                    actor.scope_low,
                    actor.scope_high,
                    str(own_person(actor) or ""),
                    str(actor.id),
                    str(actor.person_id or ""),
                    "on" if sees_inner(actor) else "",
                ],
            )
            tokens = _read(cursor.fetchone()[-1])
        token, known = _acting.set(actor), _tokens.set(tokens)
        try:
            yield actor
        finally:
            _tokens.reset(known)
            _acting.reset(token)
        # The settings last as long as the outermost transaction: where that is a caller's
        # own, it would go on in a scope that has been left. A rollback takes them back.
        if within and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(_LEAVE_SCOPE)


def planned_once() -> CursorWrapper:
    """Return a cursor for a statement whose words never change: planned once a connection.

    Others are read and planned each time, which costs the database more than a row by its key
    does. Not for lists: what is the best way through them depends on the values.
    """
    connection.ensure_connection()
    # psycopg's own cursor, beside Django's, which writes the values into the statement.
    cursor = Cursor(connection.connection)
    wrapped: CursorWrapper = connection._prepare_cursor(cursor)  # type: ignore[attr-defined]  # noqa: SLF001
    return wrapped


def counts(*asked: QuerySet[Any]) -> tuple[int, ...]:
    """Return how many rows each of some querysets has, in one statement.

    A page that says what waits asks for a dozen at once. Inside :func:`acting_as`.
    """
    selects: list[str] = []
    values: list[Any] = []
    for each in asked:
        try:
            text, given = each.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:  # it is known beforehand that there is none
            selects.append("0")
            continue
        selects.append(f"(SELECT count(*) FROM ({text}) AS part)")  # noqa: S608  Django's own words
        values += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(selects)}", values)
        found: tuple[int, ...] = cursor.fetchone()
        return found


@contextmanager
def one_moment() -> Iterator[None]:
    """Ask at most once, outside :func:`acting_as`, whether what is kept still holds."""
    if _tokens.get() is not None:
        yield
        return
    known = _tokens.set({})
    try:
        yield
    finally:
        _tokens.reset(known)


class _Remembered(dict[str, str]):
    """Tokens of what was read from memory without asking, as it was remembered."""


@contextmanager
def as_remembered(*, anew: bool = False) -> Iterator[Mapping[str, str]]:
    """Take what is kept as it was last read, without asking whether it still holds.

    Yields the tokens of all that was read meanwhile. Whoever writes by it proves them in the
    statement that writes (``journal_kept_tokens() @> tokens``), and thinks again, ``anew``,
    where they hold no longer: so nothing is ever written by what was not so at that moment.
    """
    tokens = _Remembered(_ask() if anew else {})
    known = _tokens.set(tokens)
    try:
        yield tokens
    finally:
        _tokens.reset(known)


class Kept(Generic[Held]):
    """Rows every page needs, read once and held until the database says they changed.

    ``name`` is the token's row in ``journal_kept``; ``load`` reads the rows, all of them
    and whoever asks. Inside ``acting_as`` and ``one_moment`` a look costs no statement, else one.
    """

    def __init__(self, name: str, load: Callable[[], Held]) -> None:
        """Read nothing yet."""
        self.name = name
        self._load = load
        self._held: tuple[str, Held] | None = None

    def get(self) -> Held:
        """Return what is held, read again if it has changed."""
        known = _tokens.get()
        token = None if known is None else known.get(self.name)
        held = self._held
        if token is None and held is not None and isinstance(known, _Remembered):
            token = known[self.name] = held[0]
        if token is None or held is None or held[0] != token:
            # Asked before the rows are read: what is newer than its token is read once more.
            fresh = _ask()
            token = fresh.get(self.name)
            if held is None or token is None or held[0] != token:
                value = self._load()
                if token is None:  # nothing tells of changes
                    return value
                self._held = held = (token, value)
            if isinstance(known, _Remembered):  # read twice and changed between: proves nothing
                known[self.name] = token if known.get(self.name, token) == token else ""
            elif known is not None:
                known |= fresh
        return held[1]


def token(name: str) -> str:
    """Return the token of something kept as it is now: by it is told whether it changed."""
    known = _tokens.get()
    if known is not None and name in known:
        return known[name]
    fresh = _ask()
    if known is not None and not isinstance(known, _Remembered):
        known |= fresh
    return fresh.get(name, "")


def learn(tokens: Any) -> None:
    """Take the answer of ``journal_kept_tokens()`` that a statement brought along."""
    known = _tokens.get()
    if known is not None and not isinstance(known, _Remembered):
        known |= _read(tokens)


def changed(name: str) -> None:
    """Say, in the transaction that changed it, that something kept is not what it was."""
    known = _tokens.get()
    if known is not None:
        known.pop(name, None)


def _ask() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_kept_tokens()")
        return _read(cursor.fetchone()[0])


def _read(tokens: Any) -> dict[str, str]:
    read: dict[str, str] = json.loads(tokens) if isinstance(tokens, str) else tokens
    return read


def require(actor: Actor) -> None:
    """Raise unless the code runs inside ``acting_as(actor)``: facts need their scope."""
    if _acting.get() != actor or not connection.in_atomic_block:
        msg = f"this must run inside acting_as({actor.role} {actor.id})"
        raise WrongActor(msg)


def read_inner_by(verb: str) -> None:
    """Say the verb whose holders see what is kept inside an organisation. Once, at the start."""
    _inner_verbs.add(verb)


def sees_inner(actor: Actor) -> bool:
    """Whether the actor sees what is kept inside: by a verb, or as work nobody asked for."""
    return actor.role == SYSTEM_ROLE or any(verb in actor.grants for verb in _inner_verbs)


def own_person(actor: Actor) -> UUID | None:
    """Return the one person whose rows the actor sees; None for everybody's in the area."""
    if actor.role == SYSTEM_ROLE or not actor.own_rows_only:
        return None
    return actor.person_id or NOBODY
