"""Words about what is out that portal, desk and paper share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.disclosures.enums import ColumnKind
from liuchi.engines.disclosures.queries import PublicFileRow, PublicRowRow
from liuchi.engines.disclosures.rules import PublicColumn
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.row_sources import row_sources
from liuchi.surfaces.components.forms import say
from liuchi.surfaces.components.paper import public_address
from liuchi.surfaces.components.templatetags.liuchi import day, is_english, month

_MONTH_DAYS_MAX = 31
_FIGURES = Sentence("统计指标", "figures")
_QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")


@dataclass(frozen=True, slots=True)
class Told:
    """A row as people read it: what it is of, its money, and the rest with its headings."""

    head: str
    amount: str
    rest: tuple[tuple[str, str], ...]
    id: UUID | None = None
    posting_id: UUID | None = None
    position: int = 0


def period_words(first: date, end: date) -> str:
    """Write a period from its first day and the day after its last: 2025年第四季度."""
    days = (end - first).days
    if days == 1:
        return day(first)
    if days <= _MONTH_DAYS_MAX and first.day == 1 and end.day == 1:
        return month(first)
    quarter = (first.month - 1) // 3
    if first.day == 1 and first.month % 3 == 1 and end == _after_quarter(first):
        if is_english():
            return f"Q{quarter + 1} {first.year}"
        return f"{first.year}年{_QUARTERS[quarter]}"
    return _("%(first)s 至 %(last)s") % {
        "first": day(first),
        "last": day(end - timedelta(days=1)),
    }


def with_mark(name: str, *, is_model: bool) -> str:
    """Write a village's name, and that it is a model village where it is one."""
    return f"{name} · {_('样板村')}" if is_model else name


def told(columns: Sequence[PublicColumn], row: PublicRowRow) -> Told:
    """Return a row by what tells it from others, its first money and the rest."""
    found = told_cells(columns, row.cells)
    return replace(found, id=row.id, posting_id=row.posting_id, position=row.position)


def told_cells(columns: Sequence[PublicColumn], cells: Sequence[str]) -> Told:
    """Return cells as :func:`told` does, also those of a preview or of an older version."""
    pairs = [(column, cell) for column, cell in zip(columns, cells, strict=True) if cell]
    heads = [pair for pair in pairs if pair[0].key] or [
        pair for pair in pairs if pair[0].kind in {ColumnKind.TEXT, ColumnKind.NAME}
    ]
    head = heads[:1] or pairs[:1]
    money = [pair for pair in pairs if pair[0].kind is ColumnKind.AMOUNT and pair not in head][:1]
    rest = tuple(
        (column.title, cell) for column, cell in pairs if (column, cell) not in (*head, *money)
    )
    amount = f"{money[0][1]} 元" if money and not is_english() else ""
    if money and is_english():
        amount = f"¥{money[0][1]}"
    return Told("".join(cell for _column, cell in head), amount, rest)


def source_title(name: str) -> str:
    """Return what people call a list or the figures that a posting was filled from."""
    known = row_sources().get(name)
    return say(_FIGURES if known is None else known.title)


def _after_quarter(first: date) -> date:
    month_after = first.month + 3
    return date(first.year + (month_after > 12), (month_after - 1) % 12 + 1, 1)  # noqa: PLR2004


def paper_links(
    request: HttpRequest, area: AreaRow, item: str, files: Sequence[PublicFileRow]
) -> list[dict[str, object]]:
    """Return the papers among some files as open data names them."""
    return [
        {
            "title": each.caption,
            "pages": len(each.pages),
            "bytes": each.size,
            "media_type": "application/pdf",
            "url": public_address(
                request,
                reverse(
                    "portal-open-paper", args=[area.code, item, each.posting_id, each.position]
                ),
            ),
        }
        for each in files
        if each.pages
    ]
