"""What this engine answers with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.indicators.enums import By, Part, Reason
from liuchi.engines.indicators.rules.targets import Target
from liuchi.engines.indicators.rules.words import Definition
from liuchi.kernel.periods import Per, Span
from liuchi.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator in force: what it is called and what it counts."""

    code: str
    title: str
    name: Sentence
    words: Definition
    unit: str
    by: tuple[By, ...]
    playbook: str
    headline: bool = False
    dimensions: tuple[str, ...] = ()
    playbook_title: str = ""
    is_percentile: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure. ``value`` is None and ``text`` "—" where there is none to give.

    ``span`` is the month, quarter or year asked for, None for all time up to
    ``as_of``. ``url`` opens it on the desk, ``facts_url`` the facts behind it.
    """

    code: str
    title: str
    value: Decimal | None
    text: str
    unit: str
    area: AreaRow
    span: Span | None
    as_of: date
    url: str
    facts_url: str

    @property
    def month(self) -> date | None:
        """The first day of the month asked for; None for all else."""
        return self.span.first if self.span is not None and self.span.per is Per.MONTH else None


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure beside the same length of time before, a year before, and its target.

    Each is None where there is nothing to compare with.
    """

    figure: Figure
    previous: Figure | None
    year_before: Figure | None
    target: Target | None

    @property
    def since_previous(self) -> Decimal | None:
        """How much more than the stretch before; None without either."""
        return _more(self.figure, self.previous)

    @property
    def since_year_before(self) -> Decimal | None:
        """How much more than a year before; None without either."""
        return _more(self.figure, self.year_before)

    @property
    def is_over(self) -> bool:
        """Whether the stretch had ended by the day the figure was counted."""
        span = self.figure.span
        return span is None or span.end <= self.figure.as_of

    @property
    def is_met(self) -> bool | None:
        """Whether the figure is where its target says, so far; None without either."""
        return None if self.target is None else self.target.is_met(self.figure.value)


def _more(now: Figure, before: Figure | None) -> Decimal | None:
    if before is None or now.value is None or before.value is None:
        return None
    return now.value - before.value


@dataclass(frozen=True, slots=True)
class Share:
    """One line of a figure listed by a dimension: a code, its words, how much it makes."""

    key: str
    words: Sentence
    value: Decimal | None
    text: str


@dataclass(frozen=True, slots=True)
class TracedFact:
    """A fact that makes part of a figure.

    Where a figure counts each entity once, ``entity`` is the one this fact names,
    and ``first_of_entity`` marks one fact per entity: as many as the figure says.
    ``measured`` is the number of this fact that a percentile is of.
    """

    id: UUID
    kind: str
    kind_title: Sentence
    at: datetime
    recorded_at: datetime
    area_id: UUID | None
    actor_id: UUID
    subject_kind: str
    subject_id: UUID
    amount: Decimal | None
    part: Part
    entity: str | None
    first_of_entity: bool
    measured: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Of one side of a figure and one reason: how many facts, and how much they make."""

    part: Part
    reason: Reason
    facts: int
    makes: Decimal


@dataclass(frozen=True, slots=True)
class ChangedFact:
    """A fact that counts on one of two days and not on the other.

    ``is_now``: it counts on the later one. ``makes`` is what it adds or takes away: nothing,
    where it names somebody who is counted anyway.
    """

    fact: TracedFact
    reason: Reason
    is_now: bool
    makes: Decimal


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A figure on two days, why it is not the same, and a page of the facts of one reason."""

    then: Figure
    now: Figure
    changes: tuple[Change, ...]
    rows: tuple[ChangedFact, ...]
    next_after: str | None


@dataclass(frozen=True, slots=True)
class TracePage:
    """A page of the facts behind a figure, and how many there are in all.

    ``entity_count`` is None where the figure does not count entities.
    """

    rows: tuple[TracedFact, ...]
    next_after: str | None
    fact_count: int
    entity_count: int | None
