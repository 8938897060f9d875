"""Areas, by id, code or any name; their children and everything below them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.directory.enums import AreaKind, Tree
from liuchi.engines.journal.scope import Kept
from liuchi.kernel import clock
from liuchi.kernel.errors import Invalid, NotFound
from liuchi.kernel.sentences import Sentence

# The code people know: the statistical one where there is one today, else the managing one.
_SELECT = """
SELECT area.id, name.name, area.kind, coalesce(code.code, area.scope_code), area.scope_code,
       link.parent_id, area.provisional
FROM directory_area AS area
JOIN directory_area_name AS name
  ON name.area_id = area.id AND name.kind = 'official' AND name.valid_to IS NULL
LEFT JOIN directory_area_code AS code
  ON code.area_id = area.id AND code.system = 'statistical' AND code.valid_to IS NULL
LEFT JOIN directory_area_link AS link
  ON link.child_id = area.id AND link.tree = 'managing' AND link.valid_to IS NULL
"""


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A place today. ``parent_id`` is its parent in the managing tree."""

    id: UUID
    name: str
    kind: AreaKind
    code: str
    scope_code: str
    parent_id: UUID | None
    provisional: bool


def area(area_id: UUID) -> AreaRow:
    """Return an area or raise NotFound."""
    found = _PLACES.get().get(area_id)
    if found is None:
        raise NotFound("area")
    return found


def areas(area_ids: Iterable[UUID]) -> dict[UUID, AreaRow]:
    """Return areas by id, by code; unknown ids are left out."""
    held = _PLACES.get()
    found = (held[area_id] for area_id in set(area_ids) if area_id in held)
    return {row.id: row for row in sorted(found, key=lambda row: row.scope_code)}


def area_by_code(code: str) -> AreaRow:
    """Return the area that has a code in any system, or had it last; NotFound otherwise.

    Former codes still lead to their place, so that a printed QR code survives a
    reorganisation. A code that is in force wins over one that was.
    """
    return _one(
        "WHERE area.id = (SELECT area_id FROM directory_area_code WHERE code = %s "
        'COLLATE "C" ORDER BY valid_to DESC NULLS FIRST, system LIMIT 1)',
        [code],
    )


def area_by_slug(slug: str) -> AreaRow:
    """Return the area behind an address such as ``/v/340871001003/``."""
    return area_by_code(slug)


def area_named(name: str) -> AreaRow:
    """Return the area of a name or alias; Invalid("area_ambiguous") where several have it."""
    rows = _many(
        "WHERE area.valid_to IS NULL AND area.id IN (SELECT area_id FROM directory_area_name "
        "WHERE name = %s AND valid_to IS NULL)",
        [name.strip()],
    )
    if not rows:
        raise NotFound("area")
    if len(rows) > 1:
        sentence = Sentence(
            "有 {count} 个地方叫“{name}”，请改用代码。",
            "{count} places are called {name}. Use the code instead.",
            {"count": len(rows), "name": name.strip()},
        )
        raise Invalid("area_ambiguous", sentence)
    return rows[0]


def children(
    area_id: UUID, *, tree: str = Tree.MANAGING, on: date | None = None
) -> tuple[AreaRow, ...]:
    """Return the areas directly below one, by code, on a day (default today)."""
    day = on or clock.today()
    return _many(
        "WHERE area.id IN (SELECT child_id FROM directory_area_link WHERE tree = %s "
        "AND parent_id = %s AND valid_from <= %s AND coalesce(valid_to, 'infinity') > %s)",
        [str(tree), area_id, day, day],
    )


def subtree_ids(
    area_id: UUID, *, tree: str = Tree.MANAGING, on: date | None = None
) -> tuple[UUID, ...]:
    """Return an area and everything below it on a day (default today), nearest first."""
    day = on or clock.today()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT descendant_id FROM directory_area_closure WHERE tree = %s "
            "AND ancestor_id = %s AND valid_from <= %s "
            "AND coalesce(valid_to, 'infinity') > %s ORDER BY depth, descendant_id",
            [str(tree), area_id, day, day],
        )
        return tuple(row[0] for row in cursor.fetchall())


def subtrees(
    area_ids: Iterable[UUID], *, tree: str = Tree.MANAGING, on: date | None = None
) -> dict[UUID, UUID]:
    """Return, for every area at or below one of several, which of them it lies under.

    One statement, however many are asked for. Where they contain each other, an area
    lies under the nearest.
    """
    day = on or clock.today()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (descendant_id) descendant_id, ancestor_id "
            "FROM directory_area_closure WHERE tree = %s AND ancestor_id = ANY(%s) "
            "AND valid_from <= %s AND coalesce(valid_to, 'infinity') > %s "
            "ORDER BY descendant_id, depth",
            [str(tree), list(area_ids), day, day],
        )
        return dict(cursor.fetchall())


def tree(on: date) -> tuple[tuple[UUID, UUID], ...]:
    """Return every area with each above it and with itself, as they lay on a day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT descendant_id, ancestor_id FROM directory_area_closure WHERE tree = %s "
            "AND valid_from <= %s AND coalesce(valid_to, 'infinity') > %s ORDER BY 1, 2",
            [str(Tree.MANAGING), on, on],
        )
        return tuple(dict.fromkeys(cursor.fetchall()))


def places_down_to_villages(area_ids: Iterable[UUID]) -> tuple[UUID, ...]:
    """Return the areas named and all below them that are no grids, each once, by code.

    Where a method is in force in a city it is in force in its towns and villages.
    """
    rows = areas(subtrees(area_ids))
    kept = [row for row in rows.values() if AreaKind(row.kind) is not AreaKind.GRID]
    return tuple(row.id for row in sorted(kept, key=lambda row: row.scope_code))


def places() -> tuple[AreaRow, ...]:
    """Return the villages and communities people live in, for choosing one's own.

    Places nobody is registered in are left out: a list of a whole city helps nobody.
    """
    return _many("WHERE area.id IN (SELECT village_id FROM directory_inhabited())", [])


def town_of(area_id: UUID, *, on: date | None = None) -> AreaRow | None:
    """Return the town or office above an area (or the area itself), None above towns."""
    day = on or clock.today()
    rows = _many(
        "WHERE area.kind IN ('town', 'office') AND area.id IN (SELECT ancestor_id "
        "FROM directory_area_closure WHERE tree = 'managing' AND descendant_id = %s "
        "AND valid_from <= %s AND coalesce(valid_to, 'infinity') > %s)",
        [area_id, day, day],
    )
    return rows[0] if rows else None


def _one(where: str, values: list[Any]) -> AreaRow:
    rows = _many(where, values)
    if not rows:
        raise NotFound("area")
    return rows[0]


def _many(where: str, values: list[Any]) -> tuple[AreaRow, ...]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_SELECT} {where} ORDER BY area.scope_code", values)
        return tuple(
            AreaRow(id_, name, AreaKind(kind), code, scope, parent, provisional)
            for id_, name, kind, code, scope, parent, provisional in cursor.fetchall()
        )


# Every place there is: some thousand in a city, changed by a reorganisation alone.
_PLACES = Kept("areas", lambda: {row.id: row for row in _many("", [])})
