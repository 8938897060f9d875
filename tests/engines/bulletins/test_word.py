"""The Word file of a bulletin, read by python-docx and in its own XML; laid out it is elsewhere."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree

from engines.bulletins.test_paper import ADDRESS, MANY, SEVERAL, SHEET
from liuchi.engines.bulletins import rules
from liuchi.engines.bulletins.enums import Form
from liuchi.engines.bulletins.rules import Sheet
from liuchi.engines.bulletins.rules.word_parts import FACES
from liuchi.engines.bulletins.rules.word_tables import TABLE_PROPERTIES

A_TWIP_MM = 25.4 / 1440
EVERY = {
    "one": SHEET,
    "several": SEVERAL,
    "long": replace(SHEET, send_to=MANY, distribute_to=MANY),
    "draft": replace(SHEET, number=None, proof=None),
    "prompt": replace(SHEET, form=Form.PROMPT, send_to="盛塘社区。", note="", submitted_by=""),
    "review": replace(SHEET, form=Form.REVIEW, box=True),
}
LISTS = ("报：办事处党工委、办事处。", "送：各社区（村）。", "发：各网格。")
PRINTED = "菱北办事处罗冲社区\t2026年11月21日印发"


def made(sheet: Sheet) -> bytes:
    return rules.docx_of(sheet, made_at=datetime(2026, 11, 21, 9))  # noqa: DTZ001  Word keeps none


def opened(sheet: Sheet) -> docx.document.Document:
    return docx.Document(io.BytesIO(made(sheet)))


def parts(sheet: Sheet) -> dict[str, Any]:
    """Return every part of the file that is XML, as a tree."""
    with zipfile.ZipFile(io.BytesIO(made(sheet))) as file:
        names = [name for name in file.namelist() if name.endswith(".xml")]
        return {name: etree.fromstring(file.read(name)) for name in names}


def band(document: docx.document.Document) -> Table:
    """Return what closes a document."""
    return document.tables[-1]


def numbers(found: Any, *names: str) -> dict[str, int]:
    return {name: int(found.get(qn(f"w:{name}"))) for name in names}


@pytest.fixture(scope="module")
def word() -> docx.document.Document:
    return opened(SHEET)


@pytest.mark.parametrize("name", EVERY)
def test_the_page_is_the_standards_within_a_millimetre(name: str) -> None:
    (section,) = opened(EVERY[name]).sections
    sides = ("top_margin", "bottom_margin", "left_margin", "right_margin")
    for side, wanted in zip(sides, (37, 35, 28, 26), strict=True):
        assert abs(getattr(section, side).mm - wanted) < 0.1
    assert abs(section.page_width.mm - 210) < 0.1
    assert abs(section.page_height.mm - 297) < 0.1


def test_22_lines_of_28_characters_fit_the_block(word: docx.document.Document) -> None:
    (section,) = word.sections
    grid = section._sectPr.find(qn("w:docGrid"))
    line = numbers(grid, "linePitch")["linePitch"]
    tall = section.page_height.twips - section.top_margin.twips - section.bottom_margin.twips
    assert tall - line < 22 * line <= tall
    normal = word.styles["Normal"]
    assert normal.paragraph_format.line_spacing.twips == line
    assert (normal.font.size.pt, normal.paragraph_format.widow_control) == (16, False)
    # Said for each character, not as a grid: programs but Word give each two cells of it.
    assert grid.get(qn("w:type")) == "lines"
    between = numbers(normal.element.rPr.find(qn("w:spacing")), "val")["val"]
    wide = section.page_width.twips - section.left_margin.twips - section.right_margin.twips
    assert 28 * (16 * 20 + between) <= wide < 28 * (16 * 20 + between) + 1 / A_TWIP_MM


def test_page_numbers_are_odd_right_and_even_left(word: docx.document.Document) -> None:
    (section,) = word.sections
    assert word.settings.odd_and_even_pages_header_footer is True
    sides = (section.footer, section.even_page_footer)
    for side in sides:
        (line,) = side.paragraphs
        assert line.text == "— 1 —"  # Word puts the number of each page there
        assert {run.font.size.pt for run in line.runs} == {14}
        kinds = [each.get(qn("w:fldCharType")) for each in line._p.iter(qn("w:fldChar"))]
        assert kinds == ["begin", "separate", "end"]
    assert [side.paragraphs[0].alignment for side in sides] == [2, 0]


def test_it_says_the_same_as_the_pdf(word: docx.document.Document) -> None:
    said = [paragraph.text for paragraph in word.paragraphs if paragraph.text]
    assert said == [
        "信用社区建设简报",
        "第3期",
        "菱北办事处罗冲社区\t2026年11月21日",
        "编者按：做法实在，现予刊发。",
        "罗冲社区用信用积分凝聚志愿服务力量\n推动基层治理",
        "罗冲社区居民委员会",
        *(paragraph.text for paragraph in SHEET.paragraphs),
    ]
    proof, lists, printed = band(word).rows
    assert proof.cells[0].text.splitlines() == list(SHEET.proof_lines)
    assert lists.cells[0].text.splitlines() == list(LISTS)
    assert printed.cells[0].text == PRINTED


def test_every_run_names_a_font_of_the_standard_for_every_script() -> None:
    for name, sheet in EVERY.items():
        for part, tree in parts(sheet).items():
            for run in tree.iter(qn("w:r")) if part.startswith("word/") else ():
                fonts = run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
                told = run.findall(qn("w:t"))
                if told:
                    assert fonts is not None, (name, told[0].text)
                    scripts = {fonts.get(qn(f"w:{s}")) for s in ("ascii", "hAnsi", "eastAsia")}
                    assert len(scripts) == 1
                    assert scripts <= set(FACES)


def test_fonts_follow_their_roles(word: docx.document.Document) -> None:
    def font(paragraph: Paragraph, run: int = 0) -> str:
        return str(paragraph.runs[run]._r.rPr.rFonts.get(qn("w:eastAsia")))

    by_text = {paragraph.text: paragraph for paragraph in word.paragraphs}
    assert font(by_text["信用社区建设简报"]) == "方正小标宋简体"
    assert font(by_text["一、建机制，让规矩立起来"]) == "黑体"
    second = by_text["（一）议定规则。确定38项加分细项。"]
    assert (font(second), font(second, 1)) == ("楷体_GB2312", "仿宋_GB2312")
    assert font(by_text["1.志愿活动。"]) == "仿宋_GB2312"
    assert by_text["1.志愿活动。"].runs[0].font.size.pt == 16


def test_a_machine_without_a_font_is_told_what_stands_in() -> None:
    table = parts(SHEET)["word/fontTable.xml"]
    told = {
        font.get(qn("w:name")): [
            (etree.QName(each).localname, each.get(qn("w:val"))) for each in font
        ]
        for font in table
    }
    assert set(told) == set(FACES)
    assert told["仿宋_GB2312"] == [
        ("altName", "仿宋,FangSong,Noto Serif SC"),
        ("panose1", "02010609030101010101"),
        ("charset", "86"),
        ("family", "modern"),
        ("pitch", "fixed"),
    ]


def test_its_language_is_chinese() -> None:
    held = parts(SHEET)
    languages = [
        each.get(qn("w:eastAsia"))
        for part, tag in (("word/styles.xml", "w:lang"), ("word/settings.xml", "w:themeFontLang"))
        for each in held[part].iter(qn(tag))
    ]
    assert set(languages) == {"zh-CN"}
    assert len(languages) == 2


def test_the_band_stands_on_the_lower_edge_of_the_block(word: docx.document.Document) -> None:
    properties = band(word)._tbl.tblPr
    place = properties.find(qn("w:tblpPr"))
    assert {name: place.get(qn(f"w:{name}")) for name in ("vertAnchor", "tblpYSpec")} == {
        "vertAnchor": "margin",
        "tblpYSpec": "bottom",
    }
    assert place.get(qn("w:horzAnchor")) == "page"
    assert abs(int(place.get(qn("w:tblpX"))) * A_TWIP_MM - 28) < 0.1
    widths = [column.width.mm for column in band(word).columns]
    assert [round(width) for width in widths] == [130, 26]
    borders = [
        {
            etree.QName(side).localname: int(side.get(qn("w:sz")))
            for side in row.cells[0]._tc.tcPr.find(qn("w:tcBorders"))
        }
        for row in band(word).rows[1:]
    ]
    assert borders == [{"top": 8}, {"top": 6, "bottom": 8}]  # eighths of a point: 0.35, 0.25 mm
    last = word.element.body.findall(qn("w:p"))[-1]
    assert last.getprevious() is band(word)._tbl  # what it hangs on stands behind it


def test_a_long_list_is_hung_below_its_first_office() -> None:
    _, lists, _ = band(opened(EVERY["long"])).rows
    for line in lists.cells[0].paragraphs:
        held = line.paragraph_format
        assert (held.left_indent.pt, held.first_line_indent.pt) == (14 + 28, -28)
    _, copied = band(opened(EVERY["prompt"])).rows[1].cells[0].paragraphs
    assert copied.text == "抄送：各网格。"
    assert copied.paragraph_format.first_line_indent.pt == -42


@pytest.mark.parametrize("name", EVERY)
def test_what_word_reads_in_order_stands_in_order(name: str) -> None:
    """Word calls a file damaged whose elements stand in another order than its schema's."""
    tree = parts(EVERY[name])["word/document.xml"]
    places = {qn(each): place for place, each in enumerate(TABLE_PROPERTIES)}
    for properties in tree.iter(qn("w:tblPr")):
        order = [places[each.tag] for each in properties]
        assert order == sorted(set(order))
    paragraph = ("keepNext", "keepLines", "pageBreakBefore", "widowControl", "pBdr", "shd")
    paragraph += ("tabs", "snapToGrid", "spacing", "ind", "jc", "rPr")
    places = {qn(f"w:{each}"): place for place, each in enumerate(paragraph)}
    for properties in tree.iter(qn("w:pPr")):
        order = [places[each.tag] for each in properties if each.tag != qn("w:pStyle")]
        assert order == sorted(set(order))
    for earlier, later in pairwise(tree.find(qn("w:body"))):
        assert (earlier.tag, later.tag) != (qn("w:tbl"), qn("w:tbl"))  # Word makes one of two


