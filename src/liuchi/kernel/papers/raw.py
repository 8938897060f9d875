"""What a PDF holds besides its pages: every object in the file, in use or left from before.

The table of contents of a file is not believed: objects are found where they lie. Refused are
scripts, other files, and what is packed in a way that is not unpacked here.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from PIL import Image

from liuchi.kernel.papers.faults import PaperFault
from liuchi.kernel.papers.shapes import CHARACTERS_MAX, EXPANDED_BYTES_MAX, Piece, Place

_OBJECT = re.compile(rb"(?<!\d)\d{1,10}\s+\d{1,5}\s+obj\b")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"\bstream\r?\n")
_SCRIPTS = re.compile(rb"/(?:JavaScript|JS|Launch|SubmitForm|ImportData|RichMedia|Movie)\b|/XFA\b")
_FILES = re.compile(rb"/(?:EmbeddedFiles?|EF|GoToE|Thumb)\b")
_FILTERS = re.compile(rb"/Filter\s*(\[[^\]]*\]|/\w+)")
_OFFSETS = re.compile(rb"/First\s+(\d+)")
_SHOWN = re.compile(rb"\bT[jJ]\b|['\"]\s")
_XREF = re.compile(rb"\d{10} \d{5} [nf]")
_TAGS = re.compile(r"<[^>]*?>")
_VALUES = re.compile(r"""=\s*(?:"([^"]*)"|'([^']*)')""")
_GUID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
_RUNS = re.compile(r"[^\x00-\x1f\x7f-\x9f]{5,}")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"", b"f": b"", b"\n": b"", b"\r": b""}
_LINE_CHARACTERS_MAX = 2_000
_LITERAL = re.compile(rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\([^()]*\))*\))*\)", re.DOTALL)
_HEX = re.compile(rb"(?<!<)<([0-9A-Fa-f\s]*)>(?!>)")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_PLACES = (
    (re.compile(rb"/Widget\b|/FT\s*/"), Place.FIELD),
    (re.compile(rb"/Annot\b|/Rect\s*\["), Place.ANNOTATION),
    (re.compile(rb"/OCGs?\b"), Place.LAYER),
    (re.compile(rb"/StructElem\b|/Alt\b|/ActualText\b"), Place.ALT),
    (re.compile(rb"/(?:Producer|Author|Creator|CreationDate|Keywords|Subject)\b"),
     Place.PROPERTIES),
    (re.compile(rb"/Title\b"), Place.BOOKMARK),
)  # fmt: skip


@dataclass
class _Budget:
    left: int = EXPANDED_BYTES_MAX
    found: list[Piece] = field(default_factory=list)

    def unpacked(self, data: bytes) -> bytes:
        try:
            told = zlib.decompressobj().decompress(data, self.left)
        except zlib.error:
            return b""
        self.left -= len(told)
        if self.left <= 0:
            raise PaperFault("paper_heavy")
        return told


def pieces(content: bytes) -> list[Piece]:
    """Return every text that stands in an object or between two."""
    budget, last = _Budget(), 0
    starts = [found.span() for found in _OBJECT.finditer(content)]
    for (begun, start), (following, _end) in zip(
        starts, [*starts[1:], (len(content), 0)], strict=True
    ):
        budget.found.extend(_between(content[last:begun]))
        body = content[start:following]
        end = body.rfind(b"endobj")
        last = start + end if end >= 0 else following
        budget.found.extend(_object(body[:end] if end >= 0 else body, budget))
    return [*budget.found, *_between(content[last:])]


def besides(found: Iterable[Piece], shown: Iterable[Piece]) -> list[Piece]:
    """Return those pieces that do not stand on a page as well."""
    pages = "".join("".join(each.text.split()) for each in shown)
    return [each for each in found if "".join(each.text.split()) not in pages]


def within(found: Iterable[Piece]) -> list[Piece]:
    """Return pieces once each; refuse more text than anybody could look through."""
    told = list(dict.fromkeys(each for each in found if each.text.strip()))
    if sum(len(each.text) for each in told) > CHARACTERS_MAX:
        raise PaperFault("paper_heavy")
    return told


def _object(body: bytes, budget: _Budget) -> Iterator[Piece]:
    stream = _STREAM.search(body)
    head = body[: stream.start()] if stream else body
    yield from _strings(head)
    if stream is None:
        return
    data = body[stream.end() :]
    end = data.rfind(b"endstream")
    yield from _stream(head, data[:end] if end >= 0 else data, budget)


