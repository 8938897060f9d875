"""What a called unit does: report in, object, finish; and who decides its objections."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.cases import facts
from liuchi.engines.cases.actions.whistles.steps import (
    Call,
    digest,
    say,
    step,
    waits,
    yes,
)
from liuchi.engines.cases.enums import (
    CalledState,
    CalledVerb,
    ObjectionAbout,
    TaskState,
)
from liuchi.engines.cases.models import CalledObjection
from liuchi.engines.cases.rules import whistles as rules
from liuchi.engines.cases.rules.deciding import words_usable
from liuchi.engines.cases.scope import HANDLE, calendar, see
from liuchi.engines.cases.spec import Limit
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor
from liuchi.kernel.deadlines import due_at, used
from liuchi.kernel.durations import TimeUnit
from liuchi.kernel.errors import Conflict, NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

DECIDE = "cases.case.decide"


def arrive(*, called_id: UUID, version: int, actor: Actor, key: str) -> None:
    """Report in (报到): somebody of the unit is there."""
    with step(
        actor,
        HANDLE,
        key=key,
        name="arrive",
        called_id=called_id,
        body={"version": version},
        version=version,
    ) as call:
        if call is None:
            return
        call.require_unit()
        in_time = call.now <= call.called.respond_by
        call.go(CalledVerb.ARRIVE, arrived_by_id=actor.id, arrived_at=call.now, in_time=in_time)
        call.task(TaskState.ACCEPTED, accepted_by_id=actor.id, accepted_at=call.now)
        seconds = used(
            call.called.called_at,
            call.now,
            TimeUnit(call.whistle.limit_unit),
            calendar(),
            hours=call.spec.working_hours,
            changes=waits(call.called.pk),
        )
        call.tell(facts.WHISTLE_ARRIVED, int(seconds.total_seconds()), in_time=yes(in_time))


def object_to_call(*, called_id: UUID, version: int, grounds: str, actor: Actor, key: str) -> UUID:
    """Say why the unit need not come, or why its rating is wrong; another person decides."""
    words_usable(grounds).or_refuse()
    body = {"version": version, "words": digest(grounds)}
    objection_id = new_id()
    with step(
        actor, HANDLE, key=key, name="object", called_id=called_id, body=body, version=version
    ) as call:
        if call is None:
            return objection_id
        call.require_unit()
        say("grounds_missing", grounds)
        about = rules.objection_about(CalledState(call.called.state))
        if CalledObjection.objects.filter(called_id=called_id, about=about).exists():
            raise Refused(
                "objected_already",
                Sentence("这一点已经提过异议。", "This was objected to before."),
            )
        if about is ObjectionAbout.RATING:
            _require_time_to_object(call)
        call.go(CalledVerb.OBJECT)
        CalledObjection.objects.create(
            id=objection_id,
            called_id=called_id,
            case_id=call.case.pk,
            about=about,
            grounds=grounds.strip(),
            asked_by_id=actor.id,
            asked_at=call.now,
        )
        call.tell(facts.WHISTLE_OBJECTED, about=about.value)
    return objection_id


def decide_objection(
    *, objection_id: UUID, upheld: bool, answer: str, actor: Actor, key: str
) -> None:
    """Decide on a unit's objection. Upheld, the unit is excused, or its rating counts for nothing.

    Overruled, a call runs on: the time the objection waited is not counted.
    """
    words_usable(answer).or_refuse()
    body = {"upheld": upheld, "words": digest(answer)}
    with acting_as(actor):
        see(actor)
        found = CalledObjection.objects.filter(pk=objection_id).first()
    if found is None:
        raise NotFound("objection")
    with step(actor, DECIDE, key=key, name="decide", called_id=found.called_id, body=body) as call:
        if call is None:
            return
        objection = CalledObjection.objects.select_for_update().get(pk=objection_id)
        if objection.decided_at is not None:
            raise Conflict(
                "objection_decided",
                Sentence("这件异议已经答复。", "This objection was decided already."),
            )
        rules.may_decide(objection.asked_by_id, call.whistle.raised_by_id, actor.id).or_refuse()
        say("answer_missing", answer)
        about = ObjectionAbout(objection.about)
        CalledObjection.objects.filter(pk=objection_id).update(
            upheld=upheld, answer=answer.strip(), decided_by_id=actor.id, decided_at=call.now
        )
        _carry_out(call, about, upheld=upheld)
        call.tell(
            facts.WHISTLE_DECIDED,
            about=about.value,
            outcome="objection_upheld" if upheld else "not_upheld",
        )
        call.end_if_over()


def finish_call(*, called_id: UUID, version: int, result: str, actor: Actor, key: str) -> None:
    """Say that the unit's part is done, and what came of it."""
    words_usable(result).or_refuse()
    body = {"version": version, "words": digest(result)}
    with step(
        actor, HANDLE, key=key, name="finish_call", called_id=called_id, body=body, version=version
    ) as call:
        if call is None:
            return
        call.require_unit()
        say("result_missing", result)
        call.go(CalledVerb.FINISH, result=result.strip(), done_by_id=actor.id, done_at=call.now)
        call.task(TaskState.DONE)
        by = call.called.due_at
        call.tell(facts.WHISTLE_DONE, in_time=yes(by is None or call.now <= by))
        call.end_if_over()


def _carry_out(call: Call, about: ObjectionAbout, *, upheld: bool) -> None:
    if about is ObjectionAbout.RATING:
        call.go(CalledVerb.UPHOLD if upheld else CalledVerb.OVERRULE, rating_counts=not upheld)
    elif upheld:
        call.go(CalledVerb.UPHOLD)
        call.task(TaskState.RETURNED)
    else:
        limit = Limit(call.whistle.limit_amount, TimeUnit(call.whistle.limit_unit))
        by = due_at(
            call.called.called_at,
            limit,
            calendar(),
            call.spec.working_hours,
            waits(call.called.pk),
        )
        call.go(CalledVerb.OVERRULE, respond_by=by)


def _require_time_to_object(call: Call) -> None:
    within = rules.settings(call.spec).object_to_rating_within
    rated_at = call.called.rated_at
    if rated_at and call.now > due_at(rated_at, within, calendar(), call.spec.working_hours):
        raise Refused(
            "objection_too_late",
            Sentence("对评价提异议的期限已过。", "The time to object to the rating is over."),
        )
