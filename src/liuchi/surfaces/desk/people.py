"""People and households: masked, within the area of the post in use."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page, PersonRow
from liuchi.engines.points import queries as points
from liuchi.kernel.actors import Actor
from liuchi.surfaces.components import excel, pager, statements, tables
from liuchi.surfaces.components.access import across_posts, reading, requires, takes_post
from liuchi.surfaces.components.across import each, gather, unique
from liuchi.surfaces.components.cards import scanned
from liuchi.surfaces.components.consent import answer, asked_at
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.second_factor import second_factor
from liuchi.surfaces.components.tables import Listing
from liuchi.surfaces.desk import columns
from liuchi.surfaces.desk.forms import TickedForm, UnmaskForm
from liuchi.surfaces.desk.statements import opens

CLAIMS_SHOWN = 5
ENTRIES_SHOWN = 10
FOUND_ROWS = 20


def find(request: SeatedRequest) -> dict[str, object]:
    """Return the rows a search by name or pinyin finds; none before anything is typed."""
    text = request.GET.get("text", "").strip()
    person_id = scanned(text)
    if person_id is not None:
        return _of_card(text, tuple(directory.people_of(request.actor, [person_id]).values()))
    found = directory.people(request.actor, text=text, limit=FOUND_ROWS) if text else None
    return _found(text, found)


def find_anywhere(request: SeatedRequest, verb: str) -> dict[str, object]:
    """Return what :func:`find` does, over all areas where a post includes the verb."""
    text = request.GET.get("text", "").strip()
    person_id = scanned(text)
    if person_id is not None:
        parts = each(
            request, verb, lambda actor: tuple(directory.people_of(actor, [person_id]).values())
        )
        return _of_card(text, unique(parts))
    found = sought(request, verb, text, pager.after(request), FOUND_ROWS) if text else None
    return _found(text, found)


def _found(text: str, found: Page[PersonRow] | None) -> dict[str, object]:
    """Return the rows of a search, and whether there are more than are shown."""
    rows = found.rows if found else ()
    return {"text": text, "people": rows, "more_people": bool(found and found.next_after)}


def _of_card(text: str, found: tuple[PersonRow, ...]) -> dict[str, object]:
    """Show whose card a scanner has typed into the field, and the text only if nobody's."""
    return {"text": "" if found else text, "people": found, "more_people": False}


def sought(
    request: SeatedRequest, verb: str, text: str, after: str | None, limit: int
) -> Page[PersonRow]:
    """Return people by name, over all areas where a post includes the verb."""
    return gather(
        request,
        verb,
        lambda actor: directory.people(actor, text=text, after=after, limit=limit),
        order=lambda row: (row.name_sort, row.id),
        cursor=lambda row: directory.cursor_text(row.name_sort, row.id),
        limit=limit,
    )


