"""A draw that anybody can repeat, with the tools they have."""

from __future__ import annotations

import hashlib
from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from liuchi.engines.cases.rules.sampling import why_drawn
from liuchi.kernel.sampling import Seed, drawn, lot

SEED = Seed("call_back", date(2026, 11, 20), "9f2c4e" * 10)
IDS = [UUID(int=n) for n in range(1, 41)]


def test_a_lot_is_a_hash_that_any_tool_makes() -> None:
    text = f"call_back/2026-11-20/{'9f2c4e' * 10}/{IDS[0]}"
    assert lot(SEED, IDS[0]) == hashlib.sha256(text.encode()).hexdigest()


def test_a_draw_is_the_share_with_the_smallest_lots() -> None:
    found = drawn(SEED, IDS, 10)
    assert len(found) == 4
    least = max(lot(SEED, each) for each in found)
    assert {each for each in IDS if lot(SEED, each) <= least} == set(found)


@given(st.permutations(IDS), st.integers(0, 100))
def test_nobody_chooses(order: list[UUID], percent: int) -> None:
    """The order cases are found in, or one named twice, changes nothing; more draws more."""
    found = drawn(SEED, order, percent)
    assert found == drawn(SEED, [*IDS, *IDS], percent)
    assert len(found) == -(-len(IDS) * percent // 100)
    assert found == drawn(SEED, IDS, 100)[: len(found)]


def test_another_seal_draws_others() -> None:
    other = Seed("call_back", SEED.day, "0" * 60)
    assert drawn(SEED, IDS, 20) != drawn(other, IDS, 20)


def test_a_single_case_is_drawn_and_none_draws_none() -> None:
    assert drawn(SEED, IDS[:1], 5) == (IDS[0],)
    assert drawn(SEED, (), 50) == ()


def test_a_draw_explains_itself() -> None:
    assert why_drawn(SEED, 40, 4, 10).in_language("zh") == (
        "40 件里按 10% 抽了 4 件，种子取自封签 9f2c4e9f2c4e"
    )
