"""What closes a Word file, at the foot of its last page: proof, lists, who printed it (版记).

A table that floats: it stands on the lower edge of the text block, wherever the text ends,
as GB/T 9704-2012 has it, and goes to a page of its own where the text leaves no room.
"""

from __future__ import annotations

import io
from typing import Any

import segno
from docx.document import Document as DocumentType
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from liuchi.engines.bulletins.rules.sheet import Proof, Sheet
from liuchi.engines.bulletins.rules.word_parts import (
    BLOCK,
    BLOCK_MM,
    LEFT,
    SIZE_PROOF,
    SIZE_RECORD,
    TEXT,
    element,
    nothing,
    run,
    stroke,
)
from liuchi.engines.bulletins.rules.word_tables import picture, put

_CODE_MM = 26
_ABOVE = 283  # twentieths of a point: 5 mm between text and band
_AFTER_BORDERS = ("w:shd", "w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign")


def record(document: DocumentType, sheet: Sheet) -> None:
    """Add the band; the empty paragraph after it is what it hangs on."""
    nothing(document)
    table = _floating(document, 1 + bool(sheet.lists) + (sheet.proof is not None))
    rows = iter(range(len(table.rows)))
    if sheet.proof is not None:
        _proof(table, next(rows), sheet.proof, sheet.proof_lines)
    if sheet.lists:
        cell = _whole(table, next(rows))
        for place, words in enumerate(sheet.lists):
            _listed(_line(cell, place), words)
        _ruled(cell, top="thick")
    cell = _whole(table, next(rows))
    printed = _line(cell, 0)
    printed.paragraph_format.left_indent = printed.paragraph_format.right_indent = SIZE_RECORD
    printed.paragraph_format.tab_stops.add_tab_stop(BLOCK - SIZE_RECORD, WD_TAB_ALIGNMENT.RIGHT)
    run(printed, f"{sheet.issuer}\t{sheet.printed}", TEXT, SIZE_RECORD)
    _ruled(cell, top="thin" if sheet.lists else "thick", bottom="thick")
    nothing(document)


def _proof(table: Table, row: int, proof: Proof, words: tuple[str, ...]) -> None:
    """Set the words on the left, the QR code on the right, as the PDF does."""
    left, right = table.cell(row, 0), table.cell(row, 1)
    left.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for place, said in enumerate(words):
        line = _line(left, place)
        line.paragraph_format.line_spacing = Pt(15)
        run(line, said, TEXT, SIZE_PROOF)
    code = right.paragraphs[0]
    code.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    code.paragraph_format.space_after = Mm(3)
    drawn = io.BytesIO()
    segno.make(proof.address, error="m", micro=False).save(drawn, kind="png", scale=8, border=4)
    picture(code, drawn.getvalue(), width_mm=_CODE_MM, said=proof.address)


def _listed(line: WordParagraph, words: str) -> None:
    """Set a list of offices; what runs on stands below the first office, not below 报."""
    hanging = SIZE_RECORD * (words.index("：") + 1)
    line.paragraph_format.left_indent = SIZE_RECORD + hanging
    line.paragraph_format.right_indent = SIZE_RECORD
    line.paragraph_format.first_line_indent = -hanging
    run(line, words, TEXT, SIZE_RECORD)


def _line(cell: _Cell, place: int) -> WordParagraph:
    """Return a cell's first paragraph, or one more."""
    line: WordParagraph = cell.add_paragraph() if place else cell.paragraphs[0]
    line.paragraph_format.line_spacing = Pt(22)
    return line


def _whole(table: Table, row: int) -> _Cell:
    """Return a row as one cell."""
    whole: _Cell = table.cell(row, 0).merge(table.cell(row, 1))
    return whole


def _ruled(cell: _Cell, **sides: str) -> None:
    properties: Any = cell._tc.get_or_add_tcPr()  # noqa: SLF001  python-docx has no word for it
    borders = OxmlElement("w:tcBorders")
    for side, weight in sides.items():
        borders.append(stroke(side, weight))
    properties.insert_element_before(borders, *_AFTER_BORDERS)


def _floating(document: DocumentType, rows: int) -> Table:
    """Return a table of two columns on the lower edge of the text block."""
    table: Table = document.add_table(rows, 2)
    # Measured from the page's edge: of a table as wide as the text some programs float none else.
    place = element("w:tblpPr", topFromText=_ABOVE, vertAnchor="margin", horzAnchor="page")
    place.set(qn("w:tblpX"), str(LEFT.twips))
    place.set(qn("w:tblpYSpec"), "bottom")
    put(table, place)
    put(table, element("w:tblOverlap", val="never"))
    table.autofit = False
    widths = (Mm(BLOCK_MM - _CODE_MM), Mm(_CODE_MM))
    for column, width in zip(table.columns, widths, strict=True):
        for cell in column.cells:
            cell.width = width
        column.width = width
    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "left", "bottom", "right"):
        margins.append(element(f"w:{side}", w=0, type="dxa"))
    put(table, margins)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
    return table
