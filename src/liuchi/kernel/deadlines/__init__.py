"""Deadlines: when a limit ends, how much of it is used, and why, in words a person can check.

A deadline is what started, the limit, the calendar and the approved changes say; the end
itself may be stored for lists, but it can be told again from these at any time. Nothing
else moves it: no comment, no photo, no change of hands.
"""

from liuchi.kernel.deadlines.arithmetic import WARN_PERCENT, Change, Deadline, due_at, used
from liuchi.kernel.deadlines.words import explain, spell

__all__ = ["WARN_PERCENT", "Change", "Deadline", "due_at", "explain", "spell", "used"]
