"""Claims before they are posted: proposed, reviewed, returned, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import PersonRow
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.queries import AppliedPlaybook
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import facts, queries, rules
from liuchi.engines.points.actions.notices import put_on_notice
from liuchi.engines.points.enums import ClaimState, ClaimVerb
from liuchi.engines.points.models import Claim
from liuchi.engines.points.queries import ClaimRow
from liuchi.engines.points.spec import PointsSpec, RuleSpec
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

NOTE_CHARACTERS_MAX = 400
EVIDENCE_MAX = 9
_VERBS = {"approve": ClaimVerb.APPROVE, "reject": ClaimVerb.REJECT, "return": ClaimVerb.RETURN}


@dataclass(frozen=True, slots=True)
class _Place:
    """The rule that holds for a deed, and the playbook it stands in."""

    applied: AppliedPlaybook
    spec: PointsSpec
    rule: RuleSpec

    @property
    def unit(self) -> str:
        return f"points:{self.spec.currency.code}"


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
) -> ClaimRow:
    """Claim points for a deed: a resident's own, or another's by a recorder.

    ``evidence`` are documents stored before. The rule is the one in force on the day
    of the deed where the resident lives. Refused with the rules' reasons.
    """
    own = person_id == actor.person_id and actor.may("points.claim.propose_own").allowed
    if not own:
        actor.may("points.claim.propose").or_refuse()
    _check_words(note, evidence)
    body = {
        "person_id": person_id,
        "rule_code": rule_code,
        "happened_on": happened_on,
        "quantity": quantity,
        "note": note,
        "evidence": tuple(evidence),
    }
    with acting_as(actor):
        claim_id = new_id()
        earlier = journal.once(f"points.propose_claim:{actor.id}", key, body, claim_id)
        if earlier is not None:
            return queries.claim_of(actor, earlier)
        person = directory.people_of(actor, [person_id]).get(person_id)
        if person is None:
            raise NotFound("person")
        place = _place(person, rule_code, happened_on)
        _decide(person, place, happened_on, quantity, len(evidence))
        _insert(
            actor,
            claim_id=claim_id,
            person=person,
            place=place,
            happened_on=happened_on,
            quantity=quantity,
            note=note,
            evidence=evidence,
        )
        return queries.claim_of(actor, claim_id)


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
    verb = _VERBS.get(outcome)
    if verb is None:
        raise Invalid("outcome_unknown", Sentence("请选择评议结果。", "Choose an outcome."))
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
            rules.may_review(_review(actor, claim, verb, reason)).or_refuse()
            _write_review(actor, claim, verb, reason)
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
    _check_words(note, evidence)
    body = {"claim_id": claim_id, "note": note, "evidence": tuple(evidence)}
    with acting_as(actor):
        if journal.once(f"points.resubmit_claim:{actor.id}", key, body, claim_id) is None:
            claim = _locked(claim_id)
            _may_touch(actor, claim, ClaimVerb.RESUBMIT)
            shown = [*claim.evidence, *(each for each in evidence if each not in claim.evidence)]
            _check_words(note, shown)
            Claim.objects.filter(pk=claim_id).update(
                state=ClaimState.PROPOSED, version=claim.version + 1, note=note, evidence=shown
            )
            _record(actor, facts.CLAIM_PROPOSED, claim, cause_id=claim.reviewed_fact_id)
        return queries.claim_of(actor, claim_id)


def _check_words(note: str, evidence: Sequence[UUID]) -> None:
    if len(note) > NOTE_CHARACTERS_MAX or len(evidence) > EVIDENCE_MAX:
        raise Invalid(
            "too_much",
            Sentence(
                "说明最多{note}字，材料最多{files}份。",
                "The note has at most {note} characters, the evidence {files} files.",
                {"note": NOTE_CHARACTERS_MAX, "files": EVIDENCE_MAX},
            ),
        )


def _place(person: PersonRow, rule_code: str, on: date) -> _Place | None:
    """Return the rule in force where the person lives, or None."""
    for applied, spec in queries.rules_at(person.village_id, on):
        rule = spec.rule(rule_code)
        if rule is not None:
            return _Place(applied, spec, rule)
    return None


def _decide(
    person: PersonRow, place: _Place | None, happened_on: date, quantity: int, files: int
) -> None:
    """Refuse what the rules refuse; from here to commit nobody else uses the cap's room."""
    rule, used = None, 0
    if place is not None:
        rule = place.rule
        if rule.cap is not None:
            period = rules.cap_period(rule.cap.per, happened_on)
            _lock_cap(person.id, place.unit, rule.code)
            used = queries.points_under_cap(person.id, rule.code, place.unit, period)
    rules.may_propose(
        rules.Deed(
            rule=rule,
            quantity=quantity,
            happened_on=happened_on,
            today=clock.today(),
            claim_within_days=1 if place is None else place.spec.claim_within_days,
            consented=person.consented,
            files=files,
            used_points=used,
        )
    ).or_refuse()


