"""What is kept of the words of a paper that goes with a posting, and what is found in them.

A number that never goes out is noted with its place and not kept: of the words the lines stay,
with such numbers cut, to be looked through again whenever a name in the rows changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from liuchi.engines.disclosures.enums import FoundAt, FoundKind
from liuchi.engines.disclosures.rules.numbers import Found, numbers_in, plain, redacted
from liuchi.engines.disclosures.rules.scan import Finding, scan_text
from liuchi.kernel.papers import Piece, Place


@dataclass(frozen=True, slots=True)
class PaperWords:
    """What a paper says: lines with their place and page, the kinds of numbers cut from them.

    ``unread`` are the pages not all of which is text that was read.
    """

    numbers: tuple[tuple[Place, int, FoundKind], ...]
    lines: tuple[Piece, ...]
    unread: tuple[int, ...]


def words_of(pieces: Sequence[Piece], unread: Iterable[int]) -> PaperWords:
    """Return what is kept of a paper's pieces."""
    found = {
        (piece.place, piece.page, each.kind)
        for piece in pieces
        for each in numbers_in(plain(piece.text))
        if each.kind.is_final
    }
    found |= set(_over_lines(pieces))
    lines = (Piece(each.place, each.page, redacted(each.text)) for each in pieces)
    return PaperWords(tuple(sorted(found)), tuple(lines), tuple(unread))


def findings_in(
    number: int, words: PaperWords, hidden: frozenset[str], known: frozenset[str]
) -> Iterator[Finding]:
    """Yield what is found in the paper that stands at a place (from 1) among what is attached."""
    for place, page, kind in words.numbers:
        yield Finding(FoundAt.PAPER, number, f"{place}-{page}-0", Found(kind, 0, 0))
    for count, line in enumerate(words.lines, start=1):
        for each in scan_text(line.text, hidden=hidden, known=known):
            if each.kind is FoundKind.NAME_AGAIN or not each.kind.is_final:
                where = f"{line.place}-{line.page}-{count}"
                yield Finding(FoundAt.PAPER, number, where, each)
    for page in words.unread:
        yield Finding(FoundAt.PAGE, number, str(page), Found(FoundKind.UNREAD, 0, 0))


def _over_lines(pieces: Sequence[Piece]) -> Iterator[tuple[Place, int, FoundKind]]:
    """Yield identity numbers that begin on one line and end on the next."""
    together: dict[tuple[Place, int], list[str]] = defaultdict(list)
    for piece in pieces:
        together[piece.place, piece.page].append(piece.text)
    for (place, page), lines in together.items():
        for each in numbers_in(plain("\n".join(lines))):
            if each.kind is FoundKind.ID_NUMBER:
                yield place, page, each.kind
