"""Leaving cases out of rates (剔除): one asks with a reason, another agrees; both are kept."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.cases import facts
from liuchi.engines.cases.actions.beside import beside
from liuchi.engines.cases.actions.whistles.steps import digest
from liuchi.engines.cases.enums import ExclusionKind, ExclusionState
from liuchi.engines.cases.models import Case, Exclusion
from liuchi.engines.cases.rules.excluding import may_ask, may_decide, may_end
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

ASK = "cases.case.dispatch"
DECIDE = "cases.case.decide"


def ask_exclusion(
    *, case_id: UUID, kind: ExclusionKind, reason: str, actor: Actor, key: str
) -> UUID:
    """Ask that a case be left out of some rates, with the reason; return the request's id."""
    actor.may(ASK).or_refuse()
    exclusion_id = new_id()
    body = {"case_id": str(case_id), "kind": kind.value, "reason": digest(reason)}
    with acting_as(actor):
        held = journal.once(f"cases.ask_exclusion:{actor.id}", key, body, exclusion_id)
        if held is not None:
            return held
        case = Case.objects.filter(pk=case_id).first()
        if case is None:
            raise NotFound("case")
        _require_desk(actor, case)
        open_states = (ExclusionState.ASKED, ExclusionState.APPROVED)
        already = Exclusion.objects.filter(case_id=case_id, kind=kind, state__in=open_states)
        may_ask(reason, already=already.exists()).or_refuse()
        Exclusion.objects.create(
            id=exclusion_id,
            case_id=case_id,
            town_id=case.town_id,
            kind=kind,
            reason=reason.strip(),
            state=ExclusionState.ASKED,
            asked_by_id=actor.id,
            asked_at=clock.now(),
        )
    return exclusion_id


def decide_exclusion(
    *, exclusion_id: UUID, agree: bool, answer: str = "", actor: Actor, key: str
) -> None:
    """Agree that a case is left out, or not. Only somebody else than who asked may."""
    actor.may(DECIDE).or_refuse()
    body = {"exclusion": str(exclusion_id), "agree": agree, "answer": digest(answer)}
    with acting_as(actor):
        if journal.once(f"cases.decide_exclusion:{actor.id}", key, body, exclusion_id) is not None:
            return
        held = _locked(exclusion_id)
        _require_desk(actor, held.case)
        may_decide(ExclusionState(held.state), held.asked_by_id, actor.id, answer).or_refuse()
        fact_id = None
        if agree:
            told = beside(facts.EXCLUDED, facts.ExcludedData, held.case, kind=held.kind)
            (fact_id,) = journal.record_all([told], actor=actor)
        Exclusion.objects.filter(pk=exclusion_id).update(
            state=ExclusionState.APPROVED if agree else ExclusionState.DECLINED,
            decided_by_id=actor.id,
            decided_at=clock.now(),
            answer=answer.strip(),
            fact_id=fact_id,
        )


def end_exclusion(*, exclusion_id: UUID, actor: Actor, key: str) -> None:
    """Count a case again that was left out; figures of days before stay as they were printed."""
    actor.may(DECIDE).or_refuse()
    body = {"exclusion": str(exclusion_id)}
    with acting_as(actor):
        if journal.once(f"cases.end_exclusion:{actor.id}", key, body, exclusion_id) is not None:
            return
        held = _locked(exclusion_id)
        _require_desk(actor, held.case)
        may_end(ExclusionState(held.state)).or_refuse()
        told = beside(
            facts.COUNTED_AGAIN,
            facts.ExcludedData,
            held.case,
            corrects_id=held.fact_id,
            kind=held.kind,
        )
        journal.record_all([told], actor=actor)
        Exclusion.objects.filter(pk=exclusion_id).update(
            state=ExclusionState.ENDED, ended_by_id=actor.id, ended_at=clock.now()
        )


def _locked(exclusion_id: UUID) -> Exclusion:
    held = Exclusion.objects.select_for_update(of=("self",)).select_related("case")
    found = held.filter(pk=exclusion_id).first()
    if found is None:
        raise NotFound("exclusion")
    return found


def _require_desk(actor: Actor, case: Case) -> None:
    if not actor.covers(directory.area(case.desk_id).scope_code):
        raise Refused("not_the_desk", Sentence("这件不在您这里办理。", "This is not on your desk."))
