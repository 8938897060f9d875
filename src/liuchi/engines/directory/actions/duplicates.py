"""Merging two records of one human being: asked by one, decided by another, undone in time.

Nothing is rewritten: what was recorded about the duplicate stays about its id, which from
then on refers to the survivor. The survivor takes over what it lacks: consents, sealed
fields, the account, the household.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F

from liuchi.engines.directory import rules
from liuchi.engines.directory.enums import MergeState, SensitiveField
from liuchi.engines.directory.facts import PEOPLE_MERGED, PEOPLE_PARTED, MergeData
from liuchi.engines.directory.models import (
    Consent,
    Membership,
    Merge,
    Person,
    PersonAccount,
    PersonKey,
    PersonSecret,
)
from liuchi.engines.directory.queries.households import household_id_of
from liuchi.engines.directory.queries.people import place, revealed
from liuchi.engines.directory.scope import key_ring
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

WRITE = "directory.person.write"


def ask_merge(*, survivor_id: UUID, duplicate_id: UUID, actor: Actor, key: str) -> UUID:
    """Say that two present records are one human being's; returns the id of the question."""
    actor.may(WRITE).or_refuse()
    body = {"survivor": str(survivor_id), "duplicate": str(duplicate_id)}
    with acting_as(actor):
        merge_id = new_id()
        earlier = once(f"directory.ask_merge:{actor.id}", key, body, merge_id)
        if earlier is not None:
            return earlier
        survivor, _ = _both(survivor_id, duplicate_id)
        people = [survivor_id, duplicate_id]
        if Merge.objects.filter(
            state=MergeState.ASKED, survivor__in=people, duplicate__in=people
        ).exists():
            raise Conflict(
                "asked_already",
                Sentence(
                    "已有人提出合并，等另一人核准。", "A merge of these was asked for already."
                ),
            )
        Merge.objects.create(
            id=merge_id,
            survivor_id=survivor_id,
            duplicate_id=duplicate_id,
            scope_code=survivor.scope_code,
            state=MergeState.ASKED,
            asked_by_id=actor.id,
            asked_at=clock.now(),
        )
    return merge_id


def decide_merge(*, merge_id: UUID, approve: bool, actor: Actor, key: str) -> Merge:
    """Merge two records, or say that they are two people. By another than who asked."""
    actor.may(WRITE).or_refuse()
    body = {"merge": str(merge_id), "approve": approve}
    with acting_as(actor):
        merge = _locked(merge_id)
        if once(f"directory.decide_merge:{actor.id}", key, body, merge_id) is not None:
            return merge
        rules.may_decide_merge(_deciding(actor, merge)).or_refuse()
        if approve:
            survivor, duplicate = _both(merge.survivor_id, merge.duplicate_id)
            merge.carried = _take_over(survivor, duplicate, actor)
            _journal(PEOPLE_MERGED.kind, merge, survivor, actor)
        merge.state = MergeState.MERGED if approve else MergeState.DECLINED
        merge.decided_by_id, merge.decided_at = actor.id, clock.now()
        merge.save(update_fields=["state", "decided_by", "decided_at", "carried"])
    return merge


def take_back_merge(*, merge_id: UUID, actor: Actor, key: str) -> None:
    """Take back what one has asked for, while nobody has decided it."""
    with acting_as(actor):
        merge = _locked(merge_id)
        if once(f"directory.take_back_merge:{actor.id}", key, {"merge": str(merge_id)}, merge_id):
            return
        if merge.asked_by_id != actor.id or merge.state != MergeState.ASKED:
            raise NotFound("merge")
        merge.state = MergeState.TAKEN_BACK
        merge.decided_by_id, merge.decided_at = actor.id, clock.now()
        merge.save(update_fields=["state", "decided_by", "decided_at"])


def part(*, merge_id: UUID, until: date, actor: Actor, key: str) -> Merge:
    """Undo a merge until the day ``until``: both records stand by themselves again."""
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        merge = _locked(merge_id)
        if once(f"directory.part:{actor.id}", key, {"merge": str(merge_id)}, merge_id) is not None:
            return merge
        rules.may_part(MergeState(merge.state), until=until, today=clock.today()).or_refuse()
        _give_back(merge)
        merge.state, merge.undone_by_id, merge.undone_at = MergeState.UNDONE, actor.id, clock.now()
        merge.save(update_fields=["state", "undone_by", "undone_at"])
        survivor = Person.objects.get(pk=merge.survivor_id)
        _journal(PEOPLE_PARTED.kind, merge, survivor, actor)
    return merge


def _both(survivor_id: UUID, duplicate_id: UUID) -> tuple[Person, Person]:
    """Lock two different people who are present; NotFound otherwise."""
    found = Person.objects.select_for_update().filter(
        pk__in=[survivor_id, duplicate_id],
        erased_at__isnull=True,
        left_on__isnull=True,
        deceased_on__isnull=True,
    )
    held = {each.pk: each for each in found.order_by("pk")}
    if len(held) != len({survivor_id, duplicate_id}) or survivor_id == duplicate_id:
        raise NotFound("person")
    return held[survivor_id], held[duplicate_id]


def _locked(merge_id: UUID) -> Merge:
    merge = Merge.objects.select_for_update().filter(pk=merge_id).first()
    if merge is None:
        raise NotFound("merge")
    return merge


