"""Whistles as pages show them: of a case, all of a place, and those that call one's own unit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet

from liuchi.engines.cases.enums import CalledState, CalledVerb, CaseState, ObjectionAbout
from liuchi.engines.cases.models import Called, CalledObjection, CalledRework, Case, Whistle
from liuchi.engines.cases.queries.books import spec_as_applied
from liuchi.engines.cases.queries.marks import page_of
from liuchi.engines.cases.rules import whistles as rules
from liuchi.engines.cases.scope import HANDLE, calendar, page_size, see
from liuchi.engines.cases.spec import Limit
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.deadlines import due_at
from liuchi.kernel.errors import NotFound
from liuchi.kernel.paging import id_after

READ = "cases.case.read"
CALL = "cases.case.dispatch"
DECIDE = "cases.case.decide"
_OPEN = [state for state in CalledState if state not in (CalledState.RATED, CalledState.EXCUSED)]


class Which(StrEnum):
    """Which called units a list shows; each unit is in :attr:`OPEN` or :attr:`ENDED`."""

    OPEN = "open"
    WAITING = "waiting"
    LATE = "late"
    OBJECTED = "objected"
    DONE = "done"
    ENDED = "ended"


def _where(which: Which) -> Q:
    match which:
        case Which.OPEN:
            return Q(state__in=_OPEN)
        case Which.WAITING:
            return Q(state=CalledState.CALLED)
        case Which.LATE:  # by the clock: the job that marks them may not have looked yet
            return Q(state=CalledState.CALLED, respond_by__lt=clock.now())
        case Which.OBJECTED:
            return Q(state=CalledState.OBJECTED)
        case Which.DONE:
            return Q(state=CalledState.DONE)
        case Which.ENDED:
            return ~Q(state__in=_OPEN)


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """What a unit said against its call or rating; ``upheld`` is None until it is decided."""

    id: UUID
    about: ObjectionAbout
    grounds: str
    asked_at: datetime
    upheld: bool | None
    answer: str
    asked_by_id: UUID


@dataclass(frozen=True, slots=True)
class ReworkLine:
    """Why a unit had to do its part again, and what it had said came of it before."""

    reason: str
    asked_at: datetime
    result: str
    done_at: datetime


@dataclass(frozen=True, slots=True)
class CalledRow:
    """One called unit: how far it has come, its part, its rating, what it objects to.

    ``area`` is the place that called, ``type_title`` what the case is about.
    """

    id: UUID
    whistle_id: UUID
    case_id: UUID
    type_title: str
    area: str
    unit_id: UUID
    unit: str
    state: CalledState
    version: int
    called_at: datetime
    respond_by: datetime
    is_late: bool
    arrived_at: datetime | None
    in_time: bool | None
    agreed: str
    due_at: datetime | None
    result: str
    done_at: datetime | None
    solved: bool | None
    satisfied: bool | None
    rating: str
    rating_counts: bool
    objections: tuple[ObjectionLine, ...]
    reworks: tuple[ReworkLine, ...]


@dataclass(frozen=True, slots=True)
class WhistleRow:
    """A call of a place for help with a case, with the units it called."""

    id: UUID
    case_id: UUID
    area: str
    reason: str
    raised_at: datetime
    ended_at: datetime | None
    called: tuple[CalledRow, ...]


@dataclass(frozen=True, slots=True)
class WhistleOpened:
    """A whistle, opened: what its case is about, and what the actor may do about each unit."""

    row: WhistleRow
    type_title: str
    place: str
    description: str
    may: Mapping[UUID, frozenset[CalledVerb]]


@dataclass(frozen=True, slots=True)
class ToCall:
    """What a page to call from shows: whom one may call, and until when they would answer."""

    case_id: UUID
    type_title: str
    place: str
    units: tuple[tuple[UUID, str], ...]
    within: Limit
    respond_by: datetime
    known: bool


def whistles_of(actor: Actor, case_id: UUID) -> tuple[WhistleRow, ...]:
    """Return the whistles of a case in sight, the first first. Four statements in all."""
    with acting_as(actor):
        see(actor)
        held = list(Whistle.objects.filter(case_id=case_id).order_by("id"))
        called = _rows(list(_called().filter(case_id=case_id).order_by("id"))) if held else ()
    return tuple(
        _whistle(each, tuple(row for row in called if row.whistle_id == each.pk)) for each in held
    )


def whistle(actor: Actor, whistle_id: UUID) -> WhistleOpened:
    """Return a whistle about a case in sight. The same few statements however many it called."""
    actor.may(READ).or_refuse()
    units = see(actor)
    held = Whistle.objects.select_related("case").filter(pk=whistle_id).first()
    if held is None:
        raise NotFound("whistle")
    called = _rows(list(_called().filter(whistle_id=whistle_id).order_by("id")))
    row = _whistle(held, called)
    area = directory.area(held.area_id)
    for_caller = actor.may(CALL).allowed and actor.covers(area.scope_code)
    return WhistleOpened(
        row,
        held.case.type_title,
        held.case.place,
        held.case.description,
        {each.id: _may(actor, held, each, units, for_caller=for_caller) for each in called},
    )


def calls(
    actor: Actor, which: Which = Which.OPEN, *, after: str | None = None, limit: int = 50
) -> Page[CalledRow]:
    """Return called units: of the actor's own units, or of all cases of the actor's place.

    What is open comes in the order it was called, what has ended the last first.
    """
    actor.may(READ).or_refuse()
    units, size = see(actor), page_size(limit)
    found = _called().filter(_where(which))
    if actor.own_rows_only:
        found = found.filter(unit_id__in=units)
    newest_first = which is Which.ENDED
    if after is not None:
        mark = id_after(after)
        found = found.filter(Q(pk__lt=mark) if newest_first else Q(pk__gt=mark))
    held = list(found.order_by("-id" if newest_first else "id")[: size + 1])
    return page_of(_rows(held), size, lambda row: row.id)


def callable_units(actor: Actor, case_id: UUID) -> ToCall:
    """Return whom one may call to a case in sight, by its playbook; none called twice."""
    actor.may(CALL).or_refuse()
    see(actor)
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise NotFound("case")
    spec = spec_as_applied(case.playbook_version)
    settings = rules.settings(spec)
    within = rules.respond_within(settings, urgent=case.urgent)
    now_called = Called.objects.filter(case_id=case_id, whistle__ended_at__isnull=True)
    gone = set(now_called.values_list("unit_id", flat=True))
    found = directory.organizations_serving([case.desk_id], HANDLE)
    names = set(settings.units)
    return ToCall(
        case.pk,
        case.type_title,
        case.place,
        tuple(
            (each.id, each.name)
            for each in found
            if each.id not in gone and (not names or each.name in names)
        ),
        within,
        due_at(clock.now(), within, calendar(), spec.working_hours),
        spec.whistle is not None,
    )


def calls_of_units(actor: Actor, *, limit: int = 50) -> tuple[CalledRow, ...]:
    """Return what waits for the actor's own units, what has to be answered first at the top."""
    actor.may(HANDLE).or_refuse()
    with acting_as(actor):
        units = see(actor)
        if not units:
            return ()
        found = _called().filter(unit_id__in=units, state__in=_OPEN)
        return _rows(list(found.order_by("respond_by", "id")[: page_size(limit)]))


