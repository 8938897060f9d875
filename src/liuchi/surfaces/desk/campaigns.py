"""Campaigns: one item to many people. The list, a new one, and one with how far it has come."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.enums import CampaignSource, CampaignState, CampaignVerb
from liuchi.engines.points.queries import CampaignLineRow, CampaignRow, RuleRow
from liuchi.kernel import clock
from liuchi.surfaces.components import excel, rolls, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import DayInput, Sheet
from liuchi.surfaces.components.methods import by_class, rules_at
from liuchi.surfaces.components.photos import PhotosField, store_shared
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape

READ = "points.claim.read"
PROPOSE = "points.claim.propose"
SHEET_BYTES_MAX = 8_000_000
STATES = {
    "proposed": _("待审核"),
    "on_notice": _("公示中"),
    "posted": _("已记入"),
    "rejected": _("未通过"),
    "withdrawn": _("已撤回"),
    "stopped": _("已停止"),
    "undone": _("已撤销"),
}
LINE_STATES = {
    "listed": _("在名单里"),
    "left_out": _("没有列入"),
    "taken_out": _("已移出"),
    "posted": _("已记入"),
    "reversed": _("已冲正"),
}
REASONS = {
    "no_consent": _("没有同意参加"),
    "gone": _("已去世或迁出"),
    "cap_reached": _("到了上限"),
    "own_household": _("审核人一户，可另行申报"),
    "other_method": _("居住地没有这项办法"),
    "by_hand": _("人工移出"),
    "objection": _("有异议，另行处理"),
}
COLUMNS: tuple[Column[CampaignRow], ...] = (
    Column(
        _("名称"), lambda row: row.title, url=lambda row: reverse("desk-campaign", args=[row.id])
    ),
    Column(_("积分项目"), lambda row: row.rule_title),
    Column(_("社区"), lambda row: row.area_name),
    Column(_("人数"), lambda row: row.people, Shape.NUMBER),
    Column(_("每人"), lambda row: row.points, Shape.POINTS),
    Column(_("已记入"), lambda row: row.posted, Shape.NUMBER),
    Column(_("状态"), lambda row: STATES[row.state]),
    Column(_("提出"), lambda row: row.proposed_by_name),
    Column(_("时间"), lambda row: row.proposed_at, Shape.MOMENT),
)


class CampaignForm(Sheet):
    """What is awarded, and to whom; who a list of names is, is looked up by the view."""

    source = forms.ChoiceField(
        label=_("哪些人"),
        choices=[
            ("area", _("这个地方的每个人")),
            ("household", _("每户一人")),
            ("age", _("某个年龄段的人")),
            ("list", _("一份名单")),
        ],
        initial="area",
        widget=forms.RadioSelect,
    )
    area = forms.ChoiceField(label=_("哪个地方"))
    age_from = forms.IntegerField(label=_("满几岁"), min_value=0, max_value=120, required=False)
    age_to = forms.IntegerField(label=_("到几岁"), min_value=0, max_value=120, required=False)
    names = forms.CharField(
        label=_("名单"), widget=forms.Textarea(attrs={"rows": 5}), required=False
    )
    sheet = forms.FileField(
        label=_("或一张 Excel 表"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )
    title = forms.CharField(
        label=_("名称"), max_length=60, error_messages={"required": _("请写名称。")}
    )
    rule_code = forms.CharField(
        label=_("做了什么"), max_length=80, error_messages={"required": _("请选择一项。")}
    )
    happened_on = forms.DateField(
        label=_("哪一天"),
        widget=DayInput,
        error_messages={"required": _("请选择日期。"), "invalid": _("请选择日期。")},
    )
    quantity = forms.IntegerField(label=_("每人数量"), min_value=1, max_value=100, initial=1)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)
    photos = PhotosField(label=_("照片或证明"))

    def __init__(self, *args: Any, areas: tuple[AreaRow, ...], **kwargs: Any) -> None:
        """``areas`` are the places that may be chosen, the post's own first."""
        super().__init__(*args, **kwargs)
        chosen = self.fields["area"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [(str(each.id), each.name) for each in areas]
        self.fields["happened_on"].initial = clock.today
        self.fields["happened_on"].widget.attrs["max"] = clock.today().isoformat()


class DecideForm(Sheet):
    """A step of a campaign, with the reason where people are told one."""

    reason = forms.CharField(label=_("理由"), max_length=200, required=False)


@requires(READ)
@takes_post
def campaigns(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List campaigns, the newest first. POST gives them as Excel."""
    listing = Listing(
        "campaigns",
        _("批量记分"),
        COLUMNS,
        lambda after, limit: points.campaigns(request.actor, after=after, limit=limit),
        empty=_("还没有批量记分。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "table": tables.shown(request, listing),
        "may_propose": request.actor.may(PROPOSE).allowed,
    }
    return TemplateResponse(request, "desk/campaigns.html", context)


@requires(PROPOSE)
@takes_post
def new_campaign(request: SeatedRequest) -> HttpResponse:
    """Say what is awarded and to whom, and propose it."""
    with reading(request):
        areas = _areas(request)
    if request.method != "POST":
        return _show_new(request, CampaignForm.fresh(request, areas=areas), ())
    form = CampaignForm(request.POST, request.FILES, areas=areas)
    unclear: tuple[tuple[str, str], ...] = ()
    if form.checked():
        with form.refusals():
            with reading(request):
                people, unclear = _people(request, form)
            if not unclear:
                row = _propose(request, form, people)
                return HttpResponseRedirect(reverse("desk-campaign", args=[row.id]))
            form.add_error(None, _("有些名字没有对上，请改正后再提交。"))
            form.status = 422
    with reading(request):
        return _show_new(request, form, unclear)


def _people(
    request: SeatedRequest, form: CampaignForm
) -> tuple[tuple[UUID, ...], tuple[tuple[str, str], ...]]:
    """Return whom the form means, and the names that are nobody or several."""
    values, actor = form.cleaned_data, request.actor
    if values["source"] == "list":
        lines = rolls.pasted(values["names"])
        if values["sheet"]:
            lines += rolls.from_workbook(
                values["sheet"].read(SHEET_BYTES_MAX + 1), values["sheet"].name
            )
        found = rolls.found(actor, lines)
        return found.people, found.open
    of_age = values["source"] == "age"
    people = directory.people_living_in(
        actor,
        UUID(values["area"]),
        age_from=values["age_from"] if of_age else None,
        age_to=values["age_to"] if of_age else None,
        one_per_household=values["source"] == "household",
    )
    return people, ()


def _propose(request: SeatedRequest, form: CampaignForm, people: tuple[UUID, ...]) -> CampaignRow:
    values = form.cleaned_data
    photos = values["photos"] or []
    source = {"household": CampaignSource.AREA}.get(values["source"])
    return points_actions.propose_campaign(
        actor=request.actor,
        key=values["key"],
        area_id=UUID(values["area"]),
        title=values["title"],
        source=source or CampaignSource(values["source"]),
        rule_code=values["rule_code"],
        happened_on=values["happened_on"],
        quantity=values["quantity"],
        note=values["note"],
        person_ids=people,
        evidence=store_shared(request.actor, photos, values["key"]) if photos else (),
    )


def _areas(request: SeatedRequest) -> tuple[AreaRow, ...]:
    """Return the place of the post and those directly below it, grids too."""
    own = directory.area_by_code(request.actor.scope_code)
    return (own, *directory.children(own.id))


def _rules(areas: tuple[AreaRow, ...]) -> tuple[RuleRow, ...]:
    """Return the public rules in force at any of the places, each once."""
    found: dict[str, RuleRow] = {}
    for area in areas:
        for rule in rules_at(area.id):
            found.setdefault(rule.code, rule)
    return tuple(found.values())


def _show_new(
    request: SeatedRequest, form: CampaignForm, unclear: tuple[tuple[str, str], ...]
) -> HttpResponse:
    context = {
        "form": form,
        "unclear": unclear,
        "classes": by_class(_rules(_areas(request))),
        "chosen": form["rule_code"].value() or "",
    }
    return TemplateResponse(request, "desk/campaign_new.html", context, status=form.status)


@requires(READ)
@takes_post
def campaign(request: SeatedRequest, campaign_id: UUID) -> HttpResponse | FileResponse:
    """Show a campaign with its people; POST decides, takes somebody out, or gives Excel."""
    out = request.GET.get("who") == "out"
    listing = Listing(
        "campaign-out" if out else "campaign-people",
        _("批量记分名单"),
        _line_columns(campaign_id, out=out),
        lambda after, limit: points.campaign_lines(
            request.actor, campaign_id, left_out=out, after=after, limit=limit
        ),
        empty=_("没有人。"),
    )
    if request.method != "POST":
        return _show(request, campaign_id, listing, DecideForm.fresh(request))
    if "list" in request.POST:
        return excel.download(request, listing)
    form = DecideForm(request.POST)
    if form.checked():
        with form.refusals():
            _act(request, campaign_id, form)
            return HttpResponseRedirect(reverse("desk-campaign", args=[campaign_id]))
    with reading(request):
        return _show(request, campaign_id, listing, form)


def _line_columns(campaign_id: UUID, *, out: bool) -> tuple[Column[CampaignLineRow], ...]:
    where = reverse("desk-campaign", args=[campaign_id])
    last: Column[CampaignLineRow] = (
        Column(_("原因"), lambda row: REASONS[row.reason] if row.reason else "")
        if out
        else Column(_("积分"), lambda row: row.points, Shape.POINTS)
    )
    return (
        Column(
            _("姓名"),
            lambda row: row.person_name,
            url=lambda row: f"{where}?take={row.id}" if row.state == "listed" else "",
        ),
        Column(_("住户"), lambda row: row.household_label),
        Column(_("社区"), lambda row: row.village_name),
        last,
        Column(_("状态"), lambda row: LINE_STATES[row.state]),
    )


def _act(request: SeatedRequest, campaign_id: UUID, form: DecideForm) -> None:
    values, data, actor = form.cleaned_data, request.POST, request.actor
    asked = {"actor": actor, "key": values["key"], "campaign_id": campaign_id}
    version = int(data["version"]) if data.get("version", "").isdecimal() else 0
    match data.get("do", ""):
        case "take":
            points_actions.take_out(
                **asked, line_id=_line_id(data.get("line", "")), reason=values["reason"]
            )
        case "ask_undo":
            points_actions.ask_to_undo_campaign(**asked, reason=values["reason"])
        case "undo":
            points_actions.undo_campaign(**asked, expected_version=version)
        case verb if verb in ("approve", "reject", "withdraw", "stop"):
            points_actions.decide_campaign(
                **asked,
                expected_version=version,
                verb=CampaignVerb(verb),
                reason=values["reason"],
            )


def _line_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _show(
    request: SeatedRequest,
    campaign_id: UUID,
    listing: Listing[CampaignLineRow],
    form: DecideForm,
) -> HttpResponse:
    actor = request.actor
    row = points.campaign(actor, campaign_id)
    parts = points.campaign_parts(actor, campaign_id)
    left = points.left_out_counts(actor, campaign_id)
    own, may_review = row.proposed_by_id == actor.id, actor.may("points.claim.review").allowed
    may_propose = actor.may(PROPOSE).allowed
    asked_undo = row.undo_asked_by_id is not None and row.state is CampaignState.POSTED
    context = {
        "row": row,
        "state": STATES[row.state],
        "parts": parts,
        "left": [(REASONS[reason], many) for reason, many in left.items()],
        "left_total": sum(left.values()),
        "due": bool(parts)
        and all(
            each.sheet_id is None
            or (each.notice_until is not None and each.notice_until < clock.today())
            for each in parts
        ),
        "out": request.GET.get("who") == "out",
        "take": request.GET.get("take", "") or request.POST.get("line", ""),
        "may_decide": row.state is CampaignState.PROPOSED and may_review and not own,
        "may_withdraw": row.state is CampaignState.PROPOSED and own,
        "may_stop": row.state is CampaignState.ON_NOTICE and may_review and not row.posted,
        "may_take": row.state in (CampaignState.PROPOSED, CampaignState.ON_NOTICE) and may_propose,
        "may_ask_undo": row.state is CampaignState.POSTED and may_propose and not asked_undo,
        "may_undo": asked_undo and may_review and row.undo_asked_by_id != actor.id,
        "asked_undo": asked_undo,
        "may_see_files": actor.may("files.document.read").allowed,
        "table": tables.shown(request, listing),
        "form": form,
    }
    return TemplateResponse(request, "desk/campaign.html", context, status=form.status)
