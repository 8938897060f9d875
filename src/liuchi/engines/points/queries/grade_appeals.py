"""Lists of grades on notice, and objections to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import acting_as, require
from liuchi.engines.points.enums import (
    AppealOutcome,
    AppealState,
    GradeNames,
    ObjectionVia,
    RoundState,
)
from liuchi.engines.points.models import GradeAppeal, GradeRound
from liuchi.engines.points.queries.objections import OBJECTOR, receipt_hash
from liuchi.engines.points.queries.places import last_day
from liuchi.engines.points.scope import key_ring, page_size, uuid_cursor
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

ANSWER = "points.grade.answer"
_DAY_CHARACTERS = 10


@dataclass(frozen=True, slots=True)
class ListedGrade:
    """One line as anybody may read it. ``masked_name`` is empty for who appears without one."""

    place: int
    masked_name: str
    title: str


@dataclass(frozen=True, slots=True)
class GradeList:
    """A round as anybody may read it. Lines only while the notice runs, and never a sum.

    ``code`` is its scheme and its day, ``local-2026-03-12``: what its address says.
    """

    id: UUID
    code: str
    village_id: UUID
    scheme_title: str
    as_of: date
    running: bool
    until: date | None
    issued_on: date | None
    valid_to: date | None
    named: bool
    lines: tuple[ListedGrade, ...]
    graded: int


@dataclass(frozen=True, slots=True)
class AppealRow:
    """An objection as the desk lists it."""

    id: UUID
    round_id: UUID
    village_name: str
    scheme_title: str
    place: int
    is_second: bool
    via: ObjectionVia
    state: AppealState
    outcome: AppealOutcome | None
    received_at: datetime
    due_on: date
    overdue: bool


@dataclass(frozen=True, slots=True)
class AppealDetail:
    """An objection, opened: what was written, and the line it is about."""

    row: AppealRow
    line_id: UUID
    person_name: str
    title: str
    points: int
    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class AppealTold:
    """An objection as whoever holds its receipt reads it: no name of anybody."""

    round_id: UUID
    village_code: str
    village_name: str
    scheme_title: str
    place: int
    state: AppealState
    outcome: AppealOutcome | None
    due_on: date
    text: str
    answer: str
    second: AppealTold | None
    may_go_beyond: bool


def grade_lists(village_id: UUID, *, limit: int = 5) -> tuple[GradeList, ...]:
    """Return what is on notice in a village and what was issued last. Anybody may read it."""
    rounds = GradeRound.objects.filter(
        village_id=village_id, state__in=[RoundState.ON_NOTICE, RoundState.ISSUED]
    ).order_by("-id")[:limit]
    return tuple(_public(held, ()) for held in rounds)


def grade_list(village_id: UUID, code: str) -> GradeList:
    """Return one list with its lines while it is on notice, or raise NotFound."""
    scheme, day = code[: -_DAY_CHARACTERS - 1], code[-_DAY_CHARACTERS:]
    found = GradeRound.objects.filter(
        village_id=village_id,
        scheme=scheme,
        state__in=[RoundState.ON_NOTICE, RoundState.ISSUED],
    ).order_by("-id")
    held = next((each for each in found if each.as_of.isoformat() == day), None)
    if held is None:
        raise NotFound("round")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM points_grade_list(%s, %s)", [held.id, clock.now()])
        lines = tuple(
            ListedGrade(place, name, title)
            for place, name, _code, title, _rank in cursor.fetchall()
        )
    return _public(held, lines)


def appeals(
    actor: Actor, *, which: str = "open", after: str | UUID | None = None, limit: int = 50
) -> Page[AppealRow]:
    """Return the objections of the actor's area: ``open`` oldest first, else ``answered``."""
    actor.may(ANSWER).or_refuse()
    require(actor)
    most, start = page_size(limit), uuid_cursor(after)
    open_ones = which != "answered"
    found = GradeAppeal.objects.filter(
        state=AppealState.OPEN if open_ones else AppealState.ANSWERED
    ).select_related("round", "line")
    if start is not None:
        found = found.filter(id__gt=start) if open_ones else found.filter(id__lt=start)
    rows = list(found.order_by("id" if open_ones else "-id")[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    return Page(_rows(rows[:most]), next_after)


def appeals_waiting(actor: Actor) -> QuerySet[GradeAppeal]:
    """Return the objections to grades that wait for the actor's answer. For this engine."""
    if not actor.may(ANSWER).allowed:
        return GradeAppeal.objects.none()
    return GradeAppeal.objects.filter(state=AppealState.OPEN)


def appeal_in_area(actor: Actor, appeal_id: UUID) -> AppealRow:
    """Return one objection in scope, or raise NotFound."""
    require(actor)
    return _rows([_one(appeal_id)])[0]


def appeal(actor: Actor, appeal_id: UUID) -> AppealDetail:
    """Return one objection with what was written, to who may answer."""
    actor.may(ANSWER).or_refuse()
    require(actor)
    found = _one(appeal_id)
    person = directory.people_of(actor, [found.line.person_id]).get(found.line.person_id)
    return AppealDetail(
        row=_rows([found])[0],
        line_id=found.line_id,
        person_name=person.name if person else found.line.masked_name,
        title=found.line.title,
        points=found.line.points,
        text=opened(found, "text"),
        answer=opened(found, "answer"),
    )


def appeal_by_code(code: str) -> AppealTold:
    """Return an objection to whoever holds its receipt, or raise NotFound."""
    with acting_as(OBJECTOR):
        found = (
            GradeAppeal.objects.select_related("round", "line")
            .filter(receipt_hash=receipt_hash(code))
            .first()
        )
        if found is None:
            raise NotFound("receipt")
        beyond = GradeAppeal.objects.select_related("round", "line").filter(against=found).first()
        village = directory.area(found.round.village_id)
        second = None if beyond is None else _told(beyond, village, None)
        return _told(found, village, second)


def sealed_in(appeal: GradeAppeal, text: str, column: str) -> bytes:
    """Return a text sealed for one column of an objection. For this engine's actions."""
    key = key_ring().open_subject_key(bytes(appeal.wrapped_key or b""), str(appeal.id))
    return key.encrypt(text, f"grade_appeal.{column}:{appeal.id}")


def opened(appeal: GradeAppeal, column: str) -> str:
    """Return what is written in a column; empty where there is nothing, or it is erased."""
    held = getattr(appeal, column)
    if held is None or appeal.wrapped_key is None:
        return ""
    key = key_ring().open_subject_key(bytes(appeal.wrapped_key), str(appeal.id))
    return key.decrypt(bytes(held), f"grade_appeal.{column}:{appeal.id}")


def _told(found: GradeAppeal, village: directory.AreaRow, second: AppealTold | None) -> AppealTold:
    return AppealTold(
        round_id=found.round_id,
        village_code=village.code,
        village_name=village.name,
        scheme_title=found.round.scheme_title,
        place=found.line.place or 0,
        state=AppealState(found.state),
        outcome=AppealOutcome(found.outcome) if found.outcome else None,
        due_on=last_day(found.due_at),
        text=opened(found, "text"),
        answer=opened(found, "answer"),
        second=second,
        may_go_beyond=found.state == AppealState.ANSWERED
        and found.against_id is None
        and second is None
        and found.round.state == RoundState.ON_NOTICE,
    )


def _one(appeal_id: UUID) -> GradeAppeal:
    found = GradeAppeal.objects.select_related("round", "line").filter(pk=appeal_id).first()
    if found is None:
        raise NotFound("appeal")
    return found


def _rows(found: Sequence[GradeAppeal]) -> tuple[AppealRow, ...]:
    if not found:
        return ()
    now, places = clock.now(), directory.areas({each.round.village_id for each in found})
    return tuple(
        AppealRow(
            id=each.id,
            round_id=each.round_id,
            village_name=places[each.round.village_id].name,
            scheme_title=each.round.scheme_title,
            place=each.line.place or 0,
            is_second=each.against_id is not None,
            via=ObjectionVia(each.via),
            state=AppealState(each.state),
            outcome=AppealOutcome(each.outcome) if each.outcome else None,
            received_at=each.received_at,
            due_on=last_day(each.due_at),
            overdue=each.state == AppealState.OPEN and each.due_at <= now,
        )
        for each in found
    )


def _public(held: GradeRound, lines: tuple[ListedGrade, ...]) -> GradeList:
    running = (
        held.state == RoundState.ON_NOTICE
        and held.notice_ends_at is not None
        and held.notice_ends_at > clock.now()
    )
    return GradeList(
        id=held.id,
        code=f"{held.scheme}-{held.as_of}",
        village_id=held.village_id,
        scheme_title=held.scheme_title,
        as_of=held.as_of,
        running=running,
        until=None if held.notice_ends_at is None else last_day(held.notice_ends_at),
        issued_on=held.issued_on,
        valid_to=held.valid_to,
        named=held.names == GradeNames.MASKED,
        lines=lines,
        graded=held.graded,
    )
