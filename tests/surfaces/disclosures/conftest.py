"""The small world of cases whose villages post as well, looked at through pages."""

from __future__ import annotations

import pytest


@pytest.fixture
def placed(prepare, template, clock):
    # Imported late: this file is read before Django is set up when tests are named by path.
    from engines.cases.world import lived_in  # noqa: PLC0415
    from engines.disclosures.posted import make_posted  # noqa: PLC0415

    with lived_in(prepare(template, make_posted), clock) as both:
        yield both


@pytest.fixture
def world(placed, settings, tmp_path):
    settings.LIUCHI_DATA_DIR = tmp_path
    return placed[1]


@pytest.fixture
def posted(world):
    from engines.disclosures.posted import Posted  # noqa: PLC0415

    return Posted(world)
