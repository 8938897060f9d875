"""Objections to a list of grades: from anybody, answered by who had no part, once gone beyond.

What was written is sealed in the row itself, under a key of its own. A grade is never set by
an answer: where the objection is right, the line is counted again from the ledger.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts
from liuchi.engines.points.actions.grades import recount
from liuchi.engines.points.enums import (
    AppealOutcome,
    AppealState,
    ObjectionVia,
    RoundState,
    RoundVerb,
)
from liuchi.engines.points.models import Grade, GradeAppeal, GradeRound, ObjectionGuard
from liuchi.engines.points.queries.grade_appeals import (
    AppealRow,
    AppealTold,
    appeal_by_code,
    appeal_in_area,
    sealed_in,
)
from liuchi.engines.points.queries.grade_rounds import scheme_of
from liuchi.engines.points.queries.objections import OBJECTOR, receipt_code, receipt_hash
from liuchi.engines.points.rules import grades as rules
from liuchi.engines.points.rules.objections import may_send, text_usable
from liuchi.engines.points.scope import calendar, key_ring
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

_ONE_HOUR = timedelta(hours=1)
TEXT_KEPT = timedelta(days=365)


def object_to_grade(
    *,
    key: str,
    round_id: UUID,
    place: int,
    text: str,
    actor: Actor | None = None,
    address: str = "",
) -> str:
    """Take in an objection to a line of a list on notice; return the code of its receipt.

    Without ``actor`` it comes from anybody and nobody's name is kept; with one, staff take
    it down for somebody.
    """
    if actor is not None:
        actor.may("points.objection.enter").or_refuse()
    text_usable(text).or_refuse()
    by, appeal_id = actor or OBJECTOR, new_id()
    words = key_ring().lookup_hash(text, "points.object_to_grade").hex()
    body = {"round_id": round_id, "place": place, "words": words}
    with acting_as(by):
        earlier = journal.once(f"points.object_to_grade:{by.id}", key, body, appeal_id)
        if earlier is not None:
            return receipt_code(earlier)
        held = GradeRound.objects.select_for_update().filter(pk=round_id).first()
        if held is None or not by.covers(held.scope_code):
            raise NotFound("round")
        rules.moved_round(RoundState(held.state), RoundVerb.OBJECT)
        line = Grade.objects.filter(round_id=round_id, place=place).first()
        if line is None:
            raise NotFound("item")
        if actor is None:
            _guard(address)
        via = ObjectionVia.WEB if actor is None else ObjectionVia.PAPER
        _insert(by, GradeAppeal(id=appeal_id, round=held, line=line, via=via), text)
    return receipt_code(appeal_id)


def go_beyond(*, key: str, code: str, text: str, address: str = "") -> AppealTold:
    """Ask for a second look at an answer, by its receipt: once, and somebody else looks."""
    text_usable(text).or_refuse()
    with acting_as(OBJECTOR):
        first = GradeAppeal.objects.filter(receipt_hash=receipt_hash(code)).first()
        if first is None:
            raise NotFound("receipt")
        appeal_id = new_id()
        words = key_ring().lookup_hash(text, "points.object_to_grade").hex()
        if journal.once("points.go_beyond", key, {"first": first.id, "words": words}, appeal_id):
            return appeal_by_code(code)
        held = GradeRound.objects.select_for_update().get(pk=first.round_id)
        rules.moved_round(RoundState(held.state), RoundVerb.OBJECT)
        rules.may_go_beyond(
            AppealState(first.state),
            gone_beyond=GradeAppeal.objects.filter(against=first).exists(),
            is_second=first.against_id is not None,
        ).or_refuse()
        _guard(address)
        _insert(
            OBJECTOR,
            GradeAppeal(
                id=appeal_id, round=held, line_id=first.line_id, via=first.via, against=first
            ),
            text,
        )
    return appeal_by_code(code)


def answer_appeal(
    *, actor: Actor, key: str, appeal_id: UUID, outcome: str, reason: str
) -> AppealRow:
    """Answer an objection with a reason; ``recounted`` counts the line again as of now."""
    actor.may("points.grade.answer").or_refuse()
    try:
        chosen = AppealOutcome(outcome)
    except ValueError as error:
        raise Invalid(
            "outcome_unknown", Sentence("请选择答复结果。", "Choose an outcome.")
        ) from error
    words = key_ring().lookup_hash(reason, "points.answer_appeal").hex()
    body = {"appeal_id": appeal_id, "outcome": outcome, "reason": words}
    with acting_as(actor):
        if journal.once(f"points.answer_appeal:{actor.id}", key, body, appeal_id) is None:
            found = GradeAppeal.objects.select_related("line", "against").filter(pk=appeal_id)
            appeal = found.first()
            if appeal is None:
                raise NotFound("appeal")
            held = GradeRound.objects.select_for_update().get(pk=appeal.round_id)
            appeal.refresh_from_db(fields=["state"])
            rules.may_answer_appeal(answering(actor, appeal, held), reason).or_refuse()
            if chosen is AppealOutcome.RECOUNTED:
                recount(held, appeal.line)
            GradeAppeal.objects.filter(pk=appeal_id).update(
                state=AppealState.ANSWERED,
                outcome=chosen,
                answered_by_id=actor.id,
                answered_at=clock.now(),
                answer=sealed_in(appeal, reason.strip(), "answer"),
            )
            appeal.outcome = chosen
            _record(actor, facts.APPEAL_ANSWERED, appeal, held)
        return appeal_in_area(actor, appeal_id)


def answering(actor: Actor, appeal: GradeAppeal, held: GradeRound) -> rules.AnsweringAppeal:
    """Return what the rules ask about somebody who would answer. For this engine."""
    homes = directory.household_ids_of(
        [each for each in (actor.person_id, appeal.line.person_id) if each], clock.today()
    )
    own = None if actor.person_id is None else homes.get(actor.person_id)
    return rules.AnsweringAppeal(
        state=AppealState(appeal.state),
        answerer_id=actor.id,
        computed_by_id=held.computed_by_id,
        entered_by_id=appeal.entered_by_id,
        first_answered_by_id=appeal.against.answered_by_id if appeal.against else None,
        concerns_own=actor.person_id == appeal.line.person_id
        or (own is not None and homes.get(appeal.line.person_id) == own),
    )


def forget_appeals(*, actor: Actor) -> int:
    """Erase what was written a year after its answer; return how many were erased."""
    with acting_as(actor):
        old = GradeAppeal.objects.filter(
            answered_at__lt=clock.now() - TEXT_KEPT, wrapped_key__isnull=False
        )
        return old.update(wrapped_key=None, ring_id="", text=None, answer=None)


def rewrap_appeal_keys(*, actor: Actor) -> int:
    """Wrap keys that are under an older ring key under the current one; return how many."""
    ring = key_ring()
    with acting_as(actor):
        rows = list(
            GradeAppeal.objects.select_for_update()
            .filter(wrapped_key__isnull=False)
            .exclude(ring_id=ring.current)[:1000]
        )
        for row in rows:
            row.wrapped_key = ring.rewrap(bytes(row.wrapped_key or b""), str(row.id))
            row.ring_id = ring.current
        GradeAppeal.objects.bulk_update(rows, ["wrapped_key", "ring_id"])
    return len(rows)


def _insert(by: Actor, appeal: GradeAppeal, text: str) -> None:
    held, ring, now = appeal.round, key_ring(), clock.now()
    _key, wrapped = ring.new_subject_key(str(appeal.id))
    appeal.wrapped_key, appeal.ring_id = wrapped, ring.current
    appeal.text = sealed_in(appeal, text.strip(), "text")
    appeal.scope_code = held.scope_code
    appeal.receipt_hash = receipt_hash(receipt_code(appeal.id))
    appeal.entered_by_id = by.id if appeal.via == ObjectionVia.PAPER and by != OBJECTOR else None
    appeal.received_at, appeal.due_at = now, _due(held, now)
    appeal.state = AppealState.OPEN
    appeal.save(force_insert=True)
    _record(by, facts.APPEAL_RECEIVED, appeal, held)


def _due(held: GradeRound, now: datetime) -> datetime:
    return calendar().end_of_notice(now, scheme_of(held).answer_within)


def _guard(address: str) -> None:
    now = clock.now()
    source = key_ring().lookup_hash(f"{clock.local_day(now)}:{address}", "points.guard")
    may_send(
        ObjectionGuard.objects.filter(source=source, at__gt=now - _ONE_HOUR).count()
    ).or_refuse()
    ObjectionGuard.objects.create(id=new_id(), source=source, at=now)


def _record(actor: Actor, kind: str, appeal: GradeAppeal, held: GradeRound) -> None:
    journal.record(
        kind,
        actor=actor,
        subject_kind="points.grade_appeal",
        subject_id=appeal.id,
        area_id=held.village_id,
        data=facts.GradeAppealData(
            home_area=held.village_id,
            round=held.id,
            scheme=held.scheme,
            via=appeal.via,
            outcome=appeal.outcome,
        ),
        playbook_version=held.playbook_version,
    )
