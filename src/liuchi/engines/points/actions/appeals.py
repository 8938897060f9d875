"""Appeals: a claimant asks the next tier to look at a rejected claim again.

Upheld, the claim goes on notice after all, reviewed by who decided the appeal. Dismissed,
it stays rejected, and both the reason and who gave it are there to be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db.models import F, QuerySet

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts, queries, rules
from liuchi.engines.points.actions.claim_writing import claim_facts, entry_of
from liuchi.engines.points.actions.entering import room_of
from liuchi.engines.points.actions.notices import put_on_notice
from liuchi.engines.points.enums import (
    ClaimAppealOutcome,
    ClaimAppealState,
    ClaimState,
    ClaimVerb,
    ObjectionVia,
)
from liuchi.engines.points.models import Appeal, Claim, Objection, Review
from liuchi.engines.points.queries import AppealRow
from liuchi.engines.points.queries.appeals import appeal_ends
from liuchi.engines.points.scope import calendar, is_above_villages
from liuchi.engines.points.spec import AppealsSpec
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

_ENTER = "points.objection.enter"
_DECIDE = "points.claim.review"


def ask_appeal(*, actor: Actor, key: str, claim_id: UUID, reason: str) -> AppealRow:
    """Appeal against a rejection: the claimant, or staff who take it down for the claimant."""
    on_behalf = actor.may(_ENTER).allowed
    if not on_behalf:
        actor.may("points.claim.propose_own").or_refuse()
    body = {"claim_id": claim_id, "reason": reason}
    with acting_as(actor):
        appeal_id = new_id()
        earlier = journal.once(f"points.ask_appeal:{actor.id}", key, body, appeal_id)
        if earlier is None:
            claim = _locked(claim_id)
            rules.may_appeal(
                ClaimState(claim.state),
                claimant_id=claim.person_id,
                person_id=actor.person_id,
                on_behalf=on_behalf,
                ends_at=appeal_ends(claim),
                now=clock.now(),
                appealed_already=_held(claim_id).exists(),
                reason=reason,
            ).or_refuse()
            _insert(actor, appeal_id, claim, reason.strip())
        return queries.appeal(actor, earlier or appeal_id)


def withdraw_appeal(*, actor: Actor, key: str, appeal_id: UUID) -> AppealRow:
    """Take an open appeal back: by the claimant, or who took it down."""
    with acting_as(actor):
        scope = f"points.withdraw_appeal:{actor.id}"
        if journal.once(scope, key, {"appeal_id": appeal_id}, appeal_id) is None:
            claim, appeal = _both(appeal_id)
            if actor.person_id != appeal.person_id and actor.id != appeal.entered_by_id:
                raise NotFound("appeal")
            rules.may_close_appeal(ClaimAppealState(appeal.state)).or_refuse()
            Appeal.objects.filter(pk=appeal_id).update(state=ClaimAppealState.WITHDRAWN, reason="")
            _record(actor, facts.APPEAL_WITHDRAWN, claim, appeal)
        return queries.appeal(actor, appeal_id)


def decide_appeal(
    *, actor: Actor, key: str, appeal_id: UUID, outcome: str, answer: str
) -> AppealRow:
    """Uphold or dismiss an appeal, by somebody of the next tier who had no part before."""
    actor.may(_DECIDE).or_refuse()
    try:
        chosen = ClaimAppealOutcome(outcome)
    except ValueError as error:
        raise Invalid(
            "outcome_unknown", Sentence("请选择复议结果。", "Choose an outcome.")
        ) from error
    body = {"appeal_id": appeal_id, "outcome": outcome, "answer": answer}
    with acting_as(actor):
        scope = f"points.decide_appeal:{actor.id}"
        if journal.once(scope, key, body, appeal_id) is None:
            claim, appeal = _both(appeal_id)
            rules.may_decide_appeal(_appealed(actor, claim, appeal, chosen, answer)).or_refuse()
            appeal.outcome = chosen
            fact_id = _record(actor, facts.APPEAL_DECIDED, claim, appeal)
            Appeal.objects.filter(pk=appeal_id).update(
                state=ClaimAppealState.DECIDED,
                outcome=chosen,
                answer=answer.strip(),
                decided_by_id=actor.id,
                decided_at=clock.now(),
                decided_fact_id=fact_id,
            )
            if chosen is ClaimAppealOutcome.UPHELD:
                _reinstate(actor, claim, answer.strip(), fact_id)
        return queries.appeal(actor, appeal_id)


def _locked(claim_id: UUID) -> Claim:
    claim = Claim.objects.select_for_update().filter(pk=claim_id).first()
    if claim is None:
        raise NotFound("claim")
    return claim


def _both(appeal_id: UUID) -> tuple[Claim, Appeal]:
    """Return the claim, locked, and the appeal as it is under that lock."""
    appeal = Appeal.objects.filter(pk=appeal_id).first()
    if appeal is None:
        raise NotFound("appeal")
    claim = _locked(appeal.claim_id)
    appeal.refresh_from_db()
    return claim, appeal


def _held(claim_id: UUID) -> QuerySet[Appeal]:
    return Appeal.objects.filter(claim_id=claim_id).exclude(state=ClaimAppealState.WITHDRAWN)


def _insert(actor: Actor, appeal_id: UUID, claim: Claim, reason: str) -> None:
    now, own = clock.now(), actor.person_id == claim.person_id
    appeal = Appeal(
        id=appeal_id,
        claim_id=claim.id,
        person_id=claim.person_id,
        village_id=claim.village_id,
        scope_code=claim.scope_code,
        via=ObjectionVia.WEB if own else ObjectionVia.PAPER,
        entered_by_id=None if own else actor.id,
        reason=reason,
        asked_at=now,
        due_at=calendar().end_of_notice(now, _spec(claim).answer_within),
        state=ClaimAppealState.OPEN,
        outcome="",
        answer="",
    )
    appeal.asked_fact_id = _record(actor, facts.APPEAL_ASKED, claim, appeal)
    appeal.save(force_insert=True)


def _appealed(
    actor: Actor, claim: Claim, appeal: Appeal, outcome: ClaimAppealOutcome, answer: str
) -> rules.Appealed:
    people = [each for each in (claim.person_id, actor.person_id) if each]
    homes: Mapping[UUID, UUID] = directory.household_ids_of(people, clock.today())
    posts = directory.posts_of_users([actor.id])
    return rules.Appealed(
        state=ClaimAppealState(appeal.state),
        outcome=outcome,
        answer=answer,
        decider_id=actor.id,
        decider_person_id=actor.person_id,
        decider_household_id=homes.get(actor.person_id) if actor.person_id else None,
        claimant_id=claim.person_id,
        claimant_household_id=homes.get(claim.person_id),
        involved=_involved(actor, claim, appeal),
        to_group=_spec(claim).to,
        groups={
            post.organization_name for post in posts if claim.scope_code.startswith(post.scope_code)
        },
        from_above=is_above_villages(actor),
        points=claim.points,
        room=room_of(claim),
    )


def _involved(actor: Actor, claim: Claim, appeal: Appeal) -> set[UUID]:
    """Return who has entered, reviewed or answered before; whoever took over from them, too."""
    held = {claim.proposed_by_id, claim.reviewed_by_id, appeal.entered_by_id}
    held |= set(Review.objects.filter(claim_id=claim.id).values_list("reviewed_by_id", flat=True))
    answered = Objection.objects.filter(claim_id=claim.id, answered_by_id__isnull=False)
    held |= set(answered.values_list("answered_by_id", flat=True))
    return {
        directory.answers_for(each, actor.id, claim.scope_code) for each in held if each is not None
    }


def _reinstate(actor: Actor, claim: Claim, answer: str, fact_id: UUID) -> None:
    Claim.objects.filter(pk=claim.id).update(
        state=rules.moved(ClaimState(claim.state), ClaimVerb.REINSTATE),
        version=F("version") + 1,
        reviewed_by_id=actor.id,
        reviewed_at=clock.now(),
        reviewed_fact_id=fact_id,
        review_reason=answer,
        posts_not_before=None,
        **put_on_notice(actor, [claim])[claim.id],
    )


def _spec(claim: Claim) -> AppealsSpec:
    return queries.spec_as_applied(claim.playbook_version).appeals


def _record(actor: Actor, kind: str, claim: Claim, appeal: Appeal) -> UUID:
    data = facts.ClaimAppealData(
        **dict(claim_facts(claim)), appeal=appeal.id, via=appeal.via, outcome=appeal.outcome
    )
    first = kind == facts.APPEAL_ASKED
    cause = claim.reviewed_fact_id if first else appeal.asked_fact_id
    (fact_id,) = journal.record_all([entry_of(kind, claim, data, cause_id=cause)], actor=actor)
    return fact_id
