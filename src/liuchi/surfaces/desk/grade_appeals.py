"""Objections to lists of grades, and official grades as their issuers decided them."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.points.actions import grade_appeals as actions
from liuchi.engines.points.queries import grade_appeals as points
from liuchi.engines.points.queries import grades
from liuchi.engines.points.queries.grade_appeals import AppealRow
from liuchi.engines.points.queries.grades import OfficialRow
from liuchi.engines.points.rules.grades import APPEAL_WORDS
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape

ANSWER = "points.grade.answer"
WHICH = {"open": _("待答复"), "answered": _("已答复")}
APPEALS: tuple[Column[AppealRow], ...] = (
    Column(
        _("评级办法"),
        lambda row: row.scheme_title,
        url=lambda row: reverse("desk-grade-appeal", args=[row.id]),
    ),
    Column(_("社区"), lambda row: row.village_name),
    Column(_("第几项"), lambda row: row.place, Shape.NUMBER),
    Column(_("第几次"), lambda row: _("复核") if row.is_second else _("初次")),
    Column(_("收到"), lambda row: row.received_at, Shape.MOMENT),
    Column(_("答复期限"), lambda row: row.due_on, Shape.DAY),
    Column(
        _("状态"),
        lambda row: (
            APPEAL_WORDS[row.outcome]
            if row.outcome
            else (_("已过期限") if row.overdue else _("待答复"))
        ),
    ),
)
OFFICIAL: tuple[Column[OfficialRow], ...] = (
    Column(_("姓名或户号"), lambda row: row.whose),
    Column(_("社区"), lambda row: row.village_name),
    Column(_("等级种类"), lambda row: row.scheme_title),
    Column(_("等级"), lambda row: row.grade),
    Column(_("评定单位"), lambda row: row.issuer),
    Column(_("轮次"), lambda row: row.round_name),
    Column(_("评定日期"), lambda row: row.issued_on, Shape.DAY),
    Column(_("有效期至"), lambda row: row.valid_to, Shape.DAY),
    Column(_("导入人"), lambda row: row.imported_by_name),
)


class AppealForm(Sheet):
    """The answer to an objection, with its reason."""

    outcome = forms.ChoiceField(
        label=_("答复结果"),
        choices=[
            ("recounted", _("按现在的账重新计算")),
            ("not_upheld", _("异议不成立")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择答复结果。")},
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写明理由。")},
    )


@requires(ANSWER)
@takes_post
def appeals(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List the objections to grades, the oldest first. POST gives them as Excel."""
    asked = request.GET.get("which", "open")
    which = asked if asked in WHICH else "open"
    listing = Listing(
        "grade-appeals",
        _("等级异议"),
        APPEALS,
        lambda after, limit: points.appeals(request.actor, which=which, after=after, limit=limit),
        empty=_("没有异议。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {"table": tables.shown(request, listing), "which": which, "choices": WHICH}
    return TemplateResponse(request, "desk/grade_appeals.html", context)


@requires(ANSWER)
@takes_post
def appeal(request: SeatedRequest, grade_appeal_id: UUID) -> HttpResponse:
    """Show an objection and the line it is about; POST answers it."""
    if request.method != "POST":
        return _show(request, grade_appeal_id, AppealForm.fresh(request))
    form = AppealForm(request.POST)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            actions.answer_appeal(
                actor=request.actor,
                key=values["key"],
                appeal_id=grade_appeal_id,
                outcome=values["outcome"],
                reason=values["reason"],
            )
            return HttpResponseRedirect(reverse("desk-grade-appeal", args=[grade_appeal_id]))
    with reading(request):
        return _show(request, grade_appeal_id, form)


def _show(request: SeatedRequest, appeal_id: UUID, form: AppealForm) -> HttpResponse:
    detail = points.appeal(request.actor, appeal_id)
    row = detail.row
    context = {
        "detail": detail,
        "row": row,
        "outcome": APPEAL_WORDS[row.outcome] if row.outcome else None,
        "form": form,
    }
    return TemplateResponse(request, "desk/grade_appeal.html", context, status=form.status)


@requires("points.grade.read")
@takes_post
def official(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List imported grades, the newest first. POST gives them as Excel."""
    listing = Listing(
        "official-grades",
        _("官方等级"),
        OFFICIAL,
        lambda after, limit: grades.official_grades(request.actor, after=after, limit=limit),
        empty=_("还没有导入官方等级。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "table": tables.shown(request, listing),
        "may_import": request.actor.may("directory.import.run").allowed
        and request.actor.may("points.grade.write").allowed,
    }
    return TemplateResponse(request, "desk/official_grades.html", context)
