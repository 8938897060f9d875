"""Papers are read wholly, made anew from their pages alone, and harm nobody who reads them."""

from __future__ import annotations

import io
import zlib

import pypdf
import pytest
from PIL import Image

from liuchi.engines.disclosures.rules import Finding, words_of
from liuchi.engines.disclosures.rules.papers import findings_in
from liuchi.kernel import papers
from liuchi.kernel.errors import Invalid
from liuchi.kernel.papers import Paper, Piece
from planted_papers import GOOD_WORDS, Planted, pdf, planted, scanned, word, workbook

pytestmark = pytest.mark.slow
NOBODY: frozenset[str] = frozenset()
PLANTED = planted()


def found(pieces: list[Piece]) -> list[Finding]:
    return list(findings_in(1, words_of(pieces, ()), NOBODY, NOBODY))


@pytest.mark.parametrize("leak", [each for each in PLANTED if each.place], ids=str)
def test_what_is_planted_is_found_where_it_is_and_by_nothing_else(leak: Planted) -> None:
    """Without the reading of that one place nothing is found: so each place has to be read."""
    paper = papers.read(leak.content)
    final = [each for each in found(list(paper.pieces)) if each.is_final]
    assert {each.column.split("-")[0] for each in final} == {leak.place}
    assert found([each for each in paper.pieces if each.place is not leak.place]) == []
    assert leak.secret not in str(words_of(paper.pieces, ()).lines)
    assert is_bare(paper, leak.secret)


def is_bare(paper: Paper, secret: str) -> bool:
    """Whether the new PDF holds pictures alone, with nothing written in it or beside them."""
    held = pypdf.PdfReader(io.BytesIO(paper.pdf))
    text = "".join(page.extract_text() for page in held.pages)
    pages = [Image.open(io.BytesIO(each.content)) for each in paper.pages]
    words = {key for key in held.metadata or {} if str((held.metadata or {})[key])}
    beside = any(page.getexif() or "xmp" in page.info for page in pages)
    return (text, words, beside, secret.encode() in paper.pdf) == ("", set(), False, False)


@pytest.mark.parametrize("leak", [each for each in PLANTED if each.refused], ids=str)
def test_what_cannot_be_read_wholly_is_refused(leak: Planted) -> None:
    with pytest.raises(Invalid) as refused:
        papers.read(leak.content)
    assert refused.value.code == leak.refused


def wide() -> bytes:
    """A page of nine kilometres: no picture of it has more pixels than any other."""
    return pdf().replace(b"[0 0 595 842]", b"[0 0 9999999 9]")


def bomb() -> bytes:
    """A few kilobytes that unpack to a hundred and twenty megabytes."""
    packed = zlib.compress(b" " * (120 << 20), 9)
    told = f"<< /Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
    return pdf(objects=(told + packed.decode("latin-1") + "\nendstream",))


def many_pages() -> bytes:
    writer = pypdf.PdfWriter()
    for _number in range(papers.PAGES_MAX + 1):
        writer.add_blank_page(100, 100)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (bomb(), "paper_heavy"),
        (many_pages(), "paper_pages"),
        (b"%PDF-1.7 and nothing else", "paper_damaged"),
        (b"PK\x03\x04 and nothing else", "paper_damaged"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "paper_old"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
         "paper_encrypted"),
        (b"\x89PNG", "paper_unknown"),
        (b"", "paper_empty"),
        (b" " * (papers.BYTES_MAX + 1), "paper_large"),
    ],
    ids=["bomb", "pages", "pdf", "zip", "old", "locked", "picture", "empty", "large"],
)  # fmt: skip
def test_a_file_that_is_none_of_ours_says_so(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        papers.read(content)
    assert refused.value.code == code


def test_whoever_takes_too_long_is_stopped() -> None:
    with pytest.raises(Invalid) as refused:
        papers.read(pdf(), seconds_max=0.01)
    assert refused.value.code == "paper_heavy"


def test_what_shows_is_read_and_drawn() -> None:
    for content, words in ((pdf(), GOOD_WORDS), (word(), "到会"), (workbook(), "修东渠，18600")):
        paper = papers.read(content)
        assert words in [each.text for each in paper.pieces]
        assert [(each.unread, each.height > each.width) for each in paper.pages] == [(False, True)]
    (page,) = papers.read(scanned()).pages
    assert (page.unread, page.width) == (True, 1050)
    assert max(papers.read(wide()).pages[0].width, 0) <= 1_800
