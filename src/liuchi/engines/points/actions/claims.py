"""Claims before they are posted: proposed, reviewed, returned, withdrawn."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import PostRow
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts, queries, rules
from liuchi.engines.points.actions import budgets
from liuchi.engines.points.actions.claim_writing import claim_facts, entry_of, proposed_facts
from liuchi.engines.points.actions.entering import Line, check_words, enter, open_batch_of
from liuchi.engines.points.actions.notices import put_on_notice
from liuchi.engines.points.enums import ClaimState, ClaimVerb
from liuchi.engines.points.models import Claim, Review
from liuchi.engines.points.queries import ClaimRow
from liuchi.engines.points.scope import is_above_villages
from liuchi.engines.points.spec import ReviewSpec
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import Decision, first_refusal
from liuchi.kernel.errors import Conflict, Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

_VERBS = {"approve": ClaimVerb.APPROVE, "reject": ClaimVerb.REJECT, "return": ClaimVerb.RETURN}


def propose_claim(
    *,
    actor: Actor,
    key: str,
    person_id: UUID,
    rule_code: str,
    happened_on: date,
    quantity: int = 1,
    note: str = "",
    evidence: Sequence[UUID] = (),
    asked_by_id: UUID | None = None,
    batch_id: UUID | None = None,
) -> ClaimRow:
    """Claim points for a deed: one's own, a neighbour's, or anybody's by a recorder.

    ``asked_by_id`` is the resident who asked at the desk; of a resident's own request it
    is the resident. ``batch_id`` is the page of a paper book it was found on: then the
    playbook's ``enter_within`` says how far back it may lie. ``evidence`` are documents
    stored before. The rule is the one in force on the day of the deed where the resident
    lives. Refused with the rules' reasons.
    """
    asked_by_id = _may_propose(actor, person_id, asked_by_id, batch_id)
    check_words(note, evidence)
    line = Line(person_id, rule_code, happened_on, quantity, note, tuple(evidence))
    body = {**_fields(line), "asked_by_id": asked_by_id, "batch_id": batch_id}
    with acting_as(actor):
        claim_id = new_id()
        earlier = journal.once(f"points.propose_claim:{actor.id}", key, body, claim_id)
        if earlier is not None:
            return queries.claim_of(actor, earlier)
        batch = None if batch_id is None else open_batch_of(batch_id)
        refused = enter(actor, [(claim_id, line)], batch=batch, asked_by_id=asked_by_id)
        for decision in refused.values():
            decision.or_refuse()
        return queries.claim_of(actor, claim_id)


def _may_propose(
    actor: Actor, person_id: UUID, asked_by_id: UUID | None, batch_id: UUID | None
) -> UUID | None:
    """Refuse who may not enter this claim; return who asked for it, as it will be kept."""
    if person_id == actor.person_id and actor.may("points.claim.propose_own").allowed:
        return None
    staff = actor.may("points.claim.propose")
    if staff.allowed:
        return asked_by_id
    if batch_id is not None or actor.person_id is None:
        staff.or_refuse()
    actor.may("points.claim.propose_for").or_refuse()
    return actor.person_id


def _fields(line: Line) -> dict[str, object]:
    return {name: getattr(line, name) for name in Line.__slots__}


def review_claim(
    *,
    actor: Actor,
    key: str,
    claim_id: UUID,
    outcome: str,
    reason: str = "",
    expected_version: int,
) -> ClaimRow:
    """Give a review's outcome: ``approve``, ``reject`` or ``return``.

    Two people and two households, always. Raises ``Conflict("claim_changed")`` where
    the claim is no longer the version the reviewer read.
    """
    actor.may("points.claim.review").or_refuse()
    verb = verb_of(outcome)
    body = {
        "claim_id": claim_id,
        "outcome": outcome,
        "reason": reason,
        "version": expected_version,
    }
    with acting_as(actor):
        if journal.once(f"points.review_claim:{actor.id}", key, body, claim_id) is None:
            claim = _locked(claim_id)
            _same_version(claim, expected_version)
            known = what_is_known(actor, [claim])
            decide_review(actor, claim, verb, reason, known).or_refuse()
            write_reviews(actor, [(claim, verb, reason)])
        return queries.claim_of(actor, claim_id)


def withdraw_claim(*, actor: Actor, key: str, claim_id: UUID) -> ClaimRow:
    """Take back a claim nobody has approved yet: by the claimant or who entered it."""
    if not actor.may("points.claim.propose_own").allowed:
        actor.may("points.claim.propose").or_refuse()
    with acting_as(actor):
        if (
            journal.once(f"points.withdraw_claim:{actor.id}", key, {"claim_id": claim_id}, claim_id)
            is None
        ):
            claim = _locked(claim_id)
            _may_touch(actor, claim, ClaimVerb.WITHDRAW)
            Claim.objects.filter(pk=claim_id).update(
                state=ClaimState.WITHDRAWN, version=claim.version + 1
            )
            _record(actor, facts.CLAIM_WITHDRAWN, claim, cause_id=claim.proposed_fact_id)
        return queries.claim_of(actor, claim_id)


def resubmit_claim(
    *,
    actor: Actor,
    key: str,
    claim_id: UUID,
    note: str,
    evidence: Sequence[UUID] = (),
) -> ClaimRow:
    """Hand in a returned claim again with a new note and more evidence."""
    if not actor.may("points.claim.propose_own").allowed:
        actor.may("points.claim.propose").or_refuse()
    check_words(note, evidence)
    body = {"claim_id": claim_id, "note": note, "evidence": tuple(evidence)}
    with acting_as(actor):
        if journal.once(f"points.resubmit_claim:{actor.id}", key, body, claim_id) is None:
            claim = _locked(claim_id)
            _may_touch(actor, claim, ClaimVerb.RESUBMIT)
            shown = [*claim.evidence, *(each for each in evidence if each not in claim.evidence)]
            check_words(note, shown)
            Claim.objects.filter(pk=claim_id).update(
                state=ClaimState.PROPOSED,
                version=claim.version + 1,
                note=note,
                evidence=shown,
                waiting_since=clock.now(),
                review_step=1,
                review_round=claim.review_round + 1,
            )
            _record(actor, facts.CLAIM_PROPOSED, claim, cause_id=claim.reviewed_fact_id)
        return queries.claim_of(actor, claim_id)


def _locked(claim_id: UUID) -> Claim:
    claim = Claim.objects.select_for_update().filter(pk=claim_id).first()
    if claim is None:
        raise NotFound("claim")
    return claim


def verb_of(outcome: str) -> ClaimVerb:
    """Return the verb of a review's outcome, or raise Invalid."""
    verb = _VERBS.get(outcome)
    if verb is None:
        raise Invalid("outcome_unknown", Sentence("请选择评议结果。", "Choose an outcome."))
    return verb


