"""What is out, in the template of the official platform, so that nobody types it twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from liuchi.engines.disclosures.enums import ColumnKind, OfficialCell
from liuchi.engines.disclosures.rules.masking import PublicColumn
from liuchi.engines.disclosures.spec import ItemSpec, OfficialColumnSpec, OfficialSpec
from liuchi.kernel.sheets import Cell, SheetOut

SHEET_CHARACTERS_MAX = 31  # of a sheet's name, as Excel has it


@dataclass(frozen=True, slots=True)
class OutPosting:
    """A posting as everybody reads it, with what a template says of the whole of it."""

    item: ItemSpec
    village: str
    group: str
    subject: str
    period: str
    released: date
    version: int
    note: str
    columns: tuple[PublicColumn, ...]
    rows: tuple[tuple[str, ...], ...]


def official_sheet(official: OfficialSpec, postings: Sequence[OutPosting]) -> SheetOut:
    """Return postings in a template's columns: their public rows, masked as everybody reads them.

    A column of what is left out stays empty. Sums and counts are numbers, days are days.
    """
    rows: list[list[Cell]] = []
    for posting in postings:
        for cells in posting.rows:
            number = len(rows) + 1
            rows.append([_cell(each, posting, cells, number) for each in official.columns])
    return SheetOut(official.sheet, [each.title for each in official.columns], rows)


def plain_template(item: ItemSpec) -> OfficialSpec:
    """Return the columns an item goes out in where no official template is known."""
    heads = (("序号", OfficialCell.NUMBER), ("村（社区）", OfficialCell.VILLAGE),
             ("期间", OfficialCell.PERIOD), ("发布日期", OfficialCell.RELEASED))  # fmt: skip
    own = {column.title: column.code for column in item.public_columns}
    first = [
        OfficialColumnSpec.model_validate({"title": title, "is": says})
        for title, says in heads
        if title not in own
    ]
    rest = [OfficialColumnSpec(title=title, of=code) for title, code in own.items()]
    return OfficialSpec(sheet=item.title[:SHEET_CHARACTERS_MAX], columns=(*first, *rest))


def _cell(
    column: OfficialColumnSpec, posting: OutPosting, cells: Sequence[str], number: int
) -> Cell:
    if column.of:
        held = zip(posting.columns, cells, strict=True)
        return next((_typed(c.kind, text) for c, text in held if c.code == column.of), None)
    if column.says is None:
        return None
    return number if column.says is OfficialCell.NUMBER else _SAID[column.says](posting, cells)


def _typed(kind: ColumnKind, text: str) -> Cell:
    if not text or "*" in text:
        return text or None
    if kind is ColumnKind.AMOUNT:
        return float(text)
    if kind is ColumnKind.COUNT:
        return int(text)
    return date.fromisoformat(text) if kind is ColumnKind.DATE else text


def _content(posting: OutPosting, cells: Sequence[str]) -> Cell:
    held = zip(posting.columns, cells, strict=True)
    return "；".join(f"{column.title}：{text}" for column, text in held if text)


def _amount(posting: OutPosting, cells: Sequence[str]) -> Cell:
    held = zip(posting.columns, cells, strict=True)
    money = (text for column, text in held if column.kind is ColumnKind.AMOUNT)
    return _typed(ColumnKind.AMOUNT, next(money, ""))


_SAID: Mapping[OfficialCell, Callable[[OutPosting, Sequence[str]], Cell]] = {
    OfficialCell.VILLAGE: lambda posting, _: posting.village,
    OfficialCell.GROUP: lambda posting, _: posting.group,
    OfficialCell.ITEM: lambda posting, _: posting.item.title,
    OfficialCell.SUBJECT: lambda posting, _: posting.subject or None,
    OfficialCell.PERIOD: lambda posting, _: posting.period,
    OfficialCell.RESPONSIBLE: lambda posting, _: posting.item.responsible,
    OfficialCell.SUPERVISING: lambda posting, _: "、".join(posting.item.supervising),
    OfficialCell.BASIS: lambda posting, _: "、".join(each.title for each in posting.item.basis),
    OfficialCell.RELEASED: lambda posting, _: posting.released,
    OfficialCell.VERSION: lambda posting, _: posting.version,
    OfficialCell.CONTENT: _content,
    OfficialCell.AMOUNT: _amount,
    OfficialCell.NOTE: lambda posting, _: posting.note or None,
}
