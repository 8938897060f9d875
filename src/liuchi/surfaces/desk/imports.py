"""Excel in, three decisions: which file, which columns, and whether to go on.

What a file holds is known to the work of its target; the pages show counts, places and
sentences. Nothing is stored before the third decision, and that can be undone.
"""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.files import actions as files_actions
from liuchi.engines.files import queries as files
from liuchi.engines.files import rules as files_rules
from liuchi.engines.files.actions import imports as actions
from liuchi.engines.files.enums import ImportState
from liuchi.engines.files.queries import ImportRow
from liuchi.engines.files.rules import UndoReport
from liuchi.kernel.errors import LiuchiError
from liuchi.kernel.ids import new_id
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import Sheet, say
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.second_factor import ask_second_factor
from liuchi.surfaces.components.tables import Listing
from liuchi.surfaces.desk import columns, import_words
from liuchi.surfaces.desk.import_forms import ChooseForm, ReceiveForm, chosen, header_rows
from liuchi.surfaces.desk.import_forms import offered as sheets_of

RUN = "directory.import.run"
BAD_ROWS = "bad-rows"
AT_WORK = (ImportState.RECEIVED, ImportState.CHOSEN, ImportState.CHECKED)


@requires(RUN)
@takes_post
def imports(request: SeatedRequest) -> HttpResponse | FileResponse:
    """Choose what to import; below it what was imported before. POST gives that as Excel."""
    listing = Listing(
        "imports",
        _("导入记录"),
        columns.IMPORTS,
        lambda after, limit: import_words.lines(
            files.imports(request.actor, after=after, limit=limit)
        ),
        empty=_("还没有导入过。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "targets": files_rules.targets(request.actor),
        "table": tables.shown(request, listing),
    }
    return TemplateResponse(request, "desk/imports.html", context)


@requires(RUN)
def template(request: SeatedRequest, target: str) -> HttpResponse:
    """Give the empty table of a target, with a sheet that says how to fill it in."""
    wanted = files_rules.target(target)
    request.actor.may(wanted.run_verb).or_refuse()
    return excel.attachment(import_words.template(wanted), say(wanted.title))


@requires(RUN)
@takes_post
def receive(request: SeatedRequest, target: str) -> HttpResponseBase:
    """First decision: the file."""
    wanted = files_rules.target(target)
    request.actor.may(wanted.run_verb).or_refuse()
    if wanted.is_administration and (asked := ask_second_factor(request)):
        return asked
    form = ReceiveForm(request.POST, request.FILES) if request.method == "POST" else None
    if form is not None and form.checked():
        try:
            made = actions.receive(
                form.content(),
                form.name(),
                target=target,
                actor=request.actor,
                key=form.cleaned_data["key"],
            )
            return HttpResponseRedirect(reverse("desk-import-columns", args=[made.id]))
        except LiuchiError as error:
            form.refuse_file(error)
    form = form or ReceiveForm.fresh(request)
    context = {"target": wanted, "form": form, "fields": import_words.fields(wanted)}
    return TemplateResponse(request, "desk/import_file.html", context, status=form.status)


@requires(RUN)
@takes_post
def choose(request: SeatedRequest, import_id: UUID) -> HttpResponse:
    """Second decision: which column is what. Goes on to the dry run."""
    if request.method != "POST":
        return _show_columns(request, import_id, ChooseForm.fresh(request))
    form = ChooseForm(request.POST)
    with reading(request):
        row = files.imported(request.actor, import_id)
    if form.checked():
        with form.refusals():
            actions.choose_columns(
                import_id,
                chosen(row, request.POST),
                purpose=form.cleaned_data["purpose"],
                actor=request.actor,
                key=form.cleaned_data["key"],
            )
            actions.check(import_id, actor=request.actor)
            return HttpResponseRedirect(reverse("desk-import", args=[import_id]))
    with reading(request):
        return _show_columns(request, import_id, form)


@requires(RUN)
@takes_post
def imported(request: SeatedRequest, import_id: UUID) -> HttpResponseBase:
    """Third decision: the dry run's report, then the result, and taking it back."""
    with reading(request):
        target = files_rules.target(files.imported(request.actor, import_id).target)
    if target.is_administration and (asked := ask_second_factor(request)):
        return asked
    if request.method != "POST":
        return _show(request, import_id, StepForm.fresh(request))
    if request.POST.get("list") == BAD_ROWS:
        return _bad_rows(request, import_id)
    form = StepForm(request.POST)
    undone = None
    if form.checked():
        key, step = form.cleaned_data["key"], request.POST.get("step")
        with form.refusals():
            if step == "run":
                actions.run(import_id, actor=request.actor, key=key)
            elif step == "undo":
                undone = actions.undo(import_id, actor=request.actor, key=key)
            elif step == "abandon":
                actions.abandon(import_id, actor=request.actor)
                return HttpResponseRedirect(reverse("desk-imports"))
            if undone is None:
                return HttpResponseRedirect(reverse("desk-import", args=[import_id]))
    with reading(request):
        return _show(request, import_id, form, undone)


@requires(RUN)
def progress(request: SeatedRequest, import_id: UUID) -> JsonResponse:
    """Say how many rows of a table have been read, for the page that waits for it."""
    with reading(request):
        files.imported(request.actor, import_id)  # of another place: not found
    read, rows = files.progress(import_id) or (0, 0)
    return JsonResponse({"read": read, "rows": rows})


class StepForm(Sheet):
    """Go on, take back or give up: nothing to fill in."""


def _bad_rows(request: SeatedRequest, import_id: UUID) -> FileResponse | HttpResponse:
    """Give the refused rows with what is wrong in each, to be mended and sent again."""
    with reading(request):
        row = files.imported(request.actor, import_id)
        content = files.bad_rows(request.actor, import_id)
    files_actions.export_list(
        actor=request.actor,
        key=str(new_id()),
        listing="import-bad-rows",
        rows=row.counts.get("refused", 0),
    )
    return excel.attachment(content, str(_("要改的行")))


def _show_columns(request: SeatedRequest, import_id: UUID, form: ChooseForm) -> HttpResponse:
    row = files.imported(request.actor, import_id)
    if row.state not in AT_WORK:
        return HttpResponseRedirect(reverse("desk-import", args=[import_id]))
    given = request.POST if request.method == "POST" else request.GET
    offer = files.offer(request.actor, import_id, header_rows=header_rows(row, given))
    sheets = sheets_of(offer, given if request.method == "POST" else None)
    context = {
        "import": row,
        "target": offer.target,
        "sheets": sheets,
        "has_off": any(column.off_title for sheet in sheets for column in sheet.columns),
        "form": form,
    }
    return TemplateResponse(request, "desk/import_columns.html", context, status=form.status)


def _show(
    request: SeatedRequest, import_id: UUID, form: StepForm, undone: UndoReport | None = None
) -> HttpResponse:
    row = files.imported(request.actor, import_id)
    if row.state in {ImportState.RECEIVED, ImportState.CHOSEN}:
        return HttpResponseRedirect(reverse("desk-import-columns", args=[import_id]))
    target = files_rules.target(row.target)
    problems = files.problems(request.actor, import_id)
    context = {
        "import": row,
        "target": target,
        "good": _good(row),
        "groups": import_words.grouped(problems),
        "undone": undone,
        "undone_groups": import_words.grouped(undone.rows if undone else ()),
        "is_checked": row.state == ImportState.CHECKED,
        "is_done": row.state == ImportState.DONE,
        "is_undone": row.state == ImportState.UNDONE,
        "may_undo": request.actor.may(target.undo_verb).allowed,
        "form": form,
    }
    return TemplateResponse(request, "desk/import.html", context, status=form.status)


def _good(row: ImportRow) -> int:
    return sum(row.counts.get(name, 0) for name in ("new", "changed", "unchanged"))
