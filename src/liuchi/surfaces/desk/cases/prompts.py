"""提示单: issuing sheets to units that are late, and following each until it is closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.cases import actions as cases_actions
from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.enums import CaseState, PromptStage
from liuchi.engines.cases.queries import CaseRow, Order, PromptRow, PromptsWhich, Wanted
from liuchi.engines.cases.rules.prompts import KIND_WORDS, STAGE_WORDS, html_of
from liuchi.engines.cases.spec import Limit
from liuchi.kernel import paper
from liuchi.kernel.actors import Actor
from liuchi.kernel.durations import TimeUnit
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import across_posts, reading, requires, takes_post
from liuchi.surfaces.components.across import gather
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.paper import as_pdf
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape
from liuchi.surfaces.desk.cases.whistles import WORDS_CHARACTERS_MAX

READ = "cases.case.read"
ISSUE = "cases.case.decide"
AT_ONCE_MAX = 50
REPLY_WORK_DAYS_MAX = 30
TABS = {
    PromptsWhich.OPEN: _("没销单的"),
    PromptsWhich.UNRECEIVED: _("待签收"),
    PromptsWhich.LATE: _("超时未回复"),
    PromptsWhich.ANSWERED: _("已回复"),
    PromptsWhich.CLOSED: _("已销单"),
}
_LOOKS = {
    PromptStage.ISSUED: "is-proposed",
    PromptStage.RECEIVED: "is-proposed",
    PromptStage.ANSWERED: "is-approved",
    PromptStage.CLOSED: "is-done",
}
WITH_A_UNIT = (CaseState.DISPATCHED, CaseState.HANDLING)
_DONE = {
    "receive": _("已签收，请在期限前回复。"),
    "answer": _("回复已送出。"),
    "close": _("已销单。"),
}


def stage_look(row: PromptRow) -> str:
    """Return the class that colours how far a sheet has come."""
    is_missing = row.answered_at is None and row.closed_at is None and row.late
    return f"l-state {'is-rejected' if is_missing else _LOOKS[row.stage]}"


COLUMNS: tuple[Column[PromptRow], ...] = (
    Column(_("编号"), lambda row: row.title, url=lambda row: reverse("desk-prompt", args=[row.id])),
    Column(_("单位"), lambda row: row.unit),
    Column(_("事项"), lambda row: row.type_title),
    Column(_("种类"), lambda row: KIND_WORDS[row.kind]),
    Column(_("进展"), lambda row: STAGE_WORDS[row.stage], look=stage_look),
    Column(_("发出时间"), lambda row: row.issued_at, Shape.MOMENT),
    Column(_("回复期限"), lambda row: row.reply_by, Shape.UNTIL),
    Column(_("回复时间"), lambda row: row.answered_at, Shape.MOMENT),
    Column(_("用了几天"), lambda row: row.days, Shape.NUMBER),
)


class IssueForm(Sheet):
    """Which cases, how soon to answer, and what to add to what the sheet says by itself."""

    cases = forms.TypedMultipleChoiceField(
        coerce=UUID, error_messages={"required": _("请先勾选要提示的事项。")}
    )
    days = forms.IntegerField(
        label=_("几个工作日内回复"), min_value=1, max_value=REPLY_WORK_DAYS_MAX, initial=2
    )
    words = forms.CharField(
        label=_("补充要求"),
        max_length=WORDS_CHARACTERS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, rows: tuple[CaseRow, ...], **kwargs: Any) -> None:
        """``rows`` are the cases to choose from."""
        super().__init__(*args, **kwargs)
        field = self.fields["cases"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(row.id), row.type_title) for row in rows]

    @property
    def ticked(self) -> frozenset[str]:
        """The ids that are ticked, as they stand in the form."""
        return frozenset(str(each) for each in self["cases"].value() or ())


class StepForm(Sheet):
    """What is done about a sheet: received, answered, closed."""

    do = forms.ChoiceField(choices=[("receive", ""), ("answer", ""), ("close", "")])
    answer = forms.CharField(
        label=_("回复"),
        max_length=WORDS_CHARACTERS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The answer is asked for by its step alone."""
        super().__init__(*args, **kwargs)
        self.fields["answer"].is_decided_later = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An answer says something."""
        values = super().clean() or self.cleaned_data
        if values.get("do") == "answer" and not values.get("answer"):
            self.add_error("answer", _("请写明办到哪一步了。"))
        return values


@requires(READ)
@takes_post
@across_posts
def prompts(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List sheets, those to be answered first at the top. POST gives them as Excel."""
    asked = request.GET.get("which", "")
    which = PromptsWhich(asked) if asked in set(PromptsWhich) else PromptsWhich.OPEN
    listing = Listing(
        "prompts",
        _("提示单"),
        COLUMNS,
        lambda after, limit: gather(
            request,
            READ,
            lambda actor: cases.prompts(actor, which, after=after, limit=limit),
            limit=limit,
            newest_first=which is PromptsWhich.CLOSED,
        ),
        empty=_("没有这样的提示单。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "table": tables.shown(request, listing),
        "tabs": TABS,
        "which": which,
        "issued": request.GET.get("issued", ""),
        "may_issue": any(actor.may(ISSUE).allowed for actor in request.seat.actors),
    }
    return TemplateResponse(request, "desk/cases/prompts.html", context)


@requires(ISSUE)
@takes_post
def issue(request: SeatedRequest) -> HttpResponse:
    """Issue sheets for overdue cases, or for those a unit has; ``?case=`` keeps to one."""
    with reading(request):
        rows = _to_prompt(request)
    if request.method != "POST":
        one = [str(row.id) for row in rows] if request.GET.get("case") else []
        form = IssueForm.fresh(request, rows=rows, initial={"cases": one})
        return _show_issue(request, form, rows)
    form = IssueForm(request.POST, rows=rows)
    if form.checked():
        with form.refusals():
            issued = _issue(request.actor, form.cleaned_data)
            return HttpResponseRedirect(f"{reverse('desk-prompts')}?issued={issued}")
    return _show_issue(request, form, rows)


def _issue(actor: Actor, values: Mapping[str, Any]) -> int:
    """Issue each sheet under a key of its own: what is sent again is not issued again."""
    within = Limit(values["days"], TimeUnit.WORK_DAYS)
    for case_id in values["cases"]:
        cases_actions.issue_prompt(
            case_id=case_id,
            reply_within=within,
            words=values["words"],
            actor=actor,
            key=f"{values['key']}:{case_id.hex[-12:]}",
        )
    return len(values["cases"])


def _to_prompt(request: SeatedRequest) -> tuple[CaseRow, ...]:
    """Return the cases that a unit has, the first due first: all, the overdue, or one."""
    one = request.GET.get("case", "")
    if one:
        try:
            row = cases.case(request.actor, UUID(one)).row
        except ValueError as error:
            raise NotFound("case") from error
        return (row,) if row.state in WITH_A_UNIT else ()
    wanted = Wanted(states=WITH_A_UNIT, overdue=request.GET.get("all") != "1", order=Order.DUE)
    return cases.cases(request.actor, wanted, limit=AT_ONCE_MAX).rows


def _show_issue(request: SeatedRequest, form: IssueForm, rows: tuple[CaseRow, ...]) -> HttpResponse:
    context = {
        "form": form,
        "rows": rows,
        "ticked": form.ticked,
        "is_all": request.GET.get("all") == "1",
        "is_one": bool(request.GET.get("case")),
    }
    return TemplateResponse(request, "desk/cases/prompt_new.html", context, status=form.status)


@requires(READ)
@takes_post
def prompt(request: SeatedRequest, prompt_id: UUID) -> HttpResponse:
    """Show a sheet; POST receives, answers or closes it."""
    if request.method != "POST":
        return _show(request, prompt_id, StepForm.fresh(request))
    form = StepForm(request.POST)
    if form.checked():
        values = form.cleaned_data
        said = {"prompt_id": prompt_id, "actor": request.actor, "key": values["key"]}
        with form.refusals():
            match values["do"]:
                case "receive":
                    cases_actions.receive_prompt(**said)
                case "answer":
                    cases_actions.answer_prompt(**said, answer=values["answer"])
                case _:
                    cases_actions.close_prompt(**said)
            done = f"?done={values['do']}"
            return HttpResponseRedirect(reverse("desk-prompt", args=[prompt_id]) + done)
    with reading(request):
        return _show(request, prompt_id, form)


def _show(request: SeatedRequest, prompt_id: UUID, form: StepForm) -> HttpResponse:
    found = cases.prompt(request.actor, prompt_id)
    context = {
        "found": found,
        "row": found.row,
        "kind": KIND_WORDS[found.row.kind],
        "stage": STAGE_WORDS[found.row.stage],
        "look": stage_look(found.row),
        "form": form,
        "done": _DONE.get(request.GET.get("done", "")),
        "case_url": reverse("desk-case", args=[found.row.case_id]),
    }
    return TemplateResponse(request, "desk/cases/prompt.html", context, status=form.status)


@requires(READ)
def printed(request: SeatedRequest, prompt_id: UUID) -> HttpResponse:
    """The sheet on A4, as GB/T 9704 lays one out: as it was issued, however often it is printed."""
    row = cases.prompt(request.actor, prompt_id).row
    sheet = cases.prompt_sheet(request.actor, prompt_id)
    return as_pdf(paper.to_pdf(html_of(sheet), title=row.title), row.title)
