"""Examples run as tests; a plan names every item that changes; explain says it all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from liuchi.playbooks import PlaybookError, changes, explain, load, may_apply, run_examples

Write = Callable[..., Path]

PASSING = """\
- example: 三次核酸检测
  when: {points.award: {rule: testing, sessions: 3}}
  then: {points: 6}
- example: 没有这一项
  when: {points.award: {rule: none}}
  then: {refused: no_such_rule}
"""


def test_examples_that_hold(folder: Write) -> None:
    results = run_examples(load(folder(examples__award=PASSING)))
    assert [(r.title, r.passed) for r in results] == [
        ("三次核酸检测", True),
        ("没有这一项", True),
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "line", "sentence"),
    [
        (
            "then: {points: 6}",
            "then: {points: 7}",
            3,
            "The example says points: 7; the rules give points: 6.",
        ),
        (
            "then: {points: 6}",
            "then: {points: true}",
            3,
            "The example says points: True; the rules give points: 6.",
        ),
        (
            "then: {points: 6}",
            "then: {point: 6}",
            3,
            "The example says point: 6; the rules give points: 6.",
        ),
        (
            "points.award: {rule: testing",
            "points.awards: {rule: testing",
            2,
            "There is no kind of example 'points.awards'. Did you mean 'points.award'?",
        ),
        ("sessions: 3", "sessions: many", 2, "invalid literal for int() with base 10: 'many'"),
    ],
)
def test_an_example_that_does_not_hold(
    folder: Write, right: str, wrong: str, line: int, sentence: str
) -> None:
    results = run_examples(load(folder(examples__award=PASSING.replace(right, wrong))))
    assert [r.passed for r in results] == [False, True]
    problem = results[0].problem
    assert problem is not None
    assert (str(problem.mark), problem.sentence.in_language("en")) == (
        f"award.yaml:{line}",
        sentence,
    )


def test_a_file_of_examples_with_a_typo_is_refused(folder: Write) -> None:
    playbook = load(folder(examples__award=PASSING.replace("when:", "wenn:", 1)))
    with pytest.raises(PlaybookError) as caught:
        run_examples(playbook)
    assert [(str(p.mark), p.code) for p in caught.value.problems] == [
        ("award.yaml:1", "missing-key"),
        ("award.yaml:2", "unknown-key"),
    ]


def test_a_plan_names_items_by_code(folder: Write, good: str) -> None:
    before = load(folder()).compiled()
    text = (
        good.replace("award: 2,", "award: 3,")
        .replace("    - {code: patrol, title: 巡防, class: 治安, award: 1}\n", "")
        .replace("  goods:", "    - {code: reading, title: 读书, class: 志愿, award: 1}\n  goods:")
        .replace("from: 2022-04-01", "from: 2022-07-01")
    )
    planned = changes(before, load(folder(text)).compiled())
    assert [str(change) for change in planned] == [
        "~ in_force.from: 2022-04-01 → 2022-07-01",
        "~ points.rules[testing].award: 2 → 3",
        "+ points.rules[reading]: 读书，award 1",
        "- points.rules[patrol]: 巡防，award 1",
    ]


def test_an_unchanged_playbook_plans_nothing(folder: Write) -> None:
    compiled = load(folder()).compiled()
    assert changes(compiled, load(folder()).compiled()) == ()


def test_a_moved_item_shows_as_moved(folder: Write, good: str) -> None:
    before = load(folder()).compiled()
    patrol = "    - {code: patrol, title: 巡防, class: 治安, award: 1}\n"
    moved = good.replace(patrol, "").replace("  rules:\n", f"  rules:\n{patrol}")
    planned = changes(before, load(folder(moved)).compiled())
    assert [str(change) for change in planned] == [
        "~ points.rules (order): ['testing', 'patrol'] → ['patrol', 'testing']"
    ]


def test_a_first_version_adds_everything(folder: Write) -> None:
    planned = changes(None, load(folder()).compiled())
    assert {change.sign.value for change in planned} == {"+"}
    assert [c.path for c in planned if c.path.startswith("points.rules")] == [
        "points.rules[testing]",
        "points.rules[patrol]",
    ]


def test_the_method_in_plain_words(folder: Write) -> None:
    playbook = load(folder())
    assert explain(playbook, "zh-hans").splitlines()[:5] == [
        "试点做法（test-method）",
        "适用地点：甲社区、乙社区。",
        "自2022-04-01起施行，经居民代表会议通过。",
        "个人信息：为“积分”使用姓名；依据：个人同意；保存3年。",
        "每当发生points.redeemed，就启动points.claim。",
    ]
    english = explain(playbook, "en").splitlines()
    assert english[3] == "Personal data: name for “积分”; basis: consent; kept for 3 years."
    assert "【Published figures】" in english


@pytest.mark.parametrize(
    ("since", "first", "reason"),
    [
        (date(2022, 5, 26), False, ""),
        (date(2022, 5, 27), False, ""),
        (date(2022, 5, 25), False, "begins_in_the_past"),
        (date(2022, 4, 1), True, ""),
    ],
)
def test_only_a_first_version_begins_in_the_past(
    folder: Write, since: date, first: bool, reason: str
) -> None:
    planned = changes(None, load(folder()).compiled())
    decision = may_apply(planned, since, date(2022, 5, 26), first=first)
    assert (decision.allowed, decision.reason_code) == (not reason, reason)


def test_nothing_changed_is_not_applied_again() -> None:
    day = date(2022, 5, 26)
    assert may_apply((), day, day, first=False).reason_code == "unchanged"
