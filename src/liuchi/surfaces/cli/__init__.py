"""The commands of ``liuchi``; the console entry in ``project`` adds those that run it.

Each group of commands is a module here with a ``typer.Typer`` called ``app``; it is
added below. A command finds Django set up and, unless the console entry lists it as
one that needs none, a running and migrated database.
"""

from __future__ import annotations

import typer

from liuchi.surfaces.cli import account, demo, figures, indicators, journal, playbook, points

app = typer.Typer(
    name="liuchi",
    help="六尺 Liuchi：把工作法变成可运行的软件。 A town's working methods, run as software.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(account.app, name="account")
app.add_typer(demo.app, name="demo")
app.add_typer(figures.app, name="figures")
app.add_typer(indicators.app, name="indicators")
app.add_typer(journal.app, name="journal")
app.add_typer(playbook.app, name="playbook")
app.add_typer(points.app, name="points")
