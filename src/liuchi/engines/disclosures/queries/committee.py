"""A village's supervision committee: who is in it, when it met, what it reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.disclosures.enums import Standing
from liuchi.engines.disclosures.models import Meeting, Member, PublicPosting, Review
from liuchi.engines.disclosures.queries.books import Book, committee_at
from liuchi.engines.disclosures.queries.model_villages import models_standing
from liuchi.engines.disclosures.queries.standing import villages_of
from liuchi.engines.disclosures.scope import KEEPER, page_size, require_read
from liuchi.engines.disclosures.spec import CommitteeSpec
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid
from liuchi.kernel.periods import period

LOOK_BACK_DAYS = 400
STRETCHES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class MemberRow:
    """An elected member: their name is public."""

    id: UUID
    name: str
    leads: bool
    elected_on: date
    votes: int
    voters: int
    until: date
    left_on: date | None


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review of a month's income and spending."""

    id: UUID
    first: date
    end: date
    income: Decimal
    spending: Decimal
    agreed: bool
    opinion: str
    posting_id: UUID | None
    item_code: str


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting with what it reviewed."""

    id: UUID
    held_on: date
    present: int
    members: int
    topics: str
    conclusions: str
    reviews: tuple[ReviewRow, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A month (or what the playbook says) with how often the committee met, and was to meet."""

    first: date
    end: date
    met: int
    due: int

    @property
    def standing(self) -> Standing:
        """In time, due as long as it runs, missing when it is over."""
        if self.met >= self.due:
            return Standing.IN_TIME
        return Standing.DUE if clock.today() < self.end else Standing.MISSING


@dataclass(frozen=True, slots=True)
class CommitteeRow:
    """A village's committee as a list shows it."""

    area_id: UUID
    area_name: str
    title: str
    members: int
    vacant: int
    last_met_on: date | None
    stretches: tuple[Stretch, ...]
    is_model: bool = False

    @property
    def standing(self) -> Standing | None:
        """How this stretch stands; missing where the last one passed without a meeting."""
        if not self.stretches:
            return None
        now = self.stretches[-1]
        missed = len(self.stretches) > 1 and self.stretches[-2].standing is Standing.MISSING
        return Standing.MISSING if missed and now.met == 0 else now.standing


@dataclass(frozen=True, slots=True)
class Committee:
    """A village's committee today, and in which of the last stretches it met.

    ``vacant`` seats are those the playbook has and nobody holds.
    """

    spec: CommitteeSpec
    playbook: str
    members: tuple[MemberRow, ...]
    vacant: int
    stretches: tuple[Stretch, ...]
    meetings: tuple[MeetingRow, ...]


def committee(actor: Actor, area_id: UUID, *, limit: int = 24) -> Committee:
    """Return a village's committee with its last meetings. Refused without the verb."""
    require_read(actor)
    book, spec = committee_at(area_id, clock.today())
    return _committee(area_id, book, spec, limit)


def public_committee(area_id: UUID, *, limit: int = 12) -> Committee | None:
    """Return a village's committee for everybody; None where no method has one.

    Who was elected, when it met and what it agreed is public by law; nobody is named otherwise.
    """
    try:
        book, spec = committee_at(area_id, clock.today())
    except Invalid:
        return None
    with acting_as(KEEPER):
        return _committee(area_id, book, spec, limit)


