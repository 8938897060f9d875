"""What a new version of the rules changes, item by item, in words people can check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from liuchi.engines.points.spec import (
    EVIDENCE_WORDS,
    PER_WORDS,
    PointsSpec,
    RuleSpec,
    cap_sentence,
)
from liuchi.kernel.sentences import Sentence


class ChangeKind(StrEnum):
    """What happened to an item."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """An item that differs between two versions; ``was`` and ``now`` where it was changed."""

    kind: ChangeKind
    code: str
    title: str
    was: Sentence | None = None
    now: Sentence | None = None


def rule_changes(now: PointsSpec, before: PointsSpec) -> tuple[RuleChange, ...]:
    """Return what differs, in the order of the new rules; what is gone comes last."""
    old = {rule.code: rule for rule in before.rules}
    new = {rule.code for rule in now.rules}
    found = [_change(rule, old.get(rule.code)) for rule in now.rules]
    gone = (
        RuleChange(ChangeKind.REMOVED, rule.code, rule.title)
        for rule in before.rules
        if rule.code not in new
    )
    return (*(each for each in found if each is not None), *gone)


def terms_sentence(rule: RuleSpec) -> Sentence:
    """Return an item's terms in one line: award, cap, evidence and days of notice."""
    per, cap = PER_WORDS[rule.per], cap_sentence(rule)
    shown = [EVIDENCE_WORDS[kind] for kind in rule.evidence]
    return Sentence(
        "{title}：{per}{award}分，{cap}，凭{shown}，公示{days}个工作日",
        "{title}: {award} {per_en}, {cap_en}, evidence: {shown_en}, on notice {days} work days",
        {
            "title": rule.title,
            "per": per.zh,
            "per_en": per.en,
            "award": rule.award,
            "cap": cap.in_language("zh"),
            "cap_en": cap.in_language("en"),
            "shown": "、".join(word.zh for word in shown) or "申报",
            "shown_en": ", ".join(word.en for word in shown) or "the claim",
            "days": rule.publicity_work_days,
        },
    )


def _change(rule: RuleSpec, before: RuleSpec | None) -> RuleChange | None:
    if before is None:
        return RuleChange(ChangeKind.ADDED, rule.code, rule.title)
    was, now = terms_sentence(before), terms_sentence(rule)
    if was == now and before.class_ == rule.class_:
        return None
    return RuleChange(ChangeKind.CHANGED, rule.code, rule.title, was, now)
