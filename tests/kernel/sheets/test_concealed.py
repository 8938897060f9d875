"""What a workbook holds that does not show, as another program writes it."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from liuchi.kernel.sheets import Concealed, concealed, open_workbook


def book(change: Callable[[Worksheet], None]) -> bytes:
    held = openpyxl.Workbook()
    sheet = held.active
    for row in (["姓名", "金额"], ["甲一", 5], ["乙二", 6]):
        sheet.append(row)
    change(sheet)
    out = io.BytesIO()
    held.save(out)
    return out.getvalue()


def hidden_sheet(sheet: Worksheet) -> None:
    sheet.parent.create_sheet("底稿").sheet_state = "veryHidden"


def hidden_row(sheet: Worksheet) -> None:
    sheet.row_dimensions[3].hidden = True


def hidden_column(sheet: Worksheet) -> None:
    sheet.column_dimensions["B"].hidden = True


def comment(sheet: Worksheet) -> None:
    sheet["A2"].comment = Comment("13800138000", "x")


def white(sheet: Worksheet) -> None:
    sheet["A2"].font = Font(color="FFFFFFFF")


def nearly_white(sheet: Worksheet) -> None:
    sheet["A2"].font = Font(color="FFFAFAFA")


def own_ground(sheet: Worksheet) -> None:
    sheet["A2"].font = Font(color="FF1F4E79")
    sheet["A2"].fill = PatternFill("solid", fgColor="FF1F4E79")


def nothing_shown(sheet: Worksheet) -> None:
    sheet["B2"].number_format = ";;;"


def rich(sheet: Worksheet) -> None:
    sheet["A2"] = CellRichText("甲", TextBlock(InlineFont(color="FFFFFFFF"), "13800138000"))


def white_heading_on_blue(sheet: Worksheet) -> None:
    sheet["A1"].font = Font(color="FFFFFFFF")
    sheet["A1"].fill = PatternFill("solid", fgColor="FF1F4E79")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda _: None, ()),
        (white_heading_on_blue, ()),
        (hidden_sheet, (Concealed.HIDDEN_SHEET,)),
        (hidden_row, (Concealed.HIDDEN_CELLS,)),
        (hidden_column, (Concealed.HIDDEN_CELLS,)),
        (comment, (Concealed.COMMENT,)),
        (white, (Concealed.UNSEEN_TEXT,)),
        (nearly_white, (Concealed.UNSEEN_TEXT,)),
        (own_ground, (Concealed.UNSEEN_TEXT,)),
        (nothing_shown, (Concealed.UNSEEN_TEXT,)),
        (rich, (Concealed.UNSEEN_TEXT,)),
    ],
)
def test_what_does_not_show_is_told(
    change: Callable[[Worksheet], None], expected: tuple[Concealed, ...]
) -> None:
    assert concealed(book(change)) == expected


def test_a_text_file_hides_nothing_and_an_old_one_cannot_be_looked_into() -> None:
    assert concealed("姓名,金额\n甲,5\n".encode()) == ()
    assert concealed(bytes.fromhex("d0cf11e0a1b11ae1") + b"x") == (Concealed.UNKNOWN,)


@pytest.mark.parametrize(("ref", "merged"), [("A2:A3", True), ("A3:B3", False), ("A1:B1", False)])
def test_cells_merged_inside_a_table_are_told(ref: str, merged: bool) -> None:
    content = book(lambda sheet: sheet.merge_cells(ref))
    with open_workbook(content, "a.xlsx") as held:
        assert held.merged_below("Sheet", 1, 2) is merged
