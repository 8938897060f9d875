"""All reads of collecting, as frozen rows. Inside ``acting_as(actor)``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.collect import rules
from liuchi.engines.collect.enums import (
    Closing,
    ColumnKind,
    Held,
    Origin,
    ReplyState,
    TableState,
)
from liuchi.engines.collect.models import Reply, Table
from liuchi.engines.collect.rules import Column
from liuchi.engines.collect.scope import FILL, READ, SEND, page_size
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow, Page
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.queries import Wanted
from liuchi.engines.journal.scope import require
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid, NotFound
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import SheetOut
from liuchi.playbooks.asks import Ask, AskedField, Asking

Cells = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A table sent out, with how many units stand where."""

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
    columns: tuple[Column, ...]
    rows_max: int
    sent_at: datetime
    units: int
    handed_in: int

    @property
    def missing(self) -> int:
        """How many units have not handed in."""
        return self.units - self.handed_in

    @property
    def takes(self) -> bool:
        """Whether it takes answers today."""
        return rules.may_fill(self.state, self.ends_on, clock.today()).allowed


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """A unit's answer. A cell is ``{"v": value, "from": origin, "ref", "by", "at"}``."""

    id: UUID
    table_id: UUID
    title: str
    area_id: UUID
    area_name: str
    state: ReplyState
    version: int
    rows: tuple[Cells, ...]
    handed_in_at: datetime | None
    handed_in_by_name: str
    reason: str
    reminded_at: datetime | None
    reminded_times: int
    ends_on: date

    @property
    def values(self) -> tuple[dict[str, str], ...]:
        """Return the values alone, row by row."""
        return tuple({code: cell["v"] for code, cell in row.items()} for row in self.rows)


def tables(actor: Actor, *, after: str | None = None, limit: int = 50) -> Page[TableRow]:
    """Return the tables sent from the actor's area, newest first."""
    actor.may(READ).or_refuse()
    require(actor)
    most = page_size(limit)
    found = _before(Table.objects.filter(scope_code__startswith=actor.scope_code), after)
    rows = list(_counted(found).order_by("-id")[: most + 1])
    return Page(_tables(rows[:most]), str(rows[most - 1].pk) if len(rows) > most else None)


def table(actor: Actor, table_id: UUID) -> TableRow:
    """Return one table sent from the actor's area; NotFound otherwise."""
    actor.may(READ).or_refuse()
    require(actor)
    found = _counted(Table.objects.filter(pk=table_id)).first()
    if found is None or not actor.covers(found.scope_code):
        raise NotFound("table")
    return _tables([found])[0]


def asked(actor: Actor, reply_id: UUID) -> tuple[TableRow, ReplyRow]:
    """Return a unit's answer with the table it answers, for the unit or who sent it."""
    if not actor.may(FILL).allowed:
        actor.may(READ).or_refuse()
    require(actor)
    found = Reply.objects.select_related("table").filter(pk=reply_id).first()
    if found is None:
        raise NotFound("reply")
    (held,) = _counted(Table.objects.filter(pk=found.table_id))
    return _tables([held])[0], _replies([found])[0]


def replies(actor: Actor, table_id: UUID) -> tuple[ReplyRow, ...]:
    """Return what each unit answered to a table, by the unit's code."""
    table(actor, table_id)
    found = Reply.objects.select_related("table").filter(table_id=table_id)
    return _replies(found.order_by("scope_code"))


def to_fill(actor: Actor, *, after: str | None = None, limit: int = 50) -> Page[ReplyRow]:
    """Return what the actor's units are asked for, newest first."""
    actor.may(FILL).or_refuse()
    require(actor)
    most = page_size(limit)
    found = _before(Reply.objects.select_related("table"), after)
    rows = list(found.order_by("-id")[: most + 1])
    return Page(_replies(rows[:most]), str(rows[most - 1].pk) if len(rows) > most else None)


def units(actor: Actor) -> tuple[AreaRow, ...]:
    """Return the units a table may be sent to: the places below the actor's own."""
    actor.may(SEND).or_refuse()
    return directory.children(actor.area_id) if actor.area_id else ()


def owners(actor: Actor, area_id: UUID) -> tuple[tuple[UUID, str], ...]:
    """Return who may answer for a table of an area: whoever may send one there."""
    actor.may(SEND).or_refuse()
    found = directory.holders([area_id], SEND)[area_id]
    names = accounts.names_of(found)
    return tuple((each, names.get(each, "")) for each in found)


