"""Who is at work for a place: asked by what has to tell somebody, before any scope."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.kernel import clock

_HOLDERS = """
SELECT DISTINCT up.descendant_id, post.user_id, up.depth
FROM directory_area_closure AS up
JOIN directory_post AS post ON post.area_id = up.ancestor_id
JOIN accounts_grant AS may ON may.role_id = post.role_id
JOIN accounts_user AS holder ON holder.id = post.user_id AND holder.is_active
WHERE up.tree = 'managing' AND up.descendant_id = ANY(%(areas)s)
  AND up.valid_from <= %(today)s AND %(today)s < coalesce(up.valid_to, 'infinity')
  AND post.valid_from <= %(today)s AND %(today)s < coalesce(post.valid_to, 'infinity')
  AND may.verb = %(verb)s AND may.reach = 'area' AND up.depth BETWEEN %(from)s AND %(to)s
ORDER BY up.depth, post.user_id
"""

_STAFF = """
SELECT DISTINCT post.organization_id, post.user_id
FROM directory_post AS post
JOIN accounts_grant AS may ON may.role_id = post.role_id
JOIN accounts_user AS holder ON holder.id = post.user_id AND holder.is_active
WHERE post.organization_id = ANY(%s) AND may.verb = %s
  AND post.valid_from <= %s AND %s < coalesce(post.valid_to, 'infinity')
ORDER BY post.organization_id, post.user_id
"""


class Level(Enum):
    """Whose posts are asked for, as levels above the place itself."""

    NEAREST = (0, 99)  # the place's own; where it has none, the town's, and so on upwards
    HERE = (0, 0)
    ABOVE = (1, 99)


def holders(
    area_ids: Collection[UUID], verb: str, level: Level = Level.NEAREST
) -> Mapping[UUID, tuple[UUID, ...]]:
    """Return by area the accounts whose post includes a verb there, the nearest of a level.

    So somebody is told, and nobody above is bothered with what is done below.
    """
    lowest, highest = level.value
    values: dict[str, Any] = {
        "areas": list(area_ids),
        "verb": verb,
        "today": clock.today(),
        "from": lowest,
        "to": highest,
    }
    nearest: dict[UUID, int] = {}
    found: dict[UUID, list[UUID]] = {area_id: [] for area_id in area_ids}
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, values)
        for area_id, user_id, depth in cursor.fetchall():
            if nearest.setdefault(area_id, depth) == depth:
                found[area_id].append(user_id)
    return {area_id: tuple(users) for area_id, users in found.items()}


def staff_of(organization_ids: Collection[UUID], verb: str) -> Mapping[UUID, tuple[UUID, ...]]:
    """Return by organisation the accounts that hold a post there which includes a verb."""
    found: dict[UUID, list[UUID]] = {each: [] for each in organization_ids}
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(_STAFF, [list(found), verb, today, today])
        for organization_id, user_id in cursor.fetchall():
            found[organization_id].append(user_id)
    return {each: tuple(users) for each, users in found.items()}
