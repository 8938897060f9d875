"""The commands that run the installation: serve, worker, migrate, doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from liuchi.project import database, doctor, periodic, serve, worker
from liuchi.project.postgres import Cluster
from liuchi.project.settings import from_environment

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
    settings = from_environment()
    if settings.embedded:
        with Cluster(settings.data_dir, port=settings.postgres_port).running():
            _migrate()
    else:
        _migrate()


@app.command("doctor")
def doctor_command() -> None:
    """检查各部分是否正常，并说明怎么修。 Tell the state of everything and how to mend it."""
    findings = doctor.examine(from_environment())
    for finding in findings:
        typer.echo(str(finding))
    if any(finding.state is doctor.State.FAULT for finding in findings):
        raise typer.Exit(1)


def _migrate() -> None:
    try:
        database.bring_up_to_date(verbosity=1)
        periodic.make_ready()
    finally:
        database.close()
