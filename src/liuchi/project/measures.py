"""Gauges read at the moment a collector asks."""

from __future__ import annotations

from prometheus_client import Gauge

from liuchi.project.state import journal_state, notices_state

_waiting = Gauge("liuchi_journal_facts_without_ordinal", "Facts the sequencer has yet to order.")
_behind = Gauge("liuchi_journal_seconds_behind", "Age of the oldest fact without an ordinal.")
_ahead = Gauge("liuchi_journal_partitions_ahead", "Monthly partitions made ahead.")
_untold = Gauge("liuchi_notices_facts_behind", "Ordered facts people were not told of yet.")
_late = Gauge("liuchi_notices_messages_late", "Messages due for ten minutes or longer.")
_unknown = Gauge("liuchi_notices_messages_unknown", "Messages of a week that may have arrived.")
_failed = Gauge("liuchi_notices_messages_failed", "Messages of a week that were not sent.")


def refresh() -> None:
    """Bring the gauges up to date."""
    state = journal_state()
    if state is None:
        return
    _waiting.set(state.facts_without_ordinal)
    _behind.set(state.seconds_behind)
    _ahead.set(state.partitions_ahead)
    notices = notices_state()
    if notices is None:
        return
    _untold.set(notices.facts_behind)
    _late.set(notices.messages_late)
    _unknown.set(notices.messages_unknown)
    _failed.set(notices.messages_failed)
