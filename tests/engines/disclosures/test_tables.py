"""Tables brought for a posting: dry run, run, undo; what does not show is refused."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from engines.disclosures.posted import Posted
from engines.disclosures.section import item
from liuchi.engines.disclosures import actions, queries, rules
from liuchi.engines.disclosures.enums import ImportState
from liuchi.engines.disclosures.queries import ImportRow
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.errors import Conflict, Invalid, Refused
from liuchi.kernel.sheets import write

HEADINGS = ("姓名", "村民组", "金额", "事由", "身份证号", "银行卡号", "备用")
ROWS = (
    ("甲大一", "一组", 300, "", "11010519491231002X", "6222021001116245702", "x"),
    ("乙大二", "二组", "许多", "", "", "", ""),
    ("", "二组", 5, "", "1101051949", "", ""),
    ("丙大三", "三组", "1,200.50", "", "", "", ""),
)


def table(*rows: tuple[Any, ...], title: str = "") -> bytes:
    held = openpyxl.Workbook()
    sheet = held.active
    if title:
        sheet.append([title])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(HEADINGS))
    for row in (HEADINGS, *(rows or ROWS)):
        sheet.append(row)
    out = io.BytesIO()
    held.save(out)
    return out.getvalue()


def test_good_rows_are_read_and_bad_ones_named() -> None:
    read = rules.read_table(item("relief"), table(title="临时救助名单"), "一.xlsx")
    assert [row["amount"] for row in read.rows] == ["300.00", "1200.50"]
    assert read.rows[0]["id"] == "002X"
    assert [(each.row, each.letters, each.column) for each in read.problems] == [
        (4, "C", "amount"),
        (5, "A", "name"),
        (5, "E", "id"),
    ]
    assert (read.refused, read.left_out) == (2, ("备用",))


def test_a_template_is_read_back_as_it_was_given() -> None:
    row = {"name": "甲大一", "group": "一组", "amount": "300.00", "id": "002X", "card": "5702"}
    content = write([rules.template(item("relief"), [row])])
    assert rules.read_table(item("relief"), content, "a.xlsx").rows == (row,)


def test_a_table_of_another_item_names_what_is_missing() -> None:
    with pytest.raises(Invalid) as invalid:
        rules.read_table(item("works"), table(), "a.xlsx")
    assert invalid.value.code in {"columns_missing", "no_header"}


def test_what_does_not_show_is_refused() -> None:
    held = openpyxl.load_workbook(io.BytesIO(table()))
    held.active["A2"].comment = Comment("住址", "x")
    held.create_sheet("底稿").sheet_state = "hidden"
    out = io.BytesIO()
    held.save(out)
    with pytest.raises(Invalid) as invalid:
        rules.read_table(item("relief"), out.getvalue(), "a.xlsx")
    assert invalid.value.code == "table_conceals"
    assert [each.sentence.zh for each in invalid.value.errors] == [
        "有批注，请删去批注再传。",
        "有隐藏的工作表，请取消隐藏或删去。",
    ]


def check(posted: Posted, posting_id: Any, content: bytes | None = None) -> ImportRow:
    return actions.check_table(
        actor=posted.world.secretary,
        key=posted.world.key(),
        posting_id=posting_id,
        content=content or table(),
        filename="甲大一.xlsx",
    )


def test_a_table_is_tried_brought_in_and_taken_back(posted: Posted) -> None:
    world, posting_id = posted.world, posted.begin()
    posted.write(posting_id, [{"name": "戊五", "group": "一组", "amount": 1}])
    tried = check(posted, posting_id)
    assert (tried.state, tried.good, tried.refused, len(tried.problems)) == (
        ImportState.CHECKED, 2, 2, 3,
    )  # fmt: skip
    assert len(posted.now(posting_id).rows) == 1
    common = {"actor": world.secretary, "import_id": tried.id}
    assert actions.run_table(key="run", **common) == 3
    assert actions.run_table(key="run", **common) == 3
    with acting_as(world.secretary):
        assert queries.brought(world.secretary, tried.id).rows == ()
    with pytest.raises(Conflict):
        actions.run_table(key=world.key(), **common)
    assert actions.undo_table(key=world.key(), **common) == 2
    assert [row.cells["name"] for row in posted.now(posting_id).rows] == ["戊五"]


def test_what_is_handed_in_takes_no_table(posted: Posted) -> None:
    posting_id = posted.submitted()
    with pytest.raises(Refused):
        check(posted, posting_id)


def test_a_table_nobody_brings_in_is_forgotten_within_a_day(posted: Posted) -> None:
    posting_id = posted.begin()
    tried = check(posted, posting_id)
    posted.world.clock.advance(timedelta(hours=25))
    assert (actions.forget_tables(), actions.forget_tables()) == (1, 0)
    with pytest.raises(Conflict):
        actions.run_table(actor=posted.world.secretary, key=posted.world.key(), import_id=tried.id)
