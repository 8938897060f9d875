"""Cards: what a code or number says on a day, whoever reads it."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection
from django.db.models import Count, Max

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import acting_as, require
from liuchi.engines.points.enums import CardEnd, CardState
from liuchi.engines.points.models import Card, CardKey
from liuchi.engines.points.rules.card_tokens import (
    is_genuine,
    read_number,
    read_token,
    signature_of,
)
from liuchi.engines.points.scope import key_ring, page_size, uuid_cursor
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.ids import new_id

LIST_FRESH = timedelta(hours=24)
"""How long a phone without a network may go by a list of revoked cards."""


class CardReading(StrEnum):
    """What a card came to."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CardRead:
    """A card as its code or number says. ``person_id`` is for the server, never for a page."""

    state: CardReading
    person_id: UUID | None
    valid_to: date | None


_UNKNOWN = CardRead(CardReading.UNKNOWN, None, None)


def read(text: str, on: date) -> CardRead:
    """Read a card from its scanned code or its typed number; at most two statements.

    A code must carry a genuine signature. A card that was reported lost, of somebody who
    takes no part any more or has moved away is ``revoked``; the person is told even then,
    so that a counter can help, and must never be shown to a merchant.
    """
    found, number = read_token(text), read_number(text)
    if found is not None:
        token, signature = found
        key = CardKey.objects.filter(pk=token.key_id).values_list("public_key", flat=True).first()
        if key is None or not is_genuine(token, signature, bytes(key)):
            return _UNKNOWN
    elif number is None:
        return _UNKNOWN
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, valid_from, valid_to, is_good FROM points_card_read(%s, %s)",
            [found[0].card_id if found else None, number],
        )
        row = cursor.fetchone()
    if row is None:
        return _UNKNOWN
    person_id, valid_from, valid_to, is_good = row
    if not is_good:
        return CardRead(CardReading.REVOKED, person_id, valid_to)
    in_date = valid_from <= on <= valid_to
    return CardRead(CardReading.VALID if in_date else CardReading.EXPIRED, person_id, valid_to)


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card as its holder and the desk see it. ``is_good``: not revoked and in date."""

    id: UUID
    person_id: UUID
    person_name: str
    household_label: str
    village_name: str
    number: str
    token: str
    valid_from: date
    valid_to: date
    state: CardState
    revoked_for: CardEnd | None
    revoked_at: datetime | None
    issued_at: datetime
    is_good: bool

    @property
    def spaced_number(self) -> str:
        """The number as people read it out: ``012 345 6789``."""
        return f"{self.number[:3]} {self.number[3:6]} {self.number[6:]}"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that cards are checked with: a point on P-256, as a JWK writes its two halves."""

    id: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class SignedList:
    """What a phone may go by for a day. ``text`` is JSON: from, until, and refused card ids.

    The signature (Base64, r and s side by side) is over the UTF-8 bytes of ``text``. Empty
    key and signature where no card was ever issued.
    """

    key_id: str
    text: str
    signature: str


def public_keys() -> tuple[PublicKey, ...]:
    """Return every key a card may be signed with, the oldest first. Anybody may have them."""
    rows = CardKey.objects.order_by("made_at", "id").values_list("id", "public_key")
    return tuple(
        PublicKey(name, _base64(bytes(point)[1:33]), _base64(bytes(point)[33:]))
        for name, point in rows
    )


