"""Where a page of a list ends and the next begins, for lists in the order of their ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from liuchi.engines.directory.queries import Page

Row = TypeVar("Row")


def page_of(rows: Sequence[Row], size: int, mark: Callable[[Row], object]) -> Page[Row]:
    """Return a page of at most ``size`` rows; one row more says that there is another page."""
    shown = tuple(rows[:size])
    return Page(shown, str(mark(shown[-1])) if len(rows) > size else None)
