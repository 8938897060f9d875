"""Wrong Excel files of every kind, sent as a browser sends them: a sentence each, nothing in.

The first half is refused with the file, the second with its columns or its rows.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from kernel.sheets.files import book, compound, xls
from kernel.sheets.test_wrong_files import bomb, entities, lying_bomb, many_sheets
from liuchi.kernel.sheets import FILE_BYTES_MAX
from surfaces.filled import as_shown
from surfaces.world import World, rows

pytestmark = pytest.mark.slow

HEADS = ["户号", "姓名", "性别", "出生日期", "手机号"]
GOOD = ["0001", "甲一", "男", "1980-05-01", "13800000001"]
SENTENCE_CHARACTERS_MAX = 40
IMPORTED = ("directory_person", "directory_household", "directory_membership", "files_import")


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (9, 9)).save(content, "PNG")
    return content.getvalue()


def archive() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr("word/document.xml", "<w/>")
    return content.getvalue()


def wide() -> bytes:
    """Ten thousand columns."""
    text = ",".join(f"列{number}" for number in range(10_000))
    return f"{text}\n".encode()


REFUSED_FILES: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "nothing in it": (lambda: b"", "名册.xlsx", "文件是空的，请重新选择。"),
    "blanks": (lambda: b" \r\n ", "名册.csv", "文件是空的，请重新选择。"),
    "a picture renamed": (picture, "名册.xlsx", "图片读不了，请另存为 .xlsx 再传。"),
    "a pdf renamed": (lambda: b"%PDF-1.7 x", "名册.xlsx", "PDF读不了，请另存为 .xlsx 再传。"),
    "a letter renamed": (archive, "名册.xlsx", "Word读不了，请另存为 .xlsx 再传。"),
    "a page called .xls": (
        lambda: b"<html><table/>", "名册.xls", "网页表格读不了，请另存为 .xlsx 再传。",
    ),
    "with a password": (
        lambda: compound({"EncryptedPackage": b"secret"}),
        "名册.xlsx",
        "文件设了密码，请去掉密码后再传。",
    ),
    "old and with a password": (
        lambda: xls([HEADS, GOOD], locked=True), "名册.xls", "文件设了密码，请去掉密码后再传。",
    ),
    "cut off on the way": (
        lambda: book([HEADS, GOOD])[:3000], "名册.xlsx", "文件已损坏，请打开另存一份后再传。",
    ),
    "a zip bomb": (bomb, "名册.xlsx", "文件展开后超过 500 MB，没有打开。"),
    "a zip bomb that lies": (lying_bomb, "名册.xlsx", "文件已损坏，请打开另存一份后再传。"),
    "entities in its xml": (
        entities, "名册.xlsx", "文件里有不该有的内容，没有打开。请另存为 .xlsx。",
    ),
    "a hundred and one sheets": (
        many_sheets, "名册.xlsx", "工作表太多：最多 100 个，请删去不用的。",
    ),
    "ten thousand columns": (wide, "名册.csv", "“名册”列数太多：最多 200 列。"),
    "a sheet without rows": (lambda: book([]), "名册.xlsx", "表里没有内容，请检查。"),
    "no text of this world": (
        lambda: b"\xff\xff\xfe name \x80\x80\x80,1\n",
        "名册.csv",
        "文字编码认不出，请另存为 .xlsx 再传。",
    ),
}  # fmt: skip


@pytest.fixture
def secretary(world: World) -> Client:
    return world.client("secretary")


def held() -> dict[str, int]:
    return {table: rows(f"SELECT count(*) FROM {table}")[0][0] for table in IMPORTED}


def send(client: Client, content: bytes, name: str) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post("/desk/imports/new/roster/", {"key": str(uuid4()), "file": file})


def text_of(response: Any) -> str:
    return html.unescape(response.content.decode())


def errors(response: Any) -> list[str]:
    """Return what stands beside the fields and on top of the form."""
    page = text_of(response)
    beside = re.findall(r'<ul class="l-errors"[^>]*>(.*?)</ul>', page, re.DOTALL)
    on_top = re.findall(r'role="alert" tabindex="-1">(.*?)</div>', page, re.DOTALL)
    return [
        text.strip()
        for block in [*beside, *on_top]
        for text in re.findall(r"<(?:li|p)>(.*?)</(?:li|p)>", block)
    ]


def test_each_refused_file_is_a_sentence_and_nothing_is_kept(secretary: Client) -> None:
    before = held()
    said = {}
    for case, (content, name, _) in REFUSED_FILES.items():
        response = send(secretary, content(), name)
        said[case] = (response.status_code, errors(response))
    expected = {case: (422, [sentence]) for case, (_, _, sentence) in REFUSED_FILES.items()}
    assert said == expected
    sentences = [sentence for _, _, sentence in REFUSED_FILES.values()]
    assert [text for text in sentences if len(text) > SENTENCE_CHARACTERS_MAX] == []
    assert held() == before


def test_two_hundred_megabytes(secretary: Client) -> None:
    before = held()
    response = send(secretary, bytes(200 << 20), "名册.xlsx")
    assert (response.status_code, errors(response)) == (
        422, ["文件太大：最多 30 MB，请分成几个文件。"],
    )  # fmt: skip
    assert held() == before
    assert f'data-most="{FILE_BYTES_MAX}"' in text_of(response)  # a browser does not even send it


# What opens, but must not come in as it is: columns, then rows ---------------------------


def offered(client: Client, content: bytes, name: str = "名册.xlsx") -> tuple[str, str]:
    """Send a file that opens; return where its columns are chosen, and that page."""
    sent = send(client, content, name)
    assert sent.status_code == 302, errors(sent)
    return sent["Location"], text_of(client.get(sent["Location"]))


def checked(client: Client, content: bytes, name: str = "名册.xlsx", **changes: str) -> Any:
    """Send a file, take the columns as they are offered, and return the dry run's page."""
    where, page = offered(client, content, name)
    answer = client.post(where, {**as_shown(page), **changes})
    return client.get(answer["Location"]) if answer.status_code == 302 else answer


