"""A clerk's list of matters: tried, imported, undone; a fault of each kind harms no other line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from engines.directory.rosters import choose, receive
from liuchi.engines.cases import queries
from liuchi.engines.cases.enums import Channel
from liuchi.engines.files.actions import imports
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.ids import new_id

HEADS = (
    "序号", "*事项内容", "类 别", "所属社区", "网格", "具体位置", "受理日期（必填）",
    "来源", "联系电话", "是否紧急", "立案条件", "经度", "纬度", "补充内容",
)  # fmt: skip
SECTION: dict[str, Any] = {
    "types": [
        {"code": "env", "title": "环境"},
        {"code": "rubbish", "title": "垃圾", "parent": "env"},
        {"code": "twin-1", "title": "同名", "parent": "env"},
        {"code": "twin-2", "title": "同名", "parent": "env"},
        {"code": "calls", "title": "来电事项", "channels": ["call"]},
        {"code": "office", "title": "社区作风", "about_office": True},
        {
            "code": "pile",
            "title": "堆物",
            "questions": [
                {"code": "floor", "title": "几楼", "answer": "number", "required": True},
                {"code": "blocks", "title": "挡路吗", "answer": "yes_no"},
            ],
        },
    ],
    "conditions": [{"code": "c1", "type": "rubbish", "title": "散落一处"}],
}


@pytest.fixture
def listing(world: Any, settings: Any, tmp_path: Any) -> Any:
    settings.LIUCHI_DATA_DIR = tmp_path
    journal_actions.apply_playbook(
        code="grid",
        source="",
        compiled={"cases": SECTION},
        places=[world.town.id],
        in_force_from=clock.today(),
        spec_version=1,
        approved_by="办事处",
        actor=world.root,
    )
    return world


def line(**said: object) -> list[object]:
    """Return a good line, or one with a cell changed."""
    base: dict[str, object] = dict.fromkeys(HEADS, "")
    named = {
        "text": HEADS[1], "type": HEADS[2], "village": HEADS[3], "grid": HEADS[4],
        "place": HEADS[5], "day": HEADS[6], "channel": HEADS[7], "contact": HEADS[8],
        "urgent": HEADS[9], "condition": HEADS[10], "longitude": HEADS[11],
        "latitude": HEADS[12], "answers": HEADS[13],
    }  # fmt: skip
    good = {"text": f"第 {new_id()} 件", "type": "垃圾", "village": "盛塘社区"}
    return list((base | {named[name]: value for name, value in (good | said).items()}).values())


FAULTY: list[tuple[str, dict[str, object]]] = [
    ("text_missing", {"text": " ", "place": "东门"}),
    ("text_too_long", {"text": "长" * 401}),
    ("place_too_long", {"place": "长" * 201}),
    ("contact_too_long", {"contact": "1" * 61}),
    ("type_missing", {"type": ""}),
    ("type_unknown", {"type": "没有这类"}),
    ("type_not_last", {"type": "环境"}),
    ("type_ambiguous", {"type": "同名"}),
    ("type_closed", {"type": "来电事项"}),
    ("type_above", {"type": "社区作风"}),
    ("condition_unknown", {"condition": "没有"}),
    ("village_missing", {"village": ""}),
    ("village_unknown", {"village": "火星社区"}),
    ("grid_unknown", {"grid": "没有这个网格"}),
    ("day_unreadable", {"day": "二月三十"}),
    ("day_ahead", {"day": "2099-01-01"}),
    ("point_unreadable", {"longitude": "东经", "latitude": "30.5"}),
    ("point_half", {"longitude": "117.06"}),
    ("point_off_earth", {"longitude": "30.5", "latitude": "117.06"}),
    ("urgent_unreadable", {"urgent": "看情况"}),
    ("channel_unknown", {"channel": "梦里"}),
    ("answers_unreadable", {"type": "堆物", "answers": "三楼"}),
    ("answer_unusable", {"type": "堆物", "answers": "几楼：三"}),
    ("twice_in_table", {"text": "楼道灯坏了"}),
    ("taken_in_already", {"text": "早就登记了"}),
]


def counted() -> list[tuple[str, str, int]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT channel, state, count(*) FROM cases_case GROUP BY 1, 2 ORDER BY 1, 2"
        )
        return cursor.fetchall()


def test_each_kind_of_fault_is_named_at_its_cell_and_the_rest_comes_in(listing: Any) -> None:
    clerk = listing.clerk
    listing.report(type_code="rubbish", condition_code="", text="早就登记了", place="")
    good = [
        line(text="楼道灯坏了"),
        line(type="rubbish", channel="来电", contact="13800000000", urgent="是"),
        line(type="堆物", answers="几楼：3；挡路吗：是", day="2026-01-05"),
        line(type="来电事项", channel="电话", condition=""),
        line(condition="散落一处", longitude=117.06, latitude=30.51),
    ]
    rows = [["盛塘社区事项登记表"], list(HEADS), *good, *(line(**said) for _, said in FAULTY)]
    import_id = receive(clerk, rows, "matters")
    choose(clerk, import_id)
    tried = imports.check(import_id, actor=clerk)
    expected = [(place, code) for place, (code, _) in enumerate(FAULTY, start=3 + len(good))]
    assert [(row.row, row.code) for row in tried.rows] == expected
    assert len({code for code, _ in FAULTY}) >= 20
    assert (tried.new, tried.refused) == (len(good), len(FAULTY))
    assert counted() == [("worker", "reported", 1)]  # a dry run leaves nothing behind
    done = imports.run(import_id, actor=clerk, key="go")
    assert (done.new, done.rows) == (tried.new, tried.rows)
    assert imports.run(import_id, actor=clerk, key="go").new == done.new
    assert counted() == [
        ("call", "reported", 2),
        ("import", "reported", 3),
        ("worker", "reported", 1),
    ]
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT answers, received_at::date::text FROM cases_report WHERE answers <> '{}'"
        )
        assert [(str(day)) for _answers, day in cursor.fetchall()] == ["2026-01-05"]
    with acting_as(clerk):
        assert queries.differing(clerk) == ()


def test_an_undo_takes_back_exactly_what_nobody_has_touched(listing: Any) -> None:
    clerk = listing.clerk
    rows = [list(HEADS), line(text="甲", contact="13800000000"), line(text="乙"), line(text="丙")]
    import_id = receive(clerk, rows, "matters")
    choose(clerk, import_id)
    imports.check(import_id, actor=clerk)
    imports.run(import_id, actor=clerk, key="go")
    other = listing.report(type_code="rubbish", condition_code="", text="丁")
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT id FROM cases_case WHERE description = '乙'")
        ((touched,),) = cursor.fetchall()
    listing.report(joins=touched, channel=Channel.WORKER, text="我也看到了")
    listing.clock.advance(timedelta(minutes=5))
    report = imports.undo(import_id, actor=clerk, key="back")
    assert (report.removed, [row.row for row in report.rows]) == (2, [3])
    assert imports.undo(import_id, actor=clerk, key="back").removed == 0
    assert counted() == [
        ("import", "reported", 1),
        ("import", "withdrawn", 2),
        ("worker", "reported", 1),
    ]
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM cases_report AS told JOIN cases_case AS held "
            "ON held.id = told.case_id LEFT JOIN cases_reporter AS who ON who.report_id = told.id "
            "WHERE held.state = 'withdrawn' AND (told.text <> '' OR who.report_id IS NOT NULL)"
        )
        assert cursor.fetchone() == (0,)
    with acting_as(clerk):
        assert queries.differing(clerk) == ()
        assert str(queries.case(clerk, other.case_id).row.state) == "reported"
