"""What happens in a community from April to June 2022: a plan of deeds, purchases and gifts.

Pure: it draws from one generator and knows no database. Whether a step succeeds is
decided by the rules when it is played; the plan only leaves time for reviews and public
notices, and stays under the caps.

How many people of each community redeem by 26 May is stated in :data:`COMMUNITIES`
(the documents' figures); around them the plan lays what a careless count would count too:
people who redeem again, who bring everything back, who bring it back only after that
day, who come later, and people who are given things without spending a point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from liuchi.flows.demo.population import Home, Resident

FIRST_DAY = date(2022, 4, 1)
LAST_DAY = date(2022, 6, 30)
PRINTED_ON = date(2022, 5, 26)
APPROVE, REJECT, RETURN, UNSEEN = "approve", "reject", "return", ""
NOTICE_DAYS = 16
"""Calendar days after which an approved claim has surely been posted, holidays included."""


@dataclass(frozen=True, slots=True)
class Community:
    """A community of the demo and how busy it is. Counts of people, each person in one."""

    name: str
    slug: str
    people: int
    grids: int
    opened: date
    redeem: int  # stand as redeemers on the day the figures were printed
    again: int  # of them, redeem a second time by then
    return_late: int  # of them, bring it back after that day
    return_all: int  # redeem and bring it back by that day: they do not count
    later: int  # redeem for the first time after that day
    given: int  # are given something and redeem nothing
    only_earn: int  # earn and keep


COMMUNITIES = (
    Community("盛塘社区", "shengtang", 3_000, 5, date(2022, 4, 12), 49, 17, 2, 4, 13, 8, 24),
    Community("乌岭社区", "wuling", 2_400, 4, date(2022, 4, 18), 30, 8, 1, 2, 7, 4, 15),
    Community("罗冲社区", "luochong", 1_800, 4, date(2022, 4, 25), 18, 5, 1, 1, 5, 3, 12),
)


@dataclass(frozen=True, slots=True)
class Deed:
    """A claim for one person: what was done when, and what the reviewer makes of it."""

    person: int
    rule: str
    quantity: int
    happened_on: date
    outcome: str  # approve, reject, return; "" where nobody has looked at it yet


@dataclass(frozen=True, slots=True)
class Purchase:
    """A redemption, and on which day it is brought back, if it is."""

    person: int
    goods: str
    on: date
    returned_on: date | None = None


@dataclass(frozen=True, slots=True)
class Gift:
    """Something given without points."""

    person: int
    goods: str
    on: date
    reason: str


@dataclass(slots=True)
class Story:
    """Everything that will happen in a community. ``people`` counts residents in order."""

    deeds: list[Deed] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)
    gifts: list[Gift] = field(default_factory=list)

    @property
    def people(self) -> list[int]:
        """Everybody who takes part, in order."""
        parts = (self.deeds, self.purchases, self.gifts)
        return sorted({step.person for part in parts for step in part})


# Rule, points per unit, most units a month: below every cap of the example playbook, and
# none that needs a photo or certificate. A claim fits the month of its deed.
_DEEDS: tuple[tuple[str, int, int], ...] = (
    ("testing", 2, 5),
    ("testing", 2, 8),
    ("clean-up", 2, 3),
    ("crossing-guide", 2, 3),
    ("reading-room", 2, 2),
    ("hall-guide", 2, 3),
    ("policy-talk", 3, 2),
    ("night-patrol", 2, 4),
    ("elder-visit", 2, 4),
    ("sorting-guide", 2, 4),
    ("elder-errand", 2, 3),
    ("mediation", 5, 1),
    ("fraud-talk", 2, 2),
    ("law-lecture", 1, 1),
    ("disability-help", 3, 2),
)
_CHEAP = (
    ("salt", 2),
    ("vinegar", 4),
    ("soy-sauce", 5),
    ("towel", 6),
    ("dish-soap", 6),
    ("spatula", 8),
)
_DEAR = (("cooking-oil", 18), ("vacuum-cup", 20))
_GIFT_REASONS = ("困难家庭探望", "高龄老人探望", "志愿者之家开放日")
_ADULT = range(18, 79)  # years


def write(community: Community, homes: Sequence[Home], chance: Random) -> Story:
    """Return the story of a community; people are numbered as they stand in ``homes``."""
    residents = [member for home in homes for member in home.members]
    adults = _one_per_home(residents, chance)
    story = Story()
    take = iter(adults)
    redeemers = [next(take) for _ in range(community.redeem)]
    for place, person in enumerate(redeemers):
        _redeems(story, community, person, place, chance)
    for _ in range(community.return_all):
        _brings_all_back(story, community, next(take), chance)
    for _ in range(community.later):
        _comes_later(story, next(take), chance)
    for _ in range(community.given):
        _is_given(story, next(take), chance)
    for _ in range(community.only_earn):
        _earns(story, next(take), chance)
    return story


def _one_per_home(residents: Sequence[Resident], chance: Random) -> list[int]:
    """Adults in random order, one of each household."""
    numbers = [n for n, resident in enumerate(residents) if resident.age in _ADULT]
    chance.shuffle(numbers)
    homes: set[str] = set()
    return [
        n
        for n in numbers
        if residents[n].household not in homes and not homes.add(residents[n].household)  # type: ignore[func-returns-value]
    ]


def _day(chance: Random, first: date, last: date) -> date:
    return first + timedelta(days=chance.randint(0, (last - first).days))


def _earn(
    story: Story, person: int, chance: Random, *, first: date, last: date, points: int
) -> None:
    """Add approved deeds between two days, worth at least ``points`` together."""
    worth = 0
    used: set[tuple[str, int]] = set()
    while worth < points:
        rule, award, most = chance.choice(_DEEDS)
        on = _day(chance, first, last)
        if (rule, on.month) in used:
            continue
        used.add((rule, on.month))
        quantity = chance.randint(max(1, most - 2), most)
        story.deeds.append(Deed(person, rule, quantity, on, APPROVE))
        worth += award * quantity


def _redeems(story: Story, community: Community, person: int, place: int, chance: Random) -> None:
    """A person who stands as a redeemer when the figures are printed."""
    twice, late = place < community.again, place >= community.redeem - community.return_late
    goods, price = chance.choice(_DEAR if place % 7 == 0 else _CHEAP)
    second, second_price = chance.choice(_CHEAP)
    by = _day(chance, date(2022, 4, 8), date(2022, 5, 3))
    _earn(story, person, chance, first=FIRST_DAY, last=by, points=price + second_price)
    ready = by + timedelta(days=NOTICE_DAYS)
    on = _day(chance, max(ready, community.opened), PRINTED_ON)
    back = _day(chance, date(2022, 5, 28), date(2022, 6, 20)) if late else None
    story.purchases.append(Purchase(person, goods, on, back))
    if twice:
        story.purchases.append(Purchase(person, second, _day(chance, on, PRINTED_ON)))
    if place % 5 == 0:
        _extra(story, person, chance)


def _extra(story: Story, person: int, chance: Random) -> None:
    """Somebody busy goes on: more deeds in June, one refused, one nobody has looked at."""
    june = date(2022, 6, 1)
    _earn(story, person, chance, first=june, last=date(2022, 6, 18), points=4)
    on = _day(chance, june, date(2022, 6, 26))
    # Rules that _earn does not draw, so that no cap is met.
    story.deeds.append(Deed(person, "clothes-gift", 1, on, chance.choice((REJECT, RETURN))))
    on = _day(chance, date(2022, 6, 27), LAST_DAY)
    story.deeds.append(Deed(person, "free-haircut", 1, on, UNSEEN))


def _brings_all_back(story: Story, community: Community, person: int, chance: Random) -> None:
    goods, price = chance.choice(_CHEAP)
    _earn(story, person, chance, first=FIRST_DAY, last=date(2022, 5, 3), points=price)
    first = max(date(2022, 5, 3) + timedelta(days=NOTICE_DAYS), community.opened)
    on = _day(chance, first, date(2022, 5, 24))
    story.purchases.append(Purchase(person, goods, on, _day(chance, on, date(2022, 5, 25))))


def _comes_later(story: Story, person: int, chance: Random) -> None:
    goods, price = chance.choice(_CHEAP)
    _earn(story, person, chance, first=date(2022, 4, 20), last=date(2022, 5, 12), points=price)
    story.purchases.append(Purchase(person, goods, _day(chance, date(2022, 5, 29), LAST_DAY)))


def _is_given(story: Story, person: int, chance: Random) -> None:
    goods, _ = chance.choice(_CHEAP)
    on = _day(chance, date(2022, 5, 5), PRINTED_ON)
    story.gifts.append(Gift(person, goods, on, chance.choice(_GIFT_REASONS)))


def _earns(story: Story, person: int, chance: Random) -> None:
    _earn(
        story, person, chance, first=FIRST_DAY, last=date(2022, 6, 24), points=chance.randint(2, 14)
    )
