"""Words about an import: its template, its wrong rows by kind, the list of past ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory.queries import Page
from liuchi.engines.files import rules
from liuchi.engines.files.queries import ImportPage, ImportRow
from liuchi.engines.files.rules import ImportField, ImportTarget, RowProblem
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import SheetOut, write
from liuchi.surfaces.components.forms import say

PLACES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Group:
    """Wrong rows of one kind: what to do, how many, and where the first of them stand."""

    sentence: str
    count: int
    places: tuple[str, ...]

    @property
    def more(self) -> int:
        """How many places are not shown."""
        return self.count - len(self.places)


@dataclass(frozen=True, slots=True)
class Line:
    """A past import as the list shows it."""

    id: UUID
    filename: str
    target: Sentence
    at: datetime
    by_name: str
    state: str
    new: int
    changed: int
    refused: int


def lines(page: ImportPage) -> Page[Line]:
    """Return past imports with the names of who brought them; one query more."""
    names = accounts.names_of(row.by_id for row in page.rows)
    return Page(tuple(_line(row, names) for row in page.rows), page.next_after)


def grouped(problems: Iterable[RowProblem]) -> tuple[Group, ...]:
    """Return wrong rows by what is wrong with them, the most frequent first."""
    found: dict[str, list[RowProblem]] = {}
    for each in problems:
        found.setdefault(each.sentence.zh, []).append(each)
    by_size = sorted(found.values(), key=lambda rows: -len(rows))
    return tuple(
        Group(_said(rows), len(rows), tuple(_place(each) for each in rows[:PLACES_SHOWN]))
        for rows in by_size
    )


def template(target: ImportTarget) -> bytes:
    """Return the empty table of a target: headings, an example apart, and how to fill it.

    The example stands on a sheet of its own, so that nobody imports a person of that name.
    """
    given = fields(target)
    heads = [say(each.title) for each in given]
    notes = [
        [say(each.title), _("必填") if each.required else "", "、".join(each.aliases[:4])]
        for each in given
    ]
    return write(
        [
            SheetOut(say(target.title), heads, []),
            SheetOut(_("例子"), heads, [[each.example or None for each in given]]),
            SheetOut(_("填表说明"), [_("列"), _("是否必填"), _("也认这些写法")], notes),
        ]
    )


def fields(target: ImportTarget) -> tuple[ImportField, ...]:
    """Return the fields of a target's template: those off by default are left out."""
    return tuple(each for each in target.fields if not each.off_by_default)


def _said(rows: list[RowProblem]) -> str:
    """Return what is said of all rows of a kind; an ellipsis where each names another value."""
    first = rows[0].sentence
    if any(row.sentence.values != first.values for row in rows):
        first = Sentence(first.zh, first.en, dict.fromkeys(first.values, "…"))
    return say(first)


def _place(problem: RowProblem) -> str:
    where = f"{problem.sheet} " if problem.sheet else ""
    return where + (
        f"{problem.column}{problem.row}"
        if problem.column
        else _("第 %(row)s 行") % {"row": problem.row}
    )


def _line(row: ImportRow, names: dict[UUID, str]) -> Line:
    counts = row.counts
    return Line(
        row.id,
        row.filename,
        rules.target(row.target).title,
        row.created_at,
        names.get(row.by_id, ""),
        str(row.state),
        counts.get("new", 0),
        counts.get("changed", 0),
        counts.get("refused", 0),
    )
