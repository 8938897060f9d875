"""What an engine that counts over exports has to do, and what it is given to count.

The texts come from ``rules.compiling``; an engine lends them the relations they read. Nothing
here knows what a figure is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import Protocol, Self

from liuchi.engines.indicators.rules.compiling import Dialect
from liuchi.engines.journal.rules.parquet import Folder

EVERY = "every_fact"
CORRECTIONS = {"corrects_id": "VARCHAR", "recorded_at": "TIMESTAMPTZ"}
"""What every count reads of the journal as a whole."""


@dataclass(frozen=True, slots=True)
class Table:
    """The facts of one kind: its columns in DuckDB's types, and the files that hold them.

    ``files`` are listed by the columns they have: a dimension that was declared later is missing
    in what was written earlier.
    """

    name: str
    columns: Mapping[str, str]
    files: tuple[tuple[Folder, tuple[str, ...], frozenset[str]], ...]


@dataclass(frozen=True, slots=True)
class Times:
    """The one row of ``figure_time``."""

    since: date
    before: date
    day: date
    end: datetime


class Engine(Protocol):
    """Counts over tables in Parquet."""

    dialect: Dialect
    text_type: str
    at_once: int
    """How many counts go into one statement: what it costs to begin one."""

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave nothing behind."""
        ...

    def view(self, table: Table) -> None:
        """Make a view of a table."""
        ...

    def correct(self, every: Table) -> None:
        """Make ``journal_fact`` of what the facts of all kinds correct."""
        ...

    def relate(
        self, name: str, columns: Mapping[str, str], rows: Sequence[tuple[object, ...]]
    ) -> None:
        """Make a small relation."""
        ...

    def rows(self, text: str) -> list[tuple[object, ...]]:
        """Execute a statement."""
        ...


# Names are ours.
CORRECTED = f"SELECT corrects_id, recorded_at FROM {EVERY} WHERE corrects_id IS NOT NULL"  # noqa: S608
