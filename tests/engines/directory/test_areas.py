"""Areas: codes, names, dated parents, and what a reorganisation moves."""

from __future__ import annotations

import pytest

from liuchi.engines.directory import actions, queries


@pytest.fixture(autouse=True)
def areas(db, clock) -> None:
    # 1 city, 10 counties, 2 zones, 5 towns, 6 villages, 13 grids
    assert actions.load_reference_areas() == 37


def test_loading_again_changes_nothing():
    assert actions.load_reference_areas() == 0


def test_an_alias_names_the_same_place():
    place = queries.area_named("盛塘社区")
    assert queries.area_named("盛唐社区") == place
    assert queries.area_by_slug("340871001003") == place
    assert (place.name, place.kind, place.provisional) == ("盛塘社区", "community", True)


def test_an_office_is_called_one_and_answers_to_its_street_name():
    office = queries.area_named("菱北街道")
    assert (office.name, office.kind, office.code) == ("菱北办事处", "office", "340871001")
