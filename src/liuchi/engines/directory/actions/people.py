"""One person: corrections, consent, showing and erasing what is sealed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F

from liuchi.engines.directory import rules
from liuchi.engines.directory.enums import SensitiveField, Sex
from liuchi.engines.directory.facts import (
    CONSENT_GIVEN,
    CONSENT_WITHDRAWN,
    PERSON_CORRECTED,
    PERSON_ERASED,
    PERSON_UNMASKED,
    ConsentData,
    PersonData,
    UnmaskData,
)
from liuchi.engines.directory.models import (
    Consent,
    Person,
    PersonAccount,
    PersonKey,
    PersonSecret,
    RosterChange,
    UnmaskLog,
)
from liuchi.engines.directory.queries.people import lookup, place, revealed
from liuchi.engines.directory.rules import PersonImport
from liuchi.engines.directory.scope import key_ring
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.queries import playbooks_in_force
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import ALLOWED, Decision
from liuchi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

ERASED_NAME = "已删除"


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What to correct; None leaves a field as it is, "" empties a sensitive one."""

    name: str | None = None
    sex: Sex | None = None
    birth_date: date | None = None
    phone: str | None = None
    id_number: str | None = None
    address: str | None = None

    def fields(self) -> tuple[str, ...]:
        """Return the names of the fields that are given."""
        names = ("name", "sex", "birth_date", "phone", "id_number", "address")
        return tuple(name for name in names if getattr(self, name) is not None)


def correct_person(
    *, person_id: UUID, change: PersonChange, expected_version: int, actor: Actor, key: str
) -> int:
    """Correct a person's record and return its new version.

    Conflict("person_changed") where somebody else was first. The fact names the
    fields, not what stood or stands in them.
    """
    actor.may("directory.person.write").or_refuse()
    change = _checked(change)
    body = {
        "person": str(person_id),
        "version": expected_version,
        "change": key_ring().lookup_hash(repr(change), "directory.correct_person").hex(),
    }
    with acting_as(actor):
        person = _locked(person_id)
        if once(f"directory.correct_person:{actor.id}", key, body, person_id) is not None:
            return person.version
        if person.version != expected_version:
            raise Conflict(
                "person_changed",
                Sentence(
                    "这条记录刚被别人改过，请刷新后再改。",
                    "Somebody else has just changed this record. Load it again.",
                ),
            )
        _apply(person, change)
        _journal(PERSON_CORRECTED.kind, person, actor, change.fields())
    return expected_version + 1


def give_consent(person_id: UUID, purpose: str, playbook: str, *, actor: Actor, key: str) -> UUID:
    """Note that a person agreed to a purpose of a playbook; returns the consent's id.

    The person does it, or staff for a person who signed on paper. A consent that
    stands is returned as it is.
    """
    _may_consent(actor, person_id).or_refuse()
    consent_id = new_id()
    body = {"person": str(person_id), "purpose": purpose, "playbook": playbook}
    with acting_as(actor):
        person = _locked(person_id)
        done = once(f"directory.give_consent:{actor.id}", key, body, consent_id)
        if done is not None:
            return done
        standing = _standing(person_id, purpose, playbook)
        if standing is not None:
            return standing.id
        Consent.objects.create(
            id=consent_id,
            person_id=person_id,
            purpose=purpose,
            playbook=playbook,
            scope_code=person.scope_code,
            given_at=clock.now(),
            given_to=actor.id,
            for_points=_gives_points(person.village_id, playbook),
        )
        _journal_consent(CONSENT_GIVEN.kind, person, purpose, playbook, actor)
    return consent_id


def _gives_points(village_id: UUID, playbook: str) -> bool:
    """Return whether a method in force at a village gives points; true for one unknown there."""
    in_force = playbooks_in_force(village_id, clock.today())
    return all("points" in applied.compiled for applied in in_force if applied.code == playbook)


