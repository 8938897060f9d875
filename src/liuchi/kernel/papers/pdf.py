"""What stands on the pages of a PDF, and how they look: PDFium reads and draws them.

The text of a page is taken before and after its annotations and form fields are made part of it,
whether a layer is switched off or white covers it. Drawn is what shows.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
from PIL import Image
from pypdfium2 import raw as pdfium

from liuchi.kernel.papers.faults import PaperFault
from liuchi.kernel.papers.shapes import (
    DOTS_PER_INCH,
    PAGES_MAX,
    REVISIONS_MAX,
    SIDE_PIXELS_MAX,
    Piece,
    Place,
)

_END = re.compile(rb"%%EOF\s*")
_POINTS_PER_INCH = 72
_JPEG_QUALITY, _WEBP_QUALITY = 72, 60
_PHONE_SIDE_PIXELS = 1_400
_PATHS_MAX = 400
_NO_LETTER = re.compile("[\ufffd\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class Page:
    """A page as pictures: a JPEG for paper, a smaller WebP for phones."""

    jpeg: bytes
    webp: bytes
    width: int
    height: int
    unread: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """The text and the pictures of all pages."""

    pieces: list[Piece]
    pages: list[Page]


def look(content: bytes) -> Looked:
    """Return what stands on the pages and how they look."""
    document = _opened(content)
    if pdfium.FPDF_GetSecurityHandlerRevision(document) >= 0:
        raise PaperFault("paper_encrypted")
    if not 0 < len(document) <= PAGES_MAX:
        raise PaperFault("paper_pages" if len(document) else "paper_empty")
    document.init_forms()
    looked = Looked([], [])
    for number in range(1, len(document) + 1):
        lines, page = _page(document, number - 1)
        looked.pieces.extend(Piece(Place.PAGE, number, line) for line in lines)
        looked.pages.append(page)
    now = {each.text for each in looked.pieces}
    looked.pieces.extend(each for each in _earlier(content) if each.text not in now)
    return looked


def bound(pages: list[Page]) -> bytes:
    """Return a PDF of pictures of pages: nothing else is in it, no words and no properties."""
    pictures = [Image.open(io.BytesIO(page.jpeg)) for page in pages]
    out = io.BytesIO()
    pictures[0].save(
        out, "PDF", save_all=True, append_images=pictures[1:], resolution=DOTS_PER_INCH,
        producer=None, creationDate=None, modDate=None,
    )  # fmt: skip
    return out.getvalue()


def _opened(content: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        code = pdfium.FPDF_GetLastError()
        locked = code == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower()
        raise PaperFault("paper_encrypted" if locked else "paper_damaged") from None


def _page(document: pypdfium2.PdfDocument, index: int) -> tuple[list[str], Page]:
    try:
        page = document[index]
        lines = _lines(page)
        pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
        page = document[index]
        flat = _lines(page)
    except pypdfium2.PdfiumError:
        raise PaperFault("paper_damaged") from None
    unread = not flat or flat != lines or _is_drawn(page) or bool(_NO_LETTER.search("".join(flat)))
    return list(dict.fromkeys((*lines, *flat))), _drawn(page, unread=unread)


def _lines(page: pypdfium2.PdfPage) -> list[str]:
    text = page.get_textpage()
    told = text.get_text_range().replace("\ufffe", "-")
    return [" ".join(line.split()) for line in told.splitlines() if line.strip()]


def _is_drawn(page: pypdfium2.PdfPage) -> bool:
    """Whether a page holds pictures, or so many strokes that words may be drawn with them."""
    paths = 0
    for each in page.get_objects(max_depth=15):
        if each.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            return True
        paths += each.type in {pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_SHADING}
        if paths > _PATHS_MAX:
            return True
    return False


def _drawn(page: pypdfium2.PdfPage, *, unread: bool) -> Page:
    longest = max(page.get_size())
    if longest <= 0:
        raise PaperFault("paper_damaged")
    scale = min(DOTS_PER_INCH / _POINTS_PER_INCH, SIDE_PIXELS_MAX / longest)
    picture = page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
    jpeg, webp = io.BytesIO(), io.BytesIO()
    picture.save(jpeg, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    picture.thumbnail((_PHONE_SIDE_PIXELS, _PHONE_SIDE_PIXELS))
    picture.save(webp, "WEBP", quality=_WEBP_QUALITY, method=2)
    width, height = picture.size
    return Page(jpeg.getvalue(), webp.getvalue(), width, height, unread)


def _earlier(content: bytes) -> Iterator[Piece]:
    """Yield the lines of versions before the last one: a PDF may be saved by adding to its end."""
    ends = [found.end() for found in _END.finditer(content) if found.end() < len(content)]
    if len(ends) > REVISIONS_MAX:
        raise PaperFault("paper_unreadable")
    for end in ends:
        try:
            document = pypdfium2.PdfDocument(content[:end])
            for index in range(min(len(document), PAGES_MAX)):
                yield from (Piece(Place.EARLIER, index + 1, t) for t in _lines(document[index]))
        except pypdfium2.PdfiumError:  # the first part of a file made for reading over the web
            continue
