"""The life of one called unit, and who may decide what about it."""

from __future__ import annotations

from uuid import UUID

import pytest

from liuchi.engines.cases.enums import CalledState, CalledVerb
from liuchi.engines.cases.rules import whistles
from liuchi.engines.cases.spec import CasesSpec
from liuchi.engines.cases.spec.whistles import WhistleSpec
from liuchi.kernel.decisions import Decision
from liuchi.kernel.errors import Refused

A, B, C = (UUID(int=n) for n in (1, 2, 3))
TYPES = [{"code": "1", "title": "市容环境"}]
SPEC = CasesSpec.model_validate({"types": TYPES, "whistle": {"units": ["城管局", "消防大队"]}})


def test_the_life_of_a_called_unit() -> None:
    leads = {
        f"{state.value} {verb.value}": cell.value
        for (state, verb), cell in whistles.LIFECYCLE.items()
        if isinstance(cell, CalledState)
    }
    assert leads == {
        "called arrive": "arrived",
        "called object": "objected",
        "called take_back": "excused",
        "objected uphold": "excused",
        "objected overrule": "called",
        "objected take_back": "excused",
        "arrived agree": "agreed",
        "arrived take_back": "excused",
        "agreed finish": "done",
        "done send_back": "agreed",
        "done rate": "rated",
        "rated object": "rated",
        "rated uphold": "rated",
        "rated overrule": "rated",
    }


def test_every_other_step_says_why_not() -> None:
    for (state, verb), cell in whistles.LIFECYCLE.items():
        if isinstance(cell, Decision):
            with pytest.raises(Refused) as refused:
                whistles.next_state(state, verb)
            assert refused.value.code == cell.reason_code


@pytest.mark.parametrize(
    ("states", "over"),
    [
        (["rated", "excused"], True),
        (["rated", "done"], False),
        (["excused"], True),
        (["rated", "done", "excused"], False),
        (["objected"], False),
    ],
)
def test_a_whistle_is_over_with_its_last_unit(states: list[str], over: bool) -> None:
    assert whistles.is_over([CalledState(state) for state in states]) is over


@pytest.mark.parametrize(
    ("spec", "units", "already", "reason"),
    [
        (SPEC, {A: "城管局", B: "消防大队"}, [], ""),
        (SPEC, {A: "城管局"}, [A], "unit_already_called"),
        (SPEC, {A: "城管局", B: "气象局"}, [], "unit_not_in_list"),
        (SPEC, {}, [], "units_missing"),
        (CasesSpec.model_validate({"types": TYPES}), {A: "城管局"}, [], "no_whistle"),
        (CasesSpec.model_validate({"types": TYPES, "whistle": {}}), {B: "气象局"}, [], ""),
    ],
)
def test_who_may_be_called(
    spec: CasesSpec, units: dict[UUID, str], already: list[UUID], reason: str
) -> None:
    assert whistles.may_raise(spec, units, already).reason_code == reason


def test_an_objection_is_decided_by_a_third_person() -> None:
    reasons = [whistles.may_decide(A, B, who).reason_code for who in (A, B, C)]
    assert reasons == ["second_person_needed", "second_person_needed", ""]


def test_the_place_that_called_rates_and_nobody_their_own_unit() -> None:
    reasons = [
        whistles.may_rate(works_for_caller=caller, works_at_unit=unit).reason_code
        for caller, unit in ((True, False), (False, False), (True, True))
    ]
    assert reasons == ["", "not_the_caller", "own_unit"]


def test_the_time_to_report_in_is_a_setting() -> None:
    spec = WhistleSpec()
    found = [str(whistles.respond_within(spec, urgent=urgent)) for urgent in (False, True)]
    assert found == ["1 work day", "2 urgent hours"]
    assert CalledVerb.ARRIVE == "arrive"
