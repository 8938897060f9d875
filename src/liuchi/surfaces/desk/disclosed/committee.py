"""The supervision committees of villages: who sits in one, when it met, what it reviewed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.disclosures import actions
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.actions.committee import (
    NAME_CHARACTERS_MAX,
    WORDS_CHARACTERS_MAX,
)
from liuchi.engines.disclosures.enums import Matter, Standing
from liuchi.engines.disclosures.queries import Committee, CommitteeRow
from liuchi.kernel import clock
from liuchi.kernel.errors import NotFound
from liuchi.kernel.periods import Per, period
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.disclosed import period_words, with_mark
from liuchi.surfaces.components.forms import DayInput, Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape
from liuchi.surfaces.components.templatetags.liuchi import day as day_words
from liuchi.surfaces.components.templatetags.liuchi import month as month_words
from liuchi.surfaces.desk.disclosed.lists import READ, place_of

WRITE = "disclosures.committee.write"
MONTHS_OFFERED, POSTINGS_OFFERED = 12, 24
MET = {
    Standing.IN_TIME: _("已开会"),
    Standing.DUE: _("还没开会"),
    Standing.MISSING: _("没有按时开会"),
}


def met_words(standing: Standing | None) -> str | Promise:
    """Say how a committee stands with its meetings; nothing where nobody was elected."""
    return _("还没有选举") if standing is None else MET[standing]


COLUMNS: tuple[Column[CommitteeRow], ...] = (
    Column(
        _("村（社区）"),
        lambda row: with_mark(row.area_name, is_model=row.is_model),
        url=lambda row: reverse("desk-committee", args=[row.area_id]),
    ),
    Column(
        _("本期会议"),
        lambda row: met_words(row.standing),
        look=lambda row: f"l-standing is-{row.standing or Standing.DUE}",
    ),
    Column(_("上次开会"), lambda row: row.last_met_on, Shape.DAY),
    Column(_("在任"), lambda row: row.members, Shape.NUMBER),
    Column(_("缺额"), lambda row: row.vacant, Shape.NUMBER),
    Column(_("名称"), lambda row: row.title, aside=True),
)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=DayInput,
        error_messages={"required": _("请选择日期。"), "invalid": _("请选择日期。")},
    )


def _many(label: Any) -> forms.IntegerField:
    wrong = {"required": _("请填写人数。"), "invalid": _("请填写人数。")}
    return forms.IntegerField(label=label, min_value=1, max_value=100_000, error_messages=wrong)


def _yuan(label: Any) -> forms.DecimalField:
    wrong = {"required": _("请填写金额。"), "invalid": _("请填写金额。")}
    return forms.DecimalField(
        label=label, min_value=0, max_digits=14, decimal_places=2, error_messages=wrong
    )


def _text(label: Any, *, required: bool) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=WORDS_CHARACTERS_MAX,
        required=required,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写一句话。")},
    )


class MeetForm(Sheet):
    """A meeting: when, how many came, what about."""

    held_on = _day(_("哪天开的"))
    present = _many(_("到会人数"))
    topics = _text(_("议了什么"), required=True)
    conclusions = _text(_("结论"), required=False)


class ReviewForm(Sheet):
    """A meeting's review of a month's income and spending."""

    meeting = forms.ChoiceField(label=_("哪次会"))
    month = forms.ChoiceField(label=_("哪个月的收支"))
    income = _yuan(_("收入（元）"))
    spending = _yuan(_("支出（元）"))
    posting = forms.ChoiceField(label=_("对应的公示"), required=False)
    outcome = forms.ChoiceField(
        label=_("审查结果"),
        widget=forms.RadioSelect,
        choices=[("agreed", _("同意")), ("questioned", _("有疑问"))],
        initial="agreed",
    )
    opinion = _text(_("意见"), required=False)


class ElectForm(Sheet):
    """A member as elected: the name is public."""

    name = forms.CharField(
        label=_("姓名"),
        max_length=NAME_CHARACTERS_MAX,
        error_messages={"required": _("请写姓名。")},
    )
    elected_on = _day(_("哪天当选"))
    voters = _many(_("投票人数"))
    votes = _many(_("得票"))
    leads = forms.BooleanField(label=_("担任主任"), required=False)


class LeaveForm(Sheet):
    """A member who leaves."""

    seat = forms.ChoiceField(label=_("哪位"))
    left_on = _day(_("哪天离任"))
    reason = forms.CharField(
        label=_("原因"), max_length=200, error_messages={"required": _("请写明原因。")}
    )


FORMS: dict[str, type[Sheet]] = {
    "meet": MeetForm,
    "review": ReviewForm,
    "elect": ElectForm,
    "leave": LeaveForm,
}


@requires(READ)
@takes_post
def committees(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List the committees of the place's villages: who met this month, who did not."""
    actor = request.actor
    listing = Listing(
        "committees",
        _("监督委员会"),
        COLUMNS,
        tables.short(lambda: disclosures.committees(actor, place_of(actor))),
        empty=_("这里的工作法没有监督委员会。"),
        paged=False,
    )
    if request.method == "POST":
        return excel.download(request, listing)
    return TemplateResponse(
        request, "desk/disclosed/committees.html", {"table": tables.shown(request, listing)}
    )


