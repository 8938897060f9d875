"""Grids: added with the next free number, outlined, voided with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import connection

from liuchi.engines.directory import queries
from liuchi.engines.directory.enums import AreaKind, CodeSystem, GridSetting, NameKind, Tree
from liuchi.engines.directory.facts import GRID_CHANGED, OUTLINE_DRAWN, GridData, OutlineData
from liuchi.engines.directory.models import (
    Area,
    AreaCode,
    AreaLink,
    AreaName,
    AreaOutline,
    Grid,
)
from liuchi.engines.directory.rules import grids as grid_rules
from liuchi.engines.directory.rules.outlines import Outline
from liuchi.engines.directory.scope import require_covers
from liuchi.engines.journal.actions import Entry, once, record_all
from liuchi.engines.journal.scope import acting_as, changed
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class GridGiven:
    """A grid as it is written and journalled."""

    id: UUID
    village_id: UUID
    name: str
    code: str
    setting: GridSetting


def void_grid(*, grid_id: UUID, reason: str, actor: Actor, key: str) -> None:
    """Void a grid from today on; its code is not given again and still leads here.

    A grid of today is voided from tomorrow: its first day it was there. Refused while a
    post is for it or anybody is registered there.
    """
    actor.may(grid_rules.WRITE).or_refuse()
    row = queries.area(grid_id)
    if AreaKind(row.kind) is not AreaKind.GRID:
        raise NotFound("area")
    require_covers(actor, row.scope_code, "area")
    with acting_as(actor):
        body = {"grid": str(grid_id), "reason": reason.strip()}
        if once(f"directory.void_grid:{actor.id}", key, body, grid_id) is not None:
            return
        held = Grid.objects.select_for_update().get(pk=grid_id)
        grid_rules.may_void(
            actor,
            row.scope_code,
            reason=reason,
            used=queries.used_by(grid_id),
            voided=held.void_reason is not None,
        ).or_refuse()
        Grid.objects.filter(pk=grid_id).update(void_reason=reason.strip(), voided_by=actor.id)
        _end(grid_id)
        given = GridGiven(
            grid_id,
            row.parent_id or grid_id,
            row.name,
            row.scope_code,
            GridSetting(held.setting),
        )
        record_all([_entry(given, "voided", -1)], actor=actor)


def next_sequence(village_code: str) -> int:
    """Return the first number after all a village ever gave. Inside a transaction."""
    given = Area.objects.filter(
        kind=AreaKind.GRID, scope_code__startswith=village_code
    ).values_list("scope_code", flat=True)
    held = [int(code[-grid_rules.SEQUENCE_DIGITS :]) for code in given]
    return max(held, default=0) + 1


def write_grids(grids: Sequence[GridGiven], actor: Actor) -> None:
    """Write new grids and journal each. Inside ``acting_as``; codes were checked."""
    if not grids:
        return
    today = clock.today()
    Area.objects.bulk_create(
        Area(id=each.id, kind=AreaKind.GRID, scope_code=each.code, valid_from=today)
        for each in grids
    )
    AreaName.objects.bulk_create(
        AreaName(area_id=each.id, name=each.name, kind=NameKind.OFFICIAL, valid_from=today)
        for each in grids
    )
    AreaCode.objects.bulk_create(
        AreaCode(area_id=each.id, system=CodeSystem.MANAGING, code=each.code, valid_from=today)
        for each in grids
    )
    AreaLink.objects.bulk_create(
        AreaLink(tree=Tree.MANAGING, parent_id=each.village_id, child_id=each.id, valid_from=today)
        for each in grids
    )
    Grid.objects.bulk_create(Grid(area_id=each.id, setting=each.setting) for each in grids)
    _places_changed()
    record_all([_entry(each, "added", 1) for each in grids], actor=actor)


def write_outlines(drawn: Iterable[tuple[UUID, Outline]], actor: Actor) -> dict[UUID, UUID | None]:
    """Give places outlines from today on. Inside ``acting_as``.

    Returns the ids of the new outlines, each with that of the one it stands for.
    """
    today, now = clock.today(), clock.now()
    wanted = dict(drawn)
    before = dict(
        AreaOutline.objects.filter(area_id__in=wanted, valid_to__isnull=True).values_list(
            "area_id", "id"
        )
    )
    AreaOutline.objects.filter(id__in=before.values()).update(valid_to=today)
    rows = [
        AreaOutline(
            area_id=area_id,
            outline=outline.geojson(),
            square_metres=outline.square_metres,
            valid_from=today,
            drawn_by=actor.id,
            drawn_at=now,
        )
        for area_id, outline in wanted.items()
    ]
    AreaOutline.objects.bulk_create(rows)
    changed("outlines")
    record_all(
        [_outline_entry(row.area_id, row.square_metres) for row in rows],
        actor=actor,
    )
    return {row.id: before.get(row.area_id) for row in rows}


def take_outline_back(outline_id: UUID, before: UUID | None, actor: Actor) -> bool:
    """Remove an outline and let the one before hold again; False where it has ended since."""
    held = AreaOutline.objects.filter(pk=outline_id, valid_to__isnull=True).first()
    if held is None:
        return False
    AreaOutline.objects.filter(pk=outline_id).delete()
    if before is not None:
        AreaOutline.objects.filter(pk=before).update(valid_to=None)
    changed("outlines")
    record_all([_outline_entry(held.area_id, None)], actor=actor)
    return True


def remove_grids(grid_ids: Sequence[UUID], actor: Actor) -> frozenset[UUID]:
    """Remove grids that nothing names and return those that are gone. Inside ``acting_as``."""
    rows = queries.areas(grid_ids)
    settings = dict(Grid.objects.filter(pk__in=grid_ids).values_list("area_id", "setting"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_remove_grids(%s)", [list(grid_ids)])
        gone = frozenset(row[0] for row in cursor.fetchall())
    _places_changed()
    changed("outlines")
    record_all(
        [
            _entry(
                GridGiven(
                    id_,
                    row.parent_id or id_,
                    row.name,
                    row.scope_code,
                    GridSetting(settings[id_]),
                ),
                "removed",
                -1,
            )
            for id_, row in rows.items()
            if id_ in gone
        ],
        actor=actor,
    )
    return gone


def _end(grid_id: UUID) -> None:
    """End what holds of a grid, after its first day at the earliest: intervals hold a day."""
    today = clock.today()

    def after(began: date) -> date:
        return max(today, began + timedelta(days=1))

    area = Area.objects.get(pk=grid_id)
    Area.objects.filter(pk=grid_id).update(valid_to=after(area.valid_from))
    for model in (
        AreaLink.objects.filter(child_id=grid_id),
        AreaCode.objects.filter(area_id=grid_id),
    ):
        for held in model.filter(valid_to__isnull=True):
            held.valid_to = after(held.valid_from)
            held.save(update_fields=["valid_to"])
    AreaOutline.objects.filter(area_id=grid_id, valid_to__isnull=True).update(valid_to=today)
    _places_changed()
    changed("outlines")


def _places_changed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_rebuild_closure()")
    changed("areas")


def _entry(grid: GridGiven, change: str, amount: int) -> Entry:
    return Entry(
        GRID_CHANGED.kind,
        subject_kind="area",
        subject_id=grid.id,
        area_id=grid.village_id,
        amount=amount,
        data=GridData(
            grid=grid.id,
            area=grid.village_id,
            setting=str(grid.setting),
            change=change,
            code=grid.code,
        ),
    )


def _outline_entry(area_id: UUID, square_metres: int | None) -> Entry:
    return Entry(
        OUTLINE_DRAWN.kind,
        subject_kind="area",
        subject_id=area_id,
        area_id=area_id,
        data=OutlineData(area=area_id, square_metres=square_metres),
    )
