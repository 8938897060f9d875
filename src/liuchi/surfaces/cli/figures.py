"""``liuchi figures``: published figures against what the system counts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from liuchi.engines.indicators.enums import Qualifier, Verdict
from liuchi.engines.indicators.queries.published import Compared, compare
from liuchi.engines.indicators.rules.published import Published, of_entries, read_file
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import system_actor
from liuchi.kernel.errors import LiuchiError

app = typer.Typer(
    name="figures",
    help="统计数字。 Figures and the facts behind them.",
    no_args_is_help=True,
)
ACTOR = system_actor(UUID("00000000-0000-7000-8000-00000000f19e"), "indicators.figure.read")
COLOURS = {
    Verdict.EQUAL: "green",
    Verdict.WITHIN: "green",
    Verdict.CONTRADICTION: "yellow",
    Verdict.MISMATCH: "bold red",
}


@app.callback()
def figures() -> None:
    """统计数字。 Figures and the facts behind them."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV，一行一个数字")],
    entries: Annotated[str, typer.Option(help="只看这些条目，用逗号分开，如 s4.2,s4.3")] = "",
    language: Annotated[str, typer.Option(help="zh-hans 或 en")] = "zh-hans",
) -> None:
    """与公布的数字核对；有不符时以 1 退出。 Compare with published figures; exit 1 on mismatch."""
    console = Console(width=None if Console().is_terminal else 200)
    wanted = [entry.strip() for entry in entries.split(",") if entry.strip()]
    try:
        # utf-8-sig: Excel writes a mark at the start of a CSV.
        with file.open(encoding="utf-8-sig", newline="") as lines:
            chosen = of_entries(read_file(lines), wanted)
        if not chosen:
            console.print("没有这些条目。 No such entries.")
            raise typer.Exit(2)
        with acting_as(ACTOR):
            compared = compare(ACTOR, chosen)
    except LiuchiError as error:
        console.print(error.sentence.in_language(language))
        raise typer.Exit(2) from error
    console.print(_table(compared, language))
    _print_contradictions(console, compared, language)
    failed = sum(row.judgement.verdict.failed for row in compared)
    console.print(
        f"{len(compared)} 个数字，{failed} 个不符。 {len(compared)} figures, {failed} wrong."
    )
    raise typer.Exit(1 if failed else 0)


def _table(compared: tuple[Compared, ...], language: str) -> Table:
    table = Table(show_lines=False)
    for heading in ("id", "原文 source", "公布 published", "算得 computed", "结论 verdict"):
        table.add_column(heading, overflow="fold")
    table.add_column("溯源 drill-down", overflow="fold", no_wrap=False)
    for row in compared:
        verdict = row.judgement.verdict
        colour = COLOURS.get(verdict, "dim")
        reason = row.judgement.reason
        said = f": {reason.in_language(language)}" if reason else ""
        table.add_row(
            row.published.id,
            escape(row.published.phrase),
            _printed(row.published, language),
            row.computed,
            f"[{colour}]{verdict.value}{said}[/]",
            escape(row.where),  # brackets are markup to Rich
        )
    return table


def _printed(published: Published, language: str) -> str:
    number = f"{published.value.normalize():f} {published.unit}"
    if published.qualifier is Qualifier.EXACT:
        return number
    return f"{number} ({published.qualifier.sentence.in_language(language)})"


def _print_contradictions(console: Console, compared: tuple[Compared, ...], language: str) -> None:
    for row in compared:
        if row.contradiction is not None:
            said = row.contradiction.in_language(language)
            console.print(f"[yellow]CONTRADICTION in source[/] {row.published.id}: {said}")
