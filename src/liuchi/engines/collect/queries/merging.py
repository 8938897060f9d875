"""All answers in one workbook, and of each value where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.collect.enums import Origin
from liuchi.engines.collect.queries.rows import (
    ORIGIN_WORDS,
    STATE_WORDS,
    Answer,
    Cells,
    answers,
    replies_of,
)
from liuchi.engines.collect.queries.tables import table
from liuchi.engines.collect.rules import Column
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.sheets import SheetOut

_MERGED = ("填报单位", "行")
_STANDS = ("状态", "填报人", "交表时间")
_SOURCES = ("单位", "行", "列", "值", "来源", "依据", "谁", "时间")


def merged(actor: Actor, table_id: UUID) -> tuple[SheetOut, SheetOut]:
    """Return all answers as one sheet, and one that says of each value where it comes from."""
    held, found = table(actor, table_id), answers(replies_of(table_id))
    names = _names(found)
    moments = _Moments()
    rows: list[list[str | int]] = []
    sources: list[list[str | int]] = []
    for answer in found:
        handed_in_at = answer.handed_in_at
        when = "" if handed_in_at is None else moments[handed_in_at.isoformat()]
        stands = [STATE_WORDS[answer.state].zh, answer.handed_in_by_name, when]
        for number, cells in enumerate(answer.rows or ({},), start=1):
            values = [cells[c.code]["v"] if c.code in cells else "" for c in held.columns]
            rows.append([answer.area_name, number, *values, *stands])
            sources += [
                [answer.area_name, number, *_source(column, cells, names, moments)]
                for column in held.columns
                if column.code in cells
            ]
    heads = [*_MERGED, *(column.title for column in held.columns), *_STANDS]
    return SheetOut(held.title, heads, rows), SheetOut("出处", list(_SOURCES), sources)


def _source(
    column: Column, cells: Cells, names: Mapping[str, str], moments: Mapping[str, str]
) -> list[str]:
    cell = cells[column.code]
    shown = ORIGIN_WORDS[Origin(cell["from"])].zh
    who = names.get(cell.get("by") or "", "")
    return [column.title, cell["v"], shown, cell.get("ref", ""), who, moments[cell.get("at") or ""]]


class _Moments(dict[str, str]):
    """Moments as they are written; what was handed in together was written at one moment."""

    def __missing__(self, at: str) -> str:
        text = (
            f"{datetime.fromisoformat(at).astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}" if at else ""
        )
        self[at] = text
        return text


def _names(found: Iterable[Answer]) -> dict[str, str]:
    """Return who wrote anything, by the id as a cell holds it."""
    cells = (cell for answer in found for row in answer.rows for cell in row.values())
    wrote = {cell["by"] for cell in cells if cell.get("by")}
    return {str(each): name for each, name in accounts.names_of(map(UUID, wrote)).items()}
