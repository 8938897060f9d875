"""Three communities of invented people, in households as they are found there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from liuchi.flows.demo.names import given_name, surname

TODAY = date(2022, 4, 1)
WORKING_AGE = range(18, 61)


@dataclass(frozen=True, slots=True)
class Resident:
    """An invented person. ``household`` is the label of the household, unique in a community."""

    name: str
    woman: bool
    born: date
    household: str

    @property
    def age(self) -> int:
        """Age in whole years on the first day of the demo."""
        had_birthday = (self.born.month, self.born.day) <= (TODAY.month, TODAY.day)
        return TODAY.year - self.born.year - (0 if had_birthday else 1)


@dataclass(frozen=True, slots=True)
class Home:
    """A household: where it lives and who belongs to it."""

    label: str
    address: str
    grid: int  # 1-based number of the grid within the community
    members: tuple[Resident, ...]


# How households are made up: (share, [(age from, age to, woman or None), ...]).
_KINDS: tuple[tuple[float, tuple[tuple[int, int, bool | None], ...]], ...] = (
    (0.11, ((66, 90, None),)),  # an old person alone
    (0.15, ((60, 84, False), (58, 82, True))),  # an old couple
    (0.09, ((22, 48, None),)),  # a young person alone
    (0.09, ((25, 40, False), (24, 38, True))),  # a young couple
    (0.20, ((30, 48, False), (28, 46, True), (1, 17, None))),
    (0.12, ((32, 46, False), (30, 44, True), (8, 17, None), (0, 9, None))),
    (0.11, ((46, 60, False), (45, 58, True), (18, 26, None))),
    (0.08, ((34, 50, False), (32, 48, True), (3, 17, None), (60, 80, True))),
    (0.05, ((36, 52, False), (34, 50, True), (4, 17, None), (64, 84, False), (62, 82, True))),
)
_HOMES_PER_STAIRCASE = 12
_STAIRCASES_PER_BUILDING = 3


def homes(community: str, people: int, grids: int, chance: Random) -> Iterator[Home]:
    """Yield households of a community until it has at least ``people`` people."""
    settled = 0
    number = 0
    while settled < people:
        label = f"{number + 1:04d}"
        members = tuple(_members(label, chance))
        yield Home(label, _address(community, number), 1 + number % grids, members)
        settled += len(members)
        number += 1


def _members(label: str, chance: Random) -> Iterator[Resident]:
    kinds = [kind for _, kind in _KINDS]
    (kind,) = chance.choices(kinds, weights=[share for share, _ in _KINDS])
    family, used = surname(chance), set[str]()
    for youngest, oldest, sex in kind:
        woman = chance.random() < 0.5 if sex is None else sex  # noqa: PLR2004  a coin
        born = TODAY - timedelta(days=chance.randint(youngest * 365 + 30, oldest * 365 + 395))
        married_in = woman and sex is True
        while True:
            called = surname(chance) if married_in else family
            name = called + given_name(chance, born.year, woman=woman)
            if name not in used:
                break
        used.add(name)
        yield Resident(name, woman, born, label)


def _address(community: str, number: int) -> str:
    """An address in an estate that does not exist."""
    staircase, door = divmod(number, _HOMES_PER_STAIRCASE)
    building, staircase = divmod(staircase, _STAIRCASES_PER_BUILDING)
    floor, side = divmod(door, 2)
    return f"{community}演示小区{building + 1}幢{staircase + 1}单元{floor + 1}0{side + 1}室"
