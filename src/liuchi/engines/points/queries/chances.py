"""What a person can still earn: what neighbours are doing, and how much room a cap leaves."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from liuchi.engines.journal.scope import require
from liuchi.engines.points import rules
from liuchi.engines.points.enums import CapPer, Evidence
from liuchi.engines.points.queries.places import notices, rules_at
from liuchi.engines.points.scope import require_any
from liuchi.engines.points.spec import RuleSpec
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor

CHANCES_MOST = 5


@dataclass(frozen=True, slots=True)
class Chance:
    """A deed that still earns. ``room``: points left in the cap's period, None where no cap is.

    ``neighbours`` counts the awards for it that stand on notice in the village now.
    """

    rule_code: str
    title: str
    award: int
    per: str
    evidence: tuple[Evidence, ...]
    room: int | None
    cap_per: CapPer | None
    neighbours: int


def chances(
    actor: Actor, person_id: UUID, village_id: UUID, *, most: int = CHANCES_MOST
) -> tuple[Chance, ...]:
    """Return deeds that still earn the person something today, what neighbours do first.

    Three statements. What is internal to an organisation is left out.
    """
    require_any(actor, "points.claim.propose_own", "points.claim.read")
    require(actor)
    offered = tuple(_offered(village_id))
    used = _used(person_id, offered)
    seen = Counter(row.rule_title for row in notices(village_id))
    found = []
    for place, (rule, _unit) in enumerate(offered):
        room = rules.room_under_cap(rule, used.get(place, 0))
        if room is None or room >= rule.award:
            found.append(_chance(rule, room, seen[rule.title]))
    return tuple(sorted(found, key=lambda each: -each.neighbours)[:most])


@dataclass(frozen=True, slots=True)
class OverCap:
    """A cap passed: two records that turned out to be one person filled it together."""

    title: str
    used: int
    most: int
    per: CapPer


def over_caps(actor: Actor, person_id: UUID, village_id: UUID) -> tuple[OverCap, ...]:
    """Return the caps of today's periods that the person's records have passed together.

    Nothing is taken back for it; the rule earns nothing more in its period.
    """
    require_any(actor, "points.claim.read")
    require(actor)
    offered = tuple(_offered(village_id))
    used = _used(person_id, offered)
    return tuple(
        OverCap(rule.title, used[place], rule.cap.points, rule.cap.per)
        for place, (rule, _unit) in enumerate(offered)
        if rule.cap is not None and used[place] > rule.cap.points
    )


def _offered(village_id: UUID) -> Iterator[tuple[RuleSpec, str]]:
    for _playbook, spec in rules_at(village_id, clock.today()):
        if spec.currency.visibility != "internal":
            yield from ((rule, spec.currency.unit) for rule in spec.rules)


def _used(person_id: UUID, offered: tuple[tuple[RuleSpec, str], ...]) -> dict[int, int]:
    """Return the points already taken up under each cap, by the rule's place."""
    wanted, places = [], []
    for place, (rule, unit) in enumerate(offered):
        if rule.cap is None:
            continue
        first, end = rules.cap_period(rule.cap.per, clock.today())
        places.append(place)
        wanted.append(
            {
                "person_id": str(person_id),
                "unit": unit,
                "rule_code": rule.code,
                "first": None if rule.cap.per is CapPer.ONCE else str(first),
                "end": None if rule.cap.per is CapPer.ONCE else str(end),
            }
        )
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT used FROM points_used(%s) ORDER BY place", [json.dumps(wanted)])
        return {place: int(used) for place, (used,) in zip(places, cursor.fetchall(), strict=True)}


def _chance(rule: RuleSpec, room: int | None, neighbours: int) -> Chance:
    return Chance(
        rule.code,
        rule.title,
        rule.award,
        rule.per.value,
        tuple(rule.evidence),
        room,
        None if rule.cap is None else rule.cap.per,
        neighbours,
    )
