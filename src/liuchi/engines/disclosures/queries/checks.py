"""Spot checks: what was drawn, computed again, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries.people import Page, cursor_text, cursor_values
from liuchi.engines.disclosures.enums import Fault, FaultStanding, PostingState
from liuchi.engines.disclosures.models import Check, Checked, PublicPosting
from liuchi.engines.disclosures.scope import KEEPER, page_size, require_read
from liuchi.engines.journal.scope import acting_as, require
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.sampling import Seed, drawn, lot

PURPOSE = "spot_check"
CANDIDATES_MAX = 20_000


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A spot check; ``seal_head`` is "" until it was drawn."""

    id: UUID
    area_id: UUID
    area_name: str
    playbook: str
    percent: int
    since: date
    candidates: int
    announced_at: datetime
    seal_head: str
    many: int
    drawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A drawn posting with its lot. ``changed``: what is out now is not what was drawn."""

    posting_id: UUID
    lot: str
    content_hash: str
    changed: bool


@dataclass(frozen=True, slots=True)
class CheckProof:
    """A check with everything needed to draw it again: seed, candidates, what comes out.

    ``seed`` is hashed with each candidate's id; ``holds`` says that drawing again gives the same.
    """

    row: CheckRow
    seed: str
    candidates: tuple[UUID, ...]
    drawn: tuple[DrawnRow, ...]
    holds: bool


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A drawn posting as whoever supervises, and the village, see it."""

    id: UUID
    check_id: UUID
    posting_id: UUID
    area_id: UUID
    area_name: str
    item_code: str
    item_title: str
    first: date
    changed: bool
    done_at: datetime | None
    fault: Fault | None
    words: str
    case_id: UUID | None
    rectify_by: date | None
    mended_at: datetime | None
    mended_by_id: UUID | None
    mended_words: str
    mended_posting_id: UUID | None
    returned: int
    returned_words: str
    rectified_at: datetime | None
    rectified_by_id: UUID | None
    rectified_words: str
    subject: str
    end: date
    content_hash: str
    out_now_id: UUID | None

    @property
    def is_overdue(self) -> bool:
        """Whether a fault should have been put right by now, and nobody has said it was."""
        late = self.rectify_by is not None and clock.today() > self.rectify_by
        return late and self.rectified_at is None and self.mended_at is None

    @property
    def standing(self) -> FaultStanding:
        """Where it stands, as whoever supervises works through it."""
        if self.done_at is None:
            return FaultStanding.TO_CHECK
        if self.fault is None:
            return FaultStanding.FOUND_NOTHING
        if self.rectified_at is not None:
            return FaultStanding.STRUCK_OFF
        if self.mended_at is not None:
            return FaultStanding.MENDED
        return FaultStanding.OVERDUE if self.is_overdue else FaultStanding.TO_MEND


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A posting that a check was drawn among. ``place`` is where its lot came, from 1."""

    posting_id: UUID
    content_hash: str
    area_name: str
    area_code: str
    item_code: str
    item_title: str
    subject: str
    first: date
    end: date
    lot: str
    place: int
    is_drawn: bool
    is_out: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a check, in numbers that everybody may read."""

    drawn: int
    looked_at: int
    faults: int
    struck_off: int


def seed_of(held: Check, seal_head: str) -> Seed:
    """Return what a check is drawn from."""
    return Seed(PURPOSE, clock.local_day(held.announced_at), seal_head)


def checks(area_ids: UUID | Collection[UUID], *, limit: int = 50) -> tuple[CheckRow, ...]:
    """Return the spot checks of a place or of several, the newest first. Open to everybody."""
    wanted = [area_ids] if isinstance(area_ids, UUID) else list(area_ids)
    rows = list(Check.objects.filter(area_id__in=wanted).order_by("-id")[: page_size(limit)])
    places = directory.areas({each.area_id for each in rows})
    return tuple(_check(each, places[each.area_id].name) for each in rows)


def checks_over(area_id: UUID, *, limit: int = 20) -> tuple[CheckRow, ...]:
    """Return the spot checks a village may have been drawn in: its own and those above it."""
    at: UUID | None = area_id
    above: list[UUID] = []
    while at is not None:
        above.append(at)
        at = directory.area(at).parent_id
    return checks(above, limit=limit)


