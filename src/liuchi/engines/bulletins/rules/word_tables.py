"""Tables, charts and the box for instructions in a Word file."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Protocol

from docx.document import Document as DocumentType
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph as WordParagraph

from liuchi.engines.bulletins.rules.drawing import HEIGHT, WIDTH, chart_svg
from liuchi.engines.bulletins.rules.layout import DRAWN, Paragraph
from liuchi.kernel import paper

_BLOCK_MM = 156
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


class Cell(Protocol):
    """Sets the words of one cell of a table."""

    def __call__(self, line: WordParagraph, words: str, *, head: bool, first: bool) -> None:
        """Set the words on the cell's one line."""


def set_apart(
    document: DocumentType,
    paragraph: Paragraph,
    caption: Callable[[WordParagraph, str], None],
    cell: Cell,
    *,
    width: Any,
) -> None:
    """Add a table with its caption above, or a chart with its caption below."""
    if paragraph.level in DRAWN:
        _chart(document, paragraph, width)
        caption(document.add_paragraph(), paragraph.text)
        return
    above = document.add_paragraph()
    above.paragraph_format.keep_with_next = True
    caption(above, paragraph.text)
    table = _table(document, len(paragraph.rows), len(paragraph.rows[0]) if paragraph.rows else 1)
    for number, row in enumerate(paragraph.rows):
        for place, words in enumerate(row):
            line = table.cell(number, place).paragraphs[0]
            cell(line, words, head=number == 0, first=place == 0)
    if paragraph.rows:
        head = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001  python-docx has no word for it
        head.append(OxmlElement("w:tblHeader"))
    document.add_paragraph()


def boxed(document: DocumentType, *, height: Any, width: Any) -> WordParagraph:
    """Add a box to write in by hand; return its first line."""
    table = _table(document, 1, 1)
    table.columns[0].width = width
    table.rows[0].height, table.rows[0].height_rule = height, WD_ROW_HEIGHT_RULE.EXACTLY
    line: WordParagraph = table.cell(0, 0).paragraphs[0]
    return line


def _chart(document: DocumentType, paragraph: Paragraph, width: Any) -> None:
    """Add the very drawing of the PDF, as a picture with its caption as alternative text."""
    tall = _BLOCK_MM * HEIGHT / WIDTH
    drawn = paper.picture_of(chart_svg(paragraph), width_mm=_BLOCK_MM, height_mm=tall)
    line = document.add_paragraph()
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    line.paragraph_format.keep_with_next = True
    picture = line.add_run().add_picture(io.BytesIO(drawn), width=width)
    said = "；".join("，".join(row) for row in paragraph.rows[1:])
    picture._inline.docPr.set("descr", f"{paragraph.text}：{said}")  # noqa: SLF001


def _table(document: DocumentType, rows: int, columns: int) -> Table:
    table: Table = document.add_table(max(rows, 1), columns)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    borders = OxmlElement("w:tblBorders")
    for side in _SIDES:
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)  # noqa: SLF001  the document's own style has no lines
    return table