CHANGED = Sentence(
    "这笔申报在您查看之后有变动，请重新打开再评议。",
    "This claim has changed since you opened it. Open it again and review it then.",
)


def _same_version(claim: Claim, expected: int) -> None:
    if claim.version != expected:
        raise Conflict("claim_changed", CHANGED)


@dataclass(frozen=True, slots=True)
class Known:
    """What has to be known of some claims and a reviewer before any is decided.

    ``households`` are those of the present day; ``passed`` who took an earlier step of the
    running round, by claim. ``posts`` are the reviewer's, empty where no claim has steps.
    """

    households: Mapping[UUID, UUID]
    passed: Mapping[UUID, frozenset[UUID]]
    posts: tuple[PostRow, ...]


def what_is_known(actor: Actor, claims: Sequence[Claim]) -> Known:
    """Read it for all of them: one statement, three where the playbook has steps."""
    people = {claim.person_id for claim in claims} | {actor.person_id}
    households = directory.household_ids_of([each for each in people if each], clock.today())
    rounds = {claim.id: claim.review_round for claim in claims if _review_spec(claim).steps}
    if not rounds:
        return Known(households, {}, ())
    taken = Review.objects.filter(claim_id__in=rounds).values_list(
        "claim_id", "round", "reviewed_by_id"
    )
    passed: dict[UUID, set[UUID]] = defaultdict(set)
    for claim_id, number, reviewer_id in taken:
        if rounds[claim_id] == number:
            passed[claim_id].add(reviewer_id)
    frozen = {claim_id: frozenset(who) for claim_id, who in passed.items()}
    return Known(households, frozen, directory.posts_of_users([actor.id]))


def decide_review(
    actor: Actor, claim: Claim, verb: ClaimVerb, reason: str, known: Known
) -> Decision:
    """Decide whether the actor may give this outcome in the step the claim is at."""
    return first_refusal(
        rules.may_review(_review_of(actor, claim, verb, reason, known.households)),
        rules.may_take_step(_turn_of(actor, claim, known)),
    )


def _turn_of(actor: Actor, claim: Claim, known: Known) -> rules.Turn:
    here = [post for post in known.posts if claim.scope_code.startswith(post.scope_code)]
    return rules.Turn(
        review=_review_spec(claim),
        step=claim.review_step,
        reviewer_id=actor.id,
        roles={post.role for post in here},
        groups={post.organization_name for post in here},
        passed_by=known.passed.get(claim.id, frozenset()),
        from_above=is_above_villages(actor),
    )


def _review_spec(claim: Claim) -> ReviewSpec:
    return queries.spec_as_applied(claim.playbook_version).review