def check_proof(check_id: UUID) -> CheckProof:
    """Return a check drawn again, from what was fixed when it was announced. Open to everybody."""
    held = Check.objects.filter(pk=check_id).first()
    if held is None:
        raise NotFound("check")
    place = directory.area(held.area_id)
    seed = seed_of(held, held.seal_head)
    again = drawn(seed, held.candidate_ids, held.percent) if held.seal_head else ()
    hashes = dict(zip(held.candidate_ids, held.candidate_hashes, strict=True))
    now = _now(again)
    return CheckProof(
        _check(held, place.name),
        str(seed) if held.seal_head else "",
        tuple(held.candidate_ids),
        tuple(
            DrawnRow(each, lot(seed, each), hashes[each], now.get(each) != hashes[each])
            for each in again
        ),
        held.many == len(again),
    )


def candidates(check_id: UUID) -> tuple[CandidateRow, ...]:
    """Return what a check was drawn among in the order of the lots, as everybody may know it."""
    held = Check.objects.filter(pk=check_id).first()
    if held is None:
        raise NotFound("check")
    seed = seed_of(held, held.seal_head)
    hashes = dict(zip(held.candidate_ids, held.candidate_hashes, strict=True))
    lots = {each: lot(seed, each) if held.seal_head else "" for each in held.candidate_ids}
    postings = PublicPosting.objects.in_bulk(held.candidate_ids)
    places = directory.areas({each.area_id for each in postings.values()})
    found = []
    for place, each in enumerate(sorted(lots, key=lambda one: (lots[one], one)), start=1):
        row = postings[each]
        is_out = row.state == PostingState.RELEASED
        found.append(
            CandidateRow(
                each, hashes[each], places[row.area_id].name, places[row.area_id].code,
                row.item_code, row.item_title, row.subject, row.first, row.end,
                lots[each], place, place <= held.many, row.state != PostingState.TAKEN_DOWN,
                not is_out or row.content_hash != hashes[each],
            )
        )  # fmt: skip
    return tuple(found)


def public_outcome(check_id: UUID) -> Outcome:
    """Return what came of a check, for everybody: how many, and no village by its faults."""
    with acting_as(KEEPER):
        return outcome(KEEPER, check_id)


def outcome(actor: Actor, check_id: UUID) -> Outcome:
    """Return what came of a check in the actor's area."""
    require(actor)
    counted = Checked.objects.filter(check_of_id=check_id).aggregate(
        drawn=Count("id"),
        looked_at=Count("done_at"),
        faults=Count("id", filter=~Q(fault="")),
        struck_off=Count("rectified_at"),
    )
    return Outcome(**counted)


def checked(
    actor: Actor,
    *,
    check_id: UUID | None = None,
    area_id: UUID | None = None,
    case_ids: Collection[UUID] | None = None,
    ids: Collection[UUID] | None = None,
    open_only: bool = False,
    limit: int = 100,
) -> tuple[CheckedRow, ...]:
    """Return drawn postings of the actor's area, the newest draw first."""
    require_read(actor)
    found = _of(check_id=check_id, area_id=area_id, case_ids=case_ids, ids=ids, open_only=open_only)
    return _rows(list(found.order_by("-check_of_id", "id")[: page_size(limit)]))