@requires(READ)
@takes_post
def committee(request: SeatedRequest, area_id: UUID) -> HttpResponse:
    """Show a village's committee. POST records a meeting, a review, who came and who left."""
    with reading(request):
        area = directory.area(area_id)
        if not request.actor.covers(area.scope_code):
            raise NotFound("area")
        held = disclosures.committee(request.actor, area_id)
    shown = {do: _form(do, area, held, request=request) for do in FORMS}
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do not in FORMS:
            raise NotFound("step")
        form = shown[do] = _form(do, area, held, data=request)
        if form.checked():
            with form.refusals():
                _do(request, area, do, form)
                return HttpResponseRedirect(reverse("desk-committee", args=[area_id]))
    with reading(request):
        held = disclosures.committee(request.actor, area_id)
        context = {
            "area": area,
            "model": disclosures.models_standing([area_id]).get(area_id),
            "committee": held,
            "stretches": [
                (each, period_words(each.first, each.end), met_words(each.standing))
                for each in held.stretches
            ],
            "forms": shown,
            "may_write": request.actor.may(WRITE).allowed,
        }
        status = max(form.status for form in shown.values())
        return TemplateResponse(request, "desk/disclosed/committee.html", context, status=status)


def _do(request: SeatedRequest, area: AreaRow, do: str, form: Sheet) -> None:
    values = dict(form.cleaned_data)
    said: dict[str, Any] = {"actor": request.actor, "key": values.pop("key")}
    steps: dict[str, Callable[[], object]] = {
        "meet": lambda: actions.hold_meeting(**said, area_id=area.id, **values),
        "elect": lambda: actions.elect_member(**said, area_id=area.id, **values),
        "leave": lambda: actions.end_membership(
            **said,
            seat_id=UUID(values["seat"]),
            left_on=values["left_on"],
            reason=values["reason"],
        ),
        "review": lambda: actions.review_spending(
            **said,
            meeting_id=UUID(values["meeting"]),
            month=date.fromisoformat(values["month"]),
            income=values["income"],
            spending=values["spending"],
            agreed=values["outcome"] == "agreed",
            opinion=values["opinion"],
            posting_id=UUID(values["posting"]) if values["posting"] else None,
        ),
    }
    steps[do]()


def _form(
    do: str,
    area: AreaRow,
    held: Committee,
    *,
    request: SeatedRequest | None = None,
    data: SeatedRequest | None = None,
) -> Sheet:
    """Return a step's form, fresh or as sent, with what there is to choose."""
    kind, more = FORMS[do], {"auto_id": f"{do}-%s"}
    today = clock.today().isoformat()
    initial = {"held_on": today, "elected_on": today, "left_on": today}
    initial["present"] = str(len(held.members) or "")
    form = (
        kind(data.POST, **more) if data else kind.fresh(request, initial=initial, **more)  # type: ignore[arg-type]
    )
    choices: dict[str, list[tuple[str, str]]] = {
        "seat": [(str(each.id), each.name) for each in held.members],
        "meeting": [(str(each.id), day_words(each.held_on)) for each in held.meetings],
    }
    if do == "review":
        choices |= {"month": _months(), "posting": [("", "—"), *_accounts(area)]}
    for name, given in choices.items():
        field = form.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            field.choices = given
    return form


def _months() -> list[tuple[str, str]]:
    """Return the last months, the one before this first: its books are closed."""
    found = []
    first = period(Per.MONTH, clock.today())[0]
    for _number in range(MONTHS_OFFERED):
        first = period(Per.MONTH, first - timedelta(days=1))[0]
        found.append((first.isoformat(), month_words(first)))
    return found


def _accounts(area: AreaRow) -> list[tuple[str, str]]:
    """Return what a village has out about its money, the newest first."""
    items = disclosures.items_of(area.id, clock.today())
    money = {row.spec.code for row in items if row.spec.matter is Matter.FINANCE}
    rows = disclosures.newest_postings(area.id, limit=POSTINGS_OFFERED)
    return [
        (str(row.id), f"{row.item_title} {period_words(row.first, row.end)}")
        for row in rows
        if row.item_code in money
    ]
