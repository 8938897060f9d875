"""Plays a community's story day by day, through the actions that people use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions as points
from liuchi.engines.points import queries as points_queries
from liuchi.engines.points.queries import ClaimRow
from liuchi.flows.demo.story import (
    APPROVE,
    REJECT,
    RETURN,
    Community,
    Deed,
    Gift,
    Purchase,
    Story,
)
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import SHANGHAI, SimulatedClock

MORNING, NOON, AFTERNOON = time(9), time(14), time(15, 30)
STOCK = {"gift-pack": 3, "wok": 6, "vacuum-cup": 20, "cooking-oil": 24}
STOCK_OF_OTHERS = 90
_REASONS = {
    APPROVE: "属实",
    REJECT: "与登记不符，未见记录",
    RETURN: "请补充当天的登记情况",
}


@dataclass(slots=True)
class Players:
    """The actors of a community, and its residents by their number in the story.

    ``residents`` holds those with an account of their own; they propose their own deeds.
    """

    recorder: Actor
    reviewer: Actor
    shopkeeper: Actor
    secretary: Actor
    people: tuple[UUID, ...]
    residents: Mapping[int, Actor]


@dataclass(slots=True)
class Playing:
    """One community's story under way."""

    community: Community
    story: Story
    players: Players
    clock: SimulatedClock
    chance: Random
    shop_id: UUID | None = None
    goods: dict[str, UUID] = field(default_factory=dict)
    _morning: defaultdict[date, list[Deed]] = field(default_factory=lambda: defaultdict(list))
    _noon: defaultdict[date, list[tuple[Deed, ClaimRow]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _counter: defaultdict[date, list[Callable[[], None]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def __post_init__(self) -> None:
        """Put everything on its day: a deed is entered some days after it was done."""
        for deed in self.story.deeds:
            entered = deed.happened_on + timedelta(days=self.chance.randint(0, 2))
            self._morning[min(entered, date(2022, 6, 30))].append(deed)
        for number, purchase in enumerate(self.story.purchases):
            self._counter[purchase.on].append(self._buying(number, purchase))
        for number, gift in enumerate(self.story.gifts):
            self._counter[gift.on].append(self._giving(number, gift))

    def morning(self, day: date) -> None:
        """Enter claims; the day a shop opens, stock it."""
        if day == self.community.opened:
            self._open_shop(day)
        for number, deed in enumerate(self._morning[day]):
            self._tick(day, MORNING, number)
            claim = self._propose(deed)
            if deed.outcome:
                self._noon[day + timedelta(days=1)].append((deed, claim))

    def noon(self, day: date) -> None:
        """Review what was entered the day before, as one list, each line by itself."""
        waiting = self._noon[day]
        if not waiting:
            return
        self._tick(day, NOON, 0)
        points.review_claims(
            items=[
                points.ReviewItem(claim.id, claim.version, deed.outcome, _REASONS[deed.outcome])
                for deed, claim in waiting
            ],
            actor=self.players.reviewer,
            key=f"demo-reviews-{self.community.slug}-{day}",
        )

    def afternoon(self, day: date) -> None:
        """Hand goods out at the counter, and take them back."""
        for number, step in enumerate(self._counter[day]):
            self._tick(day, AFTERNOON, number)
            step()

    def _tick(self, day: date, at: time, minutes: int) -> None:
        moment = datetime.combine(day, at, tzinfo=SHANGHAI) + timedelta(minutes=minutes)
        # Communities take turns within a day: time never runs backwards.
        self.clock.move_to(max(moment, self.clock.now() + timedelta(seconds=1)))

    def _propose(self, deed: Deed) -> ClaimRow:
        return points.propose_claim(
            person_id=self.players.people[deed.person],
            rule_code=deed.rule,
            happened_on=deed.happened_on,
            quantity=deed.quantity,
            actor=self.players.residents.get(deed.person, self.players.recorder),
            key=f"demo-claim-{self.community.slug}-{deed.person}-{deed.rule}-{deed.happened_on}",
        )

    def _open_shop(self, day: date) -> None:
        keeper = self.players.shopkeeper
        self._tick(day, MORNING, 0)
        with acting_as(keeper):
            (shop,) = points_queries.shops(keeper)
            goods = points_queries.goods(keeper, shop.id)
        self.shop_id = shop.id
        self.goods = {row.code: row.id for row in goods}
        for code, goods_id in self.goods.items():
            points.stock_in(
                shop_id=shop.id,
                goods_id=goods_id,
                quantity=STOCK.get(code, STOCK_OF_OTHERS),
                actor=keeper,
                key=f"demo-stock-{self.community.slug}-{code}",
            )

    def _buying(self, number: int, purchase: Purchase) -> Callable[[], None]:
        def buy() -> None:
            made = points.redeem(
                person_id=self.players.people[purchase.person],
                shop_id=self._shop(),
                goods_id=self.goods[purchase.goods],
                quantity=1,
                actor=self.players.shopkeeper,
                key=f"demo-redeem-{self.community.slug}-{number}",
            )
            if purchase.returned_on is not None:
                self._counter[purchase.returned_on].append(lambda: take_back(made.id))

        def take_back(redemption_id: UUID) -> None:
            points.reverse_redemption(
                redemption_id=redemption_id,
                reason="商品有瑕疵，原样退回",
                actor=self.players.secretary,  # not whoever handed it out
                key=f"demo-return-{self.community.slug}-{number}",
            )

        return buy

    def _giving(self, number: int, gift: Gift) -> Callable[[], None]:
        def give() -> None:
            points.give_gift(
                person_id=self.players.people[gift.person],
                shop_id=self._shop(),
                goods_id=self.goods[gift.goods],
                quantity=1,
                reason=gift.reason,
                actor=self.players.shopkeeper,
                key=f"demo-gift-{self.community.slug}-{number}",
            )

        return give

    def _shop(self) -> UUID:
        if self.shop_id is None:
            msg = f"the shop of {self.community.name} is not open yet"
            raise RuntimeError(msg)
        return self.shop_id
