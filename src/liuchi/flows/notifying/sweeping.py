"""Once a day: what waits and what is due, told anew, though no fact has happened."""

from __future__ import annotations

from collections.abc import Callable

from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries as points
from liuchi.flows.notifying.loans import remind
from liuchi.flows.notifying.queues import (
    tell_answerers,
    tell_appeal_deciders,
    tell_deciders,
    tell_grade_answerers,
    tell_keepers,
    tell_reviewers,
    tell_signers,
)
from liuchi.flows.notifying.tables import tell_ending
from liuchi.flows.notifying.words import teller
from liuchi.kernel.actors import Actor

Sweeper = Callable[[Actor], int]


def sweep() -> int:
    """Write the lines of the day; return how many are new. Repeating it changes nothing."""
    told = 0
    for sweeper in SWEEPERS:
        with acting_as(actor := teller()):
            told += sweeper(actor)
    return told


def reviews(actor: Actor) -> int:
    """Remind reviewers of what has been waiting since before today."""
    return tell_reviewers(actor, set(points.claims_waiting(actor)))


def objections(actor: Actor) -> int:
    """Remind who has to answer objections, and say what is due today or tomorrow."""
    return tell_answerers(actor, set(points.objections_waiting(actor)))


def approvals(actor: Actor) -> int:
    """Remind whoever may agree to what others have asked for."""
    return tell_deciders(actor, set(points.approvals_waiting(actor)))


def appeals(actor: Actor) -> int:
    """Remind who decides appeals and objections to grades, and say what is due."""
    told = tell_appeal_deciders(actor, set(points.appeals_open(actor)))
    return told + tell_grade_answerers(actor, set(points.grade_appeals_open(actor)))


def agreements(actor: Actor) -> int:
    """Say which agreements end within the month, once a week."""
    return tell_signers(actor, set(points.ending_soon(actor)))


def shelves(actor: Actor) -> int:
    """Remind keepers once a week of what is still running out."""
    return tell_keepers(actor, {each.shop_id for each in points.low_goods(actor)})


SWEEPERS: tuple[Sweeper, ...] = (
    reviews,
    objections,
    approvals,
    appeals,
    agreements,
    shelves,
    remind,
    tell_ending,
)
