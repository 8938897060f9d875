"""Loading the demo into an empty demo database, once and whole."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from liuchi.engines.accounts import queries as accounts
from liuchi.flows.demo import loading
from liuchi.kernel import clock
from liuchi.kernel.sentences import Sentence
from liuchi.project import database
from liuchi.project.postgres import Cluster
from liuchi.project.problems import CannotStart
from liuchi.project.settings import Mode, Settings

_BEGUN = "demo.loading"  # stands in the data directory while the demo goes in


def prepare(settings: Settings, cluster: Cluster | None) -> None:
    """Undo a demo that broke off half way: nobody could tell what it lacks.

    The mark is made only when the database is empty, so what is dropped is never
    more than a piece of the demo.
    """
    mark = _mark(settings)
    if not mark.exists():
        return
    if cluster is None:
        raise CannotStart(
            "demo_half_loaded",
            Sentence(
                "演示数据上次只载入了一半：请重建数据库，再删除 {mark}。",
                "The demo was loaded by half: make the database anew, then remove {mark}.",
                {"mark": str(mark)},
            ),
        )
    database.close()
    cluster.make_database_anew()
    mark.unlink()


def load_if_empty(settings: Settings) -> None:
    """Load the demo if this is a demo installation that nobody has used yet."""
    if settings.mode is not Mode.DEMO or accounts.in_use():
        return
    mark = _mark(settings)
    mark.touch()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(), transient=True) as bar:
        task = bar.add_task("演示数据 demo data", total=None)

        def told(words: str, done: int, total: int) -> None:
            bar.update(task, description=words, completed=done, total=total or None)

        yesterday = clock.today() - timedelta(days=1)
        loaded = loading.load(progress=told, matters_until=yesterday)
    database.count_rows()
    mark.unlink()
    print(
        f"✓ 演示数据 demo data: {loaded.people} 人 people, {loaded.claims} 笔 claims, "
        f"{loaded.seconds:.0f} s",
        flush=True,
    )


def _mark(settings: Settings) -> Path:
    return settings.data_dir / _BEGUN
