"""A bulletin set for Word: the layout of GB/T 9704-2012, with the fonts the standard names.

Fonts are named, never passed on: an office has 仿宋_GB2312 and 方正小标宋简体, and where it
has not, the font table says which others may stand in (``w:altName``).
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from liuchi.engines.bulletins.enums import Form, Level, Stress
from liuchi.engines.bulletins.rules.layout import SET_APART, Paragraph
from liuchi.engines.bulletins.rules.page import MASTHEAD_POINTS_MAX
from liuchi.engines.bulletins.rules.sheet import (
    BOX_MM,
    BOX_WORDS,
    COVER_BOX_MM,
    Article,
    Sheet,
    is_subtitle,
    title_lines,
    written_day,
)
from liuchi.engines.bulletins.rules.word_parts import (
    BLOCK,
    FIRST,
    GRID_LINE,
    LEFT,
    PAGE,
    PITCH,
    SECOND,
    SIZE,
    SIZE_RECORD,
    SIZE_TITLE,
    TEXT,
    TITLE,
    border,
    element,
    font_table,
    in_chinese,
    named,
    run,
)
from liuchi.engines.bulletins.rules.word_record import record
from liuchi.engines.bulletins.rules.word_tables import boxed, set_apart

RED = RGBColor(0xE6, 0x00, 0x12)
# Twentieths of a point between characters: 28 of 15.75 points take 441 of the line's 442. A grid of
# characters would say the same to Word alone: others give each character two of its cells.
_BETWEEN = -5
_BLOCK_POINTS = 442


def docx_of(sheet: Sheet, *, made_at: datetime) -> bytes:
    """Return a bulletin as a Word file; ``made_at`` goes to its properties."""
    document = Document()
    _page(document)
    _styles(document)
    _head(document, sheet)
    for place, article in enumerate(sheet.articles):
        _article(document, article, sheet, first=place == 0)
    _foot(document, sheet)
    record(document, sheet)
    _properties(document, sheet, made_at)
    in_chinese(document)
    font_table(document)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _page(document: DocumentType) -> None:
    section = document.sections[0]
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = LEFT, Mm(26)
    section.footer_distance = Mm(22.5)
    grid = element("w:docGrid", type="lines", linePitch=GRID_LINE)
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
    paragraph.paragraph_format.line_spacing = SIZE_RECORD
    run(paragraph, "— ", PAGE, SIZE_RECORD)
    # Each part in a run of its own: the number takes its size from the run it stands in.
    words = element("w:instrText")
    words.text = "PAGE"
    for part in (_field("begin"), words, _field("separate"), "1", _field("end")):
        piece = run(paragraph, part if isinstance(part, str) else "", PAGE, SIZE_RECORD)
        if not isinstance(part, str):
            piece._r.append(part)  # noqa: SLF001
    run(paragraph, " —", PAGE, SIZE_RECORD)


def _field(part: str) -> Any:
    return element("w:fldChar", fldCharType=part)


def _styles(document: DocumentType) -> None:
    normal = document.styles["Normal"]
    normal.font.size = SIZE
    named(normal.element.get_or_add_rPr(), TEXT)
    spacing = normal.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    spacing.line_spacing = PITCH
    spacing.widow_control = False
    held = normal.element.get_or_add_pPr()
    # No mark beyond the block, no room between Chinese and digits: 28 characters are 28.
    for name in ("overflowPunct", "autoSpaceDE", "autoSpaceDN", "snapToGrid"):
        held.insert_element_before(element(f"w:{name}", val=0), "w:spacing", "w:ind", "w:jc")
    letters = normal.element.get_or_add_rPr()
    letters.insert_element_before(element("w:spacing", val=_BETWEEN), "w:sz", "w:szCs", "w:lang")


def _head(document: DocumentType, sheet: Sheet) -> None:
    if sheet.form is Form.REVIEW:
        if sheet.number is None:
            run(_line(document, centred=True), sheet.number_line, SECOND, SIZE)
        return
    masthead = _line(document, centred=True)
    points = min(MASTHEAD_POINTS_MAX, int(_BLOCK_POINTS / (1.06 * max(1, len(sheet.masthead)))))
    masthead.paragraph_format.line_spacing = Pt(points * 1.2)
    run(masthead, sheet.masthead, TITLE, Pt(points)).font.color.rgb = RED
    line = _line(document, centred=True)
    line.paragraph_format.space_before = PITCH
    run(line, sheet.number_line, TEXT, SIZE)
    if sheet.form is Form.BULLETIN:
        line = _line(document)
        line.paragraph_format.tab_stops.add_tab_stop(BLOCK - SIZE, WD_TAB_ALIGNMENT.RIGHT)
        # The first line alone: with the paragraph the rule below it would be indented, too.
        line.paragraph_format.first_line_indent = SIZE
        run(line, f"{sheet.issuer}\t{written_day(sheet.day)}", TEXT, SIZE)
    border(line, "bottom", "red", "E60012", space=11)  # 4 mm
    _gap(document)
    if sheet.note:
        note = _line(document, indented=True)
        run(note, "编者按：", FIRST, SIZE)
        run(note, sheet.note, TEXT, SIZE)
        _gap(document)
    if sheet.cover:
        boxed(document, BOX_WORDS, height_mm=COVER_BOX_MM)


def _article(document: DocumentType, article: Article, sheet: Sheet, *, first: bool) -> None:
    title = _line(document, centred=True)
    title.paragraph_format.page_break_before = sheet.cover or not first
    title.paragraph_format.line_spacing = Pt(36)
    title.paragraph_format.space_after = Pt(14.5)
    lines = title_lines(article.title)
    for place, words in enumerate(each for each in lines if not is_subtitle(each)):
        added = run(title, "", TITLE, SIZE_TITLE)
        if place:
            added.add_break()
        added.add_text(words)
    below = [line for line in lines if is_subtitle(line)]
    last = title
    for under in (*below, sheet.corrects if first else "", article.submitted_by):
        if under:
            last = _line(document, centred=True)
            run(last, under, SECOND, SIZE)
    last.paragraph_format.space_after = Pt(14.5)
    if first and sheet.form is Form.PROMPT and sheet.send_to:
        run(_line(document), f"{sheet.send_to.rstrip('：:。')}：", TEXT, SIZE)
    for paragraph in article.paragraphs:
        _paragraph(document, paragraph)


def _foot(document: DocumentType, sheet: Sheet) -> None:
    if sheet.form is not Form.BULLETIN:
        _gap(document)
        for words in (sheet.issuer, written_day(sheet.day)):
            line = _line(document)
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            line.paragraph_format.right_indent = 4 * SIZE
            run(line, words, TEXT, SIZE)
    if sheet.box and not sheet.cover:
        _gap(document)
        boxed(document, BOX_WORDS, height_mm=BOX_MM)


def _paragraph(document: DocumentType, paragraph: Paragraph) -> None:
    if paragraph.level in SET_APART:
        set_apart(document, paragraph)
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
        added = run(line, piece.text, fonts[paragraph.level] if heads else TEXT, SIZE)
        added.bold = True if piece.stress is Stress.POINT else None


def _line(
    document: DocumentType, *, centred: bool = False, indented: bool = False
) -> WordParagraph:
    line = document.add_paragraph()
    if centred:
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indented:  # two characters of the grid, whatever size they have
        line._p.get_or_add_pPr().append(element("w:ind", firstLineChars=200, firstLine=632))  # noqa: SLF001
    return line


def _gap(document: DocumentType) -> None:
    document.add_paragraph()


def _properties(document: DocumentType, sheet: Sheet, made_at: datetime) -> None:
    held = document.core_properties
    held.title = " ".join(title_lines(sheet.title))
    held.author = held.last_modified_by = sheet.issuer
    held.created = held.modified = made_at
    held.comments = ""
    held.language = "zh-CN"
