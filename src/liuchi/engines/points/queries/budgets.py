"""What a place's budgets still hold, and what the members of a household have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Sum

from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import AccountKind, ClaimState
from liuchi.engines.points.models import Account, Budget, CampaignPart, Claim
from liuchi.engines.points.queries.ledger import of_unit
from liuchi.engines.points.queries.places import rules_at
from liuchi.engines.points.scope import sees_internal, village_of
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor

NEARLY_GONE = 10
"""A warning stands from the tenth part of a budget on."""


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A place's points of one currency in the period that runs. ``issued + held + left == points``.

    ``held`` is what approvals have bound and is on notice still.
    """

    title: str
    first_day: date
    last_day: date
    points: int
    issued: int
    held: int

    @property
    def committed(self) -> int:
        """What is no longer free."""
        return self.issued + self.held

    @property
    def left(self) -> int:
        """What may still be approved."""
        return self.points - self.committed

    @property
    def nearly_gone(self) -> bool:
        """Whether it is time to ask the town for more."""
        return self.left * NEARLY_GONE <= self.points


def budgets(actor: Actor) -> tuple[BudgetRow, ...]:
    """Return the budgets of the actor's village in force today; none for a wider post.

    No statement where no playbook sets a budget.
    """
    require(actor)
    village = village_of(actor)
    if village is None or not actor.may("points.account.read").allowed:
        return ()
    today = clock.today()
    rows = []
    for _, spec in rules_at(village, today):
        currency = spec.currency
        if currency.budget is None or (currency.internal and not sees_internal(actor)):
            continue
        first, last = currency.budget.period(today)
        held = Budget.objects.filter(village_id=village, unit=currency.unit, first_day=first)
        found = held.first()
        bound = 0 if found is None else _bound(found.pk)
        rows.append(
            BudgetRow(
                title=currency.title,
                first_day=first,
                last_day=last,
                points=currency.budget.points if found is None else found.points,
                issued=0 if found is None else found.committed - bound,
                held=bound,
            )
        )
    return tuple(rows)


def _bound(budget_id: UUID) -> int:
    """Return what stands on notice under a budget: claims, and parts of campaigns not posted."""
    claims = Claim.objects.filter(budget_id=budget_id, state=ClaimState.ON_NOTICE)
    parts = CampaignPart.objects.filter(budget_id=budget_id, posted_at__isnull=True)
    return sum(int(found.aggregate(total=Sum("points"))["total"] or 0) for found in (claims, parts))


def held_by(actor: Actor, person_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return what people hold of open currencies; who has no purse is left out. One query."""
    actor.may("points.account.read").or_refuse()
    require(actor)
    found = Account.objects.filter(
        of_unit(None), kind=AccountKind.PERSON, person_id__in=set(person_ids)
    )
    sums = found.values_list("person_id").annotate(total=Sum("balance")).order_by()
    return {person_id: int(total) for person_id, total in sums if person_id is not None}
