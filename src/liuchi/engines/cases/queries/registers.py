"""What closed cases still ask for (re-checks), and strike-off registers (销号台账)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from liuchi.engines.cases.enums import CaseState, CheckKind
from liuchi.engines.cases.models import Case, Check
from liuchi.engines.cases.queries.marks import page_of
from liuchi.engines.cases.scope import page_size
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.paging import cursor_unusable, id_after

_GONE = (CaseState.REJECTED, CaseState.WITHDRAWN)


class Struck(StrEnum):
    """Where an item of a register stands. Every item is in exactly one of the three."""

    OPEN = "open"
    BASICALLY_DONE = "basically_done"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class RecheckRow:
    """A closed case that is to be looked at once more from a day on (成果巩固)."""

    case_id: UUID
    type_title: str
    place: str
    unit: str
    closed_at: datetime
    recheck_on: date


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """An item of a strike-off register. ``basically_done`` is struck off, yet not done."""

    case_id: UUID
    type_code: str
    type_title: str
    description: str
    place: str
    unit: str
    state: CaseState
    basically_done: bool
    struck_off_at: datetime | None
    due_at: datetime | None

    @property
    def struck(self) -> Struck:
        """Where it stands."""
        if self.state is not CaseState.CLOSED:
            return Struck.OPEN
        return Struck.BASICALLY_DONE if self.basically_done else Struck.DONE


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a register has come."""

    main_type: str
    done: int
    basically_done: int
    open: int

    @property
    def total(self) -> int:
        """How many items there are."""
        return self.done + self.basically_done + self.open


_COUNTS = """
SELECT main_type,
       count(*) FILTER (WHERE state = 'closed' AND NOT basically_done),
       count(*) FILTER (WHERE state = 'closed' AND basically_done),
       count(*) FILTER (WHERE state <> 'closed')
FROM cases_case
WHERE state NOT IN ('rejected', 'withdrawn') AND {place} = %s
  AND (%s = '' OR main_type = %s)
GROUP BY main_type ORDER BY main_type
"""


def rechecks_due(
    actor: Actor, area_id: UUID, *, after: str | None = None, limit: int = 50
) -> Page[RecheckRow]:
    """Return a page of closed cases of a place whose day of re-checking has come.

    The earliest day first.
    """
    require(actor)
    held = Case.objects.filter(recheck_on__lte=clock.today(), state=CaseState.CLOSED)
    held = held.filter(**{_column(area_id): area_id})
    if after:
        day, mark = _day_mark(after)
        held = held.filter(Q(recheck_on__gt=day) | Q(recheck_on=day, id__gt=mark))
    found = list(held.order_by("recheck_on", "id")[: page_size(limit) + 1])
    units = _units(found)
    rows = tuple(
        RecheckRow(
            each.pk,
            each.type_title,
            each.place,
            _named(units, each.unit_id),
            each.closed_at,
            each.recheck_on,
        )
        for each in found
        if each.closed_at is not None and each.recheck_on is not None
    )
    return page_of(rows, page_size(limit), lambda row: f"{row.recheck_on}_{row.case_id}")


def register(
    actor: Actor,
    main_type: str,
    area_id: UUID,
    *,
    struck: Struck | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[RegisterRow]:
    """Return a page of the strike-off register of a main type at a place, oldest item first.

    Its main type is the source (an inspection), its types the aspects. What was withdrawn or
    not taken on is no item.
    """
    require(actor)
    held = Case.objects.filter(main_type=main_type, **{_column(area_id): area_id})
    held = _where_struck(held.exclude(state__in=_GONE), struck)
    if after:
        held = held.filter(id__gt=id_after(after))
    found = list(held.order_by("id")[: page_size(limit) + 1])
    units = _units(found)
    rows = tuple(_item(each, units) for each in found)
    return page_of(rows, page_size(limit), lambda row: row.case_id)


def standings(actor: Actor, area_id: UUID, main_type: str = "") -> tuple[Standing, ...]:
    """Return how far the registers of a place have come, by main type; or of one of them."""
    require(actor)
    text = _COUNTS.format(place=_column(area_id))
    with connection.cursor() as cursor:
        cursor.execute(text, [area_id, main_type, main_type])
        return tuple(Standing(*row) for row in cursor.fetchall())


def _column(area_id: UUID) -> str:
    """Return by which column the cases of a place are found: its own, by equality."""
    kind = directory.area(area_id).kind
    if kind is AreaKind.GRID:
        return "grid_id"
    # A zone above towns keeps matters of its own as a town does.
    return "village_id" if kind.is_village else "town_id"


def _where_struck(held: QuerySet[Case], struck: Struck | None) -> QuerySet[Case]:
    match struck:
        case Struck.OPEN:
            return held.exclude(state=CaseState.CLOSED)
        case Struck.DONE | Struck.BASICALLY_DONE:
            basically = struck is Struck.BASICALLY_DONE
            return held.filter(state=CaseState.CLOSED, basically_done=basically)
        case None:
            return held


def _day_mark(after: str) -> tuple[date, UUID]:
    day, _, mark = after.partition("_")
    try:
        return date.fromisoformat(day), UUID(mark)
    except ValueError as error:
        raise cursor_unusable() from error


def _units(found: list[Case]) -> Mapping[UUID, str]:
    ids = {each.unit_id for each in found if each.unit_id is not None}
    return directory.organization_names(ids)


def _named(units: Mapping[UUID, str], unit_id: UUID | None) -> str:
    return "" if unit_id is None else units.get(unit_id, "")


def _item(each: Any, units: Mapping[UUID, str]) -> RegisterRow:
    return RegisterRow(
        each.pk,
        each.type_code,
        each.type_title,
        each.description,
        each.place,
        _named(units, each.unit_id),
        CaseState(each.state),
        each.basically_done,
        each.closed_at,
        each.due_at,
    )


def numbers_of(case_id: UUID) -> Mapping[str, Decimal]:
    """Return the numbers the last closing of a case gave that gave any, by code."""
    held = (
        Check.objects.filter(case_id=case_id, kind=CheckKind.CLOSING)
        .exclude(numbers={})
        .order_by("-id")
        .values_list("numbers", flat=True)
        .first()
    )
    return {code: Decimal(number) for code, number in (held or {}).items()}
