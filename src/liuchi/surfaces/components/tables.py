"""A list is declared once: the columns below make the table on screen and the Excel sheet.

A view builds its :class:`Listing` before it asks for any row. ``shown`` fetches one page
of it for the screen, ``excel.download`` fetches all pages for the sheet, through the same
query, in the same order, with the same words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html

from liuchi.engines.directory.queries import Page
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import pager
from liuchi.surfaces.components.templatetags import liuchi as written

Row = TypeVar("Row")


class Shape(StrEnum):
    """How a value is written, and what it is in the sheet."""

    TEXT = "text"
    NUMBER = "number"
    POINTS = "points"  # with its sign
    DAY = "day"
    MOMENT = "moment"
    UNTIL = "until"  # a moment things are due by: midnight is the end of the day before


_LOOKS = {Shape.NUMBER: "l-number", Shape.POINTS: "l-points"}
_RIGHT = frozenset({Shape.NUMBER, Shape.POINTS})
_WHEN = frozenset({Shape.DAY, Shape.MOMENT, Shape.UNTIL})
SHORT_CHARACTERS = 8
"""A cell of no more stays on one line: a word broken in two is read twice."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column. ``url`` gives the address a cell opens, or ``""``; ``look`` a CSS class.

    ``own_line``: on a phone's list this cell takes a line of its own. ``aside``: it is left
    out there, as the page that the row opens says it too.
    """

    title: str | Promise
    value: Callable[[Row], object]
    shape: Shape = Shape.TEXT
    url: Callable[[Row], str] | None = None
    look: Callable[[Row], str] | None = None
    own_line: bool = False
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Action(Generic[Row]):
    """What may be done with a row on screen; no part of the data, so not in the sheet."""

    title: str | Promise
    url: Callable[[Row], str]


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """A list: what it is called, its columns, and the query that pages through it.

    ``fetch(after, limit)`` returns rows and where the next begins; it is called inside the
    actor's scope. ``code`` names the list in the journal and in the page's form. Of several
    lists on a page one is ``paged`` at most: the address has one place to begin at.
    """

    code: str
    title: str | Promise
    columns: tuple[Column[Row], ...]
    fetch: Callable[[str | None, int], Page[Row]]
    empty: str | Promise
    action: Action[Row] | None = None
    paged: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the page shows it. ``year`` of ``text`` is this year, which the eye is spared."""

    head: str
    text: str
    url: str
    look: str
    shape: Shape
    own_line: bool
    aside: bool
    year: str

    @property
    def right(self) -> bool:
        """Whether numbers line up here."""
        return self.shape in _RIGHT

    @property
    def classes(self) -> str:
        """What the table's rules know the cell by."""
        found = (
            (self.right, "is-right"),
            (self.text in {"", "—"}, "is-blank"),
            (self.aside, "is-aside"),
            (self.own_line, "is-own"),
            (self.shape in _WHEN or len(self.text) <= SHORT_CHARACTERS, "is-short"),
        )
        return " ".join(name for holds, name in found if holds)

    @property
    def lang(self) -> str:
        """The attribute that says the cell is Chinese, where the page is not."""
        return written.lang_of(self.text)

    @property
    def shown(self) -> str:
        """The text; of a day this year its year is there for whoever hears or copies it."""
        if not self.year:
            return self.text
        before, year, after = self.text.partition(self.year)
        return format_html('{}<span class="l-hidden">{}</span>{}', before, year, after)


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the page shows it; ``id`` lets a test or a script find it again."""

    id: str
    cells: tuple[Cell, ...]
    action_url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One page of a listing, ready for ``components/table.html`` or ``components/rows.html``."""

    code: str
    title: str
    heads: tuple[Cell, ...]
    rows: tuple[Line, ...]
    empty: str
    action_title: str
    first_url: str
    next_url: str
    out_url: str


def shown(
    request: HttpRequest,
    listing: Listing[Any],
    page: Page[Any] | None = None,
    *,
    limit: int | None = None,
) -> Table:
    """Return the page of a listing the request asks for.

    ``page``: where the view has had to fetch it already for something else.
    """
    if page is None:
        page = listing.fetch(pager.after(request), limit or pager.ROWS)
    sheaf = pager.sheaf(request, page.rows, page.next_after)
    return Table(
        code=listing.code,
        title=str(listing.title),
        heads=tuple(_cell(column, None) for column in listing.columns),
        rows=tuple(_line(listing, row) for row in page.rows),
        empty=str(listing.empty),
        action_title=str(listing.action.title) if listing.action else "",
        first_url=sheaf.first_url if listing.paged else "",
        next_url=sheaf.next_url if listing.paged else "",
        out_url=pager.first_page(request),
    )


def whole(rows: tuple[Row, ...]) -> Page[Row]:
    """Return a short list that has no second page."""
    return Page(rows, None)


def short(rows: Callable[[], tuple[Row, ...]]) -> Callable[[str | None, int], Page[Row]]:
    """Return the ``fetch`` of a list that has one page, from the query that gives it."""
    return lambda _after, _limit: whole(rows())


def text_of(column: Column[Any], row: object) -> str:
    """Write a cell as the screen says it; a dash where there is nothing."""
    value = column.value(row)
    if column.shape is Shape.DAY:
        return written.day(_when(value))
    if column.shape in {Shape.MOMENT, Shape.UNTIL}:
        write = written.until if column.shape is Shape.UNTIL else written.moment
        return write(value if isinstance(value, datetime) else None)
    if column.shape is Shape.POINTS and isinstance(value, int):
        return written.signed(value)
    if isinstance(value, Sentence):
        return written.say(value)
    if value is None or isinstance(value, Decimal):
        return written.plain(value)
    return str(value)


def _when(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _line(listing: Listing[Any], row: object) -> Line:
    return Line(
        str(getattr(row, "id", "")),
        tuple(_cell(column, row) for column in listing.columns),
        listing.action.url(row) if listing.action else "",
    )


def _cell(column: Column[Any], row: object | None) -> Cell:
    look = _LOOKS.get(column.shape, "")
    if row is not None and column.look is not None:
        look = column.look(row)
    text = "" if row is None else text_of(column, row)
    year = written.this_year() if column.shape in _WHEN else ""
    return Cell(
        head=str(column.title),
        text=text,
        url=column.url(row) if row is not None and column.url is not None else "",
        look=look,
        shape=column.shape,
        own_line=column.own_line,
        aside=column.aside,
        year=year if year and year in text else "",
    )
