"""The page a unit fills in: wrong values, two at once, a second click, workbooks of all sizes."""

from __future__ import annotations

import html
import io
import re
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from engines.collect.tables import COLUMNS, mine, save, sent
from liuchi.engines.collect import actions, queries
from liuchi.engines.collect.enums import Origin, ReplyState
from liuchi.engines.collect.queries import Answer, TableRow
from liuchi.engines.collect.rules import ROWS_MAX
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import sheets
from liuchi.kernel.actors import Actor

pytestmark = pytest.mark.slow
HEADS = [column.title for column in COLUMNS]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def address(row: Answer) -> str:
    return f"/desk/collect/asked/{row.id}/"


def typed(row: Answer, **changes: object) -> dict[str, Any]:
    return {
        "key": str(uuid4()),
        "version": str(row.version),
        "lines": "1",
        "cell_1_c3": "4",
        "cell_1_c4": "自建",
        "step": "hand_in",
        **changes,
    }


def workbook(rows: list[list[Any]], heads: list[str] = HEADS) -> SimpleUploadedFile:
    content = sheets.write([sheets.SheetOut("表", heads, rows)])
    return SimpleUploadedFile("表.xlsx", content, content_type=XLSX)


def shown(response: Any) -> str:
    return html.unescape(response.content.decode())


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page)
    return "" if found is None else html.unescape(found[1])


def hidden(response: Any) -> dict[str, str]:
    page = response.content.decode()
    return {name: field(page, name) for name in ("key", "version", "origin", "lines", "sheet")}


def test_what_is_held_stands_there_and_is_no_field(
    secretary: Client, town: Actor, unit: Actor
) -> None:
    row = mine(unit, sent(town, note="照实填"))
    page = shown(secretary.get(address(row)))
    assert "系统已填好" in page
    assert row.values[0]["c1"] in page
    assert "cell_1_c1" not in page
    assert "照实填" in page
    assert "2022年7月7日截止" in page


def test_wrong_values_stay_with_a_sentence_beside_each(
    secretary: Client, town: Actor, unit: Actor
) -> None:
    row = mine(unit, sent(town))
    response = secretary.post(address(row), typed(row, cell_1_c3="四个", cell_1_c4="别的"))
    page = shown(response)
    assert response.status_code == 422
    assert field(page, "cell_1_c3") == "四个"
    assert '<option value="别的" selected' in page
    assert "请填数字。" in page
    assert "请从选项里选。" in page
    assert mine(unit, sent_of(row, town)).state is ReplyState.WAITING


def sent_of(row: Answer, town: Actor) -> TableRow:
    with acting_as(town):
        return queries.table(town, row.table_id)


def test_kept_handed_in_and_corrected(secretary: Client, town: Actor, unit: Actor) -> None:
    table = sent(town)
    row = mine(unit, table)
    kept = secretary.post(address(row), typed(row, step="save", cell_1_c3=""))
    assert "已存好，还没有交。" in shown(secretary.get(kept["Location"]))
    row = mine(unit, table)
    given = typed(row)
    done = [secretary.post(address(row), given)["Location"] for _ in range(2)]  # a second click
    page = shown(secretary.get(done[0]))
    assert done[0] == done[1]
    assert "已交。截止前还可以改了再交。" in page
    assert "改好再交" in page
    assert "先存着" not in page
    row = mine(unit, table)
    assert secretary.post(address(row), typed(row, cell_1_c3="5")).status_code == 302
    assert mine(unit, table).values[0]["c3"] == "5"


def test_who_was_second_keeps_what_was_typed_and_sends_it_again(
    secretary: Client, town: Actor, unit: Actor
) -> None:
    table = sent(town)
    row = mine(unit, table)
    save(unit, row, {"c3": "1", "c4": ""})
    response = secretary.post(address(row), typed(row, cell_1_c3="9"))
    page = shown(response)
    assert response.status_code == 409
    assert "别人刚改过这张表。您填的还在，核对后再保存。" in page
    assert field(page, "cell_1_c3") == "9"
    again = secretary.post(address(row), typed(row, **hidden(response), cell_1_c3="9"))
    assert again.status_code == 302
    assert mine(unit, table).values[0]["c3"] == "9"


def test_an_ended_table_is_read_and_no_more(secretary: Client, town: Actor, unit: Actor) -> None:
    table = sent(town)
    row = mine(unit, table)
    actions.close(actor=town, key="close", table_id=table.id)
    page = shown(secretary.get(address(row)))
    assert "已截止，不再收" in page
    assert 'name="cell_1_c3"' not in page
    refused = secretary.post(address(row), typed(row))
    assert refused.status_code == 403
    assert "确需补交，请发表单位再发一次" in shown(refused)


