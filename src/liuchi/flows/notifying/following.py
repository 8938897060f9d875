"""Following the journal: take a batch, tell who has to know, move on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.queries import FactRow
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.notices import actions as notices
from liuchi.engines.notices.actions import Notice
from liuchi.flows.notifying.queues import (
    tell_answerers,
    tell_appeal_deciders,
    tell_deciders,
    tell_grade_answerers,
    tell_keepers,
    tell_reviewers,
    tell_signers,
)
from liuchi.flows.notifying.table import TOLD
from liuchi.flows.notifying.words import (
    AgreementsOf,
    AppealsOf,
    ApprovalsOf,
    Batch,
    Died,
    Done,
    Effect,
    Erased,
    GradeAppealsOf,
    ObjectionsOf,
    Queue,
    ReviewsOf,
    ShelvesOf,
    teller,
)
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor

CONSUMER = "notices"
BATCH = 200
_QUEUES: Mapping[type[Queue], Callable[[Actor, Collection[UUID]], int]] = {
    ReviewsOf: tell_reviewers,
    ObjectionsOf: tell_answerers,
    ApprovalsOf: tell_deciders,
    AppealsOf: tell_appeal_deciders,
    GradeAppealsOf: tell_grade_answerers,
    AgreementsOf: tell_signers,
}
NEWS_FOR = timedelta(days=7)
"""What is older is no news: an installation that was off, or has just learnt to tell,
does not pour out its past. The work that waits is counted as it is, whatever its age."""


def follow(limit: int = BATCH) -> int:
    """Tell people what the next facts mean for them; return how many facts were read.

    Safe to repeat, to kill and to run twice at once: the cursor and the lines commit
    together.
    """
    actor = teller()
    with acting_as(actor):
        facts = journal.take(CONSUMER, limit)
        told = [fact for fact in facts if fact.kind in TOLD]
        batch = Batch(actor, told)
        _carry_out(
            actor, [(fact, effect) for fact in told for effect in TOLD[fact.kind](fact, batch)]
        )
    return len(facts)


def _carry_out(actor: Actor, effects: list[tuple[FactRow, Effect]]) -> None:
    """Close before telling: what a batch both asks for and has done is not told at all."""
    since = clock.now() - NEWS_FOR
    done = [effect for _, effect in effects if isinstance(effect, Done)]
    news = [
        effect
        for place, (fact, effect) in enumerate(effects)
        if isinstance(effect, Notice)
        and _is_news(fact, since)
        and not _done_after(effect, effects[place:])
    ]
    for each in done:
        notices.settle(kinds=[each.kind], subject_ids=[each.subject_id], actor=actor)
    notices.notify(news, actor=actor)
    for _, effect in effects:
        if isinstance(effect, Erased):
            notices.forget_recipient(recipient_id=effect.person_id, actor=actor)
        elif isinstance(effect, Died):
            notices.clear_recipient(recipient_id=effect.person_id, actor=actor)
    for queue, tell in _QUEUES.items():
        tell(actor, {e.village_id for _, e in effects if isinstance(e, queue)})
    tell_keepers(actor, {e.shop_id for _, e in effects if isinstance(e, ShelvesOf)})


def _is_news(fact: FactRow, since: datetime) -> bool:
    return fact.recorded_at >= since


def _done_after(notice: Notice, later: list[tuple[FactRow, Effect]]) -> bool:
    wanted = Done(notice.kind, notice.subject_id)
    return any(effect == wanted for _, effect in later)