def _deciding(actor: Actor, merge: Merge) -> rules.MergeDeciding:
    people = frozenset({merge.survivor_id, merge.duplicate_id})
    today = clock.today()
    homes = (household_id_of(each, today) for each in people)
    return rules.MergeDeciding(
        state=MergeState(merge.state),
        asked_by_id=merge.asked_by_id,
        decider_id=actor.id,
        decider_person_id=actor.person_id,
        decider_home=household_id_of(actor.person_id, today) if actor.person_id else None,
        people=people,
        homes=frozenset(home for home in homes if home is not None),
    )


def _take_over(survivor: Person, duplicate: Person, actor: Actor) -> dict[str, Any]:
    """Give the survivor what it lacks and take the duplicate out of every list."""
    today = clock.today()
    followers = list(Person.objects.filter(merged_into=duplicate).values_list("pk", flat=True))
    Person.objects.filter(pk__in=followers).update(merged_into=survivor)
    home = Membership.objects.filter(person=duplicate, valid_to=None).first()
    begun = None
    if home is not None:
        # A membership holds one day at least, also of who was entered today.
        first_after = home.valid_from + timedelta(days=1)
        Membership.objects.filter(pk=home.pk).update(valid_to=max(today, first_after))
        if not Membership.objects.filter(person=survivor, valid_to=None).exists():
            begun = Membership.objects.create(
                id=new_id(),
                person=survivor,
                household_id=home.household_id,
                scope_code=survivor.scope_code,
                valid_from=today,
            )
    Person.objects.filter(pk=duplicate.pk).update(
        merged_into=survivor, left_on=max(today, duplicate.valid_from), version=F("version") + 1
    )
    return {
        "followers": [str(each) for each in followers],
        "membership_ended": str(home.pk) if home else None,
        "membership_begun": str(begun.pk) if begun else None,
        "consents": _consents(survivor, duplicate, actor),
        "secrets": _secrets(survivor, duplicate),
        "account": _account(survivor, duplicate),
    }


def _consents(survivor: Person, duplicate: Person, actor: Actor) -> list[str]:
    """What the human being agreed to under the other record holds for this one."""
    held = set(
        Consent.objects.filter(person=survivor, withdrawn_at=None).values_list(
            "purpose", "playbook"
        )
    )
    taken = [
        Consent(
            id=new_id(),
            person=survivor,
            purpose=each.purpose,
            playbook=each.playbook,
            scope_code=survivor.scope_code,
            given_at=each.given_at,
            given_to=actor.id,
            for_points=each.for_points,
        )
        for each in Consent.objects.filter(person=duplicate, withdrawn_at=None)
        if (each.purpose, each.playbook) not in held
    ]
    Consent.objects.bulk_create(taken)
    return [str(each.id) for each in taken]


def _secrets(survivor: Person, duplicate: Person) -> list[str]:
    """Seal under the survivor's key what only the duplicate had."""
    held = set(PersonSecret.objects.filter(person=survivor).values_list("field", flat=True))
    key = PersonKey.objects.get(person=survivor)
    data_key = key_ring().open_subject_key(bytes(key.wrapped_key), str(survivor.pk))
    taken = []
    for secret in PersonSecret.objects.filter(person=duplicate).exclude(field__in=held):
        field = SensitiveField(secret.field)
        value = revealed([duplicate.pk], field)[duplicate.pk]
        PersonSecret.objects.create(
            person=survivor,
            field=field,
            ciphertext=data_key.encrypt(value, place(field, survivor.pk)),
            lookup_hash=secret.lookup_hash,
            scope_code=survivor.scope_code,
        )
        taken.append(str(field))
    return taken


def _account(survivor: Person, duplicate: Person) -> bool:
    """Let the duplicate's sign-in be the survivor's, where the survivor has none."""
    if PersonAccount.objects.filter(person=survivor).exists():
        return False
    moved = PersonAccount.objects.filter(person=duplicate).update(
        person=survivor, scope_code=survivor.scope_code
    )
    return bool(moved)


def _give_back(merge: Merge) -> None:
    """Put back what :func:`_take_over` took, as far as it is still there."""
    carried = merge.carried
    Consent.objects.filter(pk__in=carried["consents"], withdrawn_at=None).update(
        withdrawn_at=clock.now(), withdrawn_to=merge.decided_by_id
    )
    PersonSecret.objects.filter(person=merge.survivor_id, field__in=carried["secrets"]).delete()
    duplicate = Person.objects.get(pk=merge.duplicate_id)
    if carried["account"]:
        PersonAccount.objects.filter(person=merge.survivor_id).update(
            person=duplicate, scope_code=duplicate.scope_code
        )
    if carried["membership_begun"]:
        begun = Membership.objects.get(pk=carried["membership_begun"])
        if begun.valid_to is None:
            Membership.objects.filter(pk=begun.pk).update(
                valid_to=max(clock.today(), begun.valid_from + timedelta(days=1))
            )
    if carried["membership_ended"]:
        Membership.objects.filter(pk=carried["membership_ended"]).update(valid_to=None)
    Person.objects.filter(pk__in=carried["followers"]).update(merged_into=duplicate)
    Person.objects.filter(pk=duplicate.pk).update(
        merged_into=None, left_on=None, version=F("version") + 1
    )


def _journal(kind: str, merge: Merge, survivor: Person, actor: Actor) -> None:
    record(
        kind,
        actor=actor,
        subject_kind="person",
        subject_id=merge.duplicate_id,
        area_id=survivor.village_id,
        data=MergeData(
            person=merge.duplicate_id, home_area=survivor.village_id, into=merge.survivor_id
        ),
    )
