"""Which working method is in force at a place, and the points rules it brings."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.journal import queries as journal
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import RuleRow
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import today


def rules_to_enter(actor: Actor, area_id: UUID) -> tuple[RuleRow, ...]:
    """Return the rules by which the actor may enter deeds of others at a place."""
    return rules_at(area_id, internal=actor.may("points.internal.read").allowed)


def rules_at(area_id: UUID, *, internal: bool = False) -> tuple[RuleRow, ...]:
    """Return the points rules in force at an area today; empty where no method is.

    Those of internal currencies only where asked for: pages for everybody never do.
    """
    return tuple(
        rule
        for playbook in journal.playbooks_in_force(area_id, today())
        for rule in points.rules(playbook)
        if internal or not rule.internal
    )


def places_with_methods() -> tuple[AreaRow, ...]:
    """Return the areas where any working method is in force today, by code."""
    ids = {
        place for playbook in journal.playbooks_in_force(None, today()) for place in playbook.places
    }
    return tuple(sorted(directory.areas(ids).values(), key=lambda area: area.scope_code))


def villages_by_town(
    villages: tuple[AreaRow, ...],
) -> tuple[tuple[AreaRow | None, tuple[AreaRow, ...]], ...]:
    """Return villages under the town each lies in, by code; two statements in all."""
    parents = directory.areas({v.parent_id for v in villages if v.parent_id is not None})
    return tuple(
        (parents.get(parent) if parent else None, tuple(group))
        for parent, group in groupby(villages, key=lambda village: village.parent_id)
    )


def by_class(rules: tuple[RuleRow, ...]) -> tuple[tuple[str, tuple[RuleRow, ...]], ...]:
    """Return rules under the headings of their classes, in the playbook's order."""
    order = {rule.class_title: number for number, rule in reversed([*enumerate(rules)])}
    ordered = sorted(rules, key=lambda rule: order[rule.class_title])
    return tuple(
        (title, tuple(group))
        for title, group in groupby(ordered, key=lambda rule: rule.class_title)
    )


def rule_titled(rules: tuple[RuleRow, ...], code: str) -> RuleRow | None:
    """Return the rule with this code."""
    return next((rule for rule in rules if rule.code == code), None)


def rules_matching(rules: tuple[RuleRow, ...], text: str) -> tuple[RuleRow, ...]:
    """Return the rules a few typed letters may mean: the whole title first, else any part.

    Characters of the title in their order (``扫楼道``), or the initials of its sounds.
    """
    wanted = text.strip().lower()
    whole = tuple(rule for rule in rules if wanted in (rule.title.lower(), rule.code.lower()))
    if whole or not wanted:
        return whole
    return tuple(
        rule
        for rule in rules
        if wanted in rule.title.lower() or wanted in directory.initials(rule.title)
    )
