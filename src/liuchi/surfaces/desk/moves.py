"""Moving: who goes along, to which household of which community, from which day."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import PersonRow
from liuchi.flows import rounds_of_life
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import DayInput, Sheet
from liuchi.surfaces.components.seats import SeatedRequest

LABEL_CHARACTERS_MAX = 20


class MoveForm(Sheet):
    """Where to, with whom, from when."""

    village = forms.ChoiceField(
        label=_("迁到哪个社区"), error_messages={"required": _("请选择社区。")}
    )
    household = forms.CharField(
        label=_("新的户号"), max_length=LABEL_CHARACTERS_MAX, required=False
    )
    person = forms.TypedMultipleChoiceField(
        label=_("谁一起迁"),
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请勾选迁居的人。")},
    )
    on = forms.DateField(
        label=_("从哪天起"),
        widget=DayInput,
        error_messages={"required": _("请选择日期。"), "invalid": _("请选择日期。")},
    )
    field_order = ("person", "village", "household", "on")

    def __init__(
        self,
        *args: Any,
        family: tuple[PersonRow, ...],
        villages: tuple[tuple[str, str], ...],
        **kwargs: Any,
    ) -> None:
        """``family`` is the household as it is, ``villages`` those one answers for."""
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [(str(row.id), row.name) for row in family]  # type: ignore[attr-defined]
        self.fields["village"].choices = villages  # type: ignore[attr-defined]


@requires("directory.person.write")
@takes_post
def moving(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """Move a resident, alone or with the family, to another household or community."""
    with reading(request):
        person, family, villages = _known(request.actor, person_id)
    if request.method != "POST":
        initial = {
            "person": [str(person_id)],
            "village": str(person.village_id),
            "on": clock.today(),
        }
        form = MoveForm.fresh(request, initial=initial, family=family, villages=villages)
        return _show(request, person, family, form)
    form = MoveForm(request.POST, family=family, villages=villages)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            house_id = rounds_of_life.move(
                person_ids=values["person"],
                village_id=UUID(values["village"]),
                household=values["household"],
                on=values["on"],
                actor=request.actor,
                key=values["key"],
            )
            return HttpResponseRedirect(reverse("desk-household", args=[house_id]))
    return _show(request, person, family, form)


def _known(
    actor: Actor, person_id: UUID
) -> tuple[PersonRow, tuple[PersonRow, ...], tuple[tuple[str, str], ...]]:
    person = directory.person(actor, person_id)
    family: tuple[PersonRow, ...] = (person,)
    if person.household_id is not None and actor.may("directory.household.read").allowed:
        others = directory.household(actor, person.household_id).members
        family += tuple(row for row in others if row.id != person_id)
    villages = tuple(
        (str(area.id), area.name) for area in directory.places() if actor.covers(area.scope_code)
    )
    return person, family, villages


def _show(
    request: SeatedRequest, person: PersonRow, family: tuple[PersonRow, ...], form: MoveForm
) -> HttpResponse:
    context = {
        "person": person,
        "form": form,
        "has_family": len(family) > 1,
        "one_village": len(form.fields["village"].choices) == 1,  # type: ignore[attr-defined]
    }
    return TemplateResponse(request, "desk/moving.html", context, status=form.status)
