"""What whoever reported sees: how far it has come, by when, and what they may do next.

Shown to whoever has the receipt or the account it was reported with (``actions.own``); read
as the installation's own actor. Names of people are not among it, and opinions only where
they were meant for the reporter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from liuchi.engines.cases import rules
from liuchi.engines.cases.enums import CalledState, CaseState, CaseVerb, ClockKind, Who
from liuchi.engines.cases.models import Called, Rating, Report, Reporter, Step
from liuchi.engines.cases.queries.books import spec_as_applied
from liuchi.engines.cases.queries.cases import CaseDetail, detail
from liuchi.engines.cases.queries.receipts import receipt_hash
from liuchi.engines.cases.rules import Move
from liuchi.engines.cases.rules.offering import any_reason
from liuchi.engines.cases.scope import INTAKE
from liuchi.engines.cases.spec import CasesSpec
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

OWN_MAX = 50
OWN_VERBS = (CaseVerb.RATE, CaseVerb.DISPUTE, CaseVerb.REOPEN, CaseVerb.WITHDRAW)
_QUIET = frozenset({CaseVerb.NOTE, CaseVerb.ASK_TIME, CaseVerb.DECIDE_TIME, CaseVerb.APPEAL})
"""Steps between offices, which tell whoever reported nothing."""


@dataclass(frozen=True, slots=True)
class Own:
    """A report somebody has shown to be theirs, and the case it is about now."""

    report_id: UUID
    case_id: UUID


@dataclass(frozen=True, slots=True)
class TrackStep:
    """A line of the public log. ``verb`` is ``report`` for the first.

    ``is_own``: what whoever looks at it answered; others who reported do not see it.
    """

    verb: str
    state: CaseState
    at: datetime
    unit_name: str
    reason: str
    opinion: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A reason whoever reported may give for a step."""

    verb: CaseVerb
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Together:
    """How many units were called to a case, how many have come, how many are done."""

    called: int
    arrived: int
    done: int


@dataclass(frozen=True, slots=True)
class Track:
    """One report as whoever made it follows it. ``text`` is "" once it has been erased.

    ``who`` has it now. ``due_at`` is None once it is done; ``late`` says it has passed.
    ``together`` counts the units called to it by whistle. ``question`` is what an office
    asked and this report has not answered, "" without one.
    """

    report_id: UUID
    case_id: UUID
    area_id: UUID
    type_title: str
    area_name: str
    village_code: str
    received_at: datetime
    text: str
    place: str
    photos: int
    state: CaseState
    state_title: str
    who: str
    due_at: datetime | None
    late: bool
    reports: int
    steps: tuple[TrackStep, ...]
    may: frozenset[CaseVerb]
    reopen_until: datetime | None
    disputed: bool
    rated: bool
    reasons: tuple[ReasonRow, ...]
    together: Together
    question: str


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A report of somebody who was signed in, for the list of their own.

    ``is_asked``: an office asked something that waits for an answer.
    """

    id: UUID
    type_title: str
    area_name: str
    received_at: datetime
    state: CaseState
    case_id: UUID
    is_asked: bool = False


def question_of(lines: Iterable[Step], report_id: UUID) -> Step | None:
    """Return the last thing an office said to who reported, unless this report answered it.

    ``lines`` are of one case, the oldest first.
    """
    asked = None
    for line in lines:
        if line.report_id == report_id:
            asked = None
        elif line.verb == CaseVerb.NOTE and line.to_reporter and line.actor_id is not None:
            asked = line
    return asked


def report_by_code(code: str) -> Own:
    """Return the report a receipt's code leads to; NotFound for any other code."""
    with acting_as(INTAKE):
        found = Report.objects.filter(receipt_hash=receipt_hash(code)).first()
    if found is None:
        raise NotFound("receipt")
    return Own(found.id, found.case_id)


def track(report_id: UUID) -> Track:
    """Return a report to whoever has shown that it is theirs (``actions.own``)."""
    with acting_as(INTAKE):
        report = Report.objects.get(pk=report_id)
        found = detail(report.case_id)
        lines = tuple(Step.objects.filter(case_id=report.case_id).order_by("id"))
        rated = Rating.objects.filter(report_id=report_id, closing=found.now.reopened).exists()
        units = directory.organization_names({line.unit_id for line in lines if line.unit_id})
        together = _together(report.case_id)
    now, spec = found.now, spec_as_applied(found.now.playbook_version)
    asked = question_of(lines, report_id)
    stage = spec.stages.get(now.state)
    return Track(
        report_id=report.id,
        case_id=now.id,
        area_id=now.area_id,
        type_title=now.type_title,
        area_name=directory.area(now.area_id).name,
        village_code=directory.area(now.village_id or now.about_id or now.town_id).code,
        received_at=report.received_at,
        text=report.text,
        place=report.place,
        photos=len(report.evidence),
        state=now.state,
        state_title="" if stage is None else stage.title,
        who=found.row.unit_name or found.row.desk_name,
        due_at=_due(found),
        late=now.overdue,
        reports=now.reports,
        steps=tuple(
            TrackStep(
                line.verb,
                CaseState(line.state_after),
                line.at,
                units.get(line.unit_id, "") if line.unit_id else "",
                _reason(spec, line),
                line.opinion if line.to_reporter or line.report_id == report_id else "",
                line.report_id == report_id,
            )
            for line in lines
            if _is_told(line, report_id)
        ),
        may=_may(found, spec, rated=rated),
        reopen_until=now.reopen_until,
        disputed=now.disputed,
        rated=rated,
        reasons=tuple(
            ReasonRow(verb, reason.code, reason.title)
            for verb in OWN_VERBS
            for reason in spec.reasons.get(verb, ())
        ),
        together=together,
        question=""
        if asked is None or not rules.may_answer(now.state, asked=True).allowed
        else asked.opinion,
    )


