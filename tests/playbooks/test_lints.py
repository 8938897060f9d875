"""Each rule of rights and burden refuses its example at the exact line, citing its source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from liuchi.playbooks import PlaybookError, all_lints, load
from liuchi.playbooks.lints import BURDEN_RULES, CORE_LINTS, CREDIT_NOTICE, FINGERTIP_RULES

Write = Callable[..., Path]
BOTH = f"{BURDEN_RULES}；{FINGERTIP_RULES}"

INDICATOR = "measure: {count_distinct: person}"
CASES = [
    ("ranks-people", INDICATOR, INDICATOR + ", by: [home_area, person]", 17, BOTH),
    ("ranks-people", INDICATOR, INDICATOR + ", by: [household]", 17, BOTH),
    ("ranks-people", INDICATOR, INDICATOR + ", order: most", 17, BOTH),
    ("ranks-people", "flows:", "cases:\n  ranking: true\nflows:", 15, BOTH),
    ("no-legal-basis", "legal_basis: consent, ", "", 6, "《个人信息保护法》第13条"),
    ("no-purpose", "fields: [name]", "fields: [phone]", 8, "《个人信息保护法》第6条"),
    (
        "no-purpose",
        "currency: {code: credit}",
        "currency: {code: credit, shown_per: household}",
        8,
        "《个人信息保护法》第6条",
    ),
    (
        "no-purpose",
        "flows:",
        "forms:\n  - {code: v, owner: 社区, ends: 2022-12-31, fields: [health]}\nflows:",
        15,
        "《个人信息保护法》第6条",
    ),
    ("forced-check-in", "evidence: [attendance]", "evidence: [attendance, selfie]", 10, BOTH),
    ("forced-check-in", "evidence: [attendance]", "evidence: [location]", 10, BOTH),
    ("forced-check-in", "flows:", "activities:\n  check_in: gps\nflows:", 15, BOTH),
    (
        "asks-what-is-held",
        "flows:",
        "forms:\n  - owner: 社区\n    ends: 2022-12-31\n    fields:\n      - name\nflows:",
        18,
        BURDEN_RULES,
    ),
    (
        "form-without-end",
        "flows:",
        "forms:\n  visit: {owner: 社区, fields: [opinion]}\nflows:",
        15,
        BURDEN_RULES,
    ),
    (
        "unmasked-publication",
        "flows:",
        "disclosures:\n  - fields:\n      - {field: name, mask: false}\nflows:",
        16,
        "《个人信息保护法》第25条；《2018年政务公开工作要点》",
    ),
    ("grade-gates", "flows:", "cases:\n  only_for: {grade: AA}\nflows:", 15, CREDIT_NOTICE),
    (
        "survey-stays",
        "when: points.redeemed, where: {goods: {is: towel}}",
        "when: surveys.answered",
        15,
        "《统计法》；住户调查保密要求",
    ),
]


@pytest.mark.parametrize(("code", "right", "wrong", "line", "source"), CASES)
def test_a_playbook_that_breaks_the_rule_is_refused(  # noqa: PLR0917
    folder: Write, good: str, code: str, right: str, wrong: str, line: int, source: str
) -> None:
    assert good.count(right) == 1
    with pytest.raises(PlaybookError) as caught:
        load(folder(good.replace(right, wrong)))
    found = [p for p in caught.value.problems if p.code == code]
    assert [(p.mark.line, p.source) for p in found] == [(line, source)]
    assert source in found[0].in_language("zh")
    assert found[0].in_language("en").endswith(f"(source: {source}) [{code}]")


def test_every_rule_of_the_core_has_a_refused_example() -> None:
    assert {code for code, *_ in CASES} == {rule.code for rule in CORE_LINTS}


def test_lints_of_engines_are_run_too() -> None:
    assert all_lints()[: len(CORE_LINTS)] == CORE_LINTS


def test_a_prefilled_field_is_not_asked_again(folder: Write, good: str) -> None:
    form = (
        "forms:\n  - {code: v, owner: 社区, ends: 2022-12-31, "
        "fields: [{field: name, prefill: true}]}\nflows:"
    )
    with pytest.raises(PlaybookError) as caught:
        load(folder(good.replace("flows:", form)))
    assert [p.code for p in caught.value.problems] == ["unknown-section"]
