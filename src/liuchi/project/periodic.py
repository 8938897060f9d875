"""Work by the calendar, deferred by procrastinate: each task calls one engine's job."""

from __future__ import annotations

from collections.abc import Callable

from django.apps import apps
from django.db import connection
from django.utils.module_loading import import_string
from procrastinate.contrib.django import app

_DAILY = ("liuchi.engines.journal.jobs.make_partitions",)
# UTC: ten past two in the morning in Shanghai.
_DAILY_AT = "10 18 * * *"


@app.periodic(cron=_DAILY_AT)
@app.task(name="daily", queueing_lock="daily")
def daily(timestamp: int) -> None:  # noqa: ARG001  procrastinate passes when it was due
    """Run every engine's daily job."""
    try:
        run_daily()
    finally:
        connection.close()  # this thread may not come again for a day


def run_daily() -> None:
    """Make journal partitions ahead; also run at each start, since a machine may sleep at night."""
    for job in jobs(*_DAILY):
        job()


def jobs(*names: str) -> tuple[Callable[[], object], ...]:
    """Return the jobs of the engines that are installed."""
    return tuple(import_string(name) for name in names if apps.is_installed(name.rsplit(".", 2)[0]))