def _stream(head: bytes, data: bytes, budget: _Budget) -> Iterator[Piece]:
    named = _FILTERS.search(head)
    filters = re.findall(rb"/(\w+)", named[1]) if named else []
    told = re.search(rb"/(?:ObjStm|Metadata)\b", head)
    if filters in ([b"DCTDecode"], [b"DCT"]):
        yield from _beside_a_picture(data)
    elif b"/Image" in head or b"/Length1" in head or b"/FontFile" in head:
        return
    elif filters in ([], [b"FlateDecode"], [b"Fl"]):
        plain = budget.unpacked(data) if filters else data
        if told and not plain:
            raise PaperFault("paper_unreadable")
        yield from _plain(head, plain)
    elif told:
        raise PaperFault("paper_unreadable")


def _plain(head: bytes, plain: bytes) -> Iterator[Piece]:
    if b"/ObjStm" in head:
        first = _OFFSETS.search(head)
        for part in _held(plain, int(first[1]) if first else 0):
            yield from _strings(part)
    elif b"/Metadata" in head or plain.lstrip().startswith(b"<?xpacket"):
        yield from _metadata(plain)
    elif _SHOWN.search(plain):
        for array in re.split(rb"T[jJ*]|'|\bET\b", plain):
            text = "".join(_decoded(_unescaped(each[1:-1])) for each in _LITERAL.findall(array))
            yield from _told(Place.OTHER, text)


def _held(plain: bytes, first: int) -> list[bytes]:
    """Return the objects of a stream of objects, each by itself."""
    numbers = [int(each) for each in re.findall(rb"\d+", plain[:first])]
    starts = [first + offset for offset in numbers[1::2]]
    return [plain[low:high] for low, high in zip(starts, [*starts[1:], len(plain)], strict=True)]


def _strings(head: bytes) -> Iterator[Piece]:
    names = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), head)
    if _SCRIPTS.search(names):
        raise PaperFault("paper_script")
    if _FILES.search(names):
        raise PaperFault("paper_embedded")
    place = next((place for pattern, place in _PLACES if pattern.search(names)), Place.OTHER)
    for literal in _LITERAL.findall(head):
        yield from _told(place, _decoded(_unescaped(literal[1:-1])))
    for found in _HEX.findall(head):
        digits = b"".join(found.split())
        yield from _told(
            place, _decoded(bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()))
        )


def _unescaped(text: bytes) -> bytes:
    def letter(found: re.Match[bytes]) -> bytes:
        if found[1][:1].isdigit():
            return bytes([int(found[1], 8) & 0xFF])
        return _ESCAPES.get(found[1], b"" if found[1] == b"\r\n" else found[1])

    return _ESCAPE.sub(letter, text)


def _decoded(text: bytes) -> str:
    """Return a string as Unicode; without a mark in both ways Chinese programs write it."""
    for mark, encoding in ((b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le")):
        if text.startswith(mark):
            return text[2:].decode(encoding, "ignore")
    try:
        return text.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError:
        return text.decode("gb18030", "ignore")


def _metadata(plain: bytes) -> Iterator[Piece]:
    text = plain.decode("utf-16" if plain[:2] in (b"\xfe\xff", b"\xff\xfe") else "utf-8", "ignore")
    values = [one or other for one, other in _VALUES.findall(text)]
    for line in (*_TAGS.sub("\n", text).splitlines(), *values):
        yield from _told(Place.PROPERTIES, line)


def _beside_a_picture(data: bytes) -> Iterator[Piece]:
    """Yield what a camera or a program wrote into a picture."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            held = [value for value in picture.info.values() if isinstance(value, bytes)]
    except (OSError, ValueError, SyntaxError):
        return
    for each in held:
        for run in _RUNS.findall(each.decode("utf-8", "ignore")):
            yield from _told(Place.PICTURE, run)


def _between(gap: bytes) -> Iterator[Piece]:
    """Yield what lies between two objects: tables of places, and whatever somebody put there."""
    for line in _XREF.sub(b"", gap).split(b"\n"):
        if b"<<" in line:
            yield from _strings(line)
        for run in _RUNS.findall(_HEX.sub(b"", line).decode("utf-8", "ignore")):
            yield from _told(Place.OTHER, run)


def _told(place: Place, text: str) -> Iterator[Piece]:
    clean = " ".join(_GUID.sub("", text).replace("\x00", "").split())
    if clean:
        for start in range(0, len(clean), _LINE_CHARACTERS_MAX):
            yield Piece(place, 0, clean[start : start + _LINE_CHARACTERS_MAX])
