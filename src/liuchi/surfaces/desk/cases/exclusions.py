"""The ledger of cases left out of rates: asked by one, agreed to by another, open to read."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.cases import actions as cases_actions
from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.enums import ExclusionKind, ExclusionState
from liuchi.engines.cases.queries import ExclusionRow
from liuchi.engines.cases.rules.excluding import REASON_CHARACTERS_MAX
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape
from liuchi.surfaces.desk.cases.after_tabs import after_tabs

READ = "cases.case.read"
ASK = "cases.case.dispatch"
DECIDE = "cases.case.decide"
KINDS = {
    ExclusionKind.TIME: _("时限类（响应、处置、按期）"),
    ExclusionKind.VOICE: _("评价类（解决、满意）"),
    ExclusionKind.ALL: _("全部"),
}
STATES = {
    ExclusionState.ASKED: _("待审批"),
    ExclusionState.APPROVED: _("已剔除"),
    ExclusionState.DECLINED: _("不同意"),
    ExclusionState.ENDED: _("已恢复统计"),
}
LEDGER: tuple[Column[ExclusionRow], ...] = (
    Column(
        _("事项"),
        lambda row: row.type_title,
        url=lambda row: reverse("desk-exclusion", args=[row.id]),
    ),
    Column(_("从哪些率里剔除"), lambda row: KINDS[row.kind]),
    Column(_("理由"), lambda row: row.reason, own_line=True),
    Column(_("状态"), lambda row: STATES[row.state]),
    Column(_("提出人"), lambda row: row.asked_by_name),
    Column(_("提出时间"), lambda row: row.asked_at, Shape.MOMENT),
    Column(_("审批人"), lambda row: row.decided_by_name),
    Column(_("审批时间"), lambda row: row.decided_at, Shape.MOMENT),
)


class AskForm(Sheet):
    """Of which rates, and why: whoever decides reads it, and so does everybody later."""

    kind = forms.ChoiceField(
        label=_("从哪些率里剔除"),
        choices=[(each.value, words) for each, words in KINDS.items()],
        widget=forms.RadioSelect,
        initial=ExclusionKind.TIME.value,
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=REASON_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明剔除的理由。")},
    )


class AnswerForm(Sheet):
    """Agreed to or not, by the button; or counted again."""

    step = forms.ChoiceField(choices=[("agree", ""), ("decline", ""), ("end", "")])
    answer = forms.CharField(
        label=_("意见"),
        max_length=REASON_CHARACTERS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@requires(READ)
@takes_post
def ledger(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List what was left out of rates, or asked to be. POST gives the ledger as Excel."""
    given = request.GET.get("state", "")
    state = ExclusionState(given) if given in set(ExclusionState) else None
    listing = Listing(
        "exclusions",
        _("剔除台账"),
        LEDGER,
        lambda after, limit: cases.exclusions(request.actor, state=state, after=after, limit=limit),
        empty=_("没有剔除过。各项率都按全部案卷计算。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "table": tables.shown(request, listing),
        "state": state,
        "states": STATES.items(),
        "after_tabs": after_tabs(request),
    }
    return TemplateResponse(request, "desk/cases/exclusions.html", context)


@requires(ASK)
@takes_post
def ask(request: SeatedRequest, case_id: UUID) -> HttpResponse:
    """Ask that a case be left out of rates."""
    if request.method != "POST":
        return _show_ask(request, case_id, AskForm.fresh(request))
    form = AskForm(request.POST)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            exclusion_id = cases_actions.ask_exclusion(
                case_id=case_id,
                kind=ExclusionKind(values["kind"]),
                reason=values["reason"],
                actor=request.actor,
                key=values["key"],
            )
            return HttpResponseRedirect(reverse("desk-exclusion", args=[exclusion_id]))
    with reading(request):
        return _show_ask(request, case_id, form)


def _show_ask(request: SeatedRequest, case_id: UUID, form: AskForm) -> HttpResponse:
    context = {"case": cases.case(request.actor, case_id).row, "form": form}
    return TemplateResponse(request, "desk/cases/exclusion_ask.html", context, status=form.status)


@requires(READ)
@takes_post
def exclusion(request: SeatedRequest, exclusion_id: UUID) -> HttpResponse:
    """Show one line of the ledger; POST agrees to it, declines it, or counts the case again."""
    if request.method != "POST":
        return _show(request, exclusion_id, AnswerForm.fresh(request))
    form = AnswerForm(request.POST)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            _act(request, exclusion_id, values)
            return HttpResponseRedirect(reverse("desk-exclusion", args=[exclusion_id]))
    with reading(request):
        return _show(request, exclusion_id, form)


def _act(request: SeatedRequest, exclusion_id: UUID, values: dict[str, str]) -> None:
    if values["step"] == "end":
        cases_actions.end_exclusion(
            exclusion_id=exclusion_id, actor=request.actor, key=values["key"]
        )
        return
    cases_actions.decide_exclusion(
        exclusion_id=exclusion_id,
        agree=values["step"] == "agree",
        answer=values["answer"],
        actor=request.actor,
        key=values["key"],
    )


def _show(request: SeatedRequest, exclusion_id: UUID, form: AnswerForm) -> HttpResponse:
    row = cases.exclusion(request.actor, exclusion_id)
    may_decide = request.actor.may(DECIDE).allowed
    context = {
        "row": row,
        "kind": KINDS[row.kind],
        "state": STATES[row.state],
        "form": form,
        "may_decide": may_decide
        and row.state is ExclusionState.ASKED
        and row.asked_by != request.actor.id,
        "is_own": row.state is ExclusionState.ASKED and row.asked_by == request.actor.id,
        "may_end": may_decide and row.state is ExclusionState.APPROVED,
    }
    return TemplateResponse(request, "desk/cases/exclusion.html", context, status=form.status)
