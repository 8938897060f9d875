"""Counting with DuckDB: one machine, all its processors, nothing to set up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from liuchi.engines.indicators.queries.exports.engines import (
    CORRECTED,
    Table,
)
from liuchi.engines.indicators.rules.compiling import FACTS, Dialect


class DuckDB:
    """An engine over a database in memory that reads the files where they are."""

    dialect = Dialect.DUCKDB
    text_type = "VARCHAR"
    at_once = 1

    def __init__(self) -> None:
        """Begin with nothing loaded."""
        self._database: Any = None
        self._known: set[str] = set()

    def __enter__(self) -> Self:
        """Open a database in memory."""
        import duckdb  # noqa: PLC0415  only who counts exports needs it

        self._database = duckdb.connect()
        self._database.execute("SET TimeZone = 'UTC'")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self._database.close()

    def view(self, table: Table) -> None:
        """Make a view of a table."""
        for folder, _, _ in table.files:
            name = type(folder.filesystem).__name__
            if not folder.is_local and name not in self._known:
                self._database.register_filesystem(folder.filesystem)
                self._known.add(name)
        self._database.execute(f"CREATE VIEW {table.name} AS {_selected(table)}")

    def correct(self, every: Table) -> None:
        """Make a small table of all corrections."""
        self.view(every)
        self._database.execute(f"CREATE TABLE {FACTS} AS {CORRECTED}")

    def relate(
        self, name: str, columns: Mapping[str, str], rows: Sequence[tuple[object, ...]]
    ) -> None:
        """Make a small table."""
        import pyarrow as pa  # noqa: PLC0415

        told = ", ".join(f"{column} {type_}" for column, type_ in columns.items())
        self._database.execute(f"CREATE OR REPLACE TABLE {name} ({told})")
        if rows:
            held = [pa.array(values) for values in zip(*rows, strict=True)]
            self._database.register("given", pa.table(held, names=list(columns)))
            self._database.execute(f"INSERT INTO {name} FROM given")
            self._database.unregister("given")

    def rows(self, text: str) -> list[tuple[object, ...]]:
        """Execute a statement."""
        found: list[tuple[object, ...]] = self._database.execute(text).fetchall()
        return found


def _selected(table: Table) -> str:
    selects = []
    for folder, paths, has in table.files:
        named = [
            f'"{name}"' if name in has else f'CAST(NULL AS {type_}) AS "{name}"'
            for name, type_ in table.columns.items()
        ]
        files = ", ".join("'" + folder.url(path).replace("'", "''") + "'" for path in paths)
        # Names come from declared kinds, paths from a manifest that was checked.
        selects.append(f"SELECT {', '.join(named)} FROM read_parquet([{files}])")  # noqa: S608
    empty = ", ".join(f'CAST(NULL AS {t}) AS "{name}"' for name, t in table.columns.items())
    return " UNION ALL ".join(selects) or f"SELECT {empty} WHERE FALSE"
