"""From where a posting's rows were taken over, and whether that has changed since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from liuchi.engines.disclosures.enums import PostingState
from liuchi.engines.disclosures.models import PublicPosting, Review, Source
from liuchi.engines.disclosures.queries.books import item_as_applied
from liuchi.engines.disclosures.scope import KEEPER
from liuchi.engines.disclosures.spec import ItemSpec
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock

WATCHED_DAYS = 400
"""How long after its period a posting's source is looked at again."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What a posting was filled from. ``of`` says for each row what it came from.

    ``changed_rows`` are those in which the source now differs from what was taken over.
    """

    source: str
    of: tuple[str, ...]
    as_of: date
    ordinal: int
    row_digests: tuple[str, ...]
    changed_rows: int
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Filled:
    """A posting that is out and was filled from something."""

    posting_id: UUID
    area_id: UUID
    item: ItemSpec
    first: date
    end: date


def source_of(posting_id: UUID) -> SourceRow | None:
    """Return what a posting was filled from; None for what was typed or brought as a table.

    Holds nothing of the posting itself: codes and digests alone.
    """
    held = Source.objects.filter(posting_id=posting_id).first()
    if held is None:
        return None
    return SourceRow(
        held.source,
        tuple(held.of),
        held.as_of,
        held.ordinal,
        tuple(held.row_digests),
        held.changed_rows,
        held.changed_at,
    )


def filled_postings() -> tuple[Filled, ...]:
    """Return what is out of the last year and was taken over, for the nightly look."""
    since = clock.today() - timedelta(days=WATCHED_DAYS)
    with acting_as(KEEPER):
        rows = list(
            PublicPosting.objects.filter(
                state=PostingState.RELEASED,
                end__gte=since,
                pk__in=Source.objects.values("posting_id"),
            ).order_by("id")
        )
    return tuple(
        Filled(
            row.pk,
            row.area_id,
            item_as_applied(row.playbook_version, row.item_code),
            row.first,
            row.end,
        )
        for row in rows
    )


def differing(before: Sequence[str], now: Sequence[str]) -> int:
    """Count the rows of two lists of digests that have no equal in the other."""
    was, are = Counter(before), Counter(now)
    return max((was - are).total(), (are - was).total())


def reviews_between(area_id: UUID, first: date, end: date) -> tuple[Mapping[str, str], ...]:
    """Return what a village's committee reviewed of the months in a stretch, for everybody.

    Sums and whether it agreed. What it said in words is for the meeting's own record.
    """
    with acting_as(KEEPER):
        held = Review.objects.filter(area_id=area_id, first__gte=first, end__lte=end)
        return tuple(
            {
                "month": f"{each.first:%Y-%m}",
                "income": str(each.income),
                "spending": str(each.spending),
                "result": "同意公开" if each.agreed else "有疑问，退回核对",
            }
            for each in held.order_by("first", "id")
        )
