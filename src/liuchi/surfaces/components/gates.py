"""Saying when to come again to whoever came one too many."""

from __future__ import annotations

from typing import TypeVar

from django.http import HttpResponse

from liuchi.kernel.errors import LiuchiError, TooMany

Response = TypeVar("Response", bound=HttpResponse)


def told_when(response: Response, error: LiuchiError | None) -> Response:
    """Say in a header when to come again, where that is what the error is about."""
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    return response
