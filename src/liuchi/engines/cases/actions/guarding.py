"""Stopping floods: how often an address sends or asks within an hour."""

from __future__ import annotations

from datetime import timedelta

from liuchi.engines.cases import rules
from liuchi.engines.cases.models import Guard
from liuchi.engines.cases.scope import key_ring
from liuchi.kernel import clock
from liuchi.kernel.errors import TooMany
from liuchi.kernel.ids import new_id

_ONE_HOUR = timedelta(hours=1)


def guard(address: str, most: int = rules.SENDS_PER_HOUR_MAX) -> None:
    """Count what comes from an address, and refuse more than ``most`` within an hour.

    Tied to nothing, kept a day.
    """
    at = clock.now()
    source = key_ring().lookup_hash(f"{clock.local_day(at)}:{address}", "cases.guard")
    recent = Guard.objects.filter(source=source, at__gt=at - _ONE_HOUR)
    decided = rules.may_send(recent.count(), most)
    if decided.sentence is not None:
        oldest = recent.order_by("at").values_list("at", flat=True).first() or at
        wait = oldest + _ONE_HOUR - at
        raise TooMany(decided.reason_code, decided.sentence, int(wait.total_seconds()) + 1)
    Guard.objects.create(id=new_id(), source=source, at=at)
