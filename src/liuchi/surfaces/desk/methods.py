"""The rules as a table: download, edit in Excel, upload, read what would change, draft it.

Nothing is put in force here: a draft is approved by another person, and voted on where the
method asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import today
from liuchi.kernel.errors import LiuchiError, NotFound
from liuchi.kernel.sheets import open_workbook, write
from liuchi.playbooks import PlaybookError
from liuchi.playbooks.workbook import incoming, outgoing
from liuchi.surfaces.components import excel
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import say
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.desk.drafts import planned as changed
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
    rows = [
        (each, len(_rules(each)), _where(request.actor, each)) for each in _in_force(request.actor)
    ]
    context = {
        "methods": rows,
        "awaiting": directory.awaiting_votes(request.actor),
        "today": today(),
        "drafts": directory.open_drafts(request.actor),
        "may_see_budgets": request.actor.may("points.budget.read").allowed,
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
    """Take the edited table and say what it would change; or begin a draft, with it or without."""
    with reading(request):
        held = _held(request.actor, method)
    doing = request.POST.get("do", "")
    if doing == "start":
        return _drafted(request, held, str(request.POST.get("key", "")))
    form = EditedForm(request.POST, request.FILES) if request.method == "POST" else None
    planned: tuple[tuple[str, str], ...] | None = None
    if form is not None and form.checked():
        try:
            with open_workbook(form.content(), form.name()) as workbook:
                edited = incoming(held.compiled, workbook, form.name())
            if doing == "keep":
                return _drafted(request, held, form.cleaned_data["key"], edited.compiled())
            planned = changed(held.compiled, edited.compiled())
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
        "may_draft": request.actor.may("playbooks.draft.write").allowed,
    }
    with reading(request):
        return TemplateResponse(request, "desk/method.html", context, status=form.status).render()


def _drafted(
    request: SeatedRequest,
    held: AppliedPlaybook,
    key: str,
    compiled: Mapping[str, object] | None = None,
) -> HttpResponse:
    draft_id = directory_actions.start_draft(
        code=held.code, compiled=compiled, actor=request.actor, key=key
    )
    return HttpResponseRedirect(reverse("desk-draft", args=[draft_id]))


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


def _where(actor: Actor, playbook: AppliedPlaybook) -> str:
    """Name the places of the actor's area where a version holds, "" where that is everywhere."""
    versions = [each for each in _in_force(actor) if each.code == playbook.code]
    if len(versions) == 1:
        return ""
    places = directory.areas(set(playbook.places)).values()
    return "、".join(area.name for area in places if actor.covers(area.scope_code))


def _held(actor: Actor, code: str) -> AppliedPlaybook:
    """Return the newest version of a method that holds in the actor's reach."""
    found = [each for each in _in_force(actor) if each.code == code]
    if not found:
        raise NotFound("playbook")
    return found[-1]


def _title(held: AppliedPlaybook) -> str:
    return str(held.compiled.get("title", held.code))


def _rules(held: AppliedPlaybook) -> list[Any]:
    section = held.compiled.get("points") or {}
    rules = section.get("rules", [])
    return rules if isinstance(rules, list) else []
