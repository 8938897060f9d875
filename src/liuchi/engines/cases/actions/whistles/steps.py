"""A step about one called unit: locked after its case, moved on by the table, journalled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from liuchi.engines.cases import facts
from liuchi.engines.cases.enums import (
    CalledState,
    CalledVerb,
    ObjectionAbout,
    TaskState,
)
from liuchi.engines.cases.models import Called, CalledObjection, Case, Task, Whistle
from liuchi.engines.cases.queries.books import spec_as_applied
from liuchi.engines.cases.rules import whistles as rules
from liuchi.engines.cases.scope import key_ring, see
from liuchi.engines.cases.spec import CasesSpec
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.actions import Entry
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.calendar import Interval
from liuchi.kernel.errors import Conflict, NotFound, Refused
from liuchi.kernel.sentences import Sentence


@dataclass(slots=True)
class Call:
    """A called unit, locked with its case, and who acts on it."""

    actor: Actor
    units: tuple[UUID, ...]
    now: datetime
    case: Case
    whistle: Whistle
    called: Called

    @property
    def spec(self) -> CasesSpec:
        """The section the case began with."""
        return spec_as_applied(self.case.playbook_version)

    def require_desk(self) -> None:
        """Refuse unless the actor works for the place that called."""
        area = directory.area(self.whistle.area_id)
        if not self.actor.covers(area.scope_code):
            raise Refused(
                "not_the_caller",
                Sentence("这一步由吹哨的社区（村）办理。", "This is for the place that called."),
            )

    def require_unit(self) -> None:
        """Refuse unless the actor works at the unit that was called."""
        if self.called.unit_id not in self.units:
            raise Refused(
                "not_the_unit", Sentence("吹哨叫的不是您的单位。", "Your unit was not called.")
            )

    def go(self, verb: CalledVerb, **columns: Any) -> None:
        """Move the called unit on; Refused where the verb leads nowhere."""
        state = rules.next_state(CalledState(self.called.state), verb)
        for name, value in ({"state": state} | columns).items():
            setattr(self.called, name, value)
        self.called.version += 1
        self.called.save(update_fields=["state", "version", *columns])

    def task(self, state: TaskState, **columns: Any) -> None:
        """Bring the unit's task along."""
        if state in (TaskState.DONE, TaskState.RETURNED, TaskState.ENDED):
            columns |= {"ended_by_id": self.actor.id, "ended_at": self.now}
        Task.objects.filter(pk=self.called.task_id).update(state=state, **columns)

    def tell(self, kind: str, amount: int | None = None, **more: str) -> UUID:
        """Journal what happened about the unit."""
        told = entry(kind, self.case, self.called.unit_id, amount, **more)
        return journal.record_all([told], actor=self.actor)[0]

    def end_if_over(self) -> None:
        """End the whistle with its last unit."""
        states = Called.objects.filter(whistle_id=self.whistle.pk).values_list("state", flat=True)
        rated = rules.settings(self.spec).rated
        if rules.is_over([CalledState(state) for state in states], rated=rated):
            Whistle.objects.filter(pk=self.whistle.pk).update(ended_at=self.now)


@contextmanager
def step(
    actor: Actor,
    verb: str,
    *,
    key: str,
    name: str,
    called_id: UUID,
    body: Mapping[str, object],
    version: int | None = None,
) -> Iterator[Call | None]:
    """Act on a called unit, locked after its case; None where the key did so before."""
    actor.may(verb).or_refuse()
    with acting_as(actor):
        units = see(actor)
        known = {"called": str(called_id), **body}
        if journal.once(f"cases.{name}:{actor.id}", key, known, called_id) is not None:
            yield None
            return
        found = Called.objects.filter(pk=called_id).values_list("case_id", flat=True).first()
        if found is None:
            raise NotFound("called_unit")
        case = locked(found)
        called = Called.objects.select_for_update().get(pk=called_id)
        if version not in (None, called.version):
            raise Conflict(
                "called_unit_changed",
                Sentence("这里刚有新的进展，请刷新后再办。", "This went on meanwhile; look again."),
            )
        whistle = Whistle.objects.get(pk=called.whistle_id)
        yield Call(actor, units, clock.now(), case, whistle, called)


def locked(case_id: UUID) -> Case:
    """Return a case in sight, locked against other steps; NotFound otherwise."""
    found = Case.objects.select_for_update(no_key=True).filter(pk=case_id).first()
    if found is None:
        raise NotFound("case")
    return found


def waits(called_id: UUID) -> list[Interval]:
    """Return when an objection to the call waited for its decision: that time is not counted."""
    found = CalledObjection.objects.filter(
        called_id=called_id, about=ObjectionAbout.CALL, decided_at__isnull=False
    )
    return [Interval(each.asked_at, each.decided_at) for each in found if each.decided_at]


def entry(kind: str, case: Case, unit: UUID, amount: int | None, **more: str) -> Entry:
    """Return the fact that something happened about a called unit of a case."""
    return entry_of(facts.WhistleData, kind, case, amount, called=unit, **more)


def entry_of(
    model: type[facts.CaseData], kind: str, case: Case, amount: int | None = None, **more: Any
) -> Entry:
    """Return the fact that something happened beside the life of a case, which stays as it is."""
    data = model(
        area=case.grid_id or case.village_id or case.town_id,
        type=case.type_code,
        main_type=case.main_type,
        condition=case.condition_code,
        channel=case.channel,
        tier=case.tier,
        urgent=yes(case.urgent),
        unit=case.unit_id,
        state=case.state,
        state_before=case.state,
        **more,
    )
    return Entry(
        kind,
        "cases.case",
        case.pk,
        data.area,
        data,
        amount=amount,
        playbook_version=case.playbook_version,
    )


def say(code: str, text: str) -> None:
    """Refuse where somebody has to say something and says nothing."""
    if not text.strip():
        raise Refused(code, Sentence("请写明内容。", "Say what it is about."))


def digest(text: str) -> str:
    """Return what the command remembers of words: never the words themselves."""
    return key_ring().lookup_hash(text.strip(), "cases.whistle").hex()


def yes(value: bool) -> str:  # noqa: FBT001  a word for a dimension
    """Return a truth as facts hold it."""
    return "yes" if value else "no"