def counted(actor: Actor) -> dict[str, str]:
    """Return the indicators that may fill a column: title by code."""
    return {row.code: row.title for row in indicators.catalogue(actor)}


def prefilled(
    actor: Actor, columns: Sequence[Column], areas: Sequence[AreaRow]
) -> dict[UUID, dict[str, dict[str, Any]]]:
    """Return what is held already, by unit and column, with where it comes from."""
    require(actor)
    now, today = clock.now().isoformat(), clock.today()
    wanted = [column for column in columns if column.kind is ColumnKind.FIGURE]
    heads = directory.headcounts(actor, [area.id for area in areas])
    filled: dict[UUID, dict[str, dict[str, Any]]] = {}
    for area in areas:
        row: dict[str, dict[str, Any]] = {}
        for column in columns:
            if column.kind is ColumnKind.HELD:
                value = _held(Held(column.source), area, heads[area.id])
                row[column.code] = _cell(value, Origin.DIRECTORY, now, ref=column.source)
        found = indicators.figures_of(
            actor, area.id, [Wanted(column.source, as_of=today) for column in wanted]
        )
        for column, figures in zip(wanted, found, strict=True):
            text = figures[0].text if figures else "—"
            ref = f"{column.source}@{today}"
            row[column.code] = _cell(text, Origin.FIGURE, now, ref=ref)
        filled[area.id] = row
    return filled


def earlier(
    area_ids: Iterable[UUID], titles: Mapping[str, str]
) -> dict[UUID, dict[str, dict[str, Any]]]:
    """Return what units answered last to columns of the same title: code by title is given."""
    found: dict[UUID, dict[str, dict[str, Any]]] = {}
    told = Reply.objects.select_related("table").filter(
        area_id__in=list(area_ids), state=str(ReplyState.HANDED_IN), table__purpose=""
    )
    for reply in told.order_by("id"):  # the last one stays
        if len(reply.rows) != 1:
            continue
        for column in _columns(reply.table.columns):
            value = reply.rows[0].get(column.code, {}).get("v", "")
            if column.asked and column.title in titles and value:
                at = "" if reply.handed_in_at is None else reply.handed_in_at.isoformat()
                cell = _cell(value, Origin.EARLIER, at, ref=str(reply.table_id))
                found.setdefault(reply.area_id, {})[titles[column.title]] = cell
    return found


@dataclass(frozen=True, slots=True)
class Ended:
    """What is told of a table that has ended."""

    title: str
    owner_id: UUID
    open_ids: tuple[UUID, ...]


def title_of(table_id: object) -> str:
    """Return a table's title, for a notice."""
    return str(Table.objects.values_list("title", flat=True).get(pk=UUID(str(table_id))))


def ended(table_id: UUID) -> Ended:
    """Return what is told of a table that has ended, for a notice."""
    held = Table.objects.get(pk=table_id)
    missing = held.replies.exclude(state=str(ReplyState.HANDED_IN))
    return Ended(held.title, held.owner_id, tuple(missing.values_list("id", flat=True)))


def merged(actor: Actor, table_id: UUID) -> tuple[SheetOut, SheetOut]:
    """Return all answers as one sheet, and one that says of each value where it comes from."""
    held, answers = table(actor, table_id), replies(actor, table_id)
    names = accounts.names_of(_people(answers))
    rows: list[list[str]] = []
    sources: list[list[str]] = []
    for answer in answers:
        for number, cells in enumerate(answer.rows or ({},), start=1):
            values = [cells.get(column.code, {}).get("v", "") for column in held.columns]
            when = answer.handed_in_at
            rows.append(
                [
                    answer.area_name,
                    *values,
                    STATE_WORDS[answer.state].zh,
                    answer.handed_in_by_name,
                    "" if when is None else _moment(when),
                ]
            )
            sources.extend(
                _source(answer.area_name, number, column, cells[column.code], names)
                for column in held.columns
                if column.code in cells
            )
    heads = ["填报单位", *(column.title for column in held.columns)]
    return (
        SheetOut(held.title, [*heads, "状态", "填报人", "交表时间"], rows),
        SheetOut("出处", ["单位", "行", "列", "值", "来源", "依据", "谁", "时间"], sources),
    )


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


