"""``liuchi journal``: order, seal, export and verify what happened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.progress import Progress, track

from liuchi.engines.directory.queries.area_history import AreaHistory, area_history
from liuchi.engines.journal import jobs, queries
from liuchi.engines.journal.jobs.parquet import export_parquet
from liuchi.engines.journal.rules import verify as verify_lines
from liuchi.engines.journal.rules.parquet import Folder, check_folder, prove_facts
from liuchi.kernel.errors import Invalid
from liuchi.kernel.sentences import Sentence

app = typer.Typer(help="事实流水：排序、封签、导出、验证。 The journal of facts.")
console = Console()

_FAULTS_SHOWN_MAX = 20
AREAS = TypeAdapter(AreaHistory)
_NO_TARGET = Sentence(
    "请写明导出到哪个文件，或用 --parquet 写明目录。", "Name a file, or a folder with --parquet."
)
_NO_NAME = Sentence(
    "请用 --name 写明上级怎样称呼本单位，如 luochong。",
    "Say with --name what a province calls this place.",
)


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
    file: Annotated[Path | None, typer.Argument(help="写入的文件 JSON Lines file to write")] = None,
    area: Annotated[UUID | None, typer.Option(help="只导出一个区域 one area's facts only")] = None,
    parquet: Annotated[
        str, typer.Option(help="写入的目录或地址 Folder or address (s3://…) for Parquet")
    ] = "",
    name: Annotated[
        str, typer.Option(help="上级怎样称呼本单位 What a province calls this place")
    ] = "",
    after_seal: Annotated[
        int, typer.Option(min=0, help="从这一号封签之后开始 Only what is behind this seal")
    ] = 0,
) -> None:
    """Write what is sealed, so that it proves itself: JSON Lines, or tables in Parquet."""
    if parquet:
        _export_parquet(parquet, name, after_seal)
        return
    if file is None:
        raise Invalid("no_target", _NO_TARGET)
    lines = 0
    with file.open("wb") as out:
        for line in track(queries.export(area), description="导出 exporting", console=console):
            out.write(line + b"\n")
            lines += 1
    console.print(f"{file}: {lines} 行 lines")


def _export_parquet(address: str, name: str, after_seal: int) -> None:
    if not name:
        raise Invalid("no_name", _NO_NAME)
    with Progress(console=console) as bar:
        task = bar.add_task("导出 exporting", total=None)
        manifest = export_parquet(
            Folder(address),
            name=name,
            areas=AREAS.dump_python(area_history(), mode="json"),
            after_seal=after_seal,
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )
    console.print(
        f"{address}: {manifest.facts} 条事实、{len(manifest.files)} 个文件，"
        f"第 {manifest.first_seal}–{manifest.last_seal} 号封签。 "
        f"{manifest.facts} facts in {len(manifest.files)} files, "
        f"seals {manifest.first_seal} to {manifest.last_seal}."
    )
    console.print(f"封签根 root: {manifest.root}", highlight=False)
    console.print(f"清单 head: {manifest.head}", highlight=False)


@app.command()
def verify(
    target: Annotated[str, typer.Argument(help="导出的文件或目录 an export: file or folder")],
    root: Annotated[str, typer.Option(help="另行公布的封签根 a root published elsewhere")] = "",
    head: Annotated[
        str, typer.Option(help="另行告知的清单摘要 of a folder: the head told apart")
    ] = "",
    facts: Annotated[  # noqa: FBT002
        bool, typer.Option("--facts", help="逐条事实与封签核对 of a folder: prove every fact")
    ] = False,
) -> None:
    """Prove an export; names the fact, or the file and seal, that fails. Needs no database.

    Whoever changes an export can compute its roots and digests anew: --root and --head compare
    with what was printed or published before, and --facts proves each fact of a folder against
    its seal, which takes about a minute for two million.
    """
    if Path(target).is_file():
        _verify_lines(Path(target), root)
    else:
        _verify_folder(Folder(target), root, head, facts=facts)


def _verify_folder(folder: Folder, root: str, head: str, *, facts: bool) -> None:
    checked = check_folder(folder)
    if facts and checked.holds:
        prove_facts(folder, checked)
    _faults([fault.sentence for fault in checked.faults], checked.fault_count)
    manifest = checked.manifest
    if manifest is None or not checked.holds:
        raise typer.Exit(1)
    for given, found in ((root, manifest.root), (head, manifest.head)):
        if given and given.lower() != found:
            _another(found)
    console.print(
        f"✓ {manifest.facts} 条事实、{len(manifest.files)} 个文件属实，"
        f"第 {manifest.first_seal}–{manifest.last_seal} 号封签。 "
        f"{manifest.facts} facts in {len(manifest.files)} files hold, "
        f"seals {manifest.first_seal} to {manifest.last_seal}."
    )
    if not facts:
        console.print(
            "逐条核对请加 --facts。 The files are as written; --facts proves each fact as well."
        )
    console.print(manifest.root, highlight=False)
    console.print(manifest.head, highlight=False)


def _verify_lines(file: Path, root: str) -> None:
    with file.open("rb") as lines:
        proof = verify_lines(lines)
    _faults([fault.sentence for fault in proof.faults], proof.fault_count)
    if root and root.lower() != proof.root:
        _another(proof.root)
    if not proof.holds:
        raise typer.Exit(1)
    console.print(
        f"✓ {proof.facts} 条事实、{proof.seals} 个封签属实。 "
        f"{proof.facts} facts under {proof.seals} seals hold."
    )
    console.print(proof.root, highlight=False)


def _faults(sentences: Sequence[Sentence], many: int) -> None:
    for sentence in sentences[:_FAULTS_SHOWN_MAX]:
        console.print(f"✗ {sentence}", style="red", highlight=False, soft_wrap=True)
    if many > _FAULTS_SHOWN_MAX:
        console.print(f"… 共 {many} 处 faults in all")


def _another(found: str) -> None:
    console.print(
        f"✗ 文件的封签根与给出的不同。 The file's root is another than given: {found}",
        style="red",
        highlight=False,
    )
    raise typer.Exit(1)
