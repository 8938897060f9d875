"""Gauges read at the moment a collector asks."""

from __future__ import annotations

from prometheus_client import Gauge

from liuchi.project.state import journal_state

_waiting = Gauge("liuchi_journal_facts_without_ordinal", "Facts the sequencer has yet to order.")
_behind = Gauge("liuchi_journal_seconds_behind", "Age of the oldest fact without an ordinal.")
_ahead = Gauge("liuchi_journal_partitions_ahead", "Monthly partitions made ahead.")


def refresh() -> None:
    """Bring the gauges up to date."""
    state = journal_state()
    if state is None:
        return
    _waiting.set(state.facts_without_ordinal)
    _behind.set(state.seconds_behind)
    _ahead.set(state.partitions_ahead)