def withdraw_consent(
    person_id: UUID, purpose: str, playbook: str, *, actor: Actor, key: str
) -> None:
    """Note that a person no longer agrees; NotFound where no consent stands."""
    _may_consent(actor, person_id).or_refuse()
    body = {"person": str(person_id), "purpose": purpose, "playbook": playbook}
    with acting_as(actor):
        person = _locked(person_id)
        if once(f"directory.withdraw_consent:{actor.id}", key, body, person_id) is not None:
            return
        standing = _standing(person_id, purpose, playbook)
        if standing is None:
            raise NotFound("consent")
        Consent.objects.filter(pk=standing.pk).update(
            withdrawn_at=clock.now(), withdrawn_to=actor.id
        )
        _journal_consent(CONSENT_WITHDRAWN.kind, person, purpose, playbook, actor)


def unmask(person_id: UUID, field: str, purpose: str, *, actor: Actor, key: str) -> str:
    """Return a sensitive value in full; who, what and why goes to a log the person can read.

    A repeated key shows the same value and is not logged twice.
    """
    rules.may_unmask(actor, purpose).or_refuse()
    which, log_id = SensitiveField(field), new_id()
    body = {"person": str(person_id), "field": field, "purpose": purpose.strip()}
    with acting_as(actor):
        person = _present(person_id)
        value = revealed([person_id], which).get(person_id)
        if value is None:
            raise NotFound("secret")
        if once(f"directory.unmask:{actor.id}", key, body, log_id) is None:
            _log(log_id, person, which, purpose.strip(), actor)
    return value


def erase_person(*, person_id: UUID, actor: Actor, key: str) -> None:
    """Destroy a person's key, sealed values, lookup hashes, name and birth date.

    Facts and ledger entries stay; they hold the id alone. Copies in backups can't be
    opened once the key's copies are gone; a restore has to repeat the erasure.
    """
    actor.may("directory.person.write").or_refuse()
    with acting_as(actor):
        person = _locked(person_id)
        body = {"person": str(person_id)}
        if once(f"directory.erase_person:{actor.id}", key, body, person_id) is not None:
            return
        PersonSecret.objects.filter(person_id=person_id).delete()
        PersonKey.objects.filter(person_id=person_id).delete()
        PersonAccount.objects.filter(person_id=person_id).delete()
        RosterChange.objects.filter(person_id=person_id).delete()
        Person.objects.filter(pk=person_id).update(
            name=ERASED_NAME,
            name_sort="",
            search_terms=[],
            sex=Sex.UNKNOWN,
            birth_date=None,
            erased_at=clock.now(),
            version=F("version") + 1,
        )
        _journal(PERSON_ERASED.kind, person, actor, ())
        # A record merged into this one is the same human being's.
        for other in Person.objects.filter(merged_into_id=person_id, erased_at__isnull=True):
            erase_person(person_id=other.pk, actor=actor, key=f"merged-{other.pk}")


def rewrap_keys(*, actor: Actor, limit: int = 1000) -> int:
    """Wrap keys under the ring's current key that are still under an older one.

    Touches at most ``limit`` and returns how many it did; sealed values stay as they are.
    """
    ring = key_ring()
    with acting_as(actor):
        rows = list(
            PersonKey.objects.select_for_update(skip_locked=True)
            .exclude(ring_id=ring.current)
            .order_by("person_id")[:limit]
        )
        for row in rows:
            row.wrapped_key = ring.rewrap(bytes(row.wrapped_key), str(row.person_id))
            row.ring_id = ring.current
        PersonKey.objects.bulk_update(rows, ["wrapped_key", "ring_id"], batch_size=500)
    return len(rows)


