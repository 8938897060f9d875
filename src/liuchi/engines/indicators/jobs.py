"""Periodic work of indicators."""

from __future__ import annotations

from liuchi.engines.indicators import actions

CHECKED_A_NIGHT = 60


def roll_up() -> int:
    """Roll the next facts up, or one more count; return how much was done, 0 for no more."""
    return actions.roll_up()


def check_roll_ups() -> int:
    """Count some figures anew and compare them with what is kept; return how many."""
    return actions.check(CHECKED_A_NIGHT)
