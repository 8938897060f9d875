"""The rules as a table: download, edit in Excel, upload, read what would change.

Nothing is put in force here. What holds was approved by the residents' assembly and is
applied by the administrator; this page shows what to put before them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import today
from liuchi.kernel.errors import LiuchiError, NotFound
from liuchi.kernel.sheets import open_workbook, write
from liuchi.playbooks import PlaybookError, changes
from liuchi.playbooks.workbook import in_words, incoming, outgoing
from liuchi.surfaces.components import excel
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import say
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.desk.import_forms import ReceiveForm

READ = "playbooks.playbook.read"
PROBLEMS_SHOWN = 20


class EditedForm(ReceiveForm):
    """The edited table."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Call the file what it is here."""
        super().__init__(*args, **kwargs)
        self.fields["file"] = forms.FileField(
            label=_("改好的表"),
            widget=self.fields["file"].widget,
            error_messages=self.fields["file"].error_messages,
        )


@requires(READ)
def methods(request: SeatedRequest) -> HttpResponse:
    """List the methods in force where one works."""
    rows = [(each, len(_rules(each))) for each in _in_force(request.actor)]
    context = {
        "methods": rows,
        "awaiting": directory.awaiting_votes(request.actor),
        "may_record": request.actor.may("playbooks.vote.record").allowed,
    }
    return TemplateResponse(request, "desk/methods.html", context)


@requires(READ)
def table(request: SeatedRequest, method: str) -> HttpResponse:
    """Give a method's tables as Excel, headed in the language of the page."""
    held = _held(request.actor, method)
    content = write(outgoing(held.compiled, get_language() or "zh"))
    return excel.attachment(content, _title(held))


@requires(READ)
@takes_post
def method(request: SeatedRequest, method: str) -> HttpResponse:
    """Take the edited table and say what it would change. Keeps nothing."""
    with reading(request):
        held = _held(request.actor, method)
    form = EditedForm(request.POST, request.FILES) if request.method == "POST" else None
    planned: tuple[tuple[str, str], ...] | None = None
    if form is not None and form.checked():
        try:
            with open_workbook(form.content(), form.name()) as workbook:
                edited = incoming(held.compiled, workbook, form.name())
            planned = _planned(held.compiled, edited.compiled())
        except PlaybookError as error:
            for problem in error.problems[:PROBLEMS_SHOWN]:
                form.add_error(None, f"{problem.mark}：{say(problem.sentence)}")
            form.status = error.status
        except LiuchiError as error:
            form.refuse_file(error)
    form = form or EditedForm.fresh(request)
    context = {
        "held": held,
        "title": _title(held),
        "rules_count": len(_rules(held)),
        "planned": planned,
        "form": form,
    }
    with reading(request):
        return TemplateResponse(request, "desk/method.html", context, status=form.status).render()


def _planned(
    before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[tuple[str, str], ...]:
    """Return kind and words of each change, once each: a cap changes in two values at once."""
    lines = (
        (each.sign.name.lower(), say(in_words(each, before, after)))
        for each in changes(before, after)
    )
    return tuple(dict.fromkeys(lines))


def _in_force(actor: Actor) -> tuple[AppliedPlaybook, ...]:
    found = []
    for playbook in journal.playbooks_in_force(None, today()):
        places = directory.areas(set(playbook.places)).values()
        if any(
            actor.covers(area.scope_code) or actor.scope_code.startswith(area.scope_code)
            for area in places
        ):
            found.append(playbook)
    return tuple(found)


def _held(actor: Actor, code: str) -> AppliedPlaybook:
    for playbook in _in_force(actor):
        if playbook.code == code:
            return playbook
    raise NotFound("playbook")


def _title(held: AppliedPlaybook) -> str:
    return str(held.compiled.get("title", held.code))


def _rules(held: AppliedPlaybook) -> list[Any]:
    section = held.compiled.get("points") or {}
    rules = section.get("rules", [])
    return rules if isinstance(rules, list) else []
