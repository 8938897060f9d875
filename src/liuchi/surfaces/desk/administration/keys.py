"""Keys for sensitive fields, gateways for messages, methods in force: what the state is."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.engines.notices import actions as notices_actions
from liuchi.engines.notices import queries as notices
from liuchi.engines.points import queries as points
from liuchi.engines.points.actions import cards as card_actions
from liuchi.engines.points.queries import cards
from liuchi.kernel import clock
from liuchi.playbooks import stored
from liuchi.surfaces.components import excel, tables
from liuchi.surfaces.components.access import across_posts, requires, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.second_factor import second_factor
from liuchi.surfaces.components.tables import Column, Listing, Shape


class AskForm(Sheet):
    """Asks for something to be done now; nothing to fill in."""


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key of the ring by its name, and what lies under it."""

    name: str
    is_current: bool
    is_held: bool
    people: int
    objections: int


@requires("directory.keys.rotate")
@takes_post
@across_posts  # it counts the whole installation, in no post's scope
@second_factor
def keys(request: SeatedRequest) -> HttpResponse:
    """Show which keys are in use and how much lies under each.

    POST moves everything under the current one now, or makes a new one that signs cards.
    """
    form = AskForm.fresh(request)
    if request.method == "POST":
        form = AskForm(request.POST)
        if form.checked():
            of_cards = request.POST.get("of") == "cards"
            ask = card_actions.rotate_card_key if of_cards else directory_actions.ask_rewrap
            with form.refusals():
                ask(actor=request.actor, key=form.cleaned_data["key"])
                told = "made" if of_cards else "asked"
                return HttpResponseRedirect(f"{reverse('desk-keys')}?{told}=1")
    objections = points.objection_keys(request.actor)
    lines = tuple(
        KeyLine(use.name, use.is_current, use.is_held, use.count, objections.get(use.name, 0))
        for use in directory.keys_in_use(request.actor)
    )
    total = sum(line.people + line.objections for line in lines)
    done = sum(line.people + line.objections for line in lines if line.is_current)
    context = {
        "form": form,
        "lines": lines,
        "total": total,
        "done": done,
        "left": total - done,
        "just_asked": "asked" in request.GET,
        "just_made": "made" in request.GET,
        "card_keys": cards.card_keys(request.actor),
    }
    return TemplateResponse(request, "desk/administration/keys.html", context, status=form.status)


@requires("notices.channel.test")
@takes_post
@across_posts  # a message goes out in the sender's scope, not in a post's
@second_factor
def channels(request: SeatedRequest) -> HttpResponse:
    """Show how messages leave the house; POST sends one to oneself."""
    form = AskForm.fresh(request)
    if request.method == "POST":
        form = AskForm(request.POST)
        if form.checked():
            with form.refusals():
                notices_actions.send_test(actor=request.actor, key=form.cleaned_data["key"])
                return HttpResponseRedirect(reverse("desk-channels") + "?sent=1")
    context = {
        "form": form,
        "channels": notices.channel_states(request.actor),
        "just_sent": "sent" in request.GET,
    }
    return TemplateResponse(
        request, "desk/administration/channels.html", context, status=form.status
    )


def _title(row: AppliedPlaybook) -> str:
    return str(stored(row.compiled).core.title)


def _places(row: AppliedPlaybook) -> str:
    return "、".join(area.name for area in directory.areas(row.places).values())


PLAYBOOKS: tuple[Column[AppliedPlaybook], ...] = (
    Column(_("办法"), _title),
    Column(_("版本"), lambda row: row.version, Shape.NUMBER),
    Column(_("生效"), lambda row: row.in_force_from, Shape.DAY),
    Column(_("地方"), _places),
    Column(_("批准"), lambda row: row.approved_by or "—"),
)


@requires("playbooks.playbook.read")
@takes_post
def playbooks(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List the methods in force and those to come, with version, day and places."""

    def rows() -> tuple[AppliedPlaybook, ...]:
        in_force = journal.playbooks_in_force(None, clock.today())
        coming = (row for row in journal.applied_playbooks() if row.in_force_from > clock.today())
        return (*in_force, *coming)

    listing = Listing(
        "playbooks",
        _("在用的办法"),
        PLAYBOOKS,
        tables.short(rows),
        empty=_("还没有生效的办法。"),
    )
    if request.method == "POST":
        return excel.download(request, listing)
    context = {"table": tables.shown(request, listing)}
    return TemplateResponse(request, "desk/administration/playbooks.html", context)
