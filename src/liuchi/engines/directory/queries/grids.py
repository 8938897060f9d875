"""Grids and outlines: lists, which grid a point lies in, and what is wrong with the borders.

Where a place lies is no secret: only the list of grids at the desk asks who wants it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import shapely
from django.db import connection
from shapely.geometry.base import BaseGeometry

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory.enums import AreaKind, GridSetting
from liuchi.engines.directory.models import AreaOutline, Grid, Person, Post
from liuchi.engines.directory.queries.areas import AreaRow, area, areas, children
from liuchi.engines.directory.queries.people import Page, bounded
from liuchi.engines.directory.queries.posts import posts_at
from liuchi.engines.directory.rules import grids as rules
from liuchi.engines.directory.rules import outlines
from liuchi.engines.directory.scope import require_covers, require_read
from liuchi.engines.journal.scope import Kept, require
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.sentences import Sentence

FINDINGS_MAX = 200

_SELECT = """
SELECT area.id, name.name, area.scope_code, village.area_id, village.name, grid.setting,
       outline.square_metres, area.valid_from,
       CASE WHEN grid.void_reason IS NULL THEN NULL ELSE area.valid_to END,
       coalesce(grid.void_reason, '')
FROM directory_grid AS grid
JOIN directory_area AS area ON area.id = grid.area_id
JOIN directory_area_name AS name
  ON name.area_id = area.id AND name.kind = 'official' AND name.valid_to IS NULL
JOIN LATERAL (SELECT parent_id FROM directory_area_link
              WHERE child_id = area.id AND tree = 'managing'
              ORDER BY valid_from DESC LIMIT 1) AS link ON true
JOIN directory_area_name AS village
  ON village.area_id = link.parent_id AND village.kind = 'official' AND village.valid_to IS NULL
LEFT JOIN directory_area_outline AS outline
  ON outline.area_id = area.id AND outline.valid_from <= %(today)s
 AND coalesce(outline.valid_to, 'infinity') > %(today)s
"""


@dataclass(frozen=True, slots=True)
class GridRow:
    """A grid as lists show one. ``square_metres`` is None where no outline is known.

    ``workers`` are the people who hold a post for exactly this grid today.
    """

    id: UUID
    name: str
    code: str
    village_id: UUID
    village_name: str
    setting: GridSetting
    square_metres: int | None
    since: date
    voided_on: date | None
    void_reason: str
    workers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """Where a place lies today: a GeoJSON geometry, longitude first."""

    area_id: UUID
    name: str
    code: str
    is_grid: bool
    outline: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlaceAt:
    """What lies at a point; ``grid`` is None where the village has none there."""

    village: AreaRow
    grid: AreaRow | None


@dataclass(frozen=True, slots=True)
class _Held:
    """An outline in memory, with the days it holds."""

    area_id: UUID
    geometry: BaseGeometry
    valid_from: date
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class _Map:
    """All outlines, in a tree that finds those around a point."""

    def __init__(self) -> None:
        self.held = tuple(
            _Held(area_id, outlines.held_outline(outline), valid_from, valid_to)
            for area_id, outline, valid_from, valid_to in AreaOutline.objects.order_by(
                "area_id", "valid_from"
            ).values_list("area_id", "outline", "valid_from", "valid_to")
        )
        self.tree = shapely.STRtree([each.geometry for each in self.held])

    def today(self) -> dict[UUID, BaseGeometry]:
        day = clock.today()
        return {each.area_id: each.geometry for each in self.held if each.holds_on(day)}

    def at(self, longitude: float, latitude: float) -> set[UUID]:
        day = clock.today()
        found = self.tree.query(shapely.Point(longitude, latitude), predicate="intersects")
        return {self.held[n].area_id for n in found if self.held[n].holds_on(day)}


_MAP = Kept("outlines", _Map)


def held_today() -> dict[UUID, BaseGeometry]:
    """Return the outlines that hold today, by area. For this engine."""
    return _MAP.get().today()


def grid_page(
    actor: Actor, *, village_id: UUID | None = None, after: str | None = None, limit: int = 50
) -> Page[GridRow]:
    """Return the grids of the actor's area by code, voided ones among them."""
    require_read(actor, rules.WRITE)
    require(actor)
    most = bounded(limit)
    low = actor.scope_code
    if village_id is not None:
        village = area(village_id)
        require_covers(actor, village.scope_code, "area")
        low = village.scope_code
    rows = _rows(
        'WHERE area.scope_code COLLATE "C" >= %(low)s AND area.scope_code COLLATE "C" < %(high)s '
        'AND area.scope_code COLLATE "C" > %(after)s '
        'ORDER BY area.scope_code COLLATE "C" LIMIT %(most)s',
        {"low": low, "high": f"{low}~", "after": after or "", "most": most + 1},
    )
    return Page(_with_workers(rows[:most]), rows[most - 1].code if len(rows) > most else None)


def grid(actor: Actor, area_id: UUID) -> GridRow:
    """Return one grid of the actor's area; NotFound otherwise."""
    require_read(actor, rules.WRITE)
    rows = _rows("WHERE area.id = %(area)s", {"area": area_id})
    if not rows:
        raise NotFound("area")
    require_covers(actor, rows[0].code, "area")
    return _with_workers(rows)[0]