def refused_list() -> SignedList:
    """Return the signed list of cards not to take, as of now. It names nobody."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM points_cards_refused(%s)", [clock.local_day(now)])
        refused = [_base64(row[0].bytes) for row in cursor.fetchall()]
    text = json.dumps(
        {
            "from": int(now.timestamp()),
            "until": int((now + LIST_FRESH).timestamp()),
            "refused": refused,
        },
        separators=(",", ":"),
    )
    if not CardKey.objects.exists():
        return SignedList("", text, "")
    key_id, secret = signing_key()
    return SignedList(key_id, text, _base64(signature_of(text.encode(), secret)))


def signing_key() -> tuple[str, ec.EllipticCurvePrivateKey]:
    """Return the key that signs now. For this engine."""
    held = CardKey.objects.filter(retired_at=None).order_by("-made_at", "-id").first()
    if held is None:
        raise NotFound("card_key")
    data_key = key_ring().open_subject_key(bytes(held.wrapped_key), f"card-key:{held.id}")
    number = int(data_key.decrypt(bytes(held.secret), secret_place(held.id)), 16)
    return held.id, ec.derive_private_key(number, ec.SECP256R1())


def secret_place(key_id: str) -> str:
    """Return the name of the place a private key is sealed for."""
    return f"card_key.secret:{key_id}"


@dataclass(frozen=True, slots=True)
class CardKeyUse:
    """A key that signs, or has signed, cards; how many good ones, and when the last ends."""

    id: str
    made_at: datetime
    retired_at: datetime | None
    cards: int
    until: date | None


def card_keys(actor: Actor) -> tuple[CardKeyUse, ...]:
    """Return the keys of cards, the newest first. Counts the whole installation."""
    actor.may("directory.keys.rotate").or_refuse()
    with acting_as(system_actor(new_id())):
        good = Card.objects.filter(state=CardState.VALID, valid_to__gte=clock.today())
        counted = good.values_list("key_id").annotate(Count("pk"), Max("valid_to")).order_by()
        held = {key_id: (count, until) for key_id, count, until in counted}
        return tuple(
            CardKeyUse(each.id, each.made_at, each.retired_at, *held.get(each.id, (0, None)))
            for each in CardKey.objects.order_by("-made_at", "-id")
        )


def card_keys_in_use() -> dict[str, int]:
    """Count the card keys by the ring key they lie under."""
    found: dict[str, int] = {}
    for ring_id in CardKey.objects.values_list("ring_id", flat=True):
        found[ring_id] = found.get(ring_id, 0) + 1
    return found


def cards_of(actor: Actor, people: Collection[UUID]) -> tuple[CardRow, ...]:
    """Return the newest card of each of some people in scope; who has none is left out."""
    require(actor)
    rows = list(
        Card.objects.filter(person_id__in=list(people))
        .order_by("person_id", "-id")
        .distinct("person_id")
    )
    return _rows(actor, rows)


def card_row(actor: Actor, person_id: UUID) -> CardRow:
    """Return somebody's newest card, or raise NotFound."""
    found = cards_of(actor, [person_id])
    if not found:
        raise NotFound("card")
    return found[0]


def cards(
    actor: Actor,
    *,
    which: str = "good",
    after: str | UUID | None = None,
    limit: int = 50,
) -> Page[CardRow]:
    """Return cards of the actor's area, the newest first: ``good``, ``revoked`` or ``ending``.

    ``ending``: good, but out of date within thirty days.
    """
    actor.may("points.card.read").or_refuse()
    require(actor)
    most, start, today = page_size(limit), uuid_cursor(after), clock.today()
    found = Card.objects.all()
    if which == "revoked":
        found = found.filter(state=CardState.REVOKED)
    else:
        found = found.filter(state=CardState.VALID, valid_to__gte=today)
    if which == "ending":
        found = found.filter(valid_to__lt=today + timedelta(days=30))
    if start is not None:
        found = found.filter(id__lt=start)
    rows = list(found.order_by("-id")[: most + 1])
    return Page(_rows(actor, rows[:most]), str(rows[most - 1].id) if len(rows) > most else None)


def _rows(actor: Actor, found: Sequence[Card]) -> tuple[CardRow, ...]:
    if not found:
        return ()
    today = clock.today()
    people = directory.people_of(actor, [row.person_id for row in found])
    places = directory.areas({row.village_id for row in found})
    rows = []
    for row in found:
        person = people.get(row.person_id)
        rows.append(
            CardRow(
                id=row.id,
                person_id=row.person_id,
                person_name=person.name if person else "—",
                household_label=person.household_label if person else "",
                village_name=places[row.village_id].name,
                number=row.number,
                token=row.token,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                state=CardState(row.state),
                revoked_for=CardEnd(row.revoked_for) if row.revoked_for else None,
                revoked_at=row.revoked_at,
                issued_at=row.issued_at,
                is_good=row.state == CardState.VALID and row.valid_to >= today,
            )
        )
    return tuple(rows)


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
