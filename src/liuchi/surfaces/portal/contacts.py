"""Keeping contact on a member's own phone: who, what is missing, and one tap to write it down."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from liuchi.engines.visits import queries as visits
from liuchi.engines.visits.enums import Duty, Target
from liuchi.engines.visits.spec import WAY_WORDS
from liuchi.kernel import clock
from liuchi.surfaces.components import contacts
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.contacts import LOG, VisitForm
from liuchi.surfaces.components.forms import say
from liuchi.surfaces.components.seats import SeatedRequest


@requires(LOG)
def mine(request: SeatedRequest) -> HttpResponse:
    """Show whom the member keeps contact with, what is missing first."""
    context = {
        "rows": contacts.fresh_keys(visits.own_links(request.actor)),
        "done": request.GET.get("done", ""),
        "today": clock.today(),
    }
    return TemplateResponse(request, "portal/contacts.html", context)


@requires(LOG)
@takes_post
def contact(request: SeatedRequest, link_id: UUID) -> HttpResponse:
    """Show one link with its visits; POST writes a visit down."""
    if request.method != "POST":
        return _show(request, link_id)
    with reading(request):
        detail = visits.link(request.actor, link_id)
        form = VisitForm(request.POST, row=detail.row, spec=contacts.spec_for(detail))
        good = form.checked()
    if good:
        with form.refusals():
            contacts.record(form, request.actor)
            return HttpResponseRedirect(f"{reverse('portal-contacts')}?done={link_id}")
    with reading(request):
        return _show(request, link_id, form)


def _show(request: SeatedRequest, link_id: UUID, form: VisitForm | None = None) -> HttpResponse:
    detail = visits.link(request.actor, link_id)
    if form is None:
        first = {"on": clock.today().isoformat(), "way": detail.row.ways[0].value}
        form = VisitForm.fresh(
            request, row=detail.row, spec=contacts.spec_for(detail), initial=first
        )
    context = {
        "link": detail.row,
        "visits": [(each, say(WAY_WORDS[each.way])) for each in detail.visits],
        "form": form,
        "is_patrol": detail.row.duty is Duty.PATROL,
        "is_household": detail.row.target is Target.HOUSEHOLD,
    }
    return TemplateResponse(request, "portal/contact.html", context, status=form.status)
