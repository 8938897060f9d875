"""桐城市's grids: 116 urban and 1,254 rural, 23 departments, riders as part-time grid workers.

Grids and riders come in as tables, as they would from an office. Riders report what they see in
their three categories; some of it is dealt with to the end. One whistle calls all departments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from uuid import UUID

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.accounts.enums import Role
from liuchi.engines.cases import actions as cases
from liuchi.engines.cases import queries as cases_queries
from liuchi.engines.cases.actions import Told, whistles
from liuchi.engines.cases.enums import Channel
from liuchi.engines.cases.spec import Limit
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.queries import AreaRow
from liuchi.flows.demo import names
from liuchi.flows.demo.places.stage import PLAYBOOKS, Stage
from liuchi.kernel.actors import Actor
from liuchi.kernel.durations import TimeUnit
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import load as load_playbook

METHOD = "tongcheng/grid"
URBAN, RURAL, RIDERS = 116, 1_254, 907
REPORTS_EACH, REPORTS_DAYS = 10, 10
RIDERS_REPORTING = 303
DEALT_WITH = 60  # of what riders report, to the end
FIRST_REPORTS, WHISTLED = date(2023, 8, 14), date(2023, 8, 21)
# What riders may report: the type, its condition, what they write, whose it is.
SEEN = (
    ("010101", "010101-1", "路边垃圾没人收", "城市管理局"),
    ("010301", "010301-2", "店招掉了一角", "城市管理局"),
    ("040101", "040101-1", "楼上拉线下来充电", "消防救援大队"),
)
_OFFICES = 3  # where riders work: the three offices of the town itself


@dataclass(slots=True)
class Grids:
    """The grid method under way. Smaller numbers than the city's are a test's."""

    stage: Stage
    towns: Sequence[AreaRow]
    riders: int = RIDERS
    reporting: int = RIDERS_REPORTING
    _units: dict[str, UUID] = field(default_factory=dict)

    @property
    def city(self) -> AreaRow:
        """The city itself."""
        return directory.area_named("桐城市")

    def settle(self, urban: int = URBAN, rural: int = RURAL) -> None:
        """Divide the villages into grids, put the departments on the books, appoint riders."""
        villages = [each for town in self.towns for each in directory.children(town.id)]
        rows = list(_grids(villages, AreaKind.COMMUNITY, urban))
        rows += _grids(villages, AreaKind.VILLAGE, rural)
        self.stage.bring("grids", ("网格名称", "村（社区）", "类别"), rows)
        whistle = load_playbook(PLAYBOOKS / METHOD).sections["cases"].model_dump()["whistle"]
        for number, name in enumerate(whistle["units"], start=1):
            self._units[name] = self.stage.unit(name, self.city.id)
            self.stage.hire(
                f"department-{number}",
                Role.HANDLER,
                Sentence(name, "department"),
                [self.city.id],
                unit=self._units[name],
                shown=number == 1,
            )
        for name, role, title in (
            ("dispatcher", Role.DISPATCHER, Sentence("派遣员", "dispatcher")),
            ("checker", Role.CHECKER, Sentence("核查员", "checker")),
        ):
            self.stage.hire(name, role, title, [self.city.id])
        self.stage.hire(
            "grid-worker",
            Role.GRID_WORKER,
            Sentence("网格员", "grid worker"),
            [self._market.id],
        )
        self.stage.bring("posts", ("用户名", "姓名", "岗位", "管辖范围"), list(self._riders()))

    def live(self) -> None:
        """Let riders report for two weeks, see some of it through, and blow one whistle."""
        numbers = range(1, self.reporting + 1)
        riders = [
            (self._rider(each), directory.children(self._office(each).id)) for each in numbers
        ]
        reported = []
        for day in range(REPORTS_DAYS):
            self.stage.at(FIRST_REPORTS + timedelta(days=day), time(11))
            self.stage.progress("骑手上报 Riders", day, REPORTS_DAYS)
            for number, (rider, places) in enumerate(riders):
                place = places[(number + day) % len(places)]
                case_id = self._see(rider, place, number, day)
                reported.append((case_id, SEEN[(number + day) % len(SEEN)]))
            if FIRST_REPORTS + timedelta(days=day) == WHISTLED:
                self._whistle()
        for number, (case_id, seen) in enumerate(reported[:: len(reported) // DEALT_WITH or 1]):
            self._through(case_id, seen, number)

    @property
    def _market(self) -> AreaRow:
        """The community with the market: a secretary of the demo sits there."""
        return directory.children(self.towns[0].id)[0]

    def _riders(self) -> Iterator[tuple[str, str, str, str]]:
        for number in range(1, self.riders + 1):
            chance = self.stage.chance
            name = names.surname(chance) + names.given_name(chance, 1995, woman=number % 3 == 0)
            office = self._office(number).name
            yield f"{self.stage.slug}-rider-{number}", name, "兼职网格员（骑手）", office

    def _office(self, number: int) -> AreaRow:
        """Return where a rider works, and therefore reports."""
        return self.towns[number % min(_OFFICES, len(self.towns))]

    def _rider(self, number: int) -> Actor:
        user = accounts.user_named(f"{self.stage.slug}-rider-{number}")
        if user is None:
            raise LookupError(number)
        return directory.actor_of(user.id)

    def _see(self, rider: Actor, place: AreaRow, number: int, day: int) -> UUID:
        type_code, _, text, _ = SEEN[(number + day) % len(SEEN)]
        told = Told(area_id=place.id, type_code=type_code, text=text, place=f"第 {number} 号路段")
        key = f"demo-rider-{number}-{day}"
        return cases.report_case(key=key, told=told, channel=Channel.RIDER, actor=rider).case_id

    def _through(self, case_id: UUID, seen: tuple[str, str, str, str], number: int) -> None:
        """See a report through: verified, filed, dispatched, done, checked, closed."""
        _, condition, _, unit = seen
        key = f"demo-through-{number}"
        desk, checker = (self._at_city(name) for name in ("dispatcher", "checker"))
        handler = self._department(unit)
        cases.verify_case(actor=desk, key=key, case_id=case_id)
        cases.file_case(actor=desk, key=key, case_id=case_id, condition_code=condition)
        cases.dispatch_case(actor=desk, key=key, case_id=case_id, unit_id=self._units[unit])
        cases.accept_case(actor=handler, key=key, case_id=case_id)
        cases.finish_case(actor=handler, key=key, case_id=case_id, opinion="已处理")
        cases.check_case(actor=checker, key=key, case_id=case_id)
        cases.close_case(actor=checker, key=key, case_id=case_id)

    def _whistle(self) -> None:
        """Call every department about the market; each comes, does its part and is rated."""
        worker = self.stage.actor("grid-worker", self._market.id)
        secretary = self.stage.actor("secretary-1", self._market.id)
        told = Told(
            area_id=self._market.id,
            type_code="010201",
            condition_code="010201-1",
            text="市场里外占道、停车、消防、食品几件事连在一起",
            place="农贸市场",
        )
        receipt = cases.report_case(
            key="demo-market", told=told, channel=Channel.WORKER, actor=worker
        )
        whistles.raise_whistle(
            case_id=receipt.case_id,
            unit_ids=list(self._units.values()),
            reason="请各部门到场，一次商量清楚",
            actor=secretary,
            key="demo-whistle",
        )
        for call in self._calls(receipt.case_id).values():
            unit, key = self._department(call.unit), f"demo-call-{call.unit}"
            whistles.arrive(called_id=call.id, version=call.version, actor=unit, key=key)
        for call in self._calls(receipt.case_id).values():
            whistles.agree_task(
                called_id=call.id,
                version=call.version,
                what="按职责清一遍，三天内报结果",
                within=Limit(3, TimeUnit.WORK_DAYS),
                actor=secretary,
                key=f"demo-agree-{call.unit}",
            )

    def _calls(self, case_id: UUID) -> Mapping[str, cases_queries.CalledRow]:
        secretary = self.stage.actor("secretary-1", self._market.id)
        (whistle,) = cases_queries.whistles_of(secretary, case_id)
        return {each.unit: each for each in whistle.called}

    def _at_city(self, name: str) -> Actor:
        return self.stage.actor(name, self.city.id)

    def _department(self, unit: str) -> Actor:
        number = list(self._units).index(unit) + 1
        return self._at_city(f"department-{number}")


def _grids(
    villages: Sequence[AreaRow], kind: AreaKind, total: int
) -> Iterator[tuple[str, str, str]]:
    """Share a number of grids out among the villages of a kind, the first having one more."""
    found = [each for each in villages if each.kind is kind]
    each, more = divmod(total, len(found))
    setting = "城市网格" if kind is AreaKind.COMMUNITY else "农村网格"
    for place, village in enumerate(found):
        for number in range(each + (place < more)):
            yield f"{village.name}第 {number + 1} 网格", village.name, setting
