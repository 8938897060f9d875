"""The page a unit fills in: on the page, or by a workbook that is tried and shown first."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.collect import actions, rules
from liuchi.engines.collect import queries as collect
from liuchi.engines.collect.enums import Origin, ReplyState
from liuchi.engines.collect.queries import ORIGIN_WORDS, STATE_WORDS, Answer, TableRow
from liuchi.kernel import sheets
from liuchi.kernel.errors import Conflict, Invalid
from liuchi.surfaces.components import excel
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.desk.collecting.reply_form import ReplyForm, held_values


@requires("collect.reply.fill")
@takes_post
def reply(request: SeatedRequest, reply_id: UUID) -> HttpResponse:
    """Fill in a table, keep it unfinished, or hand it in."""
    with reading(request):
        asked, row = collect.asked(request.actor, reply_id)
        if request.method != "POST":
            columns = [column for column in asked.columns if column.asked]
            form = ReplyForm.fresh(request, table=asked, initial=held_values(row, columns))
            return _show(request, form, asked, row)
        form = ReplyForm(request.POST, request.FILES, table=asked)
        if form.grown() or not form.checked():
            return _show(request, form, asked, row)
        if form.cleaned_data["step"] == "upload":
            return _try(request, form, asked, row)
    values, rows = form.cleaned_data, form.rows()
    if values["step"] == "hand_in":
        form.open_wrong()
    with form.refusals():
        actions.save(
            actor=request.actor,
            key=values["key"],
            reply_id=reply_id,
            rows=rows,
            hand_in=values["step"] == "hand_in",
            expected_version=values["version"],
            origin=Origin.EXCEL if values["origin"] == Origin.EXCEL else Origin.TYPED,
        )
        done = "in" if values["step"] == "hand_in" else "kept"
        address = reverse("desk-collect-reply", args=[reply_id])
        return HttpResponseRedirect(f"{address}?done={done}")
    with reading(request):
        asked, row = collect.asked(request.actor, reply_id)
        if form.status == Conflict.status:
            form.newer(row.version)
        return _show(request, form, asked, row)


@requires("collect.reply.fill")
def template(request: SeatedRequest, reply_id: UUID) -> HttpResponse:
    """Give the table as a workbook, with what is held filled in."""
    asked, row = collect.asked(request.actor, reply_id)
    content = sheets.write([rules.template(asked.title, asked.columns, row.values)])
    return excel.attachment(content, f"{asked.title} {row.area_name}")


def _try(request: SeatedRequest, form: ReplyForm, asked: TableRow, row: Answer) -> HttpResponse:
    """Show what a workbook would fill in and what is wrong with it. Nothing is saved."""
    file = form.cleaned_data["file"]
    if file is None:
        form.add_error("file", str(_("请选择一个文件。")))
        form.status = Invalid.status
        return _show(request, form, asked, row)
    with form.refusals():
        read = rules.read_workbook(asked.columns, file.read(), file.name)
        if len(read.rows) > asked.rows_max:
            raise rules.too_many_rows(len(read.rows), asked.rows_max)
        form.show(read.rows, version=form.cleaned_data["version"], origin=Origin.EXCEL)
        return _show(request, form, asked, row, problems=read.problems, tried=len(read.rows))
    return _show(request, form, asked, row)


def _show(
    request: SeatedRequest,
    form: ReplyForm,
    asked: TableRow,
    row: Answer,
    *,
    problems: tuple[rules.Problem, ...] = (),
    tried: int | None = None,
) -> HttpResponse:
    first = row.rows[0] if row.rows else {}
    context = {
        "row": row,
        "asked": asked,
        "form": form,
        "state": STATE_WORDS[row.state],
        "held": [
            (c.title, first[c.code]["v"], ORIGIN_WORDS[Origin(first[c.code]["from"])])
            for c in asked.columns
            if not c.asked and c.code in first
        ],
        "earlier": any(cell["from"] == Origin.EARLIER for cell in first.values()),
        "is_in": row.state is ReplyState.HANDED_IN,
        "problems": problems,
        "tried": tried,
        "done": request.GET.get("done", ""),
    }
    return TemplateResponse(request, "desk/collect_reply.html", context, status=form.status)
