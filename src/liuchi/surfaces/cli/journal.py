"""``liuchi journal``: order, seal, export and verify what happened."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import track

from liuchi.engines.journal import jobs, queries
from liuchi.engines.journal.rules import verify as verify_lines

app = typer.Typer(help="事实流水：排序、封签、导出、验证。 The journal of facts.")
console = Console()

_FAULTS_SHOWN_MAX = 20


@app.command()
def status() -> None:
    """How far the journal is ordered and sealed."""
    jobs.sequence()
    head = queries.head()
    console.print(f"序号 ordinals: {head.ordinal}")
    console.print(f"已封签 sealed to: {head.sealed_ordinal}")
    console.print(f"封签根 root: {head.root or '—'}")


@app.command()
def seal() -> None:
    """Order what waits, then seal it; prints the root."""
    made = jobs.seal()
    head = queries.head()
    console.print(f"新增封签 {made} 个，至序号 {head.sealed_ordinal}。 {made} new seals.")
    console.print(head.root or "—", highlight=False)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="写入的文件 JSON Lines file to write")],
    area: Annotated[UUID | None, typer.Option(help="只导出一个区域 one area's facts only")] = None,
) -> None:
    """Write what is sealed as JSON Lines that prove themselves."""
    lines = 0
    with file.open("wb") as out:
        for line in track(queries.export(area), description="导出 exporting", console=console):
            out.write(line + b"\n")
            lines += 1
    console.print(f"{file}: {lines} 行 lines")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="导出的文件 an export", exists=True, dir_okay=False)],
    root: Annotated[str, typer.Option(help="另行公布的封签根 a root published elsewhere")] = "",
) -> None:
    """Prove an export line by line; names the fact that fails. Needs no database.

    Whoever changes an export can compute its roots anew: --root compares the last one with
    a root printed or published before.
    """
    with file.open("rb") as lines:
        proof = verify_lines(lines)
    for fault in proof.faults[:_FAULTS_SHOWN_MAX]:
        console.print(f"✗ {fault.sentence}", style="red", highlight=False)
    if proof.fault_count > _FAULTS_SHOWN_MAX:
        console.print(f"… 共 {proof.fault_count} 处 faults in all")
    if root and root.lower() != proof.root:
        console.print(
            f"✗ 文件的封签根与给出的不同。 The file's root is another than given: {proof.root}",
            style="red",
            highlight=False,
        )
        raise typer.Exit(1)
    if not proof.holds:
        raise typer.Exit(1)
    console.print(
        f"✓ {proof.facts} 条事实、{proof.seals} 个封签属实。 "
        f"{proof.facts} facts under {proof.seals} seals hold."
    )
    console.print(proof.root, highlight=False)
