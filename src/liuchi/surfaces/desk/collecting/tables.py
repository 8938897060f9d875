"""Tables that were sent: the list, who is missing, what a unit answered, all in one workbook."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.collect import actions
from liuchi.engines.collect import queries as collect
from liuchi.engines.collect.enums import Origin
from liuchi.engines.collect.queries import ORIGIN_WORDS, STATE_WORDS, Answer, ReplyRow, TableRow
from liuchi.engines.files import actions as files
from liuchi.kernel import clock, sheets
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import DayInput, Sheet, say
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape

ROWS_SHOWN = 10
SENT: tuple[Column[TableRow], ...] = (
    Column(
        _("表名"),
        lambda row: row.title,
        url=lambda row: reverse("desk-collect-table", args=[row.id]),
    ),
    Column(_("负责人"), lambda row: row.owner_name),
    Column(_("截止"), lambda row: row.ends_on, Shape.DAY),
    Column(_("已交"), lambda row: row.handed_in, Shape.NUMBER),
    Column(_("未交"), lambda row: row.missing, Shape.NUMBER),
    Column(_("状态"), lambda row: _("在收") if row.takes else _("已截止")),
)
ASKED: tuple[Column[ReplyRow], ...] = (
    Column(
        _("表名"),
        lambda row: row.title,
        url=lambda row: reverse("desk-collect-reply", args=[row.id]),
    ),
    Column(_("单位"), lambda row: row.area_name),
    Column(_("截止"), lambda row: row.ends_on, Shape.DAY),
    Column(_("状态"), lambda row: say(STATE_WORDS[row.state])),
    Column(_("还能填吗"), lambda row: _("能") if row.takes else _("已截止")),
)


class NextForm(Sheet):
    """What happens next to a table."""

    step = forms.ChoiceField(
        choices=[(each, "") for each in ("remind", "close", "prolong", "hand_over")]
    )
    ends_on = forms.DateField(label=_("改到哪天截止"), widget=DayInput, required=False)
    owner_id = forms.UUIDField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Call the day what it is for who prolongs: needed, as the action says."""
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].is_decided_later = True  # type: ignore[attr-defined]


