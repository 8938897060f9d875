"""The inflation guard: a place approves no more points in a period than its budget holds."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from liuchi.engines.points import queries
from liuchi.engines.points.models import Budget, Claim
from liuchi.engines.points.spec.currency import BudgetSpec
from liuchi.kernel import clock
from liuchi.kernel.errors import Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence


def commit(claims: Sequence[Claim]) -> None:
    """Put claims about to be approved under their place's budget, or refuse all of them.

    Inside the transaction that approves them. The budget's row is locked to its end, so two
    reviewers follow each other; beside that the table itself refuses to pass its limit. No
    statement where the playbook sets no budget.
    """
    held: dict[tuple[UUID, str], tuple[BudgetSpec, list[Claim]]] = {}
    for claim in claims:
        spec = queries.spec_as_applied(claim.playbook_version).currency.budget
        if spec is not None:
            held.setdefault((claim.village_id, claim.unit), (spec, []))[1].append(claim)
    for (village_id, unit), (spec, under) in sorted(held.items(), key=lambda each: str(each[0])):
        budget = _locked(village_id, unit, spec)
        wanted = sum(claim.points for claim in under if claim.budget_id is None)
        if budget.committed + wanted > budget.points:
            raise _used_up(budget)
        Claim.objects.filter(pk__in=[claim.pk for claim in under]).update(budget=budget)


def room_for(version: UUID, village_id: UUID, unit: str, points: int) -> Budget | None:
    """Return the locked budget that holds so many points more; None where there is none."""
    spec = queries.spec_as_applied(version).currency.budget
    if spec is None:
        return None
    budget = _locked(village_id, unit, spec)
    if budget.committed + points > budget.points:
        raise _used_up(budget)
    return budget


def _locked(village_id: UUID, unit: str, spec: BudgetSpec) -> Budget:
    first, last = spec.period(clock.today())
    Budget.objects.bulk_create(
        [
            Budget(
                id=new_id(),
                village_id=village_id,
                unit=unit,
                first_day=first,
                last_day=last,
                points=spec.points,
                committed=0,
            )
        ],
        ignore_conflicts=True,
    )
    return Budget.objects.select_for_update().get(village_id=village_id, unit=unit, first_day=first)


def _used_up(budget: Budget) -> Refused:
    return Refused(
        "budget_used_up",
        Sentence(
            "本期积分预算只剩{left}分，不够这次通过，请报镇街。",
            "Only {left} points of the budget are left. Ask the town office.",
            {"left": budget.points - budget.committed},
        ),
    )
