"""What of a case is opened one at a time: its photos, and how to reach whoever reported it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.template.response import TemplateResponse

from liuchi.engines.cases import actions as cases_actions
from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.queries import ReportRow
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components.access import across_posts, reading, requires, takes_post
from liuchi.surfaces.components.across import each
from liuchi.surfaces.components.evidence import inline
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.second_factor import second_factor
from liuchi.surfaces.desk.cases.boards import READ


@requires(READ)
@across_posts
def photo(request: SeatedRequest, case_id: UUID, document_id: UUID) -> HttpResponse:
    """Return a photo of a case to whoever sees the case. No shared cache may keep it."""
    seen = each(request, READ, lambda actor: cases.shows(actor, case_id, document_id))
    if not any(shown for _actor, shown in seen):
        raise NotFound("photo")
    return inline(*cases.photo(document_id))


@requires("cases.contact.read")
@takes_post
@second_factor
def contact(request: SeatedRequest, case_id: UUID, report_id: UUID) -> HttpResponse:
    """Show how to reach whoever reported, once, and keep that it was looked at."""
    value = ""
    form = Sheet.fresh(request)
    if request.method == "POST":
        form = Sheet(request.POST)
        with reading(request):
            _told(request, case_id, report_id)
        if form.checked():
            with form.refusals():
                value = cases_actions.show_contact(
                    actor=request.actor, key=form.cleaned_data["key"], report_id=report_id
                )
        with reading(request):
            return _show(request, case_id, report_id, form, value)
    return _show(request, case_id, report_id, form, value)


def _show(
    request: SeatedRequest, case_id: UUID, report_id: UUID, form: Sheet, value: str
) -> HttpResponse:
    found = cases.case(request.actor, case_id)
    context = {
        "row": found.row,
        "report": _told(request, case_id, report_id),
        "form": form,
        "value": value,
        "log": cases.looked_at(request.actor, found.now),
    }
    response = TemplateResponse(request, "desk/cases/contact.html", context, status=form.status)
    response["Cache-Control"] = "no-store"
    return response


def _told(request: SeatedRequest, case_id: UUID, report_id: UUID) -> ReportRow:
    """Return the report of this case; one of another case is not found here."""
    for row in cases.reports_of(request.actor, case_id):
        if row.id == report_id:
            return row
    raise NotFound("report")
