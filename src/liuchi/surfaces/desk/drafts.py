"""Drafts of rules: the items as they are to become, what differs, and who approves them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import DraftRow
from liuchi.kernel.errors import LiuchiError, NotFound
from liuchi.kernel.sheets import Cell
from liuchi.playbooks import PlaybookError, changes
from liuchi.playbooks.registry import ColumnKind, SheetColumn, SheetTable
from liuchi.playbooks.workbook import (
    cell_of,
    in_words,
    items_of,
    table_at,
    tables,
    with_item,
    without_item,
)
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import DayInput, Sheet, say
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.desk.burden import draft_lines
from liuchi.surfaces.desk.forms import DecisionForm

READ = "playbooks.playbook.read"
WRITE = "playbooks.draft.write"
DECIDE = "playbooks.draft.decide"
STATES = {
    "editing": _("草稿"),
    "sent": _("等另一人核准"),
    "approved": _("已核准"),
    "dropped": _("已作废"),
}
TEXT_CHARACTERS_MAX = 400


class DraftForm(DecisionForm):
    """What is done with a draft; whoever sends it back says why."""

    choice = "do"
    explained = frozenset({"return"})
    do = forms.ChoiceField(
        choices=[(each, "") for each in ("send", "drop", "take_back", "approve", "return")]
    )


class ItemForm(Sheet):
    """One item of a table, a field for each of its columns but the code."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, table: SheetTable, **kwargs: Any) -> None:
        """``table`` says what the columns are called and what may stand in them."""
        super().__init__(*args, **kwargs)
        self.columns = [
            (place, column)
            for place, column in enumerate(table.columns)
            if column.path != ("code",)
        ]
        for place, column in self.columns:
            self.fields[f"c{place}"] = field = _field(column)
            # By the linter, when the draft is kept.
            field.is_decided_later = True  # type: ignore[attr-defined]

    @property
    def cells(self) -> dict[int, Cell]:
        """What was entered, as a sheet's cells would say it."""
        said: dict[int, Cell] = {}
        for place, _column in self.columns:
            value = self.cleaned_data[f"c{place}"]
            said[place] = "、".join(value) if isinstance(value, list) else value
        return said

    def blame(self, error: PlaybookError, table: SheetTable) -> None:
        """Put each problem beside the column it is about."""
        self.status = error.status
        for problem in error.problems:
            inside = [str(part) for part in problem.path[len(table.path) :]]
            named = next(
                (f"c{n}" for n, column in self.columns if set(column.path[:1]) & set(inside)), None
            )
            self.add_error(named, say(problem.sentence))

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields in the order of the columns."""
        return [self[f"c{place}"] for place, _column in self.columns]


def _field(column: SheetColumn) -> forms.Field:
    label, chosen = say(column.title), [(code, say(word)) for code, word in column.words.items()]
    if column.kind is ColumnKind.WORDS:
        return forms.MultipleChoiceField(
            label=label, choices=chosen, required=False, widget=forms.CheckboxSelectMultiple
        )
    if column.words:
        return forms.ChoiceField(label=label, choices=[("", "—"), *chosen], required=False)
    if column.kind is ColumnKind.DAY:
        return forms.CharField(label=label, required=False, widget=DayInput)
    if column.kind in {ColumnKind.NUMBER, ColumnKind.WORK_DAYS}:
        return forms.IntegerField(label=label, required=False)
    return forms.CharField(label=label, max_length=TEXT_CHARACTERS_MAX, required=False)


@dataclass(frozen=True, slots=True)
class Line:
    """An item as the draft's page lists it."""

    code: str
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class Part:
    """A table of the draft: what it is called and its items."""

    place: str
    title: str
    single: bool
    lines: tuple[Line, ...]


@requires(READ)
@takes_post
def draft(request: SeatedRequest, draft_id: UUID) -> HttpResponse:
    """Show a draft and what differs; POST sends it, decides it or gives it up."""
    if request.method != "POST":
        return _show(request, draft_id, DraftForm.fresh(request))
    form = DraftForm(request.POST)
    if form.checked():
        with form.refusals():
            _act(request, draft_id, form.cleaned_data)
            return HttpResponseRedirect(reverse("desk-draft", args=[draft_id]))
    with reading(request):
        return _show(request, draft_id, form)


def _act(request: SeatedRequest, draft_id: UUID, said: dict[str, Any]) -> None:
    act = {
        "send": directory_actions.send_draft,
        "drop": directory_actions.drop_draft,
        "take_back": directory_actions.take_back_draft,
        "approve": directory_actions.approve_draft,
    }.get(said["do"])
    if act is not None:
        act(draft_id=draft_id, actor=request.actor, key=said["key"])
    else:
        directory_actions.return_draft(
            draft_id=draft_id, reason=said["reason"], actor=request.actor, key=said["key"]
        )