def _review_of(
    actor: Actor,
    claim: Claim,
    verb: ClaimVerb,
    reason: str,
    households: Mapping[UUID, UUID],
) -> rules.Review:
    """Return who would review what; ``households`` are those of the present day."""
    return rules.Review(
        state=ClaimState(claim.state),
        verb=verb,
        proposer_id=directory.answers_for(claim.proposed_by_id, actor.id, claim.scope_code),
        claimant_id=claim.person_id,
        claimant_household_id=households.get(claim.person_id),
        reviewer_id=actor.id,
        reviewer_person_id=actor.person_id,
        reviewer_household_id=households.get(actor.person_id) if actor.person_id else None,
        reason=reason,
        asked_by_id=claim.asked_by_id,
        from_above=is_above_villages(actor),
        moved_up=claim.upper_since is not None,
    )


_UPDATE = """
UPDATE points_claim AS claim
SET state = new.state, version = claim.version + 1, reviewed_by_id = %s, reviewed_at = %s,
    reviewed_fact_id = new.fact_id, review_reason = new.reason,
    notice_ends_at = new.notice_ends_at, sheet_id = new.sheet_id, sheet_place = new.sheet_place,
    name_hidden = coalesce(new.name_hidden, claim.name_hidden),
    review_step = new.review_step, waiting_since = coalesce(new.waiting_since, claim.waiting_since)
FROM jsonb_to_recordset(%s) AS new (
    id uuid, state text, fact_id uuid, reason text, notice_ends_at timestamptz, sheet_id uuid,
    sheet_place integer, name_hidden boolean, review_step integer, waiting_since timestamptz)
WHERE claim.id = new.id
"""


def write_reviews(actor: Actor, verdicts: Sequence[tuple[Claim, ClaimVerb, str]]) -> None:
    """Write what a reviewer has decided about locked claims, each in the step it is at.

    Facts, steps and claims in a statement each. Approved before the last step, a claim
    stays proposed and waits for the next group.
    """
    now = clock.now()
    taken = [
        _Taken(claim, rules.verb_at(_review_spec(claim), claim.review_step, verb), reason.strip())
        for claim, verb, reason in verdicts
    ]
    approved = [each.claim for each in taken if each.state is ClaimState.ON_NOTICE]
    budgets.commit(approved)
    places = put_on_notice(actor, approved)
    fact_ids = journal.record_all([_reviewed(each) for each in taken], actor=actor)
    Review.objects.bulk_create(
        [each.row(actor, now, fact_id) for each, fact_id in zip(taken, fact_ids, strict=True)]
    )
    rows = [
        {
            "id": each.claim.id,
            "state": each.state,
            "fact_id": fact_id,
            "reason": each.reason,
            "review_step": each.claim.review_step + each.forwards,
            "waiting_since": now.isoformat() if each.forwards else None,
            **places.get(each.claim.id, {}),
        }
        for each, fact_id in zip(taken, fact_ids, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [actor.id, now, json.dumps(rows, default=str)])


@dataclass(frozen=True, slots=True)
class _Taken:
    """A step that is being taken: the claim, what the outcome means in it, and why."""

    claim: Claim
    verb: ClaimVerb
    reason: str

    @property
    def state(self) -> ClaimState:
        return rules.moved(ClaimState(self.claim.state), self.verb)

    @property
    def forwards(self) -> bool:
        return self.verb is ClaimVerb.FORWARD

    def row(self, actor: Actor, now: datetime, fact_id: UUID) -> Review:
        step = _review_spec(self.claim).step(self.claim.review_step)
        return Review(
            id=new_id(),
            claim_id=self.claim.id,
            person_id=self.claim.person_id,
            scope_code=self.claim.scope_code,
            round=self.claim.review_round,
            step=self.claim.review_step,
            by_group="" if step is None else step.by,
            outcome=self.verb,
            reason=self.reason,
            reviewed_by_id=actor.id,
            reviewed_at=now,
            fact_id=fact_id,
        )


def _reviewed(taken: _Taken) -> journal.Entry:
    claim = taken.claim
    return entry_of(
        facts.CLAIM_REVIEWED,
        claim,
        facts.ReviewData(
            **dict(claim_facts(claim)), outcome=taken.verb.value, step=claim.review_step
        ),
        cause_id=claim.proposed_fact_id,
    )


def _may_touch(actor: Actor, claim: Claim, verb: ClaimVerb) -> None:
    rules.may_take_back(
        ClaimState(claim.state),
        verb,
        actor_id=actor.id,
        actor_person_id=actor.person_id,
        proposer_id=directory.answers_for(claim.proposed_by_id, actor.id, claim.scope_code),
        claimant_id=claim.person_id,
        asked_by_id=claim.asked_by_id,
    ).or_refuse()


def _record(actor: Actor, kind: str, claim: Claim, *, cause_id: UUID | None = None) -> UUID:
    data = proposed_facts(claim) if kind == facts.CLAIM_PROPOSED else claim_facts(claim)
    (fact_id,) = journal.record_all([entry_of(kind, claim, data, cause_id=cause_id)], actor=actor)
    return fact_id
