"""People: lists, search, one person, who looked at what. Inside ``acting_as(actor)``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Q

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import rules
from liuchi.engines.directory.enums import SensitiveField, Sex
from liuchi.engines.directory.models import Consent, Person, UnmaskLog
from liuchi.engines.directory.scope import key_ring, list_filter, require_read
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.keyring import KeyRing
from liuchi.kernel.paging import cursor_unusable

PAGE_MAX = 1_000
"""Rows of a page at most: a sheet is read in pages of this size, screens in shorter ones."""
Row = TypeVar("Row")

_SELECT = """
SELECT person.id, person.name, person.sex, person.birth_date, member.household_id,
       household.label, person.village_id, village.name, coalesce(grid.name, ''),
       EXISTS (SELECT FROM directory_consent AS consent
               WHERE consent.person_id = person.id AND consent.for_points
                 AND consent.withdrawn_at IS NULL),
       person.version, person.left_on, person.deceased_on, person.name_sort
FROM directory_person AS person
LEFT JOIN directory_membership AS member
  ON member.person_id = person.id AND member.valid_to IS NULL
LEFT JOIN directory_household AS household ON household.id = member.household_id
JOIN directory_area_name AS village
  ON village.area_id = person.village_id AND village.kind = 'official'
 AND village.valid_to IS NULL
LEFT JOIN directory_area_name AS grid
  ON grid.area_id = person.grid_id AND grid.kind = 'official' AND grid.valid_to IS NULL
"""
_PRESENT = "person.left_on IS NULL AND person.deceased_on IS NULL AND person.erased_at IS NULL"
_IN_ORDER = " ORDER BY person.name_sort, person.id"


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list; ``next_after`` fetches the following ones, None at the end."""

    rows: tuple[Row, ...]
    next_after: str | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A resident as lists show one: no birthday, phone masked.

    ``consented``: whether one to points stands; ask :func:`consented` for a purpose.
    ``name_sort`` is what lists are ordered by, before the id.
    """

    id: UUID
    name: str
    masked_name: str
    sex: Sex
    birth_year: int | None
    household_id: UUID | None
    household_label: str
    village_id: UUID
    village_name: str
    grid_name: str
    phone_masked: str
    consented: bool
    version: int
    name_sort: str
    left_on: date | None = None
    deceased_on: date | None = None

    @property
    def is_gone(self) -> bool:
        """Whether the person has moved away or died: in no list, still there by id."""
        return self.left_on is not None or self.deceased_on is not None


@dataclass(frozen=True, slots=True)
class AccessRow:
    """Somebody saw a sensitive value in full."""

    at: datetime
    actor_name: str
    field: SensitiveField
    purpose: str


def people(
    actor: Actor, *, text: str = "", after: str | None = None, limit: int = 50
) -> Page[PersonRow]:
    """Return people of the actor's area by the sound of their names.

    ``text`` is part of a name, of its initials or spelling, a whole phone number or the
    last four digits of one.
    Refused without ``directory.person.read``.
    """
    require_read(actor, "directory.person.read")
    require(actor)
    most, start = bounded(limit), cursor_values(after)
    found = _searched(text, start, most + 1) if text.strip() else _listed(actor, start, most + 1)
    last = found[most - 1] if len(found) > most else None
    next_after = None if last is None else cursor_text(last[-1], last[0])
    return Page(_person_rows(found[:most], with_phones=True), next_after)


AMONG_MAX = 400
"""Of more matches than this, the first that are met are put in order: for a search box."""


def people_found(actor: Actor, text: str, *, limit: int = 50) -> tuple[PersonRow, ...]:
    """Return a few people of the actor's area for a text like :func:`people`'s, in order.

    Where very many match, the first of :data:`AMONG_MAX` of them: :func:`people` has all.
    """
    require_read(actor, "directory.person.read")
    require(actor)
    if not text.strip():
        return ()
    found = _searched(text, None, bounded(limit), AMONG_MAX)
    return _person_rows(found, with_phones=True)


def person(actor: Actor, person_id: UUID) -> PersonRow:
    """Return one person of the actor's area, also one who has left; NotFound otherwise."""
    require_read(actor, "directory.person.read")
    rows = people_of(actor, [person_id], with_phones=True)
    if person_id not in rows:
        raise NotFound("person")
    return rows[person_id]