@requires("directory.person.read")
@takes_post
@across_posts
def people(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List people, or those a search finds. POST gives them as Excel."""
    text = request.GET.get("text", "").strip()
    listing = Listing(
        "people",
        _("居民"),
        columns.PEOPLE,
        lambda after, limit: sought(request, "directory.person.read", text, after, limit),
        empty=_("没有找到。请换个写法，或用拼音。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "text": text,
        "table": tables.shown(request, listing),
        "may_issue_slip": bool(request.seat.ways("accounts.slip.issue")),
        "may_write": bool(request.seat.ways("directory.person.write")),
    }
    return TemplateResponse(request, "desk/people.html", context)


@requires("directory.person.read")
@takes_post
def person(request: SeatedRequest, person_id: UUID) -> HttpResponse | FileResponse:
    """One person: household, points, claims; the rest masked. POST gives the points as Excel."""
    actor = request.actor
    entries = statements.entries(actor, person_id, opens(person_id))
    if request.method == "POST":
        actor.may("points.account.read").or_refuse()
        with reading(request):
            directory.person(actor, person_id)  # of another place: not found, not an empty sheet
        return excel.download(request, entries)
    row = directory.person(actor, person_id)
    statement = None
    if actor.may("points.account.read").allowed:
        statement = points.statement(
            actor, person_id, after=pager.after(request), limit=ENTRIES_SHOWN
        )
    sees_claims = actor.may("points.claim.read").allowed
    # Asked only of who is in no list or takes no part: of nobody else there is anything.
    apart = row.is_gone or not row.consented
    twins = () if row.is_gone else directory.records_of(actor, person_id)
    context = {
        "person": row,
        "twins": [
            (
                twin,
                points.claims(actor, person_id=twin.id, limit=CLAIMS_SHOWN).rows
                if sees_claims
                else (),
            )
            for twin in twins
        ],
        "over_caps": points.over_caps(actor, person_id, row.village_id)
        if twins and sees_claims
        else (),
        "into": directory.survivors([person_id]).get(person_id) if row.is_gone else None,
        "closing": points.closing_of(actor, person_id) if statement and apart else None,
        "statement": statement,
        "entries": tables.shown(request, entries, statements.page(statement))
        if statement
        else None,
        "claims": points.claims(actor, person_id=person_id, limit=CLAIMS_SHOWN).rows
        if sees_claims
        else (),
        "gifts": points.gifts(actor, person_id=person_id, limit=CLAIMS_SHOWN).rows
        if actor.may("points.account.read").allowed
        else (),
        "may_record": actor.may("points.claim.propose").allowed,
        "may_see_household": actor.may("directory.household.read").allowed,
        "may_write": actor.may("directory.person.write").allowed,
        "may_issue_slip": actor.may("accounts.slip.issue").allowed,
        "may_unmask": actor.may("directory.person.unmask").allowed,
        "may_card": actor.may("points.card.read").allowed,
        "may_pin": actor.may("points.redemption.make").allowed,
        "may_waive": actor.may("points.card.write").allowed,
    }
    return TemplateResponse(request, "desk/person.html", context)


@requires("directory.person.unmask")
@takes_post
@second_factor
def unmask(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """Show one masked field once, for a stated purpose. Logged; the person can see the log."""
    value = ""
    if request.method == "POST":
        form = UnmaskForm(request.POST)
        if form.checked():
            values = form.cleaned_data
            with form.refusals():
                value = directory_actions.unmask(
                    person_id=person_id,
                    field=values["field"],
                    purpose=values["purpose"],
                    actor=request.actor,
                    key=values["key"],
                )
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
@takes_post
@across_posts
def households(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List households, or those a search finds. POST gives them as Excel."""
    text = request.GET.get("text", "").strip()
    listing = Listing(
        "households",
        _("住户"),
        columns.HOUSEHOLDS,
        lambda after, limit: gather(
            request,
            "directory.household.read",
            lambda actor: directory.households(actor, text=text, after=after, limit=limit),
            order=lambda row: (row.label, row.id),
            cursor=lambda row: directory.cursor_text(row.label, row.id),
            limit=limit,
        ),
        empty=_("没有找到。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {"text": text, "table": tables.shown(request, listing)}
    return TemplateResponse(request, "desk/households.html", context)


def _held(actor: Actor, members: Sequence[PersonRow]) -> dict[str, object] | None:
    """Return what each member holds and the household in all, for who may see purses."""
    if not actor.may("points.account.read").allowed:
        return None
    purses = points.held_by(actor, [member.id for member in members])
    rows = [(member, purses[member.id]) for member in members if member.id in purses]
    return {"rows": rows, "total": sum(purses.values())}


@requires("directory.household.read")
@takes_post
def household(request: SeatedRequest, household_id: UUID) -> HttpResponse | FileResponse:
    """One household and who lives in it. POST gives the members as Excel."""
    listing = Listing(
        "members",
        _("家庭成员"),
        columns.MEMBERS,
        tables.short(lambda: directory.household(request.actor, household_id).members),
        empty=_("现在没有人住在这里。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    found = directory.household(request.actor, household_id)
    context = {
        "household": found.row,
        "held": _held(request.actor, found.members),
        "may_card": request.actor.may("points.card.write").allowed,
        "may_write": (may_write := request.actor.may("directory.person.write").allowed),
        "may_link": may_write and any(a.is_contact for a in asked_at(found.row.village_id)),
        "table": tables.shown(request, listing, tables.whole(found.members)),
        "members": found.members,
        "slips_form": TickedForm.fresh(request),
        "may_issue_slip": request.actor.may("accounts.slip.issue").allowed,
    }
    return TemplateResponse(request, "desk/household.html", context)
