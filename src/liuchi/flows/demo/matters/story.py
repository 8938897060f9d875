"""What is reported, as a plan: who, what, where, and the steps that follow.

Pure. ``then`` is a small script: verbs in order, each some minutes after the one before;
``+2`` goes two work days on, to the morning. A verb may name what it needs after a colon:
``dispatch:市政维护站``. Everything in it is invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from liuchi.kernel.calendar import WorkCalendar
from liuchi.kernel.clock import SHANGHAI
from liuchi.playbooks.source import read_tree

WORK_DAYS = 24
"""How many work days the story takes, its last included."""
_BETWEEN = timedelta(minutes=25)
_MORNING = time(8, 50)


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter. ``ago`` counts work days before the last; ``x`` and ``y`` are of its community.

    ``by`` is ``worker``, ``resident-1`` to ``-3``, ``anonymous``, ``caller`` or ``counter``.
    """

    code: str
    ago: int
    at: time
    village: str  # the community's slug
    type: str
    condition: str
    by: str
    text: str
    place: str
    x: float
    y: float
    then: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """A step of a matter at its moment. ``step`` 0 is the report itself."""

    at: datetime
    code: str
    step: int
    verb: str = ""
    what: str = ""


def work_days(last: date, count: int = WORK_DAYS) -> tuple[date, ...]:
    """Return the work days up to ``last``, the latest first."""
    calendar, day = WorkCalendar(), last
    found: list[date] = []
    while len(found) < count:
        if calendar.is_work_day(day):
            found.append(day)
        day -= timedelta(days=1)
    return tuple(found)


def steps_of(matter: Matter, days: tuple[date, ...]) -> Iterator[Event]:
    """Return a matter's steps in order. ``days`` as from :func:`work_days`."""
    ago, at, step = matter.ago, _moment(days[matter.ago], matter.at), 0
    yield Event(at, matter.code, step)
    for word in matter.then.split():
        if word.startswith("+"):
            ago -= int(word)
            # Matters differ by minutes, so that a morning is no single stroke.
            at = _moment(days[ago], _MORNING) + timedelta(minutes=sum(matter.code.encode()) % 25)
            continue
        step, at = step + 1, at + _BETWEEN
        verb, _, what = word.partition(":")
        yield Event(at, matter.code, step, verb, what)


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=SHANGHAI)


def _read() -> tuple[Matter, ...]:
    data: Any = read_tree(_DATA / "lingbei-matters.yaml").data
    return tuple(Matter(**row | {"at": time.fromisoformat(row["at"])}) for row in data)


_DATA = Path(__file__).resolve().parents[1] / "data"
MATTERS = _read()
