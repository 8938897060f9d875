"""Wrong files of every kind: each a sentence, none an error of a library."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook as Book

from kernel.sheets.files import book, changed, compound, saved, xls
from liuchi.kernel import sheets
from liuchi.kernel.errors import Invalid

HEADERS = ["姓名", "手机"]
ROWS = [HEADERS, ["甲一", "13800000001"], ["甲二", "13800000002"]]


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def bomb() -> bytes:
    """A sheet of spaces that unpacks to 600 MB, honestly declared."""
    blank = b" " * (1 << 20)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(600):
                part.write(blank)
    return out.getvalue()


def lying_bomb() -> bytes:
    """A sheet of 40 MB of zeros that says it has a hundred bytes."""
    name = b"xl/worksheets/sheet1.xml"
    content = changed(book(ROWS), name.decode(), lambda data: data + b" " * (40 << 20))
    central = content.rfind(b"PK\x01\x02", 0, content.rfind(name))
    return content[: central + 24] + struct.pack("<I", 100) + content[central + 28 :]


def many_sheets() -> bytes:
    made = Book()
    for number in range(101):
        made.create_sheet(f"第{number}张").append(HEADERS)
    return saved(made)


def entities() -> bytes:
    laughs = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><workbook/>'
    return changed(book(ROWS), "xl/workbook.xml", lambda _: laughs)


WRONG = {
    "empty": (b"", "file_empty"),
    "blank": (b" \r\n ", "file_empty"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "file_other_format"),
    "pdf": (b"%PDF-1.7 ...", "file_other_format"),
    "rar": (b"Rar!\x1a\x07\x00", "file_other_format"),
    "page called .xls": (b"<html><table><tr><td>1</td></tr></table>", "file_other_format"),
    "xml of 2003": (b'<?xml version="1.0"?><Workbook/>', "file_other_format"),
    "word": (zipped(word__document_dot_xml=b"<w/>"), "file_other_format"),
    "ods": (zipped(content_dot_xml=b"<o/>"), "file_other_format"),
    "xlsb": (zipped(xl__workbook_dot_bin=b"b"), "file_other_format"),
    "plain zip": (zipped(a_dot_txt=b"a"), "file_other_format"),
    "cut off": (book(ROWS)[:3000], "file_damaged"),
    "locked xlsx": (compound({"EncryptedPackage": b"secret"}), "file_encrypted"),
    "locked xls": (xls(ROWS, locked=True), "file_encrypted"),
    "word of 1997": (compound({"WordDocument": b"text"}), "file_other_format"),
    "other compound": (compound({"Thumbs": b"db"}), "file_unknown"),
    "broken xls": (compound({"Workbook": b"\xff" * 99}), "file_damaged"),
    "zip bomb": (bomb(), "file_unpacks_too_large"),
    "lying zip bomb": (lying_bomb(), "file_damaged"),
    "entities": (entities(), "file_unsafe"),
    "broken xml": (changed(book(ROWS), "xl/workbook.xml", lambda data: data[:99]), "file_damaged"),
    "no sheet": (changed(book(ROWS), "xl/worksheets/sheet1.xml", lambda _: b""), "file_damaged"),
    "many sheets": (many_sheets(), "sheets_too_many"),
    "many columns": (book([[f"列{n}" for n in range(201)]]), "columns_too_many"),
    "nothing in it": (book([]), "no_rows"),
    "binary text": (b"name,phone\n\0\1\2\xff\xfe\n", "file_encoding"),
    "no known encoding": (b"\xff\xff\xfe name \x80\x80\x80,1\n", "file_encoding"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_a_sentence(case: str) -> None:
    content, code = WRONG[case]
    with pytest.raises(Invalid) as refused:
        sheets.open_workbook(content, "名单.xlsx")
    assert refused.value.code == code
    words = refused.value.sentence.in_language("zh")
    assert len(words) <= 40, words
    assert re.search(r"[{}]|Error|Traceback", words) is None


def test_a_file_of_200_megabytes_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "big.xlsx"
    with path.open("wb") as file:
        file.truncate(200 << 20)
    with pytest.raises(Invalid) as refused:
        sheets.open_workbook(path, "big.xlsx")
    assert refused.value.code == "file_too_large"


def test_too_many_rows_are_counted_before_they_are_read() -> None:
    text = "姓名\n" + "甲\n" * (sheets.ROWS_MAX + 1)
    with pytest.raises(Invalid) as refused:
        sheets.open_workbook(text.encode(), "a.csv")
    assert refused.value.code == "rows_too_many"


def test_rows_that_hold_only_colours_do_not_count() -> None:
    def painted(data: bytes) -> bytes:
        empty = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(9, 5000))
        return data.replace(b"</sheetData>", empty + b"</sheetData>")

    content = changed(book(ROWS), "xl/worksheets/sheet1.xml", painted)
    with sheets.open_workbook(content, "a.xlsx") as opened:
        assert [(s.rows, s.columns) for s in opened.sheets] == [(3, 2)]
        assert [row.number for row in opened.table("Sheet").rows] == [2, 3]
