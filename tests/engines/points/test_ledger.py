"""The ledger's own law, tried from outside: raw SQL as both roles, and a model of it."""

from __future__ import annotations

import json
from dataclasses import replace

import psycopg
import pytest
from django.db import DatabaseError, connection

from engines.points.test_shop import redeem, stock, sums
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, facts, queries
from liuchi.engines.points.actions import posting
from liuchi.engines.points.actions.posting.queue import _Together, _written_down
from liuchi.engines.points.enums import AccountKind, Outcome, TransferKind
from liuchi.kernel.actors import system_actor
from liuchi.kernel.errors import Conflict
from liuchi.kernel.ids import new_id
from liuchi.project.postgres import Role

LEDGER = ("account", "transfer", "entry", "redemption", "gift")
SCOPE = (
    "SELECT set_config('liuchi.scope_set', 'on', false), "
    "set_config('liuchi.scope_low', %s, false), set_config('liuchi.scope_high', %s, false), "
    "set_config('liuchi.scope_person', %s, false)"
)


@pytest.fixture
def spent(world):
    """A world in which somebody has earned 50 points, spent 5 and been given a gift."""
    shop, goods = world.shop(soap=10)
    world.award(world.people[0])
    redeem(world, world.people[0], shop, goods["soap"])
    actions.give_gift(
        actor=world.keeper,
        key=world.key(),
        person_id=world.people[0],
        shop_id=shop.id,
        goods_id=goods["soap"].id,
        quantity=1,
        reason="慰问",
    )
    return world


def refused(cluster, db, role, error, *statements, match=None):
    """Assert that every statement alone is refused with one error."""
    for statement in statements:
        with cluster.connect(role, db) as raw, pytest.raises(error, match=match):
            raw.execute(statement)


def test_the_application_cannot_write_the_ledger(db, cluster):
    for table in LEDGER:
        refused(
            cluster,
            db,
            Role.APP,
            psycopg.errors.InsufficientPrivilege,
            f"DELETE FROM points_{table}",
            f"UPDATE points_{table} SET id = id",
            f"TRUNCATE points_{table}",
            f"INSERT INTO points_{table} DEFAULT VALUES",
        )


def test_the_owner_cannot_overdraw_by_hand(spent, cluster, db):
    refused(
        cluster,
        db,
        Role.OWNER,
        psycopg.errors.CheckViolation,
        "UPDATE points_account SET balance = -1 WHERE kind = 'person'",
        "UPDATE points_account SET balance = -1 WHERE kind = 'stock'",
        "UPDATE points_account SET overdraft_allowed = true WHERE kind = 'person'",
    )


def test_not_even_the_owner_edits_what_was_posted(spent, cluster, db):
    for table in ("entry", "transfer"):
        refused(
            cluster,
            db,
            Role.OWNER,
            psycopg.errors.InsufficientPrivilege,
            f"DELETE FROM points_{table}",
            f"UPDATE points_{table} SET id = id",
            # A reorganisation changes the scope of a row, and nothing with it.
            f"UPDATE points_{table} SET scope_code = '1', person_id = gen_random_uuid()",
            f"TRUNCATE points_{table} CASCADE",
            match="append-only",
        )


def test_an_entry_adds_up_or_is_refused(spent, cluster, db):
    columns = (
        "transfer_id, account_id, unit, side, amount, balance_before, balance_after, scope_code"
    )
    wrong = {
        "amount": "0",
        "side": "'lost'",
        "balance_after": "balance_after + 1",
        "balance_before": "balance_before + 1",
    }
    refused(
        cluster,
        db,
        Role.OWNER,
        psycopg.errors.CheckViolation,
        *(
            f"INSERT INTO points_entry ({columns}) SELECT {columns.replace(name, value, 1)} "
            "FROM points_entry WHERE amount > 1 LIMIT 1"
            for name, value in wrong.items()
        ),
    )
    refused(
        cluster,
        db,
        Role.OWNER,
        psycopg.errors.CheckViolation,
        f"INSERT INTO points_entry ({columns}) SELECT {columns} FROM points_entry LIMIT 1",
        match="add up to zero",
    )


def test_an_entry_belongs_to_a_transfer_and_an_account_that_are_there(spent, cluster, db):
    """No foreign keys stand behind this: the check by statement, and parents that stay."""
    columns = (
        "transfer_id, account_id, unit, side, amount, balance_before, balance_after, scope_code"
    )
    for name in ("transfer_id", "account_id"):
        given = columns.replace(name, f"'{new_id()}'", 1)
        refused(
            cluster,
            db,
            Role.OWNER,
            psycopg.errors.ForeignKeyViolation,
            f"INSERT INTO points_entry ({columns}) "
            f"SELECT {given} FROM points_entry "
            "WHERE transfer_id = (SELECT min(transfer_id::text)::uuid FROM points_entry)",
            match="there is no",
        )
    refused(
        cluster,
        db,
        Role.OWNER,
        psycopg.errors.InsufficientPrivilege,
        "UPDATE points_account SET id = gen_random_uuid()",
        "UPDATE points_transfer SET id = gen_random_uuid()",
        "DELETE FROM points_account",
        "TRUNCATE points_account CASCADE",
    )


