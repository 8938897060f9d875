"""Periodic work of disclosures."""

from __future__ import annotations

from liuchi.engines.disclosures import actions


def take_down_expired() -> int:
    """Take down what has been up as long as its item says; return how many versions."""
    return actions.take_down_expired()


def draw_checks() -> int:
    """Draw the spot checks announced before a seal at hand; return how many postings."""
    return actions.draw_checks()


def forget_tables() -> int:
    """Drop the rows of tables that nobody brought in within a day; return how many tables."""
    return actions.forget_tables()
