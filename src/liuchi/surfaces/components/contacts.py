"""Keeping contact, at the desk and on a member's phone: one form, three taps.

A visit asks for a day and a way. A matter is written only where the household agrees to raise
it, and goes the way of every report; where one stood is never asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.actions import Told
from liuchi.engines.cases.spec import CasesSpec
from liuchi.engines.visits import actions as visits_actions
from liuchi.engines.visits import queries as visits
from liuchi.engines.visits.enums import Duty, Target, Way
from liuchi.engines.visits.queries import LinkDetail, LinkRow, VisitRow
from liuchi.engines.visits.rules import REASON_CHARACTERS_MAX
from liuchi.engines.visits.spec import WAY_WORDS
from liuchi.flows.visiting import CHANNELS, Recorded, record_visit
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id
from liuchi.surfaces.components import reports
from liuchi.surfaces.components.access import reading
from liuchi.surfaces.components.forms import DayInput, Sheet, say
from liuchi.surfaces.components.seats import SeatedRequest

LOG = "visits.visit.log"
TAKE_BACK, TAKEN_BACK = "take_back", "taken_back"
_RECEIPT_CHARACTERS = 26


class VisitForm(Sheet):
    """One contact or patrol, and at most one matter that came of it."""

    on = forms.DateField(
        label=gettext_lazy("哪一天"),
        widget=DayInput,
        error_messages={name: gettext_lazy("请填日期。") for name in ("required", "invalid")},
    )
    way = forms.ChoiceField(
        label=gettext_lazy("怎么联系的"), widget=forms.RadioSelect, required=False
    )
    type_code = forms.ChoiceField(label=gettext_lazy("类别"), required=False)
    text = forms.CharField(
        label=gettext_lazy("什么事"),
        max_length=reports.TEXT_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    agreed = forms.BooleanField(label=gettext_lazy("这户同意反映"), required=False)

    def __init__(self, *args: Any, row: LinkRow, spec: CasesSpec | None, **kwargs: Any) -> None:
        """Fill the choices from the link and from the types in force there."""
        super().__init__(*args, **kwargs)
        self.row, self.spec = row, spec
        ways, types = self.fields["way"], self.fields["type_code"]
        if isinstance(ways, forms.ChoiceField):
            ways.choices = [(way.value, say(WAY_WORDS[way])) for way in row.ways]
        if isinstance(types, forms.ChoiceField) and spec is not None:
            first = _("不知道，请工作人员分类") if self.unsorted else _("请选择")
            types.choices = [("", first), *reports.type_choices(spec, [CHANNELS[row.duty]])]

    @property
    def unsorted(self) -> str:
        """The type of what is raised without choosing one, "" where one must be chosen."""
        if self.spec is None:
            return ""
        return reports.unsorted_by(self.spec, [CHANNELS[self.row.duty]])

    def clean(self) -> dict[str, Any]:
        """A matter needs a type, and in a household its consent."""
        values = super().clean() or self.cleaned_data
        if values.get("text"):
            if self.row.duty is Duty.LINK and not values.get("agreed"):
                self.add_error("agreed", _("这户同意反映，才能登记。"))
            if not values.get("type_code") and not self.unsorted:
                self.add_error("type_code", _("请选择类别。"))
        return values


class TakeBackForm(Sheet):
    """Takes one visit back that was written down wrongly."""

    step = forms.CharField(initial=TAKE_BACK, widget=forms.HiddenInput)
    visit_id = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("为什么撤回"), max_length=REASON_CHARACTERS_MAX, required=False
    )


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit as a page shows it; ``form`` is None for whom it is not to take back."""

    row: VisitRow
    way: str
    form: TakeBackForm | None
    is_tried: bool


def take_back(request: SeatedRequest) -> TakeBackForm | None:
    """Take back the visit a form names; return the form where something is wrong with it."""
    form = TakeBackForm(request.POST)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            visits_actions.take_back_visit(
                actor=request.actor,
                key=values["key"],
                visit_id=values["visit_id"],
                reason=values["reason"],
            )
            return None
    return form