def test_it_holds_every_article_table_chart_and_the_box() -> None:
    document = opened(SEVERAL)
    said = [paragraph.text for paragraph in document.paragraphs]
    for each in SEVERAL.articles:
        title = next(
            p
            for p in document.paragraphs
            if p.text.replace("\n", "") == each.title.replace("\n", "")
        )
        assert title.paragraph_format.page_break_before is True
        assert each.submitted_by in said
    box, *tables, _ = [
        [[cell.text for cell in row.cells] for row in table.rows] for table in document.tables
    ]
    rows = [["社区", "申报（件）"], ["罗冲社区", "120"], ["盛塘社区", "88"]]
    assert (box, tables) == ([["领导批示："]], [rows, rows])
    pictures = [shape.width.mm for shape in document.inline_shapes]
    assert [round(width) for width in pictures] == [156, 156, 26]  # two charts and the code
    for shape in document.inline_shapes:
        assert {shape._inline.get(f"dist{side}") for side in "TBLR"} == {"0"}
    told = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert told == [*["图1　各社区申报：罗冲社区，120；盛塘社区，88"] * 2, ADDRESS]


def test_an_issue_of_one_article_has_its_box_behind_the_text() -> None:
    document = opened(EVERY["review"])
    assert document.tables[0].cell(0, 0).text == "领导批示："
    body = list(document.element.body)
    last = next(p for p in reversed(document.paragraphs) if p.text == SHEET.paragraphs[-1].text)
    assert body.index(last._p) < body.index(document.tables[0]._tbl)
