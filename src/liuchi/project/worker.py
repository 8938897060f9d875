"""The background process: the journal's sequencer, the teller and procrastinate.

The sequencer gives facts their order and must run all the time; it has a thread of
its own, so that a long job does not hold it up. So has the teller, which sends notices,
and the counter, which rolls figures up.
A second worker does no harm: the engines' jobs take their own locks.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import cast

import structlog
from django.db import close_old_connections, connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from liuchi.engines.cases import jobs as cases
from liuchi.engines.indicators import jobs as indicators
from liuchi.engines.journal import jobs as journal
from liuchi.engines.notices import jobs as notices
from liuchi.engines.points import jobs as points
from liuchi.flows import claiming, notifying, reporting, rounds_of_life
from liuchi.project import database, periodic

PAUSE_SECONDS = 0.25  # between two looks at an idle journal
PAUSE_BUSY_SECONDS = 0.01  # after a look that found work there may be more
POST_EVERY_SECONDS = 5.0  # a public notice ends by the day; nobody waits for it by the second
COUNT_EVERY_SECONDS = 1.0  # a wall screen may be five seconds behind
TELL_EVERY_SECONDS = 1.0  # a sign-in code is awaited with the phone in hand
PAUSE_AFTER_ERROR_SECONDS_MAX = 30.0
STOP_SECONDS_MAX = 10.0

_log = structlog.get_logger("liuchi.worker")


def run() -> None:
    """Work until told to stop (SIGINT or SIGTERM), then finish what is in hand."""
    _quiet_at_the_stop()
    stop = threading.Event()
    threads = [
        threading.Thread(target=keep_sequencing, args=(stop,), name="sequencer"),
        threading.Thread(target=keep_telling, args=(stop,), name="teller"),
        threading.Thread(target=keep_counting, args=(stop,), name="counter"),
    ]
    for thread in threads:
        thread.start()
    try:
        periodic.make_ready()
        # Django's connector cannot listen for new jobs; the one for workers can. The two
        # signals become a graceful end of run_worker.
        connector = cast("DjangoConnector", app.connector).get_worker_connector()
        with app.replace_connector(connector) as listening:
            listening.run_worker(
                concurrency=1,
                install_signal_handlers=True,
                shutdown_graceful_timeout=STOP_SECONDS_MAX,
            )
    finally:
        stop.set()
        for thread in threads:
            thread.join(STOP_SECONDS_MAX)
        database.close()


def _quiet_at_the_stop() -> None:
    """Keep two libraries from writing plain lines into a log of JSON when the worker stops.

    A signal may cut procrastinate's own tasks off in the middle of a statement. What fails in
    them procrastinate logs itself; asyncio and the pool would say it again, with its text.
    """
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


def keep_sequencing(stop: threading.Event) -> None:
    """Give facts their order and post what is due, again and again, until ``stop``.

    An error is logged and tried again ever more slowly: the database may be
    restarting, and nothing is lost meanwhile, since facts wait in their table.
    """
    pause, post_at = PAUSE_SECONDS, 0.0
    while not stop.wait(pause):
        try:
            pause = PAUSE_BUSY_SECONDS if journal.sequence() else PAUSE_SECONDS
            if time.monotonic() > post_at:
                points.post_due()
                points.post_campaigns()
                points.raise_overdue()
                notifying.remind_of_limits()
                cases.escalate_overdue()
                cases.mark_late_units()
                post_at = time.monotonic() + POST_EVERY_SECONDS
        except Exception as error:  # noqa: BLE001  one wrong claim must not end the thread
            pause = min(pause * 2, PAUSE_AFTER_ERROR_SECONDS_MAX)
            _log.warning("sequencer waits", exception=type(error).__name__)
            connection.close()
        finally:
            close_old_connections()
    connection.close()


def keep_telling(stop: threading.Event) -> None:
    """Tell people what the journal says and send what is due, until ``stop``.

    A thread of its own: a provider that answers slowly must not hold up the order of facts.
    How far behind it is, ``doctor`` says.
    """

    def tell() -> None:
        while not stop.is_set() and (
            rounds_of_life.follow() or claiming.follow() or reporting.follow() or notifying.follow()
        ):
            pass
        notices.deliver()

    _keep(stop, "teller waits", TELL_EVERY_SECONDS, tell)


def keep_counting(stop: threading.Event) -> None:
    """Roll up what the journal says, until ``stop``.

    A thread of its own: a definition that is new is counted over everything there is. Nobody
    waits for it, since what is not rolled up is counted.
    """

    def count() -> None:
        while not stop.is_set() and indicators.roll_up():
            pass

    _keep(stop, "counter waits", COUNT_EVERY_SECONDS, count)


def _keep(stop: threading.Event, event: str, every: float, work: Callable[[], None]) -> None:
    """Do something again and again; whatever goes wrong is logged and tried again."""
    pause = every
    while not stop.wait(pause):
        try:
            work()
            pause = every
        except Exception as error:  # noqa: BLE001  one wrong fact must not end the thread
            pause = min(pause * 2, PAUSE_AFTER_ERROR_SECONDS_MAX)
            _log.warning(event, exception=type(error).__name__)
            connection.close()
        finally:
            close_old_connections()
    connection.close()


def stop_on_signal(stop: threading.Event) -> None:
    """Let SIGINT and SIGTERM set an event."""

    def told(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, told)
    signal.signal(signal.SIGTERM, told)