# Row-level security, by a connection that is not ours -------------------------------


def test_without_a_scope_nothing_is_read(spent, cluster, db):
    refused(
        cluster,
        db,
        Role.APP,
        psycopg.errors.InsufficientPrivilege,
        *(f"SELECT * FROM points_{table}" for table in (*LEDGER, "claim")),
        match="no scope is set",
    )


def test_rows_of_people_are_read_within_the_scope_only(spent, cluster, db):
    theirs = {"account": 1, "transfer": 3, "entry": 2, "redemption": 1, "gift": 1, "claim": 1}
    mine, neighbour = (str(who) for who in spent.people[:2])
    for scope, person, expected in (
        ("340871001003", "", theirs),
        ("3408", "", theirs),
        ("", "", theirs),
        ("340871001003", mine, theirs),
        ("340871001003", neighbour, dict.fromkeys(theirs, 0)),
        ("340871001001", "", dict.fromkeys(theirs, 0)),
        ("340871001001", mine, dict.fromkeys(theirs, 0)),
    ):
        with cluster.connect(Role.APP, db) as app:
            app.execute(SCOPE, [scope, f"{scope}~", person])
            seen = {
                table: app.execute(
                    f"SELECT count(*) FROM points_{table} WHERE person_id IS NOT NULL"
                ).fetchone()[0]
                for table in theirs
            }
        assert (scope, person, seen) == (scope, person, expected)


def test_a_claim_of_another_area_cannot_be_changed(spent, cluster, db):
    with cluster.connect(Role.APP, db) as app:
        app.execute(SCOPE, ["340871001001", "340871001001~", ""])
        assert app.execute("UPDATE points_claim SET note = 'x'").rowcount == 0


def test_a_reorganisation_takes_the_ledger_along(spent):
    office = directory.area_named("老峰镇")
    directory_actions.reorganise(
        area_id=spent.village.id,
        new_parent_id=office.id,
        on=spent.clock.now().date(),
        actor=system_actor(new_id(), "directory.area.write"),
        key="moved",
        new_code="340871100099",
    )
    village = directory.area(spent.village.id)
    assert village.scope_code == "340871100099"
    clerk = spent.user("clerk", office)
    with acting_as(clerk):
        statement = queries.statement(clerk, spent.people[0])
    assert (statement.balance, len(statement.entries)) == (45, 2)
    with acting_as(spent.recorder):  # still at the old code: nothing is there any more
        assert queries.statement(spent.recorder, spent.people[0]).entries == ()


# The one way in ---------------------------------------------------------------------


def item_of(world, **changes):
    """An award nobody approved: what a stranger to the rules might try to post."""
    issue = posting.AccountOf(
        AccountKind.ISSUE,
        "points:credit",
        "area",
        world.village.id,
        world.village.id,
        world.village.scope_code,
    )
    purse = replace(
        issue, kind=AccountKind.PERSON, holder_id=world.people[0], person_id=world.people[0]
    )
    item = posting.Item(
        key=world.key(),
        body={},
        kind=TransferKind.AWARD,
        actor_id=new_id(),
        legs=(posting.Leg(issue, purse, 5),),
        fact=posting.FactOf(
            kind=facts.STOCK_RECEIVED,
            area_id=world.village.id,
            subject_kind="points.goods",
            subject_id=new_id(),
            data=facts.StockData(shop=new_id(), goods="soap", quantity=1),
        ),
        scope_code=world.village.scope_code,
    )
    return replace(item, **changes)


def purse_of(world, person_id):
    return posting.AccountOf(
        AccountKind.PERSON,
        "points:credit",
        "person",
        person_id,
        world.village.id,
        world.village.scope_code,
        person_id,
    )


def test_points_come_from_an_approved_claim_or_not_at_all(world):
    claim = world.review(world.propose(world.people[0]))
    made_up = item_of(world)
    for item in (
        made_up,
        replace(made_up, claim_id=claim.id),  # five points where the claim says fifty
        replace(made_up, claim_id=new_id()),
        replace(made_up, kind=TransferKind.STOCK_IN),
        replace(made_up, legs=(replace(made_up.legs[0], amount=-5),), kind=TransferKind.GIFT),
    ):
        with pytest.raises(DatabaseError, match="does not allow"):
            posting.post(item)
    assert world.balance(world.people[0]) == 0


