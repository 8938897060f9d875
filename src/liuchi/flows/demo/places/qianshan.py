"""潜山市 from January to September 2023: 183 villages, a 文明超市 in each of 16 towns.

What the documents state (villages, points registered, goods exchanged by 30 August 2023) is
planned in :data:`POINTS` and :data:`PIECES` and comes about by lists, reviews, notices and
redemptions as users make them. Around it lies what a careless count would count too: points
of September, an award reversed, goods brought back, goods given away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from random import Random
from uuid import UUID

from liuchi.engines.accounts.enums import Role
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions as points
from liuchi.engines.points import queries as points_queries
from liuchi.flows.demo.places.stage import People, Stage, approve_all
from liuchi.kernel.actors import Actor
from liuchi.kernel.sentences import Sentence

METHODS = ("qianshan/civility-shops", "qianshan/decided-in-the-open")
CITY = "潜山市"
PLAYBOOK = "qianshan-civility-shops"
FIRST_DAY, PRINTED_ON, LAST_DAY = date(2023, 1, 3), date(2023, 8, 30), date(2023, 9, 28)
PEOPLE_PER_VILLAGE = 4
POINTS, PIECES = 156_000, 13_700
HOUR, WATCH_DAY = 5, 30  # points of an hour's service and of a day on flood watch
_HOURS, _DAYS = range(8, 25), range(3, 6)  # within what the caps allow in a month
_TOWNS_SHOWN = 2  # whose staff stand on the sign-in page
_SHOPS_OPEN = date(2023, 7, 24)
_PRICES = {"soap": 5, "towel": 8, "toothpaste": 10, "soy-sauce": 12}


@dataclass(frozen=True, slots=True)
class Round:
    """A round of lists in every village: a deed, when, and when its points are posted."""

    title: str
    rule: str
    award: int
    on: date
    posted: date


ROUNDS = (
    Round("春季文明实践", "practice-hours", HOUR, date(2023, 3, 18), date(2023, 3, 31)),
    Round("防汛值守", "flood-watch", WATCH_DAY, date(2023, 6, 21), date(2023, 7, 7)),
)
AFTER = Round("秋季文明实践", "practice-hours", HOUR, date(2023, 9, 2), date(2023, 9, 15))


def plan_points(villages: int, people: int, total: int, chance: Random) -> list[list[int]]:
    """Return how many units of each round every person of each village does.

    Within the caps, differing from village to village, ``total`` points in all.
    """
    share, rest = divmod(total, people * HOUR)
    if rest:
        msg = f"{total} points are not whole hours of {people} people"
        raise ValueError(msg)
    plans = [[chance.choice(_HOURS), chance.choice(_DAYS)] for _ in range(villages)]
    off = share - sum(hours + WATCH_DAY // HOUR * days for hours, days in plans)
    step = 1 if off > 0 else -1
    while off:  # an hour more or less here and there
        plan = chance.choice(plans)
        if plan[0] + step in _HOURS:
            plan[0] += step
            off -= step
    return plans


def play(
    stage: Stage, *, towns_most: int | None = None, total: int = POINTS, pieces: int = PIECES
) -> None:
    """Settle the city and live through its nine months; a test plays fewer towns and points."""
    stage.at(FIRST_DAY, time(7))
    stage.settle("qianshan.yaml", METHODS)
    city = directory.area_named(CITY)
    towns = directory.children(city.id)[:towns_most]
    villages = {town.id: directory.children(town.id) for town in towns}
    _staff(stage, city, towns, villages)
    _venues(stage, city, towns, villages)
    clerk = stage.actor("clerk", city.id)
    people: People = {}
    for done, town in enumerate(towns):
        stage.progress(f"居民 People: {town.name}", done, len(towns))
        here = {village.name: PEOPLE_PER_VILLAGE for village in villages[town.id]}
        people |= stage.people(here, "village-points", PLAYBOOK, clerk)
    every = [(town, village) for town in towns for village in villages[town.id]]
    plans = plan_points(len(every), PEOPLE_PER_VILLAGE, total, stage.chance)
    for number, each in enumerate(ROUNDS):
        _lists(stage, each, every, [plan[number] for plan in plans], people)
    _exchange(stage, towns, villages, people, _bought(every, plans, people, pieces, stage.chance))
    _round_it_off(stage, towns[0], villages[towns[0].id], people)
    _lists(stage, AFTER, every[:12], [2] * 12, people)


def _staff(
    stage: Stage,
    city: AreaRow,
    towns: Sequence[AreaRow],
    villages: dict[UUID, tuple[AreaRow, ...]],
) -> None:
    stage.hire("clerk", Role.CLERK, Sentence("市级工作人员", "city clerk"), [city.id])
    stage.hire("leader", Role.LEADER, Sentence("市领导", "city leader"), [city.id])
    stage.hire("secretary-1", Role.SECRETARY, Sentence("书记", "secretary"), [towns[0].id])
    for number, town in enumerate(towns):
        stage.progress("账号 Accounts", number, len(towns))
        ids = [village.id for village in villages[town.id]]
        shown = number < _TOWNS_SHOWN
        for name, role, title, places in (
            ("recorder", Role.RECORDER, Sentence("记录员", "recorder"), ids),
            ("reviewer", Role.REVIEWER, Sentence("评议员", "reviewer"), ids),
            ("shop", Role.SHOPKEEPER, Sentence("文明超市管理员", "shopkeeper"), [town.id]),
        ):
            stage.hire(f"{name}-{number + 1}", role, title, places, shown=shown)


def _venues(
    stage: Stage,
    city: AreaRow,
    towns: Sequence[AreaRow],
    villages: dict[UUID, tuple[AreaRow, ...]],
) -> None:
    """Register the civilised-practice centre, and its offices and stations below."""
    held = [(city, "中心"), *((town, "所") for town in towns)]
    held += [(village, "站") for town in towns for village in villages[town.id]]
    for done, (area, word) in enumerate(held):
        stage.progress("文明实践阵地 Venues", done, len(held))
        stage.register_venue(f"{area.name}新时代文明实践{word}", area.id)


def _lists(
    stage: Stage,
    each: Round,
    villages: Sequence[tuple[AreaRow, AreaRow]],
    quantities: Sequence[int],
    people: People,
) -> None:
    """Enter a list in every village, have it reviewed the next day, post it after its notice."""
    numbers = {town.id: number + 1 for number, town in enumerate(_towns(villages))}
    stage.at(each.on)
    for done, ((town, village), quantity) in enumerate(zip(villages, quantities, strict=True)):
        stage.progress(f"{each.title} Lists", done, len(villages))
        recorder = stage.actor(f"recorder-{numbers[town.id]}", village.id)
        points.propose_claims(
            title=f"{village.name}{each.title}",
            rule_code=each.rule,
            happened_on=each.on,
            person_ids=people[village.name],
            quantity=quantity,
            actor=recorder,
            key=f"demo-list-{village.id}-{each.on}",
        )
    for town, village in villages:
        reviewer = stage.actor(f"reviewer-{numbers[town.id]}", village.id)
        approve_all(village, reviewer, str(each.on))
    stage.night(each.posted)


def _towns(villages: Sequence[tuple[AreaRow, AreaRow]]) -> Iterator[AreaRow]:
    yield from {town.id: town for town, _ in villages}.values()


def plan_pieces(balances: Sequence[int], pieces: int, chance: Random) -> list[tuple[str, int]]:
    """Return the goods and pieces of each person, within what they hold, ``pieces`` in all."""
    plans = [(chance.choice(list(_PRICES)), 0) for _ in balances]
    share, rest = divmod(pieces, len(balances))
    left = 0
    for place, balance in enumerate(balances):
        wanted = share + (1 if place < rest else 0) + chance.randint(-5, 5) + left
        goods = plans[place][0]
        if wanted * _PRICES[goods] > balance:
            goods = min(_PRICES, key=_PRICES.__getitem__)
        taken = max(1, min(wanted, balance // _PRICES[goods]))
        plans[place] = (goods, taken)
        left = wanted - taken if place < len(balances) - 1 else 0
    return _topped_up(plans, balances, pieces)


def _topped_up(
    plans: list[tuple[str, int]], balances: Sequence[int], pieces: int
) -> list[tuple[str, int]]:
    off = pieces - sum(taken for _, taken in plans)
    for place, (goods, taken) in enumerate(plans):
        room = balances[place] // _PRICES[goods] - taken
        more = min(off, room) if off > 0 else max(off, 1 - taken)
        plans[place] = (goods, taken + more)
        off -= more
    if off:
        msg = f"{off} pieces find nobody who can pay"
        raise ValueError(msg)
    return plans


def _bought(
    every: Sequence[tuple[AreaRow, AreaRow]],
    plans: Sequence[Sequence[int]],
    people: People,
    pieces: int,
    chance: Random,
) -> dict[UUID, tuple[str, int]]:
    """Return what each person takes home: goods and pieces, within what was earned."""
    held = {
        person: sum(q * r.award for q, r in zip(plan, ROUNDS, strict=True))
        for (_, village), plan in zip(every, plans, strict=True)
        for person in people[village.name]
    }
    return dict(zip(held, plan_pieces([*held.values()], pieces, chance), strict=True))


def _exchange(
    stage: Stage,
    towns: Sequence[AreaRow],
    villages: dict[UUID, tuple[AreaRow, ...]],
    people: People,
    bought: dict[UUID, tuple[str, int]],
) -> None:
    """Open a shop in each town, stock it, and hand out what the plan says by the printed day."""
    stage.at(_SHOPS_OPEN)
    for number, town in enumerate(towns):
        stage.progress(f"文明超市 Shops: {town.name}", number, len(towns))
        buyers = [p for village in villages[town.id] for p in people[village.name]]
        _shop_of(town, stage.actor(f"shop-{number + 1}", town.id), buyers, bought)


def _shop_of(
    town: AreaRow,
    keeper: Actor,
    buyers: Sequence[UUID],
    wanted: dict[UUID, tuple[str, int]],
) -> None:
    shop = points.open_shop(
        name=f"{town.name}文明超市", village_id=town.id, actor=keeper, key=f"demo-shop-{town.id}"
    )
    with acting_as(keeper):
        goods = {row.code: row.id for row in points_queries.goods(keeper, shop.id)}
    for code in _PRICES:
        needed = sum(taken for title, taken in (wanted[p] for p in buyers) if title == code)
        points.stock_in(
            shop_id=shop.id,
            goods_id=goods[code],
            quantity=needed + 60,
            actor=keeper,
            key=f"demo-stock-{town.id}-{code}",
        )
    for person in buyers:
        code, taken = wanted[person]
        points.redeem(
            person_id=person,
            shop_id=shop.id,
            goods_id=goods[code],
            quantity=taken,
            actor=keeper,
            key=f"demo-redeem-{person}",
        )


def _round_it_off(stage: Stage, town: AreaRow, villages: Sequence[AreaRow], people: People) -> None:
    """Lay what a careless count would count too: goods brought back, goods given."""
    keeper = stage.actor("shop-1", town.id)
    with acting_as(keeper):
        (shop,) = points_queries.shops(keeper)
        goods = {row.code: row.id for row in points_queries.goods(keeper, shop.id)}
    stage.at(date(2023, 8, 9))
    first, second = people[villages[0].name][:2]
    points.give_gift(
        person_id=first,
        shop_id=shop.id,
        goods_id=goods["towel"],
        quantity=2,
        reason="高龄老人探望",
        actor=keeper,
        key="demo-gift-qianshan",
    )
    made = points.redeem(
        person_id=second,
        shop_id=shop.id,
        goods_id=goods["soap"],
        quantity=1,
        actor=keeper,
        key="demo-return-qianshan",
    )
    points.reverse_redemption(
        redemption_id=made.id,
        reason="商品有瑕疵，原样退回",
        actor=stage.actor("secretary-1", town.id),
        key="demo-back-qianshan",
    )