def report(response: Any) -> tuple[dict[str, int], list[str]]:
    """Return the counts of a dry run, and what is said about the rows left out."""
    page = text_of(response)
    found = re.findall(r'l-number">(\d+)</strong><span>(.*?)</span>', page)
    kinds = re.findall(r'<span class="l-main">([^<]+)<small>', page)
    return {name: int(count) for count, name in found}, kinds


def test_columns_that_cannot_be_read(secretary: Client) -> None:
    before = held()["directory_person"]
    where, page = offered(secretary, book([["甲", "乙", "丙"], ["a", "b", "c"]]))
    no_heading = secretary.post(where, as_shown(page))
    no_name = checked(secretary, book([["户号", "性别"], ["0001", "男"]]), **{"sheet-0": "yes"})
    twice = checked(secretary, book([HEADS, GOOD]), **{"col-0-2": "name"})
    told = [(each.status_code, errors(each)) for each in (no_heading, no_name, twice)]
    assert told == [
        (422, ["请至少选一个工作表。"]),
        (422, ["Sheet：请指明哪一列是“姓名”。"]),
        (422, ["Sheet：有两列都对应“姓名”，请留一列。"]),
    ]
    shown = as_shown(text_of(twice))  # what was chosen is still there
    assert (shown["col-0-2"], shown["col-0-1"], shown["sheet-0"]) == ("name", "name", "yes")
    counts, _ = report(checked(secretary, book([HEADS])))
    assert counts == {"新增": 0, "有变化": 0, "没有变化": 0, "不能导入": 0}
    assert held()["directory_person"] == before


ROWS: dict[str, tuple[list[list[Any]], str]] = {
    "a day that never was": ([["0002", "乙二", "男", "1990-02-30", None]], "没有这一天"),
    "a day to come": ([["0002", "乙二", "男", "2999-01-01", None]], "出生"),
    "neither man nor woman": ([["0002", "乙二", "某", "1990-01-01", None]], "性别请填"),
    "no phone": ([["0002", "乙二", "男", "1990-01-01", "12"]], "手机号"),
    "a formula not worked out": ([["0002", "=A1", "男", "1990-01-01", None]], "公式还没有算出"),
    "the same row twice": ([GOOD], "是同一个人，这一行没有导入"),
}  # fmt: skip


def test_a_wrong_row_is_left_out_with_a_sentence(secretary: Client) -> None:
    before, told = held(), {}
    for case, (wrong, sentence) in ROWS.items():
        counts, kinds = report(checked(secretary, book([HEADS, GOOD, *wrong])))
        told[case] = (counts["新增"], counts["不能导入"], [sentence in kind for kind in kinds])
    assert told == dict.fromkeys(ROWS, (1, 1, [True]))
    assert held() == {**before, "files_import": before["files_import"] + len(ROWS)}


