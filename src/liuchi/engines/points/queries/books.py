"""The rules in force at a place as people read them: since when, by whom, what is new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.engines.points.queries.places import RuleRow, rules, rules_at, spec_of
from liuchi.engines.points.rules import RuleChange, rule_changes
from liuchi.engines.points.spec import PointsSpec
from liuchi.playbooks import stored


@dataclass(frozen=True, slots=True)
class RuleBook:
    """One method's rules of points. Days are work days but for ``claim_within_days``.

    ``changes`` are against the version before, which held from ``before_from``; None
    where this is the first. ``next_from`` is the day a version already published begins.
    """

    code: str
    title: str
    currency: str
    version: int
    in_force_from: date
    approved_by: str
    claim_within_days: int
    notice_days_least: int
    notice_days_most: int
    answer_days: int
    wait_days: int
    rules: tuple[RuleRow, ...]
    before_from: date | None
    changes: tuple[RuleChange, ...]
    next_from: date | None


def rule_books(village_id: UUID, on: date) -> tuple[RuleBook, ...]:
    """Return the rules of points in force at a village on a day. Anybody may read them."""
    return tuple(_book(applied, spec, on) for applied, spec in rules_at(village_id, on))


def _book(applied: AppliedPlaybook, spec: PointsSpec, on: date) -> RuleBook:
    versions = journal.playbook_versions(applied.code)
    earlier = [each for each in versions if each.version < applied.version]
    later = [each for each in versions if each.in_force_from > on]
    before = max(earlier, key=lambda each: (each.in_force_from, each.version), default=None)
    was = None if before is None else spec_of(before)
    notice = [rule.publicity_work_days for rule in spec.rules]
    return RuleBook(
        code=applied.code,
        title=_title(applied),
        currency=spec.currency.title,
        version=applied.version,
        in_force_from=applied.in_force_from,
        approved_by=applied.approved_by,
        claim_within_days=spec.claim_within_days,
        notice_days_least=min(notice),
        notice_days_most=max(notice),
        answer_days=spec.objections.answer_within.amount,
        wait_days=spec.objections.post_after_answer.amount,
        rules=rules(applied),
        before_from=None if before is None or was is None else before.in_force_from,
        changes=() if was is None else rule_changes(spec, was),
        next_from=min((each.in_force_from for each in later), default=None),
    )


def _title(applied: AppliedPlaybook) -> str:
    return stored(applied.compiled).core.title if "playbook" in applied.compiled else applied.code
