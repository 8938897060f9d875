"""Reading short tables (shops, goods, offices) row by row, with what is wrong collected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from liuchi.engines.files.rules.targets import (
    PROBLEMS_MAX,
    ImportBatch,
    RowProblem,
    too_many_problems,
)
from liuchi.kernel.errors import Invalid
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import Cell, Flaw, text_of, whole_of

LIST_ROWS_MAX = 5_000
_FLAWED = Sentence("单元格没有可用的值，请改正。", "The cell has no value to use. Correct it.")
_NO_NUMBER = Sentence("这里请填整数。", "A whole number belongs here.")


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row by field; an empty cell is absent."""

    sheet: str
    number: int
    cells: Mapping[str, Cell]

    def text(self, code: str) -> str:
        """Return a field as text, "" where empty."""
        return text_of(self.cells.get(code))


@dataclass(slots=True)
class ListReader:
    """Reads a batch; ``problems`` grow as rows are refused, ``sheets`` as they are opened.

    ``refused`` holds the cells of refused rows by sheet and number.
    """

    problems: list[RowProblem] = field(default_factory=list)
    refused: dict[tuple[str, int], Mapping[str, Cell]] = field(default_factory=dict)
    sheets: list[str] = field(default_factory=list)

    def rows(self, batch: ImportBatch, most: int = LIST_ROWS_MAX) -> Iterator[ListRow]:
        """Return the rows of all sheets; Invalid("rows_too_many") past the limit."""
        read = 0
        for sheet in batch.sheets():
            self.sheets.append(sheet.name)
            for number, cells in sheet.rows:
                read += 1
                if read > most:
                    raise _too_many(most)
                held: dict[str, Cell] = {
                    **sheet.constants,
                    **{c: v for c, v in zip(sheet.fields, cells, strict=True) if v is not None},
                }
                row = ListRow(sheet.name, number, held)
                flawed = [code for code, cell in held.items() if isinstance(cell, Flaw)]
                for code in flawed:
                    self.refuse(row, code, _FLAWED, "cell_unusable")
                if not flawed:
                    yield row

    def refuse(self, row: ListRow, code: str, sentence: Sentence, kind: str = "") -> None:
        """Note why a row does not come in: the field, what to do, and the kind of fault."""
        self.refused[row.sheet, row.number] = row.cells
        self.problems.append(RowProblem(row.sheet, row.number, code, sentence, code=kind))
        if len(self.refused) > PROBLEMS_MAX:
            raise too_many_problems()

    def whole(self, row: ListRow, code: str) -> int | None:
        """Return a whole number, None where empty or refused."""
        try:
            return whole_of(row.cells.get(code))
        except (ValueError, OverflowError):
            self.refuse(row, code, _NO_NUMBER, f"{code}_unreadable")
            return None


def _too_many(most: int) -> Invalid:
    return Invalid(
        "rows_too_many",
        Sentence(
            "这类表最多 {most} 行，请分成几个文件。",
            "At most {most} rows for this kind. Split the file.",
            {"most": most},
        ),
    )