def committees(actor: Actor, area_id: UUID) -> tuple[CommitteeRow, ...]:
    """Return how the committees of a place's villages stand, in the directory's order."""
    require_read(actor)
    today = clock.today()
    held: list[tuple[AreaRow, Book, CommitteeSpec]] = []
    for village in villages_of(actor, area_id):
        with suppress(Invalid):  # no method there has one
            held.append((village, *committee_at(village.id, today)))
    ids = [village.id for village, _, _ in held]
    sitting: dict[tuple[UUID, str], list[Member]] = {}
    for member in Member.objects.filter(area_id__in=ids):
        sitting.setdefault((member.area_id, member.playbook), []).append(member)
    met: dict[tuple[UUID, str], list[date]] = {}
    since = today - timedelta(days=LOOK_BACK_DAYS)
    for meeting in Meeting.objects.filter(area_id__in=ids, held_on__gte=since):
        met.setdefault((meeting.area_id, meeting.playbook), []).append(meeting.held_on)
    models = models_standing(ids)
    found = []
    for village, book, spec in held:
        key = (village.id, book.playbook)
        members = sitting.get(key, [])
        now = [each for each in members if each.left_on is None and each.until > today]
        days = met.get(key, [])
        found.append(
            CommitteeRow(
                village.id,
                village.name,
                spec.title,
                len(now),
                max(0, spec.members - len(now)),
                max(days, default=None),
                _stretches(spec, [each.elected_on for each in members], days),
                village.id in models,
            )
        )
    return tuple(found)


def public_members(area_id: UUID) -> tuple[MemberRow, ...]:
    """Return who is in a village's committee, for everybody; nobody where there is none."""
    with acting_as(KEEPER):
        return _members(area_id, None)


def _committee(area_id: UUID, book: Book, spec: CommitteeSpec, limit: int) -> Committee:
    members = _members(area_id, book.playbook)
    held = Meeting.objects.filter(area_id=area_id, playbook=book.playbook)
    since = clock.today() - timedelta(days=LOOK_BACK_DAYS)
    days = list(held.filter(held_on__gte=since).values_list("held_on", flat=True))
    elected = Member.objects.filter(area_id=area_id, playbook=book.playbook)
    stretches = _stretches(spec, list(elected.values_list("elected_on", flat=True)), days)
    meetings = list(held.order_by("-held_on")[: page_size(limit)])
    return Committee(
        spec,
        book.playbook,
        members,
        max(0, spec.members - len(members)),
        stretches,
        _with_reviews(meetings),
    )


def _with_reviews(meetings: list[Meeting]) -> tuple[MeetingRow, ...]:
    rows = list(Review.objects.filter(meeting_id__in=[m.pk for m in meetings]).order_by("first"))
    out = PublicPosting.objects.in_bulk([each.posting_id for each in rows if each.posting_id])
    reviews: dict[UUID, list[ReviewRow]] = {}
    for each in rows:
        posting = out.get(each.posting_id) if each.posting_id else None
        reviews.setdefault(each.meeting_id, []).append(
            ReviewRow(
                each.pk, each.first, each.end, each.income, each.spending, each.agreed,
                each.opinion, each.posting_id if posting else None,
                posting.item_code if posting else "",
            )
        )  # fmt: skip
    return tuple(
        MeetingRow(
            m.pk, m.held_on, m.present, m.members, m.topics, m.conclusions,
            tuple(reviews.get(m.pk, ())),
        )
        for m in meetings
    )  # fmt: skip


def _stretches(
    spec: CommitteeSpec, elected: Sequence[date], days: Sequence[date]
) -> tuple[Stretch, ...]:
    """Return the last stretches a committee was to meet in, this one last."""
    begun = min(elected, default=None)
    if begun is None:
        return ()
    found: list[Stretch] = []
    first, end = period(spec.meets.per, clock.today())
    while len(found) < STRETCHES_SHOWN and end > begun:
        met = sum(first <= day < end for day in days)
        found.append(Stretch(first, end, met, spec.meets.times))
        first, end = period(spec.meets.per, first - timedelta(days=1))
    return tuple(reversed(found))


def _members(area_id: UUID, playbook: str | None) -> tuple[MemberRow, ...]:
    today = clock.today()
    found = Member.objects.filter(area_id=area_id, left_on__isnull=True, until__gt=today)
    if playbook is not None:
        found = found.filter(playbook=playbook)
    return tuple(
        MemberRow(
            each.pk, each.name, each.leads, each.elected_on, each.votes, each.voters, each.until,
            each.left_on,
        )
        for each in found.order_by("-leads", "elected_on", "id")
    )  # fmt: skip
