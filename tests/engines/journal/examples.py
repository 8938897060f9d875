"""A kind of fact of the tests' own, and short ways to record it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from liuchi.engines.journal import actions
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import registry
from liuchi.playbooks.registry import DimensionType, FactKind, Registry

KIND = "tests.seen"
HERE, THERE = UUID(int=1), UUID(int=2)


class Seen(BaseModel):
    model_config = ConfigDict(extra="forbid")

    who: UUID
    code: str = "tree"
    count: int = 1
    weight: Decimal = Decimal("1.50")
    on: date = date(2026, 3, 2)


@contextmanager
def known_kinds() -> Iterator[None]:
    held = Registry()
    held.add_fact_kind(
        FactKind(
            KIND,
            Sentence("看见", "Seen"),
            Seen,
            {
                "who": DimensionType.PERSON,
                "code": DimensionType.TEXT,
                "count": DimensionType.INTEGER,
                "weight": DimensionType.DECIMAL,
                "on": DimensionType.DATE,
            },
        )
    )
    with registry.using(held):
        yield


def anybody() -> Actor:
    return system_actor(new_id())


def see(actor: Actor, **changes: object) -> UUID:
    """Record one fact inside ``acting_as``."""
    given = {
        "subject_kind": "thing",
        "subject_id": new_id(),
        "area_id": HERE,
        "data": Seen(who=new_id()),
        **changes,
    }
    return actions.record(KIND, actor=actor, **given)


class Crash(Exception):
    """The process dies in the middle of a transaction."""


def see_and_crash(actor: Actor) -> None:
    """Record a fact in a scope of its own, then fail."""
    with acting_as(actor):
        see(actor)
        raise Crash


def seen(count: int = 1, **changes: object) -> list[UUID]:
    """Record and commit facts, each in a transaction of its own."""
    ids = []
    for _ in range(count):
        actor = anybody()
        with acting_as(actor):
            ids.append(see(actor, **changes))
    return ids
