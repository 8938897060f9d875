"""The rules of points, without a database."""

import itertools
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from liuchi.engines.points import rules
from liuchi.engines.points.enums import CapPer, ClaimState, ClaimVerb
from liuchi.engines.points.rules.examples import run_award, run_redeem
from liuchi.engines.points.spec import CHECKS, LINTS, PointsSpec, RuleSpec, explain
from liuchi.kernel.decisions import Decision
from liuchi.playbooks.registry import Context

ROOT = Path(__file__).resolve().parents[3]
TODAY = date(2022, 4, 20)
A, B, C, H = (UUID(int=n) for n in range(1, 5))
SECTION = {
    "currency": {"code": "credit", "title": "信用积分"},
    "rules": [
        {
            "code": "testing",
            "title": "核酸检测志愿服务",
            "class": "志愿活动",
            "award": 2,
            "per": "session",
            "cap": {"per": "month", "points": 10},
            "evidence": ["attendance"],
        },
        {
            "code": "medal",
            "title": "好人称号",
            "class": "荣誉",
            "award": 20,
            "per": "item",
            "cap": {"per": "once", "points": 20},
            "evidence": ["certificate"],
            "publicity": "7 work days",
        },
    ],
    "shop": {"goods": [{"code": "soap", "title": "洗衣皂", "price": 5, "value_fen": 500}]},
}
SPEC = PointsSpec.model_validate(SECTION)


def deed(**changes) -> rules.Deed:
    said = {
        "rule": SPEC.rule("testing"),
        "quantity": 1,
        "happened_on": TODAY,
        "today": TODAY,
        "claim_within_days": 90,
        "consented": True,
        "files": 0,
        "used_points": 0,
    }
    return rules.Deed(**{**said, **changes})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        ({"rule": None}, "rule_not_in_force"),
        ({"consented": False}, "no_consent"),
        ({"quantity": 0}, "quantity_out_of_range"),
        ({"quantity": 101}, "quantity_out_of_range"),
        ({"happened_on": date(2022, 4, 21)}, "in_the_future"),
        ({"happened_on": date(2022, 1, 20)}, ""),
        ({"happened_on": date(2022, 1, 19)}, "too_long_ago"),
        ({"rule": SPEC.rule("medal")}, "evidence_missing"),
        ({"rule": SPEC.rule("medal"), "files": 1}, ""),
        ({"quantity": 5}, ""),
        ({"quantity": 6}, "cap_reached"),
        ({"quantity": 2, "used_points": 6}, ""),
        ({"quantity": 2, "used_points": 7}, "cap_reached"),
    ],
)
def test_what_may_be_claimed(changes, code) -> None:
    assert rules.may_propose(deed(**changes)).reason_code == code


def test_a_claim_past_its_cap_hears_how_much_is_left() -> None:
    decision = rules.may_propose(deed(quantity=2, used_points=7))
    assert decision.sentence is not None
    assert decision.sentence.in_language("zh-hans") == (
        "「核酸检测志愿服务」每月最多10分，已有7分（含待评议和公示中的），还可申报3分，这次是4分。"
    )
    assert decision.sentence.in_language("en") == (
        "“核酸检测志愿服务” earns at most 10 points a month; 7 are taken (claims under review "
        "and on notice included), 3 are left and this claim is for 4."
    )


@pytest.mark.parametrize(
    ("per", "period"),
    [
        (CapPer.DAY, (date(2022, 12, 31), date(2023, 1, 1))),
        (CapPer.MONTH, (date(2022, 12, 1), date(2023, 1, 1))),
        (CapPer.YEAR, (date(2022, 1, 1), date(2023, 1, 1))),
        (CapPer.ONCE, (date.min, date.max)),
    ],
)
def test_periods_of_a_cap(per, period) -> None:
    assert rules.cap_period(per, date(2022, 12, 31)) == period


@given(st.dates(), st.sampled_from([CapPer.DAY, CapPer.MONTH, CapPer.YEAR]))
def test_a_day_lies_in_the_period_of_its_cap(day, per) -> None:
    if day.year < 9999:
        first, end = rules.cap_period(per, day)
        assert first <= day < end