def _checked(change: PersonChange) -> PersonChange:
    """Return the change in normal form; Invalid names each wrong field."""
    normal = replace(
        change,
        name=None if change.name is None else rules.normal_name(change.name),
        phone=None if change.phone is None else rules.normal_phone(change.phone),
        id_number=None if change.id_number is None else rules.normal_id_number(change.id_number),
    )
    row = PersonImport(
        name="甲" if normal.name is None else normal.name,
        village="",
        birth_date=normal.birth_date,
        phone=normal.phone or "",
        id_number=normal.id_number or "",
        address=normal.address or "",
    )
    problems = rules.check_import(row, clock.today())
    if problems:
        raise Invalid(
            "person_unusable",
            problems[0].sentence,
            tuple(FieldError(problem.field, problem.sentence) for problem in problems),
        )
    return normal


def _apply(person: Person, change: PersonChange) -> None:
    values: dict[str, Any] = {"version": F("version") + 1}
    if change.name is not None:
        values["name"] = change.name
        values["name_sort"] = rules.sort_key(change.name)
        values["search_terms"] = rules.search_terms(change.name)
    if change.sex is not None:
        values["sex"] = change.sex
    if change.birth_date is not None:
        values["birth_date"] = change.birth_date
    Person.objects.filter(pk=person.pk).update(**values)
    for field in SensitiveField:
        value = getattr(change, field)
        if value is not None:
            _seal(person, field, value)


def _seal(person: Person, field: SensitiveField, value: str) -> None:
    PersonSecret.objects.filter(person_id=person.pk, field=field).delete()
    if not value:
        return
    held = PersonKey.objects.get(person_id=person.pk)
    data_key = key_ring().open_subject_key(bytes(held.wrapped_key), str(person.pk))
    PersonSecret.objects.create(
        person_id=person.pk,
        field=field,
        ciphertext=data_key.encrypt(value, place(field, person.pk)),
        lookup_hash=lookup(field, value),
        scope_code=person.scope_code,
    )


def _present(person_id: UUID) -> Person:
    person = Person.objects.filter(pk=person_id, erased_at__isnull=True).first()
    if person is None:
        raise NotFound("person")
    return person


def _locked(person_id: UUID) -> Person:
    person = Person.objects.select_for_update().filter(pk=person_id, erased_at__isnull=True).first()
    if person is None:
        raise NotFound("person")
    return person


def _may_consent(actor: Actor, person_id: UUID) -> Decision:
    if actor.person_id == person_id:
        return ALLOWED
    return actor.may("directory.person.write")


def _standing(person_id: UUID, purpose: str, playbook: str) -> Consent | None:
    return Consent.objects.filter(
        person_id=person_id, purpose=purpose, playbook=playbook, withdrawn_at__isnull=True
    ).first()


def _log(log_id: UUID, person: Person, field: SensitiveField, purpose: str, actor: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_ensure_log_partition(%s)", [clock.now()])
    UnmaskLog.objects.create(
        id=log_id,
        at=clock.now(),
        actor_id=actor.id,
        post_id=actor.post_id,
        person_id=person.pk,
        field=field,
        purpose=purpose,
        scope_code=person.scope_code,
    )
    record(
        PERSON_UNMASKED.kind,
        actor=actor,
        subject_kind="person",
        subject_id=person.pk,
        area_id=person.village_id,
        data=UnmaskData(person=person.pk, home_area=person.village_id, field=field),
    )


def _journal(kind: str, person: Person, actor: Actor, fields: tuple[str, ...]) -> None:
    record(
        kind,
        actor=actor,
        subject_kind="person",
        subject_id=person.pk,
        area_id=person.village_id,
        data=PersonData(person=person.pk, home_area=person.village_id, fields=fields),
    )


def _journal_consent(kind: str, person: Person, purpose: str, playbook: str, actor: Actor) -> None:
    record(
        kind,
        actor=actor,
        subject_kind="person",
        subject_id=person.pk,
        area_id=person.village_id,
        data=ConsentData(
            person=person.pk, home_area=person.village_id, purpose=purpose, playbook=playbook
        ),
    )
