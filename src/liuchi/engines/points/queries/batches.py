"""Pages of paper books and lists of activities: what was entered together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import BatchKind, ClaimState
from liuchi.engines.points.models import Batch, Claim
from liuchi.engines.points.scope import page_size, require_any, uuid_cursor, village_of
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.sentences import Sentence

_READ = ("points.claim.read", "points.claim.propose", "points.claim.review")


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """Somebody on a list whose claim was not made, and why."""

    person_id: UUID
    person_name: str
    code: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A page of a book or the list of an activity. ``counts``: its claims by state."""

    id: UUID
    kind: BatchKind
    title: str
    page: str
    place: str
    happened_on: date | None
    village_id: UUID
    village_name: str
    evidence: tuple[UUID, ...]
    entered_by_id: UUID
    entered_by_name: str
    entered_at: datetime
    counts: dict[str, int]
    refused: tuple[RefusedRow, ...]

    @property
    def claims(self) -> int:
        """How many claims came from it."""
        return sum(self.counts.values())

    @property
    def waiting(self) -> int:
        """How many of them wait for review."""
        return self.counts.get(ClaimState.PROPOSED, 0)


def batch(actor: Actor, batch_id: UUID) -> BatchRow:
    """Return one page or list of the actor's area, or raise NotFound."""
    require_any(actor, *_READ)
    require(actor)
    found = Batch.objects.filter(pk=batch_id).first()
    if found is None:
        raise NotFound("batch")
    return _rows(actor, [found])[0]


def batches(
    actor: Actor,
    *,
    kind: BatchKind | None = None,
    after: str | UUID | None = None,
    limit: int = 50,
) -> Page[BatchRow]:
    """Return pages and lists of the actor's area, newest first."""
    require_any(actor, *_READ)
    require(actor)
    most, start, found = page_size(limit), uuid_cursor(after), Batch.objects.order_by("-id")
    village = village_of(actor)
    if village is not None:
        found = found.filter(village_id=village)
    if kind is not None:
        found = found.filter(kind=kind)
    if start is not None:
        found = found.filter(id__lt=start)
    rows = list(found[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    return Page(_rows(actor, rows[:most]), next_after)


def people_of_batch(actor: Actor, batch_id: UUID) -> tuple[UUID, ...]:
    """Return who had a claim from a list, in its order: to begin the next one with."""
    require_any(actor, *_READ)
    require(actor)
    found = Claim.objects.filter(batch_id=batch_id).order_by("id")
    return tuple(dict.fromkeys(found.values_list("person_id", flat=True)))


def _rows(actor: Actor, found: Sequence[Batch]) -> tuple[BatchRow, ...]:
    if not found:
        return ()
    counts: dict[UUID, Counter[str]] = {each.id: Counter() for each in found}
    counted = Claim.objects.filter(batch_id__in=counts).values_list("batch_id", "state")
    for batch_id, state, number in counted.annotate(Count("id")).order_by():
        counts[batch_id][state] = number
    names = accounts.names_of(each.entered_by_id for each in found)
    places = directory.areas({each.village_id for each in found})
    refused = {UUID(row["person"]) for each in found for row in each.refused}
    people = {key: row.name for key, row in directory.people_of(actor, refused).items()}
    return tuple(
        BatchRow(
            id=each.id,
            kind=BatchKind(each.kind),
            title=each.title,
            page=each.page,
            place=each.place,
            happened_on=each.happened_on,
            village_id=each.village_id,
            village_name=places[each.village_id].name,
            evidence=tuple(each.evidence),
            entered_by_id=each.entered_by_id,
            entered_by_name=names.get(each.entered_by_id, ""),
            entered_at=each.entered_at,
            counts=dict(counts[each.id]),
            refused=tuple(_refused(each.refused, people)),
        )
        for each in found
    )


def _refused(rows: Sequence[dict[str, object]], names: dict[UUID, str]) -> Iterable[RefusedRow]:
    for row in rows:
        person_id, values = UUID(str(row["person"])), row["values"]
        kept = values if isinstance(values, dict) else {}
        yield RefusedRow(
            person_id,
            names.get(person_id, "—"),
            str(row["code"]),
            Sentence(str(row["zh"]), str(row["en"]), kept),
        )
