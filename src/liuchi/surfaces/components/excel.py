"""Excel out of any list: what the screen shows, all pages of it, as one sheet.

The rows come through the listing's own query in the scope of who asks, a batch at a time,
and go straight to a file on disk, so that a long list takes no more memory than a short
one. Text stays text whatever it begins with: a cell that says ``=1+1`` is no formula.
Numbers and days are numbers and days, written so that the sheet shows what the screen does.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from rustpy_xlsxwriter import Format, write_worksheet

from liuchi.engines.files import actions as files
from liuchi.kernel.clock import SHANGHAI, today
from liuchi.kernel.errors import NotFound
from liuchi.kernel.ids import new_id
from liuchi.surfaces.components.access import reading
from liuchi.surfaces.components.seats import actor_of
from liuchi.surfaces.components.tables import Column, Listing, Shape, text_of
from liuchi.surfaces.components.templatetags.liuchi import is_english, is_midnight

BATCH_ROWS = 1_000
"""Asked for at once; a query that gives fewer is asked again."""
ROWS_MAX = 1_048_574
"""What a sheet holds beside its header and the line that says there was more."""
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHEET_CHARACTERS_MAX = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys('[]:*?/\\<>|"\n', " "))
_WIDTHS = {
    **dict.fromkeys((Shape.NUMBER, Shape.POINTS), 10.0),
    Shape.DAY: 16.0,
    **dict.fromkeys((Shape.MOMENT, Shape.UNTIL), 22.0),
}
_WIDTH_TEXT, _WIDTH_STORY = 18.0, 60.0


def asked(request: HttpRequest, *listings: Listing[Any]) -> Listing[Any]:
    """Return which of a page's lists its form asks for; NotFound for another name."""
    wanted = request.POST.get("list", "")
    for listing in listings:
        if listing.code == wanted:
            return listing
    raise NotFound("list")


def download(request: HttpRequest, *listings: Listing[Any]) -> FileResponse:
    """Answer a POST from below a table with the whole list as a workbook.

    What left the house is journalled: who, which list, how many rows. Each download
    leaves it anew, so each is a fact of its own, also of a double click.
    """
    listing = asked(request, *listings)
    counted = _Counted(_records(request, listing))
    with tempfile.TemporaryDirectory(prefix="liuchi-excel-") as folder:
        path = Path(folder) / "list.xlsx"
        write(path, listing, counted)
        files.export_list(
            actor=actor_of(request), key=str(new_id()), listing=listing.code, rows=counted.rows
        )
        content = path.open("rb")  # stays readable after the folder is gone
    name = _file_name(str(listing.title))
    response = FileResponse(content, as_attachment=True, filename=name, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    return response


def attachment(content: bytes, title: str) -> HttpResponse:
    """Answer with a workbook that is already made."""
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=_file_name(title)
    )
    response["Cache-Control"] = "no-store"
    return response


def _file_name(title: str) -> str:
    return f"{title} {today():%Y-%m-%d}.xlsx".translate(_NOT_IN_NAMES)


class _Counted:
    """Counts the rows that pass through."""

    def __init__(self, records: Iterator[dict[str, object]]) -> None:
        self._records = records
        self.rows = 0

    def __iter__(self) -> Iterator[dict[str, object]]:
        for record in self._records:
            self.rows += 1
            yield record


def _records(request: HttpRequest, listing: Listing[Any]) -> Iterator[dict[str, object]]:
    """Read batch by batch, each in a short transaction of its own."""
    after: str | None = None
    left, write_down = ROWS_MAX, writer(listing)
    while True:
        with _scope(request):
            page = listing.fetch(after, min(BATCH_ROWS, left))
            records = [write_down(row) for row in page.rows]
        yield from records
        left -= len(records)
        after = page.next_after
        if after is None:
            return
        if left <= 0:
            # An honest end: nobody may take a cut list for the whole.
            yield {str(listing.columns[0].title): _("后面还有，没有导出。请缩小范围再导出。")}
            return


def _scope(request: HttpRequest) -> AbstractContextManager[object]:
    """Return the scope rows are read in; a list across posts opens one for each of them."""
    return nullcontext() if getattr(request, "is_across", False) else reading(request)


def writer(listing: Listing[Any]) -> Callable[[Any], dict[str, object]]:
    """Return what writes a row down by the titles of its columns, worded once for all rows."""
    columns = [(str(column.title), column) for column in listing.columns]

    def write_down(row: Any) -> dict[str, object]:
        return {title: _value(column, row) for title, column in columns}

    return write_down


def _value(column: Column[Any], row: object) -> object:
    """Return what the sheet holds: a number or a day where the column is of that shape."""
    value, shape = column.value(row), column.shape
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if is_number or (shape is Shape.TEXT and type(value) is str):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if shape is Shape.DAY and isinstance(value, date):
        return _local(value).date() if isinstance(value, datetime) else value
    # A sheet knows no 24:00: what is due by the end of a day is written there as on the screen.
    if isinstance(value, datetime) and (
        shape is Shape.MOMENT or (shape is Shape.UNTIL and not is_midnight(value))
    ):
        return _local(value).replace(tzinfo=None, second=0, microsecond=0)
    return text_of(column, row)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)


def write(path: Path, listing: Listing[Any], records: Iterable[dict[str, object]]) -> None:
    """Write records, by the titles of the listing's columns, to a workbook with one sheet."""
    columns = listing.columns
    rows = iter(records)
    first = next(rows, None)
    if first is None:  # the writer takes its headers from a record
        first = {str(column.title): None for column in columns}
    write_worksheet(
        _with_first(first, rows),
        str(path),
        sheet_name=_sheet_name(str(listing.title)),
        column_formats=_formats(columns),
        column_widths={str(column.title): _width(column) for column in columns},
        bold_headers=True,
        freeze_row=1,
        autofilter=True,
    )


def _with_first(
    first: dict[str, object], rows: Iterator[dict[str, object]]
) -> Iterator[dict[str, object]]:
    yield first
    yield from rows


def _sheet_name(title: str) -> str:
    return title.translate(_NOT_IN_NAMES).strip()[:_SHEET_CHARACTERS_MAX] or "Sheet1"


def _width(column: Column[Any]) -> float:
    return _WIDTHS.get(column.shape, _WIDTH_STORY if column.own_line else _WIDTH_TEXT)


def _formats(columns: tuple[Column[Any], ...]) -> dict[str, Format]:
    """Return the number formats that write a value as the screen does."""
    written = {
        Shape.POINTS: "+0;−0;0",
        Shape.DAY: "d mmm yyyy" if is_english() else 'yyyy"年"m"月"d"日"',
        Shape.MOMENT: "d mmm yyyy hh:mm" if is_english() else 'yyyy"年"m"月"d"日" hh:mm',
    }
    written[Shape.UNTIL] = written[Shape.MOMENT]
    return {
        str(column.title): Format().set_num_format(written[column.shape])
        for column in columns
        if column.shape in written
    }
