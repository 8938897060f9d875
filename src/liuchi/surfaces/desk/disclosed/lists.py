"""What is due and what is under way, the list of all postings, and a new one."""

from __future__ import annotations

from datetime import date, timedelta
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
from liuchi.engines.disclosures.enums import PostingState
from liuchi.engines.disclosures.queries import CheckedRow, ItemCell, PostingRow
from liuchi.engines.disclosures.spec import (
    FAULT_STANDING_WORDS,
    FAULT_WORDS,
    STANDING_WORDS,
    STATE_WORDS,
)
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.disclosed import period_words
from liuchi.surfaces.components.forms import DayInput, Sheet, say
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape

READ, WRITE = "disclosures.posting.read", "disclosures.posting.write"
RELEASE, CHECK = "disclosures.posting.release", "disclosures.posting.check"
WAITING_SHOWN = 60
UNDER_WAY = (PostingState.SUBMITTED, PostingState.SENT_BACK, PostingState.DRAFT)
COLUMNS: tuple[Column[PostingRow], ...] = (
    Column(
        _("事项"),
        lambda row: row.item_title,
        url=lambda row: reverse("desk-disclosure", args=[row.id]),
    ),
    Column(_("期间"), lambda row: period_words(row.first, row.end)),
    Column(_("内容"), lambda row: row.subject),
    Column(_("村（社区）"), lambda row: row.area_name),
    Column(_("条数"), lambda row: row.row_count, Shape.NUMBER),
    Column(_("版本"), lambda row: row.version, Shape.NUMBER),
    Column(_("状态"), lambda row: STATE_WORDS[row.state]),
    Column(_("应发布"), lambda row: row.due_on, Shape.DAY),
    Column(_("发布"), lambda row: row.released_at, Shape.MOMENT),
)


class NewForm(Sheet):
    """Which item, of which village, about which day."""

    item = forms.ChoiceField(label=_("事项"))
    area = forms.ChoiceField(label=_("村（社区）"))
    on = forms.DateField(
        label=_("期间里的任意一天"),
        widget=DayInput,
        error_messages={"required": _("请选择日期。"), "invalid": _("请选择日期。")},
    )
    subject = forms.CharField(label=_("什么事"), max_length=60, required=False)

    def __init__(
        self,
        *args: object,
        villages: tuple[AreaRow, ...],
        items: list[tuple[str, str]],
        **kwargs: object,
    ) -> None:
        """Offer the villages of the post's area and the items of the first of them."""
        super().__init__(*args, **kwargs)
        for name, choices in (("item", items), ("area", [(str(v.id), v.name) for v in villages])):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices


@requires(READ)
@takes_post
def listed(request: SeatedRequest) -> HttpResponse | FileResponse:
    """Show what is due, what is under way and all postings. POST gives them as Excel."""
    actor = request.actor
    listing = Listing(
        "postings",
        _("公示"),
        COLUMNS,
        lambda after, limit: disclosures.postings(actor, after=after, limit=limit),
        empty=_("还没有公示过。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    place = place_of(actor)
    waiting = disclosures.waiting(actor, place)
    held = disclosures.postings(actor, states=UNDER_WAY, limit=50).rows
    begun = {(each.area_id, each.playbook, each.item_code, each.first) for each in held}
    waiting = tuple(
        w for w in waiting if (w.area_id, w.playbook, w.item_code, w.cell.first) not in begun
    )
    names = directory.areas({each.area_id for each in waiting})
    context = {
        "waiting": [_due(each, names[each.area_id].name) for each in waiting[:WAITING_SHOWN]],
        "more": max(0, len(waiting) - WAITING_SHOWN),
        "under_way": [
            (row, period_words(row.first, row.end), say(STATE_WORDS[row.state]))
            for row in sorted(held, key=lambda row: UNDER_WAY.index(row.state))
        ],
        "many_villages": len(names) > 1,
        "faults": _faults(actor),
        "table": tables.shown(request, listing),
        "may_write": actor.may(WRITE).allowed,
    }
    return TemplateResponse(request, "desk/disclosed/list.html", context)


@requires(WRITE)
@takes_post
def new(request: SeatedRequest) -> HttpResponse:
    """Begin a posting; an address from the list of what is due fills the form in."""
    with reading(request):
        villages = disclosures.villages_of(request.actor, place_of(request.actor))
        items = _items(villages)
    if request.method != "POST":
        asked = {name: request.GET.get(name, "") for name in ("item", "area", "on")}
        asked["on"] = asked["on"] or clock.today().isoformat()
        form = NewForm.fresh(request, villages=villages, items=items, initial=asked)
        return _show_new(request, form)
    form = NewForm(request.POST, villages=villages, items=items)
    if form.checked():
        values = form.cleaned_data
        playbook, _slash, code = values["item"].partition("/")
        with form.refusals():
            made = actions.begin_posting(
                actor=request.actor,
                key=values["key"],
                area_id=UUID(values["area"]),
                playbook=playbook,
                item_code=code,
                on=values["on"],
                subject=values["subject"],
            )
            return HttpResponseRedirect(reverse("desk-disclosure", args=[made]))
    with reading(request):
        return _show_new(request, form)


def _faults(actor: Actor) -> list[tuple[CheckedRow, str, str]]:
    """Return what spot checks found and nobody has struck off, in words."""
    return [
        (row, "" if row.fault is None else say(FAULT_WORDS[row.fault]),
         say(FAULT_STANDING_WORDS[row.standing]))
        for row in disclosures.checked(actor, open_only=True, limit=20)
    ]  # fmt: skip


def place_of(actor: Actor) -> UUID:
    """Return the place a post is held at; NotFound for who has none."""
    if actor.area_id is None:
        raise NotFound("area")
    return actor.area_id


def _due(each: ItemCell, village: str) -> dict[str, object]:
    on: date = each.cell.end - timedelta(days=1)
    query = f"?item={each.playbook}/{each.item_code}&area={each.area_id}&on={on}"
    return {
        "title": each.item_title,
        "village": village,
        "period": period_words(each.cell.first, each.cell.end),
        "due_on": each.cell.due_on,
        "standing": each.cell.standing,
        "words": say(STANDING_WORDS[each.cell.standing]),
        "url": reverse("desk-disclosure-new") + query,
    }


def _items(villages: tuple[AreaRow, ...]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for village in villages:
        for row in disclosures.items_of(village.id, clock.today()):
            if row.applies:
                found.setdefault(f"{row.playbook}/{row.spec.code}", row.spec.title)
    return list(found.items())


def _show_new(request: SeatedRequest, form: NewForm) -> HttpResponse:
    return TemplateResponse(request, "desk/disclosed/new.html", {"form": form}, status=form.status)
