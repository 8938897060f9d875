"""Where a page of a list ended, read back: cursors come from the address and may be anything."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from liuchi.kernel.errors import Invalid
from liuchi.kernel.sentences import Sentence


def cursor_unusable() -> Invalid:
    """Return the error for an address of a page that was never given out."""
    sentence = Sentence("翻页地址不对，请从列表第一页开始。", "Start the list again.")
    return Invalid("cursor_unusable", sentence)


def id_after(after: str) -> UUID:
    """Read the id a page ended with; Invalid("cursor_unusable") for what is none."""
    try:
        return UUID(after)
    except ValueError as error:
        raise cursor_unusable() from error


def day_after(after: str) -> date:
    """Read the day a page ended with; Invalid("cursor_unusable") for what is none."""
    try:
        return date.fromisoformat(after)
    except ValueError as error:
        raise cursor_unusable() from error
