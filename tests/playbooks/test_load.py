"""A right playbook loads; a wrong one names file, line, what and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from liuchi.playbooks import (
    PlaybookError,
    PublishedIndicator,
    PublishedValue,
    explain,
    json_schema,
    load,
    lookup,
    section_of,
    stored,
)
from liuchi.playbooks.core import PERSONAL_FIELDS
from liuchi.playbooks.registry import Registry, Section

Write = Callable[..., Path]


def told(write: Write, text: str, **files: str) -> list[tuple[str, str, str]]:
    """Load and return (place, code, English sentence) of every problem."""
    with pytest.raises(PlaybookError) as caught:
        load(write(text, **files))
    return [(str(p.mark), p.code, p.sentence.in_language("en")) for p in caught.value.problems]


def test_a_right_playbook_loads(folder: Write) -> None:
    playbook = load(folder())
    assert playbook.code == "test-method"
    assert playbook.in_force_from == date(2022, 4, 1)
    assert list(playbook.sections) == ["points", "indicators"]
    tied = playbook.core.published.root
    assert tied["s4.3-01"] == PublishedIndicator(
        indicator="redeemers", area="甲社区", as_of=date(2022, 5, 26)
    )
    worth = tied["s4.2-03"]
    assert isinstance(worth, PublishedValue)
    value = Decimal(str(lookup(playbook.compiled(), worth.value_of))) / worth.divide_by
    assert worth.admits(value) is True
    assert worth.admits(Decimal(200)) is False


def test_the_compiled_form_reads_back(folder: Write) -> None:
    playbook = load(folder())
    compiled = playbook.compiled()
    assert compiled["spec_versions"] == {"core": 1, "points": 1, "indicators": 1}
    assert compiled["in_force"] == {"from": "2022-04-01", "approved_by": "居民代表会议"}
    assert section_of(compiled, "points") == playbook.sections["points"]
    assert section_of(compiled, "indicators") == playbook.sections["indicators"]
    assert section_of(compiled, "cases") is None
    kept = stored(json.loads(json.dumps(compiled)))
    assert (kept.core, kept.sections) == (playbook.core, playbook.sections)
    assert explain(kept, "en") == explain(playbook, "en")


def test_an_older_section_is_brought_up_to_date(folder: Write, toy: Registry) -> None:
    compiled = load(folder()).compiled()
    older = toy.sections["points"]

    def rename(points: dict[str, object]) -> dict[str, object]:
        return {**points, "goods": []}

    toy._sections["points"] = Section(
        "points", older.model, older.title, spec_version=2, upcasters={1: rename}
    )
    read = section_of(compiled, "points")
    assert read is not None
    assert read.model_dump()["goods"] == []


def test_a_rule_table_may_stand_in_a_file_of_its_own(folder: Write, good: str) -> None:
    begin, end = good.index("    - {code: testing"), good.index("  goods:")
    text = (
        good[:begin].rstrip().removesuffix("rules:")
        + "rules: {from_file: rules.yaml}\n"
        + good[end:]
    )
    rules = good[begin:end]
    playbook = load(folder(text, rules=rules))
    assert lookup(playbook.compiled(), "points.rules[patrol].award") == 1
    assert "# --- rules.yaml" in playbook.source


def test_a_mistake_in_a_rule_table_is_named_in_its_file(folder: Write, good: str) -> None:
    begin, end = good.index("    - {code: testing"), good.index("  goods:")
    text = (
        good[:begin].rstrip().removesuffix("rules:")
        + "rules: {from_file: rules.yaml}\n"
        + good[end:]
    )
    rules = good[begin:end].replace("award: 1", "award: one")
    assert told(folder, text, rules=rules) == [
        ("rules.yaml:2", "wrong-value", "Write a whole number here, not 'one'.")
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "place", "code", "sentence"),
    [
        (
            "title: 试点做法",
            "tittle: 试点做法",
            "playbook.yaml:2",
            "unknown-section",
            "There is no section 'tittle'. Did you mean 'title'?",
        ),
        (
            "award: 2,",
            "awards: 2,",
            "playbook.yaml:10",
            "unknown-key",
            "There is no key 'awards'. Did you mean 'award'?",
        ),
        (
            "  currency: {code: credit}",
            "  currency: {code: credit, held: x}",
            "playbook.yaml:8",
            "unknown-key",
            "There is no key 'held'. Known: code、shown_per.",
        ),
        (
            "award: 1}",
            "award: 1.5}",
            "playbook.yaml:11",
            "wrong-value",
            "Write a whole number here, not '1.5'.",
        ),
        (
            "from: 2022-04-01",
            "from: 1 April",
            "playbook.yaml:4",
            "wrong-value",
            "Write a day such as 2022-04-01, not '1 April'.",
        ),
        (
            "places: [甲社区, 乙社区]",
            "places: [甲社区, 甲社区]",
            "playbook.yaml:3",
            "wrong-value",
            "A place is named twice.",
        ),
        (
            "when: points.redeemed",
            "when: points.redeemd",
            "playbook.yaml:15",
            "unknown-reference",
            "There is no fact 'points.redeemd'. Did you mean 'points.redeemed'?",
        ),
        (
            "when: points.redeemed",
            "when: activities.attended",
            "playbook.yaml:15",
            "unknown-reference",
            "No engine 'activities' is installed (in 'activities.attended'). Installed: points.",
        ),
        (
            "when: points.redeemed",
            "when: point.redeemed",
            "playbook.yaml:15",
            "unknown-reference",
            (
                "No engine 'point' is installed (in 'point.redeemed'). Did you mean 'points'? "
                "Installed: points."
            ),
        ),
        (
            "where: {goods: {is: towel}}",
            "where: {good: {is: towel}}",
            "playbook.yaml:15",
            "unknown-reference",
            "There is no field 'good'. Did you mean 'goods'?",
        ),
        (
            "then: points.claim",
            "then: points.grant",
            "playbook.yaml:15",
            "unknown-reference",
            "There is no flow target 'points.grant'. Did you mean 'points.claim'?",
        ),
        (
            "indicator: redeemers",
            "indicator: redeemer",
            "playbook.yaml:21",
            "unknown-reference",
            "There is no indicator 'redeemer'. Did you mean 'redeemers'?",
        ),
        (
            "area: 甲社区",
            "area: 丙社区",
            "playbook.yaml:21",
            "unknown-reference",
            "There is no place '丙社区'. Did you mean '甲社区'?",
        ),
        (
            "count_of: points.rules",
            "count_of: points.rule",
            "playbook.yaml:19",
            "unknown-reference",
            "There is no content (points.rule) 'rule'. Did you mean 'rules'?",
        ),
        (
            "goods[gift-pack]",
            "goods[gift]",
            "playbook.yaml:20",
            "unknown-reference",
            "There is no code (points.goods[gift].value_fen) 'gift'. Did you mean 'gift-pack'?",
        ),
        (
            "interval: [180, 200]",
            "interval: [200, 180]",
            "playbook.yaml:20",
            "wrong-value",
            "Write an interval as [low, high], low below high.",
        ),
        (
            "s4.2-01: {count_of: points.rules}",
            "s4.2-01: {counts: points.rules}",
            "playbook.yaml:19",
            "wrong-value",
            "Write one of indicator, count_of, value_of, parts, across, not_computed.",
        ),
        (
            "fields: [name]",
            "fields: [name, telephone]",
            "playbook.yaml:6",
            "wrong-value",
            f"There is no personal field 'telephone'. Known: {'、'.join(PERSONAL_FIELDS)}.",
        ),
        (
            "retain: 3 years",
            "retain: a while",
            "playbook.yaml:6",
            "wrong-value",
            "'a while' is not a length of time; write it like '12 months'",
        ),
    ],
)
def test_one_mistake(  # noqa: PLR0917
    folder: Write, good: str, right: str, wrong: str, place: str, code: str, sentence: str
) -> None:
    assert good.count(right) >= 1
    problems = told(folder, good.replace(right, wrong, 1))
    assert (place, code, sentence) in problems
    # What follows from the same mistake may be told as well, nothing else.
    assert {p for p, _, _ in problems} <= {place, "playbook.yaml:1"}


def test_a_section_whose_engine_is_not_installed(folder: Write, good: str) -> None:
    assert told(folder, good + "appraisals:\n  rounds: []\n") == [
        (
            "playbook.yaml:22",
            "unknown-section",
            (
                "No engine for the section 'appraisals' is installed. Installed sections: "
                "points、indicators. Drop the section or install its engine."
            ),
        )
    ]


def test_every_mistake_is_told_at_once(folder: Write, good: str) -> None:
    text = (
        good.replace("award: 2,", "awards: 2,")
        .replace("count_of: points.rules", "count_of: points.rulez")
        .replace("from: 2022", "form: 2022")
    )
    assert [(place, code) for place, code, _ in told(folder, text)] == [
        ("playbook.yaml:4", "missing-key"),
        ("playbook.yaml:4", "unknown-key"),
        ("playbook.yaml:10", "missing-key"),
        ("playbook.yaml:10", "unknown-key"),
        ("playbook.yaml:19", "unknown-reference"),
    ]


def test_every_problem_is_worded_in_both_languages(folder: Write, good: str) -> None:
    with pytest.raises(PlaybookError) as caught:
        load(folder(good.replace("award: 2,", "awards: 2,")))
    assert str(caught.value) == (
        "playbook.yaml:10: points.rules[1]: 缺少“award”，请补上。 [missing-key]\n"
        "    playbook.yaml:10: points.rules[1]: 'award' is missing; add it. [missing-key]\n"
        "playbook.yaml:10: points.rules[1].awards: 没有名为“awards”的条目。是不是“award”？"
        " [unknown-key]\n"
        "    playbook.yaml:10: points.rules[1].awards: There is no key 'awards'. "
        "Did you mean 'award'? [unknown-key]"
    )


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("playbook: a\n  title: b\n", 2, "This is not valid YAML"),
        ("playbook: a\nplaybook: b\n", 2, "The same name is written twice"),
        ("- a\n", 1, "Write the file as 'name: value' entries."),
        ("playbook: !!python/object a\n", 1, "YAML tags are not used here."),
        ("title: {from_file: ../other.yaml}\n", 1, "Name another file of the same folder"),
        ("title: {from_file: playbook.yaml}\n", 1, "Name another file of the same folder"),
    ],
)
def test_a_file_that_cannot_be_read(folder: Write, text: str, line: int, words: str) -> None:
    (place, _, sentence), *_ = told(folder, text)
    assert (place, sentence[: len(words)]) == (f"playbook.yaml:{line}", words)


def test_aliases_that_multiply_are_stopped(folder: Write) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 10) + "]" for n in range(1, 9)]
    problems = told(folder, "\n".join(lines))
    assert [sentence for _, _, sentence in problems] == ["Too much, or an alias loop."]


def test_a_folder_without_a_playbook(tmp_path: Path) -> None:
    with pytest.raises(PlaybookError, match="A playbook is a folder with a"):
        load(tmp_path)


def test_an_editor_can_complete_names() -> None:
    schema = json_schema()
    assert schema["properties"]["indicators"]["anyOf"][0] == {"$ref": "#/$defs/indicators"}
    indicator = schema["$defs"]["indicators.Indicator"]["properties"]
    assert indicator["of"]["enum"] == ["points.redeemed"]
    flow = schema["$defs"]["Flow"]["properties"]
    assert (flow["when"]["enum"], flow["then"]["enum"]) == (["points.redeemed"], ["points.claim"])
    assert "name" in schema["$defs"]["Purpose"]["properties"]["fields"]["anyOf"][0]["items"]["enum"]


def test_every_reference_of_the_schema_leads_somewhere() -> None:
    schema = json_schema()

    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [r for held in node.values() for r in references(held)]
        return [r for item in node for r in references(item)] if isinstance(node, list) else []

    assert {r.removeprefix("#/$defs/") for r in references(schema)} <= set(schema["$defs"])


@pytest.mark.parametrize("more", [{"area": "罗冲社区"}, {"each_of": ["老峰镇"]}])
def test_a_figure_that_several_places_have_alike_names_two_of_them(more: dict[str, object]) -> None:
    both = {"indicator": "a.b", "each_of": ["老峰镇", "菱北办事处"], "as_of": "2022-05-31"}
    held = PublishedIndicator.model_validate(both)
    assert held.each_of == ("老峰镇", "菱北办事处")
    with pytest.raises(ValidationError, match="each_of names two places"):
        PublishedIndicator.model_validate({**both, **more})
