"""Work by the calendar, deferred by procrastinate: each task calls engines' jobs."""

from __future__ import annotations

import structlog
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django import app

from liuchi.engines.accounts import jobs as accounts
from liuchi.engines.cases import jobs as cases
from liuchi.engines.collect import jobs as collect
from liuchi.engines.directory import jobs as directory
from liuchi.engines.disclosures import jobs as disclosures
from liuchi.engines.files import jobs as files
from liuchi.engines.indicators import jobs as indicators
from liuchi.engines.journal import jobs as journal
from liuchi.engines.notices import jobs as notices
from liuchi.engines.points import jobs as points
from liuchi.flows import filling, notifying
from liuchi.project import backup, database
from liuchi.project.settings import from_environment

# UTC: ten past two in the morning in Shanghai, and half past two.
_DAILY_AT = "10 18 * * *"
_BACKUP_AT = "30 18 * * *"
_SWEEP_AT = "0 0 * * *"  # UTC: eight in the morning in Shanghai
_HOURLY_AT = "20 * * * *"
_DAY_BEGINS = "1 16 * * *"  # UTC: one minute past midnight in Shanghai
_EVERY_MINUTE = "* * * * *"
_log = structlog.get_logger("liuchi.periodic")
_DAILY = (
    journal.make_partitions,
    journal.seal,
    accounts.forget_old_attempts,
    accounts.forget_old_codes,
    accounts.rotate_keys,
    directory.rotate_keys,
    directory.forget_gone,
    directory.drop_old_logs,
    directory.forget_imports,
    points.lengthen_notices,
    points.expire_points,
    points.close_purses,
    points.roll_up_totals,
    points.forget_claims,
    points.forget_objections,
    points.draw_statements,
    points.rotate_keys,
    notices.rotate_keys,
    cases.recount_limits,
    cases.draw_samples,
    cases.forget_reports,
    cases.rotate_keys,
    disclosures.take_down_expired,
    disclosures.draw_checks,
    disclosures.forget_tables,
    filling.check_sources,
    indicators.check_roll_ups,
    collect.close_ended,
    collect.forget_personal,
    notices.forget,
    files.sweep_contents,
)


@app.periodic(cron=_DAILY_AT)
@app.task(name="daily", queueing_lock="daily")
def daily(timestamp: int) -> None:  # noqa: ARG001  procrastinate passes when it was due
    """Run every engine's daily job, and forget sessions that have ended.

    One that fails keeps none of the others from running; the night's failures are raised
    together, so that the queue knows of them.
    """
    failures = []
    try:
        for job in (*_DAILY, _clear_sessions):
            try:
                job()
            except Exception as failure:  # noqa: BLE001  told below, all of them
                _log.error("daily", job=job.__name__, exception=type(failure).__name__)
                failures.append(failure)
        if failures:
            raise ExceptionGroup("daily", failures)
    finally:
        connection.close()  # this thread may not come again for a day


def _clear_sessions() -> None:
    call_command("clearsessions")


@app.periodic(cron=_SWEEP_AT)
@app.task(name="sweep", queueing_lock="sweep")
def sweep(timestamp: int) -> None:  # noqa: ARG001
    """Tell people in the morning what waits for them and what is due."""
    try:
        notifying.sweep()
    finally:
        connection.close()


@app.periodic(cron=_HOURLY_AT)
@app.task(name="hourly", queueing_lock="hourly")
def hourly(timestamp: int) -> None:  # noqa: ARG001
    """Delete tables nobody finished importing, free silent counters, follow who took over."""
    try:
        files.forget_imports()
        points.lapse_leases()
        collect.follow_successors()
    finally:
        connection.close()


@app.periodic(cron=_DAY_BEGINS)
@app.task(name="hand_over", queueing_lock="hand_over")
def hand_over(timestamp: int) -> None:  # noqa: ARG001
    """Finish what leavers hand over from today on."""
    try:
        directory.finish_hand_overs()
        collect.follow_successors()
    finally:
        connection.close()


@app.task(name="rotate_keys", queueing_lock="rotate_keys")
def rotate_keys() -> None:
    """Wrap every key under the ring's current one now; the night does it as well."""
    try:
        for engine in (accounts, directory, points, notices):
            engine.rotate_keys()
    finally:
        connection.close()


@app.periodic(cron=_BACKUP_AT)
@app.task(name="backup", queueing_lock="backup")
def back_up(timestamp: int) -> None:  # noqa: ARG001
    """Take the night's backup where the installation names a folder for it."""
    settings = from_environment()
    if settings.backup_dir is None:
        return
    try:
        taken = backup.take(
            settings.backup_dir, data_dir=settings.data_dir, keep=settings.backup_keep
        )
        _log.info("backup", count=taken.manifest.facts, ordinal=taken.manifest.ordinal)
    finally:
        database.close()


@app.periodic(cron=_EVERY_MINUTE)
@app.task(name="note_erasures", queueing_lock="note_erasures")
def note_erasures(timestamp: int) -> None:  # noqa: ARG001
    """Keep the list of erased people beside the backups: a restore erases them again."""
    settings = from_environment()
    folders = [settings.data_dir, *([settings.backup_dir] if settings.backup_dir else [])]
    try:
        backup.note_erasures(*folders)
    finally:
        database.close()


@app.periodic(cron=_EVERY_MINUTE)
@app.task(name="tidy_search", queueing_lock="tidy_search")
def tidy_search(timestamp: int) -> None:  # noqa: ARG001
    """Put in their places whom the last imports brought; nothing to do most minutes."""
    try:
        directory.tidy_search()
    finally:
        connection.close()


def make_ready() -> None:
    """Do what cannot wait for the night: a machine may have been off for months."""
    journal.make_partitions()
    directory.finish_hand_overs()
