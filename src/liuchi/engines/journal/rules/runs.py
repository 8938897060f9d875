"""Watching a run of numbers go by: what is due, what came late, twice or never."""

from __future__ import annotations

from enum import Enum, auto


class Step(Enum):
    """How a number stands to those before it."""

    DUE = auto()  # the next
    GAP = auto()  # later than due: some are skipped
    LATE = auto()  # skipped before
    AGAIN = auto()  # there before
    STRAY = auto()  # no number of this run


class Run:
    """The numbers ``first`` to ``last``, expected in order.

    Holds only the gaps, as intervals: a file that skips a thousand millions costs no memory.
    """

    def __init__(self, first: int, last: int) -> None:
        """Expect ``first`` next; ``last`` below it is an empty run."""
        self.due = first
        self._first = first
        self._last = last
        self._gaps: list[tuple[int, int]] = []

    def take(self, number: int | None) -> Step:
        """Say how a number stands to those before it, and remember it."""
        if number is None or not self._first <= number <= self._last:
            return Step.STRAY
        if number == self.due:
            self.due += 1
            return Step.DUE
        if number > self.due:
            self._gaps.append((self.due, number - 1))
            self.due = number + 1
            return Step.GAP
        return Step.LATE if self._fill(number) else Step.AGAIN

    def skip(self) -> int:
        """Count a line that can't be read as the one that was due; return its number."""
        number = self.due
        self.due = min(self.due + 1, self._last + 1)
        return number

    def missing(self) -> list[tuple[int, int]]:
        """Return the intervals never seen, both ends included."""
        tail = [(self.due, self._last)] if self.due <= self._last else []
        return [*self._gaps, *tail]

    def _fill(self, number: int) -> bool:
        for index, (low, high) in enumerate(self._gaps):
            if low <= number <= high:
                parts = [(low, number - 1), (number + 1, high)]
                self._gaps[index : index + 1] = [(a, b) for a, b in parts if a <= b]
                return True
        return False
