"""Official grades: as their issuer decided them, beside the place's own, taken back whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engines.directory.rosters import bring, counts, said
from engines.points.world import SECTION
from liuchi.engines.files.actions import imports
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points.queries import grades
from liuchi.kernel.clock import today

GRADES = {
    "official": [
        {"code": "xyh", "title": "信用户", "issuer": "省党建信用平台", "codes": ["A", "AA", "AAA"]}
    ]
}
HEADERS = ["姓名", "户号", "等级", "评定日期", "轮次", "有效期至"]


@pytest.fixture
def graded(world, settings, tmp_path: Path):
    settings.LIUCHI_DATA_DIR = tmp_path
    journal_actions.apply_playbook(
        code=f"credit-{world.village.code}",
        source="",
        compiled={"points": {**SECTION, "grades": GRADES}},
        places=[world.village.id],
        in_force_from=date(2026, 1, 2),
        spec_version=1,
        approved_by="居民代表会议",
        actor=world.root,
    )
    return world


def proposed(world, *rows):
    return bring(world.secretary, [HEADERS, *rows], target="official_grades")


def held(person_id, on=None):
    return [
        (each.method, each.issuer, each.grade, each.rank, each.valid_to)
        for each in grades.standings(person_id, on or today())
    ]


def test_a_household_s_grade_is_its_members_until_it_ends_or_is_undone(graded):
    first, second, third, _ = graded.people
    proposed(graded, ["试甲", "1", "a", "2026-01-05", "2025", None])
    assert held(second) == [("official", "省党建信用平台", "A", 1, date(2027, 1, 4))]
    new, report = proposed(graded, ["试乙", "1", "AA", "2026-02-05", "2026", "2026-12-31"])
    assert counts(report) == (1, 0, 0, 0)
    until = date(2026, 12, 31)
    assert held(first) == held(second) == [("official", "省党建信用平台", "AA", 2, until)]
    assert held(first, date(2027, 1, 1)) == []
    assert held(third) == []
    with acting_as(graded.secretary):
        rows = grades.official_grades(graded.secretary).rows
    assert [(row.whose, row.grade, row.round_name) for row in rows] == [
        ("1", "AA", "2026"),
        ("1", "A", "2025"),
    ]
    imports.undo(actor=graded.secretary, key="undo", import_id=new)
    assert held(first)[0][2] == "A"
    stranger = graded.user("secretary", graded.other)
    with acting_as(stranger):
        assert grades.official_grades(stranger).rows == ()


def test_wrong_rows_say_what_to_do(graded):
    _, report = proposed(
        graded,
        ["试甲", "1", "AA", "2026-02-05", None, None],
        ["试乙", "1", "A", "2026-02-06", None, None],
        ["试丙", "2", "B", "2026-02-05", None, None],
        ["试丁", "2", "AA", "2026-09-05", None, None],
        ["无此人", "9", "AA", "2026-02-05", None, None],
        ["试丁", "2", "A", "2026-02-05", None, "2026-01-01"],
    )
    assert counts(report) == (1, 0, 0, 5)
    assert [words for *_, words in said(report)] == [
        "请填评定日期，如 2026-06-30，不能晚于今天。",
        "有效期至不能早于评定日期。",
        "这一户（人）在表里出现过，这一行没有导入。",
        "没有这个等级，请核对。",
        "名册里没有这个人，请核对姓名和户号。",
    ]
