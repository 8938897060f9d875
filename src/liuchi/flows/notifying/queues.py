"""Shared work as one line a day: what waits for review, what runs out.

The line says how much there is now, and goes for everybody when nothing is left.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.notices import actions as notices
from liuchi.engines.notices.actions import Notice
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import LowGoods
from liuchi.flows.notifying.words import cause_of
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.sentences import Sentence

TO_REVIEW = "points.claims_to_review"
STOCK_LOW = "points.stock_low"


def tell_reviewers(actor: Actor, village_ids: Collection[UUID]) -> int:
    """Say to each reviewer of some villages how many claims wait that they may review.

    What one has entered oneself, another has to review: it does not count. Returns how
    many lines are new.
    """
    if not village_ids:
        return 0
    waiting = points.claims_waiting(actor, village_ids)
    reviewers = directory.holders(village_ids, "points.claim.review")
    told = 0
    for village_id in sorted(village_ids):
        by_proposer = waiting.get(village_id, {})
        counts = {
            user_id: sum(by_proposer.values()) - by_proposer.get(user_id, 0)
            for user_id in reviewers[village_id]
        }
        today = cause_of(TO_REVIEW, village_id, clock.today())
        # Yesterday's line goes, and today's of whoever has nothing left to review.
        notices.settle(kinds=[TO_REVIEW], subject_ids=[village_id], actor=actor, but_for=[today])
        idle = [user_id for user_id, count in counts.items() if count == 0]
        notices.settle(kinds=[TO_REVIEW], subject_ids=[village_id], actor=actor, readers=idle)
        told += notices.notify(
            [
                _to_review(village_id, user_id, count, today)
                for user_id, count in counts.items()
                if count
            ],
            actor=actor,
        )
    return told


def tell_keepers(actor: Actor, shop_ids: Collection[UUID]) -> int:
    """Say to the keepers of some shops what runs out; once a week it goes out as a message."""
    if not shop_ids:
        return 0
    low = points.low_goods(actor, shop_ids)
    by_shop = {shop_id: [each for each in low if each.shop_id == shop_id] for shop_id in shop_ids}
    keepers = directory.holders({each.village_id for each in low}, "points.stock.write")
    year, week, _ = clock.today().isocalendar()
    told = 0
    for shop_id, goods in sorted(by_shop.items()):
        cause = cause_of(STOCK_LOW, shop_id, year, week)
        kept = [cause] if goods else []
        notices.settle(kinds=[STOCK_LOW], subject_ids=[shop_id], actor=actor, but_for=kept)
        users = keepers[goods[0].village_id] if goods else ()
        told += notices.notify([_low(goods, user_id, cause) for user_id in users], actor=actor)
    return told


def _to_review(village_id: UUID, user_id: UUID, count: int, cause_id: UUID) -> Notice:
    return Notice(
        kind=TO_REVIEW,
        subject_kind="points.claims",
        subject_id=village_id,
        sentence=Sentence(
            "有 {count} 笔申报等您评议。", "{count} claims wait for your review.", {"count": count}
        ),
        cause_id=cause_id,
        area_id=village_id,
        recipient_user_id=user_id,
        renews=True,
    )


def _low(goods: list[LowGoods], user_id: UUID, cause_id: UUID) -> Notice:
    first = goods[0]
    one = Sentence(
        "“{title}”只剩 {stock} 件，请补货。",
        "Only {stock} left of '{title}'. Please restock.",
        {"title": first.title, "stock": first.stock},
    )
    more = Sentence(
        "“{title}”等 {count} 样商品快兑完了，请补货。",
        "'{title}' and others ({count} in all) are running out. Please restock.",
        {"title": first.title, "count": len(goods)},
    )
    return Notice(
        kind=STOCK_LOW,
        subject_kind="points.shop",
        subject_id=first.shop_id,
        sentence=one if len(goods) == 1 else more,
        cause_id=cause_id,
        area_id=first.village_id,
        recipient_user_id=user_id,
        renews=True,
    )
