"""``liuchi demo``: load the invented communities, and say who may sign in to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.accounts.queries import DemoSignInRow
from liuchi.flows.demo import Loaded, load, places
from liuchi.kernel.sentences import Sentence

app = typer.Typer(
    name="demo",
    help="演示数据。 Demo data.",
    no_args_is_help=True,
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in as printed at the start."""

    username: str
    password: str
    words: str


def load_demo(*, seed: int = 2022) -> Loaded:
    """Load the demo into an empty database, with a progress bar."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("演示数据 demo data", total=None)

        def show(step: str, done: int, total: int) -> None:
            bar.update(task, description=step, completed=done, total=total or None)

        return load(seed=seed, progress=show)


def sign_ins() -> tuple[SignIn, ...]:
    """Return the sign-ins of a demo database; none in production."""
    return tuple(
        SignIn(row.username, row.password, _words(row)) for row in accounts.demo_sign_ins()
    )


def _words(row: DemoSignInRow) -> str:
    return f"{row.area_name} · {row.title}"


def load_place(slug: str, *, seed: int = 2022) -> float:
    """Load one place of the demo with a progress bar; return the seconds it took."""
    if slug == places.LINGBEI:
        return load_demo(seed=seed).seconds
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task(slug, total=None)

        def show(step: str, done: int, total: int) -> None:
            bar.update(task, description=step, completed=done, total=total or None)

        return places.add(slug, seed=seed, progress=show)


@app.command("load")
def load_command(
    seed: int = 2022,
    place: Annotated[
        str, typer.Option(help=f"另加一个地点 One more place: {', '.join(places.PLACES)}")
    ] = places.LINGBEI,
) -> None:
    """装入演示数据：菱北只装进空库，其他地点可以后加。 Load the demo, or one more place."""
    if place != places.LINGBEI:
        seconds = load_place(place, seed=seed)
        title = places.place_named(place).title
        typer.echo(
            Sentence(
                f"✓ {title.zh}，用时 {{seconds}} 秒。",
                f"{title.en}, in {{seconds}} s.",
                {"seconds": round(seconds)},
            )
        )
        return
    loaded = load_demo(seed=seed)
    typer.echo(
        Sentence(
            "✓ {people} 位居民，{claims} 件申报，{redemptions} 次兑换，{gifts} 次赠送，"
            "用时 {seconds} 秒。",
            "{people} residents, {claims} claims, {redemptions} redemptions, {gifts} gifts "
            "in {seconds} s.",
            {
                "people": loaded.people,
                "claims": loaded.claims,
                "redemptions": loaded.redemptions,
                "gifts": loaded.gifts,
                "seconds": round(loaded.seconds),
            },
        )
    )


@app.command("sign-ins")
def sign_ins_command() -> None:
    """列出演示账号。 List the demo sign-ins."""
    rows = sign_ins()
    if not rows:
        typer.echo(Sentence("这不是演示库，没有演示账号。", "Not a demo database: no sign-ins."))
        raise typer.Exit(1)
    table = Table("账号 username", "密码 password", "岗位 post")
    for row in rows:
        table.add_row(row.username, row.password, row.words)
    Console().print(table)
