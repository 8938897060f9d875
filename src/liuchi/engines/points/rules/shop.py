"""Whether points may be spent, a gift be given, an entry be undone."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse

PIECES_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Redemption:
    """Goods somebody wants for points, and what is known of both."""

    title: str
    price: int
    quantity: int
    balance: int
    stock: int
    offered: bool = True

    @property
    def points(self) -> int:
        """What it costs in all."""
        return self.price * self.quantity


def may_redeem(redemption: Redemption) -> Decision:
    """Decide whether balance and stock suffice; the ledger decides again when it posts."""
    return first_refusal(
        _pieces(redemption.quantity),
        ALLOWED if redemption.offered else not_offered(redemption.title),
        ALLOWED
        if redemption.quantity <= redemption.stock
        else out_of_stock(redemption.title, redemption.stock),
        ALLOWED
        if redemption.points <= redemption.balance
        else not_enough_points(redemption.balance, redemption.points),
    )


def may_give(title: str, quantity: int, stock: int, reason: str) -> Decision:
    """Decide whether goods may be given without points: there is a reason and there is stock."""
    return first_refusal(
        _pieces(quantity),
        _reason(reason),
        ALLOWED if quantity <= stock else out_of_stock(title, stock),
    )


def may_stock(quantity: int) -> Decision:
    """Decide whether this many pieces may be taken in at once."""
    return _pieces(quantity)


def not_offered(title: str) -> Decision:
    """Return the refusal for goods the shop no longer offers."""
    return refuse(
        "goods_discontinued",
        "「{title}」已经停换，请换一种商品。",
        "“{title}” is no longer offered. Choose other goods.",
        title=title,
    )


def out_of_stock(title: str, stock: int) -> Decision:
    """Return the refusal for goods that are no longer on the shelf."""
    return refuse(
        "out_of_stock",
        "「{title}」库存只剩{stock}件。请换一种商品，或等补货后再来。",
        "Only {stock} of “{title}” left. Choose other goods, or come again after restocking.",
        title=title,
        stock=stock,
    )


def not_enough_points(balance: int, points: int) -> Decision:
    """Return the refusal for a balance that does not reach."""
    return refuse(
        "not_enough_points",
        "积分不足：现有{balance}分，需要{points}分。",
        "Not enough points: {balance} at hand, {points} needed.",
        balance=balance,
        points=points,
    )


def spent_already(balance: int, points: int) -> Decision:
    """Return the refusal to reverse an award that has been spent."""
    return refuse(
        "points_spent",
        "这笔{points}分已经用掉一部分，账上只剩{balance}分，不能冲正。请先撤销有关的兑换。",
        "These {points} points are partly spent and only {balance} are left, so they cannot be "
        "reversed. Reverse the redemption first.",
        balance=balance,
        points=points,
    )


def stock_returned_short(available: int) -> Decision:
    """Return the refusal when a shop's side of a redemption is no longer there to give back."""
    return refuse(
        "nothing_to_return",
        "店里账上只有{available}，退不回这笔兑换。",
        "The shop's books hold only {available}: this redemption cannot be given back.",
        available=available,
    )


@dataclass(frozen=True, slots=True)
class Reversal:
    """Who would undo whose entry. ``made_by_ids`` entered or approved it."""

    actor_id: UUID
    actor_person_id: UUID | None
    made_by_ids: tuple[UUID, ...]
    person_id: UUID
    reversed_already: bool
    reason: str


def may_reverse(reversal: Reversal) -> Decision:
    """Decide whether this person may undo the entry: a second person, once, for a reason."""
    if reversal.actor_id in reversal.made_by_ids or reversal.actor_person_id == reversal.person_id:
        return refuse(
            "second_person_needed",
            "冲正要由另一人办理：经手人、评议人和本人都不能冲正这一笔。",
            "Somebody else must reverse it: not who entered or approved it, nor who it is about.",
        )
    if reversal.reversed_already:
        return refuse(
            "reversed_already",
            "这一笔已经冲正过了。",
            "This entry has been reversed already.",
        )
    return _reason(reversal.reason)


def _reason(reason: str) -> Decision:
    if reason.strip():
        return ALLOWED
    return refuse("reason_missing", "请写明理由。", "Give the reason.")


def _pieces(quantity: int) -> Decision:
    if 1 <= quantity <= PIECES_MAX:
        return ALLOWED
    return refuse(
        "quantity_out_of_range",
        "数量应在1到{most}之间。",
        "The quantity must lie between 1 and {most}.",
        most=PIECES_MAX,
    )
