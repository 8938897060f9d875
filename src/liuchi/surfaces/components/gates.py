"""So many at once and no more: who comes beyond that is told when to come again.

A burst then costs a refusal each, and not the time of everybody else's pages. Nothing waits
behind a gate: a thread that waits is one that answers nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import TypeVar

from django.http import HttpResponse

from liuchi.kernel.errors import LiuchiError, TooMany
from liuchi.kernel.sentences import Sentence

RETRY_AFTER_SECONDS = 10
_FULL = Sentence(
    "现在提交的人多，内容还在，请{seconds}秒后再提交。",
    "Many are sending now. What you typed is still here: send it again in {seconds} seconds.",
    {"seconds": RETRY_AFTER_SECONDS},
)

Response = TypeVar("Response", bound=HttpResponse)


class Gate:
    """Lets ``most`` through at once, in this process."""

    def __init__(self, most: int) -> None:
        """Stand open."""
        self._places = BoundedSemaphore(most)

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Hold a place for as long as it takes; TooMany where none is left."""
        if not self._places.acquire(blocking=False):
            raise TooMany("too_many_now", _FULL, RETRY_AFTER_SECONDS)
        try:
            yield
        finally:
            self._places.release()


def told_when(response: Response, error: LiuchiError | None) -> Response:
    """Say in a header when to come again, where that is what the error is about."""
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    return response
