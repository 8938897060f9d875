"""Work by the calendar, deferred by procrastinate: each task calls engines' jobs."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django import app

from liuchi.engines.accounts import jobs as accounts
from liuchi.engines.directory import jobs as directory
from liuchi.engines.journal import jobs as journal

# UTC: ten past two in the morning in Shanghai.
_DAILY_AT = "10 18 * * *"
_DAILY = (
    journal.make_partitions,
    journal.seal,
    accounts.forget_old_attempts,
    directory.rotate_keys,
)


@app.periodic(cron=_DAILY_AT)
@app.task(name="daily", queueing_lock="daily")
def daily(timestamp: int) -> None:  # noqa: ARG001  procrastinate passes when it was due
    """Run every engine's daily job, and forget sessions that have ended."""
    try:
        for job in _DAILY:
            job()
        call_command("clearsessions")
    finally:
        connection.close()  # this thread may not come again for a day


def make_ready() -> None:
    """Do what cannot wait for the night: a machine may have been off for months."""
    journal.make_partitions()
