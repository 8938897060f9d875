"""Keeping contact, at the desk and on a member's phone: one form, three taps.

A visit asks for a day and a way. A matter is written only where the household agrees to raise
it, and goes the way of every report; where one stood is never asked.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.actions import Told
from liuchi.engines.cases.spec import CasesSpec
from liuchi.engines.visits.enums import Duty, Way
from liuchi.engines.visits.queries import LinkDetail, LinkRow
from liuchi.engines.visits.spec import WAY_WORDS
from liuchi.flows.visiting import CHANNELS, Recorded, record_visit
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id
from liuchi.surfaces.components import reports
from liuchi.surfaces.components.forms import Sheet, say

LOG = "visits.visit.log"


class VisitForm(Sheet):
    """One contact or patrol, and at most one matter that came of it."""

    on = forms.DateField(
        label=gettext_lazy("哪一天"),
        widget=forms.DateInput(attrs={"type": "date"}),
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


def fresh_keys(rows: tuple[LinkRow, ...]) -> list[tuple[LinkRow, str]]:
    """Return each link with a key of its own, for its button."""
    return [(row, str(new_id())) for row in rows]
