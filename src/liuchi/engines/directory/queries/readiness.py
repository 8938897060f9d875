"""What a place has before its first claim: areas, people, posts. Inside ``acting_as``."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from liuchi.engines.directory.scope import require_read
from liuchi.engines.journal.scope import require
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor

# Row-level security keeps people, households and consents to the actor's area; areas and
# organisations are open to all, so their part of the tree is asked for.
_COUNTS = """
SELECT
  (SELECT count(*) FROM (
     SELECT 1 FROM directory_area WHERE kind IN ('village', 'community') AND valid_to IS NULL
     AND (starts_with(scope_code, %(scope)s) OR starts_with(%(scope)s, scope_code))
     LIMIT %(most)s) AS found),
  (SELECT count(*) FROM (
     SELECT 1 FROM directory_area WHERE kind = 'grid' AND valid_to IS NULL
     AND starts_with(scope_code, %(scope)s) LIMIT %(most)s) AS found),
  (SELECT count(*) FROM (
     SELECT 1 FROM directory_person
     WHERE left_on IS NULL AND deceased_on IS NULL AND erased_at IS NULL
     LIMIT %(most)s) AS found),
  (SELECT count(*) FROM (SELECT 1 FROM directory_household LIMIT %(most)s) AS found),
  (SELECT count(*) FROM (
     SELECT 1 FROM directory_organization AS held JOIN directory_area AS area
     ON area.id = held.area_id WHERE held.valid_to IS NULL
     AND (starts_with(area.scope_code, %(scope)s) OR starts_with(%(scope)s, area.scope_code))
     LIMIT %(most)s) AS found),
  (SELECT count(*) FROM (
     SELECT DISTINCT person_id FROM directory_consent WHERE for_points AND withdrawn_at IS NULL
     LIMIT %(most)s) AS found)
"""
_HOLDERS = """
SELECT post.user_id, post.role_id, directory_household_of(own.person_id, %(today)s)
FROM directory_post AS post
JOIN directory_area AS area ON area.id = post.area_id
LEFT JOIN LATERAL directory_account_person(post.user_id) AS own ON true
WHERE post.valid_from <= %(today)s AND coalesce(post.valid_to, 'infinity') > %(today)s
  AND (starts_with(area.scope_code, %(scope)s) OR starts_with(%(scope)s, area.scope_code))
ORDER BY post.valid_from, post.id
LIMIT %(most)s
"""
_HOLDERS_MAX = 1000


@dataclass(frozen=True, slots=True)
class Readiness:
    """How much there is in the actor's area; each count stops at the ``most`` asked for."""

    villages: int
    grids: int
    people: int
    households: int
    organizations: int
    consented: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a post in or above the area; the household where it is known."""

    user_id: UUID
    role: str
    household_id: UUID | None


def readiness(actor: Actor, *, most: int) -> Readiness:
    """Count what a place has; ``most=1`` asks only whether there is any."""
    require_read(actor, "directory.person.read")
    require(actor)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"scope": actor.scope_code, "most": most})
        return Readiness(*cursor.fetchone())


def post_holders(actor: Actor) -> tuple[Holder, ...]:
    """Return who holds posts today that reach the actor's area, one row for each post."""
    require_read(actor, "directory.person.read")
    require(actor)
    with connection.cursor() as cursor:
        cursor.execute(
            _HOLDERS,
            {"scope": actor.scope_code, "today": clock.today(), "most": _HOLDERS_MAX},
        )
        return tuple(Holder(*row) for row in cursor.fetchall())
