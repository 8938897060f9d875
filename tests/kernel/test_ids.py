from __future__ import annotations

from datetime import datetime, timedelta

from liuchi.kernel import clock
from liuchi.kernel.clock import SHANGHAI, SimulatedClock
from liuchi.kernel.ids import instant_of, lowest_id_at, new_id

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=SHANGHAI)


def test_ids_of_a_standing_clock_stay_in_order_past_a_full_counter():
    with clock.using(SimulatedClock(NOON)):
        ids = [new_id() for _ in range(10_000)]
    assert ids == sorted(set(ids))
    assert instant_of(ids[-1]) - NOON < timedelta(milliseconds=10)


def test_an_id_carries_its_instant_and_version():
    later = NOON + timedelta(hours=1)
    with clock.using(SimulatedClock(later)):
        made = new_id()
    assert (instant_of(made), made.version) == (later, 7)
    assert lowest_id_at(later) <= made < lowest_id_at(later + timedelta(milliseconds=1))


def test_another_clock_starts_anew_even_in_the_past():
    new_id()
    with clock.using(SimulatedClock(NOON - timedelta(days=1400))):
        assert instant_of(new_id()) == NOON - timedelta(days=1400)
