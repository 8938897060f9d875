"""Many claims on one screen: decided by keyboard or touch, sent once, answered one by one."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.actions import ReviewItem
from liuchi.engines.points.queries import QueueRow
from liuchi.surfaces.components.access import reading, requires, takes_post
from liuchi.surfaces.components.forms import Sheet, say
from liuchi.surfaces.components.seats import SeatedRequest
from liuchi.surfaces.desk.forms import REASON_CHARACTERS_MAX

ROWS = 50
OUTCOMES = (
    ("approve", _("通过"), "A"),
    ("reject", _("不通过"), "R"),
    ("return", _("退回补充"), "B"),
)


class BatchReviewForm(Sheet):
    """One key for all of it; what is decided about each claim is read by :func:`_chosen`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen for one claim: as it was shown, the outcome ("" for none), the reason."""

    claim_id: UUID
    version: int
    outcome: str
    reason: str
    words: str

    @property
    def said(self) -> str:
        """The reason the claimant will read: from the list, with what was added to it."""
        return "：".join(part for part in (self.reason, self.words) if part)


@dataclass(frozen=True, slots=True)
class Card:
    """A claim on screen, what is chosen for it, and why it could not be decided."""

    row: QueueRow
    choice: Choice
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """Claims of several people for one deed, one after the other: what they share stands once."""

    cards: tuple[Card, ...]

    @property
    def row(self) -> QueueRow:
        """The first claim, for what they share."""
        return self.cards[0].row

    @property
    def plain(self) -> int:
        """How many may be approved together: whatever looks double is looked at by itself."""
        return sum(not card.row.double for card in self.cards)


def _deed(card: Card) -> Hashable:
    """Return what makes claims one deed: the same thing, day, hand, words and photos."""
    claim = card.row.claim
    return (
        claim.rule_code,
        claim.happened_on,
        claim.quantity,
        claim.points,
        claim.note,
        claim.group,
        claim.proposed_by_name,
        claim.asked_by_name and claim.id,  # for somebody in another's name: by itself
        tuple(claim.evidence),
    )


@requires("points.claim.review")
@takes_post
def review(request: SeatedRequest) -> HttpResponse:
    """Show what waits for this reviewer; POST decides what was chosen, each by itself."""
    if request.method != "POST":
        return _show(request, BatchReviewForm.fresh(request), {}, {})
    form, choices = BatchReviewForm(request.POST), _chosen(request.POST)
    decided = [each for each in choices.values() if each.outcome]
    left: dict[UUID, str] = {}
    if form.checked() and not decided:
        form.add_error(None, _("还没有选哪一笔怎么办。"))
        form.status = 422
    elif form.is_valid():
        with form.refusals():
            given = points_actions.review_claims(
                actor=request.actor,
                key=form.cleaned_data["key"],
                items=[
                    ReviewItem(each.claim_id, each.version, each.outcome, each.said)
                    for each in decided
                ],
            )
            if not given.left:
                return HttpResponseRedirect(f"{reverse('desk-review')}?done={given.done}")
            left = {each.claim_id: say(each.sentence) for each in given.left}
            done = {each.claim_id for each in decided} - left.keys()
            choices = {key: each for key, each in choices.items() if key not in done}
            form = BatchReviewForm.fresh(request)
            form.status = 409
    with reading(request):
        return _show(request, form, choices, left)


def _chosen(data: QueryDict) -> dict[UUID, Choice]:
    """Read the choices: ``claim`` are all shown, as ``id:version``; the rest by the id."""
    found: dict[UUID, Choice] = {}
    known = {code for code, _title, _key in OUTCOMES}
    for text in data.getlist("claim"):
        number, _colon, version = text.partition(":")
        try:
            claim_id = UUID(number)
        except ValueError:
            continue
        if not version.isdecimal():
            continue
        outcome = data.get(f"outcome-{claim_id}", "")
        found[claim_id] = Choice(
            claim_id,
            int(version),
            outcome if outcome in known else "",
            data.get(f"reason-{claim_id}", "")[:REASON_CHARACTERS_MAX],
            data.get(f"words-{claim_id}", "").strip()[:REASON_CHARACTERS_MAX],
        )
    return found


def _none(row: QueueRow) -> Choice:
    return Choice(row.claim.id, row.claim.version, "", "", "")


def _show(
    request: SeatedRequest,
    form: BatchReviewForm,
    choices: Mapping[UUID, Choice],
    left: Mapping[UUID, str],
) -> HttpResponse:
    actor = request.actor
    only = list(choices) if choices else None
    rows = points.review_queue(actor, only=only, limit=ROWS)
    cards = [
        Card(row, choices.get(row.claim.id, _none(row)), left.get(row.claim.id, "")) for row in rows
    ]
    context = {
        "form": form,
        "cards": cards,
        "deeds": [Deed(tuple(alike)) for _same, alike in groupby(cards, key=_deed)],
        "outcomes": OUTCOMES,
        "left": len(left),
        "done": request.GET.get("done", ""),
        "may_see_files": actor.may("files.document.read").allowed,
    }
    return TemplateResponse(request, "desk/review.html", context, status=form.status)
