"""The counter: baskets, leases, what is set aside, whether a resident has a PIN."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import AccountKind, BasketState, Confirmation, RedemptionState
from liuchi.engines.points.models import (
    Account,
    Basket,
    BasketLine,
    CounterSecret,
    Lease,
    Redemption,
    Shop,
)
from liuchi.engines.points.scope import page_size, require_any, serves, uuid_cursor
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class BasketLineRow:
    """One kind of goods of a basket; the redemption it is in the ledger, if it is there."""

    goods_id: UUID
    goods_title: str
    quantity: int
    points: int
    redemption_id: UUID | None
    state: RedemptionState | None


@dataclass(frozen=True, slots=True)
class BasketRow:
    """What somebody took at the counter at once. ``number`` is the receipt's, "" if refused."""

    id: UUID
    number: str
    shop_id: UUID
    person_id: UUID
    person_name: str
    pieces: int
    points: int
    confirmation: Confirmation
    state: BasketState
    refusal: str
    handed_over: bool
    offline: bool
    taken_at: datetime
    at: datetime
    by_name: str
    settled_at: datetime | None
    lines: tuple[BasketLineRow, ...] = ()


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """What a device at a counter holds: pieces by goods, points by person."""

    id: UUID
    shop_id: UUID
    taken_at: datetime
    seen_at: datetime
    offline_until: datetime
    by_name: str
    goods: Mapping[UUID, int]
    people: Mapping[UUID, int]


@dataclass(frozen=True, slots=True)
class Purse:
    """What somebody has to spend at a shop; ``reserved`` of it is set aside at some counter."""

    balance: int
    reserved: int
    has_pin: bool


def purse(actor: Actor, person_id: UUID, unit: str) -> Purse:
    """Return what a person has of one currency, and whether a PIN is set. Two queries."""
    require_any(actor, "points.redemption.make", "points.account.read")
    require(actor)
    held = Account.objects.filter(
        kind=AccountKind.PERSON, unit=unit, holder_id=person_id, person_id=person_id
    ).first()
    secret = CounterSecret.objects.filter(person_id=person_id, pin_hash__isnull=False)
    if held is None:
        return Purse(0, 0, secret.exists())
    return Purse(held.balance, held.reserved, secret.exists())


@dataclass(frozen=True, slots=True)
class PinState:
    """Since when a resident has a PIN (None: has none), and until when it is locked."""

    set_at: datetime | None
    locked_until: datetime | None


def pin_state(actor: Actor, person_id: UUID) -> PinState:
    """Return how it stands with a resident's PIN for the counter; never the PIN."""
    require(actor)
    held = CounterSecret.objects.filter(person_id=person_id).first()
    if held is None:
        return PinState(None, None)
    locked = held.locked_until
    return PinState(held.pin_set_at, locked if locked and locked > clock.now() else None)


def basket(actor: Actor, basket_id: UUID) -> BasketRow:
    """Return one basket in scope with its lines, or raise NotFound."""
    require(actor)
    found = Basket.objects.filter(pk=basket_id).first()
    if found is None:
        raise NotFound("basket")
    return _rows(actor, [found], with_lines=True)[0]


def basket_of(actor: Actor, redemption_id: UUID) -> UUID | None:
    """Return the basket a redemption belongs to, None where it was made alone."""
    require(actor)
    found = BasketLine.objects.filter(redemption_id=redemption_id).first()
    return None if found is None else found.basket_id


