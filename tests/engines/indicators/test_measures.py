"""Percentiles and what is in a state, against a recount by hand; and why they changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engines.indicators import test_queries
from engines.indicators.test_queries import (
    ALWAYS,
    COMMON,
    START,
    SYSTEM,
    Made,
    made,
    one,
    standing,
    written,
)
from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators import queries
from liuchi.engines.indicators.enums import By, Part, Reason
from liuchi.engines.indicators.rules.words import quotient
from liuchi.engines.journal.actions import apply_playbook

BIG = {"quantity": {"at_least": 2}}
THERE = {"stock": {"leaves": [{"of": "probe.returned"}]}}
INDICATORS: tuple[dict[str, object], ...] = (
    {**COMMON, "code": "m.half", "measure": {"percentile": {"at": 50, "over": "quantity"}}},
    {
        **COMMON,
        "code": "m.took",
        "measure": {"percentile": {"at": 90, "since": {"of": "probe.returned"}, "in": "days"}},
    },
    {**COMMON, "code": "m.there", "measure": THERE},
    {**COMMON, "code": "m.there_big", "measure": THERE, "where": BIG, "by": ["month", "quantity"]}
    | {"area": "home_area"},
    {
        **COMMON,
        "code": "m.share",
        "measure": {
            "ratio": {
                "numerator": {"measure": THERE, "where": BIG},
                "denominator": {"measure": THERE},
            }
        },
    },
)
CODES = [str(each["code"]) for each in INDICATORS]
EVERYWHERE = {0, 1, 2, 3}
several = st.builds(
    lambda fact, about: replace(fact, about=about, corrects=fact.corrects), made, st.integers(0, 2)
)
_areas = test_queries.areas


@pytest.fixture
def areas(_areas: tuple[UUID, ...]) -> Iterator[tuple[UUID, ...]]:
    apply_playbook(
        code="measured",
        source="",
        compiled={"indicators": list(INDICATORS)},
        places=[_areas[0]],
        in_force_from=START,
        spec_version=1,
        approved_by="",
        actor=SYSTEM,
    )
    return _areas


def place_of(facts: list[Made], n: int) -> tuple[int, int]:
    """Say where a fact stands in time: by its day, then as it was written."""
    order = sorted(range(len(facts)), key=lambda m: (facts[m].recorded_day, m))
    return facts[n].day, order.index(n)


def known(facts: list[Made], kind: str, as_of: date) -> list[int]:
    return standing(facts, kind, EVERYWHERE, (*ALWAYS, as_of), placed=False)


def ranked(numbers: list[int], at: int) -> Decimal | None:
    """The smallest number that at least so many of a hundred do not exceed."""
    for number in sorted(numbers):
        if 100 * sum(each <= number for each in numbers) >= at * len(numbers):
            return Decimal(number)
    return None


def took(facts: list[Made], n: int, as_of: date) -> int | None:
    """How many days since the latest return about the same record."""
    begun = [
        facts[m].day
        for m in known(facts, "probe.returned", as_of)
        if facts[m].about == facts[n].about and place_of(facts, m) < place_of(facts, n)
    ]
    return facts[n].day - max(begun) if begun else None


def there(facts: list[Made], inside: set[int], last: date, as_of: date) -> list[int]:
    """Walk over the records: of each the last fact by a day."""
    found = []
    for about in {fact.about for fact in facts}:
        family = [
            n
            for kind in ("probe.bought", "probe.returned")
            for n in known(facts, kind, as_of)
            if facts[n].about == about and facts[n].at_day <= last
        ]
        if family:
            n = max(family, key=lambda m: place_of(facts, m))
            if facts[n].kind == "probe.bought" and facts[n].home in inside:
                found.append(n)
    return found


def listed(
    code: str, facts: list[Made], inside: set[int], days: tuple[date, date, date]
) -> list[int]:
    """Which facts make a figure, of all but a rate."""
    since, before, as_of = days
    if code in ("m.there", "m.there_big"):
        last = min(before - timedelta(days=1), as_of)
        found = there(facts, inside, last, as_of)
        return [n for n in found if code == "m.there" or (facts[n].quantity or 0) >= 2]
    found = standing(facts, "probe.bought", inside, (since, before, as_of), placed=False)
    if code == "m.half":
        return [n for n in found if facts[n].quantity is not None]
    return [n for n in found if took(facts, n, as_of) is not None]


def recount(
    code: str, facts: list[Made], inside: set[int], days: tuple[date, date, date]
) -> Decimal | None:
    if code == "m.share":
        top, bottom = (
            Decimal(len(listed(each, facts, inside, days))) for each in ("m.there_big", "m.there")
        )
        return quotient(top, bottom, 100, 1)
    found = listed(code, facts, inside, days)
    if code == "m.half":
        return ranked([facts[n].quantity or 0 for n in found], 50)
    if code == "m.took":
        return ranked([took(facts, n, days[2]) or 0 for n in found], 90)
    return Decimal(len(found))


@hypothesis_settings(max_examples=60)
@given(
    facts=st.lists(several, max_size=12),
    code=st.sampled_from(CODES),
    as_of=st.integers(0, 95),
    month=st.none() | st.sampled_from([date(2022, 4, 1), date(2022, 5, 17), date(2022, 6, 30)]),
)
def test_a_figure_equals_a_recount(
    areas: tuple[UUID, ...], facts: list[Made], code: str, as_of: int, month: date | None
) -> None:
    day, span = START + timedelta(days=as_of), ALWAYS
    if month is not None:
        span = (month.replace(day=1), (month.replace(day=1) + timedelta(days=32)).replace(day=1))
    office = directory.area_named("菱北办事处").id
    with written(facts, areas):
        for area, inside in ((areas[0], {0, 1}), (areas[1], {1}), (office, {0, 1, 2})):
            found = queries.figure(SYSTEM, code, area, month=month, as_of=day)
            assert found.value == recount(code, facts, inside, (*span, day))
            assert (found.text == "—") is (found.value is None)
        rows = queries.breakdown(SYSTEM, code, areas[0], month=month, as_of=day)
        values = {row.area.id: row.value for row in rows}
        assert values[areas[1]] == recount(code, facts, {1}, (*span, day))
        for by in (By.MONTH, By.QUARTER, By.YEAR):
            for row in queries.breakdown(SYSTEM, code, office, by=by, as_of=day):
                assert row.span is not None
                days = (row.span.first, row.span.end, day)
                assert row.value == recount(code, facts, {0, 1, 2}, days)


@hypothesis_settings(max_examples=30)
@given(
    facts=st.lists(several, max_size=12),
    code=st.sampled_from([code for code in CODES if code != "m.share"]),
    as_of=st.integers(0, 95),
)
def test_the_facts_behind_are_those_counted_with_their_numbers(
    areas: tuple[UUID, ...], facts: list[Made], code: str, as_of: int
) -> None:
    day = START + timedelta(days=as_of)
    with written(facts, areas) as ids:
        page = queries.facts_behind(SYSTEM, code, areas[0], as_of=day, limit=100)
        figure = queries.figure(SYSTEM, code, areas[0], as_of=day)
        expected = listed(code, facts, {0, 1}, (*ALWAYS, day))
        assert {id(ids[row.id]) for row in page.rows} == {id(facts[n]) for n in expected}
        assert page.fact_count == len(page.rows) == len(expected)
        if code in ("m.there", "m.there_big"):
            assert figure.value == page.fact_count
        else:
            numbers = [int(row.measured or 0) for row in page.rows]
            assert figure.value == ranked(numbers, 50 if code == "m.half" else 90)


@hypothesis_settings(max_examples=30)
@given(
    facts=st.lists(several, max_size=12),
    code=st.sampled_from(CODES),
    days=st.tuples(st.integers(0, 95), st.integers(0, 95)),
)
def test_the_reasons_add_up(
    areas: tuple[UUID, ...], facts: list[Made], code: str, days: tuple[int, int]
) -> None:
    """A stock's to the difference; a percentile's to how many more or fewer numbers it is of."""
    since, as_of = (START + timedelta(days=each) for each in sorted(days))
    with written(facts, areas):
        page = queries.why_changed(SYSTEM, code, areas[0], since=since, as_of=as_of)
        makes = {part: sum(c.makes for c in page.changes if c.part is part) for part in Part}
        sides = {Part.WHOLE: code}
        if code == "m.share":
            sides = {Part.NUMERATOR: "m.there_big", Part.DENOMINATOR: "m.there"}
        for part, side in sides.items():
            then, now = (
                len(listed(side, facts, {0, 1}, (*ALWAYS, each))) for each in (since, as_of)
            )
            assert makes[part] == now - then
        for reason in Reason:
            rows = queries.why_changed(
                SYSTEM, code, areas[0], since=since, as_of=as_of, reason=reason, limit=100
            ).rows
            told = [each for each in page.changes if each.reason is reason]
            assert len(rows) == sum(each.facts for each in told)
            assert sum(each.makes for each in rows) == sum(each.makes for each in told)


def told(areas: tuple[UUID, ...], code: str, *days: int) -> dict[Reason, tuple[int, Decimal]]:
    since, as_of = (START + timedelta(days=each) for each in days)
    page = queries.why_changed(SYSTEM, code, areas[0], since=since, as_of=as_of)
    return {each.reason: (each.facts, each.makes) for each in page.changes}


def test_who_came_who_left_and_what_was_put_right(areas: tuple[UUID, ...]) -> None:
    back = {"kind": "probe.returned"}
    facts = [
        one(),  # there on day 10, gone on day 20
        one(about=1),  # away on day 10, since its return was taken back there
        one(**back, about=1, day=5),
        one(about=2, day=15),  # came
        one(about=3, day=8, late=10),  # had come, recorded late
        one(**back, day=20),
        one(**back, about=1, day=22, corrects=2),  # takes the return back, and is one itself
        one(about=1, day=23),
    ]
    with written(facts, areas):
        assert told(areas, "m.there", 10, 30) == {
            Reason.ADDED: (2, Decimal(2)),
            Reason.LATE: (1, Decimal(1)),
            Reason.LEFT: (1, Decimal(-1)),
        }
        assert (
            queries.figure(SYSTEM, "m.there", areas[0], as_of=START + timedelta(days=10)).text
            == "1"
        )


def test_a_beginning_that_was_put_right_changes_the_number_of_a_fact(
    areas: tuple[UUID, ...],
) -> None:
    back = {"kind": "probe.returned"}
    facts = [one(**back, day=1), one(day=5), one(**back, day=3, late=20, corrects=0)]
    with written(facts, areas):
        texts = [
            queries.figure(SYSTEM, "m.took", areas[0], as_of=START + timedelta(days=each)).text
            for each in (10, 30)
        ]
        assert texts == ["4", "2"]
        assert told(areas, "m.took", 10, 30) == {Reason.CORRECTED: (1, Decimal(0))}


def test_a_stock_goes_on_through_months_without_anything(areas: tuple[UUID, ...]) -> None:
    with written([one(day=3), one(kind="probe.returned", day=70)], areas):
        rows = queries.breakdown(
            SYSTEM, "m.there", areas[0], by=By.MONTH, as_of=START + timedelta(days=100)
        )
        assert [(row.span.code if row.span else "", row.text) for row in rows] == [
            ("2022-04", "1"), ("2022-05", "1"), ("2022-06", "0"), ("2022-07", "0")
        ]  # fmt: skip
        facts = queries.facts_behind(SYSTEM, "m.there", areas[0], month=date(2022, 5, 1))
        assert facts.fact_count == 1


def test_a_stock_is_listed_by_a_dimension(areas: tuple[UUID, ...]) -> None:
    with written([one(quantity=2), one(about=1, quantity=3), one(about=2, quantity=3)], areas):
        found = queries.listed_by(SYSTEM, "m.there_big", areas[0], "quantity")
        assert {each.key: each.text for each in found} == {"2": "1", "3": "2"}
