"""One posting at the desk: its rows, its table, what the scan found, its release and its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.disclosures import actions, rules
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.enums import FoundAt, FoundKind, ImportState, PostingState
from liuchi.engines.disclosures.queries import AttachmentRow, PostingDetail
from liuchi.engines.disclosures.rules import FOUND_WORDS, Finding
from liuchi.engines.disclosures.spec import STATE_WORDS, ItemSpec
from liuchi.flows import filling
from liuchi.kernel import sheets
from liuchi.kernel.papers import Place
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.disclosed import period_words
from liuchi.surfaces.components.forms import Sheet, say
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Action, Column, Listing, Shape
from liuchi.surfaces.desk.disclosed.lists import READ, RELEASE, WRITE
from liuchi.surfaces.desk.disclosed.source import origin_of

ROWS_SHOWN = 50
FILE_BYTES_MAX = 8_000_000
_DRAFTS = (PostingState.DRAFT, PostingState.SENT_BACK)
PLACES = {
    FoundAt.CELL: _("第 %(row)s 行「%(column)s」"),
    FoundAt.NOTE: _("说明"),
    FoundAt.TITLE: _("标题"),
    FoundAt.WHY: _("更正理由"),
    FoundAt.FILE_NAME: _("第 %(row)s 张图片的文件名"),
    FoundAt.CAPTION: _("第 %(row)s 张图片的说明"),
    FoundAt.FILE: _("第 %(row)s 张图片"),
    FoundAt.PAPER: _("附件 %(row)s（%(column)s）"),
    FoundAt.PAGE: _("附件 %(row)s 第 %(column)s 页"),
}
_PAPER_PLACES = {
    Place.PAGE: _("正文"),
    Place.HIDDEN: _("看不见的字"),
    Place.DELETED: _("修订中删去的字"),
    Place.COMMENT: _("批注"),
    Place.ANNOTATION: _("批注"),
    Place.FIELD: _("表单里填的"),
    Place.HEADER: _("页眉页脚"),
    Place.ALT: _("图片的替代文字"),
    Place.PROPERTIES: _("文件属性"),
    Place.PICTURE: _("图片里带的信息"),
    Place.BOOKMARK: _("书签"),
    Place.LAYER: _("图层"),
    Place.HIDDEN_SHEET: _("隐藏的工作表"),
    Place.EARLIER: _("以前保存的一版"),
    Place.OTHER: _("文件里别处"),
}


class StepForm(Sheet):
    """A step that needs nothing but itself, or a reason."""

    do = forms.CharField(max_length=20)
    reason = forms.CharField(label=_("理由"), max_length=200, required=False)
    note = forms.CharField(
        label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    sheet = forms.FileField(
        label=_("填好的表"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    brought = forms.UUIDField(required=False)
    row = forms.UUIDField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Call nothing optional that a step asks for."""
        super().__init__(*args, **kwargs)
        for name in ("reason", "sheet"):
            self.fields[name].is_decided_later = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A dry run needs a table."""
        values = super().clean() or self.cleaned_data
        if values.get("do") == "check" and not values.get("sheet"):
            self.add_error("sheet", _("请选择填好的表。"))
        return values


class RowForm(StepForm):
    """One row of an item: a box for each column, named as the action names what is wrong."""

    def __init__(self, *args: Any, item: ItemSpec, **kwargs: Any) -> None:
        """Make the boxes; the action says what may stand in them."""
        super().__init__(*args, **kwargs)
        for column in item.columns:
            name = f"1.{column.code}"
            self.fields[name] = forms.CharField(label=column.title, max_length=200, required=False)
            self.fields[name].is_decided_later = column.required  # type: ignore[attr-defined]
        self.names = [f"1.{column.code}" for column in item.columns]

    @property
    def cells(self) -> dict[str, str]:
        """What was typed, by the columns' codes."""
        return {name[2:]: self.cleaned_data.get(name, "") for name in self.names}

    @property
    def boxes(self) -> list[forms.BoundField]:
        """The boxes of the columns alone."""
        return [self[name] for name in self.names]


