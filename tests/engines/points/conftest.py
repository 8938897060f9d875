"""One fixture: the small world of ``world.py``."""

from __future__ import annotations

import pytest


@pytest.fixture
def world(db, clock):
    # Imported late: this file is read before Django is set up when tests are named by path.
    from engines.points.world import worlds  # noqa: PLC0415

    yield from worlds(clock)
