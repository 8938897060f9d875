"""Open cases of a place at a glance: by unit, by the places below, and as points on a map.

Counted over the cases that run, which an index of their own holds: what was closed long ago
costs nothing. Units and places, never people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection

from liuchi.engines.cases.scope import see
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

POINTS_MAX = 300
_LATE = "(held.overdue OR held.due_at < %s)"


@dataclass(frozen=True, slots=True)
class OpenRow:
    """How many open cases a unit or a place has, and how many of them are overdue."""

    id: UUID | None
    name: str
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """Where an open case lies."""

    case_id: UUID
    title: str
    longitude: Decimal
    latitude: Decimal
    overdue: bool
    due_at: datetime


@dataclass(frozen=True, slots=True)
class OpenCases:
    """The open cases of a place. ``by_place`` ends with what names none of the places below."""

    by_unit: tuple[OpenRow, ...]
    by_place: tuple[OpenRow, ...]
    points: tuple[OpenPoint, ...]

    @property
    def open(self) -> int:
        """How many there are."""
        return sum(each.open for each in self.by_place)

    @property
    def overdue(self) -> int:
        """How many of them are overdue."""
        return sum(each.overdue for each in self.by_place)


def open_cases(actor: Actor, area: AreaRow) -> OpenCases:
    """Return the open cases of a place within the actor's own; five statements at most."""
    actor.may("cases.case.read").or_refuse()
    if not actor.covers(area.scope_code):
        raise NotFound("area")
    see(actor)
    column, ids, below = _bounds(area)
    units = _grouped(column, ids, "unit_id")
    names = directory.organization_names({unit for unit, _, _ in units if unit is not None})
    places = _grouped(column, ids, below)
    areas = directory.areas({place for place, _, _ in places if place is not None})
    by_place = [
        OpenRow(place, areas[place].name if place in areas else "", count, overdue)
        for place, count, overdue in places
    ]
    return OpenCases(
        tuple(OpenRow(unit, names.get(unit, "") if unit else "", n, m) for unit, n, m in units),
        tuple(sorted(by_place, key=lambda row: row.id is None)),
        _points(column, ids),
    )


def _bounds(area: AreaRow) -> tuple[str, list[UUID], str]:
    """Return by which column and places the cases of an area are found, and what divides them."""
    if area.kind.is_village:
        return "village_id", [area.id], "grid_id"
    if area.kind.is_town:
        return "town_id", [area.id], "village_id"
    if area.kind == "grid":
        return "grid_id", [area.id], "grid_id"
    rows = directory.areas(directory.places_down_to_villages([area.id])).values()
    return "town_id", [row.id for row in rows if row.kind.is_town], "town_id"


def _grouped(column: str, ids: Sequence[UUID], by: str) -> list[tuple[UUID | None, int, int]]:
    # The names of columns are our own; every value is a parameter.
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT held.{by}, count(*), count(*) FILTER (WHERE {_LATE}) "  # noqa: S608
            f"FROM cases_case AS held WHERE held.{column} = ANY (%s) AND held.clock <> '' "
            f"GROUP BY held.{by} ORDER BY 3 DESC, 2 DESC, 1",
            [clock.now(), list(ids)],
        )
        return [(held, count, late) for held, count, late in cursor.fetchall()]


def _points(column: str, ids: Sequence[UUID]) -> tuple[OpenPoint, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT held.id, held.type_title, held.longitude, held.latitude, "  # noqa: S608
            f"{_LATE}, held.due_at FROM cases_case AS held "
            f"WHERE held.{column} = ANY (%s) AND held.clock <> '' "
            f"AND held.longitude IS NOT NULL ORDER BY held.due_at, held.id LIMIT {POINTS_MAX}",
            [clock.now(), list(ids)],
        )
        return tuple(OpenPoint(*row) for row in cursor.fetchall())
