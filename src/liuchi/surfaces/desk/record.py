"""记一笔: find the person, pick the rule, done."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from liuchi.engines.directory import queries as directory
from liuchi.kernel.errors import LiuchiError
from liuchi.surfaces.components.access import across_posts, reading, requires, takes_post
from liuchi.surfaces.components.claims import ClaimForm, form_context, more, send
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.desk.people import find_anywhere


@requires("points.claim.propose")
@across_posts
def search(request: SeatedRequest) -> HttpResponse:
    """Find the person the note is about, in any area one records for."""
    context = {**find_anywhere(request, "points.claim.propose"), "next_name": "desk-record-person"}
    return TemplateResponse(request, "desk/record_search.html", context)


@requires("points.claim.propose")
@takes_post
def record(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """Propose a claim for a person of one's area."""
    if request.method != "POST":
        return _show(request, person_id, ClaimForm.fresh(request))
    form = ClaimForm(request.POST, request.FILES)
    with reading(request):
        person = directory.person(request.actor, person_id)
    if form.checked():
        try:
            made = send(request.actor, person, form)
            return HttpResponseRedirect(reverse("desk-claim", args=[made.id]) + "?sent=1")
        except LiuchiError as error:
            form.refuse(error)
    with reading(request):
        return _show(request, person_id, form)


@requires("points.claim.propose")
@takes_post
def add_to_claim(request: SeatedRequest, claim_id: UUID) -> HttpResponse:
    """Hand in a returned claim again."""
    where = reverse("desk-claim", args=[claim_id])
    return more(request, claim_id, "desk/claim_more.html", lambda: f"{where}?sent=1")


def _show(request: SeatedRequest, person_id: UUID, form: ClaimForm) -> HttpResponse:
    context = form_context(form, directory.person(request.actor, person_id))
    return TemplateResponse(request, "desk/record.html", context, status=form.status)
