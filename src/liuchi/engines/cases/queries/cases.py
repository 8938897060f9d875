"""Cases: one by its id, and lists read from where the last page ended."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from pydantic import TypeAdapter

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.cases.enums import CaseState, CaseVerb, ChangeState, TaskState
from liuchi.engines.cases.models import Step
from liuchi.engines.cases.queries.books import spec_as_applied
from liuchi.engines.cases.rules import CaseNow, ChangeNow, ClockNow, Deadline, TaskNow, deadline
from liuchi.engines.cases.scope import calendar, page_size, see
from liuchi.engines.cases.spec import CasesSpec
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import planned_once
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.paging import cursor_unusable

COUNTED_MAX = 1_000
"""Counts stop here: whether 1,000 wait or 20,000 makes no difference to anybody's day."""

_NOW = TypeAdapter(CaseNow)
_CLOCKS = TypeAdapter(tuple[ClockNow, ...])
_CHANGES = TypeAdapter(tuple[ChangeNow, ...])
_TASKS = TypeAdapter(tuple[TaskNow, ...])


class Order(StrEnum):
    """How a list is ordered: what came last first, or what is due first."""

    NEWEST = "newest"
    DUE = "due"


class Work(StrEnum):
    """Whose work a list is: what waits at the actor's desk, for a unit, a check, a decision."""

    DESK = "desk"  # the desk that answers for it is the actor's, or one below
    UNIT = "unit"  # a unit of the actor's has an open piece of it
    CHECK = "check"  # and the actor has not dealt with it
    DECIDE = "decide"  # more time was asked for, or an appeal or a dispute is open


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as lists show it. Names are those of places and organisations, never of people."""

    id: UUID
    area_name: str
    town_id: UUID
    village_id: UUID | None
    grid_id: UUID | None
    type_code: str
    type_title: str
    channel: str
    description: str
    place: str
    longitude: Decimal | None
    latitude: Decimal | None
    state: CaseState
    since: datetime
    reported_at: datetime
    due_at: datetime | None
    clock: str
    unit_id: UUID | None
    unit_name: str
    desk_name: str
    tier: str
    urgent: bool
    sensitive: bool
    supervised: bool
    overdue: bool
    disputed: bool
    appealed: bool
    basically_done: bool
    reports: int
    returned: int
    reworked: int
    reopened: int
    version: int
    playbook_version: UUID


_AS_IT_STANDS = tuple(
    each.name for each in fields(CaseRow) if each.name in {held.name for held in fields(CaseNow)}
)
"""What a row shows just as the case has it: the same field by the same name."""


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One run of a limit: ``deadline`` tells and explains when it is due."""

    now: ClockNow
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class StepRow:
    """A line of the log. ``actor_name`` is "" for a resident and for the system.

    ``by_reporter``: what whoever reported answered an office.
    """

    id: UUID
    verb: str
    state_before: str
    state_after: str
    at: datetime
    actor_name: str
    post_title: str
    unit_name: str
    reason: str
    opinion: str
    evidence: tuple[UUID, ...]
    clock: str
    used_seconds: int | None
    timed_out: bool
    to_reporter: bool
    by_reporter: bool


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """A case, opened: everything but its log (:func:`steps`) and its reports."""

    row: CaseRow
    now: CaseNow
    clocks: tuple[ClockRow, ...]
    changes: tuple[ChangeNow, ...]
    tasks: tuple[TaskNow, ...]
    unit_names: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases a list shows. One place or unit leads; the rest narrows it.

    ``states`` empty: all. ``DUE`` is for those whose clock runs and leaves out the others.
    ``work`` leaves only what somebody may do something about: see :class:`Work`.
    """

    unit_id: UUID | None = None
    village_id: UUID | None = None
    town_id: UUID | None = None
    grid_id: UUID | None = None
    states: tuple[CaseState, ...] = ()
    type_code: str = ""
    overdue: bool = False
    supervised: bool = False
    urgent: bool = False
    work: Work | None = None
    order: Order = Order.NEWEST


def case_now(case_id: UUID) -> CaseNow | None:
    """Return a case as it stands, for decisions; None where it is out of sight."""
    return next(iter(cases_now([case_id])), None)


def cases_now(case_ids: Collection[UUID]) -> tuple[CaseNow, ...]:
    """Return cases in sight as they stand, in one statement; the others are left out."""
    with planned_once() as cursor:
        cursor.execute(
            "SELECT to_jsonb(held) FROM cases_case AS held WHERE id = ANY (%s)", [list(case_ids)]
        )
        return tuple(_NOW.validate_json(row[0]) for row in cursor.fetchall())


def case(actor: Actor, case_id: UUID) -> CaseDetail:
    """Return a case the actor may see, with its clocks, tasks and what was asked for it."""
    actor.may("cases.case.read").or_refuse()
    see(actor)
    return detail(case_id)


def detail(case_id: UUID) -> CaseDetail:
    """Return a case that is in sight. Inside ``acting_as``; NotFound for any other."""
    with planned_once() as cursor:
        cursor.execute("SELECT held, clocks, changes, tasks FROM cases_opened(%s)", [case_id])
        found = cursor.fetchone()
    if found is None:
        raise NotFound("case")
    now = _NOW.validate_json(found[0])
    changes, tasks = _CHANGES.validate_json(found[2]), _TASKS.validate_json(found[3])
    at = clock.now()
    # The hours the case began with: those its ends are counted by.
    working = calendar().with_hours(spec_as_applied(now.playbook_version).working_hours)
    clocks = tuple(
        ClockRow(each, deadline(each, changes, working, each.stopped_at or at))
        for each in _CLOCKS.validate_json(found[1])
    )
    units = {task.unit_id for task in tasks} | {now.unit_id} - {None}
    names = directory.organization_names([unit for unit in units if unit is not None])
    return CaseDetail(_row(now, names), now, clocks, changes, tasks, names)


def cases(
    actor: Actor, wanted: Wanted, *, after: str | None = None, limit: int = 50
) -> Page[CaseRow]:
    """Return one page of the cases an actor may see.

    Without a place, the actor's own: of a community by equality, so that a page costs the
    same however many there are. ``after`` is the cursor the last page gave.
    """
    actor.may("cases.case.read").or_refuse()
    units = see(actor)
    size = page_size(limit)
    where, values = _where(actor, wanted, units)
    if wanted.order is Order.DUE:
        where.append("NOT held.clock = ''")
        order, mark = "held.due_at, held.id", _due_mark(after)
        if mark is not None:
            where.append("(held.due_at, held.id) > (%s, %s)")
            values += mark
    else:
        order, id_mark = "held.id DESC", _id_mark(after)
        if id_mark is not None:
            where.append("held.id < %s")
            values.append(id_mark)
    with connection.cursor() as cursor:
        cursor.execute(
            # Only what is on the page is made JSON of, whichever way it was sorted.
            "SELECT to_jsonb(held) FROM (SELECT * FROM cases_case AS held "  # noqa: S608  our own
            f"WHERE {' AND '.join(where)} ORDER BY {order} LIMIT {size + 1}) AS held "
            f"ORDER BY {order}",
            values,
        )
        found = [_NOW.validate_json(row[0]) for row in cursor.fetchall()]
    shown = found[:size]
    more = mark_of(shown[-1], wanted.order) if len(found) > size else None
    return Page(rows(shown), more)


def count(actor: Actor, wanted: Wanted) -> int:
    """Count the cases of a list, up to :data:`COUNTED_MAX`."""
    return counts(actor, [wanted])[0]


def counts(actor: Actor, wanted: Sequence[Wanted]) -> tuple[int, ...]:
    """Count the cases of several lists, each up to :data:`COUNTED_MAX`, in one statement."""
    actor.may("cases.case.read").or_refuse()
    units = see(actor)
    if not wanted:
        return ()
    asked = [counting(actor, each, units) for each in wanted]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(text for text, _ in asked)}",
            [value for _, values in asked for value in values],
        )
        found: tuple[int, ...] = cursor.fetchone()
        return found


def counting(actor: Actor, wanted: Wanted, units: Collection[UUID]) -> tuple[str, list[Any]]:
    """Return what counts the cases of a list within a statement. For this engine."""
    where, values = _where(actor, wanted, units)
    text = (
        "(SELECT count(*) FROM (SELECT FROM cases_case AS held "  # noqa: S608  parts of our own
        f"WHERE {' AND '.join(where)} LIMIT {COUNTED_MAX}) AS counted)"
    )
    return text, values


_WAITING = (
    (Work.DESK, "cases.case.verify", (CaseState.REPORTED, CaseState.VERIFYING)),
    (Work.DESK, "cases.case.dispatch", (CaseState.FILED,)),
    (Work.UNIT, "cases.case.handle", (CaseState.DISPATCHED, CaseState.HANDLING)),
    (Work.CHECK, "cases.case.check", (CaseState.FEEDBACK, CaseState.CHECKING)),
)


def due_counting(actor: Actor, units: Collection[UUID]) -> list[tuple[str, list[Any]]]:
    """Return what counts, for each kind of work of the post, due today and overdue.

    Each gives a JSON array of the two, within a statement. For this engine.
    """
    now = clock.now()
    tonight = clock.start_of_day(clock.local_day(now) + timedelta(days=1))
    found = []
    for work, verb, states in _WAITING:
        if verb not in actor.grants or (work is Work.UNIT and not units):
            continue
        where, values = _where(actor, Wanted(states=states, work=work), units)
        text = (
            "(SELECT jsonb_build_array(count(*) FILTER (WHERE due_at >= %s AND due_at <= %s), "  # noqa: S608
            "count(*) FILTER (WHERE due_at < %s)) FROM (SELECT held.due_at "
            f"FROM cases_case AS held WHERE held.clock <> '' AND {' AND '.join(where)} "
            f"ORDER BY held.due_at LIMIT {COUNTED_MAX}) AS counted)"
        )
        found.append((text, [now, tonight, now, *values]))
    return found


def steps(actor: Actor, case_id: UUID) -> tuple[StepRow, ...]:
    """Return the log of a case the actor may see, oldest first."""
    actor.may("cases.case.read").or_refuse()
    see(actor)
    held = case_now(case_id)
    if held is None:
        raise NotFound("case")
    spec = spec_as_applied(held.playbook_version)
    found = list(Step.objects.filter(case_id=case_id).order_by("id"))
    names = accounts.names_of({each.actor_id for each in found if each.actor_id})
    posts = directory.post_titles({each.post_id for each in found if each.post_id})
    units = directory.organization_names({each.unit_id for each in found if each.unit_id})
    return tuple(
        StepRow(
            id=each.id,
            verb=each.verb,
            state_before=each.state_before,
            state_after=each.state_after,
            at=each.at,
            actor_name=_named(names, each.actor_id),
            post_title=_named(posts, each.post_id),
            unit_name=_named(units, each.unit_id),
            reason=_reason(spec, each.verb, each.reason_code),
            opinion=each.opinion,
            evidence=tuple(each.evidence),
            clock=each.clock,
            used_seconds=each.used_seconds,
            timed_out=each.timed_out,
            to_reporter=each.to_reporter,
            by_reporter=each.report_id is not None,
        )
        for each in found
    )


def rows(found: Sequence[CaseNow]) -> tuple[CaseRow, ...]:
    """Return cases as lists show them: one statement for the names of all their units."""
    units = {each.unit_id for each in found if each.unit_id is not None}
    names = directory.organization_names(units) if units else {}
    return tuple(_row(each, names) for each in found)


def _row(now: CaseNow, names: Mapping[UUID, str]) -> CaseRow:
    places = directory.areas({now.area_id, now.desk_id})
    return CaseRow(
        area_name=places[now.area_id].name,
        unit_name="" if now.unit_id is None else names.get(now.unit_id, ""),
        desk_name=places[now.desk_id].name,
        **{name: getattr(now, name) for name in _AS_IT_STANDS},
    )


def _named(names: Mapping[UUID, str], wanted: UUID | None) -> str:
    return "" if wanted is None else names.get(wanted, "")


def _reason(spec: CasesSpec, verb: str, code: str) -> str:
    """Return a reason in the playbook's words; the code where it has none for it."""
    known = spec.reasons.get(CaseVerb(verb), ()) if code else ()
    return next((each.title for each in known if each.code == code), code)