def baskets(
    actor: Actor,
    *,
    shop_id: UUID | None = None,
    person_id: UUID | None = None,
    unsettled: bool = False,
    after: str | UUID | None = None,
    limit: int = 50,
) -> Page[BasketRow]:
    """Return baskets in scope with their lines, newest first.

    ``unsettled``: only those taken without a network that could not be posted and nobody has
    looked after.
    """
    require_any(actor, "points.goods.read", "points.redemption.make", "points.account.read")
    require(actor)
    most, start, found = page_size(limit), uuid_cursor(after), Basket.objects.order_by("-id")
    if shop_id is not None:
        found = found.filter(shop_id=shop_id)
    if person_id is not None:
        found = found.filter(person_id=person_id)
    if unsettled:
        found = found.filter(state=BasketState.REFUSED, settled_at__isnull=True)
    if start is not None:
        found = found.filter(id__lt=start)
    rows = list(found[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    return Page(_rows(actor, rows[:most], with_lines=True), next_after)


def leases(actor: Actor, shop_id: UUID) -> tuple[LeaseRow, ...]:
    """Return the devices of a shop that hold something, the longest unheard first."""
    require_any(actor, "points.redemption.make", "points.stock.write")
    require(actor)
    shop = Shop.objects.filter(pk=shop_id).first()
    if shop is None or not serves(shop.scope_code, actor):
        raise NotFound("shop")
    found = list(Lease.objects.filter(shop_id=shop_id, closed_at__isnull=True).order_by("seen_at"))
    names = accounts.names_of(each.by_id for each in found)
    return tuple(lease_row(each, names.get(each.by_id, "")) for each in found)


def lease_row(lease: Lease, by_name: str = "") -> LeaseRow:
    """Return a lease with what it holds; one query."""
    goods: dict[UUID, int] = {}
    people: dict[UUID, int] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT unit, person_id, quantity FROM points_reserved_for(%s)", [lease.id])
        for unit, person_id, quantity in cursor.fetchall():
            if person_id is not None:
                people[person_id] = quantity
            elif unit.startswith("goods:"):
                goods[UUID(unit.removeprefix("goods:"))] = quantity
    return LeaseRow(
        id=lease.id,
        shop_id=lease.shop_id,
        taken_at=lease.taken_at,
        seen_at=lease.seen_at,
        offline_until=lease.offline_until,
        by_name=by_name,
        goods=goods,
        people=people,
    )


def _rows(
    actor: Actor, found: Iterable[Basket], *, with_lines: bool = False
) -> tuple[BasketRow, ...]:
    held = tuple(found)
    if not held:
        return ()
    people = directory.people_of(actor, (each.person_id for each in held))
    users = accounts.names_of(each.by_id for each in held)
    lines = _lines(held) if with_lines else {}
    return tuple(
        BasketRow(
            id=each.id,
            number=f"{each.year}-{each.number:05d}" if each.number is not None else "",
            shop_id=each.shop_id,
            person_id=each.person_id,
            person_name=people[each.person_id].name if each.person_id in people else "—",
            pieces=each.pieces,
            points=each.points,
            confirmation=Confirmation(each.confirmation),
            state=BasketState(each.state),
            refusal=each.refusal,
            handed_over=each.handed_over,
            offline=each.offline,
            taken_at=each.taken_at,
            at=each.at,
            by_name=users.get(each.by_id, ""),
            settled_at=each.settled_at,
            lines=lines.get(each.id, ()),
        )
        for each in held
    )


def _lines(held: tuple[Basket, ...]) -> dict[UUID, tuple[BasketLineRow, ...]]:
    placed = list(
        BasketLine.objects.filter(basket__in=held).select_related("redemption").order_by("place")
    )
    lines: dict[UUID, tuple[BasketLineRow, ...]] = {}
    for each in placed:
        made: Redemption = each.redemption
        row = BasketLineRow(
            made.goods_id,
            made.goods_title,
            made.quantity,
            made.points,
            made.id,
            RedemptionState(made.state),
        )
        lines[each.basket_id] = (*lines.get(each.basket_id, ()), row)
    for refused in (each for each in held if each.state == BasketState.REFUSED):
        lines[refused.id] = tuple(
            BasketLineRow(UUID(goods), title, quantity, quantity * price, None, None)
            for goods, title, quantity, price in refused.asked
        )
    return lines


def others_reserved(goods_ids: Iterable[UUID], lease_id: UUID | None) -> Mapping[UUID, int]:
    """Return how many pieces of goods are set aside for anybody but a lease. One query."""
    units = {f"goods:{each}": each for each in goods_ids}
    kept = {
        units[unit]: reserved
        for unit, reserved in Account.objects.filter(
            Q(unit__in=list(units)), kind=AccountKind.STOCK, reserved__gt=0
        ).values_list("unit", "reserved")
    }
    if lease_id is not None and kept:
        with connection.cursor() as cursor:
            cursor.execute("SELECT unit, quantity FROM points_reserved_for(%s)", [lease_id])
            for unit, quantity in cursor.fetchall():
                if unit in units and units[unit] in kept:
                    kept[units[unit]] -= quantity
    return kept


def account_names(rows: Iterable[tuple[str, AccountKind, UUID, int]]) -> str:
    """Return accounts as the functions that set aside and release take them."""
    return json.dumps(
        [
            {"unit": unit, "kind": str(kind), "holder_id": str(holder), "quantity": quantity}
            for unit, kind, holder, quantity in rows
        ]
    )