def review(**changes) -> rules.Review:
    said = {
        "state": ClaimState.PROPOSED,
        "verb": ClaimVerb.APPROVE,
        "proposer_id": A,
        "claimant_id": B,
        "claimant_household_id": H,
        "reviewer_id": C,
        "reviewer_person_id": None,
        "reviewer_household_id": None,
        "reason": "",
    }
    return rules.Review(**{**said, **changes})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        ({"reviewer_id": A}, "own_proposal"),
        ({"reviewer_person_id": B}, "own_claim"),
        ({"reviewer_person_id": C, "reviewer_household_id": H}, "same_household"),
        ({"claimant_household_id": None, "reviewer_household_id": None}, ""),
        ({"verb": ClaimVerb.REJECT}, "reason_missing"),
        ({"verb": ClaimVerb.RETURN, "reason": "  "}, "reason_missing"),
        ({"verb": ClaimVerb.REJECT, "reason": "当天没有活动"}, ""),
        ({"state": ClaimState.ON_NOTICE}, "claim_on_notice"),
        ({"state": ClaimState.POSTED}, "claim_posted"),
    ],
)
def test_who_may_review(changes, code) -> None:
    assert rules.may_review(review(**changes)).reason_code == code


def test_the_lifecycle_answers_every_verb_in_every_state() -> None:
    assert set(rules.LIFECYCLE) == set(itertools.product(ClaimState, ClaimVerb))
    for cell in rules.LIFECYCLE.values():
        if isinstance(cell, Decision):
            assert cell.sentence is not None
            assert not cell.allowed


def test_every_state_is_reached_and_every_verb_does_something() -> None:
    moves = {key: cell for key, cell in rules.LIFECYCLE.items() if isinstance(cell, ClaimState)}
    assert {ClaimState.PROPOSED, *moves.values()} == set(ClaimState)
    assert {verb for _, verb in moves} == set(ClaimVerb)


def test_the_drawn_lifecycle_is_current() -> None:
    drawn = (ROOT / "docs/reference/points-lifecycle.md").read_text(encoding="utf-8")
    assert drawn == rules.lifecycle_markdown()


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (rules.Redemption("皂", 5, 2, 10, 2), ""),
        (rules.Redemption("皂", 5, 2, 9, 2), "not_enough_points"),
        (rules.Redemption("皂", 5, 2, 10, 1), "out_of_stock"),
        (rules.Redemption("皂", 5, 0, 10, 1), "quantity_out_of_range"),
    ],
)
def test_what_may_be_redeemed(wanted, code) -> None:
    assert rules.may_redeem(wanted).reason_code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        ({"actor_id": A}, "second_person_needed"),
        ({"actor_person_id": B}, "second_person_needed"),
        ({"reversed_already": True}, "reversed_already"),
        ({"reason": " "}, "reason_missing"),
    ],
)
def test_who_may_reverse(changes, code) -> None:
    said = {
        "actor_id": C,
        "actor_person_id": None,
        "made_by_ids": (A,),
        "person_id": B,
        "reversed_already": False,
        "reason": "记错了人",
    }
    assert rules.may_reverse(rules.Reversal(**{**said, **changes})).reason_code == code


@pytest.mark.parametrize(
    ("state", "actor", "code"),
    [
        (ClaimState.PROPOSED, (A, None), ""),
        (ClaimState.PROPOSED, (C, B), ""),
        (ClaimState.RETURNED, (A, None), ""),
        (ClaimState.PROPOSED, (C, None), "not_own_claim"),
        (ClaimState.ON_NOTICE, (A, None), "claim_on_notice"),
    ],
)
def test_who_may_withdraw(state, actor, code) -> None:
    decision = rules.may_take_back(
        state,
        ClaimVerb.WITHDRAW,
        actor_id=actor[0],
        actor_person_id=actor[1],
        proposer_id=A,
        claimant_id=B,
    )
    assert decision.reason_code == code


