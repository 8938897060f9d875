"""What the place that calls does: call, agree on the work, rate, excuse."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from liuchi.engines.cases import facts
from liuchi.engines.cases.actions.whistles.steps import (
    Call,
    digest,
    entry,
    locked,
    say,
    step,
    yes,
)
from liuchi.engines.cases.enums import (
    CalledState,
    CalledVerb,
    CaseState,
    TaskKind,
    TaskState,
)
from liuchi.engines.cases.models import Called, CalledRework, Case, Task, Whistle
from liuchi.engines.cases.queries.books import spec_as_applied
from liuchi.engines.cases.rules import whistles as rules
from liuchi.engines.cases.rules.deciding import words_usable
from liuchi.engines.cases.scope import calendar, see
from liuchi.engines.cases.spec import Limit
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.deadlines import due_at
from liuchi.kernel.errors import NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

RAISE = "cases.case.dispatch"


def raise_whistle(
    *, case_id: UUID, unit_ids: Collection[UUID], reason: str, actor: Actor, key: str
) -> UUID:
    """Call units to a case for a reason; more of them may be called while it is open."""
    actor.may(RAISE).or_refuse()
    words_usable(reason).or_refuse()
    units = sorted(set(unit_ids))
    body = {"case": case_id, "units": list(map(str, units)), "words": digest(reason)}
    whistle_id, now = new_id(), clock.now()
    with acting_as(actor):
        see(actor)
        done = journal.once(f"cases.raise_whistle:{actor.id}", key, body, whistle_id)
        if done is not None:
            return done
        case = locked(case_id)
        _require_case_desk(actor, case, reason)
        spec = spec_as_applied(case.playbook_version)
        names = directory.organization_names(units)
        if set(names) != set(units):
            raise NotFound("organization")
        held = Whistle.objects.filter(case_id=case.pk, ended_at__isnull=True).first()
        already = [] if held is None else _called_units(held.pk)
        rules.may_raise(spec, names, already).or_refuse()
        limit = rules.respond_within(rules.settings(spec), urgent=case.urgent)
        if held is None:
            held = _begin(whistle_id, case, reason, limit, actor=actor, now=now)
        by = due_at(now, limit, calendar(), spec.working_hours)
        _call(held, case, units, by, actor=actor, now=now)
    return whistle_id


def agree_task(
    *, called_id: UUID, version: int, what: str, within: Limit, actor: Actor, key: str
) -> None:
    """Write down what was agreed with a unit that has reported in: its part, and by when."""
    words_usable(what).or_refuse()
    body = {"version": version, "words": digest(what), "within": str(within)}
    with step(
        actor, RAISE, key=key, name="agree", called_id=called_id, body=body, version=version
    ) as call:
        if call is None:
            return
        call.require_desk()
        say("task_missing", what)
        by = due_at(call.now, within, calendar(), call.spec.working_hours)
        call.go(
            CalledVerb.AGREE,
            agreed=what.strip(),
            agreed_by_id=actor.id,
            agreed_at=call.now,
            due_at=by,
        )
        call.task(TaskState.ACCEPTED, due_at=by)
        call.tell(facts.WHISTLE_AGREED)


def rate_unit(
    *,
    called_id: UUID,
    version: int,
    solved: bool,
    satisfied: bool,
    words: str = "",
    actor: Actor,
    key: str,
) -> None:
    """Rate what a unit did: the place that called says whether it is solved, and content."""
    words_usable(words).or_refuse()
    body = {"version": version, "solved": solved, "satisfied": satisfied, "words": digest(words)}
    with step(
        actor, RAISE, key=key, name="rate_unit", called_id=called_id, body=body, version=version
    ) as call:
        if call is None:
            return
        area = directory.area(call.whistle.area_id)
        rules.may_rate(
            works_for_caller=actor.covers(area.scope_code),
            works_at_unit=call.called.unit_id in directory.posted_at(actor.id),
        ).or_refuse()
        call.go(
            CalledVerb.RATE,
            solved=solved,
            satisfied=satisfied,
            rating=words.strip(),
            rated_by_id=actor.id,
            rated_at=call.now,
        )
        call.tell(facts.WHISTLE_RATED, solved=yes(solved), satisfied=yes(satisfied))
        call.end_if_over()


def send_back_unit(
    *, called_id: UUID, version: int, reason: str, within: Limit, actor: Actor, key: str
) -> None:
    """Have a unit do its part again (没办好，返工): why, and by when. What it did is kept.

    Only before it is rated, and while its case is still dealt with.
    """
    words_usable(reason).or_refuse()
    body = {"version": version, "words": digest(reason), "within": str(within)}
    with step(
        actor,
        RAISE,
        key=key,
        name="send_back_unit",
        called_id=called_id,
        body=body,
        version=version,
    ) as call:
        if call is None:
            return
        call.require_desk()
        say("reason_missing", reason)
        unit, whistle = call.called, call.whistle
        rules.next_state(CalledState(unit.state), CalledVerb.SEND_BACK)
        has_ended = whistle.ended_at is not None
        running = Whistle.objects.filter(case_id=call.case.pk, ended_at__isnull=True)
        rules.may_send_back(
            CaseState(call.case.state), another_open=has_ended and running.exists()
        ).or_refuse()
        rules.may_rate(
            works_for_caller=True,
            works_at_unit=unit.unit_id in directory.posted_at(actor.id),
        ).or_refuse()
        _keep_what_was_done(call, reason)
        by = due_at(call.now, within, calendar(), call.spec.working_hours)
        call.go(CalledVerb.SEND_BACK, result="", done_by_id=None, done_at=None, due_at=by)
        call.task(TaskState.ACCEPTED, due_at=by, ended_by_id=None, ended_at=None)
        if has_ended:  # a whistle without ratings ends with the work, which is open again
            Whistle.objects.filter(pk=whistle.pk).update(ended_at=None)
        call.tell(facts.WHISTLE_SENT_BACK)


def excuse_unit(*, called_id: UUID, version: int, actor: Actor, key: str) -> None:
    """Say that a unit is not needed after all, before its part is agreed."""
    body = {"version": version}
    with step(
        actor, RAISE, key=key, name="excuse_unit", called_id=called_id, body=body, version=version
    ) as call:
        if call is None:
            return
        call.require_desk()
        call.go(CalledVerb.TAKE_BACK)
        call.task(TaskState.ENDED)
        call.tell(facts.WHISTLE_EXCUSED)
        call.end_if_over()


def _keep_what_was_done(call: Call, reason: str) -> None:
    unit = call.called
    if unit.done_by_id is None or unit.done_at is None:
        raise AssertionError(unit.pk)
    CalledRework.objects.create(
        id=new_id(),
        called_id=unit.pk,
        case_id=call.case.pk,
        reason=reason.strip(),
        result=unit.result,
        done_by_id=unit.done_by_id,
        done_at=unit.done_at,
        asked_by_id=call.actor.id,
        asked_at=call.now,
    )


def _require_case_desk(actor: Actor, case: Case, reason: str) -> None:
    """Whoever has the case on the desk calls, while somebody still has to deal with it."""
    if not actor.covers(directory.area(case.desk_id).scope_code):
        raise Refused("not_the_desk", Sentence("这件不在您这里办理。", "This is not on your desk."))
    if CaseState(case.state) not in rules.WITH_A_UNIT:
        raise Refused(
            "whistle_not_now",
            Sentence("立案以后、办结以前才能吹哨。", "Units are called once filed and until done."),
        )
    say("reason_missing", reason)


def _begin(
    whistle_id: UUID, case: Case, reason: str, limit: Limit, *, actor: Actor, now: datetime
) -> Whistle:
    return Whistle.objects.create(
        id=whistle_id,
        case_id=case.pk,
        area_id=actor.area_id or case.desk_id,
        reason=reason.strip(),
        limit_amount=limit.amount,
        limit_unit=limit.unit,
        raised_by_id=actor.id,
        raised_at=now,
    )


def _call(
    whistle: Whistle, case: Case, units: list[UUID], by: datetime, *, actor: Actor, now: datetime
) -> None:
    """Give each unit its task and its call, in three statements however many there are."""
    tasks = [
        Task(
            id=new_id(),
            case_id=case.pk,
            unit_id=unit,
            kind=TaskKind.WHISTLE,
            state=TaskState.GIVEN,
            given_by_id=actor.id,
            given_at=now,
            due_at=by,
        )
        for unit in units
    ]
    Task.objects.bulk_create(tasks)
    Called.objects.bulk_create(
        Called(
            id=new_id(),
            whistle_id=whistle.pk,
            case_id=case.pk,
            unit_id=task.unit_id,
            task_id=task.pk,
            state=CalledState.CALLED,
            called_at=now,
            respond_by=by,
        )
        for task in tasks
    )
    journal.record_all(
        [entry(facts.WHISTLE_CALLED, case, unit, None) for unit in units], actor=actor
    )


def _called_units(whistle_id: UUID) -> list[UUID]:
    return list(Called.objects.filter(whistle_id=whistle_id).values_list("unit_id", flat=True))
