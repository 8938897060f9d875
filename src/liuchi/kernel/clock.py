"""The one source of time. Everything is Asia/Shanghai on screen, UTC-aware in memory.

Source: ``docs/adr/0003-time-and-identity.md``. China has one zone and no
daylight saving, so a calendar day is an unambiguous interval of 24 hours.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Anything that can say what time it is."""

    def now(self) -> datetime:
        """Return the present instant, timezone-aware."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)


class SimulatedClock:
    """A clock that stands still until it is moved: for demos and tests."""

    def __init__(self, start: datetime) -> None:
        """Start at ``start``, which must be timezone-aware."""
        if start.tzinfo is None:
            msg = "a simulated clock needs a timezone-aware start"
            raise ValueError(msg)
        self._now = start
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the simulated instant."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move forward by ``by``; time never runs backwards."""
        self.move_to(self._now + by)

    def move_to(self, instant: datetime) -> None:
        """Move forward to ``instant``."""
        with self._lock:
            if instant < self._now:
                msg = f"time does not run backwards: {instant} is before {self._now}"
                raise ValueError(msg)
            self._now = instant


_system = SystemClock()
_current: Clock = _system


def now() -> datetime:
    """Return the present instant of the clock in use, timezone-aware."""
    return _current.now()


def today() -> date:
    """Return the present day in Shanghai."""
    return local_day(now())


def local_day(instant: datetime) -> date:
    """Return the Shanghai calendar day of a timezone-aware instant."""
    return instant.astimezone(SHANGHAI).date()


def start_of_day(day: date) -> datetime:
    """Return the first instant of a Shanghai calendar day."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


@contextmanager
def using(clock: Clock) -> Iterator[Clock]:
    """Run the block with another clock, for the whole process.

    Process-wide on purpose: the posting writer and the web server run in other
    threads and must see the same time as the test or the demo that drives them.
    """
    global _current  # noqa: PLW0603
    previous, _current = _current, clock
    try:
        yield clock
    finally:
        _current = previous
