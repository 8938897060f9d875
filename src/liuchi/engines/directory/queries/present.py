"""Who lives at a place now: for what is done for many people at once. Ids and years, no names."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from liuchi.engines.directory.queries.areas import area
from liuchi.engines.journal.scope import require
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

_HERE = "left_on IS NULL AND deceased_on IS NULL AND erased_at IS NULL AND merged_into_id IS NULL"


def present(actor: Actor, person_ids: Collection[UUID]) -> dict[UUID, int | None]:
    """Return the years of birth of those who live here still; the others are left out."""
    require(actor)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, extract(year FROM birth_date)::integer FROM directory_person "  # noqa: S608
            f"WHERE id = ANY (%s) AND {_HERE}",
            [list(person_ids)],
        )
        return dict(cursor.fetchall())


def people_living_in(
    actor: Actor,
    area_id: UUID,
    *,
    age_from: int | None = None,
    age_to: int | None = None,
    one_per_household: bool = False,
) -> tuple[UUID, ...]:
    """Return whoever lives at a place of the actor's area: everybody, or within an age.

    Of a household, the one who has agreed to take part, the eldest of several. Ages are those
    of today, in full years; without a day of birth nobody is within an age. NotFound for a
    place that is not the actor's.
    """
    actor.may("directory.person.read").or_refuse()
    require(actor)
    place = area(area_id)
    if not actor.covers(place.scope_code):
        raise NotFound("area")
    one = "DISTINCT ON (member.household_id)" if one_per_household else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {one} person.id FROM directory_person AS person "  # noqa: S608
            "LEFT JOIN directory_membership AS member ON member.person_id = person.id "
            "AND member.valid_to IS NULL "
            f"WHERE starts_with(person.scope_code, %(scope)s) AND {_HERE} "
            "AND (%(from)s::integer IS NULL OR "
            "extract(year FROM age(%(today)s::date, birth_date)) >= %(from)s) "
            "AND (%(to)s::integer IS NULL OR "
            "extract(year FROM age(%(today)s::date, birth_date)) <= %(to)s) "
            + (
                "AND member.household_id IS NOT NULL ORDER BY member.household_id, NOT EXISTS ("
                "SELECT FROM directory_consent AS consent WHERE consent.person_id = person.id "
                "AND consent.for_points AND consent.withdrawn_at IS NULL), "
                "birth_date NULLS LAST, person.id"
                if one_per_household
                else "ORDER BY person.scope_code, person.id"
            ),
            {
                "scope": place.scope_code,
                "from": age_from,
                "to": age_to,
                "today": clock.today(),
            },
        )
        return tuple(row[0] for row in cursor.fetchall())


def headcounts(actor: Actor, area_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """Return how many people live at each place, and in how many households."""
    require(actor)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT area.id, (SELECT count(*) FROM directory_person AS person "  # noqa: S608
            f"WHERE starts_with(person.scope_code, area.scope_code) AND {_HERE}), "
            "(SELECT count(*) FROM directory_household AS home "
            "WHERE starts_with(home.scope_code, area.scope_code)) "
            "FROM unnest(%s::uuid[], %s::text[]) AS area (id, scope_code)",
            [list(area_ids), [area(each).scope_code for each in area_ids]],
        )
        return {each: (people, homes) for each, people, homes in cursor.fetchall()}
