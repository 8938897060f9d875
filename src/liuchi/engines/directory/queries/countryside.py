"""Which places lie in the countryside, and where their middle is.

In a town a hundred metres hold many doors; among fields they may hold one house alone. Who
shows a place to everybody asks here, and shows the middle instead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from uuid import UUID

from django.db import connection

from liuchi.engines.directory.enums import AreaKind, GridSetting, Tree
from liuchi.engines.directory.queries.areas import areas
from liuchi.engines.directory.queries.grids import held_today
from liuchi.engines.directory.rules.outlines import Outline

Point = tuple[Decimal, Decimal]

_RURAL = """
SELECT grid.area_id, link.parent_id
FROM directory_grid AS grid
JOIN directory_area_link AS link ON link.child_id = grid.area_id AND link.tree = %(tree)s
WHERE grid.setting = %(rural)s
  AND (grid.area_id = ANY(%(ids)s) OR link.parent_id = ANY(%(ids)s))
"""


def country_centres(area_ids: Collection[UUID]) -> Mapping[UUID, Point | None]:
    """Return those of some places that lie in the countryside, each with its middle.

    A rural grid does, a village (村), and a community that has a rural grid. The middle
    (longitude, latitude in degrees) is that of the outline that holds today, of a grid without
    one that of its village; None where nobody has drawn either. One statement.
    """
    ids = set(area_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            _RURAL,
            {"tree": str(Tree.MANAGING), "rural": str(GridSetting.RURAL), "ids": list(ids)},
        )
        rural = {each for row in cursor.fetchall() for each in row} & ids
    held, rows = held_today(), areas(ids)
    rural |= {row.id for row in rows.values() if AreaKind(row.kind) is AreaKind.VILLAGE}
    found: dict[UUID, Point | None] = {}
    for area_id in rural:
        parent = rows[area_id].parent_id
        geometry = held.get(area_id) or (held.get(parent) if parent is not None else None)
        if geometry is None:
            found[area_id] = None
            continue
        longitude, latitude = Outline(geometry).centre
        found[area_id] = (Decimal(str(longitude)), Decimal(str(latitude)))
    return found
