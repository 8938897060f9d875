"""One step of a case: taken, decided, written and journalled in two statements.

``cases_take`` takes the key, locks the case and reads it with its clocks; ``cases_move``
writes the case as it stands afterwards with the log, the clocks and the facts. Between the
two stand only pure rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from pydantic import TypeAdapter
from pydantic_core import to_json

from liuchi.engines.cases import facts, rules
from liuchi.engines.cases.enums import (
    CaseState,
    CaseVerb,
    ChangeKind,
    ClockKind,
    TaskState,
    Who,
)
from liuchi.engines.cases.queries.books import spec_as_applied
from liuchi.engines.cases.rules import CaseNow, ChangeNow, ClockNow, Move, TaskNow
from liuchi.engines.cases.scope import calendar, see
from liuchi.engines.cases.spec import CasesSpec
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.rules import body_hash
from liuchi.engines.journal.scope import acting_as, planned_once
from liuchi.kernel import clock
from liuchi.kernel.actors import SYSTEM_ROLE, Actor
from liuchi.kernel.errors import Conflict, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

REPORT = "report"
"""The verb of the first line of a log, which no lifecycle has: there was nothing before it."""

Data = TypeVar("Data", bound=facts.CaseData)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Moved:
    """What a step came to. ``due_at`` is None where no clock runs now."""

    case_id: UUID
    state: CaseState
    version: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Taken:
    case: CaseNow
    clocks: tuple[ClockNow, ...]
    changes: tuple[ChangeNow, ...]
    tasks: tuple[TaskNow, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    cases: tuple[_Taken, ...] = ()
    digest: str | None = None


_ANSWER = TypeAdapter(_Answer)


def said(model: type[Data], case: CaseNow, before: CaseNow | None, **more: Any) -> Data:
    """Return what a fact says of a case; ``before`` is how it stood, None where it was not."""
    return model(
        area=case.area_id,
        type=case.type_code,
        main_type=case.main_type,
        condition=case.condition_code,
        channel=case.channel.value,
        tier=case.tier,
        urgent="yes" if case.urgent else "no",
        unit=case.unit_id or (None if before is None else before.unit_id),
        state=case.state.value,
        state_before="" if before is None else before.state.value,
        **more,
    )


@dataclass
class Moving:
    """A case that is locked, and what a step makes of it. Written by :meth:`write`."""

    actor: Actor
    units: tuple[UUID, ...]
    at: datetime
    case: CaseNow
    clocks: list[ClockNow]
    changes: list[ChangeNow]
    tasks: list[TaskNow]
    spec: CasesSpec = field(init=False)
    _rows: dict[str, list[Any]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Read the section the case began with."""
        self.spec = spec_as_applied(self.case.playbook_version)

    @property
    def whos(self) -> frozenset[Who]:
        """Who the actor is to this case."""
        desk = directory.area(self.case.desk_id)
        return rules.whos(self.actor, self.case, desk.scope_code, self.units)

    def may(self, verb: CaseVerb, reason_code: str = "") -> Move:
        """Return the move a verb is for this actor now; raises Refused otherwise."""
        found = rules.may(
            self.case, verb, self.whos, self.spec, actor_id=self.actor.id, reason_code=reason_code
        )
        if isinstance(found, Move):
            return found
        found.or_refuse()
        raise AssertionError(found)

    def change(self, **columns: Any) -> None:
        """Note what else of the case is no longer as it was."""
        self.case = replace(self.case, **columns)

    def go(
        self,
        verb: CaseVerb,
        to: CaseState,
        *,
        reason_code: str = "",
        opinion: str = "",
        evidence: Sequence[UUID] = (),
        to_reporter: bool = False,
    ) -> Step:
        """Move the case and its clocks and begin the line of its log."""
        before = self.case
        ended = self._switch(to)
        self.change(
            state=to,
            since=self.at if to is not before.state else before.since,
            version=before.version + 1,
        )
        row = self._row(verb, before, to, ended)
        row |= {
            "reason_code": reason_code,
            "opinion": opinion.strip(),
            "evidence": list(evidence),
            "to_reporter": to_reporter,
        }
        return Step(self, before, ended, row)

    def _row(
        self, verb: str, before: CaseNow, to: CaseState, ended: ClockNow | None = None
    ) -> dict[str, Any]:
        timed = ended or self.running()
        runs = None if timed is None else self.deadline(timed)
        row = {
            "id": new_id(),
            "case_id": before.id,
            "verb": verb,
            "state_before": before.state,
            "state_after": to,
            "at": self.at,
            "actor_id": None if self.actor.role == SYSTEM_ROLE else self.actor.id,
            "post_id": self.actor.post_id,
            "unit_id": before.unit_id if before.unit_id in self.units else None,
            "reason_code": "",
            "opinion": "",
            "evidence": [],
            "clock": "" if timed is None else timed.kind,
            "used_seconds": None if runs is None else int(runs.used(self.at).total_seconds()),
            "timed_out": runs is not None and runs.is_overdue(self.at),
            "to_reporter": False,
        }
        self._rows.setdefault("steps", []).append(row)
        return row

    def tell(
        self,
        kind: str,
        model: type[Data],
        before: CaseNow | None,
        amount: int | Decimal | None = None,
        /,
        **more: Any,
    ) -> UUID:
        """Journal what happened, caused by what happened before it; return the fact's id."""
        case = self.case
        data = said(model, case, before, **more)
        journal.checked(kind, data)
        fact_id = new_id()
        self._rows.setdefault("facts", []).append(
            {
                "id": fact_id,
                "kind": kind,
                "at": self.at,
                "area_id": case.area_id,
                "actor_id": self.actor.id,
                "subject_id": case.id,
                "cause_id": case.last_fact_id,
                "playbook_version": case.playbook_version,
                "amount": amount,
                "data": data,
            }
        )
        self.change(last_fact_id=fact_id)
        return fact_id

    def add(self, table: str, row: object) -> None:
        """Write a row beside the case: of ``checks`` or ``ratings``."""
        self._rows.setdefault(table, []).append(row)

    def add_task(self, task: TaskNow) -> None:
        """Give a unit its piece of work."""
        self.tasks.append(task)
        self._keep("tasks", task)

    def put_task(self, task: TaskNow) -> None:
        """Keep a task as it is now; an ended one is open no longer."""
        self.tasks = [each for each in self.tasks if each.id != task.id]
        if task.ended_at is None:
            self.tasks.append(task)
        self._keep("tasks", task)

    def end_tasks(self, state: TaskState, *, only: UUID | None = None) -> None:
        """End the open tasks, or one: done, returned, or gone another way."""
        for task in [each for each in self.tasks if only in (None, each.id)]:
            by = task.given_by_id if self.actor.role == SYSTEM_ROLE else self.actor.id
            self.put_task(replace(task, state=state, ended_at=self.at, ended_by_id=by))

    def put_change(self, change: ChangeNow) -> None:
        """Keep what was asked for a limit as it is now."""
        self.changes = [each for each in self.changes if each.id != change.id] + [change]
        self._keep("changes", change)

    def end_suspension(self) -> None:
        """Let the limits run again that were set aside, from this moment."""
        for change in list(self.changes):
            is_set_aside = change.kind is ChangeKind.SUSPENSION and change.started_at is not None
            if is_set_aside and change.ended_at is None:
                self.put_change(replace(change, ended_at=self.at))
        for held in [each for each in self.clocks if each.paused_at is not None]:
            self.put(replace(held, paused_at=None, due_at=self.deadline(held).due))
        self.change(suspended_from="")

    def running(self, kind: ClockKind | None = None) -> ClockNow | None:
        """Return the clock of a kind that runs, or that of the stage; None where none does."""
        for each in self.clocks:
            is_wanted = each.kind is kind if kind else each.kind is not ClockKind.TOTAL
            if each.stopped_at is None and is_wanted:
                return each
        return None

    def deadline(self, held: ClockNow) -> rules.Deadline:
        """Return a clock's deadline as it stands now."""
        working = calendar().with_hours(self.spec.working_hours)
        return rules.deadline(held, self.changes, working, self.at)

    def rewind(self) -> None:
        """Count the clocks that run anew: something was approved or has ended."""
        for held in [each for each in self.clocks if each.stopped_at is None]:
            ends = self.deadline(held)
            due, warn_at = ends.due, ends.warn_at(self.spec.warn_percent)
            late = due >= self.at and held.overdue_at is not None
            marks: dict[str, Any] = {}
            if late:
                marks = dict.fromkeys(("overdue_at", "escalated_at", "escalate_at"))
            if warn_at > self.at:  # told of the earlier end, or not yet: there is a new one
                marks["warned_at"] = None
            self.put(replace(held, due_at=due, warn_at=warn_at, **marks))
        self.show()

    def put(self, held: ClockNow) -> None:
        """Keep a clock as it is now, to be written."""
        self.clocks = [each for each in self.clocks if each.id != held.id] + [held]
        self._keep("clocks", held)

    def start(self, kind: ClockKind) -> None:
        """Begin a limit, the next time it runs; nothing where the playbook sets none."""
        limit = getattr(self.spec.limits_of(self.case.condition_code), kind.value)
        if limit is None:
            return
        begun = ClockNow(
            id=new_id(),
            case_id=self.case.id,
            kind=kind,
            round=1 + max((each.round for each in self.clocks if each.kind is kind), default=0),
            started_at=self.at,
            limit_amount=limit.amount,
            limit_unit=limit.unit,
            due_at=self.at,
        )
        ends = self.deadline(begun)
        self.put(replace(begun, due_at=ends.due, warn_at=ends.warn_at(self.spec.warn_percent)))

    def write(self) -> Moved:
        """Write everything a step came to."""
        with planned_once() as cursor:
            cursor.execute("SELECT cases_move(%s::jsonb)", [self.told({"case": self.case})])
        self._rows = {}
        case = self.case
        return Moved(case.id, case.state, case.version, case.due_at)

    def told(self, more: Row) -> str:
        """Return what is to be written, as the owner's functions read it."""
        journal.make_room(self.at)
        return to_json(self.rows(more)).decode()

    def rows(self, more: Row) -> Row:
        """Return all rows that came with the step, by their tables, and ``more``."""
        return {"clocks": [], "steps": [], "facts": [], **self._rows, **more}

    def begin(self) -> None:
        """Start the clocks of a case that is just reported, its log and its facts."""
        self.start(ClockKind.TOTAL)
        self.start(rules.CLOCK_OF[self.case.state])
        self.show()
        row = self._row(REPORT, self.case, self.case.state)
        row["state_before"], row["fact_id"] = "", self.tell(facts.REPORTED, facts.CaseData, None)
        self.change(reported_fact_id=row["fact_id"])

    def joined(self) -> None:
        """Note that somebody else has told of it too."""
        row = self._row(REPORT, self.case, self.case.state)
        row["fact_id"] = self.tell(facts.JOINED, facts.CaseData, self.case)

    def _keep(self, table: str, row: TaskNow | ChangeNow | ClockNow) -> None:
        rows = self._rows.setdefault(table, [])
        rows[:] = [each for each in rows if each.id != row.id] + [row]

    def _switch(self, to: CaseState) -> ClockNow | None:
        """Stop and start what a new state stops and starts; return the stage's clock it ended."""
        if to is CaseState.SUSPENDED:
            for each in [each for each in self.clocks if each.stopped_at is None]:
                self.put(replace(each, paused_at=self.at))
            self.change(clock="", due_at=None)
            return None
        wanted, held = rules.CLOCK_OF.get(to), self.running()
        ended = None
        if held is not None and held.kind is not wanted:
            ended = self._stop(held)
        total = self.running(ClockKind.TOTAL)
        if wanted is None and total is not None:
            self._stop(total)
        if wanted is not None:
            if held is None or ended is not None:
                self.start(wanted)
            if total is None:
                self.start(ClockKind.TOTAL)
        self.show(to)
        return ended

    def _stop(self, held: ClockNow) -> ClockNow:
        ended = rules.stopped(held, self.deadline(held), self.at)
        self.put(ended)
        return ended

    def show(self, to: CaseState | None = None) -> None:
        """Say on the case which limit its stage has, and whether one has passed."""
        held = self.running() if (to or self.case.state).runs else None
        self.change(
            clock="" if held is None else held.kind.value,
            due_at=None if held is None else held.due_at,
            overdue=any(
                each.stopped_at is None and each.overdue_at is not None for each in self.clocks
            ),
        )


