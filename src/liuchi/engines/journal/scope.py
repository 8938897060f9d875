"""Acting as somebody: one transaction, and the scope its rows are read and written in.

Row-level security of every engine asks the settings made here. They are local to the
transaction, so a pooled connection never carries one person's scope to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import connection, transaction

from liuchi.kernel.actors import SYSTEM_ROLE, Actor

NOBODY = UUID(int=0)
"""Whose rows an actor sees that may see only its own and stands for no resident: none."""

_acting: ContextVar[Actor | None] = ContextVar("liuchi_acting", default=None)

_SET_SCOPE = """
SELECT set_config('liuchi.scope_set', 'on', true),
       set_config('liuchi.scope_low', %s, true),
       set_config('liuchi.scope_high', %s, true),
       set_config('liuchi.scope_person', %s, true),
       set_config('liuchi.scope_actor', %s, true)
"""


_LEAVE_SCOPE = """
SELECT set_config('liuchi.scope_set', '', true),
       set_config('liuchi.scope_low', '', true),
       set_config('liuchi.scope_high', '', true),
       set_config('liuchi.scope_person', '', true),
       set_config('liuchi.scope_actor', '', true)
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
        with connection.cursor() as cursor:
            cursor.execute(
                _SET_SCOPE, [actor.scope_low, actor.scope_high, _person(actor), str(actor.id)]
            )
        token = _acting.set(actor)
        try:
            yield actor
        finally:
            _acting.reset(token)
        # The settings last as long as the outermost transaction: where that is a caller's
        # own, it would go on in a scope that has been left. A rollback takes them back.
        if within and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(_LEAVE_SCOPE)


def require(actor: Actor) -> None:
    """Raise unless the code runs inside ``acting_as(actor)``: facts need their scope."""
    if _acting.get() != actor or not connection.in_atomic_block:
        msg = f"this must run inside acting_as({actor.role} {actor.id})"
        raise WrongActor(msg)


def _person(actor: Actor) -> str:
    """Return the one person whose rows the actor sees; empty for everybody's in the area."""
    if actor.role == SYSTEM_ROLE or not actor.own_rows_only:
        return ""
    return str(actor.person_id or NOBODY)
