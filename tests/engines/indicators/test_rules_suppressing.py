"""Nobody works a small number out of what is printed, whatever the numbers are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from liuchi.engines.indicators.rules.suppressing import held_back

# A town of three villages, the first with two grids and what belongs to neither of them.
PARTS = {"town": ("a", "b", "c"), "a": ("a1", "a2", "a0")}
LEAVES = ("a1", "a2", "a0", "b", "c")
LEAST = 5
small = st.integers(0, 9)


def added_up(leaves: tuple[int, ...]) -> dict[str, int]:
    told = dict(zip(LEAVES, leaves, strict=True))
    told["a"] = told["a1"] + told["a2"] + told["a0"]
    told["town"] = told["a"] + told["b"] + told["c"]
    return told


def compositions(total: int, many: int) -> Iterator[tuple[int, ...]]:
    """Yield every way to split a number into so many parts."""
    for bars in combinations(range(total + many - 1), many - 1):
        edges = (-1, *bars, total + many - 1)
        yield tuple(edges[n + 1] - edges[n] - 1 for n in range(many))


def possible(shown: Mapping[str, int], total: int) -> list[dict[str, int]]:
    """Return every table of this total that agrees with what is printed."""
    tables = (added_up(leaves) for leaves in compositions(total, len(LEAVES)))
    return [each for each in tables if all(each[cell] == n for cell, n in shown.items())]


def alone(people: Mapping[str, int]) -> dict[str, tuple[int]]:
    return {cell: (n,) for cell, n in people.items()}


@given(st.tuples(small, small, small, small, small))
@example((1, 0, 0, 9, 9))
@example((3, 3, 0, 0, 0))
@example((0, 0, 0, 4, 1))
@example((2, 0, 9, 0, 0))
def test_a_total_minus_the_others_reveals_no_small_cell(leaves: tuple[int, ...]) -> None:
    people = added_up(leaves)
    hidden = held_back(PARTS, alone(people), LEAST)

    assert all(cell in hidden for cell, n in people.items() if 0 < n < LEAST)
    if "town" in hidden:
        assert hidden == set(people)  # nothing is printed at all
        return
    shown = {cell: n for cell, n in people.items() if cell not in hidden}
    tables = possible(shown, people["town"])
    for cell in hidden:
        guesses = {each[cell] for each in tables}
        # It may be nobody as well as as many as are never held back.
        assert min(guesses) == 0
        assert max(guesses) >= LEAST


@given(st.tuples(small, small, small, small, small))
def test_what_is_large_everywhere_is_printed_everywhere(leaves: tuple[int, ...]) -> None:
    people = added_up(tuple(n + LEAST for n in leaves))
    assert held_back(PARTS, alone(people), LEAST) == frozenset()


@pytest.mark.parametrize(
    ("leaves", "hidden"),
    [
        ((9, 9, 9, 4, 9), {"b", "c"}),  # the smallest of the others hides it
        ((9, 9, 9, 4, 1), {"b", "c"}),  # two small ones hide each other
        ((9, 9, 9, 3, 1), {"b", "c", "a", "a1", "a2", "a0"}),  # not these: they make four
        ((9, 9, 1, 9, 9), {"a0", "a1"}),
        ((0, 0, 4, 9, 9), {"a", "b", "a0", "a1", "a2"}),
        ((0, 0, 0, 9, 9), set()),  # nobody is nobody's secret
    ],
)
def test_as_few_as_need_be_are_held_back(leaves: tuple[int, ...], hidden: set[str]) -> None:
    assert held_back(PARTS, alone(added_up(leaves)), LEAST) == hidden


def test_where_nothing_need_be_held_back_nothing_is() -> None:
    assert held_back(PARTS, alone(added_up((1, 1, 1, 1, 1))), 0) == frozenset()


# A town of three villages, and two public figures: all who came, and the men among them.
TOWN = {"town": ("a", "b", "c")}
village = st.tuples(st.integers(0, 7), st.integers(0, 7))


@given(st.tuples(village, village, village))
@example(((9, 9), (9, 1), (9, 9)))  # of b one woman: all less the men
@example(((2, 6), (6, 2), (6, 6)))
@example(((0, 5), (5, 0), (5, 5)))
def test_of_a_figure_and_a_part_of_it_no_difference_is_somebody(
    villages: tuple[tuple[int, int], ...],
) -> None:
    groups = dict(zip(TOWN["town"], villages, strict=True))
    groups["town"] = tuple(map(sum, zip(*villages, strict=True)))  # type: ignore[assignment]
    people = {cell: (men, men + women, women) for cell, (men, women) in groups.items()}
    hidden = held_back(TOWN, people, LEAST)
    shown = {cell: told[:2] for cell, told in people.items() if cell not in hidden}
    for men, everybody in shown.values():
        assert not 0 < men < LEAST
        assert not 0 < everybody - men < LEAST
    if "town" in hidden:
        assert shown == {}
        return
    guesses = [
        dict(zip(TOWN["town"], zip(men, women, strict=True), strict=True))
        for men in compositions(groups["town"][0], 3)
        for women in compositions(groups["town"][1], 3)
    ]
    agreeing = [
        each
        for each in guesses
        if all(
            cell == "town" or (each[cell][0], sum(each[cell])) == told
            for cell, told in shown.items()
        )
    ]
    for cell in hidden:
        for number in (lambda m, w: m, lambda m, w: w, lambda m, w: m + w):
            possible_numbers = {number(*each[cell]) for each in agreeing}
            of_all = sum(number(*groups[each]) for each in hidden)
            assert min(possible_numbers) == 0
            assert max(possible_numbers) >= LEAST or of_all == 0


def test_what_is_not_printed_hides_another_for_nothing() -> None:
    months = {"ever": ("old", "may", "june")}
    people = alone({"ever": 20, "old": 9, "may": 8, "june": 3})
    assert held_back(months, people, LEAST) == {"june", "may"}
    assert held_back(months, people, LEAST, unprinted={"old"}) == {"old", "june"}
