"""Which items apply to which villages: for one village with its history, for many at once."""

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
from liuchi.engines.disclosures import actions
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.queries import AppliesRow, ItemRow
from liuchi.engines.disclosures.spec import ORIGIN_WORDS
from liuchi.kernel import clock
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.disclosed import with_mark
from liuchi.surfaces.components.forms import DayInput, Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape
from liuchi.surfaces.desk.disclosed.lists import READ, place_of

APPLY = "disclosures.item.apply"
VILLAGES: tuple[Column[AppliesRow], ...] = (
    Column(
        _("村（社区）"),
        lambda row: with_mark(row.village.name, is_model=row.is_model),
        url=lambda row: reverse("desk-disclosure-village-items", args=[row.village.id]),
    ),
    Column(_("适用"), lambda row: row.applying, Shape.NUMBER),
    Column(_("不适用"), lambda row: len(row.excepted), Shape.NUMBER),
    Column(_("不适用的事项"), lambda row: "、".join(row.excepted)),
)
ITEMS: tuple[Column[ItemRow], ...] = (
    Column(_("事项"), lambda row: row.spec.title),
    Column(_("分类"), lambda row: row.group_title),
    Column(_("来源"), lambda row: ORIGIN_WORDS[row.spec.origin]),
    Column(
        _("适用"),
        lambda row: _("适用") if row.applies else _("不适用"),
        look=lambda row: "" if row.applies else "l-standing is-due",
    ),
    Column(_("理由"), lambda row: row.reason),
    Column(_("从哪天起"), lambda row: row.since, Shape.DAY),
)


class ApplyForm(Sheet):
    """Whether an item applies to some villages, from which day, and why."""

    item = forms.ChoiceField(label=_("事项"))
    villages = forms.MultipleChoiceField(
        label=_("村（社区）"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选一个村（社区）。")},
    )
    applies = forms.ChoiceField(
        label=_("适用吗"),
        widget=forms.RadioSelect,
        choices=[("no", _("不适用")), ("yes", _("适用"))],
    )
    since = forms.DateField(
        label=_("从哪天起"),
        widget=DayInput,
        error_messages={"required": _("请选择日期。"), "invalid": _("请选择日期。")},
    )
    reason = forms.CharField(
        label=_("理由"), max_length=200, error_messages={"required": _("请写明理由。")}
    )

    def __init__(
        self,
        *args: Any,
        villages: tuple[AreaRow, ...],
        items: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        """Offer the items in force and the villages of the post's area."""
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("item", items),
            ("villages", [(str(each.id), each.name) for each in villages]),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices
        if len(villages) == 1:
            self.fields["villages"].widget = forms.MultipleHiddenInput()


@requires(READ)
@takes_post
def villages(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List villages with what does not apply to them. POST sets an item for several at once."""
    actor = request.actor
    with reading(request):
        held = disclosures.applying(actor, place_of(actor))
        every = tuple(row.village for row in held)
        items = _items(tuple(each for row in held for each in row.items))
    listing = Listing(
        "applying",
        _("适用事项"),
        VILLAGES,
        tables.short(lambda: held),
        empty=_("这里的工作法没有公示事项。"),
        paged=False,
    )
    if "list" in request.POST:
        return excel.download(request, listing)
    initial = {"applies": "no", "since": clock.today().isoformat()}
    form = ApplyForm.fresh(request, villages=every, items=items, initial=initial)
    if request.method == "POST":
        form = ApplyForm(request.POST, villages=every, items=items)
        if _applied(request, form):
            return HttpResponseRedirect(reverse("desk-disclosure-items"))
    context = {
        "form": form,
        "table": tables.shown(request, listing),
        "may_apply": actor.may(APPLY).allowed,
        "is_many": True,
    }
    return TemplateResponse(request, "desk/disclosed/items.html", context, status=form.status)


@requires(READ)
@takes_post
def village(request: SeatedRequest, area_id: UUID) -> HttpResponse | FileResponse:
    """Show which items apply to a village, since when, why and by whom it was set."""
    actor = request.actor
    with reading(request):
        area = directory.area(area_id)
        if not actor.covers(area.scope_code) or not area.kind.is_village:
            raise NotFound("area")
        rows = disclosures.items_of(area_id, clock.today())
    listing = Listing(
        "village-items",
        _("适用事项"),
        ITEMS,
        tables.short(lambda: rows),
        empty=_("这里的工作法没有公示事项。"),
        paged=False,
    )
    if "list" in request.POST:
        return excel.download(request, listing)
    initial = {"applies": "no", "since": clock.today().isoformat(), "villages": [str(area_id)]}
    asked: dict[str, Any] = {"villages": (area,), "items": _items(rows)}
    form = ApplyForm.fresh(request, initial=initial, **asked)
    if request.method == "POST":
        form = ApplyForm(request.POST, **asked)
        if _applied(request, form):
            return HttpResponseRedirect(reverse("desk-disclosure-village-items", args=[area_id]))
    with reading(request):
        context = {
            "area": area,
            "model": disclosures.models_standing([area_id]).get(area_id),
            "form": form,
            "table": tables.shown(request, listing),
            "history": disclosures.applicability_history(actor, area_id),
            "may_apply": actor.may(APPLY).allowed,
        }
        return TemplateResponse(request, "desk/disclosed/items.html", context, status=form.status)


def _applied(request: SeatedRequest, form: ApplyForm) -> bool:
    """Set what a form says for each village it names; all of them or, refused, none."""
    if not form.checked():
        return False
    values = form.cleaned_data
    playbook, _slash, code = values["item"].partition("/")
    with form.refusals():
        actions.set_applicability_of(
            actor=request.actor,
            key=values["key"],
            area_ids=[UUID(each) for each in values["villages"]],
            playbook=playbook,
            item_code=code,
            applies=values["applies"] == "yes",
            reason=values["reason"],
            since=values["since"],
        )
        return True
    return False


def _items(rows: tuple[ItemRow, ...]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for row in rows:
        found.setdefault(f"{row.playbook}/{row.spec.code}", row.spec.title)
    return list(found.items())
