"""Tables as offices make them: titles, two header rows, merged cells, notes, odd values."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from openpyxl import Workbook as Book

from kernel.sheets.files import book, changed, saved, xls
from liuchi.kernel import sheets
from liuchi.kernel.errors import Invalid
from liuchi.kernel.sheets import Flaw

ROWS = [["姓名", "手机"], ["甲一", "13800000001"], ["甲二", "13800000002"]]


def read(content: bytes, name: str = "a.xlsx", **asked):
    with sheets.open_workbook(content, name) as opened:
        table = opened.table(opened.sheets[0].name, **asked)
        return table.headers, [(row.number, row.cells) for row in table.rows], table.left_out


EXPECTED = (("姓名", "手机"), [(2, ("甲一", "13800000001")), (3, ("甲二", "13800000002"))], [])
TEXT = "姓名,手机\r\n甲一,13800000001\r\n甲二,13800000002\r\n"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (book(ROWS), "名单.xlsx"),
        (book(ROWS), "名单.xls"),
        (xls(ROWS), "名单.xls"),
        (xls(ROWS), "名单.xlsx"),
        (TEXT.encode(), "名单.csv"),
        (TEXT.encode("utf-8-sig"), "名单.csv"),
        (TEXT.encode("gbk"), "名单.csv"),
        (TEXT.encode("gb18030"), "名单.xlsx"),
        (TEXT.encode("utf-16"), "名单.csv"),
        (TEXT.replace(",", "\t").encode("utf-16"), "名单.txt"),
        (TEXT.replace(",", ";").encode(), "名单.csv"),
    ],
)
def test_what_a_file_is_its_content_says(content, name):
    assert read(content, name) == EXPECTED


def test_a_title_two_header_rows_and_merged_households():
    def shape(made):
        sheet = made.active
        sheet.merge_cells("A1:E1")
        for merged in ("A3:A4", "B3:C3", "D3:E3", "A5:A6", "E5:E6"):
            sheet.merge_cells(merged)

    content = book(
        [
            ["罗冲社区居民花名册"],
            [],
            ["户号", "成员", None, "联系", None],
            [None, "姓名", "性别", "手机", "住址"],
            ["0001", "甲一", "男", "1", "示例花园1栋"],
            [None, "甲二", "女", None, None],
            ["0002", "乙一", "男", "2", "示例花园2栋"],
            ["注：本表一式两份"],
            ["填表人：某某", "日期："],
        ],
        shape,
    )
    assert read(content, words={"姓名", "性别", "手机"}) == (
        ("户号", "成员 姓名", "成员 性别", "联系 手机", "联系 住址"),
        [
            (5, ("0001", "甲一", "男", "1", "示例花园1栋")),
            (6, ("0001", "甲二", "女", None, "示例花园1栋")),
            (7, ("0002", "乙一", "男", "2", "示例花园2栋")),
        ],
        [8, 9],
    )
    assert read(content)[0] == ("户号", "成员 姓名", "成员 性别", "联系 手机", "联系 住址")


def test_totals_and_rows_merged_across_are_no_data():
    content = book(
        [["姓名", "分", "备"], ["甲", 1, "a"], ["以下为第二网格"], ["乙", 2, "b"], ["合计", 3, 4]],
        lambda made: made.active.merge_cells("A3:C3"),
    )
    assert read(content)[1:] == ([(2, ("甲", 1, "a")), (4, ("乙", 2, "b"))], [3, 5])


def test_headers_that_occur_twice_get_a_number():
    assert read(book([["姓名", "电话", "电话"], ["甲", 1, 2]]))[0] == ("姓名", "电话", "电话 (2)")


def test_a_header_can_be_named_and_a_wrong_one_is_a_sentence():
    content = book([["a", "b"], ["c", "d"], ["e", "f"]])
    assert read(content, header_rows=(1, 2))[:2] == (("a c", "b d"), [(3, ("e", "f"))])
    with sheets.open_workbook(content, "a.xlsx") as opened:
        for rows in ((0, 1), (2, 1), (1, 9), (30, 30)):
            with pytest.raises(Invalid) as refused:
                opened.table("Sheet", rows)
            assert refused.value.code == "no_header"
        with pytest.raises(Invalid) as refused:
            opened.table("无此表")
        assert refused.value.code == "no_sheet"


def test_numbers_alone_are_no_header():
    with pytest.raises(Invalid) as refused:
        read(book([[1, 2], [3, 4]]))
    assert refused.value.code == "no_header"


def test_hidden_sheets_say_so():
    made = Book()
    made.active.append(["姓名"])
    for state in ("hidden", "veryHidden"):
        sheet = made.create_sheet(state)
        sheet.append(["姓名"])
        sheet.sheet_state = state
    with sheets.open_workbook(saved(made), "a.xlsx") as opened:
        assert [(s.name, s.hidden) for s in opened.sheets] == [
            ("Sheet", False),
            ("hidden", True),
            ("veryHidden", True),
        ]


def test_a_formula_has_its_value_or_says_that_it_has_none():
    def valued(data: bytes) -> bytes:
        return data.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>").replace(
            b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>"
        )

    content = book([["甲", "乙", "丙"], ["=1+1", "=A2", "x"], ["a", "b", "c"]])
    content = changed(content, "xl/worksheets/sheet1.xml", valued)
    assert read(content)[1] == [(2, (2, Flaw.UNCALCULATED, "x")), (3, ("a", "b", "c"))]


def test_errors_of_excel_are_flaws():
    def broken(data: bytes) -> bytes:
        return data.replace(b'<c r="A2" t="n"><v>1</v>', b'<c r="A2" t="e"><v>#REF!</v>')

    content = changed(book([["甲", "乙"], [1, "x"]]), "xl/worksheets/sheet1.xml", broken)
    assert read(content)[1] == [(2, (Flaw.ERROR, "x"))]


def test_dates_are_dates_also_by_the_count_of_1904():
    content = book([["姓名", "日"], ["甲", datetime(2022, 2, 28)]])  # noqa: DTZ001
    assert read(content)[1] == [(2, ("甲", date(2022, 2, 28)))]

    def apple(made):
        from openpyxl.utils.datetime import CALENDAR_MAC_1904  # noqa: PLC0415

        made.epoch = CALENDAR_MAC_1904

    content = book([["姓名", "日"], ["甲", datetime(2022, 2, 28)]], apple)  # noqa: DTZ001
    assert read(content)[1] == [(2, ("甲", date(2022, 2, 28)))]


def test_rows_far_down_keep_their_numbers_and_their_texts():
    rows = [["姓名", "住址"], *([f"甲{n}", f"示例花园{n}栋<&>"] for n in range(12_000))]
    _, read_back, _ = read(book(rows))
    assert len(read_back) == 12_000
    assert [read_back[place] for place in (0, 6_000, -1)] == [
        (2, ("甲0", "示例花园0栋<&>")),
        (6_002, ("甲6000", "示例花园6000栋<&>")),
        (12_001, ("甲11999", "示例花园11999栋<&>")),
    ]


def test_a_program_that_puts_a_prefix_before_every_element_is_read_as_well():
    def prefixed(data: bytes) -> bytes:
        import re  # noqa: PLC0415

        data = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", data)
        return data.replace(b"xmlns=", b"xmlns:x=")

    content = changed(book(ROWS), "xl/worksheets/sheet1.xml", prefixed)
    assert read(content) == EXPECTED


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("１３８０００００００１", "13800000001"),
        ("　甲　一 ", "甲 一"),
        (13800000001.0, "13800000001"),
        (0.5, "0.5"),
        (True, "是"),
        (None, ""),
        (Flaw.ERROR, ""),
        (date(2022, 2, 3), "2022-02-03"),
        ("罗冲路（北）", "罗冲路（北）"),
        ("甲\u200b一", "甲一"),
    ],
)
def test_text_has_one_form(cell, text):
    assert sheets.text_of(cell) == text


@pytest.mark.parametrize(
    "cell",
    [
        date(1949, 12, 31), datetime(1949, 12, 31, 8), 18263,  # noqa: DTZ001
         18263.0, "18263", "1949-12-31",
        "1949/12/31", "1949.12.31", "1949年12月31日", "１９４９-12-31", "19491231", 19491231,
        "1949-12-31 00:00:00",
    ],
)  # fmt: skip
def test_a_day_is_a_day_however_it_is_written(cell):
    assert sheets.date_of(cell) == date(1949, 12, 31)


@pytest.mark.parametrize("cell", ["2022-02-30", "20220230", "明天", "1949-13-01", "31/12/1949", 7])
def test_a_day_that_never_was_is_refused(cell):
    with pytest.raises(ValueError, match=r"day|month|date|range"):
        sheets.date_of(cell)


def test_whole_numbers():
    assert [sheets.whole_of(c) for c in (3, 3.0, "３", "1,200", "+5", "-2", "3.00", None, " ")] == [
        3, 3, 3, 1200, 5, -2, 3, None, None,
    ]  # fmt: skip
    for cell in ("3.5", 3.5, "三", True):
        with pytest.raises(ValueError, match="whole"):
            sheets.whole_of(cell)


def test_what_is_written_is_read_back_and_runs_nothing():
    rows = [["=1+1", 3, None, date(2022, 2, 3)], ["007", 2.5, True, None]]
    out = sheets.write(
        [sheets.SheetOut("甲/乙", ["a", "b", "c", "d"], rows), sheets.SheetOut("甲:乙", ["x"], [])]
    )
    with sheets.open_workbook(out, "a.xlsx") as opened:
        assert [s.name for s in opened.sheets] == ["甲 乙", "甲 乙 (2)"]
        table = opened.table("甲 乙")
        assert table.headers == ("a", "b", "c", "d")
        assert [row.cells for row in table.rows] == [tuple(row) for row in rows]
        assert opened.table("甲 乙 (2)").headers == ("x",)


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    """An outline of thousands of points among the rows to mend."""
    content = sheets.write([sheets.SheetOut("表", ["边界"], [["线" * 40_000]])])
    with sheets.open_workbook(content, "x.xlsx") as workbook:
        (row,) = workbook.table("表", (1, 1)).rows
    assert row.cells == ("线" * 16_000 + "…",)
