"""Tables, charts and the box for instructions in a Word file."""

from __future__ import annotations

import io
from typing import Any

from docx.document import Document as DocumentType
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph as WordParagraph

from liuchi.engines.bulletins.rules.drawing import HEIGHT, WIDTH, chart_svg
from liuchi.engines.bulletins.rules.layout import DRAWN, Paragraph
from liuchi.engines.bulletins.rules.word_parts import (
    BLOCK,
    BLOCK_MM,
    FIRST,
    SIZE,
    SIZE_CELL,
    SIZE_RECORD,
    TEXT,
    element,
    nothing,
    run,
)
from liuchi.kernel import paper

_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
# The order Word insists on among the properties of a table.
TABLE_PROPERTIES = (
    *("w:tblStyle", "w:tblpPr", "w:tblOverlap", "w:bidiVisual", "w:tblStyleRowBandSize"),
    *("w:tblStyleColBandSize", "w:tblW", "w:jc", "w:tblCellSpacing", "w:tblInd"),
    *("w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook"),
)


def set_apart(document: DocumentType, paragraph: Paragraph) -> None:
    """Add a table with its caption above, or a chart with its caption below."""
    if paragraph.level in DRAWN:
        _chart(document, paragraph)
        below = document.add_paragraph()
        below.paragraph_format.space_after = Pt(14.5)
        _caption(below, paragraph.text)
        return
    above = document.add_paragraph()
    above.paragraph_format.keep_with_next = True
    above.paragraph_format.space_before = Pt(14.5)
    _caption(above, paragraph.text)
    table = _table(document, len(paragraph.rows), len(paragraph.rows[0]) if paragraph.rows else 1)
    for number, row in enumerate(paragraph.rows):
        table.rows[number]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
        for place, words in enumerate(row):
            cell = table.cell(number, place)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            _cell(cell.paragraphs[0], words, head=number == 0, first=place == 0)
    if paragraph.rows:
        head = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001  python-docx has no word for it
        head.append(OxmlElement("w:tblHeader"))
    after = document.add_paragraph()
    after.paragraph_format.line_spacing = Pt(14.5)


def boxed(document: DocumentType, words: str, *, height_mm: float) -> None:
    """Add a box to write in by hand, with its words in the corner."""
    table = _table(document, 1, 1)
    table.columns[0].width = BLOCK
    table.rows[0].height, table.rows[0].height_rule = Mm(height_mm), WD_ROW_HEIGHT_RULE.EXACTLY
    run(table.cell(0, 0).paragraphs[0], words, FIRST, SIZE)
    nothing(document)


def picture(line: WordParagraph, content: bytes, *, width_mm: float, said: str) -> None:
    """Add a picture with the words for whoever does not see it."""
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    added = line.add_run().add_picture(io.BytesIO(content), width=Mm(width_mm))
    placed: Any = added._inline  # noqa: SLF001
    placed.docPr.set("descr", said)
    for side in ("distT", "distB", "distL", "distR"):  # left out, some programs leave 3 mm
        placed.set(side, "0")


def put(table: Table, properties: Any) -> None:
    """Add one of a table's own properties at its place."""
    after = TABLE_PROPERTIES[TABLE_PROPERTIES.index(f"w:{properties.tag.split('}')[1]}") + 1 :]
    table._tbl.tblPr.insert_element_before(properties, *after)  # noqa: SLF001


def _caption(line: WordParagraph, words: str) -> None:
    line.paragraph_format.line_spacing = Pt(22)
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run(line, words, FIRST, SIZE_RECORD)


def _cell(line: WordParagraph, words: str, *, head: bool, first: bool) -> None:
    line.paragraph_format.line_spacing = Pt(18)
    line.alignment = WD_ALIGN_PARAGRAPH.LEFT if first and not head else WD_ALIGN_PARAGRAPH.CENTER
    run(line, words, FIRST if head else TEXT, SIZE_CELL)


def _chart(document: DocumentType, paragraph: Paragraph) -> None:
    """Add the very drawing of the PDF, as a picture, its numbers as its alternative text."""
    tall = BLOCK_MM * HEIGHT / WIDTH
    drawn = paper.picture_of(chart_svg(paragraph), width_mm=BLOCK_MM, height_mm=tall)
    line = document.add_paragraph()
    line.paragraph_format.keep_with_next = True
    rows = "；".join("，".join(row) for row in paragraph.rows[1:])
    picture(line, drawn, width_mm=BLOCK_MM, said=f"{paragraph.text}：{rows}")


def _table(document: DocumentType, rows: int, columns: int) -> Table:
    table: Table = document.add_table(max(rows, 1), columns)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    borders = OxmlElement("w:tblBorders")
    for side in _SIDES:
        borders.append(element(f"w:{side}", val="single", sz=4, space=0, color="000000"))
    put(table, borders)  # the document's own style has no lines
    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "left", "bottom", "right"):
        wide = 85 if side in {"left", "right"} else 45  # twentieths of a point: 1.5 and 0.8 mm
        margins.append(element(f"w:{side}", w=wide, type="dxa"))
    put(table, margins)
    return table
