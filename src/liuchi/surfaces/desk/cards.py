"""Cards at the desk: who holds one, issuing and printing, lost ones."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.points.actions import cards as actions
from liuchi.engines.points.queries import cards as points
from liuchi.engines.points.queries.cards import CardRow
from liuchi.engines.points.rules.grades import CARD_END_WORDS
from liuchi.kernel.errors import Conflict
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import excel, pager, printing, tables
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import Sheet
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.components.tables import Column, Listing, Shape
from liuchi.surfaces.components.templatetags import liuchi as written

READ, WRITE = "points.card.read", "points.card.write"
WHICH = {"good": _("有效的"), "ending": _("30 天内到期"), "revoked": _("已作废")}
STATES = {"valid": _("有效"), "revoked": _("已作废")}
COLUMNS: tuple[Column[CardRow], ...] = (
    Column(
        _("姓名"),
        lambda row: row.person_name,
        url=lambda row: reverse("desk-card", args=[row.person_id]),
    ),
    Column(_("住户"), lambda row: row.household_label),
    Column(_("社区"), lambda row: row.village_name),
    Column(_("卡号"), lambda row: row.spaced_number),
    Column(_("发卡日期"), lambda row: row.valid_from, Shape.DAY),
    Column(_("有效期至"), lambda row: row.valid_to, Shape.DAY),
    Column(
        _("状态"),
        lambda row: (
            written.say(CARD_END_WORDS[row.revoked_for]) if row.revoked_for else STATES[row.state]
        ),
    ),
)


class CardForm(Sheet):
    """What is to be done with somebody's card."""

    do = forms.ChoiceField(
        label=_("办理"),
        choices=[
            ("issue", _("发卡")),
            ("lost", _("挂失并补发")),
            ("replaced", _("换一张")),
            ("withdrawn", _("作废，不再发")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择怎么办理。")},
    )


@requires(READ)
@takes_post
def cards(request: SeatedRequest) -> HttpResponse | FileResponse:
    """List cards, the newest first. POST gives them as Excel."""
    listing = _listing(request)
    if request.method == "POST":
        return excel.download(request, listing)
    context = {
        "table": tables.shown(request, listing),
        "which": _which(request),
        "choices": WHICH,
    }
    return TemplateResponse(request, "desk/cards.html", context)


@requires(READ)
def print_cards(request: SeatedRequest) -> HttpResponse:
    """Print the good cards on a page of the list, ten to a sheet."""
    page = points.cards(request.actor, after=pager.after(request), limit=pager.ROWS)
    people = directory.people_of(request.actor, [row.person_id for row in page.rows])
    found = [people[row.person_id] for row in page.rows if row.person_id in people]
    place = found[0].village_name if found else ""
    return printing.cards(request, place, found, page.rows)


@requires(WRITE)
@takes_post
def issue_household(request: SeatedRequest, household_id: UUID) -> HttpResponse:
    """Issue cards to everybody of a household who takes part and has none; then print them."""
    form = Sheet.fresh(request)
    if request.method == "POST":
        form = Sheet(request.POST)
        if form.checked():
            with reading(request):
                members = directory.household(request.actor, household_id).members
            with form.refusals():
                actions.issue_cards(
                    actor=request.actor,
                    key=form.cleaned_data["key"],
                    people=[member.id for member in members],
                )
                return HttpResponseRedirect(
                    reverse("desk-household-cards-print", args=[household_id])
                )
        with reading(request):
            return _show_household(request, household_id, form)
    return _show_household(request, household_id, form)


def _show_household(request: SeatedRequest, household_id: UUID, form: Sheet) -> HttpResponse:
    found = directory.household(request.actor, household_id)
    held = {row.person_id: row for row in _held(request, [m.id for m in found.members])}
    members = [(member, held.get(member.id)) for member in found.members]
    context = {
        "household": found.row,
        "members": members,
        "to_issue": sum(member.consented and not (row and row.is_good) for member, row in members),
        "form": form,
    }
    return TemplateResponse(request, "desk/cards_household.html", context, status=form.status)


@requires(READ)
@takes_post
def card(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """Show somebody's card; POST issues it, replaces it or revokes it."""
    if request.method != "POST":
        return _show(request, person_id, CardForm.fresh(request))
    request.actor.may(WRITE).or_refuse()
    form = CardForm(request.POST)
    if form.checked():
        with form.refusals():
            _do(request, person_id, form.cleaned_data["do"], form.cleaned_data["key"])
            return HttpResponseRedirect(reverse("desk-card", args=[person_id]))
    with reading(request):
        return _show(request, person_id, form)


def _do(request: SeatedRequest, person_id: UUID, what: str, key: str) -> None:
    if what == "issue":
        done = actions.issue_cards(actor=request.actor, key=key, people=[person_id])
        if done.not_taking_part:
            raise Conflict(
                "no_consent",
                Sentence(
                    "本人还没有同意参加积分，不能发卡。",
                    "Without consent there is no card.",
                ),
            )
    elif what == "withdrawn":
        actions.revoke_card(actor=request.actor, key=key, person_id=person_id, why=what)
    else:
        actions.reissue_card(actor=request.actor, key=key, person_id=person_id, why=what)


def _show(request: SeatedRequest, person_id: UUID, form: CardForm) -> HttpResponse:
    person = directory.person(request.actor, person_id)
    held = next(iter(_held(request, [person_id])), None)
    good = held is not None and held.is_good
    wanted = ("lost", "replaced", "withdrawn") if good else ("issue",)
    field = form.fields["do"]
    field.choices = [each for each in field.choices if each[0] in wanted]  # type: ignore[attr-defined]
    if not good and form.status == HttpResponse.status_code:
        form.initial.setdefault("do", "issue")
    context = {
        "person": person,
        "card": held,
        "good": good,
        "state": "" if held is None else COLUMNS[-1].value(held),
        "may_write": request.actor.may(WRITE).allowed,
        "form": form,
    }
    return TemplateResponse(request, "desk/card.html", context, status=form.status)


def _held(request: SeatedRequest, people: list[UUID]) -> tuple[CardRow, ...]:
    return points.cards_of(request.actor, people)


def _which(request: HttpRequest) -> str:
    asked = request.GET.get("which", "good")
    return asked if asked in WHICH else "good"


def _listing(request: SeatedRequest) -> Listing[CardRow]:
    which = _which(request)
    return Listing(
        "cards",
        _("信用服务等级卡"),
        COLUMNS,
        lambda after, limit: points.cards(request.actor, which=which, after=after, limit=limit),
        empty=_("还没有卡。在住户或居民的页面上发卡。"),
    )