def _where(actor: Actor, wanted: Wanted, units: Collection[UUID]) -> tuple[list[str], list[Any]]:
    """Return the conditions of a list, led by the one place or unit an index begins with."""
    asked = (wanted.village_id, wanted.town_id, wanted.unit_id)
    is_led = any(asked) or wanted.work is Work.UNIT  # a unit's work lies wherever it lies
    village, town, unit = asked if is_led else _own_place(actor)
    where: list[str] = []
    values: list[Any] = []
    if actor.own_rows_only and not is_led:
        where.append("held.unit_id = ANY (%s)")
        values.append(list(units))
    for column, value in (
        ("village_id", village),
        ("town_id", town),
        ("unit_id", unit),
        ("type_code", wanted.type_code or None),
    ):
        if value is not None:
            where.append(f"held.{column} = %s")
            values.append(value)
    if wanted.grid_id is not None:
        where.append("held.grid_id = %s")
        values.append(wanted.grid_id)
    if wanted.work is not None:
        more, given = _of_work(actor, wanted.work, units)
        where += more
        values += given
    if wanted.states:
        where.append("held.state = ANY (%s)" if len(wanted.states) > 1 else "held.state = %s")
        listed = [str(state) for state in wanted.states]
        values.append(listed if len(listed) > 1 else listed[0])
    where += ["held.overdue"] * wanted.overdue + ["held.supervised"] * wanted.supervised
    where += ["held.urgent"] * wanted.urgent
    return where or ["true"], values