def test_rows_are_added_and_keep_what_stands_there(
    secretary: Client, town: Actor, unit: Actor
) -> None:
    row = mine(unit, sent(town, rows_max=3))
    page = shown(secretary.post(address(row), typed(row, add="1")))
    assert field(page, "cell_1_c3") == "4"
    assert field(page, "lines") == "1,2"
    both = {"lines": "1,2", "cell_2_c3": "5", "cell_2_c4": "共建"}
    assert secretary.post(address(row), typed(row, **both)).status_code == 302
    assert [each["c3"] for each in mine(unit, sent_of(row, town)).values] == ["4", "5"]


def test_a_workbook_is_tried_and_its_bad_row_is_named_and_mended(
    secretary: Client, town: Actor, unit: Actor
) -> None:
    table = sent(town, rows_max=5)
    row = mine(unit, table)
    template = openpyxl.load_workbook(
        io.BytesIO(secretary.get(f"{address(row)}template/").content)
    ).active
    assert [cell.value for cell in template[1]] == HEADS
    file = workbook([["", "", 4, "自建"], ["", "", "许多", "共建"], ["", "", 6, ""]])
    tried = secretary.post(address(row), typed(row, step="upload", file=file))
    page = shown(tried)
    assert "读到 3 行，还没有保存。" in page
    assert "第 3 行 新增充电桩：请填数字。" in page
    assert mine(unit, table).version == row.version  # nothing was saved
    cells = {f"cell_{n}_{c}": field(page, f"cell_{n}_{c}") for n in (1, 2, 3) for c in ("c3",)}
    assert list(cells.values()) == ["4", "许多", "6"]
    mended = typed(row, **hidden(tried), **{**cells, "cell_2_c3": "5"})
    assert secretary.post(address(row), mended).status_code == 302
    done = mine(unit, table)
    assert [each["c3"] for each in done.values] == ["4", "5", "6"]
    assert done.rows[0]["c3"]["from"] == Origin.EXCEL


def test_five_hundred_rows_go_in_with_one_of_them_mended_on_the_page(
    secretary: Client, town: Actor, unit: Actor
) -> None:
    table = sent(town, rows_max=ROWS_MAX)
    row = mine(unit, table)
    rows: list[list[Any]] = [["", "", number, "自建"] for number in range(ROWS_MAX)]
    rows[409][2] = "许多"
    tried = secretary.post(address(row), typed(row, step="upload", file=workbook(rows)))
    page = shown(tried)
    assert "读到 500 行" in page
    assert "第 411 行 新增充电桩：请填数字。" in page  # with the line of headings
    assert re.findall(r'name="cell_(\d+)_c3"', page) == ["410"]
    again = {**typed(row), **hidden(tried)}
    del again["cell_1_c3"], again["cell_1_c4"]
    refused = secretary.post(address(row), {**again, "cell_410_c3": "很多", "cell_410_c4": ""})
    assert refused.status_code == 422
    assert "有 1 处要改，改好再交。" in shown(refused) or "请填数字。" in shown(refused)
    good = {**again, **hidden(refused), "cell_410_c3": "7", "cell_410_c4": "共建"}
    assert secretary.post(address(row), good).status_code == 302
    done = mine(unit, table)
    assert len(done.rows) == ROWS_MAX
    assert (done.values[409]["c3"], done.values[499]["c3"]) == ("7", "499")
    page = shown(secretary.get(address(done)))
    assert "一共 500 行" in page
    assert "先看前 30 行" in page
    assert "cell_" not in page


def test_more_rows_than_a_table_takes_are_refused_and_not_cut(
    secretary: Client, town: Actor, unit: Actor
) -> None:
    row = mine(unit, sent(town, rows_max=2))
    file = workbook([["", "", number, ""] for number in range(3)])
    response = secretary.post(address(row), typed(row, step="upload", file=file))
    page = shown(response)
    assert response.status_code == 422
    assert "有 3 行，这张表最多 2 行。" in page
    assert field(page, "cell_1_c3") == "4"  # what was typed before


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (None, "请选择一个文件。"),
        (SimpleUploadedFile("表.xlsx", b""), "文件是空的，请重新选择。"),
        (SimpleUploadedFile("表.xlsx", b"%PDF-1.7 x"), "PDF读不了，请另存为 .xlsx 再传。"),
        ("other", "表头缺少：新增充电桩、做法。请用下载的模板填。"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(
    secretary: Client, town: Actor, unit: Actor, file: Any, words: str
) -> None:
    row = mine(unit, sent(town))
    if file == "other":
        file = workbook([["12"]], ["户数"])
    given = typed(row, step="upload") | ({} if file is None else {"file": file})
    response = secretary.post(address(row), given)
    assert response.status_code == 422
    assert words in shown(response)
    assert field(shown(response), "cell_1_c3") == "4"


@pytest.mark.parametrize("sheet", ["{", "[1]", '"x"', '[[["a"]]]', "[[]]"])
def test_rows_no_form_of_ours_wrote_are_none(
    secretary: Client, town: Actor, unit: Actor, sheet: str
) -> None:
    row = mine(unit, sent(town, rows_max=5))
    assert secretary.post(address(row), typed(row, sheet=sheet)).status_code in {302, 422}