def _lock_cap(person_id: UUID, unit: str, rule_code: str) -> None:
    """Let two claims of one person by one rule wait for each other, whatever their day.

    Without it both would count the same room and together exceed the cap. The lock is
    on the words, as there may be no row yet, and goes with the transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"liuchi.points.cap:{person_id}:{unit}:{rule_code}"],
        )


def _insert(
    actor: Actor,
    *,
    claim_id: UUID,
    person: PersonRow,
    place: _Place | None,
    happened_on: date,
    quantity: int,
    note: str,
    evidence: Sequence[UUID],
) -> None:
    if place is None:
        msg = "a claim without a rule was allowed"
        raise AssertionError(msg)
    rule = place.rule
    claim = Claim(
        id=claim_id,
        person_id=person.id,
        masked_name=person.masked_name,
        household_id=person.household_id,
        village_id=person.village_id,
        scope_code=directory.scope_code_of(actor, person.id),
        playbook_version=place.applied.id,
        unit=place.unit,
        rule_code=rule.code,
        rule_title=rule.title,
        rule_class=rule.class_,
        award=rule.award,
        per=rule.per.value,
        quantity=quantity,
        points=rules.award_points(rule, quantity),
        publicity_work_days=rule.publicity_work_days,
        happened_on=happened_on,
        note=note,
        evidence=list(evidence),
        proposed_by_id=actor.id,
        proposed_at=clock.now(),
        state=ClaimState.PROPOSED,
        version=1,
        review_reason="",
    )
    claim.proposed_fact_id = _record(actor, facts.CLAIM_PROPOSED, claim)
    _insert_granted(claim)


_GRANTED = (
    "id", "person_id", "masked_name", "household_id", "village_id", "scope_code",
    "playbook_version", "unit", "rule_code", "rule_title", "rule_class", "award", "per",
    "quantity", "points", "publicity_work_days", "happened_on", "note", "evidence",
    "proposed_by_id", "proposed_at", "proposed_fact_id", "state", "version", "review_reason",
)  # fmt: skip
_INSERT = "INSERT INTO points_claim ({}) VALUES ({})".format(  # noqa: S608  the names above
    ", ".join(_GRANTED), ", ".join(["%s"] * len(_GRANTED))
)


def _insert_granted(claim: Claim) -> None:
    """Insert naming only what the application may write; Django would name every column."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [getattr(claim, name) for name in _GRANTED])


def _locked(claim_id: UUID) -> Claim:
    claim = Claim.objects.select_for_update().filter(pk=claim_id).first()
    if claim is None:
        raise NotFound("claim")
    return claim


def _same_version(claim: Claim, expected: int) -> None:
    if claim.version != expected:
        raise Conflict(
            "claim_changed",
            Sentence(
                "这笔申报在您查看之后有变动，请重新打开再评议。",
                "This claim has changed since you opened it. Open it again and review it then.",
            ),
        )


def _review(actor: Actor, claim: Claim, verb: ClaimVerb, reason: str) -> rules.Review:
    today = clock.today()
    return rules.Review(
        state=ClaimState(claim.state),
        verb=verb,
        proposer_id=claim.proposed_by_id,
        claimant_id=claim.person_id,
        claimant_household_id=directory.household_id_of(claim.person_id, today),
        reviewer_id=actor.id,
        reviewer_person_id=actor.person_id,
        reviewer_household_id=None
        if actor.person_id is None
        else directory.household_id_of(actor.person_id, today),
        reason=reason,
    )


def _write_review(actor: Actor, claim: Claim, verb: ClaimVerb, reason: str) -> None:
    state = rules.moved(ClaimState(claim.state), verb)
    now = clock.now()
    place = put_on_notice(actor, claim) if state is ClaimState.ON_NOTICE else {}
    fact_id = _record(
        actor, facts.CLAIM_REVIEWED, claim, cause_id=claim.proposed_fact_id, outcome=verb.value
    )
    Claim.objects.filter(pk=claim.id).update(
        state=state,
        version=claim.version + 1,
        reviewed_by_id=actor.id,
        reviewed_at=now,
        reviewed_fact_id=fact_id,
        review_reason=reason.strip(),
        **place,
    )


def _may_touch(actor: Actor, claim: Claim, verb: ClaimVerb) -> None:
    rules.may_take_back(
        ClaimState(claim.state),
        verb,
        actor_id=actor.id,
        actor_person_id=actor.person_id,
        proposer_id=claim.proposed_by_id,
        claimant_id=claim.person_id,
    ).or_refuse()


def _record(
    actor: Actor, kind: str, claim: Claim, *, cause_id: UUID | None = None, outcome: str = ""
) -> UUID:
    data = facts.claim_data(
        outcome,
        person=claim.person_id,
        household=claim.household_id,
        home_area=claim.village_id,
        rule=claim.rule_code,
        rule_class=claim.rule_class,
        happened_on=claim.happened_on,
        quantity=claim.quantity,
    )
    return journal.record(
        kind,
        actor=actor,
        subject_kind="points.claim",
        subject_id=claim.id,
        area_id=claim.village_id,
        data=data,
        amount=claim.points,
        cause_id=cause_id,
        playbook_version=claim.playbook_version,
    )
