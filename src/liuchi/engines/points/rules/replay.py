"""The ledger out of the journal alone: what every account must hold, from empty.

A pure function over facts in any order. Whoever has an export of the journal can repeat it
without this database, and see that no balance was made by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from liuchi.engines.points.enums import AccountKind


class Holding(NamedTuple):
    """An account by what it is. ``what`` is a currency's code, or ``shop/code`` of goods."""

    kind: AccountKind
    what: str
    holder_id: UUID


@dataclass(frozen=True, slots=True)
class Told:
    """What a fact says: its kind, area, amount and data as plain values."""

    kind: str
    area_id: UUID | None
    amount: int
    data: Mapping[str, object]


_AWARDS = ("points.awarded", "points.opened")
_ENDED = (
    "points.award_reversed",
    "points.opening_reversed",
    "points.settled",
    "points.expired",
)
_HANDED = {"points.redeemed": 1, "points.redemption_reversed": -1, "points.redemption_returned": -1}


def replay(facts: Iterable[Told]) -> dict[Holding, int]:
    """Return what each account holds after all facts; accounts that hold nothing are left out."""
    held: defaultdict[Holding, int] = defaultdict(int)
    for fact in facts:
        for source, target, amount in moves(fact):
            held[source] -= amount
            held[target] += amount
    return {holding: amount for holding, amount in held.items() if amount}


def moves(fact: Told) -> list[tuple[Holding, Holding, int]]:
    """Return what a fact moves, from where to where; nothing for facts that move nothing."""
    kind = fact.kind
    if kind in _AWARDS:
        return [(_issue(fact), _purse(fact, "person"), fact.amount)]
    if kind in _ENDED:
        return [(_purse(fact, "person"), _issue(fact), fact.amount)]
    if kind == "points.merged":
        return [(_purse(fact, "person"), _purse(fact, "into"), fact.amount)]
    if kind in _HANDED:
        till = Holding(AccountKind.SHOP, _currency(fact), _id(fact, "shop"))
        sign = _HANDED[kind]
        return [(_purse(fact, "person"), till, sign * fact.amount), _handed_out(fact, sign)]
    return _goods(fact)


def _goods(fact: Told) -> list[tuple[Holding, Holding, int]]:
    quantity = int(str(fact.data.get("quantity", 0)))
    supply, stock = (_shelf(fact, kind) for kind in (AccountKind.SUPPLY, AccountKind.STOCK))
    match fact.kind:
        case "points.gift_given":
            return [_handed_out(fact, 1)]
        case "points.stock_received":
            return [(supply, stock, quantity)]
        case "points.stock_counted":
            return [(supply, stock, quantity if fact.data["found"] == "more" else -quantity)]
        case "points.stock_transferred":
            return [
                (stock, supply, quantity),
                (
                    _shelf(fact, AccountKind.SUPPLY, "to_shop", "to_goods"),
                    _shelf(fact, AccountKind.STOCK, "to_shop", "to_goods"),
                    quantity,
                ),
            ]
        case _:
            return []


def _handed_out(fact: Told, sign: int) -> tuple[Holding, Holding, int]:
    quantity = sign * int(str(fact.data["quantity"]))
    return _shelf(fact, AccountKind.STOCK), _shelf(fact, AccountKind.HANDED_OUT), quantity


def _shelf(fact: Told, kind: AccountKind, shop: str = "shop", goods: str = "goods") -> Holding:
    if shop not in fact.data or goods not in fact.data:
        return Holding(kind, "", UUID(int=0))
    shop_id = _id(fact, shop)
    return Holding(kind, f"{shop_id}/{fact.data[goods]}", shop_id)


def _purse(fact: Told, whose: str) -> Holding:
    return Holding(AccountKind.PERSON, _currency(fact), _id(fact, whose))


def _issue(fact: Told) -> Holding:
    if fact.area_id is None:
        msg = f"a fact {fact.kind} without an area"
        raise ValueError(msg)
    return Holding(AccountKind.ISSUE, _currency(fact), fact.area_id)


def _currency(fact: Told) -> str:
    return str(fact.data.get("currency", ""))


def _id(fact: Told, name: str) -> UUID:
    return UUID(str(fact.data[name]))
