"""A definition names what exists, and ranks nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engines.indicators.examples import BOUGHT, RETURNED
from liuchi.engines.indicators.rules.checks import (
    PUBLIC_FIGURES,
    RANKS_PEOPLE,
    TARGETS,
    TIMES_SOMEBODY,
    known_indicators,
    known_names,
    overlaps_have_one_stretch,
    people_are_not_picked_out,
    target_of_all_is_a_share,
)
from liuchi.engines.indicators.spec import IndicatorsSpec, PublicFiguresSpec, TargetsSpec
from liuchi.playbooks.registry import Context, Registry, using

BASE = {"code": "a.b", "title": "数", "of": "probe.bought", "measure": "count"}


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    mine = Registry()
    mine.add_fact_kind(BOUGHT, RETURNED)
    with using(mine):
        yield


def context(**changes: object) -> Context:
    raw = [{**BASE, **changes}]
    return Context({"indicators": raw}, {"indicators": IndicatorsSpec.model_validate(raw)})


def test_a_sound_definition_has_no_finding() -> None:
    sound = context(
        measure={"sum": "amount"},
        where={"goods": {"is": "soap"}, "amount": {"at_least": 3}},
        by=["home_area", "month", "goods"],
    )
    assert list(known_names(sound)) == []
    assert list(RANKS_PEOPLE.check(sound)) == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"of": "probe.sold"}, ("of",)),
        ({"measure": {"sum": "goods"}}, ("measure",)),
        ({"measure": {"count_distinct": "amount"}}, ("measure",)),
        ({"measure": {"sum": "weight"}}, ("measure",)),
        ({"where": {"colour": {"is": "red"}}}, ("where", "colour")),
        ({"where": {"quantity": {"is": "many"}}}, ("where", "quantity", "is")),
        ({"by": ["month", "colour"]}, ("by", 1)),
        ({"area": "goods"}, ("area",)),
        ({"measure": {"percentile": {"at": 50, "over": "goods"}}}, ("measure",)),
        (
            {"measure": {"percentile": {"at": 9, "since": {"of": "probe.sold"}, "in": "days"}}},
            ("measure", "percentile", "since", "of"),
        ),
        (
            {"measure": {"stock": {"leaves": [{"of": "probe.returned"}, {"of": "probe.sold"}]}}},
            ("measure", "stock", "leaves", 1, "of"),
        ),
        (
            {"measure": {"stock": {"enters": [{"of": "probe.bought", "where": {"x": {"is": 1}}}]}}},
            ("measure", "stock", "enters", 0, "where", "x"),
        ),
        (
            {"measure": {"ratio": {"numerator": {"of": "probe.sold"}, "denominator": {}}}},
            ("measure", "ratio", "numerator", "of"),
        ),
        (
            {"measure": {"ratio": {"numerator": {}, "denominator": {"where": {"x": {"is": "y"}}}}}},
            ("measure", "ratio", "denominator", "where", "x"),
        ),
    ],
)
def test_what_does_not_exist_is_found_at_its_place(
    changes: dict[str, object], path: tuple[str | int, ...]
) -> None:
    (finding,) = known_names(context(**changes))
    assert finding.path == ("indicators", 0, *path)


@pytest.mark.parametrize("name", ["person", "household"])
def test_a_list_of_people_is_refused(name: str) -> None:
    (finding,) = RANKS_PEOPLE.check(context(by=["month", name]))
    assert finding.path == ("indicators", 0, "by", 1)


def test_a_list_of_staff_is_refused_even_where_the_kind_is_unknown() -> None:
    raw = Context({"indicators": [{"of": "no.such", "by": ["recorder"]}]})
    (finding,) = RANKS_PEOPLE.check(raw)
    assert finding.path == ("indicators", 0, "by", 0)


@pytest.mark.parametrize(
    ("where", "since"),
    [
        ({"person": {"is": "x"}}, {"of": "probe.returned"}),
        ({"any": [{"goods": {"is": "x"}}, {"not": {"user": {"in": ["x"]}}}]}, {}),
        (None, {"of": "probe.returned", "where": {"household": {"is": "x"}}}),
    ],
)
def test_nobodys_own_time_is_told(where: object, since: dict[str, object]) -> None:
    measure = {"percentile": {"at": 90, "since": since, "in": "days"}}
    (finding,) = TIMES_SOMEBODY.check(
        Context({"indicators": [{**BASE, "measure": measure, "where": where}]})
    )
    assert finding.path[:2] == ("indicators", 0)
    assert finding.path[-1] == "where"


def test_time_by_type_is_told() -> None:
    measure = {"percentile": {"at": 90, "over": "amount", "in": "days"}}
    told = context(measure=measure, where={"goods": {"is": "x"}}, by=["goods"])
    assert [*known_names(told), *TIMES_SOMEBODY.check(told), *RANKS_PEOPLE.check(told)] == []
    lone = context(measure=measure, by=["user"])
    assert [each.path for each in RANKS_PEOPLE.check(lone)] == [("indicators", 0, "by", 0)]


def test_a_percentile_may_have_one_target_for_each_place() -> None:
    measure = {"percentile": {"at": 90, "over": "amount", "in": "days"}}
    held, raw = context(measure=measure), [TARGET]
    sections = {**held.sections, TARGETS: TargetsSpec.model_validate(raw)}
    assert list(target_of_all_is_a_share(Context({**held.raw, TARGETS: raw}, sections))) == []


TARGET = {"indicator": "a.b", "per": "month", "at_least": 3, "from": "2022-04-01", "source": "计划"}
PUBLIC = {"indicator": "a.b", "per": "month", "from": "2022-04-01"}


def beside(name: str, item: dict[str, object]) -> Context:
    model = {TARGETS: TargetsSpec, PUBLIC_FIGURES: PublicFiguresSpec}[name].model_validate([item])
    held = context()
    raw = {**held.raw, name: [item]}
    return Context(raw, {"indicators": held.section("indicators"), name: model})


@pytest.mark.parametrize(("name", "item"), [(TARGETS, TARGET), (PUBLIC_FIGURES, PUBLIC)])
def test_a_target_and_what_is_public_is_of_a_figure_there_is(
    name: str, item: dict[str, object]
) -> None:
    assert list(known_indicators(name, beside(name, item))) == []
    (finding,) = known_indicators(name, beside(name, {**item, "indicator": "a.c"}))
    assert finding.path == (name, 0, "indicator")


def test_a_target_of_a_count_names_its_places() -> None:
    (finding,) = target_of_all_is_a_share(beside(TARGETS, TARGET))
    assert finding.path == (TARGETS, 0, "areas")
    named = beside(TARGETS, {**TARGET, "areas": ["盛塘社区"]})
    assert list(target_of_all_is_a_share(named)) == []


@pytest.mark.parametrize(("fewer_than", "found"), [(None, 0), (3, 0), (2, 1), (0, 1)])
def test_people_are_held_back_below_three_at_least(fewer_than: int | None, found: int) -> None:
    item = {**PUBLIC, "fewer_than": fewer_than}
    findings = list(people_are_not_picked_out(beside(PUBLIC_FIGURES, item)))
    assert [each.path for each in findings] == [(PUBLIC_FIGURES, 0, "fewer_than")] * found


@pytest.mark.parametrize(
    ("changes", "per", "found"),
    [
        ({"where": {"goods": {"is": "rice"}}}, "month", 0),
        ({"where": {"goods": {"is": "rice"}}}, "quarter", 1),
        ({"of": "probe.returned"}, "quarter", 0),
    ],
)
def test_public_figures_of_one_kind_are_by_one_stretch(
    changes: dict[str, object], per: str, found: int
) -> None:
    raw = [BASE, {**BASE, "code": "a.c", **changes}]
    public = [PUBLIC, {**PUBLIC, "indicator": "a.c", "per": per}]
    held = Context(
        {"indicators": raw, PUBLIC_FIGURES: public},
        {
            "indicators": IndicatorsSpec.model_validate(raw),
            PUBLIC_FIGURES: PublicFiguresSpec.model_validate(public),
        },
    )
    findings = list(overlaps_have_one_stretch(held))
    assert [each.path for each in findings] == [(PUBLIC_FIGURES, 1, "per")] * found
