"""记一笔: find the person, pick the rule, done."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import PersonRow
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.enums import Evidence
from liuchi.surfaces.components.access import across_posts, reading, requires, takes_post
from liuchi.surfaces.components.carried import safe_next
from liuchi.surfaces.components.claims import ClaimForm, WithdrawForm, form_context, more, send
from liuchi.surfaces.components.methods import rules_to_enter
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.desk.people import find_anywhere

OWN, OTHER = "own", "other"
NEEDS_FILE = frozenset({Evidence.PHOTO, Evidence.CERTIFICATE})


class RecordForm(ClaimForm):
    """A claim entered at the desk, and who came to say it."""

    asked = forms.ChoiceField(
        label=_("谁来说的"),
        choices=[
            ("", _("社区自己看到的")),
            (OWN, _("本人来说")),
            (OTHER, _("别人替他说")),
        ],
        required=False,
    )
    asked_name = forms.CharField(label=_("代办人姓名"), max_length=60, required=False)


@requires("points.claim.propose")
@across_posts
def search(request: SeatedRequest) -> HttpResponse:
    """Find the person the note is about, in any area one records for."""
    context = {**find_anywhere(request, "points.claim.propose"), "next_name": "desk-record-person"}
    return TemplateResponse(request, "desk/record_search.html", context)


@requires("points.claim.propose")
@takes_post
def record(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """Propose a claim for a person of one's area."""
    if request.method != "POST":
        return _show(request, person_id, RecordForm.fresh(request))
    form = RecordForm(_with_quick(request.POST), request.FILES)
    with reading(request):
        person = directory.person(request.actor, person_id)
        asked_by_id = _asker(request, form, person)
    if form.checked():
        with form.refusals():
            made = send(request.actor, person.id, form, asked_by_id=asked_by_id)
            return HttpResponseRedirect(reverse("desk-claim", args=[made.id]) + "?sent=1")
    with reading(request):
        return _show(request, person_id, form)


@requires("points.claim.read")
@takes_post
def withdraw(request: SeatedRequest, claim_id: UUID) -> HttpResponse:
    """Take back a claim one has entered, while nobody has reviewed it."""
    form = WithdrawForm(request.POST) if request.method == "POST" else WithdrawForm.fresh(request)
    if request.method == "POST" and form.checked():
        with form.refusals():
            points_actions.withdraw_claim(
                actor=request.actor, key=form.cleaned_data["key"], claim_id=claim_id
            )
            back = request.POST.get("back", "")
            return HttpResponseRedirect(
                safe_next(request, back) if back else reverse("desk-claim", args=[claim_id])
            )
    with reading(request):
        back = request.POST.get("back", request.GET.get("back", ""))
        context = {"claim": points.claim(request.actor, claim_id), "form": form, "back": back}
        return TemplateResponse(request, "desk/withdraw.html", context, status=form.status)


@requires("points.claim.propose")
@takes_post
def add_to_claim(request: SeatedRequest, claim_id: UUID) -> HttpResponse:
    """Hand in a returned claim again."""
    where = reverse("desk-claim", args=[claim_id])
    return more(request, claim_id, "desk/claim_more.html", lambda: f"{where}?sent=1")


def _with_quick(data: QueryDict) -> QueryDict:
    """Let a button of a usual rule stand for choosing it."""
    quick = data.get("quick")
    if quick:
        data = data.copy()
        data["rule_code"] = quick
    return data


def _asker(request: SeatedRequest, form: RecordForm, person: PersonRow) -> UUID | None:
    """Return who came to the desk about it; says on the form where the name is nobody's."""
    asked = form.data.get("asked", "")
    if asked == OWN:
        return person.id
    if asked != OTHER:
        return None
    name = form.data.get("asked_name", "").strip()
    found = directory.people_named(request.actor, [name]) if name else {}
    rows = [row for rows in found.values() for row in rows if row.id != person.id]
    family = [row for row in rows if row.household_id and row.household_id == person.household_id]
    if len(rows) == 1 or len(family) == 1:
        return (family or rows)[0].id
    if form.is_valid():
        form.add_error(
            "asked_name",
            _("请写代办人的姓名。") if not rows else _("有几位同名，请改在说明里写清是哪一位。"),
        )
    return None


def _show(request: SeatedRequest, person_id: UUID, form: ClaimForm) -> HttpResponse:
    person = directory.person(request.actor, person_id)
    context = form_context(form, person)
    rules = {rule.code: rule for rule in rules_to_enter(request.actor, person.village_id)}
    usual = points.frequent_rules(request.actor, person.village_id)
    # One tap enters it, so nothing is offered that needs a photo as well.
    context["quick"] = tuple(
        rules[code] for code in usual if code in rules and not NEEDS_FILE & {*rules[code].evidence}
    )
    return TemplateResponse(request, "desk/record.html", context, status=form.status)
