"""``liuchi playbook``: check, test, plan, apply, explain and schema of a method's folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Never
from uuid import UUID

import typer

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators.queries import READ, burden
from liuchi.engines.indicators.rules.burden_words import planned_lines
from liuchi.engines.indicators.rules.house import house_markdown
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.errors import FieldError, Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import open_workbook, write
from liuchi.playbooks import (
    SPEC_VERSION,
    Change,
    Playbook,
    PlaybookError,
    changes,
    json_schema,
    lints_markdown,
    load,
    may_apply,
    registry,
    run_examples,
)
from liuchi.playbooks import explain as explain_playbook
from liuchi.playbooks.workbook import edited_files, incoming, outgoing

app = typer.Typer(
    name="playbook",
    help="工作法：检查、试运行、比较、施行、说明。 Playbooks: check, test, plan, apply, explain.",
    no_args_is_help=True,
)
Folder = Annotated[Path, typer.Argument(help="工作法文件夹 Folder of the playbook.")]
Folders = Annotated[list[Path], typer.Argument(help="工作法文件夹 Folders of playbooks.")]
Language = Annotated[str, typer.Option(help="zh-hans / en")]


@app.command("check")
def check_command(folders: Folders) -> None:
    """检查写法、引用和权利与负担的底线。 Validate and lint."""
    refused = 0
    for folder in folders:
        try:
            playbook = load(folder)
        except PlaybookError as error:
            refused += 1
            _say(
                Sentence("✗ {folder}：有{n}处要改。", "{folder}: {n} places to mend."),
                folder=str(folder),
                n=len(error.problems),
            )
            _tell(error)
        else:
            _say(Sentence("✓ {title}：没有问题。", "{title}: nothing wrong."), title=playbook.title)
    if refused:
        raise typer.Exit(1)


@app.command("test")
def test_command(folders: Folders) -> None:
    """运行例子。 Run the examples."""
    failed = 0
    for folder in folders:
        playbook = _loaded(folder)
        try:
            results = run_examples(playbook)
        except PlaybookError as error:
            _fail(error)
        for result in results:
            typer.echo(f"{'✓' if result.passed else '✗'} {result.title}")
            if result.problem is not None:
                typer.echo(f"    {result.problem}", err=True)
        failed += sum(not result.passed for result in results)
        _say(
            Sentence("{title}：{n}个例子。", "{title}: {n} examples."),
            title=playbook.title,
            n=len(results),
        )
    if failed:
        _say(Sentence("✗ {n}个例子不符合。", "{n} examples do not hold."), n=failed)
        raise typer.Exit(1)


@app.command("plan")
def plan_command(folder: Folder) -> None:
    """与现行版本比较，列出会改变什么。 Show what applying would change."""
    playbook = _loaded(folder)
    planned = plan_for(playbook)
    _show(planned)
    _show_burden(playbook)
    decision = may_apply(planned, playbook.in_force_from, clock.today(), first=_is_first(playbook))
    if decision.sentence is not None:
        _say(decision.sentence)


@app.command("apply")
def apply_command(
    folder: Folder,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 Do not ask.")] = False,  # noqa: FBT002
) -> None:
    """施行：从 in_force 写明的日期起成为现行版本。 Put in force from the day it states."""
    playbook = _loaded(folder)
    _show(plan_for(playbook))
    if not yes:
        question = Sentence("施行这个版本？", "Apply this version?")
        typer.confirm(str(question), abort=True)
    # Whoever may run commands on the server administers it: there is no narrower actor to act as.
    apply_playbook(playbook, actor=system_actor(new_id(), "playbooks.playbook.write"))
    _say(
        Sentence("✓ {title} 自 {since} 起施行。", "{title} is in force from {since}."),
        title=playbook.title,
        since=playbook.in_force_from.isoformat(),
    )


@app.command("explain")
def explain_command(folder: Folder, language: Language = "zh-hans") -> None:
    """用平常话说明。 Say the method in plain words."""
    typer.echo(explain_playbook(_loaded(folder), language), nl=False)


workbook_app = typer.Typer(
    help="表格：积分项目等用 Excel 改。 The tables of a playbook as Excel.", no_args_is_help=True
)
app.add_typer(workbook_app, name="workbook")
File = Annotated[Path, typer.Argument(help="Excel 文件 An .xlsx file.")]


@workbook_app.command("out")
def workbook_out_command(folder: Folder, file: File, language: Language = "zh-hans") -> None:
    """把表写成 Excel。 Write the tables as a workbook."""
    file.write_bytes(write(outgoing(_loaded(folder).compiled(), language)))
    _say(Sentence("✓ 已写到 {file}。", "Written to {file}."), file=str(file))


@workbook_app.command("in")
def workbook_in_command(
    folder: Folder,
    file: File,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 Do not ask.")] = False,  # noqa: FBT002
) -> None:
    """读回 Excel，显示改变，写回工作法文件夹。 Read it back, show what changes, write the files."""
    playbook = _loaded(folder)
    try:
        with open_workbook(file, file.name) as workbook:
            edited = incoming(playbook.compiled(), workbook, file.name)
        written = edited_files(playbook, edited)
    except PlaybookError as error:
        _fail(error)
    except Invalid as error:
        typer.echo(f"✗ {error.sentence}", err=True)
        raise typer.Exit(1) from None
    _show(changes(playbook.compiled(), edited.compiled()))
    if not written:
        return
    if not yes:
        typer.confirm(str(Sentence("写回这些文件？", "Write these files?")), abort=True)
    for name, text in written.items():
        (playbook.folder / name).write_text(text, encoding="utf-8")
        _say(Sentence("✓ 已改 {file}。", "Changed {file}."), file=name)


@app.command("schema")
def schema_command() -> None:
    """输出 JSON Schema，供编辑器补全。 Print the JSON Schema, for an editor to complete from."""
    typer.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))


@app.command("lints")
def lints_command() -> None:
    """列出工作法的底线和依据。 List what no playbook may ask, with sources."""
    typer.echo(lints_markdown(), nl=False)


@app.command("formulas")
def formulas_command() -> None:
    """列出通用指标的算法。 List the figures the house keeps, with their formulas."""
    typer.echo(house_markdown(registry.house_sets(), registry.fact_kinds()), nl=False)


def _show_burden(playbook: Playbook) -> None:
    """Say what the version asks of whom; where its places are not known here, that."""
    try:
        places = _place_ids(playbook.core.places)
    except Invalid as error:
        typer.echo(str(error.sentence))
        return
    actor = system_actor(new_id(), READ)
    with acting_as(actor):
        found = burden.planned(actor, playbook.compiled(), places)
    titles = {row.code: row.title for row in accounts.roles()}
    for line in planned_lines(found, titles):
        typer.echo("  " * line.depth + str(line.words))


def plan_for(playbook: Playbook) -> tuple[Change, ...]:
    """Return what applying would change against the version it takes over from."""
    held = journal.playbook_to_follow(playbook.code, playbook.in_force_from)
    return changes(held.compiled if held else None, playbook.compiled())


def apply_playbook(playbook: Playbook, *, actor: Actor) -> UUID:
    """Put a playbook in force from the day it states; return the version's id.

    Refuses (``unchanged``, ``begins_in_the_past``) and raises Invalid for places
    this installation does not know.
    """
    may_apply(
        plan_for(playbook), playbook.in_force_from, clock.today(), first=_is_first(playbook)
    ).or_refuse()
    return journal_actions.apply_playbook(
        code=playbook.code,
        source=playbook.source,
        compiled=playbook.compiled(),
        places=_place_ids(playbook.core.places),
        in_force_from=playbook.in_force_from,
        spec_version=SPEC_VERSION,
        approved_by=playbook.core.in_force.approved_by,
        actor=actor,
    )


def _is_first(playbook: Playbook) -> bool:
    return not journal.playbook_versions(playbook.code)


def _place_ids(names: Sequence[str]) -> tuple[UUID, ...]:
    found: list[UUID] = []
    errors: list[FieldError] = []
    for name in names:
        try:
            # Where several areas share a name, the playbook writes the code.
            area = (directory.area_by_code if name.isdigit() else directory.area_named)(name)
        except NotFound:
            area = None
        if area is None:
            said = Sentence(
                "没有名为“{name}”的地点。", "There is no place called '{name}'.", {"name": name}
            )
            errors.append(FieldError("places", said))
        else:
            found.append(area.id)
    if errors:
        names_told = "、".join(str(error.sentence.values["name"]) for error in errors)
        raise Invalid(
            "unknown_places",
            Sentence(
                "本地没有这些地点：{names}。请先在地区中录入，或改写 places。",
                "These places are not known here: {names}. Enter them first, or correct places.",
                {"names": names_told},
            ),
            tuple(errors),
        )
    return tuple(found)


def _loaded(folder: Path) -> Playbook:
    try:
        return load(folder)
    except PlaybookError as error:
        _fail(error)


def _fail(error: PlaybookError) -> Never:
    _tell(error)
    raise typer.Exit(1)


def _tell(error: PlaybookError) -> None:
    for problem in error.problems:
        typer.echo(f"✗ {problem}", err=True)


def _show(planned: Sequence[Change]) -> None:
    for change in planned:
        typer.echo(str(change))
    _say(Sentence("共{n}处改变。", "{n} changes."), n=len(planned))


def _say(sentence: Sentence, **values: str | int) -> None:
    typer.echo(str(Sentence(sentence.zh, sentence.en, {**sentence.values, **values})))
