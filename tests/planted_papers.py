"""Papers with something in them that must reach nobody. All numbers are invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import docx
import openpyxl
import pypdf
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from PIL import Image
from pypdf.annotations import Text as TextAnnotation
from pypdf.generic import DecodedStreamObject, NameObject, NumberObject

from liuchi.kernel.papers import Place

GOOD_WORDS = "Qu dao he tong 2026"
_SIZE = "/MediaBox [0 0 595 842] /Contents 4 0 R"
_SHOWN = f"BT /F 14 Tf 60 700 Td ({GOOD_WORDS}) Tj ET\n"


def pdf(drawn: str = "", *, page: str = "", objects: tuple[str, ...] = (), root: str = "") -> bytes:
    """Return a PDF of one page: its words, what is ``drawn`` as well, further ``objects`` from 6.

    ``page`` and ``root`` are further entries of the page and of the document.
    """
    content = _SHOWN + drawn
    held = [
        f"<< /Type /Catalog /Pages 2 0 R {root} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R {_SIZE} /Resources << /Font << /F 5 0 R >> {page} >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *objects,
    ]
    out, places = b"%PDF-1.7\n", []
    for number, each in enumerate(held, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{each}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    tail = f"xref\n0 {len(held) + 1}\n0000000000 65535 f \n{table}"
    tail += f"trailer\n<< /Size {len(held) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + tail.encode()


def _changed(change: Callable[[pypdf.PdfWriter], object]) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _line(text: str, *, before: str = "", y: int = 600) -> str:
    return f"{before} BT /F 12 Tf 60 {y} Td ({text}) Tj ET\n"


def _box(text: str) -> bytes:
    return pdf(_line(text) + "1 1 1 rg 50 590 400 30 re f\n")


def _behind(text: str) -> bytes:
    inline = "q 400 0 0 40 50 590 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q\n"
    return pdf(_line(text) + inline)


def _annotated(text: str, flags: int = 0) -> bytes:
    note = TextAnnotation(rect=(50, 50, 80, 80), text=text, flags=flags)
    return _changed(lambda writer: writer.add_annotation(0, note))


def _xmp(text: str) -> bytes:
    told = f"<?xpacket?><x><rdf:li>{text}</rdf:li></x>".encode()

    def change(writer: pypdf.PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(told)
        stream[NameObject("/Type")] = NameObject("/Metadata")
        writer.root_object[NameObject("/Metadata")] = writer._add_object(stream.flate_encode())

    return _changed(change)


def _field(text: str) -> bytes:
    field = (
        f"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V ({text}) /Rect [0 0 0 0] /P 3 0 R >>"
    )
    return pdf(objects=(field,), root="/AcroForm << /Fields [6 0 R] >>")


def _layer(text: str) -> bytes:
    off = "/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] >> >>"
    return pdf(
        f"/OC /L BDC {_line(text)} EMC\n",
        page="/Properties << /L 6 0 R >>",
        objects=("<< /Type /OCG /Name (draft) >>",),
        root=off,
    )


def _updated(text: str) -> bytes:
    """Return a PDF whose page was replaced by adding another one to its end."""
    old, new = pdf(_line(text)), pdf()
    content = _SHOWN.encode()
    start = len(old)
    added = b"4 0 obj\n<< /Length %d >>\nstream\n%b\nendstream\nendobj\n" % (len(content), content)
    table = f"xref\n4 1\n{start:010} 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev "
    before = old.rindex(b"startxref") + len(b"startxref\n")
    place = int(old[before : old.index(b"\n", before)])
    table += f"{place} >>\nstartxref\n{start + len(added)}\n%%EOF\n"
    assert new
    return old + added + table.encode()


def _camera(text: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = f"taken at {text}"
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "olive").save(out, "JPEG", exif=exif)
    return _image(out.getvalue())


def _image(jpeg: bytes) -> bytes:
    def change(writer: pypdf.PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(jpeg)
        for name, value in (("/Type", "/XObject"), ("/Subtype", "/Image"),
                            ("/ColorSpace", "/DeviceRGB"), ("/Filter", "/DCTDecode")):  # fmt: skip
            stream[NameObject(name)] = NameObject(value)
        for name, number in (("/Width", 40), ("/Height", 30), ("/BitsPerComponent", 8)):
            stream[NameObject(name)] = NumberObject(number)
        held = writer._add_object(stream)
        resources = writer.pages[0]["/Resources"]
        resources[NameObject("/XObject")] = pypdf.generic.DictionaryObject(  # type: ignore[index]
            {NameObject("/I"): held}
        )

    return _changed(change)


def scanned() -> bytes:
    """Return a PDF whose one page is a picture."""
    out = io.BytesIO()
    Image.new("RGB", (600, 800), "beige").save(out, "PDF")
    return out.getvalue()


def _encrypted(_text: str) -> bytes:
    return _changed(
        lambda writer: writer.encrypt("", owner_password="six-feet", algorithm="RC4-128")
    )


def word(change: Callable[[docx.document.Document], object] | None = None, **parts: str) -> bytes:
    """Return a Word file with a paragraph and a table; ``parts`` are added, by their names."""
    document = docx.Document()
    document.add_heading("决议", 1)
    document.add_paragraph("经村民代表会议讨论，同意修东渠。")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "到会", "41 人"
    if change is not None:
        change(document)
    out = io.BytesIO()
    document.save(out)
    again = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(again, "w") as new:
        for name in old.namelist():
            if "thumbnail" not in name:  # the library's template brings one
                new.writestr(name, old.read(name))
        for name, text in parts.items():
            new.writestr(name, text)
    return again.getvalue()


def _deleted(document: docx.document.Document, text: str) -> None:
    gone, run, words = (OxmlElement(name) for name in ("w:del", "w:r", "w:delText"))
    words.text = text
    run.append(words)
    gone.append(run)
    document.paragraphs[1]._p.append(gone)


def _vanished(document: docx.document.Document, text: str) -> None:
    run = document.paragraphs[1].add_run(text)
    run.font.hidden = True


def _white(document: docx.document.Document, text: str) -> None:
    run = document.paragraphs[1].add_run(text)
    run.font.color.rgb = docx.shared.RGBColor(255, 255, 255)


def _described(document: docx.document.Document, text: str) -> None:
    said = OxmlElement("w:tblDescription")
    said.set(qn("w:val"), text)
    document.tables[0]._tbl.tblPr.append(said)


def _headed(document: docx.document.Document, text: str) -> None:
    document.sections[0].header.paragraphs[0].text = text


def workbook(change: Callable[[openpyxl.Workbook], object] | None = None) -> bytes:
    """Return an Excel file with one good sheet."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(["项目", "金额"])
    book.worksheets[0].append(["修东渠", 18600])
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _hidden_sheet(book: openpyxl.Workbook, text: str) -> None:
    other = book.create_sheet("底册")
    other.append([text])
    other.sheet_state = "hidden"


