"""Public notices, and objecting to what stands on them: open to everybody, no name asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import NoticeSheet, grade_appeals
from liuchi.kernel.clock import now
from liuchi.kernel.errors import NotFound
from liuchi.kernel.paper import qr_svg
from liuchi.surfaces.components import pager
from liuchi.surfaces.components.access import public, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.objections import (
    LineForm,
    ObjectionForm,
    ReceiptForm,
    address_of,
)
from liuchi.surfaces.components.paper import pdf_response, public_address

RUNNING_MAX = 200
"""Sheets that run at once: one a day for the longest notice a playbook may set."""


@public
def notices(request: HttpRequest, code: str) -> HttpResponse:
    """List what stands on notice now, and the notices that are over, as numbers."""
    area = directory.area_by_slug(code)
    past = points.notice_sheets(
        area.id, running=False, after=pager.after(request), limit=pager.ROWS
    )
    context = {
        "area": area,
        "running": points.notice_sheets(area.id, running=True, limit=RUNNING_MAX).rows,
        "sheaf": pager.sheaf(request, past.rows, past.next_after),
    }
    return TemplateResponse(request, "portal/notices.html", context)


@public
def notice(request: HttpRequest, code: str, issue: str) -> HttpResponse:
    """One notice: masked names while it runs, numbers after; ``?list=`` a campaign's people."""
    found = _notice(code, issue)
    context: dict[str, object] = {"area": found.village, "notice": found}
    wanted = request.GET.get("list", "")
    if not wanted:
        return TemplateResponse(request, "portal/notice.html", context)
    campaign = next((each for each in found.campaigns if str(each.id) == wanted), None)
    if campaign is None:
        raise NotFound("campaign")
    page = points.campaign_people(
        found.row.id, campaign.id, now=now(), after=pager.after(request), limit=pager.ROWS
    )
    context |= {"campaign": campaign, "sheaf": pager.sheaf(request, page.rows, page.next_after)}
    return TemplateResponse(request, "portal/notice_campaign.html", context)


@public
@takes_post
def object_to(request: HttpRequest, code: str, issue: str) -> HttpResponse:
    """Take in that an item is wrong, from anybody, and hand out a receipt."""
    found = _notice(code, issue)
    if request.method != "POST":
        chosen = {"place": request.GET.get("place", "")}
        return _show_form(
            request, found, ObjectionForm.fresh(request, notice=found, initial=chosen)
        )
    form = ObjectionForm(request.POST, notice=found)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            receipt = points_actions.object_to(
                key=values["key"],
                sheet_id=found.row.id,
                place=values["place"],
                text=values["text"],
                contact=values["contact"],
                address=address_of(request),
            )
            return HttpResponseRedirect(reverse("portal-receipt", args=[receipt.code]) + "?new=1")
    return _show_form(request, found, form)


@public
@takes_post
def find_receipt(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a receipt and go to it."""
    form = ReceiptForm.fresh(request)
    if request.method == "POST":
        form = ReceiptForm(request.POST)
        if form.checked():
            try:
                points.objection_by_code(form.cleaned_data["code"])
            except NotFound:
                if _is_of_a_grade(form.cleaned_data["code"]):
                    code = points.plain_code(form.cleaned_data["code"])
                    return HttpResponseRedirect(reverse("portal-grade-receipt", args=[code]))
                form.status = 404
                form.add_error("code", _("没有这个回执号。请对照回执再输一遍。"))
            else:
                code = points.plain_code(form.cleaned_data["code"])
                return HttpResponseRedirect(reverse("portal-receipt", args=[code]))
    return _private(
        TemplateResponse(request, "portal/receipt_find.html", {"form": form}, status=form.status)
    )


@public
@takes_post
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """Show how an objection stands to whoever holds its receipt; POST adds to it or ends it."""
    row = points.objection_by_code(receipt)
    form: Sheet = LineForm.fresh(request)
    if request.method == "POST":
        ends = request.POST.get("intent") == "withdraw"
        form = Sheet(request.POST) if ends else LineForm(request.POST)
        if form.checked():
            with form.refusals():
                _act(request, receipt, form, ends=ends)
                return HttpResponseRedirect(reverse("portal-receipt", args=[receipt]))
        if ends:
            shown = LineForm.fresh(request)
            shown.status = form.status
            form = shown
    context = {
        "row": row,
        "form": form,
        "is_new": "new" in request.GET,
        "code": points.spaced_code(receipt),
        "plain_code": receipt,
        "qr": _qr(request, receipt),
    }
    return _private(TemplateResponse(request, "portal/receipt.html", context, status=form.status))


@public
def receipt_print(request: HttpRequest, receipt: str) -> HttpResponse:
    """Print a receipt on half a sheet of A4."""
    context = {
        "row": points.objection_by_code(receipt),
        "title": _("异议回执"),
        "place": "",
        "code": points.spaced_code(receipt),
        "qr": _qr(request, receipt),
    }
    context["place"] = context["row"].village_name  # type: ignore[attr-defined]
    return pdf_response(request, "portal/receipt_print.html", context, _("异议回执"))


def _is_of_a_grade(code: str) -> bool:
    try:
        grade_appeals.appeal_by_code(code)
    except NotFound:
        return False
    return True


def _act(request: HttpRequest, code: str, form: Sheet, *, ends: bool) -> None:
    values = form.cleaned_data
    if ends:
        points_actions.withdraw_objection(key=values["key"], code=code)
        return
    points_actions.add_to_objection(
        key=values["key"], code=code, text=values["text"], address=address_of(request)
    )


def _notice(code: str, issue: str) -> NoticeSheet:
    return points.notice_by_code(directory.area_by_slug(code).id, issue)


def _show_form(request: HttpRequest, found: NoticeSheet, form: ObjectionForm) -> HttpResponse:
    context = {
        "area": found.village,
        "notice": found,
        "form": form,
        "chosen": str(form["place"].value() or ""),
    }
    return TemplateResponse(request, "portal/object.html", context, status=form.status)


def _qr(request: HttpRequest, code: str) -> str:
    where = reverse("portal-receipt", args=[code])
    return mark_safe(qr_svg(public_address(request, where)))  # noqa: S308  our own drawing


def _private(response: TemplateResponse) -> TemplateResponse:
    """Keep a page behind a secret address out of caches.

    The site's referrer policy keeps it from other sites; a stricter one would take the
    origin from the page's own forms, and their proof of it with that.
    """
    response["Cache-Control"] = "private, no-store"
    return response
