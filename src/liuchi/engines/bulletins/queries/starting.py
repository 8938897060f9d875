"""What a yearly review begins with: a section for each method, its figures beside last year's.

All of it is text with references, as if somebody had typed it: whoever goes on writing
strikes out what says nothing, and adds what no record knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from liuchi.engines.bulletins import rules
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.queries import IndicatorRow
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor
from liuchi.kernel.periods import Per, Span, span_of

PER_METHOD_MAX = 8
METHODS_MAX = 7
_SAID = 3  # figures of a method that its first sentence says


def review(actor: Actor, area: AreaRow, year: date) -> str:
    """Return a yearly review to go on with: a section for each method, beside the year before."""
    require(actor)
    span = span_of(Per.YEAR, year)
    titles = {
        each.code: str(each.compiled.get("title", each.code))
        for each in journal.applied_playbooks()
    }
    rows = sorted(indicators.catalogue(actor), key=lambda row: row.playbook)
    sections = [
        _section(titles.get(code, code), list(found)[:PER_METHOD_MAX], area.name, span)
        for code, found in groupby(rows, key=lambda row: row.playbook)
    ]
    lines = [line for section in sections[:METHODS_MAX] for line in section]
    return "\n".join((*lines, "# 下一步打算", "下一步，"))


def _section(title: str, rows: Sequence[IndicatorRow], place: str, span: Span) -> Iterator[str]:
    yield f"# {title}"
    said = "，".join(
        f"{row.title}{rules.written(row.code, area=place, span=span)}{row.unit}"
        for row in rows[:_SAID]
    )
    yield f"{span.first.year}年，{said}。"
    before = span.year_before
    yield f"表：{title}与上年比较"
    yield f"| 指标 | {span.first.year}年 | {before.first.year}年 | 变化 |"
    for row in rows:
        unit = f"（{row.unit}）" if row.unit else ""
        cells = (
            rules.written(row.code, area=place, span=span),
            rules.written(row.code, area=place, span=before),
            rules.written(row.code, area=place, span=span, than=before),
        )
        yield f"| {row.title}{unit} | {' | '.join(cells)} |"