def _commented(book: openpyxl.Workbook, text: str) -> None:
    book.worksheets[0]["A2"].comment = Comment(text, "")


def _footed(book: openpyxl.Workbook, text: str) -> None:
    book.worksheets[0].oddFooter.center.text = f"A{text}"


def _defined(book: openpyxl.Workbook, text: str) -> None:
    book.defined_names["d"] = DefinedName("d", attr_text=f'"{text}"')


_PACKET = '<x xmlns="urn:x">{}</x>'
Made = Callable[[str], bytes]
_READ: dict[str, tuple[Place, Made]] = {
    "pdf_text": (Place.PAGE, lambda t: pdf(_line(t))),
    "pdf_over_two_lines": (Place.PAGE, lambda t: pdf(_line(t[:9]) + _line(t[9:], y=580))),
    "pdf_white": (Place.PAGE, lambda t: pdf(_line(t, before="1 1 1 rg"))),
    "pdf_invisible": (Place.PAGE, lambda t: pdf(_line(t, before="3 Tr"))),
    "pdf_under_a_box": (Place.PAGE, _box),
    "pdf_behind_a_picture": (Place.PAGE, _behind),
    "pdf_hidden_layer": (Place.PAGE, _layer),
    "pdf_annotation": (Place.ANNOTATION, _annotated),
    "pdf_hidden_annotation": (Place.ANNOTATION, lambda t: _annotated(t, flags=2)),
    "pdf_field": (Place.FIELD, _field),
    "pdf_xmp": (Place.PROPERTIES, _xmp),
    "pdf_author": (Place.PROPERTIES, lambda t: _changed(lambda w: w.add_metadata({"/Author": t}))),
    "pdf_own_property": (
        Place.PROPERTIES, lambda t: _changed(lambda w: w.add_metadata({"/Producer": "x", "/Bz": t}))
    ),
    "pdf_bookmark": (
        Place.BOOKMARK, lambda t: _changed(lambda w: w.add_outline_item(title=t, page_number=0))
    ),
    "pdf_alt": (Place.ALT, lambda t: pdf(objects=(f"<< /Type /StructElem /Alt ({t}) >>",))),
    "pdf_earlier_version": (Place.EARLIER, _updated),
    "pdf_camera": (Place.PICTURE, _camera),
    "pdf_unused_object": (Place.OTHER, lambda t: pdf(objects=(f"<< /Old ({t}) >>",))),
    "pdf_behind_the_end": (Place.OTHER, lambda t: pdf() + f"\nnote {t}\n".encode()),
    "word_text": (Place.PAGE, lambda t: word(lambda d: d.add_paragraph(f"证号{t}"))),
    "word_cell": (Place.PAGE, lambda t: word(lambda d: setattr(d.tables[0].cell(0, 1), "text", t))),
    "word_deleted": (Place.DELETED, lambda t: word(lambda d: _deleted(d, t))),
    "word_hidden": (Place.HIDDEN, lambda t: word(lambda d: _vanished(d, t))),
    "word_white": (Place.HIDDEN, lambda t: word(lambda d: _white(d, t))),
    "word_comment": (
        Place.COMMENT, lambda t: word(lambda d: d.add_comment(d.paragraphs[1].runs, text=t))
    ),
    "word_header": (Place.HEADER, lambda t: word(lambda d: _headed(d, t))),
    "word_author": (
        Place.PROPERTIES, lambda t: word(lambda d: setattr(d.core_properties, "author", t))
    ),
    "word_own_property": (
        Place.PROPERTIES, lambda t: word(**{"docProps/custom.xml": _PACKET.format(t)})
    ),
    "word_alt": (Place.OTHER, lambda t: word(lambda d: _described(d, t))),
    "word_custom_part": (Place.OTHER, lambda t: word(**{"customXml/item9.xml": _PACKET.format(t)})),
    "excel_cell": (Place.PAGE, lambda t: workbook(lambda b: b.worksheets[0].append([t]))),
    "excel_hidden_sheet": (Place.HIDDEN_SHEET, lambda t: workbook(lambda b: _hidden_sheet(b, t))),
    "excel_comment": (Place.COMMENT, lambda t: workbook(lambda b: _commented(b, t))),
    "excel_footer": (Place.OTHER, lambda t: workbook(lambda b: _footed(b, t))),
    "excel_defined_name": (Place.OTHER, lambda t: workbook(lambda b: _defined(b, t))),
}  # fmt: skip
_REFUSED: dict[str, tuple[str, Made]] = {
    "pdf_embedded_file": (
        "paper_embedded",
        lambda t: _changed(lambda w: w.add_attachment("a.txt", t.encode())),
    ),
    "pdf_script": (
        "paper_script",
        lambda t: pdf(root=f"/OpenAction << /S /JavaScript /JS ({t}) >>"),
    ),
    "pdf_script_in_disguise": (
        "paper_script",
        lambda t: pdf(root=f"/OpenAction << /S /Java#53cript /J#53 ({t}) >>"),
    ),
    "pdf_thumbnail": ("paper_embedded", lambda t: pdf(objects=(f"<< /Thumb 4 0 R /T ({t}) >>",))),
    "pdf_encrypted": ("paper_encrypted", _encrypted),
    "word_macro": ("paper_script", lambda t: word(**{"word/vbaProject.bin": t})),
    "word_thumbnail": ("paper_embedded", lambda t: word(**{"docProps/thumbnail.jpeg": t})),
    "word_embedded": ("paper_embedded", lambda t: word(**{"word/embeddings/a.xlsx": t})),
}


@dataclass(frozen=True)
class Planted:
    """A paper that holds a number: where it stands, or with which code the paper is refused."""

    code: str
    secret: str
    place: Place | None
    refused: str
    content: bytes

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """What the file is called."""
        ending = {"pdf": "pdf", "word": "docx", "excel": "xlsx"}[self.code.split("_")[0]]
        return f"附件.{ending}"


def planted() -> list[Planted]:
    """Return every paper with its number, each another one."""
    told: list[Planted] = []
    for number, (code, (place, made)) in enumerate(_READ.items(), start=10):
        secret = f"340803195006{number % 28 + 1:02}1{number}X"
        told.append(Planted(code, secret, place, "", made(secret)))
    for number, (code, (refused, made)) in enumerate(_REFUSED.items(), start=10):
        secret = f"340803195007{number}1{number}X"
        told.append(Planted(code, secret, None, refused, made(secret)))
    return told
