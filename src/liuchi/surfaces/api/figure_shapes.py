"""What operations about figures give."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Schema

from liuchi.engines.indicators.enums import By, Reason
from liuchi.surfaces.api.shapes import Area, Exact, Page, Wording


class Definition(Schema):
    """What an indicator counts, in words."""

    lines: list[Wording]
    counted: Wording
    not_counted: Wording
    source: Wording


class Indicator(Schema):
    """A figure that can be asked for."""

    code: str
    title: str
    words: Definition
    unit: str
    by: list[By]
    dimensions: list[str]
    playbook: str


class Period(Schema):
    """A month, quarter or year, such as 2022-05, 2022-Q2 or 2022."""

    code: str
    first: date
    last: date


class Figure(Schema):
    """A figure of an area; ``value`` is null and ``text`` "—" where there is none to give.

    ``span`` is the stretch of time it is of, null for all time up to the day ``as_of``;
    ``month`` is its first day where it is a month.
    """

    code: str
    title: str
    value: Exact | None
    text: str
    unit: str
    area: Area
    span: Period | None
    month: date | None
    as_of: date
    url: str
    facts_url: str


class Target(Schema):
    """What a figure should come to, from which day, and who set it."""

    at_least: Exact | None
    at_most: Exact | None
    since: date
    source: str


class Compared(Schema):
    """A figure beside others; each is null where there is nothing to compare with."""

    figure: Figure
    previous: Figure | None
    year_before: Figure | None
    since_previous: Exact | None
    since_year_before: Exact | None
    target: Target | None
    is_over: bool
    is_met: bool | None


class Share(Schema):
    """One line of a figure listed by a dimension."""

    key: str
    words: Wording
    value: Exact | None
    text: str


class TracedFact(Schema):
    """A fact that makes part of a figure.

    Where a figure counts each entity once, ``entity`` is the one this fact names, and
    ``first_of_entity`` marks one fact of each. ``measured`` is the number a percentile is of.
    """

    id: UUID
    kind: str
    kind_title: Wording
    at: datetime
    recorded_at: datetime
    area_id: UUID | None
    actor_id: UUID
    subject_kind: str
    subject_id: UUID
    amount: Exact | None
    part: str
    entity: str | None
    first_of_entity: bool
    measured: Exact | None


class Change(Schema):
    """Of one side of a figure and one reason: how many facts, and how much they make."""

    part: str
    reason: Reason
    facts: int
    makes: Exact


class ChangedFact(Schema):
    """A fact that counts on one of two days and not on the other, and what it makes."""

    fact: TracedFact
    reason: Reason
    is_now: bool
    makes: Exact


class Changes(Schema):
    """A figure on two days, why it is not the same, and a page of the facts of one reason."""

    then: Figure
    now: Figure
    changes: list[Change]
    rows: list[ChangedFact]
    next_after: UUID | None


class Trace(Page[TracedFact]):
    """A page of the facts behind a figure, and how many there are in all."""

    fact_count: int
    entity_count: int | None
