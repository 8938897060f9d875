"""A PDF as others read it: pypdf its text and fonts, pdfium its picture, ZXing its QR codes."""

from __future__ import annotations

import io

import pypdf
import pypdfium2
import zxingcpp

POINT_MM = 25.4 / 72


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def lines(pdf: bytes, page: int = 0) -> list[str]:
    return read(pdf).pages[page].extract_text().splitlines()


def size_mm(pdf: bytes, page: int = 0) -> tuple[int, int]:
    box = read(pdf).pages[page].mediabox
    return round(float(box.width) * POINT_MM), round(float(box.height) * POINT_MM)


def fonts(pdf: bytes) -> dict[str, bool]:
    """Name without its subset mark → whether the file holds the font itself."""
    found = {}
    for page in read(pdf).pages:
        for reference in page["/Resources"].get("/Font", {}).values():
            font = reference.get_object()
            below = font.get("/DescendantFonts")
            descriptor = (below[0].get_object() if below else font)["/FontDescriptor"].get_object()
            name = str(font["/BaseFont"])
            assert name[7] == "+"  # six letters and a plus: a subset
            found[name[8:]] = any(f"/FontFile{kind}" in descriptor for kind in ("", 2, 3))
    return found


def codes(pdf: bytes, page: int = 0, scale: float = 2) -> list[str]:
    """Return what the QR codes of a page say, as a camera would read them."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[page].render(scale=scale).to_pil()
    # Of other kinds it finds some in lines of text now and then.
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return sorted(code.text for code in found)
