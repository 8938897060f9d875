"""The ledger against plain numbers in Python, and against its own journal.

Whatever people do, in whatever order: every currency adds up to zero, nothing is below zero,
every statement adds up, lots hold no more than balances, and the journal replayed from empty
gives the same balances. ``LIUCHI_LEDGER_EXAMPLES`` makes it look longer.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest
from django.db import connection, connections
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from engines.points.test_lots import end_after_six_months
from engines.points.test_posting_kinds import purse, returned
from engines.points.test_shop import redeem, reverse, stock, sums
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs, queries
from liuchi.engines.points.actions import posting
from liuchi.engines.points.enums import Outcome
from liuchi.kernel.clock import local_day
from liuchi.kernel.errors import Refused

EXAMPLES = int(os.environ.get("LIUCHI_LEDGER_EXAMPLES", "2"))
STEPS = 14
WHO = st.integers(0, 1)


class Ledger(RuleBasedStateMachine):
    """What two people and a shop can do, beside a dict of balances and a number of pieces."""

    world = None
    shop = None
    goods = None

    def __init__(self):
        super().__init__()
        self.people = self.world.people[:2]
        self.balances = {who: self.world.balance(who) for who in self.world.people}
        self.stock = stock(self.world, self.shop)["soap"]
        self.made = []
        self.claims = []
        self.asked: set[UUID] = set()

    @rule(who=WHO, quantity=st.integers(1, 3), approve=st.booleans())
    def award(self, who, quantity, approve):
        claim = self.world.propose(
            self.people[who], on=self.world.clock.now().date(), quantity=quantity
        )
        if not approve:
            self.world.review(claim, "reject", reason="不属实")
            return
        self.world.review(claim)
        self.world.clock.advance(timedelta(days=20))
        assert jobs.post_due() == 1
        self.balances[self.people[who]] += 50 * quantity
        self.claims.append((claim, self.people[who], 50 * quantity))

    @rule(data=st.data())
    def reverse_award(self, data):
        if not self.claims:
            return
        place = data.draw(st.integers(0, len(self.claims) - 1))
        claim, person_id, points = self.claims[place]
        try:
            self.world.correct(claim.id)
        except Refused:
            # What could not be taken back leaves its request open: it is not asked for twice.
            assert claim.id in self.asked or self.balances[person_id] < points
            self.asked.add(claim.id)
            return
        del self.claims[place]
        self.balances[person_id] -= points

    @rule(quantity=st.integers(1, 9))
    def stock_in(self, quantity):
        actions.stock_in(
            actor=self.world.keeper,
            key=self.world.key(),
            shop_id=self.shop.id,
            goods_id=self.goods.id,
            quantity=quantity,
        )
        self.stock += quantity

    @rule(who=WHO, quantity=st.integers(1, 12))
    def redeem(self, who, quantity):
        person_id = self.people[who]
        possible = quantity <= self.stock and 5 * quantity <= self.balances[person_id]
        try:
            made = redeem(self.world, person_id, self.shop, self.goods, quantity)
        except Refused:
            assert not possible
            return
        assert possible
        self.balances[person_id] -= 5 * quantity
        self.stock -= quantity
        self.made.append((made, quantity))

    @rule(data=st.data(), part=st.integers(1, 4))
    def bring_back(self, data, part):
        if not self.made:
            return
        place = data.draw(st.integers(0, len(self.made) - 1))
        made, left = self.made[place]
        item = posting.redemption_return_item(
            actor_id=self.world.keeper.id,
            key=self.world.key(),
            back=returned(self.world, made, self.shop, self.goods, part),
            reason="不要了",
        )
        if posting.post(item).outcome is not Outcome.POSTED:
            assert part > left
            return
        self.made[place] = (made, left - part)
        self.balances[made.person_id] += 5 * part
        self.stock += part

    @rule(data=st.data())
    def reverse(self, data):
        if not self.made:
            return
        made, left = self.made.pop(data.draw(st.integers(0, len(self.made) - 1)))
        if left == 0:
            with pytest.raises(Refused):
                reverse(self.world, made)
            return
        reverse(self.world, made)
        self.balances[made.person_id] += 5 * left
        self.stock += left

    @rule(days=st.integers(20, 120))
    def expire(self, days):
        """Time passes; the model knows of lots what the database says of them."""
        self.world.clock.advance(timedelta(days=days))
        with acting_as(self.world.root), connection.cursor() as cursor:
            cursor.execute(
                "SELECT person_id, sum(points_left) FROM points_lot "
                "WHERE points_left > 0 AND expires_on < %s GROUP BY person_id",
                [self.world.clock.now().date()],
            )
            over = {person_id: int(points) for person_id, points in cursor.fetchall()}
        assert jobs.expire_points() == len(over)
        for person_id, points in over.items():
            self.balances[person_id] -= points

    @rule(who=WHO)
    def merge(self, who):
        """What one holds goes to the other; the one stays on, as somebody without points."""
        source, target = self.people[who], self.people[1 - who]
        points = self.balances[source]
        if points == 0:
            return
        item = posting.merge_item(
            actor_id=self.world.root.id,
            key=self.world.key(),
            source=purse(self.world, source),
            target=purse(self.world, target),
            points=points,
            reason="重复登记",
        )
        assert posting.post(item).outcome is Outcome.POSTED
        self.balances[source] = 0
        self.balances[target] += points

    @rule()
    def leave_and_be_erased(self):
        """Somebody else leaves: settled, then erased. Their entries stay and still add up."""
        leaver = next((who for who in self.world.people[2:] if self.balances[who]), None)
        if leaver is None:
            return
        item = posting.settlement_item(
            actor_id=self.world.root.id,
            key=self.world.key(),
            purse=purse(self.world, leaver),
            points=self.balances[leaver],
            reason="迁出",
        )
        assert posting.post(item).outcome is Outcome.POSTED
        self.balances[leaver] = 0
        directory_actions.erase_person(
            person_id=leaver, actor=self.world.root, key=self.world.key()
        )
        jobs.forget_claims()

    @invariant()
    def the_ledger_agrees(self):
        assert {who: self.world.balance(who) for who in self.balances} == self.balances
        assert min(self.balances.values()) >= 0
        assert stock(self.world, self.shop)["soap"] == self.stock
        assert sums(self.world) == ({0}, 0)
        with acting_as(self.world.root), connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM (SELECT balance_before, coalesce(lag(balance_after) OVER "
                "(PARTITION BY account_id ORDER BY id), 0) AS before FROM points_entry) AS chain "
                "WHERE balance_before <> before UNION ALL "
                "SELECT count(*) FROM points_account AS account WHERE kind = 'person' "
                "AND balance <> (SELECT coalesce(sum(points_left), 0) FROM points_lot AS lot "
                "WHERE lot.account_id = account.id) UNION ALL "
                "SELECT count(*) FROM points_lot AS lot WHERE points_left <> (SELECT sum(points) "
                "FROM points_lot_move AS move WHERE move.account_id = lot.account_id "
                "AND move.expires_on = lot.expires_on)"
            )
            assert cursor.fetchall() == [(0,), (0,), (0,)]
        self.statements_add_up()
        found = jobs.verify()
        assert (found.differences, found.uneven) == ((), ())

    def statements_add_up(self):
        root = self.world.root
        with acting_as(root):
            for who, balance in self.balances.items():
                said = queries.statement(root, who, limit=200)
                assert said.balance == balance
                assert sum(entry.points_signed for entry in said.entries) == balance

    def teardown(self):
        root = self.world.root
        with acting_as(root):
            for who in self.balances:
                self.months_chain(root, who, queries.statement(root, who, limit=200).entries)

    def months_chain(self, root, who, entries):
        """Each month opens with what the one before closed with; every entry is explained."""
        months = sorted({local_day(entry.at).replace(day=1) for entry in entries})
        closing = 0
        for first in months:
            sums = queries.month(root, who, first)
            listed = queries.month_entries(root, who, first, limit=200).entries
            assert sums.opening == closing
            assert sums.closing == closing + sum(each.points_signed for each in listed)
            closing = sums.closing
            assert listed[-1].balance_after == closing
        assert closing == self.balances[who]
        for entry in entries:
            told = queries.explained(root, who, entry.transfer_id)
            assert (told.entry, bool(told.steps)) == (entry, True)


@pytest.mark.slow
def test_whatever_people_do_the_ledger_and_its_journal_agree(world):
    with connections["owner"].cursor() as cursor:
        for first in ("2026-02-01", "2036-02-01"):
            cursor.execute("SELECT journal_make_partitions(%s, 120)", [first])
    end_after_six_months(world)
    for person_id in world.people[2:]:
        world.review(world.propose(person_id, on=date(2026, 3, 2)))
    world.clock.advance(timedelta(days=10))
    assert jobs.post_due() == 2
    Ledger.world = world
    Ledger.shop, goods = world.shop(soap=5)
    Ledger.goods = goods["soap"]
    run_state_machine_as_test(
        partial(Ledger), settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS)
    )


def test_a_balance_nobody_can_account_for_is_named(world):
    world.award(world.people[0])
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE points_account SET balance = balance + 1 WHERE kind = 'person'")
    found = jobs.verify()
    ((wrong),) = found.differences
    assert (wrong.kind, wrong.what, wrong.holder_id) == ("person", "credit", world.people[0])
    assert (wrong.balance, wrong.replayed, found.uneven) == (51, 50, ("points:credit",))
