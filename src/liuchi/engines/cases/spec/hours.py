"""The hours of a work day, and when a reminder comes."""

from __future__ import annotations

import re
from datetime import time
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, Field

from liuchi.kernel.calendar import WorkingHours

_STRETCH = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
STRETCHES_MAX = 4


def _read(written: tuple[str, ...]) -> tuple[tuple[time, time], ...]:
    found = []
    for text in written:
        if _STRETCH.fullmatch(text) is None:
            msg = f"{text!r}: write a stretch of the day as 08:00-12:00"
            raise ValueError(msg)
        opens, closes = text.split("-")
        found.append((time.fromisoformat(opens), time.fromisoformat(closes)))
    return tuple(found)


def _in_order(written: tuple[str, ...]) -> tuple[str, ...]:
    bounds = [moment for stretch in _read(written) for moment in stretch]
    if any(a >= b for a, b in pairwise(bounds)):
        msg = f"the hours of a day must be in order and apart: {'、'.join(written)}"
        raise ValueError(msg)
    return written


Hours = Annotated[
    tuple[str, ...],
    AfterValidator(_in_order),
    Field(
        max_length=STRETCHES_MAX,
        description="the hours that count as working time; left out: 08:00-12:00, 14:00-18:00",
    ),
]


def working_hours(written: tuple[str, ...]) -> WorkingHours | None:
    """Return the hours of a playbook as the calendar takes them; None where it says nothing."""
    return WorkingHours(_read(written)) if written else None
