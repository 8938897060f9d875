"""A bulletin set for Word: the layout of GB/T 9704-2012, with the fonts the standard names.

Fonts are named, never passed on: an office has 仿宋_GB2312 and 方正小标宋简体, and where it
has not, the font table names an open one beside each (``w:altName``).
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any, Final

import segno
from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from liuchi.engines.bulletins.enums import Form, Level, Stress
from liuchi.engines.bulletins.rules.layout import SET_APART, Paragraph
from liuchi.engines.bulletins.rules.page import MASTHEAD_POINTS_MAX
from liuchi.engines.bulletins.rules.sheet import (
    Article,
    Sheet,
    is_subtitle,
    title_lines,
    written_day,
)
from liuchi.engines.bulletins.rules.word_tables import boxed, set_apart

TEXT, TITLE = "仿宋_GB2312", "方正小标宋简体"
FIRST, SECOND, PAGE = "黑体", "楷体_GB2312", "宋体"
# Role's font → an open one for machines without it.
FALLBACKS: Final = {
    TEXT: "Noto Serif SC",
    TITLE: "Noto Serif SC",
    FIRST: "Noto Sans SC",
    SECOND: "Noto Serif SC",
    PAGE: "Noto Serif SC",
}
RED = RGBColor(0xE6, 0x00, 0x12)
PITCH = Pt(29)
SIZE, SIZE_TITLE, SIZE_RECORD, SIZE_PROOF = Pt(16), Pt(22), Pt(14), Pt(10.5)
SIZE_CELL = Pt(12)
BLOCK = Mm(156)
_GRID_LINE = 580  # twentieths of a point: 29 points
_GRID_CHARACTER = -848  # 4096ths of a point less than the font's 16: 15.793 points
_BLOCK_POINTS = 442
_RULES = {"thick": "8", "thin": "6", "red": "16"}  # eighths of a point
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")  # the order Word insists on
_FONT_TABLE = "application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"


def docx_of(sheet: Sheet, *, made_at: datetime) -> bytes:
    """Return a bulletin as a Word file; ``made_at`` goes to its properties."""
    document = Document()
    _page(document)
    _styles(document)
    _head(document, sheet)
    for place, article in enumerate(sheet.articles):
        _article(document, article, sheet, first=place == 0)
    _foot(document, sheet)
    _record(document, sheet)
    _properties(document, sheet, made_at)
    _font_table(document)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _page(document: DocumentType) -> None:
    section = document.sections[0]
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(23)
    grid = _element("w:docGrid", type="linesAndChars", linePitch=_GRID_LINE)
    grid.set(qn("w:charSpace"), str(_GRID_CHARACTER))
    for old in section._sectPr.findall(qn("w:docGrid")):  # noqa: SLF001  python-docx has no word for it
        section._sectPr.remove(old)  # noqa: SLF001
    section._sectPr.append(grid)  # noqa: SLF001
    document.settings.odd_and_even_pages_header_footer = True
    _footer(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _footer(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)


def _footer(footer: Any, side: WD_ALIGN_PARAGRAPH) -> None:
    """Write ``— 3 —``, one character in from the edge."""
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.alignment = side
    if side == WD_ALIGN_PARAGRAPH.RIGHT:
        paragraph.paragraph_format.right_indent = SIZE_RECORD
    else:
        paragraph.paragraph_format.left_indent = SIZE_RECORD
    _run(paragraph, "— ", PAGE, SIZE_RECORD)
    number = _run(paragraph, "", PAGE, SIZE_RECORD)
    for piece in ("begin", None, "end"):
        if piece is None:
            words = _element("w:instrText")
            words.text = "PAGE"
            number._r.append(words)  # noqa: SLF001
        else:
            number._r.append(_element("w:fldChar", fldCharType=piece))  # noqa: SLF001
    _run(paragraph, " —", PAGE, SIZE_RECORD)


def _styles(document: DocumentType) -> None:
    normal = document.styles["Normal"]
    normal.font.size = SIZE
    _named(normal.element.get_or_add_rPr(), TEXT)
    spacing = normal.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    spacing.line_spacing = PITCH
    spacing.widow_control = False


def _head(document: DocumentType, sheet: Sheet) -> None:
    if sheet.form is Form.REVIEW:
        if sheet.number is None:
            _run(_line(document, centred=True), sheet.number_line, SECOND, SIZE)
        return
    masthead = _line(document, centred=True)
    points = min(MASTHEAD_POINTS_MAX, int(_BLOCK_POINTS / (1.06 * max(1, len(sheet.masthead)))))
    masthead.paragraph_format.line_spacing = Pt(points * 1.2)
    _run(masthead, sheet.masthead, TITLE, Pt(points)).font.color.rgb = RED
    line = _line(document, centred=True)
    line.paragraph_format.space_before = PITCH
    _run(line, sheet.number_line, TEXT, SIZE)
    if sheet.form is Form.BULLETIN:
        line = _line(document)
        line.paragraph_format.tab_stops.add_tab_stop(BLOCK - SIZE, WD_TAB_ALIGNMENT.RIGHT)
        line.paragraph_format.left_indent = SIZE
        _run(line, f"{sheet.issuer}\t{written_day(sheet.day)}", TEXT, SIZE)
    _border(line, "bottom", "red", "E60012", space=11)  # 4 mm
    _gap(document)
    if sheet.note:
        note = _line(document, indented=True)
        _run(note, "编者按：", FIRST, SIZE)
        _run(note, sheet.note, TEXT, SIZE)
        _gap(document)


def _article(document: DocumentType, article: Article, sheet: Sheet, *, first: bool) -> None:
    title = _line(document, centred=True)
    title.paragraph_format.page_break_before = not first
    title.paragraph_format.line_spacing = Pt(36)
    title.paragraph_format.space_after = Pt(14.5)
    lines = title_lines(article.title)
    for place, words in enumerate(each for each in lines if not is_subtitle(each)):
        run = _run(title, "", TITLE, SIZE_TITLE)
        if place:
            run.add_break()
        run.add_text(words)
    below = [line for line in lines if is_subtitle(line)]
    for under in (*below, sheet.corrects if first else "", article.submitted_by):
        if under:
            _run(_line(document, centred=True), under, SECOND, SIZE)
    _gap(document)
    if first and sheet.form is Form.PROMPT and sheet.send_to:
        _run(_line(document), f"{sheet.send_to.rstrip('：:。')}：", TEXT, SIZE)
    for paragraph in article.paragraphs:
        _paragraph(document, paragraph)


def _foot(document: DocumentType, sheet: Sheet) -> None:
    if sheet.form is not Form.BULLETIN:
        _gap(document)
        for words in (sheet.issuer, written_day(sheet.day)):
            line = _line(document)
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            line.paragraph_format.right_indent = 4 * SIZE
            _run(line, words, TEXT, SIZE)
    if sheet.box:
        _gap(document)
        _run(boxed(document, height=Mm(52), width=BLOCK), "领导批示：", FIRST, SIZE)


def _paragraph(document: DocumentType, paragraph: Paragraph) -> None:
    if paragraph.level in SET_APART:
        set_apart(document, paragraph, _caption, _cell, width=BLOCK)
        return
    alone = paragraph.heading == paragraph.text
    bare = alone and paragraph.level is Level.FIRST and not paragraph.mark
    line = _line(document, centred=bare, indented=not bare)
    if bare:
        line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(14.5)
    fonts = {Level.FIRST: FIRST, Level.SECOND: SECOND}
    line.paragraph_format.keep_with_next = alone or None
    for piece in paragraph.pieces:
        heads = piece.stress is Stress.HEADING
        run = _run(line, piece.text, fonts[paragraph.level] if heads else TEXT, SIZE)
        run.bold = True if piece.stress is Stress.POINT else None


def _caption(line: WordParagraph, words: str) -> None:
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(line, words, FIRST, SIZE_RECORD)


def _cell(line: WordParagraph, words: str, *, head: bool, first: bool) -> None:
    line.paragraph_format.line_spacing = Pt(18)
    line.alignment = WD_ALIGN_PARAGRAPH.LEFT if first and not head else WD_ALIGN_PARAGRAPH.CENTER
    _run(line, words, FIRST if head else TEXT, SIZE_CELL)


def _record(document: DocumentType, sheet: Sheet) -> None:
    """Close with the proof, whom it goes to, and who printed it when (版记)."""
    _gap(document)
    if sheet.proof is not None:
        code = _line(document)
        code.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        picture = io.BytesIO()
        segno.make(sheet.proof.address, error="m", micro=False).save(
            picture, kind="png", scale=8, border=4
        )
        code.add_run().add_picture(picture, width=Mm(26))
        for words in sheet.proof_lines:
            proof = _line(document)
            proof.paragraph_format.line_spacing = Pt(15)
            _run(proof, words, TEXT, SIZE_PROOF)
    lines = [_small(document, words) for words in sheet.lists]
    printed = _small(document, f"{sheet.issuer}\t{sheet.printed}")
    printed.paragraph_format.tab_stops.add_tab_stop(BLOCK - SIZE_RECORD, WD_TAB_ALIGNMENT.RIGHT)
    _border((lines or [printed])[0], "top", "thick")
    if lines:
        _border(printed, "top", "thin")
    _border(printed, "bottom", "thick")


def _small(document: DocumentType, words: str) -> WordParagraph:
    line = _line(document)
    line.paragraph_format.line_spacing = Pt(22)
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = SIZE_RECORD
    line.paragraph_format.keep_with_next = True
    _run(line, words, TEXT, SIZE_RECORD)
    return line


def _line(
    document: DocumentType, *, centred: bool = False, indented: bool = False
) -> WordParagraph:
    line = document.add_paragraph()
    if centred:
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indented:  # two characters of the grid, whatever size they have
        line._p.get_or_add_pPr().append(_element("w:ind", firstLineChars=200, firstLine=632))  # noqa: SLF001
    return line


def _gap(document: DocumentType) -> None:
    document.add_paragraph()


def _run(paragraph: WordParagraph, words: str, font: str, size: Any) -> Run:
    run = paragraph.add_run(words)
    run.font.size = size
    _named(run._r.get_or_add_rPr(), font)  # noqa: SLF001
    return run


def _named(properties: Any, font: str) -> None:
    """Name one font for Chinese and Latin alike: Word would pick its own for digits."""
    fonts = properties.get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), font)


def _border(
    line: WordParagraph, side: str, weight: str, colour: str = "000000", space: int = 1
) -> None:
    properties = line._p.get_or_add_pPr()  # noqa: SLF001
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = _element("w:pBdr")
        properties.insert_element_before(borders, *_AFTER_BORDERS)
    borders.append(
        _element(f"w:{side}", val="single", sz=_RULES[weight], space=space, color=colour)
    )


def _properties(document: DocumentType, sheet: Sheet, made_at: datetime) -> None:
    held = document.core_properties
    held.title = " ".join(title_lines(sheet.title))
    held.author = held.last_modified_by = sheet.issuer
    held.created = held.modified = made_at
    held.comments = ""
    held.language = "zh-CN"


def _font_table(document: DocumentType) -> None:
    """Name an open font beside each that a machine may lack."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{open_font}"/></w:font>'
        for name, open_font in FALLBACKS.items()
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"{fonts}</w:fonts>"
    )
    for relation in list(document.part.rels.values()):
        if relation.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
            del document.part.rels[relation.rId]
    package = document.part.package
    part = Part(PackURI("/word/fontTable.xml"), _FONT_TABLE, content.encode(), package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FONT_TABLE)


def _element(name: str, **attributes: object) -> Any:
    made = OxmlElement(name)
    for attribute, value in attributes.items():
        made.set(qn(f"w:{attribute}"), str(value))
    return made