def grids_of(village_id: UUID) -> tuple[AreaRow, ...]:
    """Return a village's grids that may be chosen, by code; voided ones are no choice."""
    rows = [row for row in children(village_id) if AreaKind(row.kind) is AreaKind.GRID]
    voided = set(
        Grid.objects.filter(pk__in=[row.id for row in rows], void_reason__isnull=False).values_list(
            "area_id", flat=True
        )
    )
    return tuple(row for row in rows if row.id not in voided)


def used_by(area_id: UUID) -> rules.InUse:
    """Return what still names a grid today. Inside ``acting_as``."""
    return rules.InUse(
        posts=Post.objects.filter(area_id=area_id, valid_to__isnull=True).count(),
        people=Person.objects.filter(
            grid_id=area_id, left_on__isnull=True, deceased_on__isnull=True
        ).count(),
    )


def place_at(longitude: float, latitude: float) -> PlaceAt | None:
    """Return the village and grid a point lies in, None where no outline is known to hold it.

    Degrees in CGCS2000 (WGS 84). On a border the lower code has it. Costs no statement
    inside ``acting_as`` and ``one_moment``.
    """
    found = list(areas(_MAP.get().at(longitude, latitude)).values())
    grids = [row for row in found if AreaKind(row.kind) is AreaKind.GRID and row.parent_id]
    if grids and grids[0].parent_id is not None:
        return PlaceAt(area(grids[0].parent_id), grids[0])
    village = next((row for row in found if AreaKind(row.kind).is_village), None)
    return None if village is None else PlaceAt(village, None)


def outlines_of(village_ids: Iterable[UUID]) -> tuple[OutlineRow, ...]:
    """Return what a map of some villages draws: their own outlines, then those of their grids."""
    wanted = set(village_ids)
    held = _MAP.get().today()
    rows = [
        row
        for row in areas(held).values()
        if row.id in wanted or (row.parent_id in wanted and AreaKind(row.kind) is AreaKind.GRID)
    ]
    shown = [
        OutlineRow(
            row.id,
            row.name,
            row.scope_code,
            AreaKind(row.kind) is AreaKind.GRID,
            outlines.Outline(held[row.id]).geojson(),
        )
        for row in rows
    ]
    return tuple(sorted(shown, key=lambda row: (row.is_grid, row.code)))


def outline_findings(village_id: UUID) -> tuple[Sentence, ...]:
    """Return what is wrong with the borders of a village's grids, in clear sentences."""
    village, grids = area(village_id), grids_of(village_id)
    held = _MAP.get().today()
    drawn = {row: held[row.id] for row in grids if row.id in held}
    found = [
        Sentence("{grid}还没有边界。", "{grid} has no outline.", {"grid": row.name})
        for row in grids
        if row not in drawn
    ]
    pairs = list(drawn.items())
    for place, (row, shape) in enumerate(pairs):
        for other, its in pairs[place + 1 :]:
            if metres := outlines.overlaps(shape, its):
                found.append(overlap(row.name, other.name, metres))
    around = held.get(village.id)
    if around is None:
        return tuple(found[:FINDINGS_MAX])
    for row, shape in pairs:
        if metres := outlines.beyond(shape, around):
            found.append(outside(row.name, village.name, metres))
    if metres := outlines.uncovered(around, list(drawn.values())):
        found.append(
            Sentence(
                "{village}有 {metres} 平方米不在任何网格里。",
                "{metres} m² of {village} are in no grid.",
                {"village": village.name, "metres": metres},
            )
        )
    return tuple(found[:FINDINGS_MAX])


def overlap(one: str, other: str, metres: int) -> Sentence:
    """Return the sentence about two grids that overlap."""
    return Sentence(
        "{one}与{other}重叠 {metres} 平方米。",
        "{one} and {other} overlap by {metres} m².",
        {"one": one, "other": other, "metres": metres},
    )


def outside(grid_name: str, village: str, metres: int) -> Sentence:
    """Return the sentence about a grid that reaches out of its village."""
    return Sentence(
        "{grid}有 {metres} 平方米在{village}以外。",
        "{metres} m² of {grid} lie outside {village}.",
        {"grid": grid_name, "village": village, "metres": metres},
    )


def _with_workers(rows: tuple[GridRow, ...]) -> tuple[GridRow, ...]:
    posts = posts_at(row.id for row in rows)
    names = accounts.names_of({post.user_id for post in posts})
    held: dict[UUID, list[str]] = {}
    for post in posts:
        held.setdefault(post.area_id, []).append(names[post.user_id])
    return tuple(_dressed(row, held.get(row.id, [])) for row in rows)


def _dressed(row: GridRow, workers: list[str]) -> GridRow:
    return GridRow(
        row.id, row.name, row.code, row.village_id, row.village_name, row.setting,
        row.square_metres, row.since, row.voided_on, row.void_reason,
        tuple(dict.fromkeys(workers)),
    )  # fmt: skip


def _rows(where: str, values: dict[str, Any]) -> tuple[GridRow, ...]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_SELECT} {where}", {"today": clock.today(), **values})
        found: list[Any] = cursor.fetchall()
    return tuple(
        GridRow(id_, name, code, village_id, village, GridSetting(setting), *rest)
        for id_, name, code, village_id, village, setting, *rest in found
    )