def test_an_approved_claim_waits_for_the_end_of_its_notice(world):
    claim = world.review(world.propose(world.people[0]))
    with pytest.raises(DatabaseError, match="does not allow"):
        actions.post_claims(actor=world.root, claim_ids=[claim.id])
    assert world.balance(world.people[0]) == 0


def test_a_poisoned_item_harms_no_other(world):
    shop, goods = world.shop()
    good = [
        posting.Item(
            key=f"good-{n}",
            body={"n": n},
            kind=TransferKind.STOCK_IN,
            actor_id=new_id(),
            legs=(_shelf_leg(shop, goods["soap"], 1),),
            fact=item_of(world).fact,
            scope_code=shop.scope_code,
        )
        for n in range(4)
    ]
    together = _Together(5)
    waiting = _written_down([*good[:2], item_of(world), *good[2:]], together)
    posting.writer().submit(waiting)
    assert together.all_answered.wait(10)
    results = [each.error or each.answer for each in waiting]
    assert [getattr(each, "outcome", "error") for each in results] == [
        "posted",
        "posted",
        "error",
        "posted",
        "posted",
    ]
    assert stock(world, shop)["soap"] == 4


def _shelf_leg(shop, goods, quantity):
    supply = posting.AccountOf(
        AccountKind.SUPPLY, f"goods:{goods.id}", "shop", shop.id, shop.village_id, shop.scope_code
    )
    return posting.Leg(supply, replace(supply, kind=AccountKind.STOCK), quantity)


def test_in_one_batch_a_refused_item_leaves_the_others_their_order(world):
    """Three pieces, wanted 2, 2 and 1: the second falls short, the third is still served."""
    shop, goods = world.shop(soap=3)
    leg = _shelf_leg(shop, goods["soap"], 1)
    shelf, handed = leg.credit, replace(leg.credit, kind=AccountKind.HANDED_OUT)
    items = [
        posting.Item(
            key=f"gift-{n}",
            body={"n": n},
            kind=TransferKind.GIFT,
            actor_id=world.keeper.id,
            legs=(posting.Leg(shelf, handed, quantity),),
            fact=item_of(world).fact,
            scope_code=shop.scope_code,
            person_id=world.people[0],
            reason="慰问",
            gift={
                "id": new_id(),
                "person_id": world.people[0],
                "household_id": None,
                "home_area_id": world.village.id,
                "scope_code": shop.scope_code,
                "shop_id": shop.id,
                "goods_id": goods["soap"].id,
                "goods_title": "洗衣皂",
                "quantity": quantity,
            },
        )
        for n, quantity in enumerate((2, 2, 1))
    ]
    answers = posting.post_all(items)
    assert [each.outcome for each in answers] == ["posted", "insufficient", "posted"]
    assert (answers[1].short, answers[1].available) == ("stock", 1)
    assert stock(world, shop)["soap"] == 0
    assert sums(world) == ({0}, 0)


def test_a_key_answers_the_same_for_ever_and_only_to_its_own_body(world):
    shop, goods = world.shop()
    item = posting.Item(
        key="one",
        body={"n": 1},
        kind=TransferKind.STOCK_IN,
        actor_id=new_id(),
        legs=(_shelf_leg(shop, goods["soap"], 1),),
        fact=item_of(world).fact,
        scope_code=shop.scope_code,
    )
    first = posting.post(item)
    again = posting.post(item)
    assert (first.outcome, again.outcome) == (Outcome.POSTED, Outcome.REPEATED)
    assert first.transfer_id == again.transfer_id
    with pytest.raises(Conflict):
        posting.post(replace(item, body={"n": 2}))
    # Twins within one call, of which one has another body: the first is posted.
    twins = [replace(item, key="two"), replace(item, key="two"), replace(item, key="two", body={})]
    assert [each.outcome for each in posting.post_all(twins)] == ["posted", "repeated", "conflict"]
    assert stock(world, shop)["soap"] == 2


def test_a_lost_connection_is_made_anew(world, cluster):
    shop, _ = world.shop(soap=1)
    with cluster.connect(Role.SUPERUSER) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE query LIKE '%points_post%' AND pid <> pg_backend_pid()"
        )
    with acting_as(world.keeper):
        goods = queries.goods(world.keeper, shop.id)[0]
    after = actions.stock_in(
        actor=world.keeper, key="after", shop_id=shop.id, goods_id=goods.id, quantity=4
    )
    assert after.stock == 5


def test_the_function_refuses_a_batch_that_names_a_thing_twice(world):
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="a key of its own"):
        cursor.execute("SELECT * FROM points_post('[]', %s)", [json.dumps([{"key": "k"}] * 2)])
