"""Stocktakes and goods on their way between shops."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import MoveState, StocktakeState
from liuchi.engines.points.models import StockMove, Stocktake
from liuchi.engines.points.queries.shop import shop
from liuchi.engines.points.scope import require_any
from liuchi.kernel.actors import Actor

SHOWN = 30


@dataclass(frozen=True, slots=True)
class CountLine:
    """One kind of goods of a stocktake: what the books said, and what was counted."""

    title: str
    said: int
    counted: int

    @property
    def more(self) -> int:
        """How many more were there than the books said; below zero where less."""
        return self.counted - self.said


@dataclass(frozen=True, slots=True)
class StocktakeRow:
    """A stocktake; ``lines`` are those that differ."""

    id: UUID
    state: StocktakeState
    counted_by_id: UUID
    by_name: str
    counted_at: datetime
    decided_name: str
    reason: str
    kinds: int
    lines: tuple[CountLine, ...]


@dataclass(frozen=True, slots=True)
class MoveRow:
    """Goods sent from one shop to another."""

    id: UUID
    title: str
    quantity: int
    from_shop_id: UUID
    from_name: str
    to_name: str
    state: MoveState
    sent_by_id: UUID
    by_name: str
    sent_at: datetime


def stocktakes(actor: Actor, shop_id: UUID) -> tuple[StocktakeRow, ...]:
    """Return a shop's last stocktakes, newest first."""
    require_any(actor, "points.stock.write")
    require(actor)
    shop(actor, shop_id)
    found = list(Stocktake.objects.filter(shop_id=shop_id).order_by("-id")[:SHOWN])
    names = accounts.names_of(
        who for each in found for who in (each.counted_by_id, each.decided_by_id) if who
    )
    return tuple(
        StocktakeRow(
            each.id,
            StocktakeState(each.state),
            each.counted_by_id,
            names.get(each.counted_by_id, ""),
            each.counted_at,
            names.get(each.decided_by_id, "") if each.decided_by_id else "",
            each.reason,
            len(each.lines),
            tuple(
                CountLine(title, said, counted)
                for _goods, title, said, counted in each.lines
                if said != counted
            ),
        )
        for each in found
    )


def moves(actor: Actor, shop_id: UUID) -> tuple[MoveRow, ...]:
    """Return what a shop has sent or is sent, newest first."""
    require_any(actor, "points.stock.write")
    require(actor)
    shop(actor, shop_id)
    found = list(
        StockMove.objects.filter(Q(from_shop_id=shop_id) | Q(to_shop_id=shop_id))
        .select_related("goods", "from_shop", "to_shop")
        .order_by("-id")[:SHOWN]
    )
    names = accounts.names_of(each.sent_by_id for each in found)
    return tuple(
        MoveRow(
            each.id,
            each.goods.title,
            each.quantity,
            each.from_shop_id,
            each.from_shop.name,
            each.to_shop.name,
            MoveState(each.state),
            each.sent_by_id,
            names.get(each.sent_by_id, ""),
            each.sent_at,
        )
        for each in found
    )
