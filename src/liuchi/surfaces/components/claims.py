"""Proposing a claim: one form and one way to send it, for residents and for staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory.queries import PersonRow
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import ClaimRow
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.surfaces.components.access import reading
from liuchi.surfaces.components.forms import DayInput, Sheet
from liuchi.surfaces.components.methods import by_class, rules_at
from liuchi.surfaces.components.photos import PhotosField, store_photos
from liuchi.surfaces.components.seats import SeatedRequest

NOTE_CHARACTERS_MAX = 200


class ClaimForm(Sheet):
    """What was done, when, and a photo of it. ``rule_code`` is drawn by hand."""

    rule_code = forms.CharField(
        label=_("做了什么"),
        max_length=80,
        error_messages={"required": _("请选择一项。")},
    )
    happened_on = forms.DateField(
        label=_("哪一天"),
        widget=DayInput,
        error_messages={"required": _("请选择日期。"), "invalid": _("请选择日期。")},
    )
    note = forms.CharField(
        label=_("补充说明"),
        max_length=NOTE_CHARACTERS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    photos = PhotosField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin with today, the usual answer."""
        super().__init__(*args, **kwargs)
        self.fields["happened_on"].initial = clock.today
        self.fields["happened_on"].widget.attrs["max"] = clock.today().isoformat()


class MoreForm(Sheet):
    """What a returned claim lacked."""

    note = forms.CharField(
        label=_("补充说明"),
        max_length=NOTE_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明补充了什么。")},
    )
    photos = PhotosField()


class WithdrawForm(Sheet):
    """Takes a claim back; nothing to fill in."""


def send(
    actor: Actor, person_id: UUID, form: ClaimForm, *, asked_by_id: UUID | None = None
) -> ClaimRow:
    """Store the photos and propose the claim of a valid form.

    Raises what the actions raise; the same key gives the same claim.
    """
    values = form.cleaned_data
    return points_actions.propose_claim(
        actor=actor,
        key=values["key"],
        person_id=person_id,
        rule_code=values["rule_code"],
        happened_on=values["happened_on"],
        quantity=1,
        note=values["note"],
        evidence=store_photos(actor, person_id, values["photos"], values["key"]),
        asked_by_id=asked_by_id,
    )


def more(
    request: SeatedRequest, claim_id: UUID, template: str, done: Callable[[], str]
) -> HttpResponse:
    """Hand a returned claim in again with what it lacked, and go to ``done()``."""
    if request.method != "POST":
        row = points.claim(request.actor, claim_id)
        form = MoreForm.fresh(request, initial={"note": row.note})
        return _show_more(request, claim_id, template, form)
    form = MoreForm(request.POST, request.FILES)
    with reading(request):
        row = points.claim(request.actor, claim_id)
    if form.checked():
        values = form.cleaned_data
        with form.refusals():
            points_actions.resubmit_claim(
                actor=request.actor,
                key=values["key"],
                claim_id=claim_id,
                note=values["note"],
                evidence=store_photos(
                    request.actor, row.person_id, values["photos"], values["key"]
                ),
            )
            return HttpResponseRedirect(done())
    with reading(request):
        return _show_more(request, claim_id, template, form)


def _show_more(
    request: SeatedRequest, claim_id: UUID, template: str, form: MoreForm
) -> HttpResponse:
    context = {"form": form, "claim": points.claim(request.actor, claim_id)}
    return TemplateResponse(request, template, context, status=form.status)


def form_context(form: ClaimForm, person: PersonRow) -> dict[str, object]:
    """Return what the form's template needs: the rules in force where the person lives."""
    return {
        "form": form,
        "person": person,
        "classes": by_class(rules_at(person.village_id)),
        "chosen": form["rule_code"].value() or "",
    }
