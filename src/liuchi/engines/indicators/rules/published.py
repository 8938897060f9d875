"""Comparing a published figure with the computed one.

The source says how exactly it speaks (余、多、近、超、约). An exact figure must be
equal. An inexact one needs an interval declared in the playbook; the interval must
say what the word says, so that nobody can make a figure fit by declaring a wide one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from liuchi.engines.indicators.enums import Qualifier, Verdict
from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.sentences import Sentence

_NOTE = re.compile(
    r"kind=(?P<kind>[^;]*); qualifier=(?P<qualifier>[a-z-]+)[^;]*; "
    r"source phrase=(?P<phrase>.*?)(?:; (?P<rest>.*))?",
    re.DOTALL,
)
COLUMNS = ("id", "doc_file", "place", "period", "quantity_en", "value", "unit", "definition_note")


@dataclass(frozen=True, slots=True)
class Published:
    """One figure as the source prints it; ``id`` is ``<entry>-<serial>``."""

    id: str
    phrase: str
    value: Decimal
    unit: str
    kind: str
    qualifier: Qualifier
    place: str
    period: str
    meaning: str
    document: str = ""

    @property
    def entry(self) -> str:
        """The inventory entry the figure belongs to: ``s4.3`` of ``s4.3-01``."""
        return self.id.rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class Interval:
    """What an inexact figure may be: the low end is inside, the high end is not."""

    low: Decimal
    high: Decimal

    def __contains__(self, value: Decimal) -> bool:
        """Whether a value lies inside."""
        return self.low <= value < self.high

    def __str__(self) -> str:
        """Return ``[70, 80)``."""
        return f"[{_plain(self.low)}, {_plain(self.high)})"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and, where it needs one, the reason."""

    verdict: Verdict
    reason: Sentence | None = None


def judge(published: Published, computed: Decimal | None, interval: Interval | None) -> Judgement:
    """Compare. ``computed`` is None where the figure is "—".

    That the source contradicts itself excuses no mismatch: a figure that cannot be
    equal for that reason is declared ``not_computed``, with the contradiction named.
    """
    if published.qualifier is not Qualifier.EXACT:
        return _compare_inexact(published, computed, interval)
    if interval is not None:
        return _mismatch(
            "原文是确数，不能用区间去对。", "The source is exact; an interval will not do."
        )
    if computed == published.value:
        return Judgement(Verdict.EQUAL)
    return _mismatch("与原文不等。", "Not equal to the source.")


def _compare_inexact(
    published: Published, computed: Decimal | None, interval: Interval | None
) -> Judgement:
    word = published.qualifier.value
    if interval is None:
        return _mismatch(
            "原文是约数（{word}），工作法里要写明区间。",
            "The source is inexact ({word}); the playbook must declare an interval.",
            word=word,
        )
    if not says(interval, published.qualifier, published.value):
        return _mismatch(
            "区间 {interval} 不是原文的意思（{word} {value}）。",
            "The interval {interval} does not say what the source says ({word} {value}).",
            interval=str(interval),
            word=word,
            value=_plain(published.value),
        )
    if computed is not None and computed in interval:
        return Judgement(Verdict.WITHIN)
    return _mismatch(
        "不在区间 {interval} 内。", "Outside the interval {interval}.", interval=str(interval)
    )


NEAR = Decimal("0.2")
"""How far 近 and 约 reach: a fifth. Farther off nobody would have written them."""


def says(interval: Interval, qualifier: Qualifier, value: Decimal) -> bool:
    """Whether an interval says what the source's word says about its number.

    The high end is outside, so "at most 3" may be written with a high end of 4.
    """
    low, high = interval.low, interval.high
    match qualifier:
        case Qualifier.EXACT:
            return False
        case Qualifier.AT_LEAST:
            return low == value
        case Qualifier.OVER:
            return value <= low <= value * (1 + NEAR)
        case Qualifier.AT_MOST:
            return low < value <= high <= value + 1
        case Qualifier.NEARLY:
            return value * (1 - NEAR) <= low < high <= value
        case Qualifier.APPROX:
            return value * (1 - NEAR) <= low < value < high <= value * (1 + NEAR)


def _mismatch(zh: str, en: str, **values: str) -> Judgement:
    return Judgement(Verdict.MISMATCH, Sentence(zh, en, dict(values)))


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def read(row: dict[str, str], line: int) -> Published:
    """Read one row of a file of figures; Invalid names the line and the column."""
    missing = [column for column in COLUMNS if row.get(column) is None]
    if missing:
        raise _bad(line, missing[0], "缺少这一列。", "This column is missing.")
    note = _NOTE.fullmatch(row["definition_note"])
    if note is None:
        zh = "应写成 kind=…; qualifier=…; source phrase=…"
        raise _bad(line, "definition_note", zh, "Expected kind=…; qualifier=…; source phrase=…")
    try:
        value, qualifier = Decimal(row["value"]), Qualifier(note["qualifier"])
    except InvalidOperation:
        raise _bad(line, "value", "不是一个数。", "Not a number.") from None
    except ValueError:
        raise _bad(line, "definition_note", "不认识这个限定词。", "An unknown qualifier.") from None
    return Published(
        row["id"],
        note["phrase"],
        value,
        row["unit"],
        note["kind"],
        qualifier,
        row["place"],
        row["period"],
        row["quantity_en"],
        row["doc_file"].removesuffix(".txt"),
    )


def _bad(line: int, column: str, zh: str, en: str) -> Invalid:
    where = Sentence(
        "第{line}行，{column}：" + zh,
        "Line {line}, {column}: " + en,
        {"line": line, "column": column},
    )
    return Invalid("bad_figures_file", where, (FieldError(f"{line}.{column}", where),))


def read_file(lines: Iterable[str]) -> tuple[Published, ...]:
    """Read a whole file of figures, CSV with a heading line; Invalid at the first bad row."""
    rows = csv.DictReader(lines)
    return tuple(read(row, rows.line_num) for row in rows)


def of_entries(figures: Iterable[Published], entries: Iterable[str]) -> tuple[Published, ...]:
    """Return the figures of the named entries, or of all where none is named."""
    wanted = tuple(entries)
    return tuple(f for f in figures if not wanted or f.entry in wanted or f.id in wanted)
