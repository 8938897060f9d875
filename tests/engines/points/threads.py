"""Calls at once, for tests of races."""

from __future__ import annotations

import threading

from django.db import connections

from liuchi.kernel.errors import LiuchiError


def in_threads(*calls):
    """Run calls at once and return what each gave or raised."""
    outcomes = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(place, call):
        try:
            start.wait()
            outcomes[place] = call()
        except LiuchiError as error:
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
