"""桐城市 in the summer of 2023: a points supermarket in each of 226 villages, 22 benefits.

Every shop is opened by its town's keeper. Two villages are lived in: lists, reviews, notices
and redemptions, so that their pages show something; the others have opened and wait.
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
from liuchi.flows.demo.places.stage import Listed, Stage, enter_and_review
from liuchi.flows.demo.places.tongcheng_grid import METHOD, RIDERS, RURAL, URBAN, Grids
from liuchi.kernel.actors import Actor
from liuchi.kernel.sentences import Sentence

CITY = "桐城市"
PLAYBOOK, PURPOSE = "tongcheng-credit-villages", "village-credit"
FIRST_DAY, PRINTED_ON, LAST_DAY = date(2023, 2, 1), date(2023, 8, 30), date(2023, 9, 20)
SHOPS_OPEN = date(2023, 6, 6)
PEOPLE = 24
_ROLES = (
    ("recorder", Role.RECORDER, Sentence("记录员", "recorder")),
    ("reviewer", Role.REVIEWER, Sentence("评议员", "reviewer")),
    ("secretary", Role.SECRETARY, Sentence("书记", "secretary")),
    ("shopkeeper", Role.SHOPKEEPER, Sentence("超市管理员", "shopkeeper")),
)
_LISTS = (
    Listed("春季志愿服务", "volunteering", 6, date(2023, 3, 18)),
    Listed("德邻社活动", "neighbour-club", 4, date(2023, 4, 15)),
    Listed("垃圾分类督导", "waste-sorting", 4, date(2023, 5, 13)),
    Listed("村民说事会", "village-talk", 2, date(2023, 6, 10)),
    Listed("探访独居老人", "elder-visit", 3, date(2023, 7, 8)),
)
_STOCK = {"salt": 40, "towel": 30, "soy-sauce": 30, "detergent": 12, "rice": 12}


def play(stage: Stage, *, towns_most: int | None = None, riders: int = RIDERS) -> None:
    """Settle the city, open its shops, live in two of its villages; a test plays fewer towns."""
    stage.at(FIRST_DAY)
    stage.settle("tongcheng.yaml", ["tongcheng/credit-villages", METHOD])
    city = directory.area_named(CITY)
    towns = directory.children(city.id)[:towns_most]
    stage.hire("clerk", Role.CLERK, Sentence("市级工作人员", "city clerk"), [city.id])
    stage.hire("leader", Role.LEADER, Sentence("市领导", "city leader"), [city.id])
    lived_in = [directory.children(town.id)[0] for town in towns[:2]]
    for number, village in enumerate(lived_in, start=1):
        for name, role, title in _ROLES:
            stage.hire(f"{name}-{number}", role, title, [village.id])
    villages = [village for town in towns for village in directory.children(town.id)]
    grids = Grids(stage, towns, riders, riders // 3 + 1)
    grids.settle(*(each * len(towns) // 15 for each in (URBAN, RURAL)))
    keepers = _keepers(stage, towns)
    people = stage.people(
        {village.name: PEOPLE for village in lived_in},
        PURPOSE,
        PLAYBOOK,
        stage.actor("clerk", city.id),
    )
    for listed in _LISTS[:3]:
        _enter(stage, listed, lived_in, people)
    stage.at(SHOPS_OPEN)
    for done, village in enumerate(villages):
        stage.progress("积分超市 Shops", done, len(villages))
        keeper = next(k for k in keepers if k.covers(village.scope_code))
        _open(village, keeper)
    for listed in _LISTS[3:]:
        _enter(stage, listed, lived_in, people)
    for number, village in enumerate(lived_in, start=1):
        _exchange(stage, number, village, people[village.name])
    grids.live()


def _keepers(stage: Stage, towns: Sequence[AreaRow]) -> tuple[Actor, ...]:
    """A keeper for each town, who looks after the shops of its villages."""
    title = Sentence("积分超市管理员", "shops' keeper")
    for number, town in enumerate(towns, start=1):
        stage.hire(f"keeper-{number}", Role.SHOPKEEPER, title, [town.id], shown=number == 1)
    return tuple(stage.actor(f"keeper-{n}", town.id) for n, town in enumerate(towns, start=1))


def _enter(
    stage: Stage,
    listed: Listed,
    villages: Sequence[AreaRow],
    people: dict[str, tuple[UUID, ...]],
) -> None:
    for number, village in enumerate(villages, start=1):
        some = people[village.name][:: 1 + listed.quantity % 2]
        enter_and_review(
            stage,
            listed,
            village,
            some,
            stage.actor(f"recorder-{number}", village.id),
            stage.actor(f"reviewer-{number}", village.id),
        )
    stage.night(listed.posted)


def _open(village: AreaRow, keeper: Actor) -> None:
    points.open_shop(
        name=f"{village.name}积分超市",
        village_id=village.id,
        actor=keeper,
        key=f"demo-shop-{village.id}",
    )


def _exchange(stage: Stage, number: int, village: AreaRow, people: Sequence[UUID]) -> None:
    """Stock a shop and hand out what a few can pay for."""
    keeper = stage.actor(f"shopkeeper-{number}", village.id)
    with acting_as(keeper):
        (shop,) = points_queries.shops(keeper)
        goods = {row.code: row for row in points_queries.goods(keeper, shop.id)}
        balances = {person: points_queries.balance(keeper, person) for person in people}
    for code, quantity in _STOCK.items():
        points.stock_in(
            shop_id=shop.id,
            goods_id=goods[code].id,
            quantity=quantity,
            actor=keeper,
            key=f"demo-stock-{village.id}-{code}",
        )
    stage.at(date(2023, 8, 12))
    for place, (person, balance) in enumerate(balances.items()):
        chosen = goods[("salt", "towel", "soy-sauce", "detergent")[place % 4]]
        if chosen.price_points <= balance and place % 3:
            points.redeem(
                person_id=person,
                shop_id=shop.id,
                goods_id=chosen.id,
                quantity=1,
                actor=keeper,
                key=f"demo-redeem-{person}",
            )