@requires(READ)
@takes_post
def posting(request: SeatedRequest, posting_id: UUID) -> HttpResponse | FileResponse:
    """Show a posting as it is prepared and as the public will read it; POST takes a step."""
    with reading(request):
        detail = disclosures.posting(request.actor, posting_id)
    if request.method != "POST":
        return _show(request, detail)
    if "list" in request.POST:
        return excel.download(request, _preview(detail))
    form = RowForm(request.POST, request.FILES, item=detail.item)
    if form.checked():
        with form.refusals():
            return HttpResponseRedirect(_do(request, detail, form))
    with reading(request):
        return _show(request, disclosures.posting(request.actor, posting_id), form)


@requires(READ)
def template(request: SeatedRequest, posting_id: UUID) -> HttpResponse:
    """Give the item's table, empty to fill in; ``?filled=1`` with the rows as they are held."""
    detail = disclosures.posting(request.actor, posting_id)
    rows = [row.cells for row in detail.rows] if "filled" in request.GET else []
    content = sheets.write([rules.template(detail.item, rows)])
    return excel.attachment(content, detail.item.title)


def _do(request: SeatedRequest, detail: PostingDetail, form: RowForm) -> str:
    """Take a step and return where it leads."""
    values, actor = form.cleaned_data, request.actor
    said: dict[str, Any] = {"actor": actor, "key": values["key"]}
    mine = said | {"posting_id": detail.row.id}
    here = reverse("desk-disclosure", args=[detail.row.id])
    steps: dict[str, Callable[[], object]] = {
        "add": lambda: actions.write_rows(**mine, rows=[form.cells]),
        "change": lambda: actions.change_row(**mine, row_id=values["row"], cells=form.cells),
        "remove": lambda: actions.change_row(**mine, row_id=values["row"], cells=None),
        "note": lambda: actions.write_note(**mine, note=values["note"]),
        "check": lambda: _check(form, mine),
        "run": lambda: actions.run_table(**said, import_id=values["brought"]),
        "undo": lambda: actions.undo_table(**said, import_id=values["brought"]),
        "take_over": lambda: filling.take_over(**mine),
        "mask": lambda: actions.mask_found(**mine),
        "submit": lambda: actions.submit_posting(**mine),
        "discard": lambda: actions.discard_posting(**mine),
        "send_back": lambda: actions.send_back_posting(**mine, reason=values["reason"]),
        "take_down": lambda: actions.take_down_posting(**mine, reason=values["reason"]),
        "release": lambda: actions.release_posting(
            **mine,
            answers={f.key: request.POST.get(f"a:{f.key}", "") for f in detail.findings},
        ),
    }
    if values["do"] == "correct":
        made = actions.correct_posting(**mine, why=values["reason"])
        return reverse("desk-disclosure", args=[made])
    if values["do"] in steps:
        steps[values["do"]]()
    return reverse("desk-disclosures") if values["do"] == "discard" else here


def is_draft(detail: PostingDetail) -> bool:
    """Whether a posting is still edited."""
    return detail.row.state in _DRAFTS


def _check(form: RowForm, mine: dict[str, Any]) -> None:
    given = form.cleaned_data["sheet"]
    content = given.read(FILE_BYTES_MAX + 1)
    actions.check_table(**mine, content=content, filename=given.name or "")


def _show(
    request: SeatedRequest, detail: PostingDetail, form: RowForm | None = None
) -> HttpResponse:
    actor = request.actor
    brought = disclosures.brought_for(actor, detail.row.id)
    last = next((b for b in brought if b.state is not ImportState.UNDONE), None)
    form = form or _fresh(request, detail)
    may_edit = is_draft(detail) and actor.may(WRITE).allowed
    final, waits = rules.open_findings(detail.findings, detail.answers)
    may_release = actor.may(RELEASE).allowed and actor.id not in detail.preparers
    is_out = detail.row.state is PostingState.RELEASED
    context = {
        "detail": detail,
        "origin": origin_of(actor, detail),
        "period": period_words(detail.row.first, detail.row.end),
        "state": say(STATE_WORDS[detail.row.state]),
        "table": tables.shown(request, _preview(detail, may_edit=may_edit), limit=ROWS_SHOWN),
        "form": form,
        "edited": request.GET.get("row", ""),
        "brought": last if is_draft(detail) else None,
        "final": list(
            dict.fromkeys((_where(detail, each), say(FOUND_WORDS[each.kind])) for each in final)
        ),
        "waits": [
            (each.key, _where(detail, each), say(FOUND_WORDS[each.kind]))
            for each in waits
            if each.kind is not FoundKind.UNREAD
        ],
        "looked": _looked(detail, waits),
        "pages": _pages(detail, waits),
        "malformed": detail.malformed,
        "may_edit": may_edit,
        "may_release": detail.row.state is PostingState.SUBMITTED and may_release,
        "is_own": detail.row.state is PostingState.SUBMITTED and not may_release,
        "may_correct": is_out and actor.may(WRITE).allowed,
        "may_take_down": is_out and actor.may(RELEASE).allowed,
        "is_out": is_out,
        "public_url": _public_address(detail),
    }
    return TemplateResponse(request, "desk/disclosed/one.html", context, status=form.status)


