"""The figures a text refers to, and the numbers in it that refer to nothing.

A figure is written as a reference, ``{credit.redeemers}``, with a place and days where the
bulletin's own do not serve: ``{credit.redeemers|area=盛塘社区|as_of=2022-05-26}``,
``{credit.claims|month=2022-05}``, ``{credit.claims|year=2022}``, and what became of it since
another year: ``{credit.claims|year=2022|than=2021}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from liuchi.engines.bulletins.rules.layout import paragraphs
from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.sentences import Sentence

_BRACES = re.compile(r"\{[^{}]*\}")
_REFERENCE = re.compile(r"\{([a-z][a-z0-9_.-]*)((?:\|[a-z_]+=[^{}|]+)*)\}")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_YEAR = re.compile(r"20[0-9]{2}")
_PARTS = {"area", "month", "as_of", "year", "than"}
_NUMBER = re.compile(r"[0-9０-９]+(?:[.,．][0-9０-９]+)*[%％]?")
# Numbers that say when, which one, or whom to call, and count nothing.
_COUNTS_NOTHING = re.compile(
    r"[0-9]{4}年(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?|[0-9]{1,2}月(?:[0-9]{1,2}日)?|[0-9]{1,2}日"
    r"|[0-9]{1,2}[:：][0-9]{2}|〔[0-9]{4}〕[0-9]*|第[0-9]+|12345|[A-Za-z]+[0-9-]+"
)
_AROUND = 8


@dataclass(frozen=True, slots=True)
class Reference:
    """A figure asked for in the text. ``source`` is how it is written, braces included."""

    source: str
    code: str
    area: str = ""
    month: date | None = None
    as_of: date | None = None
    year: int | None = None
    than: int | None = None


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


def written(  # noqa: PLR0913  each is a part of how it is written
    code: str,
    *,
    area: str,
    month: date | None = None,
    as_of: date | None = None,
    year: int | None = None,
    than: int | None = None,
) -> str:
    """Write a reference as :func:`references` reads it."""
    parts = [code, f"area={area}"]
    if month is not None:
        parts.append(f"month={month:%Y-%m}")
    parts.extend(
        f"{name}={value}"
        for name, value in (("year", year), ("than", than), ("as_of", as_of))
        if value is not None
    )
    return "{" + "|".join(parts) + "}"


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put figures in the place of their references; an unknown one stays as it is written."""
    return _BRACES.sub(lambda match: values.get(match.group(0), match.group(0)), text)


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
    if not set(given) <= _PARTS or ("month" in given and "year" in given):
        return None
    try:
        month = _month(given["month"]) if "month" in given else None
        as_of = date.fromisoformat(given["as_of"]) if "as_of" in given else None
        year, than = (_year(given[name]) if name in given else None for name in ("year", "than"))
    except ValueError:
        return None
    if than is not None and year is None:
        return None
    place = given.get("area", "").strip()
    return Reference(source, match.group(1), place, month, as_of, year, than)


def _year(text: str) -> int:
    if not _YEAR.fullmatch(text):
        msg = f"not a year: {text}"
        raise ValueError(msg)
    return int(text)


def _month(text: str) -> date:
    if not _MONTH.fullmatch(text):
        msg = f"not a month: {text}"
        raise ValueError(msg)
    return date.fromisoformat(f"{text}-01")
