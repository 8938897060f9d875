"""Once a day: what waits and what is due, told anew, though no fact has happened."""

from __future__ import annotations

from collections.abc import Callable

from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries as points
from liuchi.flows.notifying.queues import tell_answerers, tell_deciders, tell_reviewers
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


SWEEPERS: tuple[Sweeper, ...] = (reviews, objections, approvals)
