"""Moving: to another household, or with all that is personal to another village.

What somebody did stays where it was done: claims, ledger entries and facts keep their
village. What is personal goes along, so that the new village reads it and the old one
no longer does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import F

from liuchi.engines.directory import queries, rules
from liuchi.engines.directory.facts import PERSON_MOVED, MoveData
from liuchi.engines.directory.models import Household, Membership, Person
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.ids import new_id

_NEXT_LABEL = """
SELECT lpad((coalesce(max(label::bigint), 0) + 1)::text, 4, '0') FROM directory_household
WHERE village_id = %s AND label ~ '^[0-9]{1,9}$'
"""


def move_people(
    *,
    person_ids: Sequence[UUID],
    village_id: UUID,
    household: str = "",
    grid_id: UUID | None = None,
    on: date,
    actor: Actor,
    key: str,
) -> UUID:
    """Move people together into a household and return its id.

    ``household`` is a number of the village's: one that is there, or a new one; "" for the
    village's next. The actor answers for the old home and the new: a move between two
    villages is the town office's. Their membership ends and begins on ``on``.
    """
    actor.may("directory.person.write").or_refuse()
    body = {
        "people": sorted(map(str, person_ids)),
        "village": str(village_id),
        "household": household.strip(),
        "grid": str(grid_id or ""),
        "on": on.isoformat(),
    }
    with acting_as(actor):
        people = _locked(person_ids)
        if once(f"directory.move_people:{actor.id}", key, body, people[0].pk) is not None:
            return Membership.objects.get(person=people[0], valid_to=None).household_id
        village, grid = _place(actor, village_id, grid_id)
        lived = {
            each.person_id: each
            for each in Membership.objects.filter(person__in=people, valid_to=None)
        }
        house = _household(village, grid, household.strip())
        starts = [each.valid_from for each in people]
        starts += [each.valid_from for each in lived.values()]
        rules.may_move(
            rules.Move(
                on=on,
                today=clock.today(),
                known_since=max(starts),
                from_one_village=len({each.village_id for each in people}) == 1,
                at_home_already=all(
                    each.pk in lived and lived[each.pk].household_id == house.pk for each in people
                ),
            )
        ).or_refuse()
        _settle(people, lived, house, on)
        for person in people:
            _journal(actor, person, lived.get(person.pk), house, on)
    return house.pk


def _locked(person_ids: Sequence[UUID]) -> list[Person]:
    """Return present people in order of id; NotFound where one is missing."""
    found = list(
        Person.objects.select_for_update()
        .filter(
            pk__in=person_ids,
            erased_at__isnull=True,
            left_on__isnull=True,
            deceased_on__isnull=True,
        )
        .order_by("pk")
    )
    if not found or len(found) != len(set(person_ids)):
        raise NotFound("person")
    return found


def _place(actor: Actor, village_id: UUID, grid_id: UUID | None) -> tuple[AreaRow, AreaRow | None]:
    """Return the new village and grid; the actor answers for them, as for the old home."""
    village = queries.area(village_id)
    if not village.kind.is_village:
        raise NotFound("area")
    rules.may_move_to(actor, village.scope_code).or_refuse()
    if grid_id is None:
        return village, None
    grid = queries.area(grid_id)
    if grid.parent_id != village.id:
        raise NotFound("area")
    return village, grid


def _household(village: AreaRow, grid: AreaRow | None, label: str) -> Household:
    """Return the household of a number, made where there is none; "" takes the next number."""
    with connection.cursor() as cursor:
        # Two clerks at once make no two households of one number, nor take the same next one.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"liuchi.directory.roster:{village.id}"],
        )
        if not label:
            cursor.execute(_NEXT_LABEL, [village.id])
            (label,) = cursor.fetchone()
    held = Household.objects.filter(village_id=village.id, label=label).first()
    if held is not None:
        return held
    town = queries.town_of(village.id)
    if town is None:
        raise NotFound("area")
    return Household.objects.create(
        id=new_id(),
        label=label,
        scope_code=(grid or village).scope_code,
        town_id=town.id,
        village_id=village.id,
        grid_id=grid.id if grid else None,
    )


def _settle(
    people: Sequence[Person], lived: dict[UUID, Membership], house: Household, on: date
) -> None:
    """End and begin memberships, and let all that is personal follow to the new home."""
    ended = [each for each in lived.values() if each.valid_from < on]
    Membership.objects.filter(pk__in=[each.pk for each in ended]).update(valid_to=on)
    # Entered on the day itself: that membership never held a day, it is put right.
    begun = [each for each in lived.values() if each.valid_from >= on]
    Membership.objects.filter(pk__in=[each.pk for each in begun]).update(household=house)
    moved = {each.person_id for each in begun}
    Membership.objects.bulk_create(
        Membership(
            id=new_id(),
            person=each,
            household=house,
            scope_code=house.scope_code,
            valid_from=on,
        )
        for each in people
        if each.pk not in moved
    )
    ids = [each.pk for each in people]
    Person.objects.filter(pk__in=ids).update(
        scope_code=house.scope_code,
        town=house.town_id,
        village=house.village_id,
        grid=house.grid_id,
        version=F("version") + 1,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_move_home(%s, %s)", [ids, house.scope_code])


def _journal(
    actor: Actor, person: Person, before: Membership | None, house: Household, on: date
) -> None:
    record(
        PERSON_MOVED.kind,
        actor=actor,
        subject_kind="person",
        subject_id=person.pk,
        area_id=house.village_id,
        at=clock.start_of_day(on),
        data=MoveData(
            person=person.pk,
            home_area=house.village_id,
            household=house.pk,
            area_before=person.village_id,
            household_before=before.household_id if before else None,
        ),
    )
