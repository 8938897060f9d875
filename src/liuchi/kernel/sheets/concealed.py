"""What a workbook holds that nobody sees on the screen: it must not travel along unseen.

Looks at the parts of an .xlsx: sheets, rows and columns that are hidden, comments, text in the
colour of its ground or in a format that shows nothing, drawings (text boxes, pictures), and cells
merged inside the table. Of an .xls nothing can be said, so that is said.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from xml.etree import ElementTree as ET

from liuchi.kernel.sheets.faults import fault
from liuchi.kernel.sheets.xlsx import Archive

_ZIP, _OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
_HIDDEN = re.compile(rb'<(?:row|col) [^>]*\bhidden="(?:1|true)"')
_FLAT = re.compile(rb'<row [^>]*\bht="0(?:\.0+)?"|<col [^>]*\bwidth="0(?:\.0+)?"')
_STYLED = re.compile(rb'<c (?=[^>]*\bs="(\d+)")[^>]*>(?=\s*<(?:v|is|f)\b)')
_RUN_COLOUR = re.compile(rb"<rPr>(?:(?!</rPr>).)*?<color [^>]*/>", re.DOTALL)
_COMMENTS = re.compile(r"xl/(?:comments|threadedcomments)[^/]*(?:/|\.xml)", re.IGNORECASE)
_DRAWN = re.compile(r"xl/(?:media/|embeddings/|drawings/drawing|activex/)", re.IGNORECASE)
_LIGHT = 0xF0
_NO_FILL = frozenset({"none", "gray125", ""})
_SHOWS_NOTHING = ";;;"


class Concealed(StrEnum):
    """Something in a file that does not show."""

    HIDDEN_SHEET = "hidden_sheet"
    HIDDEN_CELLS = "hidden_cells"
    COMMENT = "comment"
    UNSEEN_TEXT = "unseen_text"
    DRAWN = "drawn"
    MERGED = "merged"
    UNKNOWN = "unknown"  # a kind of file that can't be looked into


def concealed(content: bytes) -> tuple[Concealed, ...]:
    """Return what does not show in a file, each kind once; none of a text file.

    What is merged inside a table is told by :meth:`Workbook.merged_below`, which knows where the
    table begins.
    """
    if content.startswith(_OLE):
        return (Concealed.UNKNOWN,)
    if not content.startswith(_ZIP):
        return ()
    archive = Archive(io.BytesIO(content))
    return tuple(dict.fromkeys((*_beside(archive), *_in_sheets(archive))))


def _beside(archive: Archive) -> Iterator[Concealed]:
    if any(_COMMENTS.match(name) for name in archive.names):
        yield Concealed.COMMENT
    if any(_DRAWN.match(name) for name in archive.names):
        yield Concealed.DRAWN
    workbook = _tree(archive.part("xl/workbook.xml"))
    if any(
        each.get("state", "visible") != "visible"
        for each in workbook.iterfind(f".//{_any('sheet')}")
    ):
        yield Concealed.HIDDEN_SHEET
    if "xl/sharedstrings.xml" in archive.names and _has_light(archive.part("xl/sharedStrings.xml")):
        yield Concealed.UNSEEN_TEXT


def _in_sheets(archive: Archive) -> Iterator[Concealed]:
    unseen = _unseen_styles(archive)
    for name in archive.names:
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            sheet = archive.part(name)
            if _HIDDEN.search(sheet) or _FLAT.search(sheet):
                yield Concealed.HIDDEN_CELLS
            styled = any(int(found[1]) in unseen for found in _STYLED.finditer(sheet))
            if styled or _has_light(sheet):
                yield Concealed.UNSEEN_TEXT


def _has_light(part: bytes) -> bool:
    """Whether some letters of a cell are white."""
    return any(_is_light(_attributes(run)) for run in _RUN_COLOUR.findall(part))


def _unseen_styles(archive: Archive) -> frozenset[int]:
    """Return the styles whose text does not show: in the colour of its ground, or as nothing."""
    if "xl/styles.xml" not in archive.names:
        return frozenset()
    tree = _tree(archive.part("xl/styles.xml"))
    fonts = [_colour(font.find(_any("color"))) for font in tree.iterfind(_under("fonts", "font"))]
    fills = [_fill(fill) for fill in tree.iterfind(_under("fills", "fill"))]
    formats = {
        each.get("numFmtId", "")
        for each in tree.iterfind(_under("numFmts", "numFmt"))
        if each.get("formatCode", "").replace('"', "") == _SHOWS_NOTHING
    }
    found = set()
    for place, style in enumerate(tree.iterfind(_under("cellXfs", "xf"))):
        font = _at(fonts, style.get("fontId"))
        ground = _at(fills, style.get("fillId"))
        same = font is not None and font == ground
        if style.get("numFmtId") in formats or same or (ground is None and _is_light(font or {})):
            found.add(place)
    return frozenset(found)


Colour = Mapping[str, str]


def _fill(fill: ET.Element) -> Colour | None:
    """Return the colour of a ground; None where it is left white."""
    pattern = fill.find(_any("patternFill"))
    if pattern is None or pattern.get("patternType", "") in _NO_FILL:
        return None
    colour = _colour(pattern.find(_any("fgColor")))
    return None if colour is not None and _is_light(colour) else colour


def _colour(element: ET.Element | None) -> Colour | None:
    if element is None:
        return None
    return {key: value.upper() for key, value in element.items() if key != "tint"}


def _is_light(colour: Colour) -> bool:
    """Whether a colour is white, or near enough not to be read on white."""
    rgb = colour.get("rgb", "")[-6:]
    if len(rgb) == 6:  # noqa: PLR2004  two digits a channel
        return all(int(rgb[place : place + 2], 16) >= _LIGHT for place in (0, 2, 4))
    return colour.get("theme") == "0" or colour.get("indexed") in {"1", "9"}


def _attributes(run: bytes) -> Colour:
    found = re.findall(rb'(\w+)="([^"]*)"', run[run.rfind(b"<color") :])
    return {key.decode(): value.decode().upper() for key, value in found}


def _at(held: list[Colour | None], place: str | None) -> Colour | None:
    index = int(place or 0)
    return held[index] if index < len(held) else None


def _any(tag: str) -> str:
    return f"{{*}}{tag}"


def _under(group: str, tag: str) -> str:
    return f"{{*}}{group}/{{*}}{tag}"


def _tree(text: bytes) -> ET.Element:
    try:
        return ET.fromstring(text)  # noqa: S314  the archive refused a DOCTYPE
    except ET.ParseError as error:
        raise fault("file_damaged") from error
