"""Taking part is voluntary: what a method does with personal data, agreed to or not.

The resident agrees on the own page, or signs on paper and staff record it. Leaving is
as easy as joining (《个人信息保护法》第14、15条).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import queries as journal
from liuchi.engines.visits import queries as visits
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import today
from liuchi.kernel.errors import NotFound
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks import stored
from liuchi.playbooks.core import PERSONAL_FIELDS, LegalBasis
from liuchi.surfaces.components.access import reading
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest


@dataclass(frozen=True, slots=True)
class Asked:
    """One purpose a method asks consent for, and whether the person has agreed.

    ``has_points``: the method gives points, so the sheet to sign for these speaks of it.
    ``is_contact``: it is agreed to be kept contact with, on a sheet of its own.
    """

    playbook: str
    playbook_title: str
    code: str
    title: str
    fields: tuple[Sentence, ...]
    retain: Sentence
    agreed: bool
    has_points: bool
    is_contact: bool


class ConsentForm(Sheet):
    """Agree to a purpose, or no longer."""

    playbook = forms.CharField(max_length=80)
    purpose = forms.CharField(max_length=80)
    agree = forms.ChoiceField(choices=[("yes", ""), ("no", "")])


def asked_of(actor: Actor, person_id: UUID, village_id: UUID) -> tuple[Asked, ...]:
    """Return what the methods in force at a village ask consent for, and what was answered."""
    return tuple(
        replace(each, agreed=directory.consented(actor, person_id, each.code, each.playbook))
        for each in asked_at(village_id)
    )


def asked_at(village_id: UUID) -> tuple[Asked, ...]:
    """Return what the methods in force at a village ask consent for, of nobody in particular."""
    contacts = {
        (book.playbook, book.spec.purpose) for book in visits.link_books(village_id, today())
    }
    found = []
    for applied in journal.playbooks_in_force(village_id, today()):
        core = stored(applied.compiled).core
        found += [
            Asked(
                playbook=applied.code,
                playbook_title=core.title,
                code=code,
                title=purpose.title or code,
                fields=tuple(PERSONAL_FIELDS[name] for name in purpose.fields),
                retain=purpose.retain.sentence,
                agreed=False,
                has_points="points" in applied.compiled,
                is_contact=(applied.code, code) in contacts,
            )
            for code, purpose in core.purposes.items()
            if purpose.legal_basis is LegalBasis.CONSENT
        ]
    return tuple(found)


def answer(
    request: SeatedRequest, person_id: UUID, template: str, done: Callable[[], str]
) -> HttpResponse:
    """Show what is asked on GET, record an answer on POST and go to ``done()``."""
    form = ConsentForm.fresh(request)
    if request.method == "POST":
        form = ConsentForm(request.POST)
        if form.checked():
            values = form.cleaned_data
            with reading(request):
                _known(request.actor, person_id, values)
            act = (
                directory_actions.give_consent
                if values["agree"] == "yes"
                else directory_actions.withdraw_consent
            )
            with form.refusals():
                act(
                    person_id=person_id,
                    purpose=values["purpose"],
                    playbook=values["playbook"],
                    actor=request.actor,
                    key=values["key"],
                )
                return HttpResponseRedirect(done())
        with reading(request):
            return _show(request, person_id, template, form)
    return _show(request, person_id, template, form)


def _known(actor: Actor, person_id: UUID, values: Mapping[str, str]) -> None:
    """Raise NotFound for a purpose that no method in force here asks about."""
    village_id = directory.person(actor, person_id).village_id
    known = {(each.playbook, each.code) for each in asked_of(actor, person_id, village_id)}
    if (values["playbook"], values["purpose"]) not in known:
        raise NotFound("purpose")


def _show(
    request: SeatedRequest, person_id: UUID, template: str, form: ConsentForm
) -> HttpResponse:
    person = directory.person(request.actor, person_id)
    asked = asked_of(request.actor, person_id, person.village_id)
    context = {
        "form": form,
        "person": person,
        "asked": asked,
        "asks_contact": any(each.is_contact for each in asked),
    }
    return TemplateResponse(request, template, context, status=form.status)
