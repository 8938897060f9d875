"""``liuchi figures``: published figures against what the system counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Protocol
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from liuchi.engines.indicators.enums import Qualifier, Verdict
from liuchi.engines.indicators.queries.published import Compared, compare
from liuchi.engines.indicators.rules.published import Published, of_entries, read_file
from liuchi.engines.journal.scope import acting_as
from liuchi.flows.demo import places as examples
from liuchi.kernel.actors import system_actor
from liuchi.kernel.errors import LiuchiError
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.cli.demo import load_place

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


class Workshop(Protocol):
    """Where example places are played without touching the installation's own data.

    The composition root hands one in (:func:`use_workshop`): only it knows databases.
    """

    def offered(self) -> bool:
        """Whether a database can be made beside the installation's."""
        ...

    def installation_is_empty(self) -> bool:
        """Whether there is nothing to compare with yet."""
        ...

    def opened(self) -> AbstractContextManager[None]:
        """Point this process at an empty, migrated database for the block."""
        ...


_workshops: list[Workshop] = []


def use_workshop(workshop: Workshop) -> None:
    """Compute figures of places that are not loaded here in a workshop."""
    _workshops[:] = [workshop]


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
        compared = _compared(chosen, console)
    except LiuchiError as error:
        console.print(error.sentence.in_language(language))
        raise typer.Exit(2) from error
    console.print(_table(compared, language))
    _print_contradictions(console, compared, language)
    console.print(_by_document(compared))
    failed = sum(row.judgement.verdict.failed for row in compared)
    console.print(
        f"{len(compared)} 个数字，{failed} 个不符。 {len(compared)} figures, {failed} wrong."
    )
    raise typer.Exit(1 if failed else 0)


def _compared(chosen: Sequence[Published], console: Console) -> tuple[Compared, ...]:
    """Compare in this installation; what only an example place ties, in a database for it."""
    workshop = _workshops[0] if _workshops else None
    rows: dict[str, Compared] = {}
    if workshop is None or not workshop.installation_is_empty():
        rows = _compared_here(chosen)
    left = [
        figure
        for figure in chosen
        if figure.id not in rows or rows[figure.id].judgement.verdict is Verdict.NOT_TIED
    ]
    wanted = examples.tying({figure.id for figure in left})
    if wanted and workshop is not None and workshop.offered():
        with workshop.opened():
            for slug in wanted:
                seconds = load_place(slug)
                said = Sentence(
                    "另建示例库，装入 {slug}，{seconds} 秒。",
                    "In a database of its own: {slug}, {seconds} s.",
                    {"slug": slug, "seconds": round(seconds)},
                )
                console.print(str(said))
            rows |= _compared_here(left)
    elif not rows:
        rows = _compared_here(chosen)
    return tuple(rows[figure.id] for figure in chosen)


def _compared_here(chosen: Sequence[Published]) -> dict[str, Compared]:
    with acting_as(ACTOR):
        return {row.published.id: row for row in compare(ACTOR, chosen)}


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


def _by_document(compared: Sequence[Compared]) -> Table:
    """Return how many figures of each document came to which verdict."""
    found = Counter(row.judgement.verdict for row in compared)
    shown = [verdict for verdict in Verdict if found[verdict]]
    table = Table("文件 document", *(verdict.value for verdict in shown), "合计 all")
    for document in sorted({row.published.document for row in compared}):
        ends = Counter(
            row.judgement.verdict for row in compared if row.published.document == document
        )
        table.add_row(document, *(str(ends[verdict]) for verdict in shown), str(ends.total()))
    table.add_section()
    table.add_row("合计 all", *(str(found[verdict]) for verdict in shown), str(found.total()))
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
