"""Items that several actions post: each kind of transfer is put together in one place.

A builder decides nothing: whoever calls it has asked the rules. What it leaves out, or says
wrongly, the ledger refuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from liuchi.engines.points import facts
from liuchi.engines.points.actions.posting.shapes import AccountOf, FactOf, Item, Leg
from liuchi.engines.points.enums import AccountKind, TransferKind
from liuchi.engines.points.spec.currency import code_of
from liuchi.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class ShelfOf:
    """Goods of one shop: ``stock`` and ``supply`` are their accounts, ``code`` their code."""

    stock: AccountOf
    supply: AccountOf
    code: str


@dataclass(frozen=True, slots=True)
class Returned:
    """What comes back of a redemption, and the accounts it went through when it was made.

    ``points`` is the price paid then for ``quantity`` pieces.
    """

    redemption_id: UUID
    made_fact_id: UUID
    till: AccountOf
    purse: AccountOf
    handed_out: AccountOf
    stock: AccountOf
    quantity: int
    points: int
    data: facts.GoodsData


def purse_of(person_id: UUID, unit: str, village_id: UUID, scope_code: str) -> AccountOf:
    """Return what a resident may spend of one currency, such as ``points:credit``."""
    return AccountOf(
        AccountKind.PERSON, unit, "person", person_id, village_id, scope_code, person_id
    )


def issue_of(unit: str, village_id: UUID, scope_code: str) -> AccountOf:
    """Return the village's account that points come from; below zero by what is out."""
    return AccountOf(AccountKind.ISSUE, unit, "area", village_id, village_id, scope_code)


def expiry_item(
    *, actor_id: UUID, purse: AccountOf, points: int, day: date, household_id: UUID | None = None
) -> Item:
    """Return what takes back points whose last day was ``day``: once per purse and day."""
    return _taken_back(
        TransferKind.EXPIRY,
        facts.EXPIRED,
        key=f"expiry:{purse.unit}:{_person(purse)}:{day}",
        body={"day": day},
        actor_id=actor_id,
        purse=purse,
        points=points,
        household_id=household_id,
        reason="",
    )


def settlement_item(
    *,
    actor_id: UUID,
    key: str,
    purse: AccountOf,
    points: int,
    reason: str,
    household_id: UUID | None = None,
) -> Item:
    """Return what takes back the points of somebody who left for good."""
    return _taken_back(
        TransferKind.SETTLEMENT,
        facts.SETTLED,
        key=key,
        body={"person_id": _person(purse), "points": points},
        actor_id=actor_id,
        purse=purse,
        points=points,
        household_id=household_id,
        reason=reason,
    )


def merge_item(
    *,
    actor_id: UUID,
    key: str,
    source: AccountOf,
    target: AccountOf,
    points: int,
    reason: str,
    household_id: UUID | None = None,
) -> Item:
    """Return what moves points between two purses of one human being, of one currency."""
    person_id, into_id = _person(source), _person(target)
    return Item(
        key=key,
        body={"person_id": person_id, "into_id": into_id, "points": points},
        kind=TransferKind.MERGE,
        actor_id=actor_id,
        legs=(Leg(source, target, points),),
        fact=FactOf(
            kind=facts.MERGED,
            area_id=target.area_id,
            subject_kind="directory.person",
            subject_id=into_id,
            data=facts.MergeData(
                person=person_id,
                household=household_id,
                home_area=source.area_id,
                currency=code_of(source.unit),
                into=into_id,
            ),
            amount=points,
        ),
        scope_code=target.scope_code,
        person_id=into_id,
        reason=reason,
    )


