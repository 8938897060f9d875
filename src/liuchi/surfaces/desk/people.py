"""People and households: masked, within the area of the post in use."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page, PersonRow
from liuchi.engines.points import queries as points
from liuchi.kernel.errors import LiuchiError
from liuchi.surfaces.components import pager
from liuchi.surfaces.components.access import across_posts, reading, requires, takes_post
from liuchi.surfaces.components.across import gather
from liuchi.surfaces.components.consent import answer
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.desk.forms import UnmaskForm

CLAIMS_SHOWN = 5
ENTRIES_SHOWN = 10
FOUND_ROWS = 20


def find(request: SeatedRequest) -> dict[str, object]:
    """Return the rows a search by name or pinyin finds; none before anything is typed."""
    text = request.GET.get("text", "").strip()
    rows = directory.people(request.actor, text=text, limit=FOUND_ROWS).rows if text else ()
    return {"text": text, "people": rows}


def find_anywhere(request: SeatedRequest, verb: str) -> dict[str, object]:
    """Return what :func:`find` does, over all areas where a post includes the verb."""
    text = request.GET.get("text", "").strip()
    rows = _sought(request, verb, text, FOUND_ROWS).rows if text else ()
    return {"text": text, "people": rows}


def _sought(request: SeatedRequest, verb: str, text: str, limit: int) -> Page[PersonRow]:
    return gather(
        request,
        verb,
        lambda actor: directory.people(actor, text=text, after=pager.after(request), limit=limit),
        order=lambda row: (row.name_sort, row.id),
        cursor=lambda row: directory.cursor_text(row.name_sort, row.id),
        limit=limit,
    )


@requires("directory.person.read")
@across_posts
def people(request: SeatedRequest) -> HttpResponse:
    """List people, or those a search finds."""
    text = request.GET.get("text", "").strip()
    found = _sought(request, "directory.person.read", text, pager.ROWS)
    context = {"text": text, "sheaf": pager.sheaf(request, found.rows, found.next_after)}
    return TemplateResponse(request, "desk/people.html", context)


@requires("directory.person.read")
def person(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """One person: household, points, claims; the rest masked."""
    actor = request.actor
    row = directory.person(actor, person_id)
    sees_points = actor.may("points.account.read").allowed
    sees_claims = actor.may("points.claim.read").allowed
    context = {
        "person": row,
        "statement": points.statement(actor, person_id, limit=ENTRIES_SHOWN)
        if sees_points
        else None,
        "claims": points.claims(actor, person_id=person_id, limit=CLAIMS_SHOWN).rows
        if sees_claims
        else (),
        "may_record": actor.may("points.claim.propose").allowed,
        "may_see_household": actor.may("directory.household.read").allowed,
        "may_see_facts": actor.may("journal.fact.read").allowed,
        "may_write": actor.may("directory.person.write").allowed,
        "may_unmask": actor.may("directory.person.unmask").allowed,
    }
    return TemplateResponse(request, "desk/person.html", context)


@requires("directory.person.unmask")
@takes_post
def unmask(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """Show one masked field once, for a stated purpose. Logged; the person can see the log."""
    value = ""
    if request.method == "POST":
        form = UnmaskForm(request.POST)
        if form.checked():
            values = form.cleaned_data
            try:
                value = directory_actions.unmask(
                    person_id=person_id,
                    field=values["field"],
                    purpose=values["purpose"],
                    actor=request.actor,
                    key=values["key"],
                )
            except LiuchiError as error:
                form.refuse(error)
        with reading(request):
            return _show_unmask(request, person_id, form, value)
    return _show_unmask(request, person_id, UnmaskForm.fresh(request), value)


def _show_unmask(
    request: SeatedRequest, person_id: UUID, form: UnmaskForm, value: str
) -> HttpResponse:
    context = {
        "person": directory.person(request.actor, person_id),
        "log": directory.access_log(request.actor, person_id),
        "form": form,
        "value": value,
    }
    response = TemplateResponse(request, "desk/unmask.html", context, status=form.status)
    response["Cache-Control"] = "no-store"
    return response


@requires("directory.person.write")
@takes_post
def consent(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """Record what a resident has signed on paper."""
    return answer(
        request, person_id, "desk/consent.html", lambda: reverse("desk-person", args=[person_id])
    )


@requires("directory.household.read")
@across_posts
def households(request: SeatedRequest) -> HttpResponse:
    """List households, or those a search finds."""
    text = request.GET.get("text", "").strip()
    found = gather(
        request,
        "directory.household.read",
        lambda actor: directory.households(
            actor, text=text, after=pager.after(request), limit=pager.ROWS
        ),
        order=lambda row: (row.label, row.id),
        cursor=lambda row: directory.cursor_text(row.label, row.id),
        limit=pager.ROWS,
    )
    context = {"text": text, "sheaf": pager.sheaf(request, found.rows, found.next_after)}
    return TemplateResponse(request, "desk/households.html", context)


@requires("directory.household.read")
def household(request: SeatedRequest, household_id: UUID) -> HttpResponse:
    """One household and who lives in it."""
    found = directory.household(request.actor, household_id)
    return TemplateResponse(
        request, "desk/household.html", {"household": found.row, "members": found.members}
    )
