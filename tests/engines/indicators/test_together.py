"""A figure beside the month before, the year before and its target; and what everybody may read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from engines.indicators import test_queries as made
from engines.indicators.test_queries import SYSTEM, committed, one, written
from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators import queries
from liuchi.engines.indicators.queries import Compared, opened
from liuchi.kernel.errors import NotFound
from liuchi.kernel.periods import Per, Span, span_of

areas = made.areas
MAY = span_of(Per.MONTH, date(2022, 5, 1))
JUNE_10 = date(2022, 6, 10)
IN_APRIL, IN_MAY, IN_JUNE = 3, 33, 65


def may(code: str, area: UUID, span: Span = MAY, as_of: date = JUNE_10) -> Compared:
    (found,) = queries.compared(SYSTEM, area, [code], span, as_of=as_of)
    return found


def test_a_figure_stands_beside_the_month_before_and_its_target(areas: tuple[UUID, ...]) -> None:
    facts = [one(day=IN_APRIL), *(one(day=IN_MAY, person=n) for n in range(3)), one(day=IN_JUNE)]
    with written(facts, areas):
        found = may("p.count", areas[0])
    assert (found.figure.value, found.previous and found.previous.value) == (3, 1)
    assert found.since_previous == 2
    # The method came into force in April 2022: a year before there was nothing to count.
    assert (found.year_before, found.since_year_before) == (None, None)
    assert found.target is not None
    assert (found.target.bound, found.target.since) == (4, date(2022, 5, 1))
    assert (found.is_over, found.is_met) == (True, False)


def test_of_a_month_that_is_not_over_it_is_said(areas: tuple[UUID, ...]) -> None:
    with written([one(day=IN_MAY)], areas):
        assert may("p.count", areas[0], as_of=date(2022, 5, 31)).is_over is False
        assert may("p.count", areas[0], as_of=date(2022, 6, 1)).is_over is True


def test_a_year_before_is_the_same_month(areas: tuple[UUID, ...]) -> None:
    later = span_of(Per.MONTH, date(2023, 5, 1))
    with written([one(day=IN_MAY)], areas):
        found = may("p.count", areas[0], later, date(2023, 6, 1))
    assert found.year_before is not None
    assert (found.year_before.span, found.year_before.value) == (MAY, 1)
    assert found.since_year_before == -1


def test_a_target_for_all_holds_in_every_place_and_no_figure_misses_none(
    areas: tuple[UUID, ...],
) -> None:
    facts = [one(day=IN_MAY), one(day=IN_MAY, kind="probe.returned")]
    with written(facts, areas):
        found = may("p.rate", areas[1], as_of=date(2022, 6, 10))
        assert (found.target and found.target.at_most, found.figure.text) == (Decimal(20), "—")
        assert found.is_met is None
        assert may("p.rate", areas[0]).is_met is False
        # A quarter has no target, nor has the count anywhere but where it names.
        quarter = span_of(Per.QUARTER, JUNE_10)
        assert may("p.rate", areas[0], quarter).target is None
        assert may("p.count", areas[1]).target is None


def everybody(code: str, area: UUID) -> list[tuple[str, bool, tuple[str | None, ...]]]:
    opened._tables.cache_clear()
    table = queries.public_table(code, area)
    return [(row.area.name, row.own, row.cells) for row in table.rows]


def test_everybody_reads_ended_months_and_no_small_number(areas: tuple[UUID, ...]) -> None:
    seven = [one(day=IN_APRIL, person=n, home=0 if n < 6 else 1) for n in range(7)]
    facts = [*seven, *(one(day=IN_MAY, person=n, home=0) for n in range(8)), one(day=IN_JUNE)]
    names = [directory.area(area).name for area in areas[:2]]
    with committed(facts, areas):
        rows = everybody("p.people", areas[0])
    assert rows[0] == (names[0], False, ("7", "8"))
    # One person of the grid in April: what belongs to no grid is held back with it.
    assert rows[1] == (names[1], False, (None, "0"))
    assert rows[-1] == (names[0], True, (None, "8"))


def test_a_sum_is_held_back_by_how_many_people_it_is_about(areas: tuple[UUID, ...]) -> None:
    facts = [one(day=IN_APRIL, person=n, amount=9) for n in (0, 0, 1, 1)] + [one(day=IN_JUNE)]
    with committed(facts, areas):
        assert everybody("p.spent", areas[0])[0][2] == (None, "0")


def test_of_two_public_figures_no_difference_is_somebody(areas: tuple[UUID, ...]) -> None:
    def bought(day: int, person: int, quantity: int) -> made.Made:
        return one(day=day, person=person, quantity=quantity)

    april = [bought(IN_APRIL, n, 2 if n < 6 else 1) for n in range(7)]  # six of seven
    may = [bought(IN_MAY, n, 2 if n < 6 else 1) for n in range(12)]  # six of twelve
    with committed([*april, *may, one(day=IN_JUNE)], areas):
        assert everybody("p.people", areas[0])[0][2] == (None, "12")
        assert everybody("p.some", areas[0])[0][2] == (None, "6")
        # The points of April are those of the same seven people.
        assert everybody("p.spent", areas[0])[0][2] == (None, "60")


def test_what_no_playbook_makes_public_is_not_found(areas: tuple[UUID, ...]) -> None:
    with committed([], areas):
        with pytest.raises(NotFound):
            queries.public_table("p.count", areas[0])
        with pytest.raises(NotFound):
            queries.public_table("p.people", areas[3])
        public = [each.code for each in queries.public_figures(areas[1])]
        assert public == ["p.people", "p.spent", "p.some"]
        # By quarters, of the same redemptions as the others by months.
        (left_out,) = queries.not_opened(areas[1])
        assert left_out.name.in_language("zh") == "数"
        with pytest.raises(NotFound):
            queries.public_table("p.rate", areas[0])
        assert queries.public_figures(areas[3]) == ()
