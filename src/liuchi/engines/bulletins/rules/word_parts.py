"""What every part of a Word file is made of: fonts by their role, sizes, runs, borders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from docx.document import Document as DocumentType
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

TEXT, TITLE = "仿宋_GB2312", "方正小标宋简体"
FIRST, SECOND, PAGE = "黑体", "楷体_GB2312", "宋体"
SIZE, SIZE_TITLE, SIZE_RECORD, SIZE_PROOF = Pt(16), Pt(22), Pt(14), Pt(10.5)
SIZE_CELL = Pt(12)
LEFT, BLOCK, BLOCK_MM = Mm(28), Mm(156), 156
# Twentieths of a point. 22 lines of 29 points are 0.2 points taller than 225 mm, and the last
# would stand on the next page: 28.95 is what word processors make of the standard, too.
GRID_LINE = 579
PITCH = Pt(GRID_LINE / 20)
RULES: Final = {"thick": "8", "thin": "6", "red": "16"}  # eighths of a point
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")  # the order Word insists on
_FONT_TABLE = "application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"


@dataclass(frozen=True, slots=True)
class Face:
    """What a machine without a font is told of it: others that may stand in, and its kind.

    The first that is there is taken. Windows has 仿宋 and 楷体 since 2007 under another name
    than the standard's; the open ones come last.
    """

    others: tuple[str, ...]
    panose: str
    family: str
    pitch: str


FACES: Final = {
    TEXT: Face(("仿宋", "FangSong", "Noto Serif SC"), "02010609030101010101", "modern", "fixed"),
    TITLE: Face(
        ("方正小标宋_GBK", "华文中宋", "STZhongsong", "Noto Serif SC"),
        "02010601030101010101",
        "auto",
        "variable",
    ),
    FIRST: Face(("SimHei", "Noto Sans SC"), "02010609060101010101", "modern", "fixed"),
    SECOND: Face(("楷体", "KaiTi", "Noto Serif SC"), "02010609030101010101", "modern", "fixed"),
    PAGE: Face(("SimSun", "Noto Serif SC"), "02010600030101010101", "auto", "variable"),
}


def run(paragraph: WordParagraph, words: str, font: str, size: Any) -> Run:
    """Add words in one font and size."""
    added = paragraph.add_run(words)
    added.font.size = size
    named(added._r.get_or_add_rPr(), font)  # noqa: SLF001  python-docx has no word for it
    return added


def named(properties: Any, font: str) -> None:
    """Name one font for Chinese and Latin alike: Word would pick its own for digits."""
    fonts = properties.get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), font)


def nothing(document: DocumentType) -> None:
    """Add a paragraph that takes no room: what keeps two tables apart, or carries one."""
    line = document.add_paragraph()
    line.paragraph_format.line_spacing = Pt(1)
    run(line, "", TEXT, Pt(1))


def border(
    line: WordParagraph, side: str, weight: str, colour: str = "000000", space: int = 1
) -> None:
    """Draw a rule along one side of a paragraph, ``space`` points from it."""
    properties = line._p.get_or_add_pPr()  # noqa: SLF001
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = element("w:pBdr")
        properties.insert_element_before(borders, *_AFTER_BORDERS)
    borders.append(stroke(side, weight, colour, space))


def stroke(side: str, weight: str, colour: str = "000000", space: int = 0) -> Any:
    """Return one side of a border."""
    return element(f"w:{side}", val="single", sz=RULES[weight], space=space, color=colour)


def element(name: str, **attributes: object) -> Any:
    """Return an element of Word's own with its attributes."""
    made = OxmlElement(name)
    for attribute, value in attributes.items():
        made.set(qn(f"w:{attribute}"), str(value))
    return made


def in_chinese(document: DocumentType) -> None:
    """Say that the text is Chinese: by that a line is never begun by a closing mark.

    The empty document that python-docx begins with calls its Chinese American, and its
    theme Japanese, which draws some characters otherwise.
    """
    for languages in document.styles.element.iter(qn("w:lang")):
        languages.set(qn("w:eastAsia"), "zh-CN")
    for languages in document.settings.element.iter(qn("w:themeFontLang")):
        languages.set(qn("w:eastAsia"), "zh-CN")


def font_table(document: DocumentType) -> None:
    """Tell a machine that lacks a font what may stand in for it."""
    content = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"{''.join(_font(name, face) for name, face in FACES.items())}</w:fonts>"
    )
    for relation in list(document.part.rels.values()):
        if relation.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
            del document.part.rels[relation.rId]
    package = document.part.package
    part = Part(PackURI("/word/fontTable.xml"), _FONT_TABLE, content.encode(), package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FONT_TABLE)


def _font(name: str, face: Face) -> str:
    """Return a font's entry; 86 is the character set GB2312, so that a Chinese font stands in."""
    return (
        f'<w:font w:name="{name}"><w:altName w:val="{",".join(face.others)}"/>'
        f'<w:panose1 w:val="{face.panose}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{face.family}"/><w:pitch w:val="{face.pitch}"/></w:font>'
    )
