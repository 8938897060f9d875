"""Word and Excel: every text in every part of the file, and what shows of it, set anew as a PDF.

Set anew are the words: paragraphs, headings and tables of a document, the visible sheets of a
workbook. What can't be set so (pictures, text boxes, notes, hidden rows) is refused and not left
out, since a paper that lacks a part says something else.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from liuchi.kernel import paper
from liuchi.kernel.errors import Invalid
from liuchi.kernel.papers.faults import PaperFault
from liuchi.kernel.papers.shapes import CHARACTERS_MAX, Piece, Place
from liuchi.kernel.sheets import Concealed, concealed
from liuchi.kernel.sheets.xlsx import Archive

_SCRIPTS = re.compile(r"vbaproject|vbadata|activex|macrosheets|customui", re.IGNORECASE)
_FILES = re.compile(r"/embeddings/|thumbnail|afchunk|externallinks|\.(?:bin|ole)$", re.IGNORECASE)
_DRAWN = re.compile(r"/(?:media|charts|diagrams)/", re.IGNORECASE)
_PARTS = (
    (re.compile(r"comments|people", re.IGNORECASE), Place.COMMENT),
    (re.compile(r"word/(?:header|footer)", re.IGNORECASE), Place.HEADER),
    (re.compile(r"docprops/", re.IGNORECASE), Place.PROPERTIES),
)
_NOT_SET = frozenset({"drawing", "pict", "object", "txbxContent", "oMath", "footnoteReference",
                      "endnoteReference", "altChunk"})  # fmt: skip
_TELLS = re.compile(r"\d{7}|[一-鿿@]|\d{3,4}[ -]\d{3,4}")
_CODES = re.compile(
    r"[{(]?[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}[)}]?|[0-9A-F]{8}|https?://schemas.*"
)
_WHITE = re.compile(r"[fF][0-9a-fA-F][fF][0-9a-fA-F][fF][0-9a-fA-F]")
_UNSET = {Concealed.HIDDEN_CELLS, Concealed.UNSEEN_TEXT, Concealed.DRAWN}
_GONE = frozenset({"del", "moveFrom"})
_ALT = frozenset({"descr", "title"})
_STYLE = (
    "<style>@page{size:A4;margin:22mm 20mm}body{font:400 11pt/1.6 'Liuchi Serif'}"
    "p{margin:0 0 4pt}h1{font-size:15pt}table{border-collapse:collapse;margin:6pt 0;width:100%}"
    "td{border:.5pt solid #555;padding:2pt 4pt;font-size:9.5pt;overflow-wrap:anywhere}</style>"
)


def read(content: bytes) -> tuple[list[Piece], bytes]:
    """Return every text of a .docx or .xlsx with its place, and what shows of it as a PDF."""
    try:
        archive = Archive(io.BytesIO(content))
        names = archive.names
        _refuse(names)
        trees = {name: _tree(archive, name) for name in names if name.endswith((".xml", ".rels"))}
        if "word/document.xml" in names:
            told, shown = _document(trees)
        elif "xl/workbook.xml" in names:
            told, shown = _workbook(content, names)
        else:
            raise PaperFault("paper_unknown")
    except Invalid as error:
        locked = error.code == "file_encrypted"
        raise PaperFault("paper_encrypted" if locked else "paper_damaged") from None
    if not told:
        raise PaperFault("paper_empty")
    besides = [piece for name, tree in trees.items() for piece in _part(name, tree)]
    known = "".join("".join(each.text.split()) for each in told)
    hidden = [each for each in besides if "".join(each.text.split()) not in known]
    if sum(len(each.text) for each in told) > CHARACTERS_MAX:
        raise PaperFault("paper_heavy")
    return [*told, *hidden], paper.to_pdf(f"<body>{_STYLE}{shown}</body>", title="")


def is_locked(content: bytes) -> bool:
    """Whether an old container holds a new file under a password."""
    return "EncryptedPackage".encode("utf-16-le") in content


def _refuse(names: Iterable[str]) -> None:
    held = list(names)
    if any(_SCRIPTS.search(name) for name in held):
        raise PaperFault("paper_script")
    if any(_FILES.search(name) and "printersettings" not in name for name in held):
        raise PaperFault("paper_embedded")


def _tree(archive: Archive, name: str) -> ET.Element:
    try:
        return ET.fromstring(archive.part(name))  # noqa: S314  no DOCTYPE, little memory and time
    except ET.ParseError:
        raise PaperFault("paper_damaged") from None


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _part(name: str, tree: ET.Element) -> Iterator[Piece]:
    """Yield every text and every telling attribute of a part."""
    place = next((place for pattern, place in _PARTS if pattern.search(name)), Place.OTHER)
    if name == "word/document.xml":  # its paragraphs were told: what no paragraph shows is left
        for text in tree.itertext():
            yield Piece(Place.HIDDEN, 0, text.strip())
    else:
        for text in _blocks(tree, skips_numbers=name.startswith("xl/worksheets/")):
            yield Piece(place, 0, text)
    for element in tree.iter():
        for key, value in element.items():
            if _TELLS.search(value) and not _CODES.fullmatch(value):
                is_alt = key.rpartition("}")[2] in _ALT
                yield Piece(Place.ALT if is_alt else place, 0, value)


def _blocks(element: ET.Element, *, skips_numbers: bool = False) -> Iterator[str]:
    if _local(element) in {"p", "si", "del"}:
        yield "".join(element.itertext()).strip()
        return
    if element.text and element.text.strip() and not (skips_numbers and _local(element) == "v"):
        yield element.text.strip()
    for child in element:
        yield from _blocks(child, skips_numbers=skips_numbers)
        if child.tail and child.tail.strip():
            yield child.tail.strip()


def _document(trees: dict[str, ET.Element]) -> tuple[list[Piece], str]:
    body = trees["word/document.xml"].find("{*}body")
    if body is None:
        raise PaperFault("paper_damaged")
    told = [Piece(Place.DELETED, 0, t) for each in body.iter() if _local(each) in _GONE
            if (t := "".join(each.itertext()).strip())]  # fmt: skip
    told += [Piece(Place.HIDDEN, 0, t) for each in body.iter() if _local(each) == "r"
             if _is_unseen(each) and (t := "".join(each.itertext()).strip())]  # fmt: skip
    if any(_local(each) in _NOT_SET for each in body.iter()):
        raise PaperFault("paper_needs_pdf")
    shown: list[str] = []
    _set_blocks(body, told, shown)
    return told, "".join(shown)


def _set_blocks(parent: ET.Element, told: list[Piece], shown: list[str]) -> None:
    for child in parent:
        match _local(child):
            case "p":
                text = _seen(child)
                told += [Piece(Place.PAGE, 0, line) for line in text.splitlines() if line.strip()]
                shown.append(_paragraph(child, text))
            case "tbl":
                shown.append("<table>")
                for row in child.iterfind("{*}tr"):
                    shown.append("<tr>")
                    for cell in row.iterfind("{*}tc"):
                        shown.append(f'<td colspan="{_span(cell)}">')
                        _set_blocks(cell, told, shown)
                        shown.append("</td>")
                    shown.append("</tr>")
                shown.append("</table>")
            case "sdt" | "sdtContent" | "ins" | "smartTag" | "customXml":
                _set_blocks(child, told, shown)


def _paragraph(element: ET.Element, text: str) -> str:
    style = element.find("{*}pPr/{*}pStyle")
    side = element.find("{*}pPr/{*}jc")
    name = "" if style is None else next(iter(style.attrib.values()), "")
    tag = "h1" if name.lower().startswith(("heading1", "title", "1")) else "p"
    where = "" if side is None else next(iter(side.attrib.values()), "")
    align = {"center": "center", "right": "right", "end": "right"}.get(where, "left")
    told = html.escape(text).replace("\n", "<br>") or "&nbsp;"
    return f'<{tag} style="text-align:{align}">{told}</{tag}>'


def _span(cell: ET.Element) -> int:
    wide = cell.find("{*}tcPr/{*}gridSpan")
    value = "1" if wide is None else next(iter(wide.attrib.values()), "1")
    return min(int(value), 60) if value.isdigit() else 1


def _seen(element: ET.Element) -> str:
    """Return what shows of a paragraph: without what is struck out or hidden."""
    letters: list[str] = []
    for child in element:
        name = _local(child)
        if name in {"del", "moveFrom", "pPr"} or (name == "r" and _is_unseen(child)):
            continue
        if name == "t":
            letters.append(child.text or "")
        elif name in {"tab", "br", "cr"}:
            letters.append("\t" if name == "tab" else "\n")
        else:
            letters.append(_seen(child))
    return "".join(letters)


def _is_unseen(run: ET.Element) -> bool:
    properties = run.find("{*}rPr")
    if properties is None:
        return False
    if any(_local(each) in {"vanish", "webHidden", "specVanish"} for each in properties):
        return True
    colour = properties.find("{*}color")
    return colour is not None and any(_WHITE.fullmatch(v) for v in colour.attrib.values())


def _workbook(content: bytes, names: Iterable[str]) -> tuple[list[Piece], str]:
    if _UNSET & set(concealed(content)) or any(_DRAWN.search(name) for name in names):
        raise PaperFault("paper_needs_pdf")
    told: list[Piece] = []
    shown: list[str] = []
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            for number, sheet in enumerate(book.sheets_metadata, start=1):
                is_seen = sheet.visible == SheetVisibleEnum.Visible
                rows = [list(map(_cell, row)) for row in
                        book.get_sheet_by_name(sheet.name).to_python()]  # fmt: skip
                place = Place.PAGE if is_seen else Place.HIDDEN_SHEET
                told += [Piece(place, number, "，".join(filter(None, row))) for row in rows]
                if is_seen:
                    shown += [f"<h1>{html.escape(sheet.name)}</h1>", _table(rows)]
                    told.append(Piece(Place.PAGE, number, sheet.name))
    except (CalamineError, ValueError):
        raise PaperFault("paper_damaged") from None
    return [each for each in told if each.text], "".join(shown)


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _table(rows: list[list[str]]) -> str:
    lines = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"
