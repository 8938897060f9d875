"""What happens to a claim: the claimant is told, and whoever has to do something about it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from liuchi.engines.journal.queries import FactRow
from liuchi.engines.notices.actions import Notice
from liuchi.engines.points.queries import ClaimNote
from liuchi.flows.notifying.words import CLAIM, AppealsOf, Batch, Done, Effect, ReviewsOf
from liuchi.kernel.sentences import Sentence, Value

MADE_FOR_YOU = "points.claim_made_for_you"
RETURNED = "points.claim_returned"


def proposed(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell a resident of a claim somebody else has made; handed in again, it is no news."""
    claim = batch.claim(fact)
    if claim is None:
        return
    yield ReviewsOf(claim.village_id)
    yield Done(RETURNED, claim.id)
    if fact.cause_id is None and not batch.is_own(fact.actor_id, claim.person_id):
        yield _to_claimant(
            fact,
            claim,
            MADE_FOR_YOU,
            "有人替您申报了“{rule}”，通过后记 {points} 分。",
            "'{rule}' was claimed for you: {points} points once it is approved.",
        )


def reviewed(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell the claimant what came of it, and of a return also who has to add to it."""
    claim = batch.claim(fact)
    if claim is None:
        return
    yield ReviewsOf(claim.village_id)
    outcome = (fact.data or {}).get("outcome")
    if outcome == "approve":
        yield _approved(fact, claim)
    elif outcome == "reject":
        yield _to_claimant(
            fact,
            claim,
            "points.claim_rejected",
            "“{rule}”的申报没有通过，理由见申报记录。",
            "Your claim for '{rule}' was not approved. The record gives the reason.",
        )
    elif outcome == "return":
        yield from _returned(fact, claim, batch)


def awarded(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell the claimant that points are there."""
    claim = batch.claim(fact)
    if claim is not None:
        yield _to_claimant(
            fact,
            claim,
            "points.awarded",
            "+{points} 分：“{rule}”已记入。",
            "+{points} points for '{rule}'.",
        )


def award_reversed(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell the claimant that points were taken back, and where the reason stands."""
    claim = batch.claim(fact)
    if claim is not None:
        yield _to_claimant(
            fact,
            claim,
            "points.award_reversed",
            "“{rule}”的 {points} 分已更正，理由见积分记录。",
            "The {points} points for '{rule}' were corrected. The record gives the reason.",
        )


def raised(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell the town office of a claim that nobody of the village could or did review."""
    claim = batch.claim(fact)
    if claim is not None:
        yield ReviewsOf(claim.village_id)


def stopped(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell the claimant that an objection was upheld."""
    claim = batch.claim(fact)
    if claim is not None:
        yield _to_claimant(
            fact,
            claim,
            "points.claim_stopped",
            "“{rule}”经核实不记分，理由见申报记录。",
            "'{rule}' was looked into and will not count. The record gives the reason.",
        )


def corrected(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell the claimant that an objection has changed the points to come."""
    claim = batch.claim(fact)
    if claim is not None:
        yield _to_claimant(
            fact,
            claim,
            "points.claim_corrected",
            "“{rule}”经核实改为 +{points} 分，理由见申报记录。",
            "'{rule}' was corrected to +{points} points. The record gives the reason.",
        )


def appeals_changed(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Count anew the appeals that wait."""
    claim = batch.claim(fact)
    if claim is not None:
        yield AppealsOf(claim.village_id)


def appeal_asked(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell who decides; and the claimant, where somebody else took the appeal down."""
    yield from appeals_changed(fact, batch)
    claim = batch.claim(fact)
    if claim is not None and not batch.is_own(fact.actor_id, claim.person_id):
        yield _to_claimant(
            fact,
            claim,
            "points.appeal_asked_for_you",
            "已替您就“{rule}”申请复议，有结果会告诉您。",
            "An appeal was made for you about '{rule}'. You will hear of the outcome.",
        )


def appeal_decided(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell the claimant what the appeal came to."""
    yield from appeals_changed(fact, batch)
    claim = batch.claim(fact)
    if claim is None:
        return
    upheld = (fact.data or {}).get("outcome") == "upheld"
    zh = "“{rule}”复议通过，即将公示或记入。" if upheld else "“{rule}”复议维持原来的决定。"
    en = "Your appeal about '{rule}' was upheld." if upheld else "Your appeal was dismissed."
    yield _to_claimant(
        fact, claim, "points.appeal_decided", zh + "理由见申报记录。", en + " The record says why."
    )


def withdrawn(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Let go of whatever asked for work on a claim that is no more."""
    claim = batch.claim(fact)
    if claim is not None:
        yield ReviewsOf(claim.village_id)
        yield Done(RETURNED, claim.id)
        yield Done(MADE_FOR_YOU, claim.id)


def _approved(fact: FactRow, claim: ClaimNote) -> Notice:
    if claim.publicity_work_days == 0:
        zh = "“{rule}”通过评议，即将记入 +{points} 分。"
        en = "'{rule}' was approved; +{points} points follow."
    else:
        zh = "“{rule}”通过评议，公示 {days} 个工作日后记入 +{points} 分。"
        en = "'{rule}' was approved: +{points} points after {days} work days on notice."
    return _to_claimant(fact, claim, "points.claim_approved", zh, en)


def _returned(fact: FactRow, claim: ClaimNote, batch: Batch) -> Iterable[Notice]:
    zh = "“{rule}”的申报要补充材料，请打开看评议意见。"
    en = "The claim for '{rule}' needs more. Open it to see what the reviewer asks."
    yield _to_claimant(fact, claim, RETURNED, zh, en)
    if not batch.is_own(claim.proposed_by, claim.person_id):
        yield _about(fact, claim, RETURNED, zh, en, user_id=claim.proposed_by)


def _to_claimant(fact: FactRow, claim: ClaimNote, kind: str, zh: str, en: str) -> Notice:
    return _about(fact, claim, kind, zh, en, person_id=claim.person_id)


def _about(
    fact: FactRow,
    claim: ClaimNote,
    kind: str,
    zh: str,
    en: str,
    *,
    person_id: UUID | None = None,
    user_id: UUID | None = None,
) -> Notice:
    values: dict[str, Value] = {
        "rule": claim.rule_title,
        "points": claim.points,
        "days": claim.publicity_work_days,
    }
    return Notice(
        kind=kind,
        subject_kind=CLAIM,
        subject_id=claim.id,
        sentence=Sentence(zh, en, values),
        cause_id=fact.id,
        area_id=claim.village_id,
        recipient_person_id=person_id,
        recipient_user_id=user_id,
    )