def _may(
    actor: Actor,
    held: Whistle,
    each: CalledRow,
    units: Collection[UUID],
    *,
    for_caller: bool,
) -> frozenset[CalledVerb]:
    """Return what the actor may do about a unit now; the action decides once more."""
    waits = next((said for said in each.objections if said.upheld is None), None)
    decides = (
        waits is not None
        and actor.may(DECIDE).allowed
        and rules.may_decide(waits.asked_by_id, held.raised_by_id, actor.id).allowed
    )
    at_unit = each.unit_id in units
    about = rules.objection_about(each.state)
    return rules.open_verbs(
        each.state,
        at_unit=at_unit and actor.may(HANDLE).allowed,
        for_caller=for_caller,
        decides=decides,
        rates=for_caller and not at_unit,
        reworks=for_caller and not at_unit and CaseState(held.case.state) in rules.WITH_A_UNIT,
        objected=any(said.about is about for said in each.objections),
    )


def _called() -> QuerySet[Called]:
    return Called.objects.select_related("case", "whistle")


def _whistle(held: Whistle, called: tuple[CalledRow, ...]) -> WhistleRow:
    return WhistleRow(
        held.pk,
        held.case_id,
        directory.area(held.area_id).name,
        held.reason,
        held.raised_at,
        held.ended_at,
        called,
    )


def _rows(found: list[Called]) -> tuple[CalledRow, ...]:
    names = directory.organization_names({each.unit_id for each in found})
    ids = [each.pk for each in found]
    objections: dict[UUID, list[ObjectionLine]] = {}
    for said in CalledObjection.objects.filter(called_id__in=ids).order_by("id"):
        objections.setdefault(said.called_id, []).append(
            ObjectionLine(
                said.pk,
                ObjectionAbout(said.about),
                said.grounds,
                said.asked_at,
                said.upheld,
                said.answer,
                said.asked_by_id,
            )
        )
    reworks: dict[UUID, list[ReworkLine]] = {}
    for again in CalledRework.objects.filter(called_id__in=ids).order_by("id"):
        line = ReworkLine(again.reason, again.asked_at, again.result, again.done_at)
        reworks.setdefault(again.called_id, []).append(line)
    return tuple(
        _row(
            each,
            names.get(each.unit_id, ""),
            tuple(objections.get(each.pk, ())),
            tuple(reworks.get(each.pk, ())),
        )
        for each in found
    )


def _row(
    each: Called,
    unit: str,
    objections: tuple[ObjectionLine, ...],
    reworks: tuple[ReworkLine, ...],
) -> CalledRow:
    return CalledRow(
        id=each.pk,
        whistle_id=each.whistle_id,
        case_id=each.case_id,
        type_title=each.case.type_title,
        area=directory.area(each.whistle.area_id).name,
        unit_id=each.unit_id,
        unit=unit,
        state=CalledState(each.state),
        version=each.version,
        called_at=each.called_at,
        respond_by=each.respond_by,
        is_late=each.late_at is not None
        or each.in_time is False
        or (each.state == CalledState.CALLED and each.respond_by < clock.now()),
        arrived_at=each.arrived_at,
        in_time=each.in_time,
        agreed=each.agreed,
        due_at=each.due_at,
        result=each.result,
        done_at=each.done_at,
        solved=each.solved,
        satisfied=each.satisfied,
        rating=each.rating,
        rating_counts=each.rating_counts,
        objections=objections,
        reworks=reworks,
    )
