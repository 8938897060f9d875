"""The figures a text refers to, and the numbers in it that refer to nothing.

A figure is written as a reference, ``{credit.redeemers}``, with a place and days where the
bulletin's own do not serve: ``{credit.redeemers|area=盛塘社区|as_of=2022-05-26}``,
``{credit.claims|month=2022-05}``, ``{credit.claims|period=2022-Q2}``, and how it grew since an
earlier stretch: ``{credit.claims|period=2022|than=2021}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from liuchi.engines.bulletins.rules.layout import paragraphs
from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.periods import Per, Span, read_span
from liuchi.kernel.sentences import Sentence

_BRACES = re.compile(r"\{[^{}]*\}")
_REFERENCE = re.compile(r"\{([a-z][a-z0-9_.-]*)((?:\|[a-z_]+=[^{}|]+)*)\}")
_PARTS = {"area", "month", "period", "than", "as_of"}
_NUMBER = re.compile(r"[0-9０-９]+(?:[.,．][0-9０-９]+)*[%％]?")
# Numbers that say when, which one, or whom to call, and count nothing.
_COUNTS_NOTHING = re.compile(
    r"[0-9]{4}年(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?|[0-9]{1,2}月(?:[0-9]{1,2}日)?|[0-9]{1,2}日"
    r"|[0-9]{1,2}[:：][0-9]{2}|〔[0-9]{4}〕[0-9]*|第[0-9]+|12345|[A-Za-z]+[0-9-]+"
)
_AROUND = 8
_NOTHING = "—"
_FILLED = re.compile(rf"({_BRACES.pattern})([%％]?)")


@dataclass(frozen=True, slots=True)
class Reference:
    """A figure asked for in the text. ``source`` is how it is written, braces included."""

    source: str
    code: str
    area: str = ""
    span: Span | None = None
    as_of: date | None = None
    than: Span | None = None


@dataclass(frozen=True, slots=True)
class BareNumber:
    """A number somebody typed: in which paragraph (from 1), and the words around it."""

    paragraph: int
    number: str
    around: str


def references(*texts: str) -> tuple[Reference, ...]:
    """Return the figures texts ask for, each way of writing once, in their order.

    Invalid("reference_unreadable") names every pair of braces that is none.
    """
    found: dict[str, Reference] = {}
    wrong = []
    for text in texts:
        for match in _BRACES.finditer(text):
            reference = _read(match.group(0))
            if reference is None:
                wrong.append(match.group(0))
            else:
                found.setdefault(reference.source, reference)
    if wrong:
        sentence = Sentence(
            "这些数字引用读不出来：{what}。请从“插入数字”里重新选。",
            "These references to figures cannot be read: {what}. Choose them again.",
            {"what": "、".join(wrong)},
        )
        raise Invalid("reference_unreadable", sentence, (FieldError("body", sentence),))
    return tuple(found.values())


def written(
    code: str,
    *,
    area: str,
    span: Span | None = None,
    than: Span | None = None,
    as_of: date | None = None,
) -> str:
    """Write a reference as :func:`references` reads it."""
    parts = [code, f"area={area}"]
    if span is not None:
        parts.append(f"{'month' if span.per is Per.MONTH else 'period'}={span.code}")
    if than is not None:
        parts.append(f"than={than.code}")
    if as_of is not None:
        parts.append(f"as_of={as_of}")
    return "{" + "|".join(parts) + "}"


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put figures in the place of their references; an unknown one stays as it is written.

    Of nothing there is no share: "—", and the per cent sign typed behind it goes with it.
    """

    def put(match: re.Match[str]) -> str:
        said = values.get(match.group(1), match.group(1))
        return said if said == _NOTHING else said + match.group(2)

    return _FILLED.sub(put, text)


def growth(now: Decimal | None, before: Decimal | None) -> tuple[Decimal | None, str]:
    """Return by how many per cent a figure grew, and how documents say it; of nothing, "—"."""
    if now is None or not before:
        return None, _NOTHING
    percent = ((now - before) / before * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    if not percent:
        return percent, "持平"
    return percent, f"{'增长' if percent > 0 else '下降'}{abs(percent)}%"


def bare_numbers(body: str) -> Iterator[BareNumber]:
    """Find numbers typed by hand where a figure might be meant: nothing says where from."""
    for place, paragraph in enumerate(paragraphs(body), start=1):
        for said in paragraph.said:
            text = _COUNTS_NOTHING.sub("　", _BRACES.sub("　", said))
            for match in _NUMBER.finditer(text):
                around = text[max(0, match.start() - _AROUND) : match.end() + _AROUND]
                yield BareNumber(place, match.group(0), around.replace("　", " ").strip())


def _read(source: str) -> Reference | None:
    match = _REFERENCE.fullmatch(source)
    if match is None:
        return None
    given = dict(part.split("=", 1) for part in match.group(2).split("|")[1:])
    if not set(given) <= _PARTS or {"month", "period"} <= set(given):
        return None
    try:
        span, than = _span(given, "month", "period"), _span(given, "than")
        as_of = date.fromisoformat(given["as_of"]) if "as_of" in given else None
    except ValueError:
        return None
    if than is not None and (span is None or span.per is not than.per):
        return None
    return Reference(source, match.group(1), given.get("area", "").strip(), span, as_of, than)


def _span(given: Mapping[str, str], *names: str) -> Span | None:
    name = next((each for each in names if each in given), None)
    if name is None:
        return None
    span = read_span(given[name])
    if span is None or (name == "month" and span.per is not Per.MONTH):
        msg = f"not a {name}: {given[name]}"
        raise ValueError(msg)
    return span
