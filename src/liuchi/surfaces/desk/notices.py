"""公示: what is on notice, taking an objection down for somebody, and answering objections."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.enums import ApprovalState
from liuchi.engines.points.queries import ApprovalRow, ObjectionDetail, ObjectionRow
from liuchi.surfaces.components import across, excel, tables, words
from liuchi.surfaces.components.access import across_posts, reading, requires, takes_post
from liuchi.surfaces.components.across import each, gather
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.objections import ObjectionForm
from liuchi.surfaces.components.seats import SeatedRequest, seat_of
from liuchi.surfaces.components.tables import Listing
from liuchi.surfaces.desk import columns

ANSWER_CHARACTERS_MAX = 400
WHICH = ("open", "overdue", "to_reverse", "closed")


class AnswerForm(Sheet):
    """What the answer is and why; a smaller quantity where that is what was wrong."""

    outcome = forms.ChoiceField(
        label=_("答复结果"), error_messages={"required": _("请选择答复结果。")}
    )
    corrected_quantity = forms.IntegerField(
        label=_("更正后的数量"), min_value=1, max_value=100, required=False
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=ANSWER_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写明理由，提出人会看到。")},
    )

    def __init__(self, *args: Any, detail: ObjectionDetail, **kwargs: Any) -> None:
        """``detail`` says which answers there are."""
        super().__init__(*args, **kwargs)
        field = self.fields["outcome"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(code, words.OUTCOMES[code]) for code in outcomes(detail)]


def outcomes(detail: ObjectionDetail) -> tuple[str, ...]:
    """Return the answers an objection can have as its item stands now."""
    if detail.row.claim_state == "posted":
        return ("not_upheld", "contra_entry")
    if detail.row.claim_state != "on_notice":
        return ("not_upheld",)
    smaller = ("corrected",) if detail.row.quantity > 1 else ()
    return ("not_upheld", "stopped", *smaller)


@requires("points.claim.read")
@takes_post
@across_posts
def notices(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List the notices, the newest first, with what to do about each. POST gives Excel."""
    seat = seat_of(request)
    listing = Listing(
        "notices",
        _("积分公示"),
        columns.notices(
            with_place=bool(across.places(request)) or _is_wide(request),
            enters=bool(seat.ways("points.objection.enter")),
        ),
        lambda after, limit: gather(
            request,
            "points.claim.read",
            lambda actor: points.notices_of_area(actor, after=after, limit=limit),
            limit=limit,
            newest_first=True,
        ),
        empty=_("还没有公示。审核通过的积分会自动列入当天的公示。"),
        action=tables.Action(_("打印"), columns.notice_print),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    work = [found for _actor, found in each(request, "points.objection.answer", _work)]
    context = {
        "table": tables.shown(request, listing),
        "answers": bool(work),
        "open": sum(found.open for found in work),
        "overdue": sum(found.overdue for found in work),
        "to_reverse": sum(found.to_reverse for found in work),
    }
    return TemplateResponse(request, "desk/notices.html", context)


@requires("points.objection.enter")
@takes_post
def object_for(request: SeatedRequest, sheet_id: UUID) -> HttpResponse:
    """Take an objection down for somebody at the desk or on the phone; gives the receipt."""
    if request.method != "POST":
        return _show_entry(request, sheet_id, None)
    with reading(request):
        found = points.notice_in_area(request.actor, sheet_id)
    form = ObjectionForm(request.POST, notice=found)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            receipt = points_actions.object_to(
                actor=request.actor,
                key=values["key"],
                sheet_id=sheet_id,
                place=values["place"],
                text=values["text"],
                contact=values["contact"],
            )
            return HttpResponseRedirect(reverse("portal-receipt", args=[receipt.code]) + "?new=1")
    with reading(request):
        return _show_entry(request, sheet_id, form)


@requires("points.objection.answer")
@takes_post
@across_posts
def objections(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List objections: to answer, late, to reverse, closed. POST gives Excel."""
    which = request.GET.get("which", "open")
    which = which if which in WHICH else "open"
    listing = Listing(
        "objections",
        _("异议"),
        columns.objections(with_place=bool(across.places(request)) or _is_wide(request)),
        lambda after, limit: gather(
            request,
            "points.objection.answer",
            lambda actor: points.objections(actor, which=which, after=after, limit=limit),
            limit=limit,
            newest_first=which == "closed",
        ),
        empty=_("这里没有异议。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "table": tables.shown(request, listing),
        "which": which,
        "tabs": [(code, words.OBJECTION_LISTS[code]) for code in WHICH],
    }
    return TemplateResponse(request, "desk/objections.html", context)


@requires("points.objection.answer")
@takes_post
def objection(request: SeatedRequest, objection_id: UUID) -> HttpResponse:
    """Show an objection to who may answer it; POST answers, or shows how to reach its author."""
    if request.method != "POST":
        return _show(request, objection_id, None)
    if request.POST.get("intent") == "contact":
        return _show_contact(request, objection_id)
    with reading(request):
        detail = points.objection(request.actor, objection_id)
    form = AnswerForm(request.POST, detail=detail)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            points_actions.answer_objection(
                actor=request.actor,
                key=values["key"],
                objection_id=objection_id,
                outcome=values["outcome"],
                reason=values["reason"],
                corrected_quantity=values["corrected_quantity"],
            )
            done = reverse("desk-objection", args=[objection_id])
            return HttpResponseRedirect(f"{done}?answered=1")
    with reading(request):
        return _show(request, objection_id, form)


def _show_contact(request: SeatedRequest, objection_id: UUID) -> HttpResponse:
    form = Sheet(request.POST)
    contact = ""
    if form.checked():
        contact = points_actions.show_contact(
            actor=request.actor, key=form.cleaned_data["key"], objection_id=objection_id
        )
    with reading(request):
        return _show(request, objection_id, None, contact)


def _show(
    request: SeatedRequest, objection_id: UUID, form: AnswerForm | None, contact: str = ""
) -> HttpResponse:
    detail = points.objection(request.actor, objection_id)
    form = form or AnswerForm.fresh(request, detail=detail)
    waiting = points.objections(request.actor, limit=2).rows
    context = {
        "detail": detail,
        "row": detail.row,
        "approval": _contra_entry(request, detail.row),
        "form": form,
        "contact": contact,
        "chosen": form["outcome"].value() or "",
        "may_see_claim": request.actor.may("points.claim.read").allowed,
        "just_answered": "answered" in request.GET,
        "next_one": next((row for row in waiting if row.id != objection_id), None),
    }
    response = TemplateResponse(request, "desk/objection.html", context, status=form.status)
    response["Cache-Control"] = "private, no-store"
    return response


def _contra_entry(request: SeatedRequest, row: ObjectionRow) -> ApprovalRow | None:
    """Return the request for the contra-entry that an upheld objection has led to."""
    if row.outcome != "contra_entry" or row.claim_state != "posted":
        return None
    if not request.actor.may("points.claim.read").allowed:
        return None
    asked = points.approvals(request.actor, state=ApprovalState.ASKED, claim_id=row.claim_id)
    return asked.rows[0] if asked.rows else None


def _show_entry(request: SeatedRequest, sheet_id: UUID, form: ObjectionForm | None) -> HttpResponse:
    found = points.notice_in_area(request.actor, sheet_id)
    form = form or ObjectionForm.fresh(request, notice=found)
    context = {
        "area": found.village,
        "notice": found,
        "form": form,
        "chosen": str(form["place"].value() or ""),
    }
    return TemplateResponse(request, "desk/object_for.html", context, status=form.status)


def _work(actor: Any) -> points.ObjectionWork:
    return points.objection_work(actor)


def _is_wide(request: SeatedRequest) -> bool:
    """Whether a post spans several communities, as a town clerk's does."""
    return any(not points.is_of_one_village(actor) for actor in seat_of(request).actors)
