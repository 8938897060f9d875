"""The demo: the same every time, and no careless count gives the printed figures."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth import authenticate
from django.db import connection, connections

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.cases.enums import CaseState
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries as points
from liuchi.engines.points.enums import ClaimState
from liuchi.flows.demo import load, names, sign_ins
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Refused

PRINTED_ON = date(2022, 5, 26)
PRINTED = {"盛塘社区": 49, "乌岭社区": 30, "罗冲社区": 18}
LEADER = "lingbei-leader"


def acting(username: str) -> Actor:
    user = accounts.user_named(username)
    assert user is not None
    return directory.actor_of(user.id)


def ask(sql: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


@pytest.mark.usefixtures("demo_database")
@pytest.mark.parametrize("place", PRINTED)
def test_only_the_right_count_gives_the_printed_figure(place: str) -> None:
    area = directory.area_named(place)
    leader = acting(LEADER)
    with acting_as(leader):
        figure = indicators.figure(leader, "credit.redeemers", area.id, as_of=PRINTED_ON)
        careless = {
            "without a day": indicators.figure(leader, "credit.redeemers", area.id).value,
            "redemptions": indicators.figure(
                leader, "credit.redemptions", area.id, as_of=PRINTED_ON
            ).value,
        }
    inside = list(directory.subtree_ids(area.id))
    redeemed = "FROM journal_fact_points_redeemed WHERE home_area = ANY(%s)"
    given = "SELECT person FROM journal_fact_points_gift_given WHERE home_area = ANY(%s)"
    by_then = f"{redeemed} AND at_day <= %s"
    for name, sql, values in (
        ("all redemptions", f"SELECT count(*) {redeemed}", [inside]),
        ("anybody ever", f"SELECT count(DISTINCT person) {redeemed}", [inside]),
        (
            "reversed ones too",
            f"SELECT count(DISTINCT person) {by_then}",
            [inside, PRINTED_ON],
        ),
        (
            "reversed later left out too",
            (
                f"SELECT count(DISTINCT person) {by_then} AND id NOT IN "
                "(SELECT corrects_id FROM journal_fact WHERE corrects_id IS NOT NULL)"
            ),
            [inside, PRINTED_ON],
        ),
        (
            "with gifts",
            (
                f"SELECT count(*) FROM (SELECT person {by_then} AND NOT EXISTS (SELECT FROM "
                "journal_fact AS undone WHERE undone.corrects_id = journal_fact_points_redeemed.id "
                f"AND undone.recorded_at < '2022-05-27+08') UNION {given} AND at_day <= %s) AS all_"
            ),
            [inside, PRINTED_ON, inside, PRINTED_ON],
        ),
    ):
        ((careless[name],),) = ask(sql, *values)
    assert figure.value == PRINTED[place]
    assert {name: value for name, value in careless.items() if value == PRINTED[place]} == {}


@pytest.mark.usefixtures("demo_database")
@pytest.mark.parametrize("place", PRINTED)
def test_the_figure_opens_to_as_many_people(place: str) -> None:
    area, leader = directory.area_named(place), acting(LEADER)
    with acting_as(leader):
        page = indicators.facts_behind(
            leader, "credit.redeemers", area.id, as_of=PRINTED_ON, limit=200
        )
    assert page.next_after is None
    assert page.entity_count == PRINTED[place]
    assert sum(row.first_of_entity for row in page.rows) == PRINTED[place]
    assert len(page.rows) == page.fact_count


def summary() -> dict[str, object]:
    """Everything about a loaded demo that is not an id."""
    leader = acting(LEADER)
    office = directory.area_named("菱北办事处").id
    with acting_as(leader):
        figures = {
            (row.code, each.area.name): each.text
            for row in indicators.catalogue(leader)
            for each in indicators.breakdown(leader, row.code, office)
        }
    clerk = acting("lingbei-clerk")
    with acting_as(clerk):
        people = ask(
            "SELECT person.name, person.birth_date, household.label, household.address_masked "
            "FROM directory_person AS person JOIN directory_membership AS member "
            "ON member.person_id = person.id JOIN directory_household AS household "
            "ON household.id = member.household_id ORDER BY 1, 2, 3, 4"
        )
        balances = ask(
            "SELECT person.name, account.balance FROM points_account AS account "
            "JOIN directory_person AS person ON person.id = account.person_id ORDER BY 1, 2"
        )
        facts = ask(
            "SELECT kind, at, amount, count(*) FROM journal_fact GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        )
    return {"figures": figures, "people": people, "balances": balances, "facts": facts}


@pytest.mark.slow
def test_loading_twice_gives_the_same(demo_database: str, request: pytest.FixtureRequest) -> None:
    first = summary()
    request.getfixturevalue("db")
    loaded = load()
    assert summary() == first
    assert (loaded.people, loaded.gifts) == (len(first["people"]), 15)  # type: ignore[arg-type]


@pytest.mark.usefixtures("demo_database")
def test_nobody_is_real() -> None:
    clerk = acting("lingbei-clerk")
    with acting_as(clerk):
        rows = ask("SELECT DISTINCT name FROM directory_person")
    shown = [accounts.user_named(each.username) for each in sign_ins()]
    everybody = {str(name) for (name,) in rows} | {user.display_name for user in shown if user}
    assert {name for name in everybody if len(name) != 3 or name[0] not in names.SURNAMES} == set()


@pytest.mark.usefixtures("demo_database")
def test_there_is_something_to_do_in_every_community() -> None:
    for slug in ("shengtang", "wuling", "luochong"):
        reviewer = acting(f"{slug}-reviewer")
        with acting_as(reviewer):
            waiting = points.claims(reviewer, state=ClaimState.PROPOSED).rows
            states = {row.state for row in points.claims(reviewer, limit=200).rows}
        assert len(waiting) >= 2
        assert {ClaimState.POSTED, ClaimState.PROPOSED} <= states


@pytest.mark.usefixtures("demo_database")
def test_matters_stand_in_every_state_and_some_of_them_are_late() -> None:
    clerk = acting("lingbei-clerk")
    with acting_as(clerk):
        found = ask("SELECT state, reports, overdue, disputed, appealed, reopened FROM cases_case")
        called = {str(state) for (state,) in ask("SELECT DISTINCT state FROM cases_called")}
        purposes = {str(each) for (each,) in ask("SELECT DISTINCT purpose FROM cases_drawn")}
    assert {str(state) for state, *_ in found} == {str(each) for each in CaseState}
    assert max(int(str(reports)) for _, reports, *_ in found) == 3
    assert [any(row[column] for row in found) for column in (2, 3, 4, 5)] == [True] * 4
    assert called == {"agreed", "objected", "rated"}
    assert purposes == {"check", "call_back"}


@pytest.mark.usefixtures("demo_database")
def test_points_and_goods_balance() -> None:
    root = acting("administrator")
    with acting_as(root):
        sums = ask(
            "SELECT unit, sum(balance) FROM points_account GROUP BY unit HAVING sum(balance) <> 0"
        )
        below = ask(
            "SELECT count(*) FROM points_account WHERE balance < 0 AND kind IN ('person', 'stock')"
        )
    assert (sums, below) == ([], [(0,)])


@pytest.mark.usefixtures("demo_database")
def test_every_printed_account_signs_in_where_it_says() -> None:
    printed = accounts.demo_sign_ins()
    assert [row.username for row in printed] == [row.username for row in sign_ins()]
    assert accounts.installation().is_demo
    for row in sign_ins():
        user = authenticate(None, username=row.username, password=row.password)
        assert user is not None
        actor = directory.actor_of(user.pk)
        assert actor.role == row.role
        assert actor.scope_code == directory.area_named(row.place).scope_code


@pytest.mark.usefixtures("demo_database")
def test_a_village_takes_all_it_has_to_another_town() -> None:
    administrator = acting("administrator")
    village = directory.area_named("罗冲社区")
    stamped = [
        str(table)
        for (table,) in ask(
            "SELECT table_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND column_name = 'scope_code' ORDER BY 1"
        )
    ]
    filed = "SELECT count(*) FROM {} WHERE scope_code LIKE %s"
    with connections["owner"].cursor() as cursor:

        def count(code: str) -> dict[str, int]:
            found = {}
            for table in stamped:
                cursor.execute(filed.format(table), [f"{code}%"])
                found[table] = cursor.fetchone()[0]
            return found

        before = count(village.scope_code)
        directory_actions.reorganise(
            area_id=village.id,
            new_parent_id=directory.area_named("老峰镇").id,
            on=clock.today(),
            new_code="340871100901",
            actor=administrator,
            key="move",
        )
        after, left = count("340871100901"), count(village.scope_code)
    assert (after, sum(left.values())) == (before, 0)
    assert sum(1 for many in before.values() if many) > 25


@pytest.mark.usefixtures("demo_database")
def test_a_database_in_use_is_left_alone() -> None:
    with pytest.raises(Refused) as caught:
        load()
    assert caught.value.code == "demo_not_empty"


@pytest.mark.usefixtures("db")
def test_production_takes_no_demo(settings: object) -> None:
    settings.LIUCHI_MODE = "production"  # type: ignore[attr-defined]
    with pytest.raises(Refused) as caught:
        load()
    assert caught.value.code == "demo_in_production"
    assert not accounts.in_use()