def _looked(detail: PostingDetail, waits: Sequence[Finding]) -> list[tuple[str, AttachmentRow]]:
    """Return the pictures somebody must have looked at, by what their box is called."""
    keys = {each.row: each.key for each in waits if each.at is FoundAt.FILE}
    held = enumerate(detail.attachments, start=1)
    return [(keys[place], each) for place, each in held if place in keys]


def _pages(
    detail: PostingDetail, waits: Sequence[Finding]
) -> list[tuple[str, AttachmentRow, int, UUID]]:
    """Return the pages of papers somebody must have looked at: paper, number, picture."""
    return [
        (each.key, paper, int(each.column), paper.pages[int(each.column) - 1])
        for each in waits
        if each.at is FoundAt.PAGE
        for paper in (detail.attachments[each.row - 1],)
    ]


def paper_place(found: Finding) -> str:
    """Say where in a paper something stands: 第 3 页 · 批注."""
    place, page, _line = found.column.split("-")
    words = str(_PAPER_PLACES[Place(place)])
    return words if page == "0" else str(_("第 %(n)s 页 · %(place)s")) % {"n": page, "place": words}


def _public_address(detail: PostingDetail) -> str:
    if detail.row.state not in {PostingState.RELEASED, PostingState.CORRECTED}:
        return ""
    code = directory.area(detail.row.area_id).code
    return reverse("portal-open-posting", args=[code, detail.row.item_code, detail.row.id])


@dataclass(frozen=True, slots=True)
class _Line:
    """A row as the public will read it, with its place."""

    id: UUID
    place: int
    cells: tuple[str, ...]


def _preview(detail: PostingDetail, *, may_edit: bool = False) -> Listing[_Line]:
    """Return the posting as residents will read it, as a list a page at a time."""
    lines = [
        _Line(row.id, place, cells)
        for place, (row, cells) in enumerate(
            zip(detail.rows, detail.preview.rows, strict=True), start=1
        )
    ]

    def fetch(after: str | None, limit: int) -> Page[_Line]:
        start = int(after) if after and after.isascii() and after.isdigit() else 0
        more = start + limit < len(lines)
        return Page(tuple(lines[start : start + limit]), str(start + limit) if more else None)

    return Listing(
        "posting-rows",
        _("居民会看到的样子"),
        (
            Column(_("第几行"), lambda line: line.place, Shape.NUMBER),
            *(
                Column(column.title, partial(_cell, place))
                for place, column in enumerate(detail.preview.columns)
            ),
        ),
        fetch,
        empty=_("还没有内容。这一期没有发生的，可以写明后直接提交。"),
        action=Action(_("改"), lambda line: f"?row={line.id}#row") if may_edit else None,
    )


def _cell(place: int, line: _Line) -> str:
    return line.cells[place]


def _fresh(request: SeatedRequest, detail: PostingDetail) -> RowForm:
    wanted = request.GET.get("row", "")
    held = next((row for row in detail.rows if str(row.id) == wanted), None)
    cells = {} if held is None else {f"1.{code}": text for code, text in held.cells.items()}
    return RowForm.fresh(request, item=detail.item, initial={"note": detail.note, **cells})


def _where(detail: PostingDetail, found: Finding) -> str:
    titles = {column.code: column.title for column in detail.item.columns}
    return str(PLACES[found.at]) % {
        "row": found.row,
        "column": paper_place(found)
        if found.at is FoundAt.PAPER
        else titles.get(found.column, found.column),
    }
