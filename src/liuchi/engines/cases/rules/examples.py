"""Runs a playbook's examples of cases against the rules, without any database.

Filing: ``given: {at, village}``, ``when: {cases.file: {type, condition, channel}}``,
``then: {state, waits_for, unit, rule, tier, urgent, above, handling_due}`` and the other limits,
each counted from ``at``, or ``{refused: type_unknown}``. ``waits_for`` is why it is not filed yet.
A step: ``given: {state, by, type, condition, tier, handled, parts_open, reopened}``,
``when: {cases.step: {verb, reason}}``, ``then: {state, tier}`` or ``{refused: handled_by_you}``.
Taking up again: ``given: {closed, at}``; the window runs from the closing. Instants are
written ``2022-06-02 16:00``, Shanghai time, and count by the published holidays.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict

from liuchi.engines.cases.enums import CaseState, CaseVerb, Channel, ClockKind, Who
from liuchi.engines.cases.rules.deciding import (
    may,
    may_file,
    may_reopen,
    may_settle_on_spot,
)
from liuchi.engines.cases.rules.intake import may_report
from liuchi.engines.cases.rules.lifecycle import Move
from liuchi.engines.cases.rules.now import CaseNow
from liuchi.engines.cases.rules.routing import Matter, route
from liuchi.engines.cases.spec import CasesSpec
from liuchi.kernel.calendar import WorkCalendar
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.deadlines import due_at
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import ExampleRunner

_NOBODY, _ME = UUID(int=0), UUID(int=1)


def _local(value: object) -> object:
    if not isinstance(value, str):
        return value
    return datetime.strptime(value, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


Instant = Annotated[datetime, BeforeValidator(_local)]
_SOME_DAY = datetime(2022, 6, 1, 9, tzinfo=SHANGHAI)


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _FileGiven(_Shape):
    at: Instant = _SOME_DAY
    village: str = ""
    town: str = ""
    grid: str = ""


class _FileWhen(_Shape):
    type: str
    condition: str = ""
    channel: Channel = Channel.WORKER
    urgent: bool = False


class _StepGiven(_Shape):
    state: CaseState
    by: tuple[Who, ...] = ()
    type: str = ""
    condition: str = ""
    tier: str = ""
    handled: bool = False
    parts_open: int = 0
    reopened: int = 0
    closed: Instant | None = None
    at: Instant = _SOME_DAY


class _StepWhen(_Shape):
    verb: CaseVerb
    reason: str = ""


def run_file(
    section: BaseModel, given: Mapping[str, object], when: Mapping[str, object]
) -> Mapping[str, object]:
    """Run one example of a report: whether it is filed at once, whose it is, by when."""
    spec = CasesSpec.model_validate(section)
    place, asked = _FileGiven.model_validate(given), _FileWhen.model_validate(when)
    if not spec.is_leaf(asked.type):
        return {"refused": "type_unknown"}
    reporting = may_report(spec, asked.type, asked.channel)
    if not reporting.allowed:
        return {"refused": reporting.reason_code}
    case = _case(
        spec, asked.type, asked.condition, asked.channel, _StepGiven(state=CaseState.REPORTED)
    )
    filing = may_file(case, spec, asked.condition)
    direct = asked.channel in spec.file_directly or CaseState.VERIFYING in spec.skipped
    working = WorkCalendar().with_hours(spec.working_hours)
    urgent = asked.urgent or spec.path(asked.type)[-1].urgent
    matter = Matter(
        asked.type,
        asked.condition,
        asked.channel.value,
        case.tier,
        urgent,
        place.village,
        place.town,
        place.grid,
        place.at,
    )
    found = route(spec, matter, working)
    limits = spec.limits_of(asked.condition)
    ends = {
        f"{kind.value}_due": f"{due_at(place.at, limit, working):%Y-%m-%d %H:%M}"
        for kind in ClockKind
        if (limit := getattr(limits, kind.value)) is not None
    }
    return {
        "state": (CaseState.FILED if direct and filing.allowed else CaseState.REPORTED).value,
        "waits_for": "" if filing.allowed else filing.reason_code,
        "unit": found.unit,
        "rule": found.code,
        "tier": case.tier,
        "urgent": urgent,
        "above": spec.path(asked.type)[-1].about_office,
        **ends,
    }


def run_step(
    section: BaseModel, given: Mapping[str, object], when: Mapping[str, object]
) -> Mapping[str, object]:
    """Run one example of a step: where it leads, or why it is refused."""
    spec = CasesSpec.model_validate(section)
    state, asked = _StepGiven.model_validate(given), _StepWhen.model_validate(when)
    type_code = state.type or spec.types[0].code
    case = _case(spec, type_code, state.condition, Channel.WORKER, state)
    found = may(case, asked.verb, state.by, spec, actor_id=_ME, reason_code=asked.reason)
    if not isinstance(found, Move):
        return {"refused": found.reason_code}
    if asked.verb is CaseVerb.REOPEN and state.closed is not None:
        until = due_at(state.closed, spec.reopen_within, WorkCalendar())
        again = may_reopen(case, state.by, late=state.at > until)
        if not again.allowed:
            return {"refused": again.reason_code}
    if asked.verb is CaseVerb.SETTLE_ON_SPOT:
        spot = may_settle_on_spot(case, spec, case.condition_code, how="当场办好")
        if not spot.allowed:
            return {"refused": spot.reason_code}
    if asked.verb is CaseVerb.REFER:
        tier = spec.next_tier(case.tier)
        if tier is None and spec.tiers:
            return {"refused": "highest_tier"}
        return {"state": case.state.value, "tier": "" if tier is None else tier.code}
    return {"state": (found.to or case.state).value, "tier": case.tier}


def _case(
    spec: CasesSpec,
    type_code: str,
    condition: str,
    channel: Channel,
    given: _StepGiven,
) -> CaseNow:
    """Return a case of which nothing is known but what the example says."""
    path = spec.path(type_code)
    blank = dict.fromkeys(CaseNow.__slots__, None)
    flags = ("urgent", "sensitive", "supervised", "appealed", "disputed", "overdue")
    lowest = spec.tiers[0].code if spec.tiers else ""
    values: dict[str, Any] = {  # what no rule here reads is left out
        **blank,
        **dict.fromkeys(flags, False),
        "id": _NOBODY,
        "town_id": _NOBODY,
        "desk_id": _NOBODY,
        "playbook_version": _NOBODY,
        "scope_code": "",
        "type_code": type_code,
        "main_type": path[0].code if path else "",
        "type_title": path[-1].title if path else "",
        "condition_code": condition,
        "channel": channel,
        "reported_at": given.at,
        "since": given.at,
        "state": given.state,
        "tier": given.tier or lowest,
        "handler_ids": (_ME,) if given.handled else (),
        "children_open": given.parts_open,
        "reopened": given.reopened,
        "closed_at": given.closed,
    }
    return CaseNow(**values)


RUNNERS = (
    ExampleRunner("cases.file", Sentence("上报立案", "reporting and filing"), run_file),
    ExampleRunner("cases.step", Sentence("办理一步", "one step of a case"), run_step),
)
