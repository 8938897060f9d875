"""The method of 菱北 as shipped: it checks, its examples hold, its counts are the report's."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps

from liuchi.playbooks import (
    NotComputed,
    Playbook,
    PlaybookError,
    Problem,
    PublishedIndicator,
    PublishedValue,
    explain,
    lints_markdown,
    load,
    lookup,
    registry,
    run_examples,
)
from liuchi.playbooks.registry import Registry

Breaker = Callable[[str, str, str], tuple[tuple[Problem, ...], str]]
FOLDER = Path(__file__).resolve().parents[2] / "playbooks" / "lingbei" / "credit-community"


@pytest.fixture(autouse=True)
def engines(toy: Registry) -> Iterator[Registry]:
    """The sections the installed engines register, in place of the tests' own."""
    with registry.using(Registry()) as real:
        for config in apps.get_app_configs():
            if config.name.startswith("liuchi.engines."):
                config.ready()
        yield real


@pytest.fixture
def lingbei(engines: Registry) -> Playbook:
    return load(FOLDER)


@pytest.fixture
def broken(engines: Registry, tmp_path: Path) -> Breaker:
    """Change one thing in a copy; return the problems and the line where ``place`` stands."""

    def change(right: str, wrong: str, place: str) -> tuple[tuple[Problem, ...], str]:
        folder = tmp_path / "method"
        shutil.copytree(FOLDER, folder)
        at = ""
        for file in folder.glob("*.yaml"):
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
            if place in text:
                at = f"{file.name}:{text[: text.index(place)].count(chr(10)) + 1}"
        with pytest.raises(PlaybookError) as caught:
            load(folder)
        return caught.value.problems, at

    return change


def test_it_names_three_communities_and_38_items(lingbei: Playbook) -> None:
    compiled = lingbei.compiled()
    assert lingbei.core.places == ("罗冲社区", "乌岭社区", "盛塘社区")
    rules = lookup(compiled, "points.rules")
    assert isinstance(rules, list)
    assert Counter(rule["class"] for rule in rules) == {
        "志愿活动": 7,
        "社会治安": 6,
        "公益关爱": 6,
        "遵纪守法": 3,
        "爱护环境": 5,
        "孝老爱亲": 4,
        "移风易俗": 4,
        "扶危济困": 3,
    }
    assert len(rules) == 38
    assert {rule["publicity"] for rule in rules} == {"5 work days"}


def test_what_the_report_does_not_say_is_marked(lingbei: Playbook) -> None:
    rules = lookup(lingbei.compiled(), "points.rules")
    assert isinstance(rules, list)
    assert [rule["code"] for rule in rules if "示例自定" not in rule["note"]] == []


def test_its_examples_hold(lingbei: Playbook) -> None:
    results = run_examples(lingbei)
    assert [str(r.problem) for r in results if not r.passed] == []
    assert len(results) == 11


def test_published_figures_are_tied(lingbei: Playbook) -> None:
    tied = lingbei.core.published.root
    assert list(tied) == [
        "s4.1-01",
        "s4.1-02",
        "s4.2-01",
        "s4.2-02",
        "s4.2-03",
        "s4.3-01",
        "s4.3-02",
        "s4.3-03",
        "s4.4-01",
        "s4.4-02",
        "s4.5-01",
        "s4.5-02",
        "s4.6-01",
        "s4.6-02",
        "s4.6-03",
    ]
    left_out = {figure for figure, entry in tied.items() if isinstance(entry, NotComputed)}
    assert left_out == {"s4.1-02", "s4.2-02"}
    pack = tied["s4.2-03"]
    assert isinstance(pack, PublishedValue)
    worth = lookup(lingbei.compiled(), pack.value_of)
    assert worth == 19800
    assert pack.admits(worth / pack.divide_by) is True
    counted = [tied[f"s4.3-0{n}"] for n in (1, 2, 3)]
    assert [(e.area, str(e.as_of)) for e in counted if isinstance(e, PublishedIndicator)] == [
        ("盛塘社区", "2022-05-26"),
        ("乌岭社区", "2022-05-26"),
        ("罗冲社区", "2022-05-26"),
    ]


AWARD = "title: 参与调解邻里纠纷, class: 社会治安, award: 5"


@pytest.mark.parametrize(
    ("right", "wrong", "code", "place"),
    [
        (AWARD, AWARD.replace("5", "-5"), "points.negative", AWARD),
        (AWARD, AWARD.replace("参与调解邻里纠纷", "不上访"), "points.petition", AWARD),
        (AWARD, AWARD.replace("参与调解邻里纠纷", "未献血"), "points.blood", AWARD),
        ("洗车优惠5元", "优先入学", "points.statutory", "洗车优惠5元"),
        ("legal_basis: consent", "law: 某法", "no-legal-basis", "  credit-points:"),
        ("fields: [name, household]", "fields: [household]", "no-purpose", "  currency:"),
        ("evidence: [photo]", "evidence: [selfie]", "forced-check-in", "evidence: [photo]"),
        ("by: [home_area, month]", "by: [person]", "indicators.ranking", "by: [home_area"),
    ],
)
def test_rights_hold_for_the_real_method_too(
    broken: Breaker, right: str, wrong: str, code: str, place: str
) -> None:
    problems, at = broken(right, wrong, place)
    found = [problem for problem in problems if problem.code == code]
    assert [str(problem.mark) for problem in found] == [at]
    assert found[0].source


def test_the_reference_lists_every_lint(engines: Registry) -> None:
    reference = FOLDER.parents[2] / "docs" / "reference" / "playbook-lints.md"
    assert reference.read_text(encoding="utf-8") == lints_markdown()


def test_it_asks_for_no_more_than_name_and_household(lingbei: Playbook) -> None:
    assert {f for p in lingbei.core.purposes.values() for f in p.fields} == {"name", "household"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_it_is_said_in_plain_words(lingbei: Playbook, language: str) -> None:
    text = explain(lingbei, language)
    assert "核酸检测志愿服务" in text
    assert "{" not in text
