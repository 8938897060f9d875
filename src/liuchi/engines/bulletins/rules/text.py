"""The text of a bulletin: paragraphs, their levels, and the figures they refer to.

One line is one paragraph. A figure is written as a reference, ``{credit.redeemers}``, with
a place and days where the bulletin's own do not serve:
``{credit.redeemers|area=盛塘社区|as_of=2022-05-26}``, ``{credit.claims|month=2022-05}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from liuchi.engines.bulletins.enums import Level
from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.sentences import Sentence

_NUMERALS = "一二三四五六七八九十"
_LEVELS = (
    (Level.FIRST, re.compile(rf"[{_NUMERALS}]{{1,3}}、")),
    (Level.SECOND, re.compile(rf"（[{_NUMERALS}]{{1,3}}）")),
    (Level.FOURTH, re.compile(r"（[0-9]{1,2}）")),
    (Level.THIRD, re.compile(r"[0-9]{1,2}[.．](?![0-9])")),
)
_BRACES = re.compile(r"\{[^{}]*\}")
_REFERENCE = re.compile(r"\{([a-z][a-z0-9_.-]*)((?:\|[a-z_]+=[^{}|]+)*)\}")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
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


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. ``heading`` is the part of ``text`` set in the level's own font."""

    level: Level
    text: str

    @property
    def heading(self) -> str:
        """Return the heading: up to its first full stop, or all of a short line without one."""
        if self.level in {Level.TEXT, Level.THIRD, Level.FOURTH}:
            return ""
        head, stop, _rest = self.text.partition("。")
        return head + stop if stop else self.text


@dataclass(frozen=True, slots=True)
class BareNumber:
    """A number somebody typed: in which paragraph (from 1), and the words around it."""

    paragraph: int
    number: str
    around: str


def paragraphs(body: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a body; empty lines are none."""
    lines = (line.strip() for line in body.splitlines())
    return tuple(Paragraph(level_of(line), line) for line in lines if line)


def level_of(line: str) -> Level:
    """Return what a paragraph is, by how it begins."""
    return next((level for level, begins in _LEVELS if begins.match(line)), Level.TEXT)


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


def written(code: str, *, area: str, month: date | None = None, as_of: date | None = None) -> str:
    """Write a reference as :func:`references` reads it."""
    parts = [code, f"area={area}"]
    if month is not None:
        parts.append(f"month={month:%Y-%m}")
    if as_of is not None:
        parts.append(f"as_of={as_of}")
    return "{" + "|".join(parts) + "}"


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put figures in the place of their references; an unknown one stays as it is written."""
    return _BRACES.sub(lambda match: values.get(match.group(0), match.group(0)), text)


def bare_numbers(body: str) -> Iterator[BareNumber]:
    """Find numbers typed by hand where a figure might be meant: nothing says where from."""
    for place, paragraph in enumerate(paragraphs(body), start=1):
        text = paragraph.text
        for level, begins in _LEVELS:
            if level is paragraph.level:
                text = begins.sub("", text, count=1)
        text = _COUNTS_NOTHING.sub("　", _BRACES.sub("　", text))
        for match in _NUMBER.finditer(text):
            around = text[max(0, match.start() - _AROUND) : match.end() + _AROUND]
            yield BareNumber(place, match.group(0), around.replace("　", " ").strip())


def _read(source: str) -> Reference | None:
    match = _REFERENCE.fullmatch(source)
    if match is None:
        return None
    given = dict(part.split("=", 1) for part in match.group(2).split("|")[1:])
    if not set(given) <= {"area", "month", "as_of"}:
        return None
    try:
        month = _month(given["month"]) if "month" in given else None
        as_of = date.fromisoformat(given["as_of"]) if "as_of" in given else None
    except ValueError:
        return None
    return Reference(source, match.group(1), given.get("area", "").strip(), month, as_of)


def _month(text: str) -> date:
    if not _MONTH.fullmatch(text):
        msg = f"not a month: {text}"
        raise ValueError(msg)
    return date.fromisoformat(f"{text}-01")
