"""Purses that are being closed, and the rules of a place for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, Sum

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import AccountKind, ClosingReason, ClosingState
from liuchi.engines.points.models import Account, Closing, Entry
from liuchi.engines.points.queries.places import rules_at
from liuchi.engines.points.scope import page_size, require_any, uuid_cursor
from liuchi.engines.points.spec.life import LifeSpec
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

_READ = "points.account.read"


@dataclass(frozen=True, slots=True)
class ClosingRow:
    """A purse that is being closed, or was; ``points`` is what is in it now."""

    id: UUID
    person_id: UUID
    person_name: str
    village_name: str
    reason: ClosingReason
    state: ClosingState
    began_on: date
    ends_on: date
    points: int
    closed_at: datetime | None
    successor_id: UUID | None
    successor_name: str
    may_be_passed_on: bool


def life_at(village_id: UUID) -> LifeSpec:
    """Return what the playbook in force at a village says; the defaults where none does."""
    found = rules_at(village_id, clock.today())
    return found[0][1].life if found else LifeSpec()


def closings(
    actor: Actor,
    *,
    state: ClosingState | None = ClosingState.OPEN,
    after: str | None = None,
    limit: int = 50,
) -> Page[ClosingRow]:
    """Return purses that are being closed in the actor's area, newest first."""
    require_any(actor, _READ)
    require(actor)
    most, start, found = page_size(limit), uuid_cursor(after), Closing.objects.order_by("-id")
    if state is not None:
        found = found.filter(state=state)
    if start is not None:
        found = found.filter(id__lt=start)
    rows = list(found[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    return Page(_rows(actor, rows[:most]), next_after)


def closing(actor: Actor, closing_id: UUID) -> ClosingRow:
    """Return one, or raise NotFound."""
    require(actor)
    found = Closing.objects.filter(pk=closing_id).first()
    if found is None:
        raise NotFound("closing")
    return _rows(actor, [found])[0]


def closing_of(actor: Actor, person_id: UUID) -> ClosingRow | None:
    """Return how somebody's purse is being closed, or was last; None where it is not."""
    require(actor)
    found = (
        Closing.objects.filter(person_id=person_id)
        .exclude(state=ClosingState.KEPT)
        .order_by("-id")
        .first()
    )
    return None if found is None else _rows(actor, [found])[0]


def last_entry(account_id: UUID) -> int:
    """Return the number of an account's last entry, 0 where it has none. For actions."""
    return int(Entry.objects.filter(account_id=account_id).aggregate(n=Max("id"))["n"] or 0)


def _rows(actor: Actor, found: Iterable[Closing]) -> tuple[ClosingRow, ...]:
    held = tuple(found)
    if not held:
        return ()
    people = directory.people_of(
        actor, [who for each in held for who in (each.person_id, each.successor_id) if who]
    )
    places = directory.areas({each.village_id for each in held})
    balances = dict(
        Account.objects.filter(
            kind=AccountKind.PERSON, person_id__in=[each.person_id for each in held]
        )
        .values_list("person_id")
        .annotate(total=Sum("balance"))
    )
    return tuple(
        ClosingRow(
            id=each.id,
            person_id=each.person_id,
            person_name=people[each.person_id].name if each.person_id in people else "—",
            village_name=places[each.village_id].name,
            reason=ClosingReason(each.reason),
            state=ClosingState(each.state),
            began_on=each.began_on,
            ends_on=each.ends_on,
            points=int(balances.get(each.person_id, 0)),
            closed_at=each.closed_at,
            successor_id=each.successor_id,
            successor_name=people[each.successor_id].name if each.successor_id in people else "",
            may_be_passed_on=each.state == ClosingState.OPEN
            and each.reason == ClosingReason.DECEASED
            and life_at(each.village_id).death.goes_to == "household",
        )
        for each in held
    )
