"""Collecting 收表: what is asked, who is missing, and the page a unit fills in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.collect import actions, rules
from liuchi.engines.collect import queries as collect
from liuchi.engines.collect.actions import Sending
from liuchi.engines.collect.enums import Origin
from liuchi.engines.collect.queries import ORIGIN_WORDS, STATE_WORDS, ReplyRow, TableRow
from liuchi.kernel import clock, sheets
from liuchi.kernel.errors import Conflict, Invalid
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import say
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape
from liuchi.surfaces.desk.collect_forms import NextForm, ReplyForm, TableForm, held_values

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
)


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


@requires("collect.table.send")
@takes_post
def new(request: SeatedRequest) -> HttpResponse:
    """Send a table to units."""
    with reading(request):
        given = _choices(request)
        if request.method != "POST":
            initial = {"owner_id": request.actor.id, "ends_on": clock.today()}
            return _show_new(request, TableForm.fresh(request, initial=initial, **given))
        form = TableForm(request.POST, **given)
        if form.grown() or not form.checked():
            return _show_new(request, form)
    with form.refusals():
        row = actions.send(
            actor=request.actor, key=form.cleaned_data["key"], sending=_sending(form)
        )
        return HttpResponseRedirect(reverse("desk-collect-table", args=[row.id]))
    with reading(request):
        return _show_new(request, form)


@requires("collect.table.read")
@takes_post
def table(request: SeatedRequest, table_id: UUID) -> HttpResponse:
    """Show who has handed in and who is missing; POST takes the next step."""
    if request.method != "POST":
        return _show_table(request, table_id, NextForm.fresh(request))
    form = NextForm(request.POST)
    if form.checked():
        with form.refusals():
            _step(request, table_id, form.cleaned_data)
            return HttpResponseRedirect(reverse("desk-collect-table", args=[table_id]) + "?done=1")
    with reading(request):
        return _show_table(request, table_id, form)


@requires("collect.table.read")
def merged(request: SeatedRequest, table_id: UUID) -> HttpResponse:
    """Give all answers as one workbook, with a sheet that says where each value comes from."""
    row = collect.table(request.actor, table_id)
    return excel.attachment(sheets.write(collect.merged(request.actor, table_id)), row.title)


@requires("collect.reply.fill")
@takes_post
def reply(request: SeatedRequest, reply_id: UUID) -> HttpResponse:
    """Fill in a table: on the page, or by a workbook that is tried and shown before anything."""
    with reading(request):
        asked, row = collect.asked(request.actor, reply_id)
        if request.method != "POST":
            form = ReplyForm.fresh(request, table=asked, initial=_initial(asked, row))
            return _show_reply(request, form, asked, row)
        form = ReplyForm(request.POST, request.FILES, table=asked)
        if form.grown() or not form.checked():
            return _show_reply(request, form, asked, row)
        if form.cleaned_data["step"] == "upload":
            return _try(request, form, asked, row)
    with form.refusals():
        values = form.cleaned_data
        excel_made = values["origin"] == Origin.EXCEL
        actions.save(
            actor=request.actor,
            key=values["key"],
            reply_id=reply_id,
            rows=form.rows(),
            hand_in=values["step"] == "hand_in",
            expected_version=values["version"],
            origin=Origin.EXCEL if excel_made else Origin.TYPED,
        )
        return HttpResponseRedirect(reverse("desk-collect-reply", args=[reply_id]) + "?done=1")
    with reading(request):
        asked, row = collect.asked(request.actor, reply_id)
        if form.status == Conflict.status:
            form.newer(row.version)
        return _show_reply(request, form, asked, row)


@requires("collect.reply.fill")
def template(request: SeatedRequest, reply_id: UUID) -> HttpResponse:
    """Give the table as a workbook, with what is held filled in."""
    asked, row = collect.asked(request.actor, reply_id)
    content = sheets.write([rules.template(asked.title, asked.columns, row.values)])
    return excel.attachment(content, f"{asked.title} {row.area_name}")


def _choices(request: SeatedRequest) -> dict[str, Any]:
    actor = request.actor
    return {
        "units": [(each.id, each.name) for each in collect.units(actor)],
        "owners": collect.owners(actor, actor.area_id) if actor.area_id else (),
        "counted": collect.counted(actor),
    }


def _sending(form: TableForm) -> Sending:
    values = form.cleaned_data
    names = ("title", "owner_id", "ends_on", "note", "purpose", "retain_days", "rows_max")
    return Sending(
        columns=form.columns(),
        unit_ids=tuple(values["unit_ids"]),
        **{name: values[name] for name in names},
    )


def _step(request: SeatedRequest, table_id: UUID, values: dict[str, Any]) -> None:
    given = {"actor": request.actor, "key": values["key"]}
    match values["step"]:
        case "remind":
            actions.remind(**given, table_id=table_id)
        case "close":
            actions.close(**given, table_id=table_id)
        case "prolong":
            actions.prolong(**given, table_id=table_id, ends_on=values["ends_on"] or clock.today())
        case "hand_over":
            actions.hand_over(**given, table_id=table_id, owner_id=values["owner_id"] or table_id)
        case _:
            actions.send_back(
                **given, reply_id=values["reply_id"] or table_id, reason=values["reason"]
            )


def _try(request: SeatedRequest, form: ReplyForm, asked: TableRow, row: ReplyRow) -> HttpResponse:
    """Show what a workbook would fill in and what is wrong with it. Nothing is saved."""
    file = form.cleaned_data["file"]
    if file is None:
        form.add_error("file", str(_("请选择一个文件。")))
        form.status = Invalid.status
        return _show_reply(request, form, asked, row)
    with form.refusals():
        read = rules.read_workbook(asked.columns, file.read(), file.name)
        form.show(read.rows, version=form.cleaned_data["version"], origin=Origin.EXCEL)
        return _show_reply(request, form, asked, row, problems=read.problems, tried=len(read.rows))
    return _show_reply(request, form, asked, row)


def _initial(asked: TableRow, row: ReplyRow) -> dict[str, object]:
    return held_values(row, [column for column in asked.columns if column.asked])


def _show_new(request: SeatedRequest, form: TableForm) -> HttpResponse:
    context = {"form": form}
    return TemplateResponse(request, "desk/collect_new.html", context, status=form.status)


def _show_table(request: SeatedRequest, table_id: UUID, form: NextForm) -> HttpResponse:
    actor = request.actor
    row = collect.table(actor, table_id)
    may_send = actor.may("collect.table.send").allowed
    context = {
        "row": row,
        "form": form,
        "replies": [(each, _answers(row, each)) for each in collect.replies(actor, table_id)],
        "states": STATE_WORDS,
        "may_send": may_send,
        "owners": collect.owners(actor, row.area_id) if may_send else (),
        "just_done": "done" in request.GET,
        "today": clock.today(),
    }
    return TemplateResponse(request, "desk/collect_table.html", context, status=form.status)


def _answers(row: TableRow, each: ReplyRow) -> list[list[tuple[str, str, str]]]:
    """Return each value of an answer with its column and where it came from."""
    return [
        [
            (c.title, cells[c.code]["v"], say(ORIGIN_WORDS[Origin(cells[c.code]["from"])]))
            for c in row.columns
            if c.code in cells and cells[c.code]["v"]
        ]
        for cells in each.rows
    ]


def _show_reply(
    request: SeatedRequest,
    form: ReplyForm,
    asked: TableRow,
    row: ReplyRow,
    *,
    problems: tuple[rules.Problem, ...] = (),
    tried: int | None = None,
) -> HttpResponse:
    held = [column for column in asked.columns if not column.asked]
    first = row.rows[0] if row.rows else {}
    context = {
        "row": row,
        "asked": asked,
        "form": form,
        "state": STATE_WORDS[row.state],
        "held": [
            (c.title, first[c.code]["v"], ORIGIN_WORDS[Origin(first[c.code]["from"])])
            for c in held
            if c.code in first
        ],
        "problems": problems,
        "tried": tried,
        "just_done": "done" in request.GET,
    }
    return TemplateResponse(request, "desk/collect_reply.html", context, status=form.status)
