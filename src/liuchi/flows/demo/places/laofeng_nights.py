"""老峰镇's Wednesdays: what households raise on night visits, and disputes settled in the grid.

Four villages go round each evening. What a member can do is done that night and recorded; the
rest goes up the three tiers. Somebody else looks at all of it. The numbers planned are those the
documents state (:data:`RAISED`, :data:`SOLVED`); some is raised or solved after the day they
speak of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import partial
from uuid import UUID

from liuchi.engines.accounts.enums import Role
from liuchi.engines.cases import actions as cases
from liuchi.engines.cases.actions import Told
from liuchi.engines.cases.enums import CaseState, Channel
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.visits import actions as visits
from liuchi.engines.visits.actions import Keeper
from liuchi.engines.visits.enums import Duty, Way
from liuchi.flows.demo.places.stage import Stage
from liuchi.kernel.actors import Actor
from liuchi.kernel.sentences import Sentence

METHODS = ("laofeng/three-tiers", "laofeng/disputes")
TOWN = "老峰镇"
COUNTED_ON, PRINTED_ON = date(2024, 11, 29), date(2025, 3, 20)
UNSOLVED = 8
VILLAGES_A_NIGHT = 4
NUMBERED_FROM = 200  # the households of the village's other methods stand below
_EVENING, _LATE, _OFFICE_HOURS = time(19, 30), time(21, 40), time(9, 20)
_WEDNESDAY = 3
_LAST_NIGHT = date(2025, 3, 19)
# Days taken by lists of points, from the deed to the posting: no evening is told in between.
_TAKEN = (
    (date(2024, 2, 20), date(2024, 3, 27)),
    (date(2024, 4, 20), date(2024, 5, 12)),
    (date(2024, 5, 18), date(2024, 6, 4)),
    (date(2024, 10, 19), date(2024, 11, 10)),
    (date(2025, 1, 11), date(2025, 2, 2)),
)
_SMALL = (
    ("0101", "0101-1", "门口的灯不亮", "换了灯泡"),
    ("0301", "0301-1", "老人的药快吃完了", "第二天一早送到"),
    ("0102", "0102-1", "厨房下水慢", "带工具疏通了"),
    ("0401", "0401-1", "医保怎么续", "当面讲清，留了明白纸"),
    ("0201", "0201-1", "屋后堆了旧砖", "几个人一起搬走"),
    ("0302", "0302-1", "明天没人接孩子", "邻居和党员轮着接"),
)
_HARD = (
    ("0101", "0101-2", "几户门前的路要一起修"),
    ("0201", "0201-2", "沟里总有人倒垃圾"),
    ("0501", "0501-1", "活动室晚上能不能开"),
)
_GREAT = ("0501", "0501-2", "村里想办一个加工点")
_QUARREL = ("M1", "M3", "M2", "M4")
_Step = Callable[[], object]


def evenings() -> tuple[date, ...]:
    """Return the Wednesdays on which somebody goes round."""
    day, found = date(2024, 3, 27), []
    while day <= _LAST_NIGHT:
        if day.isoweekday() == _WEDNESDAY and not any(a <= day <= b for a, b in _TAKEN):
            found.append(day)
        day += timedelta(days=1)
    return tuple(found)


def shares(total: int, places: int) -> list[int]:
    """Share a number out over places as evenly as it goes, the first having one more."""
    each, more = divmod(total, places)
    return [each + (place < more) for place in range(places)]


@dataclass(frozen=True, slots=True)
class Planned:
    """How much there is of what; a test plays less."""

    raised: int = 119  # by the day they were counted
    solved: int = 162
    households: int = 826
    disputes: int = 24


PLANNED = Planned()


@dataclass(slots=True)
class Nights:
    """The evenings under way."""

    stage: Stage
    villages: Sequence[AreaRow]
    planned: Planned = PLANNED
    _units: dict[tuple[UUID, str], UUID] = field(default_factory=dict)
    _plan: list[tuple[date, int]] = field(default_factory=list)
    _rounds: list[UUID] = field(default_factory=list)
    _homes: dict[int, list[UUID]] = field(default_factory=dict)
    _told: int = 0
    _waiting: list[tuple[UUID, int]] = field(default_factory=list)

    def begin(self) -> None:
        """Put units on the books, appoint who works there, and plan how much each evening hears."""
        town = directory.area_named(TOWN)
        self.stage.hire("checker", Role.CHECKER, Sentence("核查员", "checker"), [town.id])
        for number, name in enumerate(("镇便民服务中心", "镇建设服务站", "镇党政办公室"), start=1):
            self._unit(town, name, f"office-{number}", shown=number == 1)
        for number, village in enumerate(self.villages, start=1):
            title = Sentence("网格员", "grid worker")
            self.stage.hire(
                f"grid-worker-{number}", Role.GRID_WORKER, title, [village.id], shown=number == 1
            )
            self._unit(village, "村党支部", f"branch-{number}", shown=number == 1)
            self._unit(village, "村矛盾调处组", f"mediators-{number}", shown=False)
            self._unit(village, "网格党小组", f"group-{number}", shown=False)
        self._pair_up()
        early = [day for day in evenings() if day <= COUNTED_ON]
        late = [day for day in evenings() if day > COUNTED_ON]
        after = self.planned.solved + UNSOLVED - self.planned.raised
        self._plan = list(zip(early, shares(self.planned.raised, len(early)), strict=True))
        self._plan += zip(late, shares(after, len(late)), strict=True)

    def until(self, day: date) -> None:
        """Play the evenings before a day."""
        while self._plan and self._plan[0][0] < day:
            evening, count = self._plan.pop(0)
            self._see_to_the_last(evening)
            self._go_round(evening, count)

    def finish(self) -> None:
        """Play all evenings; two matters more are solved after the day the documents speak of."""
        self.until(_LAST_NIGHT + timedelta(days=1))
        self.stage.at(PRINTED_ON + timedelta(days=6), _OFFICE_HOURS)
        for case_id, number in self._waiting[:2]:
            self._close(case_id, number)

    def _unit(self, area: AreaRow, name: str, who: str, *, shown: bool) -> None:
        unit = self.stage.unit(name, area.id)
        self._units[area.id, name] = unit
        title = Sentence(name, "unit")
        self.stage.hire(who, Role.HANDLER, title, [area.id], unit=unit, shown=shown)

    def _pair_up(self) -> None:
        """Join the grid workers to their villages, and to households that agreed to a visit."""
        clerk = self._town("clerk")
        counts = shares(self.planned.households, len(self.villages))
        people = self.stage.people(
            {village.name: count for village, count in zip(self.villages, counts, strict=True)},
            "night-visit",
            "laofeng-three-tiers",
            clerk,
            first=NUMBERED_FROM,
        )
        for at, village in enumerate(self.villages):
            keeper = Keeper(user_id=self._at("grid-worker", at).id)
            pair = partial(visits.pair, actor=clerk, duty=Duty.LINK, keeper=keeper)
            committee = self.stage.unit(f"{village.name}村（居）委会", village.id)
            key = f"demo-round-{village.id}"
            self._rounds.append(pair(key=key, code="night-round", target_id=committee))
            self._homes[at] = [
                pair(key=f"demo-home-{home}", code="night-visit", target_id=home)
                for home in self._households(clerk, people[village.name])
            ]

    def _households(self, clerk: Actor, people: Sequence[UUID]) -> Iterator[UUID]:
        with acting_as(clerk):
            found = directory.people_of(clerk, people)
        for person in people:
            home = found[person].household_id
            if home is not None:
                yield home

    def _go_round(self, evening: date, count: int) -> None:
        nights = len(evenings())
        done = evenings().index(evening)
        first = done * VILLAGES_A_NIGHT
        heard: dict[int, list[UUID]] = {}
        for place in range(count):
            self.stage.at(evening, _EVENING)
            village = (first + place % VILLAGES_A_NIGHT) % len(self.villages)
            heard.setdefault(village, []).append(self._hear(village, self._told))
            self._told += 1
        self.stage.at(evening, _LATE)
        for place in range(VILLAGES_A_NIGHT):
            self._write_down(first + place, evening, heard)
        for number in range(
            self.planned.disputes * done // nights, self.planned.disputes * (done + 1) // nights
        ):
            self._quarrel(number % len(self.villages), number)

    def _write_down(self, turn: int, evening: date, heard: Mapping[int, list[UUID]]) -> None:
        """Record a village's round and the households that opened; what they raised with one."""
        at = turn % len(self.villages)
        worker, homes = self._at("grid-worker", at), self._homes[at]
        # How often the village's turn has come, of how often it will.
        turns = range(at, len(evenings()) * VILLAGES_A_NIGHT, len(self.villages))
        come = turns.index(turn)
        first, end = (len(homes) * each // len(turns) for each in (come, come + 1))
        key = f"demo-night-{turn}"
        log = partial(visits.log_visit, actor=worker, on=evening, way=Way.VISIT)
        log(key=key, link_id=self._rounds[at])
        for place, home in enumerate(homes[first:end]):
            raised = heard.get(at, ()) if place == 0 else ()
            log(key=f"{key}-{home}", link_id=home, case_ids=raised)

    def _hear(self, at: int, number: int) -> UUID:
        """Take a matter in that a household agreed to raise; done at once where it can be."""
        village, worker = self.villages[at], self._at("grid-worker", at)
        small = number % 8 not in {3, 7}
        if small:
            type_code, condition, text, how = _SMALL[number % len(_SMALL)]
        else:
            type_code, condition, text = _GREAT if number % 24 == 7 else _HARD[number % len(_HARD)]  # noqa: PLR2004
            how = ""
        told = Told(area_id=village.id, type_code=type_code, condition_code=condition, text=text)
        key = f"demo-night-{number}"
        if small:
            made = cases.record_settled(
                actor=worker, key=key, told=told, how=how, channel=Channel.VISIT
            )
        else:
            made = cases.report_case(actor=worker, key=key, told=told, channel=Channel.VISIT)
            self._refer(made.case_id, at, "needs-branch", key)
            if condition == _GREAT[1]:
                self._refer(made.case_id, at, "needs-town", f"{key}-again")
        self._waiting.append((made.case_id, number))
        return made.case_id

    def _refer(self, case_id: UUID, at: int, reason: str, key: str) -> None:
        secretary = self._at("secretary", at)
        cases.refer_case(actor=secretary, key=key, case_id=case_id, reason_code=reason)

    def _see_to_the_last(self, evening: date) -> None:
        """Deal with and close what earlier evenings heard, but what stays open to the end."""
        self.stage.at(evening - timedelta(days=1), _OFFICE_HOURS)
        left = max(0, self._told - self.planned.solved)
        for case_id, number in self._waiting[: len(self._waiting) - left]:
            self._close(case_id, number)
        self._waiting = self._waiting[len(self._waiting) - left :] if left else []

    def _close(self, case_id: UUID, number: int) -> None:
        """Have a unit do what nobody did that night; somebody at the town looks and closes."""
        key, checker = f"demo-close-{number}", self._town("checker")
        for act in self._still_to_do(case_id, key):
            act()
        cases.check_case(actor=checker, key=key, case_id=case_id)
        if number % 30 == 4:  # noqa: PLR2004  the lamp went out again
            again = f"{key}-again"
            cases.send_back(
                actor=checker, key=key, case_id=case_id, reason_code="not-met", opinion="灯又灭了"
            )
            for act in self._still_to_do(case_id, again):
                act()
            cases.check_case(actor=checker, key=again, case_id=case_id)
        cases.close_case(actor=checker, key=key, case_id=case_id, opinion="入户看过，住户认可")

    def _still_to_do(self, case_id: UUID, key: str) -> Iterator[_Step]:
        """Yield what brings a case to its check: dispatched, accepted, done."""
        clerk = self._town("clerk")
        row = self.stage.case(clerk, case_id)
        if row.state is CaseState.FEEDBACK:
            return
        at_town = row.village_id is None or row.tier == "great"
        place = directory.area_named(TOWN).id if at_town else row.village_id
        name = "镇党政办公室" if at_town else "村党支部"
        unit = self._units[place or row.town_id, name]
        at = [each.id for each in self.villages].index(row.village_id or self.villages[0].id)
        handler = self._town("office-3") if at_town else self._at("branch", at)
        if row.state is CaseState.FILED:
            yield lambda: cases.dispatch_case(actor=clerk, key=key, case_id=case_id, unit_id=unit)
        yield lambda: cases.accept_case(actor=handler, key=key, case_id=case_id)
        yield lambda: cases.finish_case(
            actor=handler, key=key, case_id=case_id, opinion="已办好，住户看过"
        )

    def _quarrel(self, at: int, number: int) -> None:
        """Settle a quarrel in the grid, or bring a hard one to the village's team."""
        village, worker = self.villages[at], self._at("grid-worker", at)
        hard = number % 3 == 2  # noqa: PLR2004  every third
        type_code = _QUARREL[number % len(_QUARREL)]
        told = Told(
            area_id=village.id,
            type_code=type_code,
            condition_code=f"{type_code}-{2 if hard else 1}",
            text="为宅基地边界争了几年" if hard else "为院墙滴水吵起来",
        )
        key = f"demo-quarrel-{number}"
        if hard:
            case_id = cases.report_case(
                actor=worker, key=key, told=told, channel=Channel.WORKER
            ).case_id
            for step, reason in enumerate(("not-agreed", "not-agreed", "too-hard")):
                self._refer(case_id, at, reason, f"{key}-{step}")
            mediators, unit = self._at("mediators", at), self._units[village.id, "村矛盾调处组"]
            secretary = self._at("secretary", at)
            cases.dispatch_case(actor=secretary, key=key, case_id=case_id, unit_id=unit)
            cases.accept_case(actor=mediators, key=key, case_id=case_id)
            cases.finish_case(actor=mediators, key=key, case_id=case_id, opinion="签了调解协议")
        else:
            case_id = cases.record_settled(
                actor=worker,
                key=key,
                told=told,
                how="当面讲和，两家各让一步",
                channel=Channel.WORKER,
            ).case_id
        if number % 4:
            checker = self._town("checker")
            cases.check_case(actor=checker, key=key, case_id=case_id)
            cases.close_case(actor=checker, key=key, case_id=case_id, opinion="回访，双方认可")

    def _at(self, name: str, at: int) -> Actor:
        return self.stage.actor(f"{name}-{at + 1}", self.villages[at].id)

    def _town(self, name: str) -> Actor:
        return self.stage.actor(name, directory.area_named(TOWN).id)
