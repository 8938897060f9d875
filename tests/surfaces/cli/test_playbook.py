"""``liuchi playbook`` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from liuchi.surfaces.cli import app

HEAD = """\
playbook: bare-method
title: 只有开头的做法
places: [甲社区]
in_force: {from: 2022-04-01, approved_by: 居民代表会议}
"""


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    (tmp_path / "playbook.yaml").write_text(HEAD, encoding="utf-8")
    return tmp_path


def run(*words: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["playbook", *(str(word) for word in words)])
    return result.exit_code, result.stdout, result.stderr


def test_check_says_that_nothing_is_wrong(bare: Path) -> None:
    assert run("check", bare) == (
        0,
        "✓ 只有开头的做法：没有问题。 / 只有开头的做法: nothing wrong.\n",
        "",
    )


def test_check_names_every_problem_and_fails(bare: Path) -> None:
    (bare / "playbook.yaml").write_text(HEAD.replace("title", "titel"), encoding="utf-8")
    code, out, err = run("check", bare)
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        "✗ playbook.yaml:1: 缺少“title”，请补上。 [missing-key]",
        "    playbook.yaml:1: 'title' is missing; add it. [missing-key]",
        "✗ playbook.yaml:2: titel: 没有名为“titel”的部分。是不是“title”？ [unknown-section]",
        (
            "    playbook.yaml:2: titel: There is no section 'titel'. Did you mean 'title'? "
            "[unknown-section]"
        ),
    ]


def test_test_fails_on_an_example_nobody_can_run(bare: Path) -> None:
    (bare / "examples").mkdir()
    (bare / "examples" / "a.yaml").write_text(
        "- {example: 甲, when: {tea.drunk: {}}, then: {cups: 1}}\n", encoding="utf-8"
    )
    code, out, err = run("test", bare)
    assert code == 1
    assert out.splitlines()[0] == "✗ 甲"
    assert "tea.drunk" in err


def test_explain_speaks_both_languages(bare: Path) -> None:
    assert run("explain", bare)[1].splitlines()[1] == "适用地点：甲社区。"
    assert run("explain", bare, "--language", "en")[1].splitlines()[1] == "Places: 甲社区."


def test_schema_is_json() -> None:
    code, out, _ = run("schema")
    assert code == 0
    assert json.loads(out)["required"] == ["playbook", "title", "places", "in_force"]


@pytest.mark.usefixtures("db")
def test_plan_lists_what_a_first_version_adds(bare: Path) -> None:
    code, out, _ = run("plan", bare)
    assert code == 0
    assert "+ places: ['甲社区']" in out.splitlines()
