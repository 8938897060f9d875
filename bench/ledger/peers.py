"""The usual way, and the limit: a hand-written ORM ledger, raw SQL one by one and in sets."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from ledger.ground import World
from liuchi.engines.points import facts
from liuchi.engines.points.models import Account, Entry, Redemption, Transfer
from liuchi.kernel import clock
from liuchi.kernel.ids import new_id

_FACT = (
    "INSERT INTO journal_fact (id, kind, at, recorded_at, area_id, actor_id, subject_kind, "
    "subject_id, amount, data) VALUES (%s, %s, %s, %s, %s, %s, 'points.redemption', %s, 1, %s)"
)


class Ledger:
    """What the peers write to: people, tills, shelves, looked up once."""

    def __init__(self, world: World) -> None:
        """Find the accounts of everybody in the first village and of its shops."""
        self.world = world
        self.village, self.shop_id, self.goods_id = world.tills[0]
        accounts = Account.objects.using("owner")
        unit = f"goods:{self.goods_id}"
        self.till = accounts.get(kind="shop", holder_id=self.shop_id)
        self.shelf = accounts.get(kind="stock", unit=unit)
        self.handed = accounts.get(kind="handed_out", unit=unit)
        held = accounts.filter(kind="person", person_id__in=world.people[self.village])
        self.purses = list(held.order_by("id"))

    def purse(self, n: int) -> Account:
        """Return the n-th person's account."""
        return self.purses[n % len(self.purses)]

    def data(self, purse: Account) -> dict[str, object]:
        """Return what the fact of a redemption says."""
        return {
            "person": str(purse.person_id), "household": None, "home_area": str(purse.area_id),
            "shop": str(self.shop_id), "goods": "soap", "quantity": 1,
        }  # fmt: skip


def by_orm(ledger: Ledger) -> Callable[[int], int]:
    """Lock, read, check, save and insert row by row in one transaction, the same rows as ours."""

    def step(n: int) -> int:
        purse, now = ledger.purse(n), clock.now()
        ids = [purse.id, ledger.till.id, ledger.shelf.id, ledger.handed.id]
        with transaction.atomic(using="owner"):
            locked = Account.objects.using("owner").select_for_update().filter(pk__in=ids)
            held = {each.id: each for each in locked.order_by("id")}
            fact_id = new_id()
            made = Transfer.objects.using("owner").create(
                id=new_id(), key=str(new_id()), body_hash="0" * 64, kind="redemption", at=now,
                recorded_at=now, actor_id=ledger.world.root.id, fact_id=fact_id,
                scope_code=purse.scope_code, person_id=purse.person_id,
            )  # fmt: skip
            entries = []
            for account_id, sign in zip(ids, (-1, 1, -1, 1), strict=True):
                account = held[account_id]
                before = account.balance
                account.balance += sign
                if account.balance < 0:
                    raise ValueError(account.kind)
                account.save(using="owner", update_fields=["balance"])
                entries.append(_entry(made, account, sign, before))
            Entry.objects.using("owner").bulk_create(entries)
            _redemption(ledger, purse, made, fact_id)
            with connections["owner"].cursor() as cursor:
                cursor.execute(
                    _FACT,
                    [fact_id, facts.REDEEMED, now, now, purse.area_id, ledger.world.root.id,
                     new_id(), json.dumps(ledger.data(purse))],
                )  # fmt: skip
        return 1

    return step


def _entry(made: Transfer, account: Account, sign: int, before: int) -> Entry:
    return Entry(
        transfer=made,
        account=account,
        unit=account.unit,
        side="credit" if sign > 0 else "debit",
        amount=1,
        balance_before=before,
        balance_after=account.balance,
        scope_code=account.scope_code,
        person_id=account.person_id,
    )


def _redemption(ledger: Ledger, purse: Account, made: Transfer, fact_id: UUID) -> None:
    Redemption.objects.using("owner").create(
        id=new_id(), person_id=purse.person_id, home_area_id=purse.area_id,
        scope_code=purse.scope_code, shop_id=ledger.shop_id, goods_id=ledger.goods_id,
        goods_title="洗衣皂", quantity=1, points=1, unit=purse.unit, state="made", at=made.at,
        by_id=ledger.world.root.id, fact_id=fact_id, transfer=made, reverse_reason="",
    )  # fmt: skip


# The plain transfer of a textbook, in one statement: two balances, a transfer, two entries.
_TWO_ROWS = """
WITH paid AS (
    UPDATE points_account SET balance = balance - 1 WHERE id = %(debit)s RETURNING *
), got AS (
    UPDATE points_account SET balance = balance + 1 WHERE id = %(credit)s RETURNING *
), made AS (
    INSERT INTO points_transfer (id, key, body_hash, kind, at, recorded_at, actor_id, reason,
                                 fact_id, scope_code, person_id)
    SELECT gen_random_uuid(), gen_random_uuid(), repeat('0', 64), 'expiry', %(now)s, %(now)s,
           %(actor)s, '', gen_random_uuid(), scope_code, person_id FROM paid RETURNING id
)
INSERT INTO points_entry (transfer_id, account_id, unit, side, amount, balance_before,
                          balance_after, scope_code, person_id)
SELECT made.id, paid.id, paid.unit, 'debit', 1, paid.balance + 1, paid.balance,
       paid.scope_code, paid.person_id FROM made, paid
UNION ALL
SELECT made.id, got.id, got.unit, 'credit', 1, got.balance - 1, got.balance,
       got.scope_code, got.person_id FROM made, got
"""


