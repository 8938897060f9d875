"""Why a figure changed: every reason's facts, and together exactly the difference."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engines.indicators import test_queries
from engines.indicators.test_queries import CODES, START, SYSTEM, Made, made, one, written
from liuchi.engines.indicators import queries
from liuchi.engines.indicators.enums import Part, Reason
from liuchi.kernel.errors import NotFound
from liuchi.kernel.periods import Per, span_of

if TYPE_CHECKING:
    from liuchi.engines.indicators.queries import ChangedFact, ChangePage

areas = test_queries.areas


def day(number: int) -> date:
    return START + timedelta(days=number)


def every_fact(code: str, area: UUID, reason: Reason, **days: date) -> Iterator[ChangedFact]:
    after = None
    while True:
        page = queries.why_changed(SYSTEM, code, area, reason=reason, after=after, limit=2, **days)
        yield from page.rows
        after = page.next_after
        if after is None:
            return


def difference(page: ChangePage, *parts: Part) -> Decimal:
    return sum((each.makes for each in page.changes if each.part in parts), Decimal(0))


@hypothesis_settings(max_examples=25)
@given(
    facts=st.lists(made, max_size=12),
    code=st.sampled_from(CODES),
    days=st.tuples(st.integers(0, 95), st.integers(0, 95)),
)
def test_the_reasons_add_up_to_the_difference(
    areas: tuple[UUID, ...], facts: list[Made], code: str, days: tuple[int, int]
) -> None:
    since, as_of = (day(each) for each in sorted(days))
    with written(facts, areas):
        page = queries.why_changed(SYSTEM, code, areas[0], since=since, as_of=as_of)
        if page.now.value is not None and page.then.value is not None and code != "p.rate":
            assert difference(page, Part.WHOLE) == page.now.value - page.then.value
        if code == "p.rate":
            for part, kind in ((Part.NUMERATOR, "returned"), (Part.DENOMINATOR, "bought")):
                counts = [
                    sum(row.kind == f"probe.{kind}" for row in rows(code, areas[0], each))
                    for each in (since, as_of)
                ]
                assert difference(page, part) == counts[1] - counts[0]
        for reason in Reason:
            listed = list(every_fact(code, areas[0], reason, since=since, as_of=as_of))
            told = [each for each in page.changes if each.reason is reason]
            assert len(listed) == sum(each.facts for each in told)
            assert sum(each.makes for each in listed) == sum(each.makes for each in told)
            assert len({each.fact.id for each in listed}) == len(listed)


def rows(code: str, area: UUID, as_of: date) -> tuple[queries.TracedFact, ...]:
    return queries.facts_behind(SYSTEM, code, area, as_of=as_of).rows


def told(page: ChangePage) -> dict[Reason, tuple[int, Decimal]]:
    return {each.reason: (each.facts, each.makes) for each in page.changes}


def test_each_reason_is_what_it_says(areas: tuple[UUID, ...]) -> None:
    facts = [
        one(amount=5),
        one(amount=7, person=1),
        one(amount=2, person=2),
        one(amount=9, day=9, late=20),
        one(amount=4, day=20),
        one(amount=6, day=21, corrects=0),
        one(kind="probe.returned", day=22, corrects=1),
    ]
    with written(facts, areas):
        page = queries.why_changed(SYSTEM, "p.spent", areas[0], since=day(10), as_of=day(40))
        assert (page.then.value, page.now.value) == (14, 21)
        assert told(page) == {
            Reason.ADDED: (1, Decimal(4)),
            Reason.LATE: (1, Decimal(9)),
            Reason.CORRECTED: (2, Decimal(1)),
            Reason.REMOVED: (1, Decimal(-7)),
        }


def test_somebody_counted_already_makes_nothing_more(areas: tuple[UUID, ...]) -> None:
    facts = [one(), one(day=20), one(day=21, person=1), one(day=22, person=1)]
    with written(facts, areas):
        page = queries.why_changed(SYSTEM, "p.people", areas[0], since=day(10), as_of=day(40))
        assert told(page) == {Reason.ADDED: (3, Decimal(1))}


def test_of_a_month_only_what_belongs_to_it_changed_it(areas: tuple[UUID, ...]) -> None:
    april = span_of(Per.MONTH, START)
    with written([one(), one(day=5, late=40), one(day=35)], areas):
        days = {"since": day(30), "as_of": day(60)}
        page = queries.why_changed(SYSTEM, "p.count", areas[0], span=april, **days)
        assert (page.then.text, page.now.text) == ("1", "2")
        assert told(page) == {Reason.LATE: (1, Decimal(1))}


def test_before_the_method_there_is_nothing_to_set_it_against(areas: tuple[UUID, ...]) -> None:
    with written([one()], areas), pytest.raises(NotFound):
        queries.why_changed(SYSTEM, "p.count", areas[0], since=day(-1))
