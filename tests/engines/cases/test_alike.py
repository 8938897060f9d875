"""Whether a report may be of a matter that is known: two of place, type and words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from liuchi.engines.cases.rules import CaseNow
from liuchi.engines.cases.rules.alike import Given, likeness, likeness_of_words
from liuchi.engines.cases.spec import DuplicatesSpec

GRID, OTHER = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 5, 1, tzinfo=UTC)
GIVEN = Given(
    grid_id=GRID, type_code="lamp", text="三栋的路灯不亮了", longitude=None, latitude=None, at=NOW
)


def case(**more: Any) -> CaseNow:
    held = {
        "grid_id": GRID,
        "type_code": "lamp",
        "description": "3 栋路灯不亮",
        "longitude": None,
        "latitude": None,
        "reported_at": NOW - timedelta(days=3),
    }
    return cast(CaseNow, SimpleNamespace(**{**held, **more}))


HERE = {"longitude": Decimal("117.0600"), "latitude": Decimal("30.5100")}
NEAR = {"longitude": Decimal("117.0603"), "latitude": Decimal("30.5102")}  # 36 m
FAR = {"longitude": Decimal("117.0610"), "latitude": Decimal("30.5100")}  # 96 m


@pytest.mark.parametrize(
    ("given", "held", "score"),
    [
        ({}, {}, 2.5),
        ({"text": ""}, {}, 2.0),  # the place and the type
        ({"type_code": ""}, {}, 1.5),  # the place and the words
        ({"grid_id": None}, {}, 1.5),  # the type and the words
        ({"grid_id": None, "text": ""}, {}, None),
        ({"type_code": "", "text": "有人堆放家具"}, {}, None),
        ({"type_code": "cover"}, {}, None),  # another type is another matter
        ({"type_code": "cover"}, {"type_code": "other"}, 1.5),  # nobody sorted it yet
        ({"type_code": "", "text": ""}, {"type_code": "other"}, None),
        ({}, {"reported_at": NOW - timedelta(days=15)}, None),
        (HERE, {**NEAR, "grid_id": OTHER}, 2.5),  # a border runs between
        (HERE, FAR, None),
    ],
)
def test_two_of_three(given: dict[str, Any], held: dict[str, Any], score: float | None) -> None:
    like = likeness(replace(GIVEN, **given), case(**held), DuplicatesSpec(), "other")

    assert (None if like is None else like.score) == score


def test_words_are_compared_by_neighbouring_letters() -> None:
    assert likeness_of_words("路灯不亮", "路灯，不亮！") == 1.0
    assert likeness_of_words("路", "路灯") == 0.0