def stock_count_item(
    *, actor_id: UUID, key: str, goods_id: UUID, shelf: ShelfOf, more: int, reason: str
) -> Item:
    """Return what a stocktake corrects: ``more`` pieces than the books said, or below zero."""
    leg = Leg(shelf.supply, shelf.stock, more)
    if more < 0:
        leg = Leg(shelf.stock, shelf.supply, -more)
    return Item(
        key=key,
        body={"goods_id": goods_id, "more": more, "reason": reason},
        kind=TransferKind.STOCK_COUNT,
        actor_id=actor_id,
        legs=(leg,),
        fact=FactOf(
            kind=facts.STOCK_COUNTED,
            area_id=shelf.stock.area_id,
            subject_kind="points.goods",
            subject_id=goods_id,
            data=facts.CountData(
                shop=shelf.stock.holder_id,
                goods=shelf.code,
                quantity=abs(more),
                found="more" if more > 0 else "less",
            ),
        ),
        scope_code=shelf.stock.scope_code,
        reason=reason,
    )


def stock_transfer_item(
    *,
    actor_id: UUID,
    key: str,
    goods_id: UUID,
    source: ShelfOf,
    target: ShelfOf,
    quantity: int,
    reason: str = "",
) -> Item:
    """Return what moves goods of one shop to another's shelf; ``goods_id`` is the source's."""
    return Item(
        key=key,
        body={"goods_id": goods_id, "to": target.stock.unit, "quantity": quantity},
        kind=TransferKind.STOCK_TRANSFER,
        actor_id=actor_id,
        legs=(
            Leg(source.stock, source.supply, quantity),
            Leg(target.supply, target.stock, quantity),
        ),
        fact=FactOf(
            kind=facts.STOCK_TRANSFERRED,
            area_id=source.stock.area_id,
            subject_kind="points.goods",
            subject_id=goods_id,
            data=facts.MovedData(
                shop=source.stock.holder_id,
                goods=source.code,
                quantity=quantity,
                to_shop=target.stock.holder_id,
                to_goods=target.code,
            ),
        ),
        scope_code=source.stock.scope_code,
        reason=reason,
    )


def redemption_return_item(*, actor_id: UUID, key: str, back: Returned, reason: str) -> Item:
    """Return what brings part of a redemption back: goods to the shelf, points to the purse."""
    return Item(
        key=key,
        body={
            "redemption_id": back.redemption_id,
            "quantity": back.quantity,
            "reason": reason,
        },
        kind=TransferKind.REDEMPTION_RETURN,
        actor_id=actor_id,
        legs=(
            Leg(back.till, back.purse, back.points),
            Leg(back.handed_out, back.stock, back.quantity),
        ),
        fact=FactOf(
            kind=facts.REDEMPTION_RETURNED,
            area_id=back.till.area_id,
            subject_kind="points.redemption",
            subject_id=back.redemption_id,
            data=back.data,
            amount=back.points,
            corrects_id=back.made_fact_id,
        ),
        scope_code=back.purse.scope_code,
        person_id=_person(back.purse),
        reason=reason,
        redemption_id=back.redemption_id,
        returned={"id": new_id(), "quantity": back.quantity, "points": back.points},
    )


def _taken_back(
    kind: TransferKind,
    fact: str,
    *,
    key: str,
    body: dict[str, object],
    actor_id: UUID,
    purse: AccountOf,
    points: int,
    household_id: UUID | None,
    reason: str,
) -> Item:
    """Return points to the village's account they came from."""
    issue = issue_of(purse.unit, purse.area_id, purse.scope_code)
    person_id = _person(purse)
    return Item(
        key=key,
        body=body,
        kind=kind,
        actor_id=actor_id,
        legs=(Leg(purse, issue, points),),
        fact=FactOf(
            kind=fact,
            area_id=purse.area_id,
            subject_kind="directory.person",
            subject_id=person_id,
            data=facts.PurseData(
                person=person_id,
                household=household_id,
                home_area=purse.area_id,
                currency=code_of(purse.unit),
            ),
            amount=points,
        ),
        scope_code=purse.scope_code,
        person_id=person_id,
        reason=reason,
    )


def _person(purse: AccountOf) -> UUID:
    if purse.person_id is None:
        msg = f"{purse} is nobody's purse"
        raise ValueError(msg)
    return purse.person_id