@pytest.mark.parametrize(
    ("given_", "when", "then"),
    [
        ({}, {"rule": "testing", "on": TODAY}, {"points": 2}),
        (
            {"earlier": [{"rule": "testing", "on": date(2022, 4, 1), "points": 9}]},
            {"rule": "testing", "on": TODAY},
            {"refused": "cap_reached"},
        ),
        (
            {"earlier": [{"rule": "testing", "on": date(2022, 3, 31), "points": 9}]},
            {"rule": "testing", "on": TODAY, "quantity": 5},
            {"points": 10},
        ),
        ({}, {"rule": "medal", "on": TODAY, "files": 0}, {"refused": "evidence_missing"}),
        ({}, {"rule": "nothing", "on": TODAY}, {"refused": "rule_not_in_force"}),
    ],
)
def test_examples_of_awards(given_, when, then) -> None:
    assert run_award(SPEC, given_, when) == then


def test_examples_of_redemptions() -> None:
    outcome = run_redeem(SPEC, {"balance": 12, "stock": 3}, {"goods": "soap", "quantity": 2})
    assert outcome == {"points": 10, "balance": 2, "stock": 1}
    assert run_redeem(SPEC, {"balance": 4}, {"goods": "soap"}) == {"refused": "not_enough_points"}
    assert run_redeem(SPEC, {}, {"goods": "gold"}) == {"refused": "no_such_goods"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"award": 0},
        {"award": -1},
        {"award": 10_001},
        {"award": 1.5},
        {"per": "week"},
        {"publicity": "5 days"},
        {"publicity": "0 work days"},
        {"cap": {"per": "week", "points": 1}},
        {"evidence": ["selfie"]},
        {"awrad": 2},
        {"code": "核酸"},
    ],
)
def test_a_rule_that_cannot_be(wrong) -> None:
    good = {"code": "x", "title": "甲", "class": "乙", "award": 1}
    assert RuleSpec.model_validate(good).publicity_work_days == 5
    with pytest.raises(ValidationError):
        RuleSpec.model_validate({**good, **wrong})


@pytest.mark.parametrize(
    ("section", "code", "path"),
    [
        ({"rules": [{"award": -2, "title": "乱扔垃圾"}]}, "points.negative", ("rules", 0, "award")),
        (
            {"rules": [{"award": 2, "title": "不参与信访"}]},
            "points.petition",
            ("rules", 0, "title"),
        ),
        ({"rules": [{"award": 2, "title": "未献血"}]}, "points.blood", ("rules", 0, "title")),
        (
            {"benefits": [{"title": "优先入学", "eligible": {"grade": "AA"}}]},
            "points.statutory",
            ("benefits", 0, "title"),
        ),
    ],
)
def test_every_lint_refuses_its_example_and_passes_a_good_section(section, code, path) -> None:
    found = {
        lint.code: [f.path for f in lint.check(Context({"points": section}))] for lint in LINTS
    }
    assert found == {lint.code: [] for lint in LINTS} | {code: [("points", *path)]}
    assert [f for lint in LINTS for f in lint.check(Context({"points": SECTION}))] == []


def test_checks_name_a_repeated_code_and_a_cap_below_its_award() -> None:
    rows = [{"code": "a", "award": 5, "cap": {"points": 4}}, {"code": "a", "award": 1}]
    context = Context({"points": {"rules": rows}})
    assert [finding.path for check in CHECKS for finding in check(context)] == [
        ("points", "rules", 1, "code"),
        ("points", "rules", 0, "cap", "points"),
    ]


def test_the_section_in_plain_words() -> None:
    assert explain(SPEC, "zh-hans")[3] == (
        "志愿活动·核酸检测志愿服务：每次2分，每月最多10分；凭据：签到记录；公示5个工作日。"
    )
    assert explain(SPEC, "en")[4] == (
        "荣誉 · 好人称号: 20 per item, at most 20 in all; evidence: certificate; "
        "on notice for 7 work days."
    )