def _of_work(actor: Actor, work: Work, units: Collection[UUID]) -> tuple[list[str], list[Any]]:
    """Return the conditions of what an actor has to do with: as ``rules.whos`` decides it."""
    if work is Work.UNIT:
        still = [str(TaskState.GIVEN), str(TaskState.ACCEPTED)]
        mine = "SELECT case_id FROM cases_task WHERE unit_id = ANY (%s) AND state = ANY (%s)"
        return [f"held.id IN ({mine})"], [list(units), still]
    # What went up is no longer of the desks below.
    where = ["NOT held.desk_id = ANY (%s)"]
    values: list[Any] = [_above(actor)]
    if work is Work.CHECK:
        where.append("NOT %s = ANY (held.handler_ids)")
        values.append(actor.id)
    elif work is Work.DECIDE:
        where.append(
            "held.id IN (SELECT id FROM cases_case WHERE appealed OR disputed UNION ALL "
            "SELECT case_id FROM cases_clock_change WHERE state = %s AND asked_by_id <> %s)"
        )
        values += [str(ChangeState.ASKED), actor.id]
    return where, values


def _above(actor: Actor) -> list[UUID]:
    """Return the places above an actor's own."""
    found: list[UUID] = []
    at = None if actor.area_id is None else directory.area(actor.area_id).parent_id
    while at is not None:
        found.append(at)
        at = directory.area(at).parent_id
    return found


