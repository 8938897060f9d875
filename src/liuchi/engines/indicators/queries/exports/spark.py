"""Counting with Spark, where a province has outgrown one machine.

Ibis only writes the text; PySpark's own session runs it. See docs/adr/0064.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from liuchi.engines.indicators.queries.exports.engines import (
    CORRECTED,
    Table,
)
from liuchi.engines.indicators.rules.compiling import FACTS, Dialect
from liuchi.kernel.errors import Refused
from liuchi.kernel.sentences import Sentence

_TYPES = {"VARCHAR": "STRING", "TIMESTAMPTZ": "TIMESTAMP"}
_LACKING = Sentence(
    "没有装 Spark（liuchi[spark]），还要 Java 17。",
    "Spark is not installed here: pip install 'liuchi[spark]'; it needs Java 17.",
)


class Spark:
    """An engine over a Spark cluster, or over threads of this machine (``local[*]``)."""

    dialect = Dialect.SPARK
    text_type = "STRING"
    at_once = 12

    def __init__(self, master: str, settings: Mapping[str, str]) -> None:
        """Name the cluster's master; ``settings`` are Spark's own, such as memory."""
        self._master = master
        self._settings = settings
        self._session: Any = None

    def __enter__(self) -> Self:
        """Begin a session of its own."""
        try:
            from pyspark.sql import SparkSession  # noqa: PLC0415  an extra
        except ImportError:
            raise Refused("no_spark", _LACKING) from None
        builder = SparkSession.builder.master(self._master).appName("liuchi indicators")
        told = {"spark.sql.session.timeZone": "UTC", "spark.ui.enabled": "false"}
        for name, value in {**told, **self._settings}.items():
            builder = builder.config(name, value)
        self._session = builder.getOrCreate()
        self._session.sparkContext.setLogLevel("ERROR")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the cluster back."""
        self._session.stop()

    def view(self, table: Table) -> None:
        """Make a view of a table; a column that an older file lacks reads as missing."""
        schema = _schema(table.columns)
        paths = [folder.url(path) for folder, held, _ in table.files for path in held]
        if paths:
            frame = self._session.read.schema(schema).parquet(*paths)
        else:
            frame = self._session.sql(_nothing(table.columns))
        frame.createOrReplaceTempView(table.name)

    def correct(self, every: Table) -> None:
        """Keep all corrections in memory."""
        self.view(every)
        self._session.sql(CORRECTED).cache().createOrReplaceTempView(FACTS)

    def relate(
        self, name: str, columns: Mapping[str, str], rows: Sequence[tuple[object, ...]]
    ) -> None:
        """Make a small view.

        Of Arrow's columns: of Python's rows Spark would start Python in each task that reads
        them, and not know that they are few enough to send everywhere.
        """
        import pyarrow as pa  # noqa: PLC0415

        types = {
            "VARCHAR": pa.string(),
            "DATE": pa.date32(),
            "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"),
        }
        schema = pa.schema([(column, types[type_]) for column, type_ in columns.items()])
        held = zip(*rows, strict=True) if rows else ([] for _ in columns)
        told = [pa.array(values, field.type) for values, field in zip(held, schema, strict=True)]
        frame = self._session.createDataFrame(pa.Table.from_arrays(told, schema=schema))
        frame.createOrReplaceTempView(name)

    def rows(self, text: str) -> list[tuple[object, ...]]:
        """Execute a statement."""
        return [tuple(row) for row in self._session.sql(text).collect()]


def _nothing(columns: Mapping[str, str]) -> str:
    named = (
        f"CAST(NULL AS {_TYPES.get(type_, type_)}) AS `{name}`" for name, type_ in columns.items()
    )
    return f"SELECT {', '.join(named)} WHERE FALSE"


def _schema(columns: Mapping[str, str]) -> str:
    return ", ".join(f"`{name}` {_TYPES.get(type_, type_)}" for name, type_ in columns.items())
