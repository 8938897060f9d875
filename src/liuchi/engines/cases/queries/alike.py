"""Open cases that may be the matter somebody is about to report, for anybody to see.

Nothing of another's report is told but what kind of matter it is, in which grid, how long
ago and how far it has come. What is sensitive, or about an office, is never among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection
from pydantic import TypeAdapter

from liuchi.engines.cases.enums import CaseState
from liuchi.engines.cases.queries.books import spec_as_applied
from liuchi.engines.cases.rules import CaseNow
from liuchi.engines.cases.rules.alike import Given, likeness
from liuchi.engines.cases.scope import INTAKE, see
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor

LOOKED_AT = 200
SHOWN_MAX = 3
_OPEN = [str(state) for state in CaseState if state.is_open]
_NOW = TypeAdapter(CaseNow)


@dataclass(frozen=True, slots=True)
class AlikeRow:
    """A case that may be the same. ``metres`` is None where one of the two has no point."""

    id: UUID
    type_title: str
    area_name: str
    reported_at: datetime
    state: CaseState
    metres: int | None
    reports: int


def alike(
    area_id: UUID,
    *,
    type_code: str = "",
    text: str = "",
    longitude: Decimal | None = None,
    latitude: Decimal | None = None,
) -> tuple[AlikeRow, ...]:
    """Return at most three open cases of a village that are likely the same, likeliest first.

    ``area_id`` is the village or one of its grids. One statement, over the newest 200.
    """
    place = directory.area(area_id)
    grid_id = place.id if place.kind is AreaKind.GRID else None
    village_id = place.parent_id if grid_id is not None else place.id
    given = Given(
        grid_id=grid_id,
        type_code=type_code,
        text=text,
        longitude=longitude,
        latitude=latitude,
        at=clock.now(),
    )
    with acting_as(INTAKE):
        return _likely(given, village_id)


def alike_to(actor: Actor, case: CaseNow) -> tuple[AlikeRow, ...]:
    """Return other open cases in sight that may be the same as one, for merging the two."""
    see(actor)
    given = Given(
        grid_id=case.grid_id,
        type_code=case.type_code,
        text=case.description,
        longitude=case.longitude,
        latitude=case.latitude,
        at=case.reported_at,
    )
    return _likely(given, case.village_id, but=case.id)


def _likely(given: Given, village_id: UUID | None, but: UUID | None = None) -> tuple[AlikeRow, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_jsonb(held) FROM cases_case AS held WHERE village_id = %s "
            "AND state = ANY (%s) AND NOT sensitive ORDER BY id DESC LIMIT %s",
            [village_id, _OPEN, LOOKED_AT],
        )
        cases = [_NOW.validate_json(row[0]) for row in cursor.fetchall()]
    found = []
    for case in cases:
        book = spec_as_applied(case.playbook_version)
        spec = None if case.id == but else book.type(case.type_code)
        like = None if spec is None else likeness(given, case, spec.duplicates, book.unsorted)
        if like is not None:
            found.append((like, case))
    found.sort(key=lambda each: (-each[0].score, each[1].id))
    return tuple(
        AlikeRow(
            id=case.id,
            type_title=case.type_title,
            area_name=directory.area(case.area_id).name,
            reported_at=case.reported_at,
            state=case.state,
            metres=like.metres,
            reports=case.reports,
        )
        for like, case in found[:SHOWN_MAX]
    )
