"""One fixture: the town of ``place.py``, in a database of the test's own."""

from __future__ import annotations

import pytest


@pytest.fixture
def town(prepare, template, clock):
    # Imported late: this file is read before Django is set up when tests are named by path.
    from engines.cases.world import lived_in  # noqa: PLC0415
    from surfaces.open311.place import make_place  # noqa: PLC0415

    with lived_in(prepare(template, make_place), clock) as (_name, world):
        yield world