def people_of(
    actor: Actor, person_ids: Iterable[UUID], *, with_phones: bool = False
) -> dict[UUID, PersonRow]:
    """Return people in scope by id, for pages about something else; one query, or two.

    Asks no verb: whoever may see a claim may see whose it is. Out of scope is left out.
    No phone is opened, not even to be masked, unless ``with_phones``.
    """
    require(actor)
    wanted = list(set(person_ids))
    found = _fetch(f"{_SELECT} WHERE person.id = ANY(%s){_IN_ORDER}", [wanted]) if wanted else []
    return {row.id: row for row in _person_rows(found, with_phones=with_phones)}


def person_names_of(actor: Actor, person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of people in scope by id, one query; out of scope is left out.

    Asks no verb, as :func:`people_of`, for lists that show nothing else of a person.
    """
    require(actor)
    query = "SELECT id, name FROM directory_person WHERE id = ANY(%s)"
    return dict(_fetch(query, [list(set(person_ids))]))


def scope_code_of(actor: Actor, person_id: UUID) -> str:
    """Return the scope code of a person in scope, for rows about the person."""
    require(actor)
    code = Person.objects.values_list("scope_code", flat=True).filter(pk=person_id).first()
    if code is None:
        raise NotFound("person")
    return code


def agreed_to_anything(actor: Actor, person_id: UUID) -> bool:
    """Return whether any consent of a person stands, to points or to something else."""
    require(actor)
    return Consent.objects.filter(person_id=person_id, withdrawn_at=None).exists()


def consented(actor: Actor, person_id: UUID, purpose: str, playbook: str) -> bool:
    """Whether a person's consent to a purpose of a playbook stands."""
    require(actor)
    return Consent.objects.filter(
        person_id=person_id, purpose=purpose, playbook=playbook, withdrawn_at__isnull=True
    ).exists()


def access_log(actor: Actor, person_id: UUID, *, limit: int = 50) -> tuple[AccessRow, ...]:
    """Return who saw a person's sensitive values, newest first; the person may always ask."""
    rules.may_read_access_log(actor, person_id).or_refuse()
    require(actor)
    if not people_of(actor, [person_id]):
        raise NotFound("person")
    rows = list(UnmaskLog.objects.filter(person_id=person_id).order_by("-id")[: bounded(limit)])
    names = accounts.names_of(row.actor_id for row in rows)
    return tuple(
        AccessRow(row.at, names.get(row.actor_id, ""), SensitiveField(row.field), row.purpose)
        for row in rows
    )


def revealed(person_ids: Sequence[UUID], field: SensitiveField) -> Mapping[UUID, str]:
    """Open one sensitive field of people in scope. For this engine: others get masks.

    People without the field, or whose key was destroyed, are left out.
    """
    sealed = _fetch(
        "SELECT secret.person_id, secret.ciphertext, held.wrapped_key "
        "FROM directory_person_secret AS secret "
        "JOIN directory_person_key AS held ON held.person_id = secret.person_id "
        "WHERE secret.person_id = ANY(%s) AND secret.field = %s",
        [list(person_ids), str(field)],
    )
    ring = key_ring()
    return {
        person_id: ring.open_subject_key(bytes(wrapped), str(person_id)).decrypt(
            bytes(ciphertext), place(field, person_id)
        )
        for person_id, ciphertext, wrapped in sealed
    }


def contact_phone(actor: Actor, person_id: UUID) -> str:
    """Return the number to send a message to; "" for who has none, has left or has died.

    For work that shows it to nobody: no post holds ``directory.person.contact``, and
    whoever wants to *see* a number unmasks it for a purpose.
    """
    require_read(actor, "directory.person.contact")
    require(actor)
    present = Person.objects.filter(
        pk=person_id, left_on__isnull=True, deceased_on__isnull=True, erased_at__isnull=True
    )
    if not present.exists():
        return ""
    return revealed([person_id], SensitiveField.PHONE).get(person_id, "")


def place(field: SensitiveField, person_id: UUID) -> str:
    """Return the name of the place a value is sealed for; it opens nowhere else."""
    return f"{place_before_id(field)}{person_id}"


def place_before_id(field: SensitiveField) -> str:
    """Return what the name of a place begins with; the person's id is all that follows."""
    return f"person.{field}:"


def lookup(field: SensitiveField, value: str) -> bytes:
    """Return the keyed hash a normalised value is found by: 32 bytes.

    A phone's is followed by :func:`phone_tail`, by which staff find somebody whose
    masked number they have in front of them.
    """
    return lookup_in(key_ring(), field, value)


def lookup_in(ring: KeyRing, field: SensitiveField, value: str) -> bytes:
    """Return :func:`lookup` by a ring at hand: where there are very many values."""
    found = ring.lookup_hash(value, _PURPOSES[field])
    return found + _phone_tail(ring, value) if field is SensitiveField.PHONE else found


_PURPOSES = {field: f"person.{field}" for field in SensitiveField}
TAIL_DIGITS = 4


def phone_tail(value: str) -> bytes:
    """Return 8 bytes that the last four digits of a number are found by."""
    return _phone_tail(key_ring(), value)


def _phone_tail(ring: KeyRing, value: str) -> bytes:
    return ring.lookup_hash(value[-TAIL_DIGITS:], "person.phone.tail")[:8]


def bounded(limit: int) -> int:
    """Return a page size between 1 and the largest allowed."""
    return max(1, min(limit, PAGE_MAX))


def cursor_text(sort: str, row_id: UUID) -> str:
    """Return the cursor behind a row, for :func:`cursor_values`."""
    return json.dumps([sort, str(row_id)])


def cursor_values(after: str | None) -> tuple[str, UUID] | None:
    """Read ``next_after`` back; Invalid("cursor_unusable") for anything else."""
    if after is None:
        return None
    try:
        sort, id_ = json.loads(after)
        return str(sort), UUID(id_)
    except (ValueError, TypeError, AttributeError) as error:
        raise cursor_unusable() from error


def _listed(actor: Actor, start: tuple[str, UUID] | None, most: int) -> list[Any]:
    where, values = [_PRESENT], list[Any]()
    equal = list_filter(actor)
    if equal is not None:
        where.append(f"person.{equal[0]} = %s")
        values.append(equal[1])
    if start is not None:
        where.append("(person.name_sort, person.id) > (%s, %s)")
        values.extend(start)
    # The page is cut before the joins: they then touch its rows only.
    page = (
        f"SELECT * FROM directory_person AS person WHERE {' AND '.join(where)}"  # noqa: S608  fixed words
        f"{_IN_ORDER} LIMIT {most}"
    )
    query = _SELECT.replace("directory_person AS person", f"({page}) AS person")
    return _fetch(query + _IN_ORDER, values)


def _searched(
    text: str, start: tuple[str, UUID] | None, most: int, among: int | None = None
) -> list[Any]:
    phone, tail = _digits(text)
    after_sort, after_id = start or (None, None)
    # A term of separators alone is "", which is nobody's.
    found = _fetch(
        "SELECT person_id FROM directory_search_people"
        "(%s::text[], %s::bytea, %s::bytea, %s::text, %s::uuid, %s, %s)",
        [[rules.search_term(text)], phone, tail, after_sort, after_id, most, among],
    )
    # By id, in a query of its own: joined with the function, whose size nobody knows, the
    # planner would read everybody.
    ids = [person_id for (person_id,) in found]
    return _fetch(f"{_SELECT} WHERE person.id = ANY(%s){_IN_ORDER}", [ids]) if ids else []


def _digits(text: str) -> tuple[bytes | None, bytes | None]:
    """Return what a number, or the end of one, is found by; names have no digits."""
    number = rules.normal_phone(text)
    if not number.isascii() or not number.isdigit() or len(number) < TAIL_DIGITS:
        return None, None
    if len(number) == TAIL_DIGITS:
        return None, phone_tail(number)
    return lookup(SensitiveField.PHONE, number), None


def _fetch(query: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def _person_rows(found: Sequence[Any], *, with_phones: bool) -> tuple[PersonRow, ...]:
    opened = found if with_phones else ()
    phones = revealed([row[0] for row in opened], SensitiveField.PHONE) if opened else {}
    return tuple(_person_row(row, phones.get(row[0], "")) for row in found)


def _person_row(row: Any, phone: str) -> PersonRow:
    id_, name, sex, born, household_id, label, village_id, village, grid, agreed, *more = row
    version, left_on, deceased_on, sort = more
    birth: date | None = born
    return PersonRow(
        id=id_,
        name=name,
        masked_name=rules.mask_name(name),
        sex=Sex(sex),
        birth_year=birth.year if birth else None,
        household_id=household_id,
        household_label=label or "",
        village_id=village_id,
        village_name=village,
        grid_name=grid,
        phone_masked=rules.mask_phone(phone) if phone else "",
        consented=agreed,
        version=version,
        name_sort=sort,
        left_on=left_on,
        deceased_on=deceased_on,
    )


def gone_before(day: date, limit: int) -> tuple[UUID, ...]:
    """Return people who left or died before a day and are not erased yet. Inside ``acting_as``."""
    gone = Person.objects.filter(Q(left_on__lt=day) | Q(deceased_on__lt=day))
    found = gone.filter(erased_at__isnull=True).order_by("pk").values_list("pk", flat=True)
    return tuple(found[:limit])
