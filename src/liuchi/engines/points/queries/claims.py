"""Claims: the queue, one claim, what is due, what a cap has left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import Capacity, ClaimState, UpperReason
from liuchi.engines.points.models import Claim
from liuchi.engines.points.queries.places import last_day, spec_as_applied
from liuchi.engines.points.scope import page_size, require_any, uuid_cursor, village_of
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

OLDEST_FIRST = (ClaimState.PROPOSED, ClaimState.RETURNED)
"""What waits for somebody is listed in the order it came."""


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim and where it stands. ``notice_until`` is the last day of its public notice.

    ``asked_by_name`` is of who asked for it on the person's behalf; ``upper_since`` is when
    it went to the town office for review. ``group`` is whose turn it is where the playbook
    has steps of review, "" otherwise.
    """

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
    capacity: Capacity
    asked_by_id: UUID | None
    asked_by_name: str
    batch_id: UUID | None
    upper_since: datetime | None
    upper_reason: UpperReason | None
    corrects_id: UUID | None
    proposed_by_id: UUID
    group: str


def claims(
    actor: Actor,
    *,
    state: str | None = None,
    person_id: UUID | None = None,
    batch_id: UUID | None = None,
    moved_up: bool | None = None,
    asked_by_id: UUID | None = None,
    after: str | UUID | None = None,
    limit: int = 50,
) -> Page[ClaimRow]:
    """Return claims the actor may see: what waits, oldest first; anything else, newest first.

    ``batch_id``: only of a page or list; ``moved_up``: only what the town office reviews;
    ``asked_by_id``: only what somebody asked for on another's behalf.
    """
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
    if batch_id is not None:
        found = found.filter(batch_id=batch_id)
    if asked_by_id is not None:
        found = found.filter(asked_by_id=asked_by_id)
    if moved_up is not None:
        found = found.filter(upper_since__isnull=not moved_up)
    if state in OLDEST_FIRST:
        found = found.order_by("id") if start is None else found.filter(id__gt=start).order_by("id")
    else:
        found = found if start is None else found.filter(id__lt=start)
        found = found.order_by("-id")
    rows = list(found.values_list(*_READ, named=True)[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    return Page(rows_of(actor, rows[:most]), next_after)


# What rows_of asks of a claim: a long list makes no models, which would cost more than reading.
_READ = (
    "id", "person_id", "masked_name", "household_id", "village_id", "rule_code", "rule_title",
    "points", "quantity", "happened_on", "proposed_at", "proposed_by_id", "state", "note",
    "evidence", "reviewed_at", "reviewed_by_id", "review_reason", "notice_ends_at", "posted_at",
    "version", "sheet_id", "sheet_place", "objections_open", "capacity", "asked_by_id",
    "batch_id", "upper_since", "upper_reason", "corrects_id", "playbook_version", "review_step",
)  # fmt: skip


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
    return rows_of(actor, [found])[0]


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


def rows_of(actor: Actor, found: Iterable[Any]) -> tuple[ClaimRow, ...]:
    """Return claims, models or rows with their fields, as rows in order; two statements."""
    held = tuple(found)
    if not held:
        return ()
    names = directory.person_names_of(
        actor, [who for each in held for who in (each.person_id, each.asked_by_id) if who]
    )
    places = directory.areas({each.village_id for each in held})
    users = accounts.names_of(
        who for each in held for who in (each.proposed_by_id, each.reviewed_by_id) if who
    )
    return tuple(
        ClaimRow(
            id=each.id,
            person_id=each.person_id,
            # Who has moved out of the actor's area is shown as anybody else would be.
            person_name=names.get(each.person_id, each.masked_name),
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
            capacity=Capacity(each.capacity),
            asked_by_id=each.asked_by_id,
            asked_by_name=names.get(each.asked_by_id, ""),
            batch_id=each.batch_id,
            upper_since=each.upper_since,
            upper_reason=UpperReason(each.upper_reason) if each.upper_reason else None,
            corrects_id=each.corrects_id,
            proposed_by_id=each.proposed_by_id,
            group=_group(each),
        )
        for each in held
    )


def _group(claim: Any) -> str:
    if claim.state != ClaimState.PROPOSED:
        return ""
    step = spec_as_applied(claim.playbook_version).review.step(claim.review_step)
    return "" if step is None else step.by
