"""What a place's budgets still hold, and what the members of a household have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.queries import AreaRow, Page
from liuchi.engines.directory.scope import require_covers
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import AccountKind, ClaimState
from liuchi.engines.points.models import Account, Budget, BudgetChange, CampaignPart, Claim
from liuchi.engines.points.queries.ledger import of_unit
from liuchi.engines.points.queries.places import rules_at, spec_of
from liuchi.engines.points.scope import PAGE_MAX, page_size, sees_internal, village_of
from liuchi.engines.points.spec.currency import OPEN, code_of
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

READ = "points.budget.read"
CHANGES_MAX = 100
"""Most changes shown of a village's budgets: a town changes a handful a year."""
NEARLY_GONE = 10
"""A warning stands from the tenth part of a budget on."""


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A place's points of one currency in a period. ``issued + held + left == points``.

    ``held`` is what approvals have bound and is on notice still; ``changes`` is how often the
    town has set it to another sum than the playbook's.
    """

    village_id: UUID
    village_name: str
    currency: str
    title: str
    first_day: date
    last_day: date
    points: int
    issued: int
    held: int
    changes: int

    @property
    def committed(self) -> int:
        """What approvals have taken, posted or not."""
        return self.issued + self.held

    @property
    def left(self) -> int:
        """What may still be approved."""
        return self.points - self.committed

    @property
    def nearly_gone(self) -> bool:
        """Whether it is time to ask the town for more."""
        return self.left * NEARLY_GONE <= self.points


@dataclass(frozen=True, slots=True)
class PastBudget:
    """What a budget came to in a period that is over: approved, of how many."""

    currency: str
    first_day: date
    last_day: date
    points: int
    committed: int


@dataclass(frozen=True, slots=True)
class BudgetChangeRow:
    """That the town set a budget to another sum, and why."""

    currency: str
    first_day: date
    before: int
    after: int
    reason: str
    by_name: str
    at: datetime


def budgets(actor: Actor) -> tuple[BudgetRow, ...]:
    """Return the budgets of the actor's village in force today; none for a wider post.

    No statement where no playbook sets a budget.
    """
    require(actor)
    village = village_of(actor)
    if village is None or not actor.may(READ).allowed:
        return ()
    return _rows(actor, [directory.area(village)])


def budgets_below(actor: Actor, *, after: str | None = None, limit: int = 50) -> Page[BudgetRow]:
    """Return the budgets of all villages of the actor's area today, village by village."""
    actor.may(READ).or_refuse()
    require(actor)
    most = page_size(limit)
    places = {
        place
        for each in journal.applied_playbooks()
        if (spec := spec_of(each)) is not None and spec.currency.budget is not None
        for place in each.places
    }
    villages = [
        each
        for each in directory.areas(places).values()
        if AreaKind(each.kind).is_village
        and actor.covers(each.scope_code)
        and (after is None or each.scope_code > after)
    ]
    next_after = villages[most - 1].scope_code if len(villages) > most else None
    return Page(_rows(actor, villages[:most]), next_after)


def budgets_nearly_gone(actor: Actor) -> int:
    """Count the budgets in the actor's area of which a tenth or less is left."""
    return sum(each.nearly_gone for each in budgets_below(actor, limit=PAGE_MAX).rows)


def budgets_of(
    actor: Actor, village_id: UUID
) -> tuple[tuple[BudgetRow, ...], tuple[PastBudget, ...], tuple[BudgetChangeRow, ...]]:
    """Return a village's budgets today, those of past periods, and what the town has changed.

    Of the latter two the newest first.
    """
    actor.may(READ).or_refuse()
    require(actor)
    village = directory.area(village_id)
    require_covers(actor, village.scope_code, "area")
    rows = _rows(actor, [village]) if AreaKind(village.kind).is_village else ()
    if not rows:
        raise NotFound("budget")
    changes = BudgetChange.objects.filter(budget__village_id=village_id)
    found = [
        each
        for each in changes.select_related("budget").order_by("-id")[:CHANGES_MAX]
        if sees_internal(actor) or each.budget.unit.startswith(OPEN)
    ]
    names = accounts.names_of({each.changed_by_id for each in found}) if found else {}
    return (
        rows,
        _past(actor, village_id),
        tuple(
            BudgetChangeRow(
                currency=code_of(each.budget.unit),
                first_day=each.budget.first_day,
                before=each.before,
                after=each.after,
                reason=each.reason,
                by_name=names.get(each.changed_by_id, ""),
                at=each.changed_at,
            )
            for each in found
        ),
    )


def _past(actor: Actor, village_id: UUID) -> tuple[PastBudget, ...]:
    over = Budget.objects.filter(village_id=village_id, last_day__lt=clock.today())
    return tuple(
        PastBudget(
            currency=code_of(each.unit),
            first_day=each.first_day,
            last_day=each.last_day,
            points=each.points,
            committed=each.committed,
        )
        for each in over.order_by("-first_day", "unit")[:CHANGES_MAX]
        if sees_internal(actor) or each.unit.startswith(OPEN)
    )


_CHANGES = Coalesce(
    Subquery(
        BudgetChange.objects.filter(budget=OuterRef("pk"))
        .order_by()
        .values("budget")
        .annotate(n=Count("pk"))
        .values("n")
    ),
    0,
)


def _rows(actor: Actor, villages: Sequence[AreaRow]) -> tuple[BudgetRow, ...]:
    """Return today's budgets of villages; as many statements for one as for a hundred."""
    today = clock.today()
    asked = [
        (village, spec.currency, spec.currency.budget)
        for village in villages
        for _, spec in rules_at(village.id, today)
        if spec.currency.budget is not None and (not spec.currency.internal or sees_internal(actor))
    ]
    if not asked:
        return ()
    found = {
        (each.village_id, each.unit, each.first_day): each
        for each in Budget.objects.filter(
            village_id__in={village.id for village, _, _ in asked},
            first_day__in={budget.period(today)[0] for _, _, budget in asked},
        ).annotate(changes=_CHANGES)
    }
    bound = _bound([each.pk for each in found.values()])
    rows = []
    for village, currency, budget in asked:
        first, last = budget.period(today)
        held = found.get((village.id, currency.unit, first))
        on_notice = 0 if held is None else bound.get(held.pk, 0)
        rows.append(
            BudgetRow(
                village_id=village.id,
                village_name=village.name,
                currency=currency.code,
                title=currency.title,
                first_day=first,
                last_day=last,
                points=budget.points if held is None else held.points,
                issued=0 if held is None else held.committed - on_notice,
                held=on_notice,
                changes=0 if held is None else held.changes,
            )
        )
    return tuple(rows)


def _bound(budget_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return what stands on notice under budgets: claims, and parts of campaigns not posted."""
    sums: dict[UUID, int] = {}
    for found in (
        Claim.objects.filter(budget_id__in=budget_ids, state=ClaimState.ON_NOTICE),
        CampaignPart.objects.filter(budget_id__in=budget_ids, posted_at__isnull=True),
    ):
        for budget_id, total in found.order_by().values_list("budget_id").annotate(Sum("points")):
            sums[budget_id] = sums.get(budget_id, 0) + int(total)
    return sums


def held_by(actor: Actor, person_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return what people hold of open currencies; who has no purse is left out. One query."""
    actor.may("points.account.read").or_refuse()
    require(actor)
    found = Account.objects.filter(
        of_unit(None), kind=AccountKind.PERSON, person_id__in=set(person_ids)
    )
    sums = found.values_list("person_id").annotate(total=Sum("balance")).order_by()
    return {person_id: int(total) for person_id, total in sums if person_id is not None}
