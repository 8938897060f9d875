"""``liuchi indicators``: figures over sealed exports, of one place or of a whole province."""

from __future__ import annotations

import csv
import json
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from liuchi.engines.indicators.enums import Arrival
from liuchi.engines.indicators.queries.exports import Counted, Wanted, count, installations
from liuchi.engines.indicators.queries.exports.duck import DuckDB
from liuchi.engines.indicators.queries.exports.engines import Engine
from liuchi.engines.indicators.queries.exports.spark import Spark
from liuchi.engines.indicators.rules.federation import read_federation
from liuchi.kernel import clock
from liuchi.kernel.errors import Invalid
from liuchi.kernel.periods import read_span
from liuchi.kernel.sentences import Sentence

app = typer.Typer(
    name="indicators",
    help="对导出的数据统计指标。 Figures over sealed exports.",
    no_args_is_help=True,
)
COLOURS = {
    Arrival.COUNTED: "green",
    Arrival.BEHIND: "yellow",
    Arrival.LATE: "yellow",
    Arrival.MISSING: "bold red",
}


class EngineName(StrEnum):
    """What counts."""

    DUCKDB = "duckdb"
    SPARK = "spark"


class Form(StrEnum):
    """How the figures are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@app.callback()
def indicators() -> None:
    """对导出的数据统计指标。 Figures over sealed exports."""


@app.command()
def run(
    *,
    facts: Annotated[
        list[str],
        typer.Option("--facts", help="导出的目录或地址，可多个 Exports, or folders of them"),
    ],
    engine: Annotated[EngineName, typer.Option(help="duckdb 或 spark")] = EngineName.DUCKDB,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="截至哪一天，默认今天 As of a day")
    ] = None,
    code: Annotated[
        list[str] | None, typer.Option("--code", help="指标，可多个，默认全部 Which figures")
    ] = None,
    by: Annotated[
        str, typer.Option(help="分列：area、month、quarter、year 或维度 What to list by")
    ] = "",
    area: Annotated[str, typer.Option(help="只统计这个区划代码以下 Below a place, by code")] = "",
    during: Annotated[str, typer.Option(help="期间，如 2026-10、2026-Q3、2026 A span")] = "",
    federation: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="应报单位名单 Who is expected, by when"),
    ] = None,
    prove: Annotated[
        bool, typer.Option("--prove", help="先逐条事实与封签核对 Prove every fact first")
    ] = False,
    form: Annotated[Form, typer.Option("--format", help="table、json 或 csv")] = Form.TABLE,
    master: Annotated[
        str, typer.Option(help="Spark 主节点 Spark's master, such as spark://host:7077")
    ] = "local[*]",
    spark_conf: Annotated[
        list[str] | None, typer.Option(help="Spark 设置 key=value, Spark's own settings")
    ] = None,
) -> None:
    """核对封签后统计；有单位缺报时以 3 退出。 Check seals, then count; exit 3 if one is missing."""
    expected = None if federation is None else read_federation(federation.read_text("utf-8"))
    span = read_span(during) if during else None
    if during and span is None:
        raise Invalid(
            "span", Sentence("期间写法不对：{span}", "No such span: {span}", {"span": during})
        )
    wanted = Wanted(
        as_of=as_of.date() if as_of is not None else clock.today(),
        codes=tuple(code or ()),
        by=by,
        area=area,
        span=span,
    )
    found = installations(facts, expected, prove=prove)
    with _engine(engine, master, spark_conf or []) as counting:
        counted = count(counting, found, wanted, expected)
    _WRITERS[form](counted, wanted)
    if any(report.arrival is Arrival.MISSING for report in counted.reports):
        raise typer.Exit(3)


def _engine(name: EngineName, master: str, settings: list[str]) -> Engine:
    if name is EngineName.DUCKDB:
        return DuckDB()
    pairs = (each.partition("=") for each in settings)
    return Spark(master, {key: value for key, _, value in pairs})


def _table(counted: Counted, wanted: Wanted) -> None:
    console = Console(width=None if Console().is_terminal else 160)
    table = Table(title=f"截至 as of {wanted.as_of.isoformat()}")
    for heading in ("代码 code", "指标 indicator", wanted.by or "全部 all"):
        table.add_column(heading, overflow="fold")
    table.add_column("数值 value", justify="right")
    table.add_column("单位 unit")
    for row in counted.rows:
        label = row.label if row.label in {row.key, ""} else f"{row.label} {row.key}"
        table.add_row(row.code, escape(row.title), escape(label), row.text, row.unit)
    console.print(table)
    for report in counted.reports:
        console.print(f"[{COLOURS[report.arrival]}]{escape(str(report.sentence))}[/]")
    for code, names in counted.others.items():
        said = Sentence(
            "{code}：{names} 的定义不同，没有合并计入。",
            "{code}: {names} mean something else by it and are not counted.",
            {"code": code, "names": ", ".join(names)},
        )
        console.print(f"[yellow]{escape(str(said))}[/]")


def _json(counted: Counted, wanted: Wanted) -> None:
    told = {
        "as_of": wanted.as_of.isoformat(),
        "by": wanted.by,
        "area": wanted.area,
        "during": wanted.span.code if wanted.span is not None else "",
        "figures": [
            {
                "code": row.code,
                "title": row.title,
                "key": row.key,
                "label": row.label,
                "value": None if row.value is None else f"{row.value:f}",
                "text": row.text,
                "unit": row.unit,
            }
            for row in counted.rows
        ],
        "installations": [
            {
                "name": report.name,
                "title": report.title,
                "state": report.arrival.value,
                "sealed_to": None if report.reaches is None else report.reaches.isoformat(),
                "due": None if report.due is None else report.due.isoformat(),
            }
            for report in counted.reports
        ],
        "defined_otherwise": {code: list(names) for code, names in counted.others.items()},
    }
    typer.echo(json.dumps(told, ensure_ascii=False, indent=1))


def _csv(counted: Counted, _wanted: Wanted) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(("code", "title", "key", "label", "value", "unit"))
    for row in counted.rows:
        value = "" if row.value is None else f"{row.value:f}"
        writer.writerow((row.code, row.title, row.key, row.label, value, row.unit))
    for report in counted.reports:  # beside the figures, so that a pipe holds figures alone
        if report.arrival is not Arrival.COUNTED:
            typer.echo(str(report.sentence), err=True)
    for code, names in counted.others.items():
        typer.echo(f"{code}: {', '.join(names)} ≠", err=True)


_WRITERS = {Form.TABLE: _table, Form.JSON: _json, Form.CSV: _csv}
