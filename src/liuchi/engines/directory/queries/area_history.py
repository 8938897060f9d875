"""Every place with its codes and all that ever lay above it, for counting elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from liuchi.engines.directory.enums import Tree


@dataclass(frozen=True, slots=True)
class CodeHeld:
    """A code of a place in some system; ``until`` is the first day it no longer held."""

    system: str
    code: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class AreaHeld:
    """A place, its official name today, and the codes it has and had."""

    id: UUID
    kind: str
    name: str
    scope_code: str
    codes: tuple[CodeHeld, ...]


@dataclass(frozen=True, slots=True)
class Above:
    """That a place lay so far below another (0: itself) from a day until before another."""

    ancestor: UUID
    descendant: UUID
    depth: int
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class AreaHistory:
    """All places of an installation and its managing tree through time."""

    areas: tuple[AreaHeld, ...]
    closure: tuple[Above, ...]


def area_history() -> AreaHistory:
    """Return the places and their tree through time, by code."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT area_id, system, code, valid_from, valid_to FROM directory_area_code "
            "ORDER BY area_id, system, valid_from"
        )
        codes: dict[UUID, list[CodeHeld]] = {}
        for area_id, *told in cursor.fetchall():
            codes.setdefault(area_id, []).append(CodeHeld(*told))
        cursor.execute(
            "SELECT area.id, area.kind, name.name, area.scope_code FROM directory_area AS area "
            "JOIN directory_area_name AS name ON name.area_id = area.id "
            "AND name.kind = 'official' AND name.valid_to IS NULL ORDER BY area.scope_code"
        )
        areas = tuple(
            AreaHeld(row[0], row[1], row[2], row[3], tuple(codes.get(row[0], ())))
            for row in cursor.fetchall()
        )
        cursor.execute(
            "SELECT ancestor_id, descendant_id, depth, valid_from, valid_to "
            "FROM directory_area_closure WHERE tree = %s ORDER BY 1, 2, 4",
            [str(Tree.MANAGING)],
        )
        return AreaHistory(areas, tuple(Above(*row) for row in cursor.fetchall()))
