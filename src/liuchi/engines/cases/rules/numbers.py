"""Numbers that are asked when a case is closed: which may be given, and examples of it.

``when: {cases.numbers: {type, numbers: {tonnes: 3.5}}}`` with ``then: {closed: true}`` or
``{refused: number_missing}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from liuchi.engines.cases.spec import CasesSpec, TypeSpec
from liuchi.kernel.decisions import ALLOWED, Decision, refuse
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import ExampleRunner

NUMBER_MAX, NUMBER_DECIMALS_MAX = Decimal(1_000_000_000), 3


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Closed(_Given):
    type: str
    numbers: Mapping[str, Decimal] = {}


def numbers_usable(kind: TypeSpec | None, numbers: Mapping[str, Decimal]) -> Decision:
    """Decide whether these numbers may be given at closing: those asked, none below nothing."""
    asked = {each.code: each for each in (() if kind is None else kind.at_closing)}
    for code, number in numbers.items():
        if code not in asked:
            return refuse("number_not_asked", "没有问这个数。", "This number is not asked for.")
        fine = number.is_finite() and number == round(number, NUMBER_DECIMALS_MAX)
        if not fine or not 0 <= number <= NUMBER_MAX:
            return refuse(
                "number_wrong",
                "「{title}」请填 0 以上的数，最多三位小数。",
                "{title}: a number from 0 up, three decimals at most.",
                title=asked[code].title,
            )
    for each in asked.values():
        if each.required and each.code not in numbers:
            return refuse(
                "number_missing",
                "请填「{title}」（{unit}）。",
                "Fill in {title} ({unit}).",
                title=each.title,
                unit=each.unit,
            )
    return ALLOWED


def run_numbers(
    section: BaseModel, given: Mapping[str, object], when: Mapping[str, object]
) -> Mapping[str, object]:
    """Run one example of a closing: are the numbers there that its type asks for."""
    spec = CasesSpec.model_validate(section)
    _Given.model_validate(given)
    said = _Closed.model_validate(when)
    decision = numbers_usable(spec.type(said.type), said.numbers)
    return {"closed": True} if decision.allowed else {"refused": decision.reason_code}


NUMBERS_RUNNER = ExampleRunner("cases.numbers", Sentence("结案填数", "numbers"), run_numbers)
