"""Areas: codes, names, dated parents, and what a reorganisation moves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from liuchi.engines.directory import actions, queries
from liuchi.engines.directory.enums import Tree
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id


def names(area_ids) -> set[str]:
    return {row.name for row in queries.areas(area_ids).values()}


def test_loading_again_changes_nothing(root):
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, count(*) FROM directory_area GROUP BY kind ORDER BY kind")
        assert cursor.fetchall() == [
            ("city", 1), ("community", 4), ("county", 10), ("grid", 13), ("office", 1),
            ("town", 4), ("village", 2), ("zone", 2),
        ]  # fmt: skip
    assert actions.load_reference_areas() == 0


def test_an_alias_names_the_same_place(root):
    place = queries.area_named("盛塘社区")
    assert queries.area_named(" 盛唐社区 ") == place
    assert queries.area_by_slug("340871001003") == place
    assert (place.name, place.kind, place.provisional) == ("盛塘社区", "community", True)


def test_an_office_is_called_one_and_answers_to_its_street_name(root):
    office = queries.area_named("菱北街道")
    assert (office.name, office.kind, office.code) == ("菱北办事处", "office", "340871001")


def test_the_zone_has_a_statistical_code_that_the_national_standard_lacks(root):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT system FROM directory_area_code WHERE code = '340871' ORDER BY system"
        )
        assert cursor.fetchall() == [("managing",), ("statistical",)]


def test_a_former_code_still_leads_to_its_town_and_parents_have_dates(root):
    town, zone, district = map(queries.area_named, ("老峰镇", "经开区", "迎江区"))
    assert queries.area_by_code("340802100") == queries.area_by_code("340871100") == town
    before, since = date(2009, 12, 31), date(2010, 1, 1)
    held = [
        town.id in queries.subtree_ids(place.id, tree=Tree.STATISTICAL, on=day)
        for day in (before, since)
        for place in (district, zone)
    ]
    assert held == [True, False, False, True]


def test_the_two_trees_disagree_about_the_high_tech_zone(root):
    zone, district = queries.area_named("高新区"), queries.area_named("大观区")
    assert names(queries.subtree_ids(zone.id)) == {"安庆高新区", "山口乡"}
    assert names(queries.subtree_ids(zone.id, tree=Tree.STATISTICAL)) == {"安庆高新区"}
    assert names(queries.subtree_ids(district.id, tree=Tree.STATISTICAL)) == {
        "大观区",
        "安庆高新区",
        "山口乡",
    }


def test_children_come_by_code_and_the_town_is_found_from_a_grid(root):
    office = queries.area_named("菱北")
    below = queries.children(office.id)
    assert [row.name for row in below] == ["罗冲社区", "乌岭社区", "盛塘社区", "刘纪社区"]
    assert {row.parent_id for row in below} == {office.id}
    assert queries.town_of(queries.area_named("罗冲第一网格").id) == office
    assert queries.town_of(queries.area_named("经开区").id) is None


def test_an_unknown_name_or_code_is_not_found(root):
    for ask in (queries.area_named, queries.area_by_code):
        with pytest.raises(NotFound):
            ask("无此地")


def move(actor, *, code="340871100001", on=None, key="move", name="罗冲社区", to="老峰镇"):
    actions.reorganise(
        area_id=queries.area_named(name).id,
        new_parent_id=queries.area_named(to).id,
        on=on or kernel_clock.today(),
        new_code=code,
        actor=actor,
        key=key,
    )


def test_a_village_moves_to_another_town_with_all_its_people(root, people, official):
    clerk = official("clerk", "老峰镇")
    secretary = official("secretary", "罗冲社区")
    move(root)
    move(root)  # the second click
    town, village = queries.area_named("老峰镇"), queries.area_named("罗冲社区")
    assert (village.scope_code, village.parent_id) == ("340871100001", town.id)
    assert queries.area_named("罗冲第二网格").scope_code == "340871100001002"
    # Addresses printed before the move still lead here.
    assert queries.area_by_slug("340871001001") == village
    with acting_as(clerk):
        assert [row.name for row in queries.people(clerk).rows] == ["陈伟国", "单小红", "单小明"]
        assert len(queries.households(clerk).rows) == 2
    after = queries.actor_of(secretary.id)
    with acting_as(after):
        assert queries.people(after).rows[0].name == "陈伟国"
    yesterday = kernel_clock.today() - timedelta(days=1)
    office = queries.area_named("菱北办事处")
    assert village.id in queries.subtree_ids(office.id, on=yesterday)
    assert village.id not in queries.subtree_ids(office.id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data->>'code' FROM journal_fact WHERE kind LIKE '%%area_moved'", [])
        assert cursor.fetchall() == [("340871100001",)]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code": "340871001009"}, Invalid),  # not the new parent's
        ({"code": None}, Invalid),
        ({"on": date(2026, 3, 3)}, Invalid),  # tomorrow
        ({"code": "340871001002", "to": "菱北办事处"}, Invalid),  # taken
        ({"on": date(1999, 1, 1)}, Conflict),  # before the present parent began
        ({"name": "菱北办事处", "to": "罗冲社区", "code": "340871001001009"}, Conflict),  # a circle
    ],
)
def test_a_move_that_makes_no_sense_changes_nothing(root, change, error):
    with pytest.raises(error):
        move(root, **change)
    assert queries.area_named("罗冲社区").scope_code == "340871001001"


def test_only_who_may_change_areas_moves_one(root, official):
    with pytest.raises(Refused):
        move(official("secretary", "罗冲社区"))
    stranger = Actor(new_id(), "administrator", None, "340881", grants=root.grants)
    with pytest.raises(NotFound):
        move(stranger)
