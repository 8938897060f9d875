"""How far a table has been read, for whoever waits for it. Kept by the process that reads.

There is one web process; in another one nothing is known and a page shows that it is at work.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from liuchi.kernel.sheets import Cell

_EVERY = 500
_UNDER_WAY: dict[UUID, ReadSoFar] = {}


@dataclass(slots=True)
class ReadSoFar:
    """Rows read of rows in the chosen sheets; ``rows`` may count headings and empty rows."""

    read: int
    rows: int


@contextmanager
def under_way(import_id: UUID) -> Iterator[None]:
    """Let others see how far a table is for as long as this lasts."""
    _UNDER_WAY[import_id] = ReadSoFar(0, 0)
    try:
        yield
    finally:
        _UNDER_WAY.pop(import_id, None)


def begin(import_id: UUID, rows: int) -> None:
    """Begin to read a table, or to read it once more."""
    if import_id in _UNDER_WAY:
        _UNDER_WAY[import_id] = ReadSoFar(0, rows)


def counted(
    import_id: UUID, rows: Iterator[tuple[int, tuple[Cell, ...]]]
) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Yield the rows, noting how many there were every few hundred."""
    so_far = _UNDER_WAY.get(import_id)
    if so_far is None:
        yield from rows
        return
    for number, row in enumerate(rows, start=1):
        if number % _EVERY == 0:
            so_far.read += _EVERY
        yield row


def progress(import_id: UUID) -> tuple[int, int] | None:
    """Return rows read and rows there are, None while nothing is being read here."""
    found = _UNDER_WAY.get(import_id)
    if found is None or not found.rows:
        return None
    return min(found.read, found.rows), found.rows
