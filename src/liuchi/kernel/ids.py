"""Identifiers: UUID version 7, from the kernel's clock.

The first 48 bits are milliseconds since 1970, so ids sort by time and the
journal can be partitioned by a range of ids. Layout: RFC 9562, section 5.7.
"""

from __future__ import annotations

import secrets
import threading
from datetime import UTC, datetime
from uuid import UUID

from liuchi.kernel import clock

_lock = threading.Lock()
_last: tuple[int, int] = (-1, 0)
_COUNTER_BITS = 12
_BORROWED_MS_MAX = 60_000
"""Further back than this is no borrowed time but another clock: start anew."""


def new_id() -> UUID:
    """Return a fresh UUIDv7; ids of one process in one millisecond stay in order."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[UUID]:
    """Return fresh ids in order: for a list, random bytes and time are asked for once."""
    global _last  # noqa: PLW0603
    tails = secrets.token_bytes(8 * count)
    milliseconds = int(clock.now().timestamp() * 1000)
    made = []
    with _lock:
        last_ms, counter = _last
        is_later = not last_ms - _BORROWED_MS_MAX <= milliseconds <= last_ms
        for place in range(count):
            if is_later:
                last_ms, counter, is_later = milliseconds, secrets.randbelow(1 << 8), False
            else:
                # The same millisecond, or one that a full counter borrowed (RFC 9562, 6.2).
                counter += 1
                if counter >= 1 << _COUNTER_BITS:
                    last_ms, counter = last_ms + 1, 0
            tail = int.from_bytes(tails[8 * place : 8 * place + 8], "big") >> 2
            made.append(_pack(last_ms, counter, tail))
        _last = (last_ms, counter)
    return made


def lowest_id_at(instant: datetime) -> UUID:
    """Return the smallest UUIDv7 that ``instant`` can have: a partition bound."""
    return _pack(int(instant.timestamp() * 1000), 0, 0)


def instant_of(identifier: UUID) -> datetime:
    """Return the instant a UUIDv7 was made, to the millisecond."""
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, tz=UTC)


def _pack(milliseconds: int, counter: int, tail: int) -> UUID:
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= counter << 64
    value |= 0b10 << 62
    return UUID(int=value | tail)
