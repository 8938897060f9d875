"""How people of the area get in: who has signed in, whose slip is open, whose phone it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.accounts.enums import Role
from liuchi.engines.accounts.queries import AccessRow
from liuchi.engines.directory import rules
from liuchi.engines.directory.enums import SensitiveField
from liuchi.engines.directory.models import Person, PersonAccount, PersonSecret
from liuchi.engines.directory.queries.people import (
    Page,
    PersonRow,
    bounded,
    cursor_text,
    cursor_values,
    lookup,
    people_of,
)
from liuchi.engines.directory.queries.posts import posts_of
from liuchi.engines.directory.scope import list_filter, require_read
from liuchi.engines.journal.scope import acting_as, require
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor

SIGN_IN = UUID("00000000-0000-7000-8000-00000051611e")
"""Who asks before anybody is known: the sign-in page itself."""


@dataclass(frozen=True, slots=True)
class SignInRow:
    """How one person gets in. ``access`` is None where there is no account yet."""

    person_id: UUID
    user_id: UUID | None
    holds_post: bool
    access: AccessRow | None


@dataclass(frozen=True, slots=True)
class PhoneOwner:
    """A person a phone number is recorded for; ``user_id`` is None before the first sign-in."""

    person_id: UUID
    user_id: UUID | None
    masked_name: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A person of the area without a trusted phone, and the slip that waits, if any."""

    person: PersonRow
    access: AccessRow | None


def sign_in_of(actor: Actor, person_id: UUID) -> SignInRow:
    """Return how a person of the actor's area gets in, inside ``acting_as(actor)``."""
    require(actor)
    user_id = (
        PersonAccount.objects.filter(person_id=person_id).values_list("user_id", flat=True).first()
    )
    if user_id is None:
        return SignInRow(person_id, None, holds_post=False, access=None)
    return SignInRow(
        person_id,
        user_id,
        holds_post=holds_post(user_id),
        access=accounts.access_of([user_id])[user_id],
    )


def holds_post(user_id: UUID) -> bool:
    """Whether an account holds any post today besides being a resident."""
    return any(post.role != Role.RESIDENT for post in posts_of(user_id))


def waiting_for_slips(
    actor: Actor, *, after: str | None = None, limit: int = 50
) -> Page[WaitingRow]:
    """Return people of the area without a trusted device, by the sound of their names.

    Refused without ``directory.person.read``.
    """
    require_read(actor, "directory.person.read")
    require(actor)
    most, start = bounded(limit), cursor_values(after)
    found = _without_device(actor, start, most + 1)
    last = found[most - 1] if len(found) > most else None
    rows = people_of(actor, (row[0] for row in found[:most]))
    access = accounts.access_of(row[2] for row in found[:most] if row[2])
    return Page(
        tuple(
            WaitingRow(rows[row[0]], access.get(row[2]) if row[2] else None) for row in found[:most]
        ),
        None if last is None else cursor_text(last[1], last[0]),
    )


def owners_of_phone(phone: str) -> tuple[PhoneOwner, ...]:
    """Return the present people a normalised phone number is recorded for.

    Asked by the sign-in page, where nobody is known yet and only for a number somebody
    types; it shows no name in full. Whoever holds a post is left out: staff sign in with a
    password, and a telephone number must not be a way round it.
    """
    with acting_as(system_actor(SIGN_IN)):
        owners = PersonSecret.objects.filter(
            field=SensitiveField.PHONE, lookup_hash=lookup(SensitiveField.PHONE, phone)
        ).values_list("person_id", flat=True)
        people = Person.objects.filter(
            pk__in=list(owners),
            left_on__isnull=True,
            deceased_on__isnull=True,
            erased_at__isnull=True,
        ).order_by("name_sort", "id")
        users = dict(
            PersonAccount.objects.filter(person_id__in=list(owners)).values_list(
                "person_id", "user_id"
            )
        )
        return tuple(
            PhoneOwner(person.id, users.get(person.id), rules.mask_name(person.name))
            for person in people
            if person.id not in users or not holds_post(users[person.id])
        )


def masked_names_of(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the masked names of residents by account, for a page nobody is signed in to.

    Accounts of nobody registered here, and of people who have left, are left out.
    """
    wanted = list(user_ids)
    with acting_as(system_actor(SIGN_IN)):
        names = PersonAccount.objects.filter(
            user_id__in=wanted,
            person__left_on__isnull=True,
            person__deceased_on__isnull=True,
            person__erased_at__isnull=True,
        ).values_list("user_id", "person__name")
        return {user_id: rules.mask_name(name) for user_id, name in names}


_HAS_DEVICE = accounts.HAS_TRUSTED_DEVICE.format(user="account.user_id", now="%s")
_WITHOUT_DEVICE = """
SELECT person.id, person.name_sort, account.user_id
FROM directory_person AS person
LEFT JOIN directory_person_account AS account ON account.person_id = person.id
WHERE {where}
  AND person.left_on IS NULL AND person.deceased_on IS NULL AND person.erased_at IS NULL
  AND NOT {has_device}
ORDER BY person.name_sort, person.id LIMIT %s
"""


def _without_device(
    actor: Actor, start: tuple[str, UUID] | None, most: int
) -> list[tuple[UUID, str, UUID | None]]:
    where, values = ["true"], list[Any]()
    equal = list_filter(actor)
    if equal is not None:
        where.append(f"person.{equal[0]} = %s")
        values.append(equal[1])
    if start is not None:
        where.append("(person.name_sort, person.id) > (%s, %s)")
        values.extend(start)
    with connection.cursor() as cursor:
        cursor.execute(
            _WITHOUT_DEVICE.format(where=" AND ".join(where), has_device=_HAS_DEVICE),
            [*values, clock.now(), most],
        )
        return list(cursor.fetchall())
