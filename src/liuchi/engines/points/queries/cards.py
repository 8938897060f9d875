"""Cards: what a code or number says on a day, whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db import connection

from liuchi.engines.points.models import CardKey
from liuchi.engines.points.rules.card_tokens import is_genuine, read_number, read_token


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
