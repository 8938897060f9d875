"""Plays the matters of the demo, step by step, through the actions that people use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from liuchi.engines.accounts.enums import Role
from liuchi.engines.cases import actions as cases
from liuchi.engines.cases import jobs as cases_jobs
from liuchi.engines.cases import queries as cases_queries
from liuchi.engines.cases.actions import Told
from liuchi.engines.cases.enums import Channel
from liuchi.engines.cases.queries import CalledRow, Receipt
from liuchi.engines.directory import actions as directory
from liuchi.engines.directory import queries as directory_queries
from liuchi.engines.directory.enums import OrganizationKind
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.flows.demo.matters.steps import STEPS
from liuchi.flows.demo.matters.story import MATTERS, Event, Matter, steps_of, work_days
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import SHANGHAI, SimulatedClock, start_of_day

METHOD = "lingbei/matters"
OFFICE = "菱北办事处"
UNITS = ("环卫服务站", "市政维护站", "综合执法队", "物业服务中心")
HANDLERS = dict(zip(UNITS, ("lingbei-cleaning", "lingbei-repairs", "lingbei-order"), strict=False))
_CHANNELS = {
    "worker": Channel.WORKER,
    "anonymous": Channel.ANONYMOUS,
    "caller": Channel.CALL,
    "counter": Channel.COUNTER,
}
_NIGHT = time(21)


@dataclass(frozen=True, slots=True)
class _Life:
    """A matter under way: where its receipt leads, and who is around it."""

    matter: Matter
    receipt: Receipt
    among: Matters

    @property
    def case_id(self) -> UUID:
        return self.receipt.case_id

    @property
    def code(self) -> str:
        return self.receipt.code

    def actor(self, username: str) -> Actor:
        return self.among.actor(username)

    def unit(self, name: str) -> UUID:
        return self.among.units[name]

    def other(self, code: str) -> UUID:
        return self.among.lives[code].case_id

    def handler(self, unit: str = "") -> Actor:
        if unit:
            return self.actor(HANDLERS[unit])
        clerk = self.actor("lingbei-clerk")
        with acting_as(clerk):
            held = cases_queries.case(clerk, self.case_id).row.unit_id
        name = next(name for name, unit_id in self.among.units.items() if unit_id == held)
        return self.actor(HANDLERS[name])

    def called(self, unit: str) -> CalledRow:
        rows = cases_queries.whistles_of(self.actor("lingbei-clerk"), self.case_id)[0].called
        return next(row for row in rows if row.unit == unit)


@dataclass(slots=True)
class Matters:
    """The matters of 罗冲 and 盛塘, up to the last day's evening."""

    users: Mapping[str, UUID]
    clock: SimulatedClock
    last_day: date
    units: dict[str, UUID] = field(default_factory=dict)
    lives: dict[str, _Life] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Put every step on its moment; a night ends every day, so that what is late is seen."""
        days = work_days(self.last_day)
        steps = [event for matter in MATTERS for event in steps_of(matter, days)]
        nights = [Event(datetime.combine(day, _NIGHT, tzinfo=SHANGHAI), "", 0) for day in days]
        self.events = sorted([*steps, *nights])

    def begin(self, root: Actor) -> None:
        """Bring the units into being, and appoint who deals with matters for them."""
        office = directory_queries.area_named(OFFICE)
        for name in UNITS:
            self.units[name] = directory.add_organization(
                kind=OrganizationKind.OFFICE,
                name=name,
                area_id=office.id,
                actor=root,
                key=f"demo-unit-{name}",
            )
        for name, username in HANDLERS.items():
            directory.appoint(
                user_id=self.users[username],
                role=Role.HANDLER,
                area_id=office.id,
                organization_id=self.units[name],
                actor=root,
                key=f"demo-post-{username}",
            )

    def until(self, moment: datetime) -> None:
        """Play what happens up to a moment, in order."""
        while self.events and self.events[0].at <= moment:
            event = self.events.pop(0)
            # Others act in between: time never runs backwards.
            self.clock.move_to(max(event.at, self.clock.now() + timedelta(seconds=1)))
            self._play(event)

    def draw(self) -> None:
        """Draw by lot, the morning after the last day, what is checked and called back."""
        self.clock.move_to(start_of_day(self.last_day) + timedelta(days=1, hours=7))
        journal_jobs.seal()
        cases_jobs.draw_samples()
        journal_jobs.catch_up()

    def _play(self, event: Event) -> None:
        if not event.code:
            cases_jobs.escalate_overdue()
            cases_jobs.mark_late_units()
        elif event.step == 0:
            self._report(next(each for each in MATTERS if each.code == event.code))
        elif event.verb == "joins":
            pass  # said when it was reported
        else:
            key = f"demo-{event.code}-{event.step}"
            STEPS[event.verb](self.lives[event.code], event.what, key)

    def actor(self, username: str) -> Actor:
        """Return somebody of the demo, acting through the first post held."""
        return directory_queries.actor_of(self.users[username])

    def _report(self, matter: Matter) -> None:
        x, y = point(matter)
        found = directory_queries.place_at(float(x), float(y))
        if found is None:
            msg = f"{matter.code} lies nowhere"
            raise RuntimeError(msg)
        joins = next((w.partition(":")[2] for w in matter.then.split() if "joins" in w), "")
        by_staff = matter.by in {"worker", "caller", "counter"}
        told = Told(
            area_id=(found.grid or found.village).id,
            type_code=matter.type,
            text=matter.text,
            place=matter.place,
            longitude=x,
            latitude=y,
            contact="来电人王女士（示例）" if matter.by == "caller" else "",
            condition_code=matter.condition if by_staff and "file" not in matter.then else "",
            joins=self.lives[joins].case_id if joins else None,
        )
        self.lives[matter.code] = _Life(
            matter,
            cases.report_case(
                key=f"demo-{matter.code}",
                told=told,
                channel=_CHANNELS.get(matter.by, Channel.RESIDENT),
                actor=self._reporter(matter),
                address=f"demo-{matter.code}",
            ),
            self,
        )

    def _reporter(self, matter: Matter) -> Actor | None:
        if matter.by == "anonymous":
            return None
        if matter.by == "worker":
            return self.actor(f"{matter.village}-grid-worker")
        if matter.by in _CHANNELS:
            return self.actor("lingbei-dispatcher")
        return self.actor(f"{matter.village}-{matter.by}")


def point(matter: Matter) -> tuple[Decimal, Decimal]:
    """Return where a matter is, in degrees, by its place within its community's outline."""
    west, south = {"shengtang": 117.085, "luochong": 117.109}[matter.village], 30.522
    x, y = west + 0.012 * matter.x, south + 0.009 * matter.y
    return Decimal(f"{x:.6f}"), Decimal(f"{y:.6f}")
