"""The counter: what posts goods for points, goods as a gift, and goods brought back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts, queries, rules
from liuchi.engines.points.actions import posting
from liuchi.engines.points.actions.shelves import shelf
from liuchi.engines.points.enums import AccountKind, Outcome, RedemptionState, TransferKind
from liuchi.engines.points.models import Redemption, Transfer
from liuchi.engines.points.queries import GoodsRow, RedemptionRow, ShopRow
from liuchi.engines.points.scope import require_own_area
from liuchi.engines.points.spec.currency import code_of
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class Counter:
    """Who stands at which shop for which goods; ``home`` is the scope code of where they live."""

    shop: ShopRow
    goods: GoodsRow
    person_id: UUID
    household_id: UUID | None
    home_area: UUID
    home: str
    unit: str

    @property
    def purse(self) -> posting.AccountOf:
        """What the person may spend here."""
        return posting.AccountOf(
            AccountKind.PERSON,
            self.unit,
            "person",
            self.person_id,
            self.home_area,
            self.home,
            self.person_id,
        )

    @property
    def till(self) -> posting.AccountOf:
        """The points the shop has taken in."""
        return posting.AccountOf(
            AccountKind.SHOP,
            self.unit,
            "shop",
            self.shop.id,
            self.shop.village_id,
            self.shop.scope_code,
        )

    def shelf(self, kind: AccountKind) -> posting.AccountOf:
        """The goods on the shelf, or those handed out."""
        return shelf(kind, self.shop, self.goods)

    def data(self, quantity: int) -> facts.GoodsData:
        """What the fact says."""
        return facts.GoodsData(
            person=self.person_id,
            household=self.household_id,
            home_area=self.home_area,
            shop=self.shop.id,
            goods=self.goods.code,
            quantity=quantity,
            currency=code_of(self.unit),
        )

    def handover(self, row_id: UUID, quantity: int) -> dict[str, object]:
        """The columns a redemption and a gift have in common."""
        return {
            "id": row_id,
            "person_id": self.person_id,
            "household_id": self.household_id,
            "home_area_id": self.home_area,
            "scope_code": self.home,
            "shop_id": self.shop.id,
            "goods_id": self.goods.id,
            "goods_title": self.goods.title,
            "quantity": quantity,
        }


def reverse_redemption(
    *, actor: Actor, key: str, redemption_id: UUID, reason: str
) -> RedemptionRow:
    """Undo a redemption: points and goods both go back. A second person, for a reason."""
    actor.may("points.redemption.reverse").or_refuse()
    with acting_as(actor):
        made = Redemption.objects.filter(pk=redemption_id).first()
        if made is None:
            raise NotFound("redemption")
        item = _reversal(actor, key, counter_of(actor, made), made, reason)
        if not Transfer.objects.filter(key=item.key).exists():
            back = made.quantity_returned == made.quantity
            over = back or made.state != RedemptionState.MADE
            may_take_back(actor, made, reason, reversed_already=over)
    answer = posting.post(item)
    if answer.outcome is Outcome.INSUFFICIENT:
        rules.stock_returned_short(answer.available).or_refuse()
    if answer.outcome is Outcome.STALE:
        may_take_back(actor, made, reason, reversed_already=True)
    with acting_as(actor):
        return queries.redemption(actor, redemption_id)


def give_gift(
    *,
    actor: Actor,
    key: str,
    person_id: UUID,
    shop_id: UUID,
    goods_id: UUID,
    quantity: int,
    reason: str,
) -> UUID:
    """Hand out goods without points, for a reason; return the fact. It is no redemption."""
    actor.may("points.gift.give").or_refuse()
    with acting_as(actor):
        at = counter(actor, shop_id, goods_id, person_id)
        item = gift_item(actor.id, f"points.give_gift:{actor.id}:{key}", at, quantity, reason)
        if not Transfer.objects.filter(key=item.key).exists():
            if queries.gifts_by_two(at.shop.village_id):
                rules.gift_needs_two().or_refuse()
            rules.may_give(at.goods.title, quantity, at.goods.stock, reason).or_refuse()
    answer = posting.post(item)
    if answer.outcome is Outcome.INSUFFICIENT:
        rules.out_of_stock(at.goods.title, answer.available).or_refuse()
    with acting_as(actor):
        if answer.posted is None:
            raise NotFound("transfer")
        return queries.transfer(actor, answer.posted).fact_id


def counter(actor: Actor, shop_id: UUID, goods_id: UUID, person_id: UUID) -> Counter:
    """Return who stands at which shop for which goods; NotFound for anything out of scope."""
    shop = queries.shop(actor, shop_id)
    require_own_area(shop.scope_code, actor)
    person = directory.people_of(actor, [person_id]).get(person_id)
    if person is None:
        raise NotFound("person")
    return Counter(
        shop=shop,
        goods=queries.goods_item(actor, shop_id, goods_id),
        person_id=person_id,
        household_id=person.household_id,
        home_area=person.village_id,
        home=directory.scope_code_of(actor, person_id),
        unit=shop.unit,
    )


def counter_of(actor: Actor, made: Redemption) -> Counter:
    """Return the counter as it was when the redemption was made."""
    shop = queries.shop(actor, made.shop_id)
    require_own_area(shop.scope_code, actor)
    return Counter(
        shop=shop,
        goods=queries.goods_item(actor, made.shop_id, made.goods_id),
        person_id=made.person_id,
        household_id=made.household_id,
        home_area=made.home_area_id,
        home=made.scope_code,
        unit=made.unit,
    )


def may_take_back(actor: Actor, made: Redemption, reason: str, *, reversed_already: bool) -> None:
    """Refuse unless a second person takes it back, once, for a reason."""
    rules.may_reverse(
        rules.Reversal(
            actor_id=actor.id,
            actor_person_id=actor.person_id,
            made_by_ids=(made.by_id,),
            person_id=made.person_id,
            reversed_already=reversed_already,
            reason=reason,
        )
    ).or_refuse()


def redemption_key(actor: Actor, key: str) -> str:
    """Return the ledger's name of somebody's intent to hand out goods."""
    return f"points.redeem:{actor.id}:{key}"


def redemption_item(actor: Actor, key: str, at: Counter, quantity: int, price: int) -> posting.Item:
    """Return what hands out goods for points, alone or as a line of a basket."""
    redemption_id, points = new_id(), quantity * price
    return posting.Item(
        key=key,
        body={
            "person_id": at.person_id,
            "shop_id": at.shop.id,
            "goods_id": at.goods.id,
            "quantity": quantity,
        },
        kind=TransferKind.REDEMPTION,
        actor_id=actor.id,
        legs=(
            posting.Leg(at.purse, at.till, points),
            posting.Leg(at.shelf(AccountKind.STOCK), at.shelf(AccountKind.HANDED_OUT), quantity),
        ),
        fact=posting.FactOf(
            kind=facts.REDEEMED,
            area_id=at.shop.village_id,
            subject_kind="points.redemption",
            subject_id=redemption_id,
            data=at.data(quantity),
            amount=points,
        ),
        scope_code=at.home,
        person_id=at.person_id,
        redemption={
            **at.handover(redemption_id, quantity),
            "points": points,
            "unit": at.unit,
        },
    )


def _reversal(actor: Actor, key: str, at: Counter, made: Redemption, reason: str) -> posting.Item:
    quantity = made.quantity - made.quantity_returned
    points = made.points * quantity // made.quantity
    return posting.Item(
        key=f"points.reverse_redemption:{actor.id}:{key}",
        body={"redemption_id": made.id, "reason": reason},
        kind=TransferKind.REDEMPTION_REVERSAL,
        actor_id=actor.id,
        legs=(
            posting.Leg(at.till, at.purse, points),
            posting.Leg(at.shelf(AccountKind.HANDED_OUT), at.shelf(AccountKind.STOCK), quantity),
        ),
        fact=posting.FactOf(
            kind=facts.REDEMPTION_REVERSED,
            area_id=at.shop.village_id,
            subject_kind="points.redemption",
            subject_id=made.id,
            data=at.data(quantity),
            amount=points,
            corrects_id=made.fact_id,
        ),
        scope_code=at.home,
        person_id=made.person_id,
        reason=reason,
        reverses_id=made.transfer_id,
        redemption_id=made.id,
    )


def gift_item(giver_id: UUID, key: str, at: Counter, quantity: int, reason: str) -> posting.Item:
    """Return what hands out goods without points, by whoever gives them."""
    gift_id = new_id()
    return posting.Item(
        key=key,
        body={
            "person_id": at.person_id,
            "goods_id": at.goods.id,
            "quantity": quantity,
            "reason": reason,
        },
        kind=TransferKind.GIFT,
        actor_id=giver_id,
        legs=(
            posting.Leg(at.shelf(AccountKind.STOCK), at.shelf(AccountKind.HANDED_OUT), quantity),
        ),
        fact=posting.FactOf(
            kind=facts.GIFT_GIVEN,
            area_id=at.shop.village_id,
            subject_kind="points.gift",
            subject_id=gift_id,
            data=at.data(quantity),
        ),
        scope_code=at.home,
        person_id=at.person_id,
        reason=reason,
        gift=at.handover(gift_id, quantity),
    )
