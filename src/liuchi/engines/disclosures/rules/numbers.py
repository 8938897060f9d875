"""Numbers that belong to one person, found however they were typed.

Sources: GB 11643 (identity numbers, also those of fifteen digits), the mobile number plan
(11 digits from 13 to 19), ISO/IEC 7812 (cards: sixteen to nineteen digits, Luhn). A wrong check
digit does not make a leaked identity number harmless, so its form and date decide.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum import luhn

from liuchi.engines.disclosures.enums import FoundKind

TAIL = 4
_INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad")
_CHINESE = str.maketrans("〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789")
# Commas part amounts, so that they part no number here.
GAP = r"[\s\-‐‑–—_.·/*:：|()（）]{0,3}"
# Behind the eighteen a certificate of disability has two digits more: kind and degree.
_ID_18 = re.compile(rf"(?<!\d)[1-8](?:{GAP}\d){{16}}{GAP}[\dXx](?:{GAP}[1-7]{GAP}[1-4])?(?![\dXx])")
_ID_15 = re.compile(r"(?<!\d)[1-8](?:[ \-]?\d){14}(?!\d)")
_MOBILE = re.compile(rf"(?<!\d)(?:(?:00)?86{GAP}|0)?1{GAP}[3-9](?:{GAP}\d){{9}}(?!\d)")
_CARD = re.compile(r"(?<!\d)[3-69](?:[\s\-]{0,2}\d){15,18}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(?:0\d{2,3}[ \-—]?[2-8]\d{6,7}|[2-8]\d{6,7})(?![\d.元万])")
# An amount is none of these, however many digits it has.
_AMOUNT = re.compile(r"\d+\.\d{1,2}|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?")
PHONE_WORDS = re.compile(r"电话|手机|座机|联系方式|致电|拨打|热线|tel|phone", re.IGNORECASE)
_NEAR = 12
# Letters that stand for a digit: of another script, or by a slip of the hand.
_CROSSES = str.maketrans("ХхΧχ×✕✖╳", "XXXXXXXX")
_NOUGHT = re.compile(r"(?<=\d)[OoОоΟο]+(?=\d)")
_STROKE = re.compile(r"(?<=\d)[lIІ](?=\d)")
_BIRTH_YEARS = range(1890, 2100)
_UNION_PAY = "62"


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data at a place of a text: characters from ``start`` up to ``end``.

    ``named``: a name stands beside it.
    """

    kind: FoundKind
    start: int
    end: int
    named: bool = False


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in one form, and where each of its characters stood before."""

    text: str
    places: tuple[int, ...]

    def found(self, kind: FoundKind, start: int, end: int) -> Found:
        """Return what was found, by its place in the text as given."""
        return Found(kind, self.places[start], self.places[end - 1] + 1)


def plain(text: str) -> Plain:
    """Return a text with every kind of digit made one, and what can't be seen left out."""
    letters, places = [], []
    for place, letter in enumerate(text):
        for each in unicodedata.normalize("NFKC", letter):
            if each not in _INVISIBLE:
                letters.append(each)
                places.append(place)
    written = "".join(letters).translate(_CROSSES)
    return Plain(_STROKE.sub("1", _NOUGHT.sub(_noughts, written)), tuple(places))


def _noughts(match: re.Match[str]) -> str:
    return "0" * len(match[0])


def numbers_in(given: Plain) -> Iterator[Found]:
    """Yield identity numbers, cards, mobiles and landlines; no place is told twice."""
    taken: list[tuple[int, int]] = []
    for start, end, kind in _candidates(given.text):
        if all(end <= low or start >= high for low, high in taken):
            taken.append((start, end))
            yield given.found(kind, start, end)


def redacted(text: str) -> str:
    """Return a text with whatever never goes out cut down to its last characters."""
    found = [each for each in numbers_in(plain(text)) if each.kind.is_final]
    for each in sorted(found, key=lambda found: found.start, reverse=True):
        text = f"{text[: each.start]}****{text[each.end - TAIL : each.end]}{text[each.end :]}"
    return text


def tail(number: str) -> str:
    """Return the last four characters of a number, all that is kept of it."""
    return number[-TAIL:]


def _candidates(text: str) -> Iterator[tuple[int, int, FoundKind]]:
    """Yield what may be a number of somebody's, the surest kinds first."""
    for pattern, holds, kind in _WRITTEN:
        for match in pattern.finditer(text):
            if not _AMOUNT.fullmatch(match[0]) and holds(digits(match[0])):
                yield match.start(), match.end(), kind
    spoken = text.translate(_CHINESE)  # one digit for one character: places stay
    if spoken != text:
        yield from _candidates(spoken)
    for match in _LANDLINE.finditer(text):
        around = text[max(0, match.start() - _NEAR) : match.start()]
        if match[0].startswith("0") or PHONE_WORDS.search(around):
            yield match.start(), match.end(), FoundKind.LANDLINE


def digits(text: str) -> str:
    """Return the digits of a number however it was written, with the X some end in."""
    return "".join(letter for letter in text if letter.isdigit() or letter in "Xx")


def _is_id(number: str) -> bool:
    return is_day(number[6:14])


def _is_card(number: str) -> bool:
    return number.startswith(_UNION_PAY) or luhn.is_valid(number)


def is_day(text: str) -> bool:
    """Whether digits could be a day of birth; a day no month has is taken for a slip."""
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    return year in _BIRTH_YEARS and 1 <= month <= 12 and 1 <= day <= 31  # noqa: PLR2004


_WRITTEN: tuple[tuple[re.Pattern[str], Callable[[str], bool], FoundKind], ...] = (
    (_ID_18, _is_id, FoundKind.ID_NUMBER),
    (_CARD, _is_card, FoundKind.CARD),
    (_MOBILE, bool, FoundKind.MOBILE),
    (_ID_15, lambda number: is_day(f"19{number[6:12]}"), FoundKind.ID_NUMBER),
)
