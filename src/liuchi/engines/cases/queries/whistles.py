"""Whistles as pages show them: of a case, and what waits for one's own unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liuchi.engines.cases.enums import CalledState, ObjectionAbout
from liuchi.engines.cases.models import Called, CalledObjection, Whistle
from liuchi.engines.cases.scope import HANDLE, page_size, see
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor

_OPEN = [state for state in CalledState if state not in (CalledState.RATED, CalledState.EXCUSED)]


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """What a unit said against its call or rating; ``upheld`` is None until it is decided."""

    id: UUID
    about: ObjectionAbout
    grounds: str
    asked_at: datetime
    upheld: bool | None
    answer: str


@dataclass(frozen=True, slots=True)
class CalledRow:
    """One called unit: how far it has come, its part, its rating, what it objects to."""

    id: UUID
    whistle_id: UUID
    case_id: UUID
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


def whistles_of(actor: Actor, case_id: UUID) -> tuple[WhistleRow, ...]:
    """Return the whistles of a case in sight, the first first. Three statements in all."""
    with acting_as(actor):
        see(actor)
        held = list(Whistle.objects.filter(case_id=case_id).order_by("id"))
        called = _rows(list(Called.objects.filter(case_id=case_id).order_by("id"))) if held else ()
    return tuple(
        WhistleRow(
            each.pk,
            each.case_id,
            directory.area(each.area_id).name,
            each.reason,
            each.raised_at,
            each.ended_at,
            tuple(row for row in called if row.whistle_id == each.pk),
        )
        for each in held
    )


def calls_of_units(actor: Actor, *, limit: int = 50) -> tuple[CalledRow, ...]:
    """Return what waits for the actor's own units, what has to be answered first at the top."""
    actor.may(HANDLE).or_refuse()
    with acting_as(actor):
        units = see(actor)
        if not units:
            return ()
        found = Called.objects.filter(unit_id__in=units, state__in=_OPEN)
        return _rows(list(found.order_by("respond_by", "id")[: page_size(limit)]))


def _rows(found: list[Called]) -> tuple[CalledRow, ...]:
    names = directory.organization_names({each.unit_id for each in found})
    objections: dict[UUID, list[ObjectionLine]] = {}
    for said in CalledObjection.objects.filter(called_id__in=[each.pk for each in found]).order_by(
        "id"
    ):
        objections.setdefault(said.called_id, []).append(
            ObjectionLine(
                said.pk,
                ObjectionAbout(said.about),
                said.grounds,
                said.asked_at,
                said.upheld,
                said.answer,
            )
        )
    return tuple(
        _row(each, names.get(each.unit_id, ""), tuple(objections.get(each.pk, ())))
        for each in found
    )


def _row(each: Called, unit: str, objections: tuple[ObjectionLine, ...]) -> CalledRow:
    return CalledRow(
        id=each.pk,
        whistle_id=each.whistle_id,
        case_id=each.case_id,
        unit_id=each.unit_id,
        unit=unit,
        state=CalledState(each.state),
        version=each.version,
        called_at=each.called_at,
        respond_by=each.respond_by,
        is_late=each.late_at is not None or each.in_time is False,
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
    )
