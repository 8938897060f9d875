"""Purses whose person died, moved away or no longer takes part: open for a while, then settled.

What is owed is not lost at once: the playbook says how long it may be redeemed, or, after a
death, be taken over by the household. What is left goes back to the village's account by a
``settlement``, so that the ledger sums as before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db.models import F

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as, require
from liuchi.engines.points import facts, queries, rules
from liuchi.engines.points.actions import posting
from liuchi.engines.points.actions.claim_writing import claim_facts, entry_of
from liuchi.engines.points.enums import (
    AccountKind,
    ClaimState,
    ClosingReason,
    ClosingState,
    Outcome,
)
from liuchi.engines.points.models import Account, Claim, Closing
from liuchi.engines.points.queries.life import ClosingRow, life_at
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

WRITE = "directory.person.write"
_WAITING = (ClaimState.PROPOSED, ClaimState.RETURNED)
_REASONS = {
    ClosingReason.WITHDRAWN: "退出积分，余额结清",
    ClosingReason.MOVED: "迁出，余额结清",
    ClosingReason.DECEASED: "去世，余额结清",
}
_PASSED = "去世，由同户家人承接"


def begin_closing(
    person_id: UUID, reason: ClosingReason, *, on: date, cause_id: UUID, actor: Actor
) -> bool:
    """Begin to close somebody's purse because of a fact; False where it began already.

    Inside ``acting_as(actor)``. Who no longer takes part has nothing under review any more
    and appears without a name; what the dead and the departed did is still decided.
    """
    require(actor)
    if Closing.objects.filter(cause_id=cause_id).exists():
        return False
    person = directory.subjects(actor, [person_id]).get(person_id)
    if person is None or (reason is ClosingReason.WITHDRAWN and person.consented):
        return False
    if reason is ClosingReason.WITHDRAWN:
        _end_claims(actor, person_id)
        Claim.objects.filter(person_id=person_id, state=ClaimState.ON_NOTICE).update(
            name_hidden=True
        )
    held = Closing.objects.filter(person_id=person_id, state=ClosingState.OPEN).first()
    if held is not None and reason is not ClosingReason.DECEASED:
        return False
    if held is not None:  # died while the purse was being closed: the household has a say
        _close(held, ClosingState.KEPT, actor)
    today = clock.today()
    closing = Closing(
        id=new_id(),
        person_id=person_id,
        village_id=person.village_id,
        scope_code=person.scope_code,
        reason=reason,
        began_on=min(on, today),
        ends_on=rules.closes_on(life_at(person.village_id), reason, on, today),
        state=ClosingState.OPEN,
        cause_id=cause_id,
    )
    closing.save(force_insert=True)
    _record(facts.PURSE_CLOSING, closing, actor)
    return True


def keep_purse(person_id: UUID, *, actor: Actor) -> bool:
    """Go on as before: who had withdrawn consent takes part again. Inside ``acting_as``."""
    require(actor)
    held = Closing.objects.filter(
        person_id=person_id, state=ClosingState.OPEN, reason=ClosingReason.WITHDRAWN
    ).first()
    if held is not None:
        _close(held, ClosingState.KEPT, actor)
    return held is not None


def pass_on(*, actor: Actor, key: str, closing_id: UUID, successor_id: UUID) -> ClosingRow:
    """Let somebody of the household take a dead member's points over.

    All of them, of every currency, to one named person, in one transaction.
    """
    actor.may(WRITE).or_refuse()
    body = {"closing_id": closing_id, "successor_id": successor_id}
    with acting_as(actor):
        scope = f"points.pass_on:{actor.id}"
        if journal.once(scope, key, body, closing_id) is None:
            closing = Closing.objects.select_for_update().filter(pk=closing_id).first()
            if closing is None:
                raise NotFound("closing")
            purses = _purses(closing.person_id)
            rules.may_pass_on(_passing(actor, closing, successor_id, purses)).or_refuse()
            _move(actor, closing, successor_id, purses)
            _close(
                closing,
                ClosingState.PASSED_ON,
                actor,
                successor_id=successor_id,
                passed_by_id=actor.id,
            )
        return queries.closing(actor, closing_id)


def settle_due(*, actor: Actor, limit: int = 200) -> int:
    """Settle the purses whose time is over, or that are empty; return how many were closed."""
    closed = 0
    with acting_as(actor):
        # Those whose time is over, and those that may be empty by now.
        found = list(
            Closing.objects.select_for_update(skip_locked=True)
            .filter(state=ClosingState.OPEN)
            .order_by("ends_on", "id")[:limit]
        )
        pending = _pending(each.person_id for each in found)
        for closing in found:
            purses = _purses(closing.person_id)
            if rules.may_settle(
                closing.ends_on,
                clock.today(),
                balance=sum(each.balance for each in purses),
                pending=closing.person_id in pending,
            ):
                _settle(actor, closing, purses)
                closed += 1
        _follow_successors(actor)
    return closed


def _end_claims(actor: Actor, person_id: UUID) -> None:
    """Take back what was not decided yet, as its person would."""
    waiting = list(
        Claim.objects.select_for_update()
        .filter(person_id=person_id, state__in=_WAITING)
        .order_by("pk")
    )
    journal.record_all(
        [
            entry_of(facts.CLAIM_WITHDRAWN, each, claim_facts(each), cause_id=each.proposed_fact_id)
            for each in waiting
        ],
        actor=actor,
    )
    Claim.objects.filter(pk__in=[each.pk for each in waiting]).update(
        state=ClaimState.WITHDRAWN, version=F("version") + 1
    )


def _settle(actor: Actor, closing: Closing, purses: Iterable[Account]) -> None:
    answers = posting.post_within(
        [
            posting.settlement_item(
                actor_id=actor.id,
                key=f"settlement:{closing.id}:{each.unit}",
                purse=_of(each),
                points=each.balance,
                reason=_REASONS[ClosingReason(closing.reason)],
            )
            for each in purses
        ]
    )
    _all_posted(answers)
    _close(closing, ClosingState.SETTLED, actor)


def _move(actor: Actor, closing: Closing, successor_id: UUID, purses: Iterable[Account]) -> None:
    home = directory.subjects(actor, [successor_id])[successor_id]
    answers = posting.post_within(
        [
            posting.merge_item(
                actor_id=actor.id,
                # Once for what was there: what is awarded later has a number of its own.
                key=f"pass-on:{closing.id}:{each.unit}:{queries.last_entry(each.id)}",
                source=_of(each),
                target=posting.purse_of(successor_id, each.unit, home.village_id, home.scope_code),
                points=each.balance,
                reason=_PASSED,
            )
            for each in purses
        ]
    )
    _all_posted(answers)


def _follow_successors(actor: Actor) -> None:
    """What was on notice when somebody died comes later: it goes the same way."""
    passed = Closing.objects.filter(state=ClosingState.PASSED_ON)
    filled = Account.objects.filter(
        kind=AccountKind.PERSON, balance__gt=0, person_id__in=passed.values("person_id")
    )
    for closing in passed.filter(person_id__in=filled.values("person_id")):
        if closing.successor_id is not None:
            _move(actor, closing, closing.successor_id, _purses(closing.person_id))


def _passing(
    actor: Actor, closing: Closing, successor_id: UUID, purses: Iterable[Account]
) -> rules.Passing:
    before = closing.began_on - timedelta(days=1)
    family = directory.household_id_of(closing.person_id, before)
    heir = directory.subjects(actor, [successor_id]).get(successor_id)
    own = (
        None
        if actor.person_id is None
        else directory.household_id_of(actor.person_id, clock.today())
    )
    if heir is None:
        raise NotFound("person")
    return rules.Passing(
        reason=ClosingReason(closing.reason),
        state=ClosingState(closing.state),
        to_household=life_at(closing.village_id).death.goes_to == "household",
        same_household=family is not None
        and family == directory.household_id_of(successor_id, before),
        takes_part=heir.consented,
        points=sum(each.balance for each in purses),
        successor_id=successor_id,
        decider_person_id=actor.person_id,
        decider_is_family=own is not None and own == family,
    )


def _purses(person_id: UUID) -> list[Account]:
    held = Account.objects.filter(kind=AccountKind.PERSON, person_id=person_id, balance__gt=0)
    return list(held.order_by("unit"))


def _of(account: Account) -> posting.AccountOf:
    return posting.purse_of(account.holder_id, account.unit, account.area_id, account.scope_code)


def _pending(person_ids: Iterable[UUID]) -> set[UUID]:
    """Return people of whom something is still being decided or stands on notice."""
    open_ = Claim.objects.filter(
        person_id__in=list(person_ids), state__in=(*_WAITING, ClaimState.ON_NOTICE)
    )
    return set(open_.values_list("person_id", flat=True))


def _close(closing: Closing, state: ClosingState, actor: Actor, **more: UUID) -> None:
    Closing.objects.filter(pk=closing.pk).update(state=state, closed_at=clock.now(), **more)
    closing.state = state
    _record(facts.PURSE_CLOSED, closing, actor)


def _record(kind: str, closing: Closing, actor: Actor) -> None:
    journal.record(
        kind,
        actor=actor,
        subject_kind="points.closing",
        subject_id=closing.id,
        area_id=closing.village_id,
        cause_id=closing.cause_id,
        data=facts.ClosingData(
            person=closing.person_id,
            home_area=closing.village_id,
            reason=closing.reason,
            outcome=closing.state,
        ),
    )


def _all_posted(answers: Iterable[posting.Answer]) -> None:
    if any(answer.outcome not in (Outcome.POSTED, Outcome.REPEATED) for answer in answers):
        raise Conflict(
            "purse_changed",
            Sentence("积分刚有变动，请刷新后再办。", "The points have just changed. Try again."),
        )
