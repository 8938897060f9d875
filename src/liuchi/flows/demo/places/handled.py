"""Matters of a place from report to closing: many at once, each step on its own moment.

The plan says what was reported, who dealt with it and how it ended; the steps are the actions
that users take, in the order of the calendar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID

from liuchi.engines.cases import actions as cases
from liuchi.engines.cases.actions import Told
from liuchi.engines.cases.enums import CaseState, Channel, CheckOutcome
from liuchi.engines.cases.queries import case as case_now
from liuchi.engines.journal.scope import acting_as
from liuchi.flows.demo.places.stage import Stage
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import SHANGHAI

_MORNING = time(9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """A matter of the plan. ``outcome`` None: it is still with its unit when the story ends."""

    code: str
    area_id: UUID
    type: str
    text: str
    unit: str
    day: date
    channel: Channel = Channel.SUPERIOR
    condition: str = ""
    days: int = 5
    outcome: CheckOutcome | None = CheckOutcome.DONE
    numbers: Mapping[str, Decimal] = field(default_factory=dict)
    supervised: str = ""


@dataclass(slots=True)
class Office:
    """Who takes matters in, who checks them, and who deals with them for each unit by name."""

    stage: Stage
    clerk: Actor
    checker: Actor
    units: Mapping[str, tuple[UUID, Actor]]
    _events: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def at(self, day: date, minutes: int, event: Callable[[], object]) -> None:
        """Plan something for so many minutes after nine."""
        moment = datetime.combine(day, _MORNING, tzinfo=SHANGHAI) + timedelta(minutes=minutes)
        self._events.append((moment, next(self._order), event))

    def plan(self, matters: Iterable[Handled]) -> None:
        """Plan the whole life of each matter, the reporting included."""
        for matter in matters:
            self.at(matter.day, 0, lambda each=matter: self._begin(each))  # type: ignore[misc]

    def follow(self, matter: Handled, case_id: UUID) -> None:
        """Plan what becomes of a case that is reported."""
        unit_id, handler = self.units[matter.unit]

        def step(days: int, minutes: int, name: str, by: Actor, **more: object) -> None:
            action: Callable[..., object] = getattr(cases, name)
            key = f"demo-{matter.code}-{name}"
            self.at(
                matter.day + timedelta(days=days),
                minutes,
                lambda: action(actor=by, key=key, case_id=case_id, **more),
            )

        step(0, 60, "dispatch_case", self.clerk, unit_id=unit_id)
        step(0, 120, "accept_case", handler)
        if matter.supervised:
            step(1, 0, "supervise_case", self.clerk, reason_code=matter.supervised)
        if matter.outcome is None:
            return
        step(matter.days, 60, "finish_case", handler, opinion="已办完，请核查")
        step(matter.days, 120, "check_case", self.checker)
        step(
            matter.days,
            180,
            "close_case",
            self.checker,
            outcome=matter.outcome,
            opinion="看过，符合结案条件",
            numbers=matter.numbers,
        )

    def play(self) -> None:
        """Play everything planned, in order; what happens may plan more."""
        done = 0
        while self._events:
            self._events.sort()
            moment, _, event = self._events.pop(0)
            self.stage.at(moment.date(), moment.time())
            event()
            done += 1
            if done % 50 == 0:
                self.stage.progress("事项 Matters", done, done + len(self._events))

    def _begin(self, matter: Handled) -> None:
        made = cases.report_case(
            key=f"demo-{matter.code}",
            told=told(matter),
            channel=matter.channel,
            actor=self.clerk,
        )
        with acting_as(self.clerk):
            state = case_now(self.clerk, made.case_id).row.state
        if state is CaseState.REPORTED:
            for name, more in (
                ("verify_case", {}),
                ("file_case", {"condition_code": matter.condition}),
            ):
                action: Callable[..., object] = getattr(cases, name)
                action(
                    actor=self.clerk,
                    key=f"demo-{matter.code}-{name}",
                    case_id=made.case_id,
                    **more,
                )
        self.follow(matter, made.case_id)


def told(matter: Handled) -> Told:
    """Return what is reported of a matter."""
    return Told(
        area_id=matter.area_id,
        type_code=matter.type,
        text=matter.text,
        condition_code=matter.condition,
    )
