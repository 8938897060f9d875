"""The registry refuses what would only fail later, when facts are counted."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import (
    DimensionType,
    FactKind,
    Measure,
    MeasureOp,
    Registry,
    Section,
    current,
    using,
)


class Redeemed(BaseModel):
    person: str
    goods: str


TITLE = Sentence("兑换", "redemption")
KIND = FactKind(
    "points.redeemed",
    TITLE,
    Redeemed,
    {"person": DimensionType.PERSON},
    amount=Sentence("积分", "points"),
)


def test_a_dimension_must_be_a_field_of_the_data() -> None:
    with pytest.raises(ValueError, match=r"\['home'\] are not fields of Redeemed"):
        FactKind("points.redeemed", TITLE, Redeemed, {"home": DimensionType.AREA})


@pytest.mark.parametrize("name", ["redeemed", "Points.redeemed", "points.", "a.b.c"])
def test_a_kind_is_named_by_engine_and_event(name: str) -> None:
    with pytest.raises(ValueError, match="a fact kind is"):
        FactKind(name, TITLE, Redeemed, {})


def test_registering_the_same_thing_twice_is_harmless() -> None:
    registry = Registry()
    registry.add_fact_kind(KIND)
    registry.add_fact_kind(KIND)
    assert registry.fact_kinds == {"points.redeemed": KIND}


def test_registering_something_else_under_the_name_is_refused() -> None:
    registry = Registry()
    registry.add_fact_kind(KIND)
    other = FactKind("points.redeemed", TITLE, Redeemed, {})
    with pytest.raises(ValueError, match="registered twice, differently"):
        registry.add_fact_kind(other)


@pytest.mark.parametrize(
    ("op", "over", "words"),
    [
        (MeasureOp.COUNT_DISTINCT, "goods", "has no dimension 'goods'"),
        (MeasureOp.SUM, None, "makes no sense"),
        (MeasureOp.COUNT, "person", "makes no sense"),
    ],
)
def test_a_measure_counts_what_the_kind_declares(
    op: MeasureOp, over: str | None, words: str
) -> None:
    registry = Registry()
    registry.add_fact_kind(KIND)
    with pytest.raises(ValueError, match=words):
        registry.add_measures(Measure("points.redeemed", op, over))


def test_a_measure_needs_its_fact_kind() -> None:
    with pytest.raises(ValueError, match="unregistered fact kind"):
        Registry().add_measures(Measure("points.redeemed", MeasureOp.COUNT))


def test_a_section_brings_an_upcaster_per_older_version() -> None:
    with pytest.raises(ValueError, match=r"upcasters for \[1\] are needed"):
        Section("points", Redeemed, TITLE, spec_version=2)


def test_upcasting_walks_every_version() -> None:
    section = Section(
        "points",
        Redeemed,
        TITLE,
        spec_version=3,
        upcasters={1: lambda c: {**c, "two": True}, 2: lambda c: {**c, "three": True}},
    )
    assert section.upcast({}, 1) == {"two": True, "three": True}
    assert section.upcast({}, 2) == {"three": True}
    assert section.upcast({}, 3) == {}


def test_a_test_may_use_its_own_registry() -> None:
    outside = current()
    with using(Registry()) as mine:
        assert current() is mine
    assert current() is outside
