"""Runs a playbook's examples against the rules, without any database.

An award: ``given: {earlier: [{rule, on, points | quantity}], consented, on: today}``,
``when: {rule, quantity, on, files}``, ``then: {points: 2}`` or ``{refused: cap_reached}``.
A redemption: ``given: {balance, stock}``, ``when: {goods, quantity}``,
``then: {points, balance}`` or ``{refused: not_enough_points}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from liuchi.engines.points.rules.claims import Deed, award_points, cap_period, may_propose
from liuchi.engines.points.rules.shop import Redemption, may_redeem
from liuchi.engines.points.spec import PointsSpec, RuleSpec
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import ExampleRunner


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Earlier(_Shape):
    rule: str
    on: date
    quantity: int = 1
    points: int | None = None


class _AwardGiven(_Shape):
    earlier: tuple[_Earlier, ...] = ()
    consented: bool = True
    today: date | None = None


class _AwardWhen(_Shape):
    rule: str
    on: date
    quantity: int = 1
    files: Annotated[int, Field(ge=0)] | None = None


class _RedeemGiven(_Shape):
    balance: int = 0
    stock: int = 1


class _RedeemWhen(_Shape):
    goods: str
    quantity: int = 1


def run_award(
    section: BaseModel, given: Mapping[str, object], when: Mapping[str, object]
) -> Mapping[str, object]:
    """Run one example of a claim; a missing ``files`` means that what is needed is there."""
    spec = PointsSpec.model_validate(section)
    state, asked = _AwardGiven.model_validate(given), _AwardWhen.model_validate(when)
    rule = spec.rule(asked.rule)
    files = asked.files if asked.files is not None else int(rule is not None and rule.needs_file)
    decision = may_propose(
        Deed(
            rule=rule,
            quantity=asked.quantity,
            happened_on=asked.on,
            today=state.today or asked.on,
            claim_within_days=spec.claim_within_days,
            consented=state.consented,
            files=files,
            used_points=0 if rule is None else _used(rule, asked.on, state.earlier),
        )
    )
    if rule is None or not decision.allowed:
        return {"refused": decision.reason_code}
    return {"points": award_points(rule, asked.quantity)}


def run_redeem(
    section: BaseModel, given: Mapping[str, object], when: Mapping[str, object]
) -> Mapping[str, object]:
    """Run one example of a redemption."""
    spec = PointsSpec.model_validate(section)
    state, asked = _RedeemGiven.model_validate(given), _RedeemWhen.model_validate(when)
    goods = spec.goods(asked.goods)
    if goods is None:
        return {"refused": "no_such_goods"}
    wanted = Redemption(goods.title, goods.price, asked.quantity, state.balance, state.stock)
    decision = may_redeem(wanted)
    if not decision.allowed:
        return {"refused": decision.reason_code}
    return {
        "points": wanted.points,
        "balance": state.balance - wanted.points,
        "stock": state.stock - asked.quantity,
    }


def _used(rule: RuleSpec, on: date, earlier: tuple[_Earlier, ...]) -> int:
    if rule.cap is None:
        return 0
    first, end = cap_period(rule.cap.per, on)
    return sum(
        award_points(rule, row.quantity) if row.points is None else row.points
        for row in earlier
        if row.rule == rule.code and first <= row.on < end
    )


RUNNERS = (
    ExampleRunner("points.award", Sentence("申报积分", "claiming points"), run_award),
    ExampleRunner("points.redeem", Sentence("兑换商品", "redeeming goods"), run_redeem),
)
