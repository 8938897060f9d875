"""What a list of requests or updates was asked for, read from the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from liuchi.engines.cases.enums import CaseState
from liuchi.engines.cases.queries import PUBLIC_MAX
from liuchi.kernel import clock
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.open311.places import wrong

SPAN_DAYS_MAX = 90
ROWS_REACHED_MAX = 20_000
"""Rows a list may be paged through; further back is reached by dates."""
LISTED_MAX = 200
"""Ids or codes named in one request."""
OPEN, CLOSED = "open", "closed"
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_SPAN = timedelta(days=SPAN_DAYS_MAX)


@dataclass(frozen=True, slots=True)
class Span:
    """A time, both ends included."""

    begun: datetime
    ended: datetime


def span_of(given: Mapping[str, str]) -> Span:
    """Return the time asked for: at most 90 days, the last 90 where nothing is said."""
    begun, ended = moment(given, "start_date"), moment(given, "end_date")
    if begun is None:
        ended = ended or clock.now()
        return Span(max(ended - _SPAN, _EARLIEST), ended)
    if ended is None:
        return Span(begun, begun + _SPAN)
    if begun > ended:
        raise wrong(
            Sentence(
                "start_date 不能晚于 end_date。", "The start_date must not be after the end_date."
            )
        )
    if ended - begun > _SPAN:
        raise wrong(
            Sentence(
                "start_date 与 end_date 相隔不能超过 90 天。",
                "The start_date and end_date may not span more than 90 days.",
            )
        )
    return Span(begun, ended)


def moment(given: Mapping[str, str], name: str) -> datetime | None:
    """Return a time in the W3C's form, None where it is absent; without a zone: Shanghai's.

    An unescaped "+" of a zone has become a space on its way.
    """
    text = given.get(name, "").strip().replace(" ", "+")
    if not text:
        return None
    read = _EARLIEST
    try:
        read = datetime.fromisoformat(text)
        read = read if read.tzinfo is not None else read.replace(tzinfo=SHANGHAI)
        usable = _EARLIEST <= read <= _LATEST
    except (ValueError, OverflowError):
        usable = False
    if not usable:
        raise wrong(
            Sentence(
                "{name} 应为 W3C 格式的时间，如 2026-01-01T00:00Z。",
                "The {name} must be a W3C date such as 2026-01-01T00:00:00Z.",
                {"name": name},
            )
        )
    return read


@dataclass(frozen=True, slots=True)
class Paging:
    """Which rows of a list: so many skipped, so many given."""

    skip: int
    size: int


def paging_of(given: Mapping[str, str]) -> Paging:
    """Return which page is asked for; without one the first 1,000 rows."""
    page = _number(given, "page", 1, ROWS_REACHED_MAX)
    size = _number(given, "page_size", PUBLIC_MAX, PUBLIC_MAX)
    if page * size > max(ROWS_REACHED_MAX, size):
        raise wrong(
            Sentence(
                "翻得太远，请用 start_date 和 end_date 缩小范围。",
                "That is too far down the list; narrow it by start_date and end_date.",
            )
        )
    return Paging((page - 1) * size, size)


def states_of(given: Mapping[str, str]) -> tuple[CaseState, ...]:
    """Return the states that ``status`` (open, closed, or both) means; empty for all."""
    wanted = listed(given, "status")
    if set(wanted) - {OPEN, CLOSED}:
        raise wrong(
            Sentence("status 只能是 open 或 closed。", "The status must be open or closed.")
        )
    if set(wanted) in (set(), {OPEN, CLOSED}):
        return ()
    return tuple(state for state in CaseState if status_of(state) in wanted)


def status_of(state: CaseState) -> str:
    """Return what GeoReport knows of a state: whether it is open."""
    return OPEN if state.is_open else CLOSED


def ids_of(given: Mapping[str, str], name: str) -> tuple[UUID, ...] | None:
    """Return the ids named, None where none were; what is no id of ours finds nothing."""
    words = listed(given, name)
    if not words:
        return None
    return tuple(each for each in map(id_of, words) if each is not None)


def id_of(text: str) -> UUID | None:
    """Return an id as we write it, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None


def listed(given: Mapping[str, str], name: str) -> Sequence[str]:
    """Return the words of a comma-delimited argument."""
    words = [word.strip() for word in given.get(name, "").split(",") if word.strip()]
    if len(words) > LISTED_MAX:
        raise wrong(
            Sentence(
                "{name} 一次最多 {most} 个。",
                "At most {most} of {name} at once.",
                {"name": name, "most": LISTED_MAX},
            )
        )
    if any("\x00" in word for word in words):
        raise wrong(
            Sentence(
                "{name} 里有不能用的字符。",
                "There is a character in {name} of no use.",
                {"name": name},
            )
        )
    return words


def _number(given: Mapping[str, str], name: str, otherwise: int, most: int) -> int:
    text = given.get(name, "").strip()
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):  # noqa: PLR2004
        raise wrong(
            Sentence(
                "{name} 应为 1 到 {most} 的整数。",
                "The {name} must be 1 to {most}.",
                {"name": name, "most": most},
            )
        )
    return int(text)
