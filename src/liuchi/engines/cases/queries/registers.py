"""What closed cases still ask for (re-checks, draws), and strike-off registers (销号台账)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.cases.enums import CaseState, CheckKind, DrawPurpose
from liuchi.engines.cases.models import Case, Check, Drawn
from liuchi.engines.cases.rules.sampling import Seed, why_drawn
from liuchi.engines.cases.scope import page_size
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import require
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.sentences import Sentence


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
class DrawnRow:
    """A case that was drawn and waits: what for, and how the draw can be made again."""

    id: UUID
    case_id: UUID
    type_title: str
    purpose: DrawPurpose
    day: date
    why: Sentence


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """An item of a strike-off register. ``basically_done`` is struck off, yet not done."""

    case_id: UUID
    type_code: str
    type_title: str
    description: str
    unit: str
    state: CaseState
    basically_done: bool
    struck_off_at: datetime | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Register:
    """A register's items, and how far it has come: every item is in exactly one of the three."""

    rows: tuple[RegisterRow, ...]
    done: int
    basically_done: int
    open: int

    @property
    def total(self) -> int:
        """How many items there are."""
        return self.done + self.basically_done + self.open


_COUNTS = """
SELECT count(*) FILTER (WHERE state = 'closed' AND NOT basically_done),
       count(*) FILTER (WHERE state = 'closed' AND basically_done),
       count(*) FILTER (WHERE state NOT IN ('closed', 'rejected', 'withdrawn'))
FROM cases_case WHERE main_type = %s AND (town_id = %s OR village_id = %s)
"""


def rechecks_due(actor: Actor, town_id: UUID, *, limit: int = 50) -> tuple[RecheckRow, ...]:
    """Return closed cases of a town whose day of re-checking has come, the earliest first."""
    require(actor)
    found = list(
        Case.objects.filter(
            town_id=town_id, recheck_on__lte=clock.today(), state=CaseState.CLOSED
        ).order_by("recheck_on", "id")[: page_size(limit)]
    )
    units = _units(found)
    return tuple(
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


def drawn_open(
    actor: Actor, town_id: UUID, purpose: DrawPurpose, *, limit: int = 50
) -> tuple[DrawnRow, ...]:
    """Return what was drawn in a town and waits, in the order it was drawn."""
    require(actor)
    found = (
        Drawn.objects.filter(town_id=town_id, purpose=purpose, done_at__isnull=True)
        .select_related("draw", "case")
        .order_by("id")[: page_size(limit)]
    )
    return tuple(
        DrawnRow(
            each.pk,
            each.case_id,
            each.case.type_title,
            DrawPurpose(each.purpose),
            each.draw.day,
            why_drawn(
                Seed(each.purpose, each.draw.day, each.draw.seal_head),
                each.draw.candidates,
                each.draw.many,
                each.draw.percent,
            ),
        )
        for each in found
    )


def register(actor: Actor, main_type: str, area_id: UUID, *, limit: int = 200) -> Register:
    """Return the strike-off register of a main type at a town or village, oldest item first.

    Its main type is the source (an inspection), its types the aspects. What was withdrawn or
    not taken on is no item.
    """
    require(actor)
    gone = (CaseState.REJECTED, CaseState.WITHDRAWN)
    held = Case.objects.filter(main_type=main_type).exclude(state__in=gone)
    # A zone above towns keeps matters of its own as a town does.
    place = "village_id" if directory.area(area_id).kind.is_village else "town_id"
    found = list(held.filter(**{place: area_id}).order_by("id")[: page_size(limit)])
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [main_type, area_id, area_id])
        done, basically, still = cursor.fetchone()
    units = _units(found)
    return Register(tuple(_item(each, units) for each in found), done, basically, still)


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
