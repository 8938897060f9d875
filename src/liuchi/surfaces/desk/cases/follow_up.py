"""After closing: what was drawn for a check or a call-back, and what is looked at once more.

Each list opens a page with one button per answer, so that a result takes two taps.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.cases import actions as cases_actions
from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.enums import CheckKind, CheckOutcome, DrawPurpose
from liuchi.engines.cases.queries import DrawnRow, DrawRow, LotRow, RecheckRow
from liuchi.engines.directory.queries import Page
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape
from liuchi.surfaces.desk.cases.after_tabs import after_tabs
from liuchi.surfaces.desk.cases.grounds import ground

CHECK = "cases.case.check"
WORDS_CHARACTERS_MAX = 300
PURPOSES = {DrawPurpose.CHECK: _("抽查"), DrawPurpose.CALL_BACK: _("回访")}
OUTCOMES = {
    CheckOutcome.DONE: _("没有反弹"),
    CheckOutcome.BASICALLY_DONE: _("基本保持"),
    CheckOutcome.NOT_DONE: _("又出现了"),
}
# What somebody says on the telephone, one button each: was it solved, are they content.
ANSWERS = {
    "yes_yes": (_("解决了，满意"), True, True),
    "yes_no": (_("解决了，不满意"), True, False),
    "no_yes": (_("没解决，能理解"), False, True),
    "no_no": (_("没解决，不满意"), False, False),
    "unreached": (_("没有联系上"), None, None),
}


def _said(row: DrawnRow) -> object:
    """Word what came of a call-back."""
    if row.done_at is None:
        return ""
    given = (row.solved, row.satisfied)
    return next((words for words, *held in ANSWERS.values() if tuple(held) == given), "")


RECHECKS: tuple[Column[RecheckRow], ...] = (
    Column(
        _("事项"),
        lambda row: row.type_title,
        url=lambda row: reverse("desk-case-recheck", args=[row.case_id]),
    ),
    Column(_("地点"), lambda row: row.place),
    Column(_("承办单位"), lambda row: row.unit),
    Column(_("结案"), lambda row: row.closed_at, Shape.MOMENT),
    Column(_("复查日"), lambda row: row.recheck_on, Shape.DAY),
)
_DRAWN: tuple[Column[DrawnRow], ...] = (
    Column(_("地点"), lambda row: row.place),
    Column(_("承办单位"), lambda row: row.unit),
    Column(_("结案"), lambda row: row.closed_at, Shape.MOMENT),
    Column(_("怎么抽到的"), lambda row: row.why, aside=True),
)
CHECKS: tuple[Column[DrawnRow], ...] = (
    Column(
        _("事项"),
        lambda row: row.type_title,
        url=lambda row: f"{reverse('desk-case-recheck', args=[row.case_id])}?kind=sample",
    ),
    *_DRAWN,
    Column(_("办理时间"), lambda row: row.done_at, Shape.MOMENT),
)
CALL_BACKS: tuple[Column[DrawnRow], ...] = (
    Column(
        _("事项"),
        lambda row: row.type_title,
        url=lambda row: reverse("desk-case-call-back", args=[row.id]),
    ),
    *_DRAWN,
    Column(_("结果"), _said),
    Column(_("回访时间"), lambda row: row.done_at, Shape.MOMENT),
)
DRAWS: tuple[Column[DrawRow], ...] = (
    Column(
        _("哪天结案的"),
        lambda row: row.day,
        Shape.DAY,
        lambda row: reverse("desk-draw", args=[row.id]),
    ),
    Column(_("用途"), lambda row: PURPOSES[row.purpose]),
    Column(_("地方"), lambda row: row.town),
    Column(_("候选"), lambda row: row.candidates, Shape.NUMBER),
    Column(_("比例（%）"), lambda row: row.percent, Shape.NUMBER),
    Column(_("抽中"), lambda row: row.many, Shape.NUMBER),
    Column(_("已办"), lambda row: row.done, Shape.NUMBER),
    Column(_("抽取时间"), lambda row: row.drawn_at, Shape.MOMENT),
)
LOTS: tuple[Column[LotRow], ...] = (
    Column(
        _("事项"),
        lambda row: row.title or _("不在本人管辖范围"),
        url=lambda row: reverse("desk-case", args=[row.case_id]) if row.case_id else "",
    ),
    Column(_("案卷号"), lambda row: row.number),
    Column(_("结果"), lambda row: _("抽中") if row.is_drawn else ""),
    Column(_("完整编号"), lambda row: row.case_id or "", look=lambda _row: "l-mono"),
    Column(_("签"), lambda row: row.lot, own_line=True, look=lambda _row: "l-mono"),
)


class ResultForm(Sheet):
    """What was found, by the button; a line of words if there is something to say."""

    opinion = forms.CharField(
        label=_("说明"),
        max_length=WORDS_CHARACTERS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    outcome = forms.ChoiceField(choices=[(each.value, "") for each in OUTCOMES])


class AnswerForm(Sheet):
    """What was said on the telephone, by the button."""

    words = forms.CharField(
        label=_("原话要点"),
        max_length=WORDS_CHARACTERS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    answer = forms.ChoiceField(choices=[(code, "") for code in ANSWERS])


@requires(CHECK)
@takes_post
def rechecks(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List closed cases whose day of a second look has come. POST gives them as Excel."""
    with reading(request):
        held = ground(request, request.actor, lists=True)
    area_id = held.area.id
    listing = Listing(
        "rechecks",
        _("成果巩固复查"),
        RECHECKS,
        lambda after, limit: cases.rechecks_due(request.actor, area_id, after=after, limit=limit),
        empty=_("今天没有到期要复查的。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "ground": held,
        "table": tables.shown(request, listing),
        "after_tabs": after_tabs(request),
    }
    return TemplateResponse(request, "desk/cases/rechecks.html", context)


@requires(CHECK)
@takes_post
def checks(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List what was drawn for a check and waits, or is done. POST gives the list as Excel."""
    return _drawn(request, DrawPurpose.CHECK, "checks", CHECKS)


@requires(CHECK)
@takes_post
def call_backs(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List what was drawn for a call-back and waits, or is done. POST: Excel."""
    return _drawn(request, DrawPurpose.CALL_BACK, "call-backs", CALL_BACKS)


def _drawn(
    request: SeatedRequest,
    purpose: DrawPurpose,
    code: str,
    shown: tuple[Column[DrawnRow], ...],
) -> HttpResponse | FileResponse:
    is_done = request.GET.get("state") == "done"
    listing = Listing(
        code,
        PURPOSES[purpose],
        shown,
        lambda after, limit: cases.drawn(
            request.actor, purpose, done=is_done, after=after, limit=limit
        ),
        empty=_("还没有办过的。") if is_done else _("现在没有等着办的。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "table": tables.shown(request, listing),
        "is_done": is_done,
        "after_tabs": after_tabs(request),
        "title": PURPOSES[purpose],
    }
    return TemplateResponse(request, "desk/cases/drawn.html", context)


@requires(CHECK)
@takes_post
def draws(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List the draws of the town, each with the seed anybody can draw with. POST: Excel."""
    listing = Listing(
        "draws",
        _("抽取记录"),
        DRAWS,
        lambda after, limit: cases.draws(request.actor, after=after, limit=limit),
        empty=_("还没有抽取过。工作法里写了抽查、回访比例的，结案次日自动抽取。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {"table": tables.shown(request, listing), "after_tabs": after_tabs(request)}
    return TemplateResponse(request, "desk/cases/draws.html", context)


@requires(CHECK)
@takes_post
def draw(request: SeatedRequest, draw_id: UUID) -> HttpResponse | FileResponse:
    """Show a draw with every lot, computed again now. POST gives the lots as Excel."""
    if request.method == "POST":
        return excel.download(request, _lots(lambda: cases.draw(request.actor, draw_id).lots))
    found = cases.draw(request.actor, draw_id)
    context = {
        "draw": found.row,
        "agrees": found.agrees,
        "purpose": PURPOSES[found.row.purpose],
        "table": tables.shown(request, _lots(lambda: found.lots)),
    }
    return TemplateResponse(request, "desk/cases/draw.html", context)


def _lots(read: Callable[[], tuple[LotRow, ...]]) -> Listing[LotRow]:
    def fetch(after: str | None, limit: int) -> Page[LotRow]:
        begin = int(after) if after and after.isdecimal() else 0
        lots = read()
        more = str(begin + limit) if len(lots) > begin + limit else None
        return Page(lots[begin : begin + limit], more)

    return Listing("lots", _("抽取的签"), LOTS, fetch, empty=_("这次抽取没有留下候选名单。"))


@requires(CHECK)
@takes_post
def recheck(request: SeatedRequest, case_id: UUID) -> HttpResponse:
    """Enter what a second look found; ``?kind=sample`` for a case that was drawn."""
    is_sample = request.GET.get("kind") == "sample"
    kind = CheckKind.SAMPLE if is_sample else CheckKind.RECHECK
    if request.method != "POST":
        return _show_recheck(request, case_id, kind, ResultForm.fresh(request))
    form = ResultForm(request.POST)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            cases_actions.recheck_case(
                actor=request.actor,
                key=values["key"],
                case_id=case_id,
                outcome=CheckOutcome(values["outcome"]),
                kind=kind,
                opinion=values["opinion"],
            )
            return HttpResponseRedirect(reverse("desk-checks" if is_sample else "desk-rechecks"))
    with reading(request):
        return _show_recheck(request, case_id, kind, form)


def _show_recheck(
    request: SeatedRequest, case_id: UUID, kind: CheckKind, form: ResultForm
) -> HttpResponse:
    found = cases.case(request.actor, case_id)
    context = {
        "case": found.row,
        "closed_at": found.now.closed_at,
        "is_sample": kind is CheckKind.SAMPLE,
        "outcomes": [(each.value, words) for each, words in OUTCOMES.items()],
        "form": form,
    }
    return TemplateResponse(request, "desk/cases/recheck.html", context, status=form.status)


@requires(CHECK)
@takes_post
def call_back(request: SeatedRequest, drawn_id: UUID) -> HttpResponse:
    """Enter what somebody said who was called back; once, by somebody apart."""
    if request.method != "POST":
        return _show_call(request, drawn_id, AnswerForm.fresh(request))
    form = AnswerForm(request.POST)
    if form.checked():
        values = form.cleaned_data
        _words, solved, satisfied = ANSWERS[values["answer"]]
        with form.refusals():
            cases_actions.record_call_back(
                drawn_id=drawn_id,
                reached=solved is not None,
                solved=solved,
                satisfied=satisfied,
                words=values["words"],
                actor=request.actor,
                key=values["key"],
            )
            return HttpResponseRedirect(reverse("desk-call-backs"))
    with reading(request):
        return _show_call(request, drawn_id, form)


def _show_call(request: SeatedRequest, drawn_id: UUID, form: AnswerForm) -> HttpResponse:
    row = cases.drawn_one(request.actor, drawn_id)
    if row.purpose is not DrawPurpose.CALL_BACK:
        raise NotFound("drawn")
    context = {
        "row": row,
        "said": _said(row),
        "answers": [(code, words) for code, (words, *_rest) in ANSWERS.items()],
        "form": form,
    }
    return TemplateResponse(request, "desk/cases/call_back.html", context, status=form.status)
