"""The inflation guard: a place approves no more points in a period than its budget holds.

The playbook says how many; the town may set another sum for one place and period, and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import AreaKind
from liuchi.engines.directory.scope import require_covers
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts, queries, rules
from liuchi.engines.points.models import Budget, BudgetChange, Claim
from liuchi.engines.points.scope import sees_internal
from liuchi.engines.points.spec.currency import BudgetSpec
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

WRITE = "points.budget.write"
REASON_CHARACTERS_MAX = 200


def set_budget(
    *, village_id: UUID, currency: str, points: int, reason: str, actor: Actor, key: str
) -> UUID:
    """Set what a place may approve in the period that runs; returns the change's id.

    Refused below what is approved. What changed, by whom and why is read at the place.
    """
    actor.may(WRITE).or_refuse()
    reason = reason.strip()[:REASON_CHARACTERS_MAX]
    change_id = new_id()
    body = {"village": village_id, "currency": currency, "points": points, "reason": reason}
    with acting_as(actor):
        earlier = journal.once(f"points.set_budget:{actor.id}", key, body, change_id)
        if earlier is not None:
            return earlier
        version_id, unit, spec = _budgeted(actor, village_id, currency)
        budget = _locked(village_id, unit, spec)
        rules.may_set_budget(
            before=budget.points, after=points, committed=budget.committed, reason=reason
        ).or_refuse()
        BudgetChange.objects.create(
            id=change_id,
            budget=budget,
            before=budget.points,
            after=points,
            reason=reason,
            changed_by_id=actor.id,
            changed_at=clock.now(),
        )
        Budget.objects.filter(pk=budget.pk).update(points=points)
        journal.record(
            facts.BUDGET_SET,
            actor=actor,
            subject_kind="budget",
            subject_id=budget.pk,
            area_id=village_id,
            amount=points,
            data=facts.BudgetData(
                home_area=village_id,
                currency=currency,
                first_day=budget.first_day,
                before=budget.points,
            ),
            playbook_version=version_id,
        )
    return change_id


def _budgeted(actor: Actor, village_id: UUID, currency: str) -> tuple[UUID, str, BudgetSpec]:
    """Return by which version a village has a budget, in which unit, and how much."""
    place = directory.area(village_id)
    require_covers(actor, place.scope_code, "area")
    if AreaKind(place.kind).is_village:
        for version, spec in queries.rules_at(village_id, clock.today()):
            held = spec.currency
            if held.code == currency and held.budget is not None:
                if held.internal and not sees_internal(actor):
                    break
                return version.id, held.unit, held.budget
    raise NotFound("budget")


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
