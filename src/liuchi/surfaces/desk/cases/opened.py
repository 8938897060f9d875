"""The page of one case: what it is, by when and why, what was done, and what may be done now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language

from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.enums import CaseVerb, Channel, ClockKind, LimitUnit
from liuchi.engines.cases.queries import CaseDetail, Offered, ReportRow, StepRow
from liuchi.engines.cases.rules.clocks import how_it_stands, standing, why
from liuchi.engines.cases.rules.prompts import case_number
from liuchi.engines.cases.spec import CHANNEL_WORDS, CasesSpec, stage_title
from liuchi.engines.directory import queries as directory
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import maps
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.maps import Pin
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.desk.cases import columns, extras, steps
from liuchi.surfaces.desk.cases.boards import HANDLE, READ
from liuchi.surfaces.desk.cases.forms import KINDS, UNITS, Choices, StepForm
from liuchi.surfaces.desk.cases.steps import StepKind, Taken


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit as the page says it: how it stands, and why it ends when it does."""

    kind: ClockKind
    stands: Sentence
    why: Sentence
    look: str
    runs: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for a limit, and by whom; ``amount`` in words, "" for a pause."""

    title: object
    amount: str
    reason: str
    by: str
    until: object


@dataclass(frozen=True, slots=True)
class FormShown:
    """A step with its form."""

    kind: StepKind
    form: StepForm

    @property
    def is_open(self) -> bool:
        """Whether something was wrong with what was sent."""
        return bool(self.form.errors)

    @property
    def replies(self) -> tuple[str, ...]:
        """The playbook's usual words for this step."""
        held = self.form.choices.spec.replies
        return () if self.kind.verb is None else held.get(self.kind.verb, ())


@requires(READ)
@takes_post
def case(request: SeatedRequest, case_id: UUID) -> HttpResponse:
    """Show one case. POST takes the step whose form was sent."""
    if request.method != "POST":
        return _show(request, case_id, None)
    with reading(request):
        found = cases.case(request.actor, case_id)
        offered = cases.offered_to(request.actor, found)
        choices = _choices(request.actor, found, offered)
    kind = steps.step(request.POST.get("step", ""))
    if kind is None:
        raise NotFound("step")
    form = kind.made(kind.form, data=request.POST, files=request.FILES, choices=choices)
    if form.checked():
        sent = Taken(request.actor, found, offered, form, request.POST.get("outcome", ""))
        with form.refusals():
            moved = kind.take(sent)
            return HttpResponseRedirect(
                f"{reverse('desk-case', args=[moved.case_id])}?done={kind.code}"
            )
    with reading(request):
        return _show(request, case_id, FormShown(kind, form))


def _show(request: SeatedRequest, case_id: UUID, sent: FormShown | None) -> HttpResponse:
    actor = request.actor
    found = cases.case(actor, case_id)
    offered = cases.offered_to(actor, found)
    choices = _choices(actor, found, offered)
    now, spec = found.now, choices.spec
    shown = [_form(request, kind, choices, sent) for kind in steps.shown(offered, found)]
    if sent is not None and all(each.kind is not sent.kind for each in shown):
        shown.insert(0, sent)  # it was refused: what was typed and the reason stay
    main = next((each for each in shown if each.kind.is_main), None)
    reports = cases.reports_of(actor, case_id)
    log, limits = cases.steps(actor, case_id), _limits(found)
    context = {
        **extras.sections(request, found, offered),
        "row": found.row,
        "case": now,
        "number": case_number(now.id, now.reported_at),
        "stage": stage_title(spec, now.state, get_language() or "zh"),
        "marks": columns.marks(found.row),
        "channel": CHANNEL_WORDS[Channel(now.channel)],
        "tier": spec.tier(now.tier),
        "path": " / ".join(each.title for each in spec.path(now.type_code)),
        "condition": spec.condition(now.condition_code),
        "limits": limits,
        "ended": any(not limit.runs for limit in limits),
        "asked": _asked(found, log, spec),
        "reports": reports,
        "photos": _photos(reports, log),
        "log": log,
        "related": cases.related(actor, now),
        "main": sent if sent is not None else main,
        "others": [each for each in shown if each is not (sent if sent is not None else main)],
        "offered": offered,
        "may_exclude": request.actor.may("cases.case.dispatch").allowed,
        "proposal": choices.proposal,
        "tasks": cases.open_tasks(found),
        "unit_names": found.unit_names,
        "may_contact": actor.may("cases.contact.read").allowed,
        "map": _map(found),
        "done": steps.step(request.GET.get("done", "")),
    }
    status = 200 if sent is None else sent.form.status
    return TemplateResponse(request, "desk/cases/case.html", context, status=status)


