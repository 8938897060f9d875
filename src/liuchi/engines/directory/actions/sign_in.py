"""Slips and lost phones of people: who is below whom is known here, the rest in accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.accounts.actions import SlipFor
from liuchi.engines.accounts.enums import Role, SlipKind
from liuchi.engines.directory import queries, rules
from liuchi.engines.directory.enums import SensitiveField
from liuchi.engines.directory.facts import ACCOUNT_LINKED, PersonData
from liuchi.engines.directory.models import Person, PersonAccount, PersonSecret
from liuchi.engines.directory.queries.people import lookup
from liuchi.engines.directory.queries.sign_in import SIGN_IN, holds_post
from liuchi.engines.journal.actions import record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.errors import Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

SLIPS_AT_ONCE_MAX = 100


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """A slip with the name that goes on it; ``code`` is known at this moment only."""

    name: str
    household_label: str
    kind: SlipKind
    expires_at: datetime
    code: str = field(repr=False)


def issue_slips(*, person_ids: Sequence[UUID], actor: Actor, key: str) -> tuple[PrintedSlip, ...]:
    """Issue a slip for each of some people of the area; an account is opened where none is.

    Whoever holds a post gets a code for a new device, which opens nothing without the
    password. NotFound for anybody out of the area, Invalid("slips_none",
    "slips_too_many"), else as ``accounts.actions.issue_slips``.
    """
    wanted = list(dict.fromkeys(person_ids))
    _refuse_count(len(wanted))
    with acting_as(actor):
        people = {
            person.id: person
            for person in Person.objects.select_for_update()
            .filter(
                pk__in=wanted,
                left_on__isnull=True,
                deceased_on__isnull=True,
                erased_at__isnull=True,
            )
            .order_by("id")
        }
        if len(people) < len(wanted):
            raise NotFound("person")
        users = _accounts_of(people, actor)
        slips = accounts_actions.issue_slips(
            wanted=[_slip_for(users[id_], people[id_].village_id, actor) for id_ in wanted],
            actor=actor,
            key=key,
        )
        rows = queries.people_of(actor, wanted)
    return tuple(
        PrintedSlip(
            rows[person_id].name,
            rows[person_id].household_label,
            slip.kind,
            slip.expires_at,
            slip.code,
        )
        for person_id, slip in zip(wanted, slips, strict=True)
    )


def issue_device_code(*, user_id: UUID, actor: Actor, key: str) -> PrintedSlip:
    """Issue the one-time code that lets a post holder below sign in on a new device."""
    name = accounts.user(user_id).display_name
    wanted = SlipFor(user_id, SlipKind.DEVICE, _is_below(actor, user_id), actor.area_id)
    (slip,) = accounts_actions.issue_slips(wanted=[wanted], actor=actor, key=key)
    return PrintedSlip(name, "", slip.kind, slip.expires_at, slip.code)


def void_slip(*, person_id: UUID, actor: Actor, key: str) -> None:
    """Void the open slip of a person of the area."""
    with acting_as(actor):
        person = Person.objects.filter(pk=person_id).first()
        user_id = queries.sign_in_of(actor, person_id).user_id
        if person is None or user_id is None:
            raise NotFound("person")
        accounts_actions.void_slip(
            user_id=user_id,
            reaches=_is_below(actor, user_id),
            area_id=person.village_id,
            actor=actor,
            key=key,
        )


def reset_access(*, user_id: UUID, reason: str, actor: Actor, key: str) -> UUID:
    """Take back everything that opens the account of somebody below: a lost phone.

    Returns the id of the record. The fact stands in the village of a resident, else in the
    actor's area.
    """
    home = queries.account_person(user_id)
    covered = home is not None and actor.covers(home.scope_code)
    return accounts_actions.reset_access(
        user_id=user_id,
        reason=reason,
        reaches=_is_below(actor, user_id),
        area_id=home.village_id if home and covered else actor.area_id,
        actor=actor,
        key=key,
    )


def account_for_phone(*, person_id: UUID, phone: str) -> UUID:
    """Return the account a proved phone number opens; it is opened at the first sign-in.

    It takes no key: a second call finds the account. NotFound where the number is not (or no
    longer) recorded for the person, or the account holds a post.
    """
    actor = system_actor(SIGN_IN)
    with acting_as(actor):
        person = (
            Person.objects.select_for_update()
            .filter(
                pk=person_id,
                left_on__isnull=True,
                deceased_on__isnull=True,
                erased_at__isnull=True,
            )
            .first()
        )
        is_theirs = PersonSecret.objects.filter(
            person_id=person_id,
            field=SensitiveField.PHONE,
            lookup_hash=lookup(SensitiveField.PHONE, phone),
        ).exists()
        if person is None or not is_theirs:
            raise NotFound("person")
        user_id = _accounts_of({person_id: person}, actor)[person_id]
        if holds_post(user_id):
            raise NotFound("person")
    return user_id


def _accounts_of(people: dict[UUID, Person], actor: Actor) -> dict[UUID, UUID]:
    """Return the accounts of people whose rows are locked, opening those that lack."""
    users = dict(
        PersonAccount.objects.filter(person_id__in=people).values_list("person_id", "user_id")
    )
    for person in people.values():
        if person.id in users:
            continue
        users[person.id] = accounts_actions.open_account(
            account_id=new_id(),
            display_name=rules.mask_name(person.name),
            area_id=person.village_id,
            actor=actor,
        )
        PersonAccount.objects.create(
            user_id=users[person.id], person_id=person.id, scope_code=person.scope_code
        )
        record(
            ACCOUNT_LINKED.kind,
            actor=actor,
            subject_kind="person",
            subject_id=person.id,
            area_id=person.village_id,
            data=PersonData(person=person.id, home_area=person.village_id),
        )
    return users


def _slip_for(user_id: UUID, village_id: UUID, actor: Actor) -> SlipFor:
    kind = SlipKind.DEVICE if holds_post(user_id) else SlipKind.SIGN_IN
    return SlipFor(user_id, kind, _is_below(actor, user_id), village_id)


def _is_below(actor: Actor, user_id: UUID) -> bool:
    return rules.is_below(
        actor,
        (
            (
                post.scope_code,
                post.role != Role.RESIDENT
                and "accounts.access.reset" in accounts.grants_of(post.role),
            )
            for post in queries.posts_of(user_id)
        ),
    )


def _refuse_count(count: int) -> None:
    if count == 0:
        raise Invalid("slips_none", Sentence("请先勾选要打印的人。", "Tick somebody to print for."))
    if count > SLIPS_AT_ONCE_MAX:
        raise Invalid(
            "slips_too_many",
            Sentence(
                "一次最多打印 {most} 张。",
                "At most {most} slips at once.",
                {"most": SLIPS_AT_ONCE_MAX},
            ),
        )