def checked_page(
    actor: Actor,
    *,
    check_id: UUID | None = None,
    open_only: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> Page[CheckedRow]:
    """Return drawn postings as :func:`checked` does, page by page."""
    require_read(actor)
    found, most = _of(check_id=check_id, open_only=open_only), page_size(limit)
    start = cursor_values(after)
    if start is not None:
        draw, last = start
        found = found.filter(Q(check_of_id__lt=draw) | Q(check_of_id=draw, id__gt=last))
    held = list(found.order_by("-check_of_id", "id")[: most + 1])
    last_row = held[most - 1] if len(held) > most else None
    more = None if last_row is None else cursor_text(str(last_row.check_of_id), last_row.pk)
    return Page(_rows(held[:most]), more)


def checked_one(actor: Actor, checked_id: UUID) -> CheckedRow:
    """Return one drawn posting of the actor's area; NotFound otherwise."""
    require_read(actor)
    rows = _rows(list(Checked.objects.select_related("posting").filter(pk=checked_id)))
    if not rows:
        raise NotFound("checked")
    return rows[0]


def out_instead(held: Sequence[Checked]) -> dict[UUID, UUID]:
    """Return by drawn posting the corrected version of it that is out by now, if any."""
    drawn_rows = {each.pk: each.posting for each in held}
    rows = PublicPosting.objects.filter(
        area_id__in={each.area_id for each in drawn_rows.values()},
        item_code__in={each.item_code for each in drawn_rows.values()},
        first__in={each.first for each in drawn_rows.values()},
        state=PostingState.RELEASED,
        version__gt=1,
    )
    out = {_same(each): each.pk for each in rows}
    found = {key: out.get(_same(each)) for key, each in drawn_rows.items()}
    return {
        key: posting_id
        for key, posting_id in found.items()
        if posting_id is not None and posting_id != drawn_rows[key].pk
    }


def _same(each: PublicPosting) -> tuple[object, ...]:
    """What all versions of a posting have in common."""
    return each.area_id, each.playbook, each.item_code, each.first, each.number


def _of(
    *,
    check_id: UUID | None = None,
    area_id: UUID | None = None,
    case_ids: Collection[UUID] | None = None,
    ids: Collection[UUID] | None = None,
    open_only: bool = False,
) -> QuerySet[Checked]:
    found = Checked.objects.select_related("posting")
    if check_id is not None:
        found = found.filter(check_of_id=check_id)
    if area_id is not None:
        found = found.filter(area_id=area_id)
    if case_ids is not None:
        found = found.filter(case_id__in=list(case_ids))
    if ids is not None:
        found = found.filter(pk__in=list(ids))
    if open_only:
        found = found.exclude(fault="").filter(rectified_at__isnull=True)
    return found


def _rows(held: Sequence[Checked]) -> tuple[CheckedRow, ...]:
    now = _now([each.posting_id for each in held])
    places = directory.areas({each.area_id for each in held})
    instead = out_instead(held) if held else {}
    return tuple(
        CheckedRow(
            id=each.pk,
            check_id=each.check_of_id,
            posting_id=each.posting_id,
            area_id=each.area_id,
            area_name=places[each.area_id].name,
            item_code=each.item_code,
            item_title=each.posting.item_title,
            first=each.posting.first,
            changed=now.get(each.posting_id) != each.content_hash,
            done_at=each.done_at,
            fault=Fault(each.fault) if each.fault else None,
            words=each.words,
            case_id=each.case_id,
            rectify_by=each.rectify_by,
            mended_at=each.mended_at,
            mended_by_id=each.mended_by_id,
            mended_words=each.mended_words,
            mended_posting_id=each.mended_posting_id,
            returned=each.returned,
            returned_words=each.returned_words,
            rectified_at=each.rectified_at,
            rectified_by_id=each.rectified_by_id,
            rectified_words=each.rectified_words,
            subject=each.posting.subject,
            end=each.posting.end,
            content_hash=each.content_hash,
            out_now_id=instead.get(each.pk),
        )
        for each in held
    )


def fault_counts(actor: Actor) -> dict[str, tuple[int, int]]:
    """Return by kind how many faults were found in the actor's area, and are still open."""
    require_read(actor)
    rows = (
        Checked.objects.exclude(fault="")
        .values("fault")
        .annotate(found=Count("id"), left=Count("id", filter=Q(rectified_at__isnull=True)))
    )
    return {row["fault"]: (row["found"], row["left"]) for row in rows}


def _now(posting_ids: tuple[UUID, ...] | list[UUID]) -> dict[UUID, str]:
    """Return the hash of what is out now; none for what was corrected or taken down since."""
    rows = PublicPosting.objects.filter(pk__in=list(posting_ids), state=PostingState.RELEASED)
    return dict(rows.values_list("id", "content_hash"))


def _check(held: Check, area_name: str) -> CheckRow:
    return CheckRow(
        held.pk,
        held.area_id,
        area_name,
        held.playbook,
        held.percent,
        held.since,
        len(held.candidate_ids),
        held.announced_at,
        held.seal_head,
        held.many,
        held.drawn_at,
    )
