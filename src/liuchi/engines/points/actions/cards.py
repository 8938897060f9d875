"""Cards: issued, replaced, revoked, and the keys that sign them.

A card names nobody. Its signature is made once, when it is issued; a second print of the
same card shows the same code.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Subject
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts
from liuchi.engines.points.enums import CardEnd, CardState
from liuchi.engines.points.models import Card, CardKey
from liuchi.engines.points.queries.cards import CardRow, card_row, secret_place, signing_key
from liuchi.engines.points.queries.cards import cards_of as held_cards
from liuchi.engines.points.queries.places import rules_at
from liuchi.engines.points.rules import grades as rules
from liuchi.engines.points.rules.card_tokens import KEY_ID_CHARACTERS, Token, number_of, signed
from liuchi.engines.points.scope import key_ring
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.durations import Period
from liuchi.kernel.errors import Conflict, Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

_WRITE = "points.card.write"
_ONE_DAY = timedelta(days=1)
_TRIES_MAX = 5
_NUMBERS = 10**9


@dataclass(frozen=True, slots=True)
class Issued:
    """What issuing for several people came to, by person."""

    issued: tuple[UUID, ...]
    held_already: tuple[UUID, ...]
    not_taking_part: tuple[UUID, ...]


def issue_cards(*, actor: Actor, key: str, people: Sequence[UUID]) -> Issued:
    """Issue a card to everybody of a list who takes part and holds no good one."""
    actor.may(_WRITE).or_refuse()
    wanted = sorted(set(people))
    with acting_as(actor):
        subjects = directory.subjects(actor, wanted)
        taking = [
            subjects[each] for each in wanted if each in subjects and subjects[each].consented
        ]
        away = tuple(each for each in wanted if each not in {one.id for one in taking})
        _lock()
        held = {row.person_id for row in held_cards(actor, wanted) if row.is_good}
        fresh = [one for one in taking if one.id not in held]
        body = {"people": wanted}
        if journal.once(f"points.issue_cards:{actor.id}", key, body, new_id()) is None:
            _end_old(actor, [one.id for one in fresh])
            _issue(actor, fresh)
            return Issued(tuple(one.id for one in fresh), tuple(held), away)
        return Issued((), tuple(held), away)


def reissue_card(*, actor: Actor, key: str, person_id: UUID, why: str) -> CardRow:
    """Revoke somebody's card (``lost``, ``replaced``) and issue another."""
    actor.may(_WRITE).or_refuse()
    end = _end(why)
    with acting_as(actor):
        body = {"person_id": person_id, "why": why}
        if journal.once(f"points.reissue_card:{actor.id}", key, body, person_id) is None:
            subject = directory.subjects(actor, [person_id]).get(person_id)
            if subject is None:
                raise NotFound("person")
            rules.may_issue_card(takes_part=subject.consented).or_refuse()
            _lock()
            _revoke(actor, [person_id], end)
            _issue(actor, [subject])
        return card_row(actor, person_id)


def revoke_card(*, actor: Actor, key: str, person_id: UUID, why: str) -> CardRow:
    """Revoke somebody's card; a resident may report the own one lost, by phone at once."""
    if actor.person_id != person_id or actor.may(_WRITE).allowed:
        actor.may(_WRITE).or_refuse()
    end = _end(why)
    with acting_as(actor):
        body = {"person_id": person_id, "why": why}
        first = journal.once(f"points.revoke_card:{actor.id}", key, body, person_id) is None
        if first and not _revoke(actor, [person_id], end):
            raise Conflict(
                "no_card", Sentence("没有有效的卡，不用作废。", "There is no good card.")
            )
        return card_row(actor, person_id)


def revoke_cards_of(*, actor: Actor, people: Sequence[UUID], why: CardEnd, cause_id: UUID) -> int:
    """Revoke the cards of people who left, died or withdrew, for the fact that says so.

    A card of somebody who takes no part reads as revoked without it; this writes it down, by
    nobody's hand. Inside the caller's ``acting_as``; a repeat finds nothing more to do.
    """
    actor.may(_WRITE).or_refuse()
    return _revoke(actor, people, why, cause_id)


def rotate_card_key(*, actor: Actor, key: str) -> str:
    """Make a new key that signs cards from now on; return its id. Older cards stay good."""
    actor.may("directory.keys.rotate").or_refuse()
    with acting_as(actor):
        reference = new_id()
        if journal.once(f"points.rotate_card_key:{actor.id}", key, {}, reference) is None:
            _lock()
            CardKey.objects.filter(retired_at=None).update(retired_at=clock.now())
            return _new_key(actor).id
        return signing_key()[0]