def _form(
    request: SeatedRequest, kind: StepKind, choices: Choices, sent: FormShown | None
) -> FormShown:
    if sent is not None and sent.kind is kind:
        return sent
    begins = {"version": choices.found.now.version}
    form = kind.made(kind.form.fresh, request=request, initial=begins, choices=choices)
    return FormShown(kind, form)


def _choices(actor: Actor, found: CaseDetail, offered: Offered) -> Choices:
    """Read what the forms choose from, only what those shown ask for."""
    now, spec = found.now, cases.spec_as_applied(found.now.playbook_version)
    units: tuple[tuple[str, str], ...] = ()
    proposal = None
    if CaseVerb.DISPATCH in offered.verbs:
        serving = directory.organizations_serving([now.area_id], HANDLE)
        units = tuple((str(row.id), row.name) for row in serving)
        proposal = cases.proposed_unit(actor, now.id, get_language() or "zh")
        if proposal.unit_id is not None and str(proposal.unit_id) not in dict(units):
            units = ((str(proposal.unit_id), proposal.unit), *units)
    alike: Any = ()
    if CaseVerb.MERGE in offered.verbs:
        alike = cases.alike_to(actor, now)
    return Choices(found, spec, offered, units, proposal, alike)


def _limits(found: CaseDetail) -> tuple[Limit, ...]:
    """Return the limits that run, then those that ended; each with how it stands."""
    at = clock.now()
    held = []
    for each in found.clocks:
        now = each.now
        stood = standing(each.deadline, now.stopped_at or at, is_paused=now.paused_at is not None)
        look = "is-bad" if stood.is_overdue or now.in_time is False else "is-good"
        if now.stopped_at is not None:
            words = Sentence("按时", "in time") if now.in_time else Sentence("超时", "late")
        else:
            words = how_it_stands(stood, each.deadline)
        told = why(ClockKind(now.kind), each.deadline)
        held.append(Limit(ClockKind(now.kind), words, told, look, now.stopped_at is None))
    whole = ClockKind.TOTAL
    return tuple(sorted(held, key=lambda limit: (not limit.runs, limit.kind is whole)))


def _asked(found: CaseDetail, log: tuple[StepRow, ...], spec: CasesSpec) -> Asked | None:
    """Return what waits for a decision about time, in words; the log has who asked."""
    change = cases.asked(found)
    if change is None:
        return None
    line = next((each for each in reversed(log) if each.verb == CaseVerb.ASK_TIME), None)
    amount = "" if change.amount is None else f"{change.amount} {UNITS[LimitUnit(change.unit)]}"
    titles: Mapping[str, str] = {
        each.code: each.title for each in spec.reasons.get(CaseVerb.ASK_TIME, ())
    }
    reason = "：".join(part for part in (titles.get(change.reason_code, ""), change.reason) if part)
    by = "" if line is None else line.actor_name
    return Asked(KINDS[change.kind], amount, reason, by, change.until)


def _photos(
    reports: tuple[ReportRow, ...], log: tuple[StepRow, ...]
) -> Mapping[str, tuple[UUID, ...]]:
    """Return the photos of who reported, and those of the steps since: before, and after."""
    first = [photo for each in reports for photo in each.evidence]
    first += [photo for line in log if line.by_reporter for photo in line.evidence]
    later = [photo for line in log for photo in line.evidence if photo not in first]
    return {"before": tuple(dict.fromkeys(first)), "after": tuple(dict.fromkeys(later))}


def _map(found: CaseDetail) -> maps.MapShown | None:
    now = found.now
    if now.longitude is None or now.latitude is None:
        return None
    pin = Pin(float(now.longitude), float(now.latitude), now.type_title)
    return maps.shown([now.village_id] if now.village_id else [], pins=[pin], chosen=now.grid_id)