def _own_place(actor: Actor) -> tuple[UUID | None, UUID | None, UUID | None]:
    """Return the actor's village or town: equality serves lists better than a range."""
    if actor.area_id is None or actor.own_rows_only:
        return None, None, None
    place = directory.area(actor.area_id)
    if place.kind.is_village:
        return place.id, None, None
    return None, place.id if place.kind.is_town else None, None


def mark_of(last: CaseNow | CaseRow, order: Order) -> str:
    """Return the cursor of the page after a case."""
    held = [str(last.id)]
    if order is Order.DUE and last.due_at is not None:
        held.insert(0, last.due_at.isoformat())
    return base64.urlsafe_b64encode(json.dumps(held).encode()).decode().rstrip("=")


def _id_mark(after: str | None) -> UUID | None:
    try:
        return None if after is None else UUID(_unpacked(after)[-1])
    except (ValueError, IndexError, TypeError) as error:
        raise cursor_unusable() from error


def _due_mark(after: str | None) -> list[Any] | None:
    try:
        if after is None:
            return None
        due, case_id = _unpacked(after)
        return [datetime.fromisoformat(due), UUID(case_id)]
    except (ValueError, TypeError) as error:
        raise cursor_unusable() from error


def _unpacked(after: str) -> list[str]:
    held = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    return [str(each) for each in held]


def asked(found: CaseDetail) -> ChangeNow | None:
    """Return what waits for another person's decision, if anything does."""
    return next((each for each in found.changes if each.state is ChangeState.ASKED), None)


def open_tasks(found: CaseDetail) -> tuple[TaskNow, ...]:
    """Return the tasks that units still have."""
    still = (TaskState.GIVEN, TaskState.ACCEPTED)
    return tuple(each for each in found.tasks if each.state in still)
