"""Getting residents in: slips on paper, one or a whole list, and phones that were lost."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liuchi.engines.accounts import rules
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.actions import PrintedSlip
from liuchi.kernel import paper
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components import pager
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.paper import pdf_response, public_address
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.desk.forms import ReasonForm, TickedForm

VERB = "accounts.slip.issue"
ALONE = 1


@requires(VERB)
def slips(request: SeatedRequest) -> HttpResponse:
    """List who has no trusted phone yet, ready to be printed for; one area at a time."""
    found = directory.waiting_for_slips(request.actor, after=pager.after(request), limit=pager.ROWS)
    context = {
        "form": TickedForm.fresh(request),
        "sheaf": pager.sheaf(request, found.rows, found.next_after),
    }
    return TemplateResponse(request, "desk/slips.html", context)


@requires(VERB)
@takes_post
def print_slips(request: SeatedRequest) -> HttpResponseBase:
    """Print the slips of everybody ticked; a visit without a form goes back to the list."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("desk-slips"))
    form = TickedForm(request.POST)
    if form.checked():
        with form.refusals():
            printed = directory_actions.issue_slips(
                person_ids=form.cleaned_data["person"],
                actor=request.actor,
                key=form.cleaned_data["key"],
            )
            return _pdf(request, printed)
    return TemplateResponse(request, "desk/slips_refused.html", {"form": form}, status=form.status)


def _pdf(request: SeatedRequest, printed: tuple[PrintedSlip, ...]) -> HttpResponse:
    """Set slips on A5 one by one, or on A4 six at a time to be cut."""
    address = public_address(request, reverse("slip"))
    place = request.actor.area_id
    context = {
        "title": _("登录条"),
        "place": directory.area(place).name if place else "",
        "address": address,
        "slips": [
            {
                "slip": slip,
                "code": rules.spaced(slip.code),
                "qr": paper.qr_svg(f"{address}#{slip.code}"),
                "is_for_device": slip.kind == "device",
            }
            for slip in printed
        ],
        "size": "a5" if len(printed) == ALONE else "a4",
    }
    return pdf_response(request, "desk/slips_print.html", context, _("登录条"))


@requires(VERB)
@takes_post
def access(request: SeatedRequest, person_id: UUID) -> HttpResponseBase:
    """How one person gets in: print, void, or take a lost phone back."""
    form = ReasonForm.fresh(request)
    if request.method == "POST":
        form = ReasonForm(request.POST)
        with form.refusals():
            if "void" in request.POST:
                directory_actions.void_slip(
                    person_id=person_id, actor=request.actor, key=request.POST.get("key", "")
                )
                return HttpResponseRedirect(reverse("desk-access", args=[person_id]))
            if form.checked():
                _reset(request, person_id, form)
                return HttpResponseRedirect(reverse("desk-access", args=[person_id]) + "?reset=1")
    with reading(request):
        return _show(request, person_id, form)


def _reset(request: SeatedRequest, person_id: UUID, form: ReasonForm) -> None:
    with reading(request):
        directory.person(request.actor, person_id)
        user_id = directory.sign_in_of(request.actor, person_id).user_id
    if user_id is None:
        raise NotFound("user")
    directory_actions.reset_access(
        user_id=user_id,
        reason=form.cleaned_data["reason"],
        actor=request.actor,
        key=form.cleaned_data["key"],
    )


def _show(request: SeatedRequest, person_id: UUID, form: ReasonForm) -> HttpResponseBase:
    context = {
        "person": directory.person(request.actor, person_id),
        "sign_in": directory.sign_in_of(request.actor, person_id),
        "form": form,
        "print_form": TickedForm.fresh(request),
        "may_reset": request.actor.may("accounts.access.reset").allowed,
        "just_reset": "reset" in request.GET,
    }
    return TemplateResponse(request, "desk/access.html", context, status=form.status)
