"""Sending a table from the form: it grows, moves, is filled in by itself, is sent once more."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from engines.collect.tables import VILLAGES, mine, save, sent
from liuchi.engines.collect import queries
from liuchi.engines.collect.enums import ColumnKind
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor

pytestmark = pytest.mark.slow
NEW = "/desk/collect/new/"


def filled(town: Actor, **changes: object) -> dict[str, Any]:
    return {
        "key": str(uuid4()),
        "title": "充电桩情况",
        "owner_id": str(town.id),
        "ends_on": str(clock.today() + timedelta(days=3)),
        "rows_max": "1",
        "unit_ids": [str(directory.area_named(name).id) for name in VILLAGES],
        "lines": "1",
        "title_c1": "新增充电桩",
        "kind_c1": "number",
        **changes,
    }


def value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="{name}"', page)
    return "" if found is None else html.unescape(found[1] or found[2] or "")


def shown(response: Any) -> str:
    return html.unescape(response.content.decode())


def test_it_begins_with_one_column_and_a_button_adds_another(clerk: Client, town: Actor) -> None:
    page = shown(clerk.get(NEW))
    assert re.findall(r'name="title_c(\d+)"', page) == ["1"]
    grown = shown(clerk.post(NEW, filled(town, add="1")))
    assert re.findall(r'name="title_c(\d+)"', grown) == ["1", "2"]
    assert value(grown, "title_c1") == "新增充电桩"
    assert value(grown, "lines") == "1,2"


def test_columns_move_and_go_with_what_was_typed(clerk: Client, town: Actor) -> None:
    two = {"lines": "1,2", "used": "2", "title_c2": "做法", "kind_c2": "text", "personal_c2": "on"}
    moved = shown(clerk.post(NEW, filled(town, **two, up="2")))
    assert re.findall(r'name="title_c(\d+)"', moved) == ["2", "1"]
    assert (value(moved, "title_c2"), value(moved, "title_c1")) == ("做法", "新增充电桩")
    gone = shown(clerk.post(NEW, filled(town, **two, drop="2")))
    assert re.findall(r'name="title_c(\d+)"', gone) == ["1"]
    # What a browser kept of a deleted column is given to no new one.
    again = shown(clerk.post(NEW, filled(town, lines="1", used="2", add="1")))
    assert re.findall(r'name="title_c(\d+)"', again) == ["1", "3"]


@pytest.mark.parametrize("wrong", ["up", "down", "drop", "fill"])
def test_a_button_that_makes_no_sense_changes_nothing(
    clerk: Client, town: Actor, wrong: str
) -> None:
    for pressed in ("1", "9", "x", ""):
        response = clerk.post(NEW, filled(town, **{wrong: pressed}))
        page = shown(response)
        assert (response.status_code, re.findall(r'name="title_c(\d+)"', page)) == (200, ["1"])


def test_what_is_held_is_offered_and_not_asked(clerk: Client, town: Actor) -> None:
    asked = filled(town, lines="1,2", title_c2="户数", kind_c2="number")
    response = clerk.post(NEW, asked)
    page = shown(response)
    assert response.status_code == 422
    assert "「户数」名录里已有，不能再要，可以改成自动填。" in page
    assert 'name="fill" value="2"' in page
    offered = shown(clerk.post(NEW, {**asked, "fill": "2"}))
    assert re.search(r'<option value="held:households" selected>', offered)
    assert 'name="fill"' not in offered
    done = clerk.post(NEW, {**asked, "kind_c2": "held:households"})
    assert done.status_code == 302
    followed = shown(clerk.get(done["Location"]))
    assert "已发出，各单位会收到消息。" in followed
    assert "已交 0 个，共 3 个单位" in followed


def test_what_is_asked_elsewhere_is_said_before_and_sent_knowingly(
    clerk: Client, town: Actor
) -> None:
    sent(town)
    words = "「新增充电桩」正在《充电桩情况》里要，3 个单位还没有交"
    before = shown(clerk.post(NEW, filled(town, add="1")))
    assert words in before
    refused = clerk.post(NEW, filled(town))
    assert refused.status_code == 422
    assert words in shown(refused)
    assert 'name="again"' in shown(refused)
    assert clerk.post(NEW, filled(town, again="on")).status_code == 302


def test_a_double_click_sends_one_table(clerk: Client, town: Actor) -> None:
    given = filled(town)
    first, second = clerk.post(NEW, given), clerk.post(NEW, given)
    assert (first.status_code, first["Location"]) == (302, second["Location"])


def test_last_months_table_is_sent_once_more(clerk: Client, town: Actor, unit: Actor) -> None:
    table = sent(town, note="只填后两列", rows_max=1)
    save(unit, mine(unit, table), {"c3": "4", "c4": "自建"})
    page = shown(clerk.get(f"/desk/collect/{table.id}/again/"))
    titles = [value(page, f"title_c{place}") for place in range(1, 5)]
    assert titles == ["户数", "申报件数", "新增充电桩", "做法"]
    assert (value(page, "title"), value(page, "choices_c4")) == ("充电桩情况", "自建、共建")
    ticked = re.findall(r'name="unit_ids" value="([^"]+)"[^>]* checked', page)
    assert {directory.area(each).name for each in map(UUID, ticked)} == set(VILLAGES)
    assert value(page, "ends_on") == str(clock.today() + timedelta(days=3))


def test_columns_of_another_kind_than_there_is_are_text(clerk: Client, town: Actor) -> None:
    response = clerk.post(NEW, filled(town, kind_c1="held:everything"))
    assert response.status_code == 422
    assert clerk.post(NEW, filled(town, lines="0,x,7777,1,1")).status_code == 302


def test_the_page_is_english_for_who_reads_english(clerk: Client, town: Actor) -> None:
    page = clerk.post(
        NEW, filled(town, title_c1="户数"), headers={"Accept-Language": "en"}
    ).content.decode()
    assert "Send a table" in page
    assert "The directory holds 户数: it is not asked again." in html.unescape(page)
    assert "Fill it in by itself" in page


def test_what_is_sent_is_what_stood_in_the_form(clerk: Client, town: Actor) -> None:
    done = clerk.post(
        NEW,
        filled(
            town,
            lines="3,1",
            title_c3="做法",
            kind_c3="choice",
            choices_c3="自建，共建",
            required_c3="on",
            rows_max="5",
            note="照实填",
        ),
    )
    with acting_as(town):
        row = queries.table(town, UUID(done["Location"].split("/")[3]))
    assert [(c.code, c.title, c.kind) for c in row.columns] == [
        ("c3", "做法", ColumnKind.CHOICE),
        ("c1", "新增充电桩", ColumnKind.NUMBER),
    ]
    assert (row.columns[0].choices, row.rows_max, row.note) == (("自建", "共建"), 5, "照实填")
