"""One decision about a whole list, with single people left out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points.actions.claims import (
    CHANGED,
    Known,
    decide_review,
    verb_of,
    what_is_known,
    write_reviews,
)
from liuchi.engines.points.models import Claim, Review
from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import ALLOWED, Decision
from liuchi.kernel.errors import Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

GROUP_MAX = 300


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """What a reviewer decides about one claim of a group, as it was read."""

    claim_id: UUID
    expected_version: int
    outcome: str = "approve"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A claim of the group that was not decided, and why."""

    claim_id: UUID
    person_name: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What became of a group: how many were decided, which were not."""

    done: int
    left: tuple[LeftOut, ...]


GONE = Sentence("这笔申报已不在您的范围里。", "This claim is no longer within your area.")


def review_claims(*, actor: Actor, key: str, items: Sequence[ReviewItem]) -> Reviewed:
    """Review several claims at once, each by the same rules as alone.

    The reviewer's own, the household's, what has changed or left one's area meanwhile are left
    out with a sentence; the others are decided. The number of statements does not grow with theirs.
    """
    actor.may("points.claim.review").or_refuse()
    _check(items)
    verbs = {item.claim_id: verb_of(item.outcome) for item in items}
    body = {
        "items": tuple(
            (item.claim_id, item.expected_version, item.outcome, item.reason) for item in items
        )
    }
    with acting_as(actor):
        earlier = journal.once(f"points.review_claims:{actor.id}", key, body, new_id())
        locked = Claim.objects.select_for_update().filter(pk__in=verbs).order_by("id")
        claims = {claim.id: claim for claim in locked}
        if not claims:
            raise NotFound("claim")
        items = [item for item in items if item.claim_id in claims]
        known = what_is_known(actor, [*claims.values()])
        decisions = {
            item.claim_id: _decide(actor, claims[item.claim_id], item, known) for item in items
        }
        allowed = [item for item in items if decisions[item.claim_id].allowed]
        if earlier is None and allowed:
            write_reviews(
                actor,
                [(claims[i.claim_id], verbs[i.claim_id], i.reason) for i in allowed],
            )
        done = {item.claim_id for item in allowed}
        if earlier is not None:
            # The same click again: what it decided then, whatever became of it since.
            taken = Review.objects.filter(claim_id__in=claims, reviewed_by_id=actor.id)
            done = set(taken.values_list("claim_id", flat=True))
        gone = tuple(LeftOut(each, "", GONE) for each in verbs.keys() - claims.keys())
        return Reviewed(len(done), (*gone, *_left(actor, claims, decisions, done)))


def _decide(actor: Actor, claim: Claim, item: ReviewItem, known: Known) -> Decision:
    if claim.version != item.expected_version:
        return Decision(allowed=False, reason_code="claim_changed", sentence=CHANGED)
    return decide_review(actor, claim, verb_of(item.outcome), item.reason, known)


def _left(
    actor: Actor,
    claims: dict[UUID, Claim],
    decisions: dict[UUID, Decision],
    done: set[UUID],
) -> tuple[LeftOut, ...]:
    out = [claim for id_, claim in claims.items() if id_ not in done]
    people = directory.people_of(actor, [claim.person_id for claim in out]) if out else {}
    return tuple(
        LeftOut(
            claim.id,
            people[claim.person_id].name if claim.person_id in people else claim.masked_name,
            decisions.get(claim.id, ALLOWED).sentence or CHANGED,
        )
        for claim in out
    )


def _check(items: Sequence[ReviewItem]) -> None:
    if not 1 <= len({item.claim_id for item in items}) == len(items) <= GROUP_MAX:
        raise Invalid(
            "group_unusable",
            Sentence("请选择1到{most}笔申报。", "Choose 1 to {most} claims.", {"most": GROUP_MAX}),
        )
