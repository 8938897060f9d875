"""Cases as everybody may see them: the public list, its map, and Open311.

The rule is ``rules.public``. Words and photos of a report are not even read here, nor is who
made it. Read as the installation's own actor, as nobody has to be signed in.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.cases.enums import CaseState, CaseVerb
from liuchi.engines.cases.queries.books import spec_as_applied
from liuchi.engines.cases.rules.public import Point, is_public, public_point
from liuchi.engines.cases.scope import INTAKE
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.errors import NotFound
from liuchi.kernel.ids import lowest_id_at
from liuchi.kernel.paging import cursor_unusable

PUBLIC_MAX = 1_000
SHOWN_STEPS = (
    "report",
    *(
        str(verb)
        for verb in (
            CaseVerb.VERIFY, CaseVerb.FILE, CaseVerb.REJECT, CaseVerb.DISPATCH, CaseVerb.ACCEPT,
            CaseVerb.RETURN, CaseVerb.FINISH, CaseVerb.CHECK, CaseVerb.CLOSE,
            CaseVerb.SEND_BACK, CaseVerb.SUSPEND, CaseVerb.RESUME, CaseVerb.WITHDRAW,
            CaseVerb.MERGE, CaseVerb.REOPEN,
        )
    ),
)  # fmt: skip
"""Steps everybody is told of: those that move a case."""

_COLUMNS = (
    "held.id, held.town_id, held.village_id, held.grid_id, held.playbook_version, "
    "held.type_code, held.type_title, held.main_type, held.state, held.sensitive, "
    "held.reported_at, held.since, held.unit_id, held.desk_id, held.longitude, held.latitude, "
    "held.reports, held.overdue, held.closed_at, held.merged_into_id, "
    "(SELECT whole.due_at FROM cases_clock AS whole WHERE whole.case_id = held.id "
    "AND whole.kind = 'total' AND whole.stopped_at IS NULL)"
)


@dataclass(frozen=True, slots=True)
class PublicRow:
    """A case as everybody may see it, at its public point.

    ``who`` has it: a unit, else the desk. ``due_at`` is when all of it should be done, None
    once it is or where no such limit runs.
    """

    id: UUID
    area_id: UUID
    area_name: str
    town_name: str
    playbook_version: UUID
    type_code: str
    type_title: str
    main_type: str
    state: CaseState
    reported_at: datetime
    since: datetime
    who: str
    longitude: Decimal | None
    latitude: Decimal | None
    reports: int
    overdue: bool
    closed_at: datetime | None
    merged_into: UUID | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublicStep:
    """A move of a case that everybody is told of: what and when, without a word of anybody's."""

    id: UUID
    case: PublicRow
    verb: str
    state: CaseState
    at: datetime
    unit_name: str


@dataclass(frozen=True, slots=True)
class PublicWanted:
    """Which public cases are asked for. ``place_id`` None: everywhere; states empty: all.

    ``begun`` and ``ended`` bound when they were reported, both included.
    """

    place_id: UUID | None = None
    states: tuple[CaseState, ...] = ()
    type_codes: tuple[str, ...] = ()
    begun: datetime | None = None
    ended: datetime | None = None


def public_cases(
    wanted: PublicWanted, *, after: str | None = None, skip: int = 0, limit: int = 50
) -> Page[PublicRow]:
    """Return one page of public cases, the newest first; ``after`` is the last page's cursor.

    Three statements, whatever is asked. A page may hold fewer than ``limit`` rows and still be
    followed by another: what a later type has made sensitive is left out of it.
    """
    size = max(1, min(limit, PUBLIC_MAX))
    where, values = _where(wanted)
    if after is not None:
        where.append("held.id < %s")
        values.append(_mark(after))
    with acting_as(INTAKE):
        found = _read(where, values, f"held.id DESC LIMIT {size + 1} OFFSET {max(0, skip)}")
        more = _cursor(found[size - 1][0]) if len(found) > size else None
        return Page(_rows(found[:size]), more)


def public_case(case_id: UUID) -> PublicRow:
    """Return one public case; NotFound for any other, as if there were none."""
    found = public_cases_by_id([case_id])
    if not found:
        raise NotFound("case")
    return found[0]


def public_cases_by_id(case_ids: Collection[UUID]) -> tuple[PublicRow, ...]:
    """Return those of some cases that are public, the newest first; the others are left out."""
    where, values = _where(PublicWanted())
    with acting_as(INTAKE):
        found = _read([*where, "held.id = ANY (%s)"], [*values, list(case_ids)], "held.id DESC")
        return _rows(found)


def case_of_report(report_id: UUID) -> UUID:
    """Return the case a report is about now; NotFound for an id of no report."""
    with acting_as(INTAKE), connection.cursor() as cursor:
        cursor.execute("SELECT case_id FROM cases_report WHERE id = %s", [report_id])
        found = cursor.fetchone()
    if found is None:
        raise NotFound("report")
    case_id: UUID = found[0]
    return case_id


