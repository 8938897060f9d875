"""Areas, the rules in force there, and what is on notice: open to everybody."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import NoticeRow, RuleRow
from liuchi.surfaces.api.routes import PUBLIC, read
from liuchi.surfaces.api.shapes import Area, Notice, Rule
from liuchi.surfaces.components.methods import places_with_methods, rules_at

router = Router(tags=["places"])


@read(router, "/areas", access=PUBLIC, gives=list[Area])
def list_areas(
    request: HttpRequest,
    parent_id: Annotated[
        UUID | None, Query(description="Absent: the places where a method runs.")
    ] = None,
) -> tuple[AreaRow, ...]:
    """List the places where a working method is in force, or the areas below one."""
    if parent_id is None:
        return places_with_methods()
    return directory.children(directory.area(parent_id).id)


@read(router, "/areas/{area_id}", access=PUBLIC, gives=Area)
def get_area(request: HttpRequest, area_id: UUID) -> AreaRow:
    """Get one area."""
    return directory.area(area_id)


@read(router, "/areas/{area_id}/rules", access=PUBLIC, gives=list[Rule])
def list_rules(request: HttpRequest, area_id: UUID) -> tuple[RuleRow, ...]:
    """List how points are earned at an area today."""
    return rules_at(directory.area(area_id).id)


@read(router, "/areas/{area_id}/notices", access=PUBLIC, gives=list[Notice])
def list_notices(request: HttpRequest, area_id: UUID) -> tuple[NoticeRow, ...]:
    """List the awards on notice at an area: masked name, rule and points."""
    return points.notices(directory.area(area_id).id)
