"""Acting as somebody: one transaction, and the scope its rows are read and written in.

Row-level security of every engine asks the settings made here. They are local to the
transaction, so a pooled connection never carries one person's scope to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from liuchi.kernel.actors import Actor

_acting: ContextVar[Actor | None] = ContextVar("liuchi_acting", default=None)

_SET_SCOPE = """
SELECT set_config('liuchi.scope_set', 'on', true),
       set_config('liuchi.scope_low', %s, true),
       set_config('liuchi.scope_high', %s, true),
       set_config('liuchi.scope_person', %s, true)
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
    with transaction.atomic():
        own = str(actor.person_id) if actor.own_rows_only and actor.person_id else ""
        with connection.cursor() as cursor:
            cursor.execute(_SET_SCOPE, [actor.scope_low, actor.scope_high, own])
        token = _acting.set(actor)
        try:
            yield actor
        finally:
            _acting.reset(token)


def require(actor: Actor) -> None:
    """Raise unless the code runs inside ``acting_as(actor)``: facts need their scope."""
    if _acting.get() != actor or not connection.in_atomic_block:
        msg = f"this must run inside acting_as({actor.role} {actor.id})"
        raise WrongActor(msg)