def public_steps(
    begun: datetime,
    ended: datetime,
    *,
    place_id: UUID | None = None,
    skip: int = 0,
    limit: int = PUBLIC_MAX,
) -> tuple[PublicStep, ...]:
    """Return what public cases went through within a time, the oldest first."""
    where, values = _where(PublicWanted(place_id=place_id))
    where += ["step.id >= %s", "step.at BETWEEN %s AND %s", "step.verb = ANY (%s)"]
    # Another's report of the same matter is counted, not told one by one.
    where.append("(step.verb <> 'report' OR step.state_before = '')")
    values += [lowest_id_at(begun), begun, ended, list(SHOWN_STEPS)]
    with acting_as(INTAKE), connection.cursor() as cursor:
        cursor.execute(
            "SELECT step.id, held.id, step.verb, step.state_after, step.at, step.unit_id "  # noqa: S608
            "FROM cases_step AS step JOIN cases_case AS held ON held.id = step.case_id "
            f"WHERE {' AND '.join(where)} ORDER BY step.id "
            f"LIMIT {max(1, min(limit, PUBLIC_MAX))} OFFSET {max(0, skip)}",
            values,
        )
        found = cursor.fetchall()
        cases = {row.id: row for row in public_cases_by_id({each[1] for each in found})}
        units = directory.organization_names({each[5] for each in found if each[5]})
    return tuple(
        PublicStep(id_, cases[case_id], verb, CaseState(state), at, units.get(unit_id, ""))
        for id_, case_id, verb, state, at, unit_id in found
        if case_id in cases
    )


def _where(wanted: PublicWanted) -> tuple[list[str], list[Any]]:
    where, values = ["NOT held.sensitive", "held.about_id IS NULL"], []
    for condition, value in (
        *_place(wanted.place_id),
        # Ids sort by when they were made: the primary key serves a time without another index.
        ("held.id >= %s", None if wanted.begun is None else lowest_id_at(wanted.begun)),
        ("held.reported_at >= %s", wanted.begun),
        ("held.reported_at <= %s", wanted.ended),
        ("held.state = ANY (%s)", [str(state) for state in wanted.states] or None),
        ("held.type_code = ANY (%s)", list(wanted.type_codes) or None),
    ):
        if value is not None:
            where.append(condition)
            values.append(value)
    return where, values


def _place(place_id: UUID | None) -> Iterable[tuple[str, object]]:
    if place_id is None:
        return ()
    place = directory.area(place_id)
    if place.kind is AreaKind.GRID:
        return (("held.village_id = %s", place.parent_id), ("held.grid_id = %s", place.id))
    if place.kind.is_village:
        return (("held.village_id = %s", place.id),)
    if place.kind.is_town:
        return (("held.town_id = %s", place.id),)
    return (
        ('held.scope_code COLLATE "C" >= %s', place.scope_code),
        ('held.scope_code COLLATE "C" < %s', f"{place.scope_code}~"),
    )


def _read(where: Sequence[str], values: Sequence[Any], order: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM cases_case AS held "  # noqa: S608  parts of our own
            f"WHERE {' AND '.join(where)} ORDER BY {order}",
            list(values),
        )
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _rows(found: Sequence[tuple[Any, ...]]) -> tuple[PublicRow, ...]:
    units = directory.organization_names({each[12] for each in found if each[12]})
    centres = directory.country_centres({_narrowest(each) for each in found})
    return tuple(
        _row(each, units, centres)
        for each in found
        if is_public(spec_as_applied(each[4]), each[5], sensitive=each[9])
    )


def _narrowest(found: tuple[Any, ...]) -> UUID:
    """Return the grid of a case, else its village, else its town."""
    area_id: UUID = found[3] or found[2] or found[1]
    return area_id


def _row(
    found: tuple[Any, ...], units: dict[UUID, str], centres: Mapping[UUID, Point | None]
) -> PublicRow:
    id_, town_id, _village, _grid, version_id, type_code, type_title, main_type = found[:8]
    state, _sensitive, reported_at, since, unit_id, desk_id, longitude, latitude = found[8:16]
    reports, overdue, closed_at, merged_into, due_at = found[16:]
    area_id = _narrowest(found)
    point = None if longitude is None or latitude is None else (longitude, latitude)
    shown = public_point(point, centres.get(area_id), is_rural=area_id in centres)
    places = directory.areas({area_id, town_id, desk_id})
    return PublicRow(
        id=id_,
        area_id=area_id,
        area_name=places[area_id].name,
        town_name=places[town_id].name,
        playbook_version=version_id,
        type_code=type_code,
        type_title=type_title,
        main_type=main_type,
        state=CaseState(state),
        reported_at=reported_at,
        since=since,
        who=units.get(unit_id, "") or places[desk_id].name,
        longitude=None if shown is None else shown[0],
        latitude=None if shown is None else shown[1],
        reports=reports,
        overdue=overdue,
        closed_at=closed_at,
        merged_into=merged_into,
        due_at=due_at,
    )


def _cursor(case_id: UUID) -> str:
    return base64.urlsafe_b64encode(case_id.bytes).decode().rstrip("=")


def _mark(after: str) -> UUID:
    try:
        return UUID(bytes=base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except ValueError as error:
        raise cursor_unusable() from error
