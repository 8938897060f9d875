"""Records that may be one human being, and what was decided about them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.directory.enums import MergeState
from liuchi.engines.directory.models import Merge, Person
from liuchi.engines.directory.queries.people import Page, PersonRow, bounded, people_of
from liuchi.engines.directory.scope import list_filter, require_read
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.paging import cursor_unusable

_READ = "directory.person.write"
# One name, nothing that speaks against it, and one thing besides the name that is the same.
_LIKE = """
SELECT one.id, other.id, one.name_sort, one.birth_date = other.birth_date,
       one_home.household_id = other_home.household_id, one_phone.lookup_hash IS NOT NULL,
       (SELECT asked.id FROM directory_merge AS asked WHERE asked.state = 'asked'
          AND asked.survivor_id IN (one.id, other.id) AND asked.duplicate_id IN (one.id, other.id))
FROM directory_person AS one
JOIN directory_person AS other
  ON other.name_sort = one.name_sort AND other.name = one.name AND other.id > one.id
LEFT JOIN directory_membership AS one_home
  ON one_home.person_id = one.id AND one_home.valid_to IS NULL
LEFT JOIN directory_membership AS other_home
  ON other_home.person_id = other.id AND other_home.valid_to IS NULL
LEFT JOIN LATERAL (
    SELECT mine.lookup_hash FROM directory_person_secret AS mine
    JOIN directory_person_secret AS theirs
      ON theirs.person_id = other.id AND theirs.field = mine.field
     AND theirs.lookup_hash = mine.lookup_hash
    WHERE mine.person_id = one.id AND mine.field IN ('phone', 'id_number') LIMIT 1
) AS one_phone ON true
WHERE one.left_on IS NULL AND one.deceased_on IS NULL AND one.erased_at IS NULL
  AND other.left_on IS NULL AND other.deceased_on IS NULL AND other.erased_at IS NULL
  AND (one.birth_date = other.birth_date OR one.birth_date IS NULL OR other.birth_date IS NULL
       OR one_phone.lookup_hash IS NOT NULL)
  AND (one.birth_date = other.birth_date OR one_home.household_id = other_home.household_id
       OR one_phone.lookup_hash IS NOT NULL)
  AND NOT EXISTS (SELECT FROM directory_merge AS told WHERE told.state = 'declined'
        AND told.survivor_id IN (one.id, other.id) AND told.duplicate_id IN (one.id, other.id))
"""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two present records of one name, and what else is the same."""

    one: PersonRow
    other: PersonRow
    same_birth: bool
    same_household: bool
    same_number: bool
    merge_id: UUID | None


@dataclass(frozen=True, slots=True)
class MergeRow:
    """What was asked about two records, and what was decided."""

    id: UUID
    survivor: PersonRow
    duplicate: PersonRow
    state: MergeState
    asked_by_id: UUID
    asked_at: datetime
    decided_at: datetime | None


def duplicates(actor: Actor, *, after: str | None = None, limit: int = 50) -> Page[Likeness]:
    """Return pairs of the actor's area that may be one human being, by the sound of names."""
    require_read(actor, _READ)
    require(actor)
    most, where, values = bounded(limit), "", list[Any]()
    equal = list_filter(actor)
    if equal is not None:
        where += f" AND one.{equal[0]} = %s"
        values.append(equal[1])
    if after is not None:
        where += " AND (one.name_sort, one.id, other.id) > (%s, %s, %s)"
        values += _start(after)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_LIKE}{where} ORDER BY one.name_sort, one.id, other.id LIMIT {most + 1}", values
        )
        found = cursor.fetchall()
    people = people_of(actor, [who for row in found for who in row[:2]], with_phones=True)
    rows = tuple(
        Likeness(people[a], people[b], bool(born), bool(home), bool(number), merge_id)
        for a, b, _, born, home, number, merge_id in found[:most]
    )
    last = found[most - 1] if len(found) > most else None
    return Page(rows, None if last is None else json.dumps([last[2], str(last[0]), str(last[1])]))


def merge(actor: Actor, merge_id: UUID) -> MergeRow:
    """Return what was asked about two records; NotFound out of scope."""
    require_read(actor, _READ)
    require(actor)
    row = Merge.objects.filter(pk=merge_id).first()
    people = (
        {}
        if row is None
        else people_of(actor, [row.survivor_id, row.duplicate_id], with_phones=True)
    )
    if row is None or len(people) < 2:  # noqa: PLR2004  both of them
        raise NotFound("merge")
    return MergeRow(
        row.id,
        people[row.survivor_id],
        people[row.duplicate_id],
        MergeState(row.state),
        row.asked_by_id,
        row.asked_at,
        row.decided_at,
    )


def merge_between(actor: Actor, one: UUID, other: UUID) -> MergeRow | None:
    """Return what was asked last about two records, whichever was to stay; None for nothing."""
    require_read(actor, _READ)
    require(actor)
    found = Merge.objects.filter(survivor_id__in=[one, other], duplicate_id__in=[one, other])
    last = found.order_by("-id").values_list("pk", flat=True).first()
    return None if last is None else merge(actor, last)


def survivors(person_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return which record stands for each that was merged, inside ``acting_as``."""
    found = Person.objects.filter(pk__in=list(person_ids), merged_into__isnull=False)
    return {one: into for one, into in found.values_list("pk", "merged_into") if into}


def records_of(actor: Actor, person_id: UUID) -> tuple[PersonRow, ...]:
    """Return the records that were merged into this one, the newest first."""
    require(actor)
    found = Person.objects.filter(merged_into_id=person_id, erased_at__isnull=True)
    ids = list(found.order_by("-id").values_list("pk", flat=True))
    rows = people_of(actor, ids) if ids else {}
    return tuple(rows[each] for each in ids if each in rows)


def merged() -> dict[UUID, tuple[UUID, UUID]]:
    """Return every record in scope that refers to another: by id, that one and the merge."""
    found = Merge.objects.filter(state=MergeState.MERGED).select_related("duplicate")
    return {
        each.duplicate_id: (each.duplicate.merged_into_id, each.id)
        for each in found
        if each.duplicate.merged_into_id is not None
    }


def _start(after: str) -> list[str]:
    try:
        sort, one, other = json.loads(after)
        return [str(sort), str(UUID(one)), str(UUID(other))]
    except (ValueError, TypeError, AttributeError) as error:
        raise cursor_unusable() from error