def asking_now(scope_codes: Collection[str]) -> tuple[Asking, ...]:
    """Return the tables that units below some places have still to answer, as far as they ask."""
    within = Q()
    for low in scope_codes:
        within |= Q(scope_code__gte=low, scope_code__lt=f"{low}~")
    found = (
        Reply.objects.filter(within, table__state=str(TableState.OPEN))
        .filter(table__ends_on__gte=clock.today())
        .order_by("table_id", "scope_code")
        .values_list("table_id", "table__title", "table__columns", "scope_code")
    )
    return tuple(
        _asking(str(table_id), rows[0][1], _columns(rows[0][2]), tuple(row[3] for row in rows))
        for table_id, group in groupby(found if scope_codes else (), key=lambda row: row[0])
        for rows in [list(group)]
    )


def _asking(
    code: str, title: str, columns: Iterable[Column], scope_codes: tuple[str, ...]
) -> Asking:
    fields = tuple(AskedField(each.code, each.title) for each in columns if each.asked)
    words = Sentence("填表：{title}", "fill in: {title}", {"title": title})
    return Asking(code, title, (Ask("collect.reply", words, FILL, fields),), scope_codes)


def cursor_unusable() -> Invalid:
    """Return the error for an address of a page that was never given out."""
    sentence = Sentence("翻页地址不对，请从列表第一页开始。", "Start the list again.")
    return Invalid("cursor_unusable", sentence)


def _before(found: Any, after: str | None) -> Any:
    if after is None:
        return found
    try:
        return found.filter(id__lt=UUID(after))
    except ValueError as error:
        raise cursor_unusable() from error


def _held(what: Held, area: AreaRow, heads: tuple[int, int]) -> str:
    match what:
        case Held.CODE:
            return area.code
        case Held.GRIDS:
            return str(len(directory.children(area.id)))
        case Held.PEOPLE:
            return str(heads[0])
        case Held.HOUSEHOLDS:
            return str(heads[1])


def _cell(value: str, origin: Origin, at: str, *, ref: str = "") -> dict[str, Any]:
    return {"v": value, "from": str(origin), "ref": ref, "by": None, "at": at}


def _source(
    unit: str, number: int, column: Column, cell: Mapping[str, Any], names: Mapping[UUID, str]
) -> list[str]:
    origin, by = Origin(cell["from"]), cell.get("by")
    at = cell.get("at") or ""
    when = _moment(datetime.fromisoformat(at)) if at else ""
    who = names.get(UUID(by), "") if by else ""
    shown = ORIGIN_WORDS[origin].zh
    return [unit, str(number), column.title, cell["v"], shown, cell.get("ref", ""), who, when]


def _moment(instant: datetime) -> str:
    return f"{instant.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"


def _people(answers: Iterable[ReplyRow]) -> set[UUID]:
    cells = (cell for answer in answers for row in answer.rows for cell in row.values())
    return {UUID(cell["by"]) for cell in cells if cell.get("by")}


def _counted(found: Any) -> Any:
    handed = Q(replies__state=str(ReplyState.HANDED_IN))
    return found.annotate(units=Count("replies"), handed_in=Count("replies", filter=handed))


def _columns(held: Iterable[Mapping[str, Any]]) -> tuple[Column, ...]:
    return tuple(
        Column(**{**each, "kind": ColumnKind(each["kind"]), "choices": tuple(each["choices"])})
        for each in held
    )


def _tables(found: Iterable[Any]) -> tuple[TableRow, ...]:
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
            columns=_columns(each.columns),
            rows_max=each.rows_max,
            sent_at=each.sent_at,
            units=each.units,
            handed_in=each.handed_in,
        )
        for each in held
    )


def _replies(found: Iterable[Reply]) -> tuple[ReplyRow, ...]:
    held = tuple(found)
    names = accounts.names_of(each.handed_in_by for each in held if each.handed_in_by)
    places = directory.areas({each.area_id for each in held})
    return tuple(
        ReplyRow(
            id=each.id,
            table_id=each.table_id,
            title=each.table.title,
            area_id=each.area_id,
            area_name=places[each.area_id].name,
            state=ReplyState(each.state),
            version=each.version,
            rows=tuple(each.rows),
            handed_in_at=each.handed_in_at,
            handed_in_by_name=names.get(each.handed_in_by, "") if each.handed_in_by else "",
            reason=each.reason,
            reminded_at=each.reminded_at,
            reminded_times=each.reminded_times,
            ends_on=each.table.ends_on,
        )
        for each in held
    )