def _show(request: SeatedRequest, draft_id: UUID, form: DraftForm) -> HttpResponse:
    row, actor = directory.rule_draft(request.actor, draft_id), request.actor
    own = row.drawn_by_id == actor.id
    context = {
        "row": row,
        "state": STATES[row.state],
        "planned": planned(row.before.compiled, row.compiled),
        "parts": _parts(row),
        "burden": draft_lines(actor, row.compiled, row.before.places),
        "form": form,
        "may_edit": own and row.state == "editing" and actor.may(WRITE).allowed,
        "may_take_back": own and row.state == "sent",
        "may_decide": not own and row.state == "sent" and actor.may(DECIDE).allowed,
    }
    return TemplateResponse(request, "desk/draft.html", context, status=form.status)


def planned(
    before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[tuple[str, str], ...]:
    """Return kind and words of each change, once each: a cap changes in two values at once."""
    lines = (
        (each.sign.name.lower(), say(in_words(each, before, after)))
        for each in changes(before, after)
    )
    return tuple(dict.fromkeys(lines))


def _parts(row: DraftRow) -> tuple[Part, ...]:
    found = []
    for table in tables():
        items = items_of(table, row.compiled)
        if table.single or items:
            lines = tuple(_line(table, item) for item in items)
            found.append(Part(".".join(table.path), say(table.title), table.single, lines))
    return tuple(found)


def _line(table: SheetTable, item: Mapping[str, Any]) -> Line:
    language = get_language() or "zh"
    told = [
        f"{say(column.title)} {cell_of(column, item, language)}"
        for column in table.columns
        if column.path not in {("code",), ("title",), ("class",), ("note",)}
        and cell_of(column, item, language) not in {None, ""}
    ]
    title = str(item.get("title") or say(table.title))
    return Line(str(item.get("code", "")), title, " · ".join(told[:4]))


@requires(WRITE)
@takes_post
def item(request: SeatedRequest, draft_id: UUID) -> HttpResponse:
    """Change one item of a draft, add one, or take one out."""
    table = table_at(request.GET.get("table", ""))
    if table is None:
        return HttpResponseRedirect(reverse("desk-draft", args=[draft_id]))
    code = request.GET.get("code") or None
    with reading(request):
        row = directory.rule_draft(request.actor, draft_id)
    held = _held(row, table, code)
    form = ItemForm.fresh(request, initial=_initial(row, table, held), table=table)
    if request.method == "POST":
        form = ItemForm(request.POST, table=table)
        if form.checked():
            try:
                _keep(request, row, (table, code), form)
                return HttpResponseRedirect(reverse("desk-draft", args=[draft_id]))
            except PlaybookError as error:
                form.blame(error, table)
            except LiuchiError as error:
                form.refuse(error)
    context = {
        "row": row,
        "table_title": say(table.title),
        "title": str(held.get("title", "")),
        "is_new": code is None and not table.single,
        "may_remove": code is not None and not table.single,
        "form": form,
    }
    return TemplateResponse(request, "desk/draft_item.html", context, status=form.status)


def _held(row: DraftRow, table: SheetTable, code: str | None) -> Mapping[str, Any]:
    items = items_of(table, row.compiled)
    if table.single:
        return items[0]
    if code is None:
        return {}
    found = next((each for each in items if each.get("code") == code), None)
    if found is None:
        raise NotFound("item")
    return found


def _initial(row: DraftRow, table: SheetTable, held: Mapping[str, Any]) -> dict[str, object]:
    values: dict[str, object] = {"version": row.version}
    for place, column in enumerate(table.columns):
        value: Any = held
        for name in column.path:
            value = value.get(name) if isinstance(value, Mapping) else None
        plain = column.kind is ColumnKind.WORK_DAYS
        values[f"c{place}"] = cell_of(column, held, "zh") if plain else value
    return values


def _keep(
    request: SeatedRequest, row: DraftRow, where: tuple[SheetTable, str | None], form: ItemForm
) -> None:
    table, code = where
    if request.POST.get("do") == "remove" and code is not None:
        edited = without_item(row.compiled, table, code)
    else:
        edited = with_item(row.compiled, table, code, form.cells)
    directory_actions.save_draft(
        draft_id=row.id,
        compiled=edited.compiled(),
        expected_version=form.cleaned_data["version"],
        actor=request.actor,
        key=form.cleaned_data["key"],
    )
