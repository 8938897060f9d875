"""The commands that run the installation: start, stop, keep and mend."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

import typer

from liuchi.kernel.sentences import Sentence
from liuchi.project import backup, database, doctor, keys, periodic, serve, worker
from liuchi.project.postgres import Cluster
from liuchi.project.problems import CannotStart
from liuchi.project.settings import Settings, from_environment

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


@app.command("serve")
def serve_command(
    port: Annotated[int | None, typer.Option(help="网站端口 Port of the web server.")] = None,
) -> None:
    """启动：数据库、网站和后台任务。 Start database, web server and worker."""
    settings = from_environment()
    if port is not None:
        settings = settings.model_copy(update={"port": port})
    raise typer.Exit(serve.run(settings))


@app.command("worker")
def worker_command() -> None:
    """运行后台任务（serve 会自动启动）。 Run background work; serve starts one by itself."""
    worker.run()


@app.command("migrate")
def migrate_command() -> None:
    """更新数据库结构和权限。 Bring tables, rights and views up to date."""
    with _database(from_environment()):
        database.bring_up_to_date(verbosity=1)
        periodic.make_ready()


@app.command("keys")
def keys_command() -> None:
    """新增一把加密密钥，旧的保留。 Add a fresh key for sensitive fields; old ones stay."""
    settings = from_environment()
    if settings.key_ring:
        raise CannotStart(
            "keys_in_environment",
            Sentence(
                "密钥在 LIUCHI_KEY_RING 里，请在那里新增。",
                "The keys are in LIUCHI_KEY_RING; add one there.",
            ),
        )
    name = keys.rotate(settings.data_dir)
    typer.echo(
        f"✓ 当前密钥 {name}。请备份 keys.json 并重新启动。 "
        f"The current key is {name}. Back up keys.json and restart."
    )


@app.command("backup")
def backup_command(
    folder: Annotated[
        Path | None, typer.Argument(help="备份目录 default: LIUCHI_BACKUP_DIR")
    ] = None,
    keep: Annotated[int | None, typer.Option(min=1, help="保留份数 How many stay.")] = None,
) -> None:
    """备份数据库和文件（不含密钥）。 Back up database and files; keys stay apart."""
    settings = from_environment()
    target = folder or settings.backup_dir
    if target is None:
        raise CannotStart(
            "backup_folder_missing",
            Sentence(
                "请写明备份目录：liuchi backup 目录，或设置 LIUCHI_BACKUP_DIR。",
                "Name a folder: liuchi backup FOLDER, or set LIUCHI_BACKUP_DIR.",
            ),
        )
    taken = backup.take(
        target.expanduser().resolve(),
        data_dir=settings.data_dir,
        keep=keep or settings.backup_keep,
    )
    typer.echo(f"✓ {taken.folder}")
    typer.echo(
        f"  {taken.manifest.facts} 条事实 facts · {taken.manifest.files} 个文件 files · "
        f"封签根 root {taken.manifest.root or '—'}"
    )
    for sha256 in taken.damaged:
        typer.echo(f"✗ 文件缺失或已损坏 missing or damaged: {sha256}")
    typer.echo(f"  密钥不在其中 keys are not in it: {settings.data_dir / 'keys.json'}")
    if taken.damaged:
        raise typer.Exit(1)


@app.command("restore")
def restore_command(
    folder: Annotated[Path, typer.Argument(help="一份备份 one backup: liuchi-date-time")],
) -> None:
    """恢复到空的系统并逐条核对。 Restore into an empty installation and prove it."""
    settings = from_environment()
    with serve.alone(settings), _database(settings):
        done = backup.restore(folder.expanduser().resolve(), data_dir=settings.data_dir)
    typer.echo(
        f"✓ {done.facts} 条事实、{done.seals} 个封签属实，账目相符。 {done.facts} facts under "
        f"{done.seals} seals hold; every account adds up."
    )
    typer.echo(f"  封签根 root {done.manifest.root or '—'}")
    typer.echo(f"  {done.files} 个文件 files · 重新删除 erased again: {done.erased}")
    for sha256 in done.files_lost:
        typer.echo(f"✗ 文件缺失或已损坏 missing or damaged: {sha256}")
    if done.files_lost:
        raise typer.Exit(1)


@app.command("health")
def health_command() -> None:
    """网站和数据库是否应答（供容器检查）。 Whether web server and database answer."""
    if serve.answers(from_environment(), "/health/ready") != HTTPStatus.OK:
        raise typer.Exit(1)


@app.command("secrets")
def secrets_command() -> None:
    """生成一套正式运行用的密钥，打印为环境变量。 Print fresh secrets as environment lines."""
    made = keys.new_keys()
    for name, value in (
        ("LIUCHI_SECRET_KEY", made.secret_key),
        ("LIUCHI_KEY_RING", made.key_ring),
        ("LIUCHI_OWNER_PASSWORD", made.owner_password),
        ("LIUCHI_APP_PASSWORD", made.app_password),
        ("POSTGRES_PASSWORD", made.superuser_password),
    ):
        typer.echo(f"{name}='{value}'")


@app.command("doctor")
def doctor_command() -> None:
    """检查各部分是否正常，并说明怎么修。 Tell the state of everything and how to mend it."""
    findings = doctor.examine(from_environment())
    for finding in findings:
        typer.echo(str(finding))
    if any(finding.state is doctor.State.FAULT for finding in findings):
        raise typer.Exit(1)


@contextlib.contextmanager
def _database(settings: Settings) -> Iterator[None]:
    """Keep the database running for the block, and let go of it afterwards."""
    with contextlib.ExitStack() as stack:
        if settings.embedded:
            stack.enter_context(Cluster(settings.data_dir, port=settings.postgres_port).running())
        stack.callback(database.close)
        yield
