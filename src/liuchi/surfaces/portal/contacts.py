"""Keeping contact on a member's own phone: who, what is missing, and one tap to write it down."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from liuchi.engines.visits import queries as visits
from liuchi.kernel import clock
from liuchi.surfaces.components import contacts
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.contacts import LOG, TakeBackForm, VisitForm
from liuchi.surfaces.components.seats import SeatedRequest


@requires(LOG)
def mine(request: SeatedRequest) -> HttpResponse:
    """Show whom the member keeps contact with, what is missing first."""
    context = {
        **contacts.told(request),
        "rows": contacts.fresh_keys(visits.own_links(request.actor)),
        "today": clock.today(),
    }
    return TemplateResponse(request, "portal/contacts.html", context)


@requires(LOG)
@takes_post
def contact(request: SeatedRequest, link_id: UUID) -> HttpResponse:
    """Show one link with its visits; POST writes a visit down."""
    if request.method != "POST":
        return _show(request, link_id)
    if request.POST.get("step") == contacts.TAKE_BACK:
        return _take_back(request, link_id)
    form = contacts.sent(request, link_id)
    if form.checked():
        with form.refusals():
            made = contacts.record(form, request.actor)
            return HttpResponseRedirect(reverse("portal-contacts") + contacts.after(made, link_id))
    with reading(request):
        return _show(request, link_id, form)


def _take_back(request: SeatedRequest, link_id: UUID) -> HttpResponse:
    wrong = contacts.take_back(request)
    if wrong is None:
        where = reverse("portal-contact", args=[link_id])
        return HttpResponseRedirect(f"{where}?done={contacts.TAKEN_BACK}")
    with reading(request):
        return _show(request, link_id, wrong=wrong)


def _show(
    request: SeatedRequest,
    link_id: UUID,
    form: VisitForm | None = None,
    wrong: TakeBackForm | None = None,
) -> HttpResponse:
    context = contacts.opened(request, link_id, form, wrong)
    return TemplateResponse(request, "portal/contact.html", context, status=context["status"])
