"""Periodic work of collecting."""

from __future__ import annotations

from liuchi.engines.collect import actions


def close_ended() -> int:
    """Close every table whose end date has passed; return how many."""
    return actions.close_ended()


def forget_personal() -> int:
    """Blank personal values whose time is over; return how many answers."""
    return actions.forget_personal()


def follow_successors() -> int:
    """Give tables of who has left to who took over; return how many."""
    return actions.follow_successors()