class BackForm(Sheet):
    """Why an answer is sent back."""

    reason = forms.CharField(label=_("哪里要改"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Call the reason what it is: needed, as the action says."""
        super().__init__(*args, **kwargs)
        self.fields["reason"].is_decided_later = True  # type: ignore[attr-defined]


@requires("collect.table.read")
@takes_post
def sent(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List the tables sent out, newest first. POST gives them as Excel."""
    actor = request.actor
    listing = Listing(
        "collect",
        _("收表"),
        SENT,
        lambda after, limit: collect.tables(actor, after=after, limit=limit),
        empty=_("还没有发过表。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "table": tables.shown(request, listing),
        "may_send": actor.may("collect.table.send").allowed,
        "may_fill": actor.may("collect.reply.fill").allowed,
    }
    return TemplateResponse(request, "desk/collect.html", context)


@requires("collect.reply.fill")
@takes_post
def to_fill(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List what one's units are asked for. POST gives it as Excel."""
    actor = request.actor
    listing = Listing(
        "collect-asked",
        _("要填的表"),
        ASKED,
        lambda after, limit: collect.to_fill(actor, after=after, limit=limit),
        empty=_("没有要填的表。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {"table": tables.shown(request, listing)}
    return TemplateResponse(request, "desk/collect_asked.html", context)


@requires("collect.table.read")
@takes_post
def table(request: SeatedRequest, table_id: UUID) -> HttpResponse:
    """Show who has handed in and who is missing; POST takes the next step."""
    if request.method != "POST":
        return _show(request, table_id, NextForm.fresh(request))
    form = NextForm(request.POST)
    if form.checked():
        with form.refusals():
            done = _step(request.actor, table_id, form.cleaned_data)
            return HttpResponseRedirect(reverse("desk-collect-table", args=[table_id]) + done)
    with reading(request):
        return _show(request, table_id, form)


@requires("collect.table.read")
@takes_post
def merged(request: SeatedRequest, table_id: UUID) -> HttpResponse:
    """Give all answers as one workbook; POST, since what leaves the house is journalled."""
    with reading(request):
        row = collect.table(request.actor, table_id)
        if request.method != "POST":
            return HttpResponseRedirect(reverse("desk-collect-table", args=[table_id]))
        answers, sources = collect.merged(request.actor, table_id)
        content = sheets.write([answers, sources])
    files.export_list(
        actor=request.actor,
        key=str(new_id()),
        listing="collect-merged",
        rows=len(list(answers.rows)),
    )
    return excel.attachment(content, row.title)


@requires("collect.table.read")
@takes_post
def answer(request: SeatedRequest, table_id: UUID, reply_id: UUID) -> HttpResponse:
    """Show what a unit answered, and of each value where it comes from; POST sends it back."""
    if request.method != "POST":
        return _show_answer(request, table_id, reply_id, BackForm.fresh(request))
    form = BackForm(request.POST)
    if form.checked():
        with form.refusals():
            values = form.cleaned_data
            actions.send_back(
                actor=request.actor, key=values["key"], reply_id=reply_id, reason=values["reason"]
            )
            address = reverse("desk-collect-table", args=[table_id])
            return HttpResponseRedirect(f"{address}?done=send_back")
    with reading(request):
        return _show_answer(request, table_id, reply_id, form)


def _step(actor: Actor, table_id: UUID, values: dict[str, Any]) -> str:
    """Take a step; return how its page says so."""
    given = {"actor": actor, "key": values["key"], "table_id": table_id}
    match values["step"]:
        case "remind":
            return f"?done=remind&n={actions.remind(**given)}"
        case "close":
            actions.close(**given)
        case "prolong":
            actions.prolong(**given, ends_on=values["ends_on"])
        case _:
            actions.hand_over(**given, owner_id=values["owner_id"] or table_id)
    return f"?done={values['step']}"


def _show(request: SeatedRequest, table_id: UUID, form: NextForm) -> HttpResponse:
    actor = request.actor
    row = collect.table(actor, table_id)
    may_send = actor.may("collect.table.send").allowed
    owners = collect.owners(actor, row.area_id) if may_send else ()
    form.fields["ends_on"].widget.attrs |= {
        "min": clock.today().isoformat(), "max": row.last_day.isoformat()
    }  # fmt: skip
    reminded = request.GET.get("n", "")
    context = {
        "row": row,
        "form": form,
        "replies": [(each, STATE_WORDS[each.state]) for each in collect.replies(actor, table_id)],
        "may_send": may_send,
        "may_fill": actor.may("collect.reply.fill").allowed,
        "owners": owners,
        "owner_left": may_send and row.owner_id not in dict(owners),
        "may_prolong": row.takes and row.last_day > row.ends_on,
        "done": request.GET.get("done", ""),
        "just_sent": "sent" in request.GET,
        "reminded": int(reminded) if reminded.isascii() and reminded.isdigit() else None,
    }
    return TemplateResponse(request, "desk/collect_table.html", context, status=form.status)


def _show_answer(
    request: SeatedRequest, table_id: UUID, reply_id: UUID, form: BackForm
) -> HttpResponse:
    actor = request.actor
    row, each = collect.answer_of(actor, table_id, reply_id)
    context = {
        "row": row,
        "each": each,
        "form": form,
        "state": STATE_WORDS[each.state],
        "rows": [_told(row, each, number) for number in range(min(len(each.rows), ROWS_SHOWN))],
        "may_send": actor.may("collect.table.send").allowed,
        "may_fill": actor.may("collect.reply.fill").allowed,
    }
    return TemplateResponse(request, "desk/collect_answer.html", context, status=form.status)


def _told(row: TableRow, each: Answer, number: int) -> list[tuple[str, str, str]]:
    """Return each value of a row with its column and where it came from."""
    cells = each.rows[number]
    return [
        (c.title, cells[c.code]["v"], say(ORIGIN_WORDS[Origin(cells[c.code]["from"])]))
        for c in row.columns
        if c.code in cells and cells[c.code]["v"]
    ]
