"""Appeals against rejections, the steps a review has taken, and until when one may appeal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import ClaimAppealOutcome, ClaimAppealState, ClaimState
from liuchi.engines.points.models import Appeal, Claim, Review
from liuchi.engines.points.queries.places import last_day, spec_as_applied
from liuchi.engines.points.scope import (
    calendar,
    page_size,
    require_any,
    uuid_cursor,
    village_of,
)
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

_READ = ("points.claim.read", "points.claim.review", "points.claim.propose_own")


@dataclass(frozen=True, slots=True)
class AppealRow:
    """An appeal and the claim it is about. ``due_on`` is the last day to decide it."""

    id: UUID
    number: str
    claim_id: UUID
    person_id: UUID
    person_name: str
    village_id: UUID
    village_name: str
    rule_title: str
    points: int
    happened_on: date
    rejected_because: str
    reason: str
    asked_at: datetime
    due_on: date
    by_proxy: bool
    state: ClaimAppealState
    outcome: ClaimAppealOutcome | None
    answer: str
    decided_by_name: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A step that was taken. ``by_group`` is "" where one reviewer decides."""

    step: int
    round: int
    by_group: str
    outcome: str
    reason: str
    reviewed_by_name: str
    reviewed_at: datetime


def appeal(actor: Actor, appeal_id: UUID) -> AppealRow:
    """Return one appeal the actor may see, or raise NotFound."""
    require_any(actor, *_READ)
    require(actor)
    found = Appeal.objects.select_related("claim").filter(pk=appeal_id).first()
    if found is None:
        raise NotFound("appeal")
    return _rows(actor, [found])[0]


def appeal_of(actor: Actor, claim_id: UUID) -> AppealRow | None:
    """Return the appeal that stands against a claim's rejection, None where there is none."""
    require_any(actor, *_READ)
    require(actor)
    held = Appeal.objects.select_related("claim").filter(claim_id=claim_id)
    found = held.exclude(state=ClaimAppealState.WITHDRAWN).first()
    return None if found is None else _rows(actor, [found])[0]


def appeals(
    actor: Actor,
    *,
    state: ClaimAppealState | None = None,
    after: str | UUID | None = None,
    limit: int = 50,
) -> Page[AppealRow]:
    """Return appeals of the actor's area: open ones oldest first, others newest first."""
    require_any(actor, "points.claim.read", "points.claim.review")
    require(actor)
    most, start = page_size(limit), uuid_cursor(after)
    found = Appeal.objects.select_related("claim")
    village = village_of(actor)
    if village is not None:
        found = found.filter(village_id=village)
    if state is not None:
        found = found.filter(state=state)
    if state is ClaimAppealState.OPEN:
        found = found.order_by("id") if start is None else found.filter(id__gt=start).order_by("id")
    else:
        found = found if start is None else found.filter(id__lt=start)
        found = found.order_by("-id")
    rows = list(found[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    return Page(_rows(actor, rows[:most]), next_after)


def may_be_appealed(actor: Actor, claim_id: UUID) -> bool:
    """Whether a claim was rejected, nobody has appealed yet, and there is still time."""
    require(actor)
    claim = Claim.objects.filter(pk=claim_id, state=ClaimState.REJECTED).first()
    if claim is None or clock.now() >= appeal_ends(claim):
        return False
    held = Appeal.objects.filter(claim_id=claim_id)
    return not held.exclude(state=ClaimAppealState.WITHDRAWN).exists()


def appeal_ends(claim: Claim) -> datetime:
    """Return the moment from which a rejected claim may no longer be appealed.

    Counted from the last word on it: the review, or the answer to an objection.
    """
    within = spec_as_applied(claim.playbook_version).appeals.within
    return calendar().end_of_notice(_last_word(claim), within)


def reviews_of(actor: Actor, claim_id: UUID) -> tuple[ReviewRow, ...]:
    """Return the steps a claim's review has taken, in order."""
    require_any(actor, *_READ)
    require(actor)
    found = list(Review.objects.filter(claim_id=claim_id).order_by("id"))
    names = accounts.names_of(each.reviewed_by_id for each in found)
    return tuple(
        ReviewRow(
            each.step,
            each.round,
            each.by_group,
            each.outcome,
            each.reason,
            names.get(each.reviewed_by_id, ""),
            each.reviewed_at,
        )
        for each in found
    )


def _last_word(claim: Claim) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT points_last_word(%s)", [claim.id])
        said: datetime | None = cursor.fetchone()[0]
    return said or claim.proposed_at


def _rows(actor: Actor, found: Sequence[Appeal]) -> tuple[AppealRow, ...]:
    if not found:
        return ()
    people = directory.people_of(actor, [each.person_id for each in found])
    places = directory.areas({each.village_id for each in found})
    users = accounts.names_of(each.decided_by_id for each in found if each.decided_by_id)
    return tuple(
        AppealRow(
            id=each.id,
            number=number_of(each.id),
            claim_id=each.claim_id,
            person_id=each.person_id,
            person_name=people[each.person_id].name
            if each.person_id in people
            else each.claim.masked_name,
            village_id=each.village_id,
            village_name=places[each.village_id].name,
            rule_title=each.claim.rule_title,
            points=each.claim.points,
            happened_on=each.claim.happened_on,
            rejected_because=each.claim.review_reason,
            reason=each.reason,
            asked_at=each.asked_at,
            due_on=last_day(each.due_at),
            by_proxy=each.entered_by_id is not None,
            state=ClaimAppealState(each.state),
            outcome=ClaimAppealOutcome(each.outcome) if each.outcome else None,
            answer=each.answer,
            decided_by_name=users.get(each.decided_by_id, "") if each.decided_by_id else "",
            decided_at=each.decided_at,
        )
        for each in found
    )


def number_of(appeal_id: UUID) -> str:
    """Return the number on a receipt: twelve signs of the appeal's id, easy to read out."""
    text = appeal_id.hex
    return f"FY-{text[:4]}-{text[4:8]}-{text[-4:]}".upper()
