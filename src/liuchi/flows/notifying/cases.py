"""Limits that come near and pass, cases that come up, units that were called."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from liuchi.engines.cases import actions as cases
from liuchi.engines.cases.actions import Reminder
from liuchi.engines.cases.enums import ClockKind
from liuchi.engines.cases.queries import CaseNote
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.queries import FactRow
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.notices import actions as notices
from liuchi.engines.notices.actions import Notice
from liuchi.flows.notifying.words import CASE, Batch, Done, Effect, Handler, cause_of, teller
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.sentences import Sentence, Value

LIMIT_NEAR = "cases.limit_near"
QUESTION_ANSWERED = "cases.question_answered"
LIMIT_PASSED = "cases.limit_passed"
ESCALATED = "cases.escalated"
WHISTLE_CALLED = "cases.whistle_called"
WHISTLE_ANSWERED = "cases.whistle_answered"
WHISTLE_LATE = "cases.whistle_late"
WHISTLE_OBJECTED = "cases.whistle_objected"
WHISTLE_RATED = "cases.whistle_rated"
WHISTLE_MISSED = "cases.whistle_missed"
WHISTLE_SENT_BACK = "cases.whistle_sent_back"
PROMPT_ISSUED = "cases.prompt_issued"
PROMPT_LATE = "cases.prompt_late"
PROMPT_ANSWERED = "cases.prompt_answered"
ARBITRATION_ASKED = "cases.arbitration_asked"
HANDLE = "cases.case.handle"
WHISTLE, PROMPT, ARBITRATION = "cases.whistle", "cases.prompt", "cases.arbitration"

Subject = tuple[str, UUID]
"""What a notice opens: the kind of record and its id."""

# Whose a limit is, by what the place's post includes; the handling limit is the unit's.
_VERBS = {
    ClockKind.DISPATCH: "cases.case.dispatch",
    ClockKind.HANDLING: "cases.case.dispatch",
    ClockKind.CHECK: "cases.case.check",
    ClockKind.TOTAL: "cases.case.decide",
}
_NEAR = {
    ClockKind.DISPATCH: Sentence(
        "「{type}」{day}前要派遣，请抓紧。", "{type}: to be dispatched by {day_en}."
    ),
    ClockKind.HANDLING: Sentence(
        "「{type}」{day}前要办结，请抓紧。", "{type}: to be done by {day_en}."
    ),
    ClockKind.CHECK: Sentence(
        "「{type}」{day}前要核查，请抓紧。", "{type}: to be checked by {day_en}."
    ),
    ClockKind.TOTAL: Sentence(
        "「{type}」全程时限{day}到期，请关注。", "{type}: the limit for all of it ends {day_en}."
    ),
}
_PASSED = {
    ClockKind.DISPATCH: Sentence("「{type}」派遣已超时，请马上派遣。", "{type}: dispatch is late."),
    ClockKind.HANDLING: Sentence("「{type}」处置已超时，请马上办理。", "{type}: handling is late."),
    ClockKind.CHECK: Sentence("「{type}」核查已超时，请马上核查。", "{type}: the check is late."),
    ClockKind.TOTAL: Sentence("「{type}」全程已超时，请督促办结。", "{type}: all of it is late."),
}


def remind_of_limits() -> int:
    """Tell whose limits come near; return how many were taken. Repeating it tells nothing twice.

    Whatever number of limits comes near at once, the statements stay the same few.
    """
    actor = teller()
    with acting_as(actor):
        taken = cases.take_reminders(actor=actor)
        desks = {
            kind: directory.holders({each.desk_id for each in taken if each.kind is kind}, verb)
            for kind, verb in _VERBS.items()
            if any(each.kind is kind for each in taken)
        }
        units = {each.unit_id for each in taken if each.unit_id is not None}
        staff = directory.staff_of(units, HANDLE) if units else {}
        lines = []
        for each in taken:
            users = _whose(each.kind, each.unit_id, desks[each.kind][each.desk_id], staff)
            lines += [_near(each, user_id) for user_id in users]
        notices.notify(lines, actor=actor)
    return len(taken)


def limit_passed(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell whose limit has passed; the reminder of it is closed."""
    note = batch.case(fact)
    if note is None:
        return
    kind = ClockKind(str(fact.data["limit"]))
    desk = directory.holders([note.desk_id], _VERBS[kind])[note.desk_id]
    staff = directory.staff_of([note.unit_id], HANDLE) if note.unit_id else {}
    yield Done(LIMIT_NEAR, note.id)
    for user_id in _whose(kind, note.unit_id, desk, staff):
        yield _line(LIMIT_PASSED, _PASSED[kind], note, fact, user_id)


