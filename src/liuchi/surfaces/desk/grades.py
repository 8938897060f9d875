"""Grades at the desk: rounds of the place's own grades, official ones, and how each came about."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.points.actions import grades as actions
from liuchi.engines.points.queries import grade_rounds as points
from liuchi.engines.points.queries.grade_rounds import LineRow, RoundRow
from liuchi.engines.points.rules.grades import ROUND_WORDS
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import today
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import DayInput, Sheet
from liuchi.surfaces.components.methods import places_with_methods
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape

READ, WRITE, ISSUE = "points.grade.read", "points.grade.write", "points.grade.issue"
LOOKS = {
    "opened": "proposed",
    "computed": "proposed",
    "on_notice": "on_notice",
    "issued": "posted",
    "cancelled": "withdrawn",
}
ROUNDS: tuple[Column[RoundRow], ...] = (
    Column(
        _("评级办法"),
        lambda row: row.scheme_title,
        url=lambda row: reverse("desk-round", args=[row.id]),
    ),
    Column(_("社区"), lambda row: row.village_name),
    Column(_("截止日"), lambda row: row.as_of, Shape.DAY),
    Column(
        _("状态"),
        lambda row: ROUND_WORDS[row.state],
        look=lambda row: f"l-state is-{LOOKS[row.state]}",
    ),
    Column(_("评上人数"), lambda row: row.graded, Shape.NUMBER),
    Column(_("公示到"), lambda row: row.until, Shape.DAY),
    Column(_("待答复异议"), lambda row: row.appeals_open, Shape.NUMBER),
    Column(_("有效期至"), lambda row: row.valid_to, Shape.DAY),
)
LINES: tuple[Column[LineRow], ...] = (
    Column(_("序号"), lambda row: row.place, Shape.NUMBER),
    Column(
        _("姓名"), lambda row: row.person_name, url=lambda row: reverse("desk-grade", args=[row.id])
    ),
    Column(_("住户"), lambda row: row.household_label),
    Column(_("等级"), lambda row: row.title),
    Column(_("计入积分"), lambda row: row.points, Shape.NUMBER),
)
VERBS = {
    "compute": (WRITE, actions.compute_round),
    "publish": (WRITE, actions.publish_round),
    "cancel": (WRITE, actions.cancel_round),
    "issue": (ISSUE, actions.issue_round),
    "correct": (ISSUE, actions.correct_round),
}


class OpenForm(Sheet):
    """Which scheme of which place is to be counted, up to which day."""

    scheme = forms.ChoiceField(label=_("评级办法"))
    as_of = forms.DateField(label=_("算到哪一天"), widget=DayInput)


class RoundForm(Sheet):
    """What is to be done with a round."""

    do = forms.ChoiceField(choices=[(code, code) for code in VERBS])


@requires(READ)
@takes_post
def rounds(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List the rounds, the newest first, and open one. POST opens, or gives Excel."""
    listing = Listing(
        "grade-rounds",
        _("等级评定"),
        ROUNDS,
        lambda after, limit: points.rounds(request.actor, after=after, limit=limit),
        empty=_("还没有评过等级。"),
    )
    if request.method != "POST":
        form = OpenForm.fresh(request, initial={"as_of": today() - timedelta(days=1)})
        return _show_rounds(request, listing, form)
    if "list" in request.POST:
        return excel.download(request, listing)
    request.actor.may(WRITE).or_refuse()
    form = OpenForm(request.POST)
    form.fields["scheme"].choices = _choices(request.actor)  # type: ignore[attr-defined]
    if form.checked():
        village_id, _dash, scheme = form.cleaned_data["scheme"].partition("|")
        with form.refusals():
            opened = actions.open_round(
                actor=request.actor,
                key=form.cleaned_data["key"],
                village_id=UUID(village_id),
                scheme=scheme,
                as_of=form.cleaned_data["as_of"],
            )
            return HttpResponseRedirect(reverse("desk-round", args=[opened.id]))
    with reading(request):
        return _show_rounds(request, listing, form)


def _show_rounds(
    request: SeatedRequest, listing: Listing[RoundRow], form: OpenForm
) -> HttpResponse:
    choices = _choices(request.actor) if request.actor.may(WRITE).allowed else []
    form.fields["scheme"].choices = choices  # type: ignore[attr-defined]
    context = {
        "table": tables.shown(request, listing),
        "form": form,
        "may_open": bool(choices),
        "may_import": request.actor.may("directory.import.run").allowed
        and request.actor.may(WRITE).allowed,
        "may_card": request.actor.may("points.card.read").allowed,
    }
    return TemplateResponse(request, "desk/grades.html", context, status=form.status)


def _choices(actor: Actor) -> list[tuple[str, str]]:
    found = [
        (area, scheme)
        for area in places_with_methods()
        if actor.covers(area.scope_code)
        for scheme in points.schemes_at(area.id, today())
    ]
    one = len({area.id for area, _scheme in found}) == 1
    return [
        (f"{area.id}|{scheme.code}", scheme.title if one else f"{area.name} · {scheme.title}")
        for area, scheme in found
    ]


@requires(READ)
@takes_post
def round_page(request: SeatedRequest, round_id: UUID) -> HttpResponse | FileResponse:
    """Show a round, how far it is and its list. POST moves it on, or gives the list as Excel."""
    listing = Listing(
        "grade-lines",
        _("等级名单"),
        LINES,
        lambda after, limit: points.lines(request.actor, round_id, after=after, limit=limit),
        empty=_("还没有计算，或没有人达到等级。"),
    )
    form = RoundForm.fresh(request)
    if request.method != "POST":
        return _show_round(request, round_id, listing, form)
    if "list" in request.POST:
        return excel.download(request, listing)
    form = RoundForm(request.POST)
    if form.checked():
        verb, action = VERBS[form.cleaned_data["do"]]
        request.actor.may(verb).or_refuse()
        with form.refusals():
            action(actor=request.actor, key=form.cleaned_data["key"], round_id=round_id)
            return HttpResponseRedirect(reverse("desk-round", args=[round_id]))
    with reading(request):
        return _show_round(request, round_id, listing, form)


def _show_round(
    request: SeatedRequest, round_id: UUID, listing: Listing[LineRow], form: RoundForm
) -> HttpResponse:
    row, actor = points.round_of(request.actor, round_id), request.actor
    may_issue = actor.may(ISSUE).allowed
    context = {
        "row": row,
        "state": ROUND_WORDS[row.state],
        "look": LOOKS[row.state],
        "counts": points.grade_counts(round_id),
        "may_write": actor.may(WRITE).allowed,
        "may_issue": may_issue and row.computed_by_id != actor.id,
        "own_count": may_issue and row.computed_by_id == actor.id,
        "changed": points.corrections_due(actor, round_id) if may_issue else 0,
        "table": tables.shown(request, listing),
        "form": form,
    }
    return TemplateResponse(request, "desk/grade_round.html", context, status=form.status)


@requires(READ)
def line(request: SeatedRequest, line_id: UUID) -> HttpResponse:
    """How one grade came about: the sum, its days, and every entry in it."""
    told = points.explained(request.actor, line_id)
    person = directory.people_of(request.actor, [told.person_id]).get(told.person_id)
    context = {"told": told, "name": person.name if person else "—"}
    return TemplateResponse(request, "desk/grade.html", context)
