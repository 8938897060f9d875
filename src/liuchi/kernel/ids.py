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
    global _last  # noqa: PLW0603
    milliseconds = int(clock.now().timestamp() * 1000)
    with _lock:
        last_ms, counter = _last
        if last_ms - _BORROWED_MS_MAX <= milliseconds <= last_ms:
            # The same millisecond, or one that a full counter has borrowed (RFC 9562, 6.2).
            milliseconds, counter = last_ms, counter + 1
            if counter >= 1 << _COUNTER_BITS:
                milliseconds, counter = last_ms + 1, 0
        else:
            counter = secrets.randbelow(1 << 8)
        _last = (milliseconds, counter)
    return _pack(milliseconds, counter, secrets.randbits(62))


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