@dataclass
class Step:
    """A line of the log whose fact is still to be told."""

    moving: Moving
    before: CaseNow
    ended: ClockNow | None
    row: dict[str, Any]

    @property
    def in_time(self) -> str:
        """Whether the limit this step ended was kept: "yes", "no", "" where none ended."""
        if self.ended is None:
            return ""
        return "yes" if self.ended.in_time else "no"

    @property
    def seconds(self) -> int | None:
        """What the limit that this step ended has counted."""
        return None if self.ended is None else self.ended.used_seconds

    def tell(self, kind: str, model: type[Data], /, **more: Any) -> UUID:
        """Journal the step; a second fact of the same step is caused by the first."""
        amount = self.seconds if issubclass(model, facts.TimedData) else None
        fact_id = self.moving.tell(kind, model, self.before, amount, **more)
        self.row.setdefault("fact_id", fact_id)
        return fact_id


@contextmanager
def taking(
    actor: Actor,
    key: str,
    name: str,
    case_ids: Sequence[UUID],
    body: Mapping[str, object],
    *,
    version: int | None = None,
) -> Iterator[tuple[Moving, ...]]:
    """Act as somebody on cases, locked in the order of their ids, given in that of ``case_ids``.

    Yields nothing where the key was used before for the same. NotFound for what is out of
    sight, Conflict("case_changed") where the first has gone on since ``version``.
    """
    at = clock.now()
    with acting_as(actor):
        units = see(actor)
        answer = _take(f"cases.{name}:{actor.id}", key, body, case_ids, at)
        held = {each.case.id: each for each in answer.cases}
        if answer.digest is None and set(held) != set(case_ids):
            raise NotFound("case")
        if held and version not in (None, held[case_ids[0]].case.version):
            raise Conflict(
                "case_changed",
                Sentence("这件刚有新的进展，请刷新后再办。", "This went on meanwhile; look again."),
            )
        yield tuple(
            Moving(
                actor,
                units,
                at,
                held[case_id].case,
                list(held[case_id].clocks),
                list(held[case_id].changes),
                list(held[case_id].tasks),
            )
            for case_id in (case_ids if held else ())
        )


def moved_now(case_id: UUID) -> Moved:
    """Return where a case stands, for a step that was taken before. Inside ``acting_as``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, state, version, due_at FROM cases_case WHERE id = %s", [case_id])
        found = cursor.fetchone()
    if found is None:
        raise NotFound("case")
    return Moved(found[0], CaseState(found[1]), found[2], found[3])


def _take(
    scope: str, key: str, body: Mapping[str, object], case_ids: Sequence[UUID], at: datetime
) -> _Answer:
    """``key`` is "" for work of the system's own, which is safe to repeat without one."""
    digest = ""
    if key:
        journal.check_key(key)
        digest = body_hash(body)
    with planned_once() as cursor:
        cursor.execute(
            "SELECT cases_take(%s, %s, %s, %s, %s)", [scope, key, digest, list(case_ids), at]
        )
        answer = _ANSWER.validate_json(cursor.fetchone()[0])
    if answer.digest is not None and answer.digest != digest:
        raise journal.key_reused()
    return answer
