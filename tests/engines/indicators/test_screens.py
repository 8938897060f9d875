"""A screen in a hall: who has the address sees totals, until it is taken back."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection

from engines.indicators import test_queries
from engines.indicators.test_queries import SYSTEM, actor, committed, one
from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators.actions.screens import close_screen, open_screen
from liuchi.engines.indicators.queries import screens
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.errors import Conflict, Invalid, NotFound, Refused

areas = test_queries.areas


def shown(token: str) -> list[tuple[str, str | None, str | None]]:
    return [(each.code, each.text, each.month_text) for each in screens.wall(token).figures]


def kinds_journalled() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM journal_fact WHERE kind LIKE 'indicators.%' ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_a_screen_shows_totals_and_too_few_people_to_nobody(areas: tuple[UUID, ...]) -> None:
    facts = [one(person=n, amount=3) for n in range(2)]
    with committed(facts, areas):
        opened = open_screen(actor=SYSTEM, key="hall-0001", area_id=areas[0], title="大厅")
        again = open_screen(actor=SYSTEM, key="hall-0001", area_id=areas[0], title="大厅")
        assert opened == again
        found = screens.wall(opened.token)
        assert (found.title, found.area.id) == ("大厅", areas[0])
        assert shown(opened.token) == [("p.people", None, None)]
    more = [one(person=n, amount=3) for n in range(6)]
    with committed(more, areas):
        assert shown(opened.token) == [("p.people", "6", "6")]


def test_what_was_taken_back_shows_nothing_more(areas: tuple[UUID, ...]) -> None:
    with committed([], areas):
        opened = open_screen(actor=SYSTEM, key="hall-0001", area_id=areas[0], title="大厅")
        other = open_screen(actor=SYSTEM, key="hall-0002", area_id=areas[0], title="过道")
        for _ in range(2):
            close_screen(actor=SYSTEM, key="back-0001", screen_id=opened.id)
        with acting_as(SYSTEM):
            held = [(row.title, row.closed_at is None) for row in screens.screens(SYSTEM)]
        assert held == [("过道", True), ("大厅", False)]
        with pytest.raises(NotFound):
            screens.wall(opened.token)
        assert screens.wall(other.token).title == "过道"
        assert kinds_journalled() == [
            "indicators.screen_opened",
            "indicators.screen_opened",
            "indicators.screen_closed",
        ]


def test_an_address_that_was_guessed_shows_nothing(areas: tuple[UUID, ...]) -> None:
    with committed([], areas):
        opened = open_screen(actor=SYSTEM, key="hall-0001", area_id=areas[0], title="大厅")
        for wrong in ("", "x" * 64, opened.token[:-1], opened.id.hex, opened.id.hex + "0" * 32):
            with pytest.raises(NotFound):
                screens.wall(wrong)


def test_nobody_opens_a_screen_for_another_place(areas: tuple[UUID, ...]) -> None:
    mine = actor(directory.area(areas[0]).scope_code, *test_queries.VERBS)
    with committed([], areas):
        with pytest.raises(NotFound):
            open_screen(actor=mine, key="hall-0001", area_id=areas[3], title="大厅")
        with pytest.raises(Refused):
            open_screen(actor=actor("3408"), key="hall-0001", area_id=areas[0], title="大厅")
        with pytest.raises(Invalid):
            open_screen(actor=mine, key="hall-0001", area_id=areas[0], title=" ")
        theirs = open_screen(actor=SYSTEM, key="hall-0002", area_id=areas[3], title="大厅")
        with pytest.raises(NotFound):
            close_screen(actor=mine, key="back-0001", screen_id=theirs.id)
        open_screen(actor=mine, key="hall-0003", area_id=areas[0], title="大厅")
        with pytest.raises(Conflict):
            open_screen(actor=mine, key="hall-0003", area_id=areas[0], title="别处")
