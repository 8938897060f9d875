"""What this engine answers with, and how rows of the database become it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Func, IntegerField, Q

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.collect import rules
from liuchi.engines.collect.enums import Closing, ColumnKind, Origin, ReplyState, TableState
from liuchi.engines.collect.models import Reply
from liuchi.engines.collect.rules import Column
from liuchi.engines.directory import queries as directory
from liuchi.kernel import clock
from liuchi.kernel.paging import id_after
from liuchi.kernel.sentences import Sentence

Cells = Mapping[str, Mapping[str, Any]]

STATE_WORDS: Mapping[ReplyState, Sentence] = {
    ReplyState.WAITING: Sentence("未交", "missing"),
    ReplyState.HANDED_IN: Sentence("已交", "handed in"),
    ReplyState.SENT_BACK: Sentence("退回重填", "sent back"),
}
ORIGIN_WORDS: Mapping[Origin, Sentence] = {
    Origin.TYPED: Sentence("网上填", "typed"),
    Origin.EXCEL: Sentence("表格导入", "from a workbook"),
    Origin.DIRECTORY: Sentence("名录", "the directory"),
    Origin.FIGURE: Sentence("指标", "an indicator"),
    Origin.EARLIER: Sentence("上次填的", "what was handed in before"),
}


@dataclass(frozen=True, slots=True)
class TableRow:
    """A table sent out, with how many units stand where.

    Counts are of the answers in the reader's sight: for a unit, its own.
    """

    id: UUID
    area_id: UUID
    scope_code: str
    title: str
    note: str
    owner_id: UUID
    owner_name: str
    purpose: str
    retain_days: int | None
    ends_on: date
    state: TableState
    closed_why: Closing | None
    closed_at: datetime | None
    forgotten_at: datetime | None
    columns: tuple[Column, ...]
    rows_max: int
    sent_at: datetime
    units_sent: int
    units: int
    handed_in: int

    @property
    def missing(self) -> int:
        """How many units have not handed in."""
        return self.units - self.handed_in

    @property
    def gone(self) -> int:
        """How many units went over to another town since: their answers went with them."""
        return self.units_sent - self.units

    @property
    def takes(self) -> bool:
        """Whether it takes answers today."""
        return rules.may_fill(self.state, self.ends_on, clock.today()).allowed

    @property
    def last_day(self) -> date:
        """The latest day it may be prolonged to."""
        return rules.last_day(clock.local_day(self.sent_at))


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """Where a unit's answer stands. ``takes``: its table takes answers today."""

    id: UUID
    table_id: UUID
    title: str
    area_id: UUID
    area_name: str
    state: ReplyState
    version: int
    row_count: int
    handed_in_at: datetime | None
    handed_in_by_name: str
    reason: str
    reminded_at: datetime | None
    reminded_times: int
    ends_on: date
    takes: bool


@dataclass(frozen=True, slots=True)
class Answer(ReplyRow):
    """A unit's answer with its rows; a cell is ``{"v", "from", "ref", "by", "at"}``.

    ``by`` is the account that wrote it, ``at`` when, ``ref`` the indicator or table it is from.
    """

    rows: tuple[Cells, ...] = ()

    @property
    def values(self) -> tuple[dict[str, str], ...]:
        """Return the values alone, row by row."""
        return tuple({code: cell["v"] for code, cell in row.items()} for row in self.rows)


def columns_of(held: Iterable[Mapping[str, Any]]) -> tuple[Column, ...]:
    """Return columns as they were kept."""
    return tuple(
        Column(**{**each, "kind": ColumnKind(each["kind"]), "choices": tuple(each["choices"])})
        for each in held
    )


def counted(found: Any) -> Any:
    """Have the answers of each table counted along with it."""
    handed = Q(replies__state=str(ReplyState.HANDED_IN))
    return found.annotate(units=Count("replies"), handed_in=Count("replies", filter=handed))


def light(found: Any) -> Any:
    """Have answers read without what stands in them: of 500 rows a list needs their number."""
    count = Func(F("rows"), function="jsonb_array_length", output_field=IntegerField())
    return found.select_related("table").annotate(row_count=count).defer("rows", "table__columns")


def before(found: Any, after: str | None) -> Any:
    """Keep what a page after another begins with."""
    if after is None:
        return found
    return found.filter(id__lt=id_after(after))


def table_rows(found: Iterable[Any]) -> tuple[TableRow, ...]:
    """Return tables, counted, as rows."""
    held = tuple(found)
    names = accounts.names_of(each.owner_id for each in held)
    return tuple(
        TableRow(
            id=each.id,
            area_id=each.area_id,
            scope_code=each.scope_code,
            title=each.title,
            note=each.note,
            owner_id=each.owner_id,
            owner_name=names.get(each.owner_id, ""),
            purpose=each.purpose,
            retain_days=each.retain_days,
            ends_on=each.ends_on,
            state=TableState(each.state),
            closed_why=Closing(each.closed_why) if each.closed_why else None,
            closed_at=each.closed_at,
            forgotten_at=each.forgotten_at,
            columns=columns_of(each.columns),
            rows_max=each.rows_max,
            sent_at=each.sent_at,
            units_sent=each.units_sent,
            units=each.units,
            handed_in=each.handed_in,
        )
        for each in held
    )


def reply_rows(found: Iterable[Any]) -> tuple[ReplyRow, ...]:
    """Return answers read by :func:`light` as rows."""
    held = tuple(found)
    names = accounts.names_of(each.handed_in_by for each in held if each.handed_in_by)
    places = directory.areas({each.area_id for each in held})
    today = clock.today()
    return tuple(
        ReplyRow(
            id=each.id,
            table_id=each.table_id,
            title=each.table.title,
            area_id=each.area_id,
            area_name=places[each.area_id].name,
            state=ReplyState(each.state),
            version=each.version,
            row_count=each.row_count,
            handed_in_at=each.handed_in_at,
            handed_in_by_name=names.get(each.handed_in_by, "") if each.handed_in_by else "",
            reason=each.reason,
            reminded_at=each.reminded_at,
            reminded_times=each.reminded_times,
            ends_on=each.table.ends_on,
            takes=rules.may_fill(TableState(each.table.state), each.table.ends_on, today).allowed,
        )
        for each in held
    )


def answers(found: Any) -> tuple[Answer, ...]:
    """Return answers with what stands in them."""
    held = tuple(light(found).defer(None).defer("table__columns"))
    return tuple(
        Answer(**asdict(row), rows=tuple(each.rows))
        for row, each in zip(reply_rows(held), held, strict=True)
    )


def replies_of(table_id: UUID) -> Any:
    """Return the answers to a table, by the unit's code."""
    return Reply.objects.filter(table_id=table_id).order_by("scope_code", "id")