def own_reports(actor: Actor, limit: int = OWN_MAX) -> tuple[OwnRow, ...]:
    """Return what somebody reported while signed in, the newest first."""
    with acting_as(INTAKE):
        held = list(
            Reporter.objects.filter(user_id=actor.id)
            .select_related("report__case")
            .order_by("-report_id")[:limit]
        )
        running = (each.report for each in held if CaseState(each.report.case.state).is_open)
        asked = _asked({report.pk: report.case_id for report in running})
    return tuple(replace(_own_row(each.report), is_asked=each.report_id in asked) for each in held)


def _asked(reports: Mapping[UUID, UUID]) -> Collection[UUID]:
    """Return which reports, by their cases, have something to answer. One statement for all."""
    lines: dict[UUID, list[Step]] = {}
    said = Step.objects.filter(case_id__in=set(reports.values()), verb=CaseVerb.NOTE)
    for line in said.filter(Q(to_reporter=True) | Q(report__isnull=False)).order_by("id"):
        lines.setdefault(line.case_id, []).append(line)
    return {
        report_id
        for report_id, case_id in reports.items()
        if question_of(lines.get(case_id, ()), report_id) is not None
    }


def reported_by(actor: Actor, limit: int = OWN_MAX) -> tuple[OwnRow, ...]:
    """Return what staff have taken in themselves, the newest first. Inside ``acting_as``."""
    found = Report.objects.filter(entered_by_id=actor.id).select_related("case")
    return tuple(_own_row(each) for each in found.order_by("-id")[:limit])


def _own_row(report: Report) -> OwnRow:
    case = report.case
    return OwnRow(
        report.id,
        case.type_title,
        directory.area(case.grid_id or case.village_id or case.town_id).name,
        report.received_at,
        CaseState(case.state),
        case.id,
    )


def _together(case_id: UUID) -> Together:
    """Count the units called to a case; one that was excused was not needed after all."""
    called = Called.objects.filter(case_id=case_id).exclude(state=CalledState.EXCUSED)
    held = list(called.values_list("arrived_at", "done_at"))
    return Together(
        len(held),
        sum(arrived is not None for arrived, _done in held),
        sum(done is not None for _arrived, done in held),
    )


def _due(found: CaseDetail) -> datetime | None:
    """Return when it should be done as a whole, else when its stage ends."""
    running = [each.now for each in found.clocks if each.now.stopped_at is None]
    whole = next((each.due_at for each in running if each.kind is ClockKind.TOTAL), None)
    return whole or found.now.due_at


def _may(found: CaseDetail, spec: CasesSpec, *, rated: bool) -> frozenset[CaseVerb]:
    now, me = found.now, (Who.REPORTER,)
    verbs = {
        verb
        for verb in OWN_VERBS
        if isinstance(rules.may(now, verb, me, spec, reason_code=any_reason(spec, verb)), Move)
    }
    late = now.reopen_until is not None and clock.now() > now.reopen_until
    refused = {
        CaseVerb.RATE: rated,
        CaseVerb.DISPUTE: now.disputed,
        CaseVerb.REOPEN: not rules.may_reopen(now, me, late).allowed,
        CaseVerb.WITHDRAW: now.reports > 1,  # others have told of it too
    }
    return frozenset(verb for verb in verbs if not refused[verb])


def _is_told(line: Step, report_id: UUID) -> bool:
    """Whether a line is told to whoever made a report: not what another one answered."""
    if line.report_id is not None:
        return line.report_id == report_id
    return (line.verb not in _QUIET or line.to_reporter) and not _joined(line)


def _joined(line: Step) -> bool:
    """Whether a line is another's report of the same matter: counted, not told one by one."""
    return line.verb == "report" and line.state_before != ""


def _reason(spec: CasesSpec, line: Step) -> str:
    if not line.reason_code or line.verb not in set(CaseVerb):
        return ""
    known = spec.reasons.get(CaseVerb(line.verb), ())
    return next((each.title for each in known if each.code == line.reason_code), "")
