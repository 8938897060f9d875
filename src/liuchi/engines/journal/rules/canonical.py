"""The one way a fact is written as bytes, so that its hash means something for ever.

Format 1: JSON (RFC 8259) in UTF-8, keys sorted by code point, no white space; decimals
and ids are strings, decimals without exponent or trailing zeros; instants are UTC in
ISO 8601 with six decimals; floats are refused. A later format gets another number and
stands beside this one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact as read. ``ordinal`` is None until the sequencer has seen it.

    ``at`` is when it happened, ``recorded_at`` when we learned it, both timezone-aware.
    ``playbook_version`` is the id of an applied version. Decimals in ``data`` are strings.
    """

    id: UUID
    ordinal: int | None
    kind: str
    at: datetime
    recorded_at: datetime
    area_id: UUID | None
    actor_id: UUID
    subject_kind: str
    subject_id: UUID
    cause_id: UUID | None
    corrects_id: UUID | None
    playbook_version: UUID | None
    amount: Decimal | None
    data: Mapping[str, object]


def canonical_json(value: object) -> bytes:
    """Return the canonical bytes of a tree of plain values.

    Takes None, bool, int, str, Decimal, UUID, datetime (aware), date, Enum and mappings
    and sequences of them. Raises ``TypeError`` for anything else, floats among them, and
    ``ValueError`` for a naive instant, a non-finite decimal or a lone surrogate.
    """
    return _encoder.encode(_plain(value)).encode()


def read_json(text: str | bytes) -> object:
    """Read JSON without floats: a number with a fraction becomes a ``Decimal``.

    Raises ``ValueError`` for what is not JSON, NaN and Infinity among it, and
    ``RecursionError`` for what is nested past all reason.
    """
    return json.loads(text, parse_float=Decimal, parse_constant=_no_number)


def body_hash(body: Mapping[str, object]) -> str:
    """Return the SHA-256 of a command's body, as 64 hexadecimal digits."""
    return hashlib.sha256(b"liuchi.command.v1\x00" + canonical_json(body)).hexdigest()


def fact_form(fact: FactRow) -> dict[str, object]:
    """Return the fact as the mapping whose canonical bytes are sealed (format 1)."""
    return {
        "actor_id": fact.actor_id,
        "amount": fact.amount,
        "area_id": fact.area_id,
        "at": fact.at,
        "cause_id": fact.cause_id,
        "corrects_id": fact.corrects_id,
        "data": fact.data,
        "id": fact.id,
        "kind": fact.kind,
        "ordinal": fact.ordinal,
        "playbook_version": fact.playbook_version,
        "recorded_at": fact.recorded_at,
        "subject_id": fact.subject_id,
        "subject_kind": fact.subject_kind,
    }


def fact_bytes(fact: FactRow) -> bytes:
    """Return the canonical bytes of a fact, format 1."""
    return canonical_json(fact_form(fact))


_encoder = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


def _plain(value: object) -> object:  # noqa: C901, PLR0911 - one line per type reads best
    # What nearly every value is, before the questions that take time.
    kind = type(value)
    if kind is str or kind is int or value is None:
        return value
    if kind is UUID:
        return str(value)
    if isinstance(value, dict):
        return {_key(key): _plain(held) for key, held in value.items()}
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_key(key): _plain(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(held) for held in value]
    msg = f"{type(value).__name__} has no canonical form"
    raise TypeError(msg)


def _key(key: object) -> str:
    if not isinstance(key, str):
        msg = f"a key must be text, not {type(key).__name__}"
        raise TypeError(msg)
    return key


def _no_number(text: str) -> object:
    msg = f"{text} is not JSON"
    raise ValueError(msg)


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        msg = f"{value} has no canonical form"
        raise ValueError(msg)
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", "0"} else text


def instant_text(value: datetime) -> str:
    """Return an instant as canonical JSON writes it; ``ValueError`` for a naive one."""
    if value.tzinfo is None:
        msg = "an instant without a timezone has no canonical form"
        raise ValueError(msg)
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
