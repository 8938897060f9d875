"""The claims queue, and the page a claim is reviewed on."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.kernel.errors import LiuchiError
from liuchi.kernel.ids import new_id
from liuchi.surfaces.components import across, excel, group_texts, tables, words
from liuchi.surfaces.components.access import across_posts, reading, requires, takes_post
from liuchi.surfaces.components.across import gather
from liuchi.surfaces.components.claims import WithdrawForm
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.methods import rule_titled, rules_at
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Listing
from liuchi.surfaces.desk import columns
from liuchi.surfaces.desk.forms import ReviewForm

STATES = ("proposed", "on_notice", "posted", "returned", "rejected", "withdrawn")
HISTORY_ROWS = 6


@requires("points.claim.read")
@takes_post
@across_posts
def claims(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List claims of one state; those that wait for review first. POST gives them as Excel."""
    state = request.GET.get("state", "proposed")
    chosen = "proposed" if state == "upper" else state if state in STATES else None
    moved_up = True if state == "upper" else None
    listing = Listing(
        "claims",
        _("积分申报"),
        columns.claims(with_place=bool(across.places(request))),
        lambda after, limit: gather(
            request,
            "points.claim.read",
            lambda actor: points.claims(
                actor, state=chosen, moved_up=moved_up, after=after, limit=limit
            ),
            limit=limit,
            newest_first=chosen not in points.OLDEST_FIRST,
        ),
        empty=_("这里没有申报。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "table": tables.shown(request, listing),
        "state": "upper" if moved_up else chosen or "all",
        "states": [(each, words.STATES[each]) for each in STATES],
        "may_review": any(
            actor.may("points.claim.review").allowed for actor in request.seat.actors
        ),
    }
    return TemplateResponse(request, "desk/claims.html", context)


@requires("points.claim.read")
@takes_post
def claim(request: SeatedRequest, claim_id: UUID) -> HttpResponse:
    """Show a claim with its evidence and history; POST reviews it."""
    if request.method != "POST":
        return _show(request, claim_id, None)
    if request.POST.get("outcome") == "refer":
        return _refer(request, claim_id)
    request.actor.may("points.claim.review").or_refuse()
    form = ReviewForm(request.POST)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            points_actions.review_claim(
                actor=request.actor,
                key=values["key"],
                claim_id=claim_id,
                outcome=values["outcome"],
                reason=values["reason"],
                expected_version=values["version"],
            )
            return HttpResponseRedirect(reverse("desk-claim", args=[claim_id]) + "?reviewed=1")
    with reading(request):
        return _show(request, claim_id, form)


def _refer(request: SeatedRequest, claim_id: UUID) -> HttpResponse:
    form = Sheet(request.POST)
    if form.checked():
        try:
            points_actions.refer_claim(
                actor=request.actor, key=form.cleaned_data["key"], claim_id=claim_id
            )
            return HttpResponseRedirect(reverse("desk-claim", args=[claim_id]))
        except LiuchiError as error:
            with reading(request):
                row = points.claim(request.actor, claim_id)
                said = {"key": str(new_id()), "version": row.version, "outcome": "approve"}
                shown = ReviewForm(said)
                shown.refuse(error)
                return _show(request, claim_id, shown)
    with reading(request):
        return _show(request, claim_id, None)


def _show(request: SeatedRequest, claim_id: UUID, form: ReviewForm | None) -> HttpResponse:
    actor = request.actor
    row = points.claim(actor, claim_id)
    if form is None:
        form = ReviewForm.fresh(request, initial={"version": row.version})
    history = points.claims(actor, person_id=row.person_id, limit=HISTORY_ROWS).rows
    waiting = points.claims(actor, state="proposed", limit=2).rows
    context = {
        "claim": row,
        "form": form,
        "rule": rule_titled(rules_at(row.village_id, internal=True), row.rule_code),
        "history": tuple(each for each in history if each.id != row.id),
        "may_review": row.state == "proposed"
        and row.proposed_by_id != actor.id
        and actor.may("points.claim.review").allowed,
        "may_refer": row.state == "proposed"
        and row.upper_since is None
        and points.is_of_one_village(actor)
        and (row.proposed_by_id == actor.id or actor.may("points.claim.review").allowed),
        "may_withdraw": row.state in points.OLDEST_FIRST and row.proposed_by_id == actor.id,
        "withdraw_form": WithdrawForm.fresh(request),
        "may_correct": row.state == "posted"
        and (actor.may("points.claim.propose").allowed or actor.may("points.claim.review").allowed),
        "aids": points.review_aids(actor, claim_id),
        "batch": points.batch(actor, row.batch_id) if row.batch_id else None,
        "may_see_person": actor.may("directory.person.read").allowed,
        "may_record": actor.may("points.claim.propose").allowed,
        "group_text": group_texts.of_claim(request, row),
        "just_sent": "sent" in request.GET,
        "just_reviewed": "reviewed" in request.GET,
        "steps": points.reviews_of(actor, claim_id),
        "appeal": points.appeal_of(actor, claim_id),
        "may_appeal": actor.may("points.objection.enter").allowed
        and points.may_be_appealed(actor, claim_id),
        "next_claim": next((each for each in waiting if each.id != row.id), None),
    }
    return TemplateResponse(request, "desk/claim.html", context, status=form.status)
