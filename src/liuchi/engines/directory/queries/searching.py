"""Organisations by part of a name: they are public, and few enough to be read through."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.directory.models import Organization
from liuchi.engines.directory.queries.areas import area
from liuchi.engines.directory.queries.people import bounded
from liuchi.engines.journal.scope import planned_once, require
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

_SEARCH = """
SELECT held.id, held.name, held.kind, place.name, held.area_id
FROM directory_organization AS held
JOIN directory_area AS area ON area.id = held.area_id
JOIN directory_area_name AS place
  ON place.area_id = area.id AND place.kind = 'official' AND place.valid_to IS NULL
WHERE strpos(lower(held.name), lower(%s)) > 0
  AND held.valid_from <= %s AND coalesce(held.valid_to, 'infinity') > %s
  AND area.scope_code >= %s COLLATE "C" AND area.scope_code < %s COLLATE "C"
ORDER BY held.name, held.id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """A body of the actor's area."""

    id: UUID
    name: str
    kind: str
    area_name: str
    area_id: UUID


def organizations(actor: Actor, text: str, *, limit: int = 50) -> tuple[OrganizationRow, ...]:
    """Return organisations of the actor's area whose name contains a text, by name."""
    require(actor)
    words, today = text.strip(), clock.today()
    if not words:
        return ()
    values: list[Any] = [words, today, today, actor.scope_low, actor.scope_high, bounded(limit)]
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH, values)
        return tuple(OrganizationRow(*row) for row in cursor.fetchall())


def organizations_of(actor: Actor, *, limit: int = 500) -> tuple[OrganizationRow, ...]:
    """Return the organisations of the actor's area, by name, to choose one from."""
    require(actor)
    today = clock.today()
    query = _SEARCH.replace("strpos(lower(held.name), lower(%s)) > 0", "true")
    values: list[Any] = [today, today, actor.scope_low, actor.scope_high, bounded(limit)]
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return tuple(OrganizationRow(*row) for row in cursor.fetchall())


def organization(actor: Actor, organization_id: UUID) -> OrganizationRow:
    """Return a body of the actor's area; anything else reads as not found."""
    require(actor)
    found = Organization.objects.filter(pk=organization_id, valid_to__isnull=True).first()
    if found is None:
        raise NotFound("organization")
    place = area(found.area_id)
    if not actor.covers(place.scope_code):
        raise NotFound("organization")
    return OrganizationRow(found.id, found.name, found.kind, place.name, place.id)


def organization_names(organization_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of organisations by id. They are public."""
    with planned_once() as cursor:
        cursor.execute(
            "SELECT id, name FROM directory_organization WHERE id = ANY (%s::uuid[])",
            [list(organization_ids)],
        )
        return dict(cursor.fetchall())


_NAMED = """
SELECT DISTINCT ON (asked.area_id, asked.name) asked.area_id, asked.name, held.id
FROM unnest(%(areas)s::uuid[], %(names)s::text[]) AS asked (area_id, name)
JOIN directory_organization AS held ON held.name = asked.name
JOIN directory_area_closure AS up ON up.ancestor_id = held.area_id
WHERE up.tree = 'managing' AND up.descendant_id = asked.area_id
  AND up.valid_from <= %(today)s AND %(today)s < coalesce(up.valid_to, 'infinity')
  AND held.valid_from <= %(today)s AND %(today)s < coalesce(held.valid_to, 'infinity')
ORDER BY asked.area_id, asked.name, up.depth, held.id
"""
_SERVING = """
SELECT DISTINCT held.id, held.name, held.kind, place.name, held.area_id
FROM directory_organization AS held
JOIN directory_area_closure AS up ON up.ancestor_id = held.area_id
JOIN directory_area_name AS place
  ON place.area_id = held.area_id AND place.kind = 'official' AND place.valid_to IS NULL
WHERE up.tree = 'managing' AND up.descendant_id = ANY(%(areas)s)
  AND up.valid_from <= %(today)s AND %(today)s < coalesce(up.valid_to, 'infinity')
  AND held.valid_from <= %(today)s AND %(today)s < coalesce(held.valid_to, 'infinity')
  AND EXISTS (SELECT FROM directory_post AS post JOIN accounts_grant AS may
              ON may.role_id = post.role_id
              WHERE post.organization_id = held.id AND may.verb = %(verb)s
                AND post.valid_from <= %(today)s
                AND %(today)s < coalesce(post.valid_to, 'infinity'))
ORDER BY held.name, held.id
"""


def organization_for(area_id: UUID, name: str) -> UUID | None:
    """Return the organisation of a name that serves a place: its own, else the nearest above."""
    return organizations_for({(area_id, name)}).get((area_id, name))


def organizations_for(asked: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], UUID]:
    """Return :func:`organization_for` of several places and names, in one statement."""
    if not asked:
        return {}
    areas, names = zip(*asked, strict=True)
    given: dict[str, Any] = {"areas": list(areas), "names": list(names), "today": clock.today()}
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, given)
        return {(area_id, name): found for area_id, name, found in cursor.fetchall()}


def organizations_serving(area_ids: Collection[UUID], verb: str) -> tuple[OrganizationRow, ...]:
    """Return the organisations of places and of those above where a post includes a verb."""
    with connection.cursor() as cursor:
        cursor.execute(_SERVING, {"areas": list(area_ids), "verb": verb, "today": clock.today()})
        return tuple(OrganizationRow(*row) for row in cursor.fetchall())
