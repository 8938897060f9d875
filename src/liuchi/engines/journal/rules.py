"""Canonical bytes of what is hashed. Pure: nothing here reads a database.

The form is versioned. A later version may not change what an earlier one meant, since
seals and command keys made with it must go on proving themselves.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID


def canonical_bytes(value: object) -> bytes:
    """Return one byte string for one value, whatever the order of its keys.

    JSON with sorted keys and no spaces, UTF-8. Times are UTC with microseconds, decimals
    and ids strings; a float is refused, since it has no one true text.
    """
    return json.dumps(
        _plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def body_hash(body: Mapping[str, object]) -> str:
    """Return the SHA-256 of a command's body, as 64 hex digits."""
    return hashlib.sha256(canonical_bytes(body)).hexdigest()


def _plain(value: object) -> object:  # noqa: PLR0911  one line per type reads best
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, str | UUID):
        return str(value)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    msg = f"no canonical form for {type(value).__name__}"
    raise TypeError(msg)