def two_rows(ledger: Ledger, *, hot: bool) -> Callable[[int], int]:
    """Return the raw two-row SQL transfer, to one shop or from person to person."""

    def step(n: int) -> int:
        debit = ledger.purse(n)
        credit = ledger.till if hot else ledger.purse(n + 1)
        # In one order, or two callers would wait for each other for ever.
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                _TWO_ROWS,
                {"debit": debit.id, "credit": credit.id, "now": clock.now(),
                 "actor": ledger.world.root.id},
            )  # fmt: skip
        return 1

    return step


# One statement that writes, for each of many, exactly the rows of a redemption: a transfer,
# four entries with their running balances, the redemption, the fact; each balance once.
# It checks nothing: no key, no overdraft, no permission, no rule. With points alone (`lean`)
# it writes a transfer and two entries.
_SET = """
WITH given AS MATERIALIZED (
    SELECT row_number() OVER () AS place, gen_random_uuid() AS transfer_id,
           gen_random_uuid() AS made_id, uuidv7() AS fact_id, purse.*
    FROM unnest(%(purses)s::uuid[]) AS wanted (id) JOIN points_account AS purse USING (id)
), legs AS MATERIALIZED (
    SELECT place, transfer_id, account_id, side,
           CASE side WHEN 'debit' THEN -1 ELSE 1 END AS moved
    FROM given CROSS JOIN LATERAL (VALUES
        ('debit', given.id), ('credit', %(till)s::uuid) {goods}
    ) AS leg (side, account_id)
), made AS (
    INSERT INTO points_transfer (id, key, body_hash, kind, at, recorded_at, actor_id, reason,
                                 fact_id, scope_code, person_id)
    SELECT transfer_id, transfer_id::text, repeat('0', 64), '{kind}', %(now)s, %(now)s,
           %(actor)s, '', fact_id, scope_code, person_id FROM given
), entered AS (
    INSERT INTO points_entry (transfer_id, account_id, unit, side, amount, balance_before,
                              balance_after, scope_code, person_id)
    SELECT transfer_id, account_id, unit, side, 1, balance + ran - moved, balance + ran,
           scope_code, person_id
    FROM (SELECT *, sum(moved) OVER (PARTITION BY account_id ORDER BY place) AS ran FROM legs)
        AS leg JOIN points_account AS account ON account.id = leg.account_id
), moved AS (
    UPDATE points_account AS account SET balance = balance + net.moved
    FROM (SELECT account_id, sum(moved) AS moved FROM legs GROUP BY 1) AS net
    WHERE account.id = net.account_id
) {rest}
SELECT count(*) FROM given
"""
_GOODS = ", ('debit', %(shelf)s::uuid), ('credit', %(handed)s::uuid)"
_REST = """
, bought AS (
    INSERT INTO points_redemption (id, person_id, home_area_id, scope_code, shop_id, goods_id,
        goods_title, quantity, at, by_id, fact_id, transfer_id, points, unit, state,
        quantity_returned, reverse_reason)
    SELECT made_id, person_id, area_id, scope_code, %(shop)s, %(goods)s, '洗衣皂', 1, %(now)s,
           %(actor)s, fact_id, transfer_id, 1, unit, 'made', 0, '' FROM given
), told AS (
    INSERT INTO journal_fact (id, kind, at, recorded_at, area_id, actor_id, subject_kind,
                              subject_id, amount, data)
    SELECT fact_id, 'points.redeemed', %(now)s, %(now)s, area_id, %(actor)s,
           'points.redemption', made_id, 1, jsonb_build_object('person', person_id,
           'household', NULL, 'home_area', area_id, 'shop', %(shop)s::uuid, 'goods', 'soap',
           'quantity', 1) FROM given
)
"""


def in_sets(ledger: Ledger, size: int, *, lean: bool) -> Callable[[int], int]:
    """Return the raw set-based statement for ``size`` redemptions at one shop."""
    # What has no redemption's row is called none: pages of these people are read afterwards.
    query = _SET.format(
        goods="" if lean else _GOODS,
        rest="" if lean else _REST,
        kind="expiry" if lean else "redemption",
    )

    def step(n: int) -> int:
        purses: Sequence[Any] = [ledger.purse(n * size + m).id for m in range(size)]
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                query,
                {"purses": purses, "till": ledger.till.id, "shelf": ledger.shelf.id,
                 "handed": ledger.handed.id, "shop": ledger.shop_id, "goods": ledger.goods_id,
                 "now": clock.now(), "actor": ledger.world.root.id},
            )  # fmt: skip
        return size

    return step
