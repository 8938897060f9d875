"""老峰镇 from early 2024 to March 2025: a civility bank, four shops, members' second purse.

Residents of seven villages earn under 6 classes and 18 items; four villages open a shop. Of the
same people some are Party members, who also hold quantified points in a purse of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from liuchi.engines.accounts.enums import Role
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions as points
from liuchi.engines.points import queries as points_queries
from liuchi.flows.demo.places.laofeng_nights import METHODS, PLANNED, Nights, Planned
from liuchi.flows.demo.places.stage import Listed, People, Stage, enter_and_review
from liuchi.kernel.actors import Actor
from liuchi.kernel.sentences import Sentence

TOWN = "老峰镇"
CREDIT, MEMBERS = "laofeng-civility-bank", "laofeng-member-points"
FIRST_DAY, PRINTED_ON, LAST_DAY = date(2024, 2, 20), date(2025, 3, 20), date(2025, 3, 28)
PEOPLE, PARTY = 12, 4  # of a village, and how many of them are members
SHOPS = 4
SHOPS_OPEN = (date(2024, 6, 3), date(2024, 7, 1), date(2024, 9, 2), date(2024, 11, 4))
_CREDIT_LISTS = (
    Listed("志愿服务日", "volunteering", 5, date(2024, 3, 9)),
    Listed("护河行动", "river-care", 4, date(2024, 4, 20)),
    Listed("党群议事会", "party-talk", 2, date(2024, 5, 18)),
    Listed("垃圾分类督导", "waste-sorting", 4, date(2024, 10, 19)),
    Listed("陪伴留守儿童", "child-company", 4, date(2025, 1, 11)),
)
_MEMBER_LISTS = (
    Listed("周三夜访", "night-visit", 4, date(2024, 4, 24)),
    Listed("吃茶话事", "tea-talk", 3, date(2024, 10, 23)),
    Listed("进网格普法", "law-talk", 2, date(2025, 1, 15)),
)
_ROLES = (
    ("recorder", Role.RECORDER, Sentence("记录员", "recorder")),
    ("reviewer", Role.REVIEWER, Sentence("评议员", "reviewer")),
    ("secretary", Role.SECRETARY, Sentence("书记", "secretary")),
    ("shopkeeper", Role.SHOPKEEPER, Sentence("超市管理员", "shopkeeper")),
)
_STOCK = {"salt": 40, "towel": 24, "soy-sauce": 24, "detergent": 10}
_SHOWN = 2  # villages whose staff stand on the sign-in page


def play(stage: Stage, *, villages_most: int | None = None, planned: Planned = PLANNED) -> None:
    """Settle the town and live through its thirteen months; a test plays fewer villages."""
    stage.at(FIRST_DAY)
    stage.settle("laofeng.yaml", ["laofeng/civility-bank", "laofeng/member-points", *METHODS])
    town = directory.area_named(TOWN)
    villages = directory.children(town.id)[:villages_most]
    stage.hire("clerk", Role.CLERK, Sentence("镇工作人员", "town clerk"), [town.id])
    stage.hire("leader", Role.LEADER, Sentence("镇领导", "town leader"), [town.id])
    for number, village in enumerate(villages, start=1):
        for name, role, title in _ROLES:
            stage.hire(f"{name}-{number}", role, title, [village.id], shown=number <= _SHOWN)
    clerk = stage.actor("clerk", town.id)
    nights = Nights(stage, villages, planned)
    nights.begin()
    people = stage.people(
        {village.name: PEOPLE for village in villages}, "civility-bank", CREDIT, clerk
    )
    members = {name: held[:PARTY] for name, held in people.items()}
    everybody = [person for held in members.values() for person in held]
    stage.agree(everybody, "member-points", MEMBERS, clerk)
    happenings = [(listed, people) for listed in _CREDIT_LISTS]
    happenings += [(listed, members) for listed in _MEMBER_LISTS]
    opened = 0
    for done, (listed, who) in enumerate(sorted(happenings, key=lambda each: each[0].on)):
        stage.progress(f"{TOWN} {listed.title}", done, len(happenings))
        nights.until(listed.on)
        while opened < SHOPS and SHOPS_OPEN[opened] <= listed.on:
            _open(stage, opened + 1, villages[opened], SHOPS_OPEN[opened])
            opened += 1
        _enter(stage, listed, villages, who, clerk if who is members else None)
    nights.until(date(2025, 2, 14))
    stage.at(date(2025, 2, 15))
    for number, village in enumerate(villages[:SHOPS], start=1):
        _exchange(stage, number, village, people[village.name])
    nights.finish()


def _enter(
    stage: Stage, listed: Listed, villages: Sequence[AreaRow], who: People, clerk: Actor | None
) -> None:
    """Have each village enter a list; the party's points are entered and reviewed by its own."""
    enters = "recorder" if clerk is None else "secretary"
    for number, village in enumerate(villages, start=1):
        enter_and_review(
            stage,
            listed,
            village,
            who[village.name],
            stage.actor(f"{enters}-{number}", village.id),
            clerk or stage.actor(f"reviewer-{number}", village.id),
        )
    stage.night(listed.posted)


def _open(stage: Stage, number: int, village: AreaRow, day: date) -> None:
    stage.at(day)
    keeper = stage.actor(f"shopkeeper-{number}", village.id)
    shop = points.open_shop(
        name=f"{village.name}积分超市",
        village_id=village.id,
        actor=keeper,
        key=f"demo-shop-{village.id}",
    )
    with acting_as(keeper):
        goods = points_queries.goods(keeper, shop.id)
    for row in goods:
        points.stock_in(
            shop_id=shop.id,
            goods_id=row.id,
            quantity=_STOCK[row.code],
            actor=keeper,
            key=f"demo-stock-{village.id}-{row.code}",
        )


def _exchange(stage: Stage, number: int, village: AreaRow, people: Sequence[UUID]) -> None:
    """Hand out to some what a year of deeds is worth."""
    keeper = stage.actor(f"shopkeeper-{number}", village.id)
    with acting_as(keeper):
        (shop,) = points_queries.shops(keeper)
        goods = {row.code: row.id for row in points_queries.goods(keeper, shop.id)}
    for place, person in enumerate(people[: PEOPLE // 2]):
        points.redeem(
            person_id=person,
            shop_id=shop.id,
            goods_id=goods[("towel", "soy-sauce", "salt")[place % 3]],
            quantity=1,
            actor=keeper,
            key=f"demo-redeem-{person}",
        )