def escalated(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell who supervises where an overdue case has come up to."""
    note, area_id = batch.case(fact), UUID(str(fact.data["to_area"]))
    if note is None:
        return
    words = Sentence(
        "「{type}」超时未办，已上报到您这里，请督办。", "{type} is overdue and came up to you."
    )
    for user_id in directory.holders([area_id], "cases.case.supervise")[area_id]:
        yield _line(ESCALATED, words, note, fact, user_id)


def went_on(fact: FactRow, _batch: Batch) -> Iterable[Effect]:
    """Close what was said about limits: the stage is over."""
    for kind in (LIMIT_NEAR, LIMIT_PASSED, ESCALATED):
        yield Done(kind, fact.subject_id)


def question_answered(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell who asked that whoever reported has answered."""
    note, asked_by = batch.case(fact), fact.data["asked_by"]
    if note is None or asked_by is None:
        return
    words = Sentence("「{type}」的上报人回答了您。", "Whoever reported {type} has answered you.")
    yield _line(QUESTION_ANSWERED, words, note, fact, UUID(str(asked_by)))


def called(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell a unit that it was called."""
    words = Sentence("有社区就「{type}」吹哨，请您单位报到。", "A place calls your unit: {type}.")
    yield from _to_unit(fact, batch, WHISTLE_CALLED, words)


def rated(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell a unit of its rating."""
    words = Sentence("「{type}」的吹哨任务已评价，请查看。", "Your part of {type} was rated.")
    yield from _to_unit(fact, batch, WHISTLE_RATED, words)


def sent_back(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell a unit that its part has to be done again."""
    words = Sentence("「{type}」的任务要返工，请看原因。", "Your part of {type} is sent back.")
    yield from _to_unit(fact, batch, WHISTLE_SENT_BACK, words)


def late(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell who called, who supervises there, and the unit itself."""
    note = batch.case(fact)
    if note is None or note.caller_id is None:
        return
    words = Sentence("「{type}」的吹哨有单位超时未报到。", "A unit is late to {type}.")
    verbs = ("cases.case.dispatch", "cases.case.supervise")
    told = {who for verb in verbs for who in _holders(note.caller_id, verb)}
    for user_id in sorted(told):
        yield _line(WHISTLE_LATE, words, note, fact, user_id, about=_whistle(note))
    own = Sentence("「{type}」的吹哨您单位超时未报到。", "Your unit is late to {type}.")
    yield from _to_unit(fact, batch, WHISTLE_MISSED, own)


def answered(zh: str, en: str, kind: str = WHISTLE_ANSWERED) -> Handler:
    """Return a handler that tells the place that called what a unit did."""

    def handler(fact: FactRow, batch: Batch) -> Iterable[Effect]:
        note = batch.case(fact)
        if note is None or note.caller_id is None:
            return
        verb = "cases.case.decide" if kind == WHISTLE_OBJECTED else "cases.case.dispatch"
        for user_id in _holders(note.caller_id, verb):
            if user_id != fact.actor_id:
                yield _line(kind, Sentence(zh, en), note, fact, user_id, about=_whistle(note))

    return handler


def decided(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Close the objection for who might have decided it, and tell the unit."""
    note = batch.case(fact)
    if note is not None:
        yield Done(WHISTLE_OBJECTED, _whistle(note)[1])
    words = Sentence("「{type}」的异议已答复，请查看。", "Your objection about {type} was decided.")
    yield from _to_unit(fact, batch, WHISTLE_CALLED, words)


def prompted(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell the unit that has a case of the sheet issued about it."""
    words = Sentence(
        "收到「{type}」的提示单，请签收、按期回复。", "A prompt sheet about {type}: please answer."
    )
    yield from _to_prompted(fact, batch, PROMPT_ISSUED, words, "unit")


def prompt_late(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell the unit, and the place that issued the sheet."""
    words = Sentence("「{type}」的提示单超时没有回复。", "No answer to the sheet about {type}.")
    yield from _to_prompted(fact, batch, PROMPT_LATE, words, "prompted")
    yield from _to_prompter(fact, batch, PROMPT_LATE, words)


def prompt_answered(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Close what was said to the unit, and tell whoever may close the sheet."""
    note = batch.case(fact)
    if note is not None:
        for kind in (PROMPT_ISSUED, PROMPT_LATE):
            yield Done(kind, _prompt(note)[1])
    words = Sentence("「{type}」的提示单已回复，请查看。", "The sheet about {type} was answered.")
    yield from _to_prompter(fact, batch, PROMPT_ANSWERED, words)


def prompt_closed(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Close all that was said about the sheet."""
    note = batch.case(fact)
    if note is not None:
        for kind in (PROMPT_ISSUED, PROMPT_LATE, PROMPT_ANSWERED):
            yield Done(kind, _prompt(note)[1])


def arbitration_asked(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell whoever decides where the case is."""
    note = batch.case(fact)
    if note is None:
        return
    words = Sentence(
        "「{type}」几个单位都退回，请裁定由谁承办。", "{type} is handed around: please decide."
    )
    for user_id in _holders(note.desk_id, "cases.case.decide"):
        yield _line(ARBITRATION_ASKED, words, note, fact, user_id, about=_arbitration(note))


def arbitrated(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Close what was said about it."""
    note = batch.case(fact)
    if note is not None:
        yield Done(ARBITRATION_ASKED, _arbitration(note)[1])


def _to_unit(fact: FactRow, batch: Batch, kind: str, words: Sentence) -> Iterable[Effect]:
    note, unit_id = batch.case(fact), UUID(str(fact.data["called"]))
    if note is None:
        return
    for user_id in directory.staff_of([unit_id], HANDLE)[unit_id]:
        yield _line(kind, words, note, fact, user_id, about=_whistle(note))


def _to_prompted(
    fact: FactRow, batch: Batch, kind: str, words: Sentence, unit: str
) -> Iterable[Effect]:
    note, unit_id = batch.case(fact), UUID(str(fact.data[unit]))
    if note is None:
        return
    for user_id in directory.staff_of([unit_id], HANDLE)[unit_id]:
        yield _line(kind, words, note, fact, user_id, about=_prompt(note))


def _to_prompter(fact: FactRow, batch: Batch, kind: str, words: Sentence) -> Iterable[Effect]:
    note = batch.case(fact)
    if note is None:
        return
    for user_id in _holders(note.prompter_id or note.desk_id, "cases.case.decide"):
        yield _line(kind, words, note, fact, user_id, about=_prompt(note))


def _holders(area_id: UUID, verb: str) -> Collection[UUID]:
    return directory.holders([area_id], verb)[area_id]


def _whistle(note: CaseNote) -> Subject:
    return (WHISTLE, note.whistle_id) if note.whistle_id else (CASE, note.id)


def _prompt(note: CaseNote) -> Subject:
    return (PROMPT, note.prompt_id) if note.prompt_id else (CASE, note.id)


def _arbitration(note: CaseNote) -> Subject:
    return (ARBITRATION, note.arbitration_id) if note.arbitration_id else (CASE, note.id)


def _whose(
    kind: ClockKind,
    unit_id: UUID | None,
    desk: Collection[UUID],
    staff: Mapping[UUID, Collection[UUID]],
) -> Collection[UUID]:
    """Return who hears of a limit: the unit's staff of the handling one, else the desk's."""
    if kind is not ClockKind.HANDLING or unit_id is None:
        return desk
    return staff.get(unit_id, ()) or desk


def _near(each: Reminder, user_id: UUID) -> Notice:
    values: dict[str, Value] = {"type": each.type_title, **_moment(each.due_at)}
    return Notice(
        kind=LIMIT_NEAR,
        subject_kind=CASE,
        subject_id=each.case_id,
        sentence=replace(_NEAR[each.kind], values=values),
        # An extension moves the end: the same limit is told of anew then, and only then.
        cause_id=cause_of(LIMIT_NEAR, each.clock_id, each.due_at.isoformat()),
        area_id=each.desk_id,
        recipient_user_id=user_id,
    )


def _line(
    kind: str,
    words: Sentence,
    note: CaseNote,
    fact: FactRow,
    user_id: UUID,
    *,
    about: Subject | None = None,
) -> Notice:
    subject_kind, subject_id = about or (CASE, note.id)
    return Notice(
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        sentence=replace(words, values={"type": note.type_title}),
        cause_id=fact.id,
        area_id=note.desk_id,
        recipient_user_id=user_id,
    )


def _moment(instant: datetime) -> dict[str, Value]:
    local = instant.astimezone(SHANGHAI)
    return {
        "day": f"{local.month}月{local.day}日 {local:%H:%M}",
        "day_en": f"{local.day} {local:%b} {local:%H:%M}",
    }
