"""A screen in a hall: who has the address sees totals, until it is taken back."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection

from engines.indicators import test_queries
from engines.indicators.test_queries import VERBS, actor, committed, one
from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators.actions.screens import close_screen, open_screen
from liuchi.engines.indicators.queries import screens
from liuchi.engines.journal.actions import apply_playbook
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import system_actor
from liuchi.kernel.errors import Conflict, Invalid, NotFound, Refused

areas = test_queries.areas
SCREEN = "indicators.screen.write"
SYSTEM = system_actor(UUID(int=7), *VERBS, SCREEN)


def wall_of(token: str) -> screens.Wall:
    found = screens.wall(token)
    assert found is not None
    return found


def shown(token: str) -> list[tuple[str, str | None, str | None]]:
    return [(each.code, each.text, each.month.text) for each in wall_of(token).figures]


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
        found = wall_of(opened.token)
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
        assert screens.wall(opened.token) is None
        assert wall_of(other.token).title == "过道"
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
    mine = actor(directory.area(areas[0]).scope_code, *VERBS, SCREEN)
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


def test_who_reads_and_traces_figures_hangs_no_screen(areas: tuple[UUID, ...]) -> None:
    reader = actor(directory.area(areas[0]).scope_code, *VERBS)
    with committed([], areas):
        opened = open_screen(actor=SYSTEM, key="hall-0001", area_id=areas[0], title="大厅")
        with pytest.raises(Refused):
            open_screen(actor=reader, key="hall-0002", area_id=areas[0], title="大厅")
        with pytest.raises(Refused):
            close_screen(actor=reader, key="back-0001", screen_id=opened.id)
        with acting_as(reader), pytest.raises(Refused):  # the list shows the addresses
            screens.screens(reader)
        assert wall_of(opened.token).title == "大厅"


HEADED = [*test_queries.INDICATORS[1:3], test_queries.INDICATORS[-1]]  # a count, a sum, a rate


@pytest.fixture
def headed(areas: tuple[UUID, ...]) -> tuple[UUID, ...]:
    """Put a method in force whose headlines are a count, a sum and a rate."""
    apply_playbook(
        code="headed",
        source="",
        compiled={"indicators": [{**each, "headline": True} for each in HEADED]},
        places=[areas[0]],
        in_force_from=test_queries.START,
        spec_version=1,
        approved_by="",
        actor=SYSTEM,
    )
    return areas


def test_few_people_hide_a_figure_whatever_is_printed_of_them(headed: tuple[UUID, ...]) -> None:
    # Three people redeem ten times each: thirty redemptions, a hundred and fifty points.
    facts = [one(person=n % 3) for n in range(30)]
    with committed(facts, headed):
        opened = open_screen(actor=SYSTEM, key="hall-0001", area_id=headed[0], title="大厅")
        assert {text for _, text, _ in shown(opened.token)} == {None}


def test_a_small_number_of_many_people_is_shown(headed: tuple[UUID, ...]) -> None:
    # Eight of eight people return nothing: a rate of nought is about eight.
    with committed([one(person=n) for n in range(8)], headed):
        opened = open_screen(actor=SYSTEM, key="hall-0001", area_id=headed[0], title="大厅")
        told = {code: text for code, text, _ in shown(opened.token)}
        assert told["p.rate"] == "0.0"
        assert told["p.count"] == "8"


def test_the_whole_less_the_other_months_tells_no_month(areas: tuple[UUID, ...]) -> None:
    april = [one(person=n) for n in range(6)]
    may = [one(person=n, day=33) for n in range(2)]
    june = [one(person=n, day=65) for n in range(7)]
    with committed([*april, *may, *june], areas):
        opened = open_screen(actor=SYSTEM, key="hall-0001", area_id=areas[0], title="大厅")
        (figure,) = wall_of(opened.token).figures
        assert figure.text == "7"
        # May is about two people; April, the smallest of the others, hides what it leaves.
        assert [month.text for month in figure.months] == [None, None, "7"]
        assert [month.value for month in figure.months] == [None, None, 7]
        assert [month.is_over for month in figure.months] == [True, True, False]
