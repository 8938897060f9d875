"""How a resident confirms at the counter: a PIN, or a code from the phone that counts once."""

from __future__ import annotations

import hmac
from datetime import datetime
from uuid import UUID

from liuchi.engines.accounts import rules as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts
from liuchi.engines.points.enums import Confirmation
from liuchi.engines.points.models import CounterSecret
from liuchi.engines.points.rules import counter as rules
from liuchi.engines.points.scope import key_ring
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import Decision
from liuchi.kernel.errors import NotFound, Refused
from liuchi.kernel.sentences import Sentence

_KEPT_FOR_CODES = 100


def set_pin(*, actor: Actor, key: str, person_id: UUID, pin: str) -> None:
    """Set the PIN a resident confirms with: oneself, or at the desk typing it oneself there.

    The fact says that it was set and by whom; an old one and any lock are gone with it.
    """
    if actor.person_id != person_id:
        actor.may("points.redemption.make").or_refuse()
    rules.may_choose_pin(pin).or_refuse()
    with acting_as(actor):
        person = directory.people_of(actor, [person_id]).get(person_id)
        if person is None:
            raise NotFound("person")
        digest = _hash(person_id, pin)
        body = {"person_id": person_id, "pin": digest.hex()}
        if journal.once(f"points.set_pin:{actor.id}", key, body, person_id) is not None:
            return
        CounterSecret.objects.update_or_create(
            person_id=person_id,
            defaults={
                "scope_code": directory.scope_code_of(actor, person_id),
                "pin_hash": digest,
                "pin_set_at": clock.now(),
                "pin_set_by_id": actor.id,
                "failures": 0,
                "locked_until": None,
            },
        )
        journal.record(
            facts.PIN_SET,
            actor=actor,
            subject_kind="directory.person",
            subject_id=person_id,
            area_id=person.village_id,
            data=facts.PinData(person=person_id),
        )


def new_code(*, actor: Actor) -> tuple[str, datetime]:
    """Return a code for the counter that counts once, and until when. One's own only.

    Takes no key: asking again is meant, and the code before no longer counts.
    """
    person_id = actor.person_id
    if person_id is None:
        raise Refused(
            "no_person",
            Sentence("这个账号没有关联居民档案。", "This account is not linked to a resident."),
        )
    code, until = accounts.new_code(rules.CODE_DIGITS), clock.now() + rules.CODE_LASTS
    with acting_as(actor):
        CounterSecret.objects.update_or_create(
            person_id=person_id,
            defaults={
                "scope_code": directory.scope_code_of(actor, person_id),
                "code_hash": _hash(person_id, code),
                "code_until": until,
                "code_used_for": "",
            },
        )
    return code, until


def confirm(actor: Actor, person_id: UUID, secret: str, command: str) -> Confirmation:
    """Return what a secret was, or refuse; a wrong one is counted even so.

    In a transaction of its own, before anything is posted: a refusal later must not forget
    that somebody tried. A code is used up for one command, which may be sent again.
    """
    now, typed = clock.now(), accounts.normal_code(secret)
    wrong: Decision | None = None
    with acting_as(actor):
        held = CounterSecret.objects.select_for_update().filter(person_id=person_id).first()
        if held is None:
            raise Refused(
                "secret_missing",
                Sentence(
                    "这位居民还没有兑换密码，请签字确认。",
                    "This resident has no PIN yet. Confirm by signature.",
                ),
            )
        rules.may_try_secret(held.locked_until, now).or_refuse()
        how = _match(held, _hash(person_id, typed), now, command)
        if how is None:
            wrong = _failed(held, now)
        else:
            held.failures, held.locked_until = 0, None
            if how is Confirmation.CODE:
                held.code_used_for = command[:_KEPT_FOR_CODES]
        held.save(update_fields=["failures", "locked_until", "code_used_for"])
    if how is None and wrong is not None:
        wrong.or_refuse()
    return Confirmation(str(how))


def forget_secrets(*, actor: Actor) -> int:
    """Forget how people confirmed who were erased or have left; return how many it was."""
    with acting_as(actor):
        gone = CounterSecret.objects.filter(person__erased_at__isnull=False)
        return gone.delete()[0]


def _match(held: CounterSecret, digest: bytes, now: datetime, command: str) -> Confirmation | None:
    if held.pin_hash is not None and hmac.compare_digest(bytes(held.pin_hash), digest):
        return Confirmation.PIN
    fresh = held.code_until is not None and held.code_until > now and not held.code_used_for
    again = held.code_used_for == command[:_KEPT_FOR_CODES] and bool(held.code_used_for)
    if held.code_hash is None or not (fresh or again):
        return None
    same = hmac.compare_digest(bytes(held.code_hash), digest)
    return Confirmation.CODE if same else None


def _failed(held: CounterSecret, now: datetime) -> Decision:
    held.failures += 1
    left = rules.FREE_FAILURES - held.failures
    if left <= 0:
        held.failures, held.locked_until = 0, now + rules.LOCKED_FOR
        return rules.may_try_secret(held.locked_until, now)
    return rules.secret_wrong(left)


def _hash(person_id: UUID, digits: str) -> bytes:
    """Return the keyed hash of a PIN or code: a thief of the database alone can't try them all."""
    return key_ring().lookup_hash(f"{person_id}:{digits}", "points.counter_secret")