def visit_lines(
    visits: Sequence[VisitRow], tried: TakeBackForm | None = None
) -> tuple[VisitLine, ...]:
    """Return visits with a form for each that may be taken back; ``tried`` was refused."""
    asked = "" if tried is None else str(tried.data.get("visit_id", ""))
    return tuple(_line(each, tried if asked == str(each.id) else None) for each in visits)


def _line(row: VisitRow, tried: TakeBackForm | None) -> VisitLine:
    auto_id, form = f"back-{row.id.hex[-8:]}-%s", tried
    if form is None and row.may_take_back:
        first = {"key": str(new_id()), "visit_id": row.id, "step": TAKE_BACK}
        form = TakeBackForm(initial=first)
    if form is not None:
        form.auto_id = auto_id
        form.fields["reason"].is_decided_later = True  # type: ignore[attr-defined]
    return VisitLine(row, say(WAY_WORDS[row.way]), form, tried is not None)


def spec_for(detail: LinkDetail) -> CasesSpec | None:
    """Return the types a link's matters are of: its own playbook's first, else the nearest."""
    books = cases.books_at(detail.row.area_id, clock.today())
    own = (spec for applied, spec in books if applied.id == detail.playbook_version)
    return next(own, books[0][1] if books else None)


def record(form: VisitForm, actor: Actor) -> Recorded:
    """Write down what a checked form says."""
    values, row = form.cleaned_data, form.row
    matters: tuple[Told, ...] = ()
    if values["text"]:
        told = Told(
            area_id=row.area_id,
            type_code=values["type_code"] or form.unsorted,
            text=values["text"],
            place=row.label if row.duty is Duty.PATROL else "",
        )
        matters = (told,)
    return record_visit(
        actor=actor,
        key=values["key"],
        link_id=row.id,
        on=values["on"],
        way=Way(values["way"]) if values["way"] else None,
        matters=matters,
    )


def after(made: Recorded, link_id: UUID) -> str:
    """Return what the next address says was done: the receipts of what was raised, or the link."""
    return f"?done={'.'.join(receipt.code for receipt in made.receipts) or link_id}"


def told(request: HttpRequest) -> dict[str, object]:
    """Return what a page says was done just now, with the receipts to hand over."""
    done = request.GET.get("done", "")
    codes = (code for code in done.split(".") if code.isascii() and code.isalnum())
    return {
        "done": done,
        "is_taken_back": done == TAKEN_BACK,
        "receipts": [code for code in codes if len(code) == _RECEIPT_CHARACTERS],
    }


def sent(request: SeatedRequest, link_id: UUID) -> VisitForm:
    """Return the form as it was sent, of a link in sight."""
    with reading(request):
        detail = visits.link(request.actor, link_id)
        return VisitForm(request.POST, row=detail.row, spec=spec_for(detail))


def opened(
    request: SeatedRequest, link_id: UUID, form: VisitForm | None, wrong: TakeBackForm | None
) -> dict[str, Any]:
    """Return what the page of one link shows, wherever it is: the link, its visits, the forms.

    ``wrong`` is what was sent to take a visit back, where it could not be done.
    """
    detail = visits.link(request.actor, link_id)
    if form is None:
        first = {"on": clock.today().isoformat(), "way": detail.row.ways[0].value}
        form = VisitForm.fresh(request, row=detail.row, spec=spec_for(detail), initial=first)
    return {
        "link": detail.row,
        "visits": visit_lines(detail.visits, wrong),
        "form": form,
        "is_patrol": detail.row.duty is Duty.PATROL,
        "is_household": detail.row.target is Target.HOUSEHOLD,
        "status": form.status if wrong is None else wrong.status,
        **told(request),
    }


def fresh_keys(rows: tuple[LinkRow, ...]) -> list[tuple[LinkRow, str]]:
    """Return each link with a key of its own, for its button."""
    return [(row, str(new_id())) for row in rows]
