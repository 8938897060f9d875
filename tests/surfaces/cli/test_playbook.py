"""``liuchi playbook`` as it is typed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from liuchi.engines.accounts import actions as accounts
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import queries as journal
from liuchi.kernel.actors import system_actor
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.errors import LiuchiError
from liuchi.kernel.ids import new_id
from liuchi.playbooks import stored
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
    assert (code, out) == (1, f"✗ {bare}：有2处要改。 / {bare}: 2 places to mend.\n")
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


PLACED = HEAD.replace("甲社区", "罗冲社区, 盛唐社区")


@pytest.fixture
def placed(bare: Path, db: str, clock: SimulatedClock) -> Path:
    """A playbook whose places are known; today is 2 March 2026."""
    directory_actions.load_reference_areas()
    (bare / "playbook.yaml").write_text(PLACED, encoding="utf-8")
    return bare


def rewrite(folder: Path, right: str, wrong: str) -> None:
    file = folder / "playbook.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(right, wrong), encoding="utf-8")


def test_a_first_version_may_begin_in_the_past(placed: Path) -> None:
    code, out, _ = run("apply", placed, "--yes")
    assert code == 0
    assert out.splitlines()[-1].startswith("✓ 只有开头的做法 自 2022-04-01 起施行。")
    held = journal.playbook_in_force("bare-method", date(2022, 4, 1))
    assert held is not None
    assert (held.version, held.approved_by, held.spec_version) == (1, "居民代表会议", 1)
    assert held.places == tuple(directory.area_named(n).id for n in ("罗冲社区", "盛塘社区"))
    assert stored(held.compiled).core.title == "只有开头的做法"
    assert journal.playbook_in_force("bare-method", date(2022, 3, 31)) is None


def test_a_later_version_begins_today_or_later(placed: Path) -> None:
    run("apply", placed, "--yes")
    rewrite(placed, "title: 只有开头的做法", "title: 改过的做法")
    assert refusal("apply", placed, "--yes") == "begins_in_the_past"
    rewrite(placed, "from: 2022-04-01", "from: 2026-03-01")
    assert refusal("apply", placed, "--yes") == "begins_in_the_past"
    rewrite(placed, "from: 2026-03-01", "from: 2026-03-02")
    assert run("plan", placed)[1].splitlines() == [
        "~ title: 只有开头的做法 → 改过的做法",
        "~ in_force.from: 2022-04-01 → 2026-03-02",
        "共2处改变。 / 2 changes.",
        "各岗位要填的没有变化。 / What is asked of the posts does not change.",
    ]
    assert run("apply", placed, "--yes")[0] == 0
    days = (date(2026, 3, 1), date(2026, 3, 2))
    held = [journal.playbook_in_force("bare-method", day) for day in days]
    assert [each.version for each in held if each is not None] == [1, 2]


ASKS = """
cases:
  types:
    - {code: water, title: 积水, questions: [{code: home, title: 住址}]}
  conditions:
    - {code: water, type: water, title: 积水, responsible: 市政所}
  limits: {handling: 1 work days}
"""


def test_a_plan_says_what_it_asks_of_whom(placed: Path) -> None:
    """Two grid workers of one community: too few to say what they write."""
    verbs = ("accounts.user.write", "accounts.post.write", "directory.area.write")
    root = system_actor(new_id(), *verbs)
    for name in ("one", "two"):
        user_id = accounts.create_user(
            username=name, display_name=name, password="pass-word-1", actor=root, key=name
        )
        area = directory.area_named("罗冲社区")
        directory_actions.appoint(user_id, "grid_worker", area.id, actor=root, key=name)
    with (placed / "playbook.yaml").open("a", encoding="utf-8") as file:
        file.write(ASKS)
    code, out, err = run("plan", placed)
    assert (code, err) == (0, "")
    lines = [line.partition(" / ")[0] for line in out.splitlines()]
    assert lines[lines.index("要谁填什么（按岗位）：") :] == [
        "要谁填什么（按岗位）：",
        "  网格员（2岗）：字段 0 → 1 个；写明次数的，每岗每周 0.0 → 0.0 条",
        "    近 8 周实际：不足 3 岗，不显示",
        "    + 核查结案：0 个字段，有事才填",
        "    + 上报事项：1 个字段，有事才填",
        "问了两遍的：",
        "  住址：人口名录已有。不再填写：这里删去，或由名录带出。",
        "    只有开头的做法：上报事项（积水）",
    ]


def test_a_plan_of_unknown_places_says_so_and_goes_on(bare: Path, db: str) -> None:
    code, out, _ = run("plan", bare)
    assert code == 0
    assert out.splitlines()[-1].startswith("本地没有这些地点：甲社区。")


def test_the_same_version_is_not_applied_twice(placed: Path) -> None:
    run("apply", placed, "--yes")
    assert refusal("apply", placed, "--yes") == "unchanged"
    assert [v.version for v in journal.playbook_versions("bare-method")] == [1]


def test_places_nobody_knows_are_all_named(placed: Path) -> None:
    rewrite(placed, "罗冲社区, 盛唐社区", "罗冲社区, 甲社区, '340871001999'")
    assert refusal("apply", placed, "--yes") == "unknown_places"
    assert journal.playbook_versions("bare-method") == ()


def test_no_answer_applies_nothing(placed: Path) -> None:
    assert CliRunner().invoke(app, ["playbook", "apply", str(placed)], input="n\n").exit_code == 1
    assert journal.playbook_versions("bare-method") == ()


def refusal(*words: object) -> str:
    """The code of the error a command ends with; the console entry says its sentence."""
    result = CliRunner().invoke(app, ["playbook", *(str(word) for word in words)])
    assert isinstance(result.exception, LiuchiError)
    return result.exception.code
