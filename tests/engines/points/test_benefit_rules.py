"""Benefits as written, and who may use one: pure rules over plain values."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import ValidationError

from liuchi.engines.points.enums import AgreementState, AgreementVerb, QuotaPeriod
from liuchi.engines.points.rules import agreements, eligibility
from liuchi.engines.points.rules.eligibility import Term, Used
from liuchi.engines.points.spec import CHECKS, BenefitSpec, eligibility_schema, eligible_phrase
from liuchi.engines.points.spec.benefit_words import quota_sentence
from liuchi.kernel import predicates
from liuchi.playbooks.registry import Context

GRADES = ("A", "AA", "AAA")
SCHEMA = eligibility_schema(GRADES)
PLACE = "盛塘社区"
TODAY = date(2022, 5, 20)
TERM = Term(date(2022, 4, 1), date(2023, 3, 31), active=True)
days = some.dates(date(2021, 1, 1), date(2024, 12, 31))
values = some.fixed_dictionaries(
    {},
    optional={
        "grade": some.sampled_from((*GRADES, None)),
        "official_grade": some.sampled_from(("D", "A", "AAA", None)),
        "earned_points": some.integers(0, 200),
        "home_area": some.sampled_from((PLACE, "罗冲社区", None)),
    },
)


def benefit(**said) -> BenefitSpec:
    base = {"code": "care", "provider": "shop", "title": "保养8折", "kind": "discount", "tenths": 8}
    return BenefitSpec.model_validate(base | said)


@pytest.mark.parametrize(
    "said",
    [
        {"tenths": None},
        {"fen": 5},
        {"tenths": 10},
        {"tenths": 8.5},
        {"kind": "amount_off"},
        {"kind": "fee_waived", "tenths": None, "months": 1},  # not per household
        {"kind": "gift"},
        {"quota": {"times": 0}},
        {"quota": {"per": "village"}},
        {"kind": "cash"},
    ],
)
def test_a_benefit_that_cannot_be(said) -> None:
    with pytest.raises(ValidationError):
        benefit(**said)


def test_a_waived_fee_is_a_households() -> None:
    quota = {"per": "household", "times": 1, "period": "year"}
    made = benefit(kind="fee_waived", tenths=None, months=1, quota=quota)
    assert quota_sentence(made.quota).zh == "每户每年1次"
    assert eligible_phrase(made, SCHEMA, "zh") == "参加积分的居民"
    at_least = benefit(eligible={"grade": {"at_least": "AA"}})
    assert eligible_phrase(at_least, SCHEMA, "en") == "credit grade is at least “AA”"


def test_checks_name_an_unknown_provider_and_what_a_condition_gets_wrong() -> None:
    section = {
        "grades": [{"code": "AA", "at_least": 60}, {"code": "A", "at_least": 30}],
        "providers": [{"code": "shop"}],
        "benefits": [
            {"code": "a", "provider": "shop", "eligible": {"grade": {"at_least": "AAAA"}}},
            {"code": "b", "provider": "shp", "eligible": {"grade": {"at_least": "A"}}},
            {"code": "c", "provider": "shop", "eligible": {"petitions": {"is": 0}}},
        ],
    }
    found = [each.path for check in CHECKS for each in check(Context({"points": section}))]
    assert found == [
        ("points", "benefits", 0, "eligible", "grade", "at_least"),
        ("points", "benefits", 2, "eligible", "petitions"),
        ("points", "benefits", 1, "provider"),
    ]


@given(values)
def test_a_condition_without_a_home_is_for_the_place_that_signed(held) -> None:
    """Whatever else is known, a resident of another place gets nothing by it."""
    asked = benefit(eligible={"grade": {"at_least": "AA"}})
    tree = predicates.parse(asked.eligible, SCHEMA)
    wanted = predicates.evaluate(tree, held, SCHEMA) and held.get("home_area") == PLACE
    assert eligibility.is_eligible(asked, held, SCHEMA, PLACE) is wanted
    named = benefit(eligible={"home_area": {"in": [PLACE, "罗冲社区"]}})
    home = held.get("home_area") is not None
    assert eligibility.is_eligible(named, held, SCHEMA, PLACE) is home
    assert eligibility.is_eligible(benefit(), held, SCHEMA, PLACE) is (
        held.get("home_area") == PLACE
    )


@given(days, some.sampled_from(QuotaPeriod))
def test_every_day_lies_in_its_own_window_and_windows_do_not_overlap(day, period) -> None:
    first, end = eligibility.window(period, day, TERM)
    if period is QuotaPeriod.AGREEMENT:
        assert (first, end) == (TERM.from_on, TERM.to_on + timedelta(days=1))
        return
    assert first <= day < end
    assert eligibility.window(period, end, TERM)[0] == end
    assert eligibility.window(period, first, TERM) == (first, end)


@given(some.integers(0, 6), some.integers(0, 6), some.none() | some.integers(1, 5), days)
def test_allowed_is_exactly_in_force_eligible_and_room(subject, everybody, times, day) -> None:
    asked = benefit(quota={"times": times, "in_all": 4})
    used = Used(subject, everybody)
    room = everybody < 4 and (times is None or subject < times)
    for eligible in (True, False):
        decision = eligibility.may_use(asked, TERM, used, day, eligible=eligible)
        holds = TERM.from_on <= day <= TERM.to_on
        assert decision.allowed is (holds and eligible and room)
    suspended = Term(TERM.from_on, TERM.to_on, active=False)
    assert not eligibility.may_use(asked, suspended, used, day, eligible=True).allowed


def test_a_refusal_names_neither_grade_nor_points() -> None:
    decision = eligibility.may_use(
        benefit(eligible={"grade": {"at_least": "AA"}}), TERM, Used(), TODAY, eligible=False
    )
    assert decision.sentence is not None
    assert str(decision.sentence.zh) == "不符合条件。"
    assert decision.sentence.values == {}


def test_until_when_is_the_first_end_of_what_counts() -> None:
    ends = {"card": date(2022, 12, 31), "grade": date(2022, 6, 30), "official_grade": None}
    assert eligibility.holds_until(benefit(), TERM, ends, SCHEMA) == date(2022, 12, 31)
    graded = benefit(eligible={"grade": {"at_least": "A"}})
    assert eligibility.holds_until(graded, TERM, ends, SCHEMA) == date(2022, 6, 30)
    assert eligibility.holds_until(graded, TERM, {"card": None}, SCHEMA) == TERM.to_on


@pytest.mark.parametrize(
    ("said", "price", "saved"),
    [
        ({}, 12345, 2469),
        ({}, None, None),
        ({"kind": "amount_off", "tenths": None, "fen": 500}, 300, 300),
        ({"kind": "amount_off", "tenths": None, "fen": 500}, None, 500),
        ({"kind": "priority", "tenths": None}, 100, None),
    ],
)
def test_what_a_use_saves(said, price, saved) -> None:
    assert eligibility.saving_fen(benefit(**said), price) == saved


def test_every_move_of_an_agreement_is_in_the_table_or_refused() -> None:
    moved = {
        (state, verb)
        for state in AgreementState
        for verb in AgreementVerb
        if agreements.may_move(state, verb).allowed
    }
    assert moved == set(agreements.AGREEMENT_MOVES)
    assert not any(state is AgreementState.ENDED for state, _ in moved)
