"""A purse month by month: what it opened with, what came and went, what it closed with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Max, Min, Q, Sum

from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import Side
from liuchi.engines.points.models import Entry
from liuchi.engines.points.queries.ledger import READ, EntryRow, entries_of, may_see, of_unit
from liuchi.engines.points.queries.public_shop import next_month
from liuchi.engines.points.scope import number_cursor, page_size, require_any
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a purse, or of all open ones. ``opening + came - went == closing``.

    ``first_month`` and ``last_month`` are those of the first and the last entry ever, this month
    where there is none.
    """

    first: date
    opening: int
    came: int
    went: int
    closing: int
    first_month: date
    last_month: date


@dataclass(frozen=True, slots=True)
class MonthPage:
    """Entries of a month, oldest first, as a bank prints them."""

    entries: tuple[EntryRow, ...]
    next_after: str | None


def month(actor: Actor, person_id: UUID, first: date, *, unit: str | None = None) -> Month:
    """Return the sums of a month that begins on ``first``. One query."""
    require_any(actor, *READ)
    require(actor)
    may_see(actor, person_id, unit)
    start, end = clock.start_of_day(first), clock.start_of_day(next_month(first))
    parts = {
        f"{name}_{side}": Sum("amount", filter=when & Q(side=side))
        for name, when in (
            ("before", Q(transfer__at__lt=start)),
            ("within", Q(transfer__at__gte=start, transfer__at__lt=end)),
        )
        for side in Side
    }
    found = Entry.objects.filter(of_unit(unit), person_id=person_id)
    sums = found.aggregate(**parts, began=Min("transfer__at"), ended=Max("transfer__at"))
    began, ended = sums.pop("began"), sums.pop("ended")
    each = {name: int(value or 0) for name, value in sums.items()}
    opening = each["before_credit"] - each["before_debit"]
    came, went = each["within_credit"], each["within_debit"]
    return Month(
        first=first,
        opening=opening,
        came=came,
        went=went,
        closing=opening + came - went,
        first_month=clock.local_day(began).replace(day=1) if began else first,
        last_month=clock.local_day(ended).replace(day=1) if ended else first,
    )


def month_entries(
    actor: Actor,
    person_id: UUID,
    first: date,
    *,
    unit: str | None = None,
    after: str | int | None = None,
    limit: int = 50,
) -> MonthPage:
    """Return the entries of a month in the order they were posted."""
    require_any(actor, *READ)
    require(actor)
    may_see(actor, person_id, unit)
    most, start = page_size(limit), number_cursor(after)
    found = Entry.objects.filter(
        of_unit(unit),
        person_id=person_id,
        transfer__at__gte=clock.start_of_day(first),
        transfer__at__lt=clock.start_of_day(next_month(first)),
    )
    if start is not None:
        found = found.filter(id__gt=start)
    rows = list(found.select_related("transfer").order_by(F("id"))[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    return MonthPage(entries_of(rows[:most]), next_after)
