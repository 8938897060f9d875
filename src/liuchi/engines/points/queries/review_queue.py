"""What waits for one reviewer, with what is wanted to decide it at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import ClaimState
from liuchi.engines.points.models import Claim
from liuchi.engines.points.queries.claims import ClaimRow, rows_of
from liuchi.engines.points.queries.places import spec_as_applied
from liuchi.engines.points.scope import is_above_villages, page_size, village_of
from liuchi.kernel.actors import Actor

_GONE = (ClaimState.REJECTED, ClaimState.WITHDRAWN, ClaimState.REVERSED)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A claim to be decided.

    ``reasons`` are those the playbook offers for sending it back; ``double``: the same deed
    of that day stands as another claim.
    """

    claim: ClaimRow
    reasons: tuple[str, ...]
    double: bool


def review_queue(
    actor: Actor, *, only: Sequence[UUID] | None = None, limit: int = 50
) -> tuple[QueueRow, ...]:
    """Return what waits for this reviewer, oldest first; ``only`` these, whatever their state.

    Left out is what the reviewer entered, and where the playbook has steps, what is another
    group's turn. Households are looked at when it is decided. Six statements, however many.
    """
    actor.may("points.claim.review").or_refuse()
    require(actor)
    found = Claim.objects.filter(state=ClaimState.PROPOSED).exclude(proposed_by_id=actor.id)
    if only is not None:
        found = Claim.objects.filter(pk__in=list(only))
    village = village_of(actor)
    if village is not None:
        found = found.filter(village_id=village)
    if is_above_villages(actor):
        found = found.filter(upper_since__isnull=False)
    turns = _Turns(actor)
    most = page_size(limit)
    # Some more are read, as those of another group's turn fall out of them.
    waiting = found.order_by("id")[: 4 * most]
    held = [each for each in waiting if only or turns.are_here(each)][:most]
    doubles = _doubles(held)
    return tuple(
        QueueRow(
            row,
            spec_as_applied(claim.playbook_version).review.reasons,
            (claim.person_id, claim.rule_code, claim.happened_on) in doubles,
        )
        for claim, row in zip(held, rows_of(actor, held), strict=True)
    )


class _Turns:
    """Whether a claim is at a step of this reviewer; the posts are read once, if ever."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.posts: tuple[directory.PostRow, ...] | None = None

    def are_here(self, claim: Claim) -> bool:
        step = spec_as_applied(claim.playbook_version).review.step(claim.review_step)
        if step is None or is_above_villages(self.actor):
            return True
        if self.posts is None:
            self.posts = directory.posts_of_users([self.actor.id])
        return any(
            claim.scope_code.startswith(post.scope_code)
            and (post.organization_name == step.by or post.role == step.led_by)
            for post in self.posts
        )


def _doubles(claims: Sequence[Claim]) -> set[tuple[object, ...]]:
    """Return the deeds of these claims that stand more than once."""
    if not claims:
        return set()
    people = {each.person_id for each in claims}
    days = {each.happened_on for each in claims}
    same = Claim.objects.filter(person_id__in=people, happened_on__in=days).exclude(state__in=_GONE)
    seen: set[tuple[object, ...]] = set()
    twice: set[tuple[object, ...]] = set()
    for deed in same.values_list("person_id", "rule_code", "happened_on"):
        (twice if deed in seen else seen).add(deed)
    return twice
