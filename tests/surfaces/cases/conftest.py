"""The small world of cases, looked at through the desk's pages."""

from __future__ import annotations

import pytest


@pytest.fixture
def placed(prepare, template, clock):
    # Imported late: this file is read before Django is set up when tests are named by path.
    from engines.cases.world import lived_in, make_world  # noqa: PLC0415

    with lived_in(prepare(template, make_world), clock) as both:
        yield both


@pytest.fixture
def world(placed, settings, tmp_path):
    settings.LIUCHI_DATA_DIR = tmp_path
    return placed[1]
