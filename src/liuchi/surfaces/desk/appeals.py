"""Appeals at the desk: what waits, one of them with its decision, and taking one down."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.enums import ClaimAppealState
from liuchi.surfaces.components import across, appeals, excel, tables, words
from liuchi.surfaces.components.access import across_posts, reading, requires, takes_post
from liuchi.surfaces.components.across import gather
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Listing
from liuchi.surfaces.desk import columns

_READ = "points.claim.read"


class DecideForm(Sheet):
    """What the appeal comes to, and why: the claimant reads it."""

    outcome = forms.ChoiceField(choices=[("upheld", ""), ("dismissed", "")])
    answer = forms.CharField(
        label=_("理由"),
        max_length=appeals.REASON_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写明理由，居民会看到。")},
    )


@requires(_READ)
@takes_post
@across_posts
def listed(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List appeals: those that wait, the oldest first. POST gives them as Excel."""
    state = request.GET.get("state", "open")
    chosen = ClaimAppealState(state) if state in words.APPEALS else None
    listing = Listing(
        "appeals",
        _("复议"),
        columns.appeals(with_place=bool(across.places(request))),
        lambda after, limit: gather(
            request,
            _READ,
            lambda actor: points.appeals(actor, state=chosen, after=after, limit=limit),
            limit=limit,
            newest_first=chosen is not ClaimAppealState.OPEN,
        ),
        empty=_("没有复议。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "table": tables.shown(request, listing),
        "state": chosen or "all",
        "states": [*words.APPEALS.items()],
    }
    return TemplateResponse(request, "desk/appeals.html", context)


@requires(_READ)
@takes_post
def appeal(request: SeatedRequest, appeal_id: UUID) -> HttpResponse:
    """Show an appeal beside what was decided before; POST decides it."""
    if request.method != "POST":
        return _show(request, appeal_id, DecideForm.fresh(request))
    request.actor.may("points.claim.review").or_refuse()
    form = DecideForm(request.POST)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            points_actions.decide_appeal(
                actor=request.actor,
                key=values["key"],
                appeal_id=appeal_id,
                outcome=values["outcome"],
                answer=values["answer"],
            )
            return HttpResponseRedirect(reverse("desk-appeal", args=[appeal_id]))
    with reading(request):
        return _show(request, appeal_id, form)


@requires("points.objection.enter")
@takes_post
def ask_for(request: SeatedRequest, claim_id: UUID) -> HttpResponse:
    """Take an appeal down for somebody without a phone."""
    where = reverse("desk-claim", args=[claim_id])
    return appeals.ask(request, claim_id, "desk/appeal_ask.html", lambda: f"{where}?appealed=1")


def _show(request: SeatedRequest, appeal_id: UUID, form: DecideForm) -> HttpResponse:
    row = points.appeal(request.actor, appeal_id)
    context = {
        "appeal": row,
        "claim": points.claim(request.actor, row.claim_id),
        "steps": points.reviews_of(request.actor, row.claim_id),
        "form": form,
        "may_decide": row.state is ClaimAppealState.OPEN
        and request.actor.may("points.claim.review").allowed,
    }
    return TemplateResponse(request, "desk/appeal.html", context, status=form.status)
