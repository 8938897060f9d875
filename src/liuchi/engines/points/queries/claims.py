"""Claims: the queue, one claim, what is due, what a cap has left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, Sum

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import HOLDING_STATES, ClaimState
from liuchi.engines.points.models import Claim
from liuchi.engines.points.queries.places import last_day
from liuchi.engines.points.scope import page_size, require_any, uuid_cursor, village_of
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

OLDEST_FIRST = (ClaimState.PROPOSED, ClaimState.RETURNED)
"""What waits for somebody is listed in the order it came."""


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim and where it stands. ``notice_until`` is the last day of its public notice."""

    id: UUID
    person_id: UUID
    person_name: str
    household_id: UUID | None
    village_id: UUID
    village_name: str
    rule_code: str
    rule_title: str
    points: int
    quantity: int
    happened_on: date
    proposed_at: datetime
    proposed_by_name: str
    state: ClaimState
    note: str
    evidence: tuple[UUID, ...]
    reviewed_at: datetime | None
    reviewed_by_name: str
    review_reason: str
    notice_until: date | None
    posted_at: datetime | None
    version: int
    sheet_id: UUID | None
    sheet_place: int | None
    objected: bool


def claims(
    actor: Actor,
    *,
    state: str | None = None,
    person_id: UUID | None = None,
    after: str | UUID | None = None,
    limit: int = 50,
) -> Page[ClaimRow]:
    """Return claims the actor may see: what waits, oldest first; anything else, newest first."""
    require_any(actor, "points.claim.read", "points.claim.review", "points.claim.propose_own")
    require(actor)
    most, start, found = page_size(limit), uuid_cursor(after), Claim.objects.all()
    village = village_of(actor)
    if village is not None:
        found = found.filter(village_id=village)
    if state is not None:
        found = found.filter(state=state)
    if person_id is not None:
        found = found.filter(person_id=person_id)
    if state in OLDEST_FIRST:
        found = found.order_by("id") if start is None else found.filter(id__gt=start).order_by("id")
    else:
        found = found if start is None else found.filter(id__lt=start)
        found = found.order_by("-id")
    rows = list(found[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    return Page(_rows(actor, rows[:most]), next_after)


def claim(actor: Actor, claim_id: UUID) -> ClaimRow:
    """Return one claim the actor may see, or raise NotFound."""
    require_any(
        actor,
        "points.claim.read",
        "points.claim.review",
        "points.claim.propose",
        "points.claim.propose_own",
    )
    return claim_of(actor, claim_id)


def claim_of(actor: Actor, claim_id: UUID) -> ClaimRow:
    """Return one claim in scope whatever the verb: what an action has just changed."""
    require(actor)
    found = Claim.objects.filter(pk=claim_id).first()
    if found is None:
        raise NotFound("claim")
    return _rows(actor, [found])[0]


def due_claims(actor: Actor, now: datetime, limit: int) -> tuple[UUID, ...]:
    """Return claims that may be posted, oldest first: what ``rules.may_post`` allows, as rows.

    Their public notice is over, no objection is open, and the wait after an answer is over.
    """
    require(actor)
    due = Claim.objects.filter(
        Q(posts_not_before__isnull=True) | Q(posts_not_before__lte=now),
        state=ClaimState.ON_NOTICE,
        notice_ends_at__lte=now,
        objections_open=0,
    )
    return tuple(due.order_by("notice_ends_at", "id").values_list("id", flat=True)[:limit])


def sheets_of(actor: Actor, claim_ids: Iterable[UUID]) -> tuple[UUID, ...]:
    """Return the public notices that claims stand on."""
    require(actor)
    found = Claim.objects.filter(pk__in=list(claim_ids), sheet_id__isnull=False)
    return tuple(found.order_by().values_list("sheet_id", flat=True).distinct())


def points_under_cap(person_id: UUID, rule_code: str, unit: str, period: tuple[date, date]) -> int:
    """Return the points a person's claims by a rule take up within a period.

    Claims under review and on notice count: together they may not come to more
    than the cap once they are posted.
    """
    found = Claim.objects.filter(
        person_id=person_id,
        rule_code=rule_code,
        unit=unit,
        state__in=HOLDING_STATES,
        happened_on__gte=period[0],
        happened_on__lt=period[1],
    ).aggregate(total=Sum("points"))
    return int(found["total"] or 0)


def _rows(actor: Actor, found: Iterable[Claim]) -> tuple[ClaimRow, ...]:
    held = tuple(found)
    if not held:
        return ()
    people = directory.people_of(actor, (each.person_id for each in held))
    places = directory.areas({each.village_id for each in held})
    users = accounts.names_of(
        who for each in held for who in (each.proposed_by_id, each.reviewed_by_id) if who
    )
    return tuple(
        ClaimRow(
            id=each.id,
            person_id=each.person_id,
            # Who has moved out of the actor's area is shown as anybody else would be.
            person_name=people[each.person_id].name
            if each.person_id in people
            else each.masked_name,
            household_id=each.household_id,
            village_id=each.village_id,
            village_name=places[each.village_id].name,
            rule_code=each.rule_code,
            rule_title=each.rule_title,
            points=each.points,
            quantity=each.quantity,
            happened_on=each.happened_on,
            proposed_at=each.proposed_at,
            proposed_by_name=users.get(each.proposed_by_id, ""),
            state=ClaimState(each.state),
            note=each.note,
            evidence=tuple(each.evidence),
            reviewed_at=each.reviewed_at,
            reviewed_by_name=users.get(each.reviewed_by_id, "") if each.reviewed_by_id else "",
            review_reason=each.review_reason,
            notice_until=None if each.notice_ends_at is None else last_day(each.notice_ends_at),
            posted_at=each.posted_at,
            version=each.version,
            sheet_id=each.sheet_id,
            sheet_place=each.sheet_place,
            objected=each.objections_open > 0,
        )
        for each in held
    )
