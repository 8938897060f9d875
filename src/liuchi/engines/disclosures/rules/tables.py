"""A table brought for a posting: read by its headings, every bad row named, nothing unseen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from liuchi.engines.disclosures.rules.cells import ROWS_MAX, read_row
from liuchi.engines.disclosures.spec import ColumnSpec, ItemSpec
from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import (
    Cell,
    Concealed,
    Flaw,
    SheetOut,
    Table,
    column_letters,
    concealed,
    header_of,
    open_workbook,
)

CONCEALED_WORDS: Mapping[Concealed, Sentence] = {
    Concealed.HIDDEN_SHEET: Sentence(
        "有隐藏的工作表，请取消隐藏或删去。", "A sheet is hidden. Show it or delete it."
    ),
    Concealed.HIDDEN_CELLS: Sentence(
        "有隐藏的行或列，请取消隐藏或删去。", "Rows or columns are hidden. Show or delete them."
    ),
    Concealed.COMMENT: Sentence("有批注，请删去批注再传。", "There are comments. Delete them."),
    Concealed.UNSEEN_TEXT: Sentence(
        "有看不见的文字（如白字），请删去。", "Some text does not show. Delete it."
    ),
    Concealed.DRAWN: Sentence(
        "有图片或文本框，请删去再传。", "There are pictures or text boxes. Delete them."
    ),
    Concealed.MERGED: Sentence(
        "表里有合并的单元格，请取消合并。", "Cells are merged inside the table. Part them."
    ),
    Concealed.UNKNOWN: Sentence(
        "旧格式看不全，请另存为 .xlsx 再传。", "Save it as .xlsx: this kind can't be looked into."
    ),
}


@dataclass(frozen=True, slots=True)
class TableProblem:
    """What is wrong in a row: its number in the file, the column's letters and code, what to do.

    Never repeats what stood there.
    """

    row: int
    letters: str
    column: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class TableRead:
    """The good rows in their one form, and what is wrong with the others.

    ``left_out`` are headings the item has no column for: they are not read.
    """

    rows: tuple[Mapping[str, str], ...]
    problems: tuple[TableProblem, ...]
    left_out: tuple[str, ...]

    @property
    def refused(self) -> int:
        """How many rows are not good."""
        return len({each.row for each in self.problems})


def template(item: ItemSpec, rows: Iterable[Mapping[str, str]] = ()) -> SheetOut:
    """Return an item's template to fill in, or with rows as they are held."""
    return SheetOut(
        item.title,
        [column.title for column in item.columns],
        [[cells.get(column.code) for column in item.columns] for cells in rows],
    )


def read_table(item: ItemSpec, content: bytes, filename: str) -> TableRead:
    """Read a workbook or CSV by the item's headings. Nothing of it is kept.

    Invalid("table_conceals") for whatever does not show, Invalid("columns_missing") where a
    required heading is not there, and what ``kernel.sheets`` says of a file it can't read.
    """
    words = [header_of(column.title) for column in item.columns]
    with open_workbook(content, filename) as book:
        _nothing_unseen(concealed(content))
        sheet = next(each for each in book.sheets if each.rows)
        table = book.table(sheet.name, words=words)
        if book.merged_below(sheet.name, table.header_rows[1], len(table.headers)):
            _nothing_unseen([Concealed.MERGED])
        places = _places(item, table)
        return _read(item, table, places)


def _nothing_unseen(found: Sequence[Concealed]) -> None:
    errors = tuple(FieldError("file", CONCEALED_WORDS[each]) for each in found)
    if errors:
        raise Invalid("table_conceals", errors[0].sentence, errors)


def _places(item: ItemSpec, table: Table) -> dict[int, ColumnSpec]:
    by_title = {header_of(column.title): column for column in item.columns}
    places = {
        place: by_title[header_of(header)]
        for place, header in enumerate(table.headers)
        if header_of(header) in by_title
    }
    there = {column.code for column in places.values()}
    lacking = [c.title for c in item.columns if c.required and c.code not in there]
    if lacking:
        raise _missing(lacking)
    return places


def _missing(titles: Sequence[str]) -> Invalid:
    sentence = Sentence(
        "表头缺少：{columns}。请用下载的模板填。",
        "Headings are missing: {columns}. Use the template.",
        {"columns": "、".join(titles)},
    )
    return Invalid("columns_missing", sentence, (FieldError("file", sentence),))


def _read(item: ItemSpec, table: Table, places: Mapping[int, ColumnSpec]) -> TableRead:
    letters = {column.code: column_letters(place) for place, column in places.items()}
    rows: list[Mapping[str, str]] = []
    problems: list[TableProblem] = []
    for line in table.rows:
        given: dict[str, Cell] = {c.code: line.cells[place] for place, c in places.items()}
        if all(cell is None for cell in given.values()):
            continue
        flawed = [code for code, cell in given.items() if isinstance(cell, Flaw)]
        row, wrong = read_row(item, given)
        wrong = (*((code, _FLAWED) for code in flawed), *wrong)
        problems += [
            TableProblem(line.number, letters.get(code, ""), code, sentence)
            for code, sentence in wrong
        ]
        if not wrong:
            rows.append(row)
        if len(rows) + len(problems) > ROWS_MAX:
            sentence = Sentence(
                "一份公示最多 {most} 行。", "A posting has at most {most} rows.", {"most": ROWS_MAX}
            )
            raise Invalid("rows_too_many", sentence, (FieldError("file", sentence),))
    known = {header_of(column.title) for column in item.columns}
    left_out = tuple(h for h in table.headers if h and header_of(h) not in known)
    return TableRead(tuple(rows), tuple(problems), left_out)


_FLAWED = Sentence("单元格没有可用的值，请改正。", "The cell has no value to use. Correct it.")