def rewrap_card_keys(*, actor: Actor) -> int:
    """Wrap the card keys under the ring's current key; return how many were under another."""
    ring = key_ring()
    with acting_as(actor):
        rows = list(CardKey.objects.select_for_update().exclude(ring_id=ring.current))
        for row in rows:
            row.wrapped_key = ring.rewrap(bytes(row.wrapped_key), f"card-key:{row.id}")
            row.ring_id = ring.current
        CardKey.objects.bulk_update(rows, ["wrapped_key", "ring_id"])
    return len(rows)


def _end(why: str) -> CardEnd:
    try:
        return CardEnd(why)
    except ValueError as error:
        raise Invalid("why_unknown", Sentence("请选择原因。", "Choose a reason.")) from error


def _lock() -> None:
    """One issue at a time: nobody gets two cards, and one key is made for all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('liuchi.points.cards', 0))")


def _end_old(actor: Actor, people: Sequence[UUID]) -> None:
    """Close cards that are out of date, so that a new one can take their place."""
    _revoke(actor, people, CardEnd.REPLACED)


def _revoke(
    actor: Actor, people: Sequence[UUID], end: CardEnd, cause_id: UUID | None = None
) -> int:
    found = list(
        Card.objects.select_for_update(of=("self",)).filter(
            person_id__in=list(people), state=CardState.VALID
        )
    )
    Card.objects.filter(pk__in=[card.id for card in found]).update(
        state=CardState.REVOKED,
        revoked_by_id=actor.id if cause_id is None else None,
        revoked_at=clock.now(),
        revoked_for=end,
        revoked_cause_id=cause_id,
    )
    journal.record_all(
        [replace(_entry(facts.CARD_REVOKED, card, end.value), cause_id=cause_id) for card in found],
        actor=actor,
    )
    return len(found)


def _issue(actor: Actor, subjects: Sequence[Subject]) -> None:
    if not subjects:
        return
    key_id, secret = _current(actor)
    today, lengths = clock.today(), dict[UUID, Period]()
    cards = []
    for subject in subjects:
        if subject.village_id not in lengths:
            lengths[subject.village_id] = _length(subject.village_id, today)
        token = Token(key_id, new_id(), today, lengths[subject.village_id].after(today) - _ONE_DAY)
        cards.append(
            Card(
                id=token.card_id,
                token=signed(token, secret),
                key_id=key_id,
                person_id=subject.id,
                village_id=subject.village_id,
                scope_code=subject.scope_code,
                valid_from=token.valid_from,
                valid_to=token.valid_to,
                state=CardState.VALID,
                issued_by_id=actor.id,
                issued_at=clock.now(),
            )
        )
    _insert(cards)
    journal.record_all([_entry(facts.CARD_ISSUED, card, "") for card in cards], actor=actor)


def _insert(cards: Sequence[Card]) -> None:
    """Insert cards under numbers of their own; a number already out in the world is drawn anew."""
    waiting = list(cards)
    for _ in range(_TRIES_MAX):
        for card in waiting:
            card.number = number_of(f"{secrets.randbelow(_NUMBERS):09}")
        Card.objects.bulk_create(waiting, batch_size=1000, ignore_conflicts=True)
        there = set(
            Card.objects.filter(pk__in=[card.id for card in waiting]).values_list("id", flat=True)
        )
        waiting = [card for card in waiting if card.id not in there]
        if not waiting:
            return
    raise Conflict("cards_changed", Sentence("发卡时有变动，请再试一次。", "Please try again."))


def _length(village_id: UUID, today: date) -> Period:
    for _, spec in rules_at(village_id, today):
        return spec.grades.card.valid_for
    raise Refused("no_points", Sentence("当地还没有积分办法。", "No points hold at this place."))


def _current(actor: Actor) -> tuple[str, ec.EllipticCurvePrivateKey]:
    if not CardKey.objects.filter(retired_at=None).exists():
        _new_key(actor)
    return signing_key()


def _new_key(actor: Actor) -> CardKey:
    ring, secret = key_ring(), ec.generate_private_key(ec.SECP256R1())
    key_id = secrets.token_hex(KEY_ID_CHARACTERS // 2)
    data_key, wrapped = ring.new_subject_key(f"card-key:{key_id}")
    held = CardKey.objects.create(
        id=key_id,
        public_key=secret.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        ),
        wrapped_key=wrapped,
        ring_id=ring.current,
        secret=data_key.encrypt(
            f"{secret.private_numbers().private_value:064x}", secret_place(key_id)
        ),
        made_at=clock.now(),
    )
    journal.record(
        facts.CARD_KEY_MADE,
        actor=actor,
        subject_kind="points.card_key",
        subject_id=new_id(),
        area_id=None,
        data=facts.CardKeyData(key=key_id),
    )
    return held


def _entry(kind: str, card: Card, reason: str) -> journal.Entry:
    return journal.Entry(
        kind,
        "points.card",
        card.id,
        card.village_id,
        facts.CardData(
            person=card.person_id, home_area=card.village_id, card=card.id, reason=reason
        ),
    )