def test_a_wrong_check_digit_of_an_identity_number(secretary: Client) -> None:
    content = book([[*HEADS, "身份证号"], [*GOOD, "110105194912310021"]])
    refused = checked(secretary, content, **{"col-0-5": "id_number"})
    assert (refused.status_code, errors(refused)) == (
        422, ["导入“身份证号”请写明用途（2 至 200 字）。"],
    )  # fmt: skip
    counts, kinds = report(
        checked(secretary, content, **{"col-0-5": "id_number", "purpose": "核对名册"})
    )
    assert counts["不能导入"] == 1
    assert ["身份证" in kind for kind in kinds] == [True]


def test_a_hidden_sheet_is_shown_and_not_ticked(secretary: Client) -> None:
    def hide(made: Any) -> None:
        made.create_sheet("旧的").append(HEADS)
        made["旧的"].append(GOOD)
        made["旧的"].sheet_state = "hidden"

    _, page = offered(secretary, book([HEADS, GOOD], hide))
    fields = as_shown(page)
    assert (fields.get("sheet-0"), fields.get("sheet-1")) == ("yes", None)
    assert "隐藏的工作表" in page


LOOKS_WRONG: dict[str, tuple[bytes, str]] = {
    "gbk": ("户号,姓名,性别\n0001,甲一,男\n".encode("gbk"), "名册.csv"),
    "utf-16": ("户号,姓名,性别\n0001,甲一,男\n".encode("utf-16"), "名册.csv"),
    "xls called xlsx": (xls([HEADS[:3], GOOD[:3]]), "名册.xlsx"),
    "xlsx called xls": (book([HEADS[:3], [1, "甲一", "男"]]), "名册.xls"),
    "text as number": (book([HEADS, [*GOOD[:4], 13800000001.0]]), "名册.xlsx"),
    "title and two rows of headings": (
        book([["居民名册", None, None], ["户", "成员", None], HEADS[:3], GOOD[:3]]),
        "名册.xlsx",
    ),
}


def test_what_only_looks_wrong_comes_in(secretary: Client) -> None:
    told = {}
    for case, (content, name) in LOOKS_WRONG.items():
        counts, kinds = report(checked(secretary, content, name))
        told[case] = (counts["新增"], counts["不能导入"], kinds)
    assert told == dict.fromkeys(LOOKS_WRONG, (1, 0, []))


def test_cells_merged_across_households(secretary: Client) -> None:
    """A name merged over rows of two households is told, not guessed."""

    def merge(made: Any) -> None:
        made.active.merge_cells("B2:B3")

    before = held()["directory_person"]
    response = checked(
        secretary, book([HEADS, GOOD, ["0002", None, "女", "1990-01-01", None]], merge)
    )
    assert response.status_code == 200
    assert held()["directory_person"] == before


def test_the_rows_to_mend_come_back_as_excel(secretary: Client) -> None:
    content = book([HEADS, GOOD, ["0002", "乙二", "男", "1990-02-30", None]])
    where, page = offered(secretary, content)
    answer = secretary.post(where, as_shown(page))
    sheet = secretary.post(answer["Location"], {"list": "bad-rows"})
    from openpyxl import load_workbook  # noqa: PLC0415

    (only,) = load_workbook(io.BytesIO(sheet.content)).worksheets
    assert [[cell.value for cell in row][-2:] for row in only.iter_rows()] == [
        ["原行号", "问题"], [3, "D没有这一天，日期请写成 1980-05-01。"],
    ]  # fmt: skip


def test_undone_as_if_it_had_never_been(secretary: Client) -> None:
    before = held()["directory_person"]
    where, page = offered(secretary, book([HEADS, GOOD]))
    report_at = secretary.post(where, as_shown(page))["Location"]
    secretary.post(report_at, {"key": str(uuid4()), "step": "run"})
    assert held()["directory_person"] == before + 1
    undone = secretary.post(report_at, {"key": str(uuid4()), "step": "undo"})
    assert "撤销了：删去 1 行，改回 0 行。" in text_of(undone)
    assert held()["directory_person"] == before
