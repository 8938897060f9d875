"""When a message may go out: never at night, never too many a day, ever slower after trouble.

All pure; instants are timezone-aware, hours are hours of the day in Shanghai.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from liuchi.engines.notices.enums import When
from liuchi.kernel import clock

ATTEMPTS_MAX = 5
KEEP_TRYING = timedelta(days=2)
STUCK_AFTER = timedelta(minutes=5)
"""Far longer than a provider's timeout: whoever claimed the message is gone by then."""

_BACKOFF_MINUTES = (1, 4, 15, 60)
_BACKOFF_URGENT_SECONDS = (2, 5, 15, 30)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """Somebody's quiet hours ``[quiet_from, quiet_to)`` and the hour of the digest."""

    quiet_from: int
    quiet_to: int
    digest: int

    def is_quiet(self, at: datetime) -> bool:
        """Whether nothing may go out at this instant."""
        hour = at.astimezone(clock.SHANGHAI).hour
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= hour < self.quiet_to
        return hour >= self.quiet_from or hour < self.quiet_to

    def awake(self, at: datetime) -> datetime:
        """Return the instant itself, or the end of the quiet hours it falls into."""
        return next_hour(at, self.quiet_to) if self.is_quiet(at) else at

    def next_digest(self, at: datetime) -> datetime:
        """Return the next digest after an instant, out of the quiet hours."""
        return self.awake(next_hour(at, self.digest))

    def send_at(self, at: datetime, when: When) -> datetime:
        """Return when word of a notice of this instant goes out."""
        return self.next_digest(at) if when is When.DIGEST else self.awake(at)


def next_hour(at: datetime, hour: int) -> datetime:
    """Return the next time after ``at`` that the clock in Shanghai shows this full hour."""
    found = clock.start_of_day(clock.local_day(at)) + hour * _HOUR
    return found if found > at else found + _DAY


def deferred(at: datetime, hours: Hours, *, sent_today: int, most_per_day: int) -> datetime | None:
    """Return when to look again at a message that may not go out now, or None to send it."""
    if hours.is_quiet(at):
        return hours.awake(at)
    if sent_today >= most_per_day:
        tomorrow = clock.start_of_day(clock.local_day(at) + _DAY)
        return hours.awake(max(tomorrow, hours.next_digest(at)))
    return None


def most_of(most_per_day: int, *, is_digest: bool) -> int:
    """Return how many of a day's messages there may be before this one is put off.

    One place is kept for the digest, or what is urgent every day would starve it.
    """
    return most_per_day if is_digest or most_per_day == 1 else most_per_day - 1


def next_try(at: datetime, attempts: int, *, urgent: bool) -> datetime | None:
    """Return when to try again after so many tries, or None to give up."""
    if attempts >= ATTEMPTS_MAX:
        return None
    if urgent:
        return at + timedelta(seconds=_BACKOFF_URGENT_SECONDS[attempts - 1])
    return at + timedelta(minutes=_BACKOFF_MINUTES[attempts - 1])


def start_of_day(at: datetime) -> datetime:
    """Return the beginning of the day in Shanghai: what a daily limit counts from."""
    return clock.start_of_day(clock.local_day(at))
