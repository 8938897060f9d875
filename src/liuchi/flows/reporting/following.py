"""Following the journal: open the cases playbooks say a fact becomes, and tell of their end."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import structlog

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.cases import actions as cases
from liuchi.engines.cases.actions import Told
from liuchi.engines.cases.spec import REPORT_TARGET, ReportArguments
from liuchi.engines.cases.spec.flows import REPORT_CHANNEL
from liuchi.engines.directory import queries as directory
from liuchi.engines.disclosures import actions as disclosures
from liuchi.engines.disclosures import queries as disclosure_queries
from liuchi.engines.disclosures.queries import CheckedRow
from liuchi.engines.disclosures.spec import FAULT_WORDS
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal import queries as journal_queries
from liuchi.engines.journal.queries import FactRow
from liuchi.engines.journal.scope import acting_as
from liuchi.flows.declared import answered
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.errors import Conflict, Invalid, NotFound, Refused
from liuchi.playbooks import registry

CONSUMER = "reporting"
FAULT_FOUND, FINISHED, CLOSED = "disclosures.fault_found", "cases.finished", "cases.closed"
BATCH = 200
# Who opens what a playbook says becomes a matter; the same in every installation.
ACTOR_ID = UUID("0196b2c0-0000-7000-8000-7265706f7274")
SETTLED = "事项已办结，请核查"
_log = structlog.get_logger()


def follow(limit: int = BATCH) -> int:
    """Open the cases the next facts cause; return how many facts were read.

    Safe to repeat, to kill and to run twice at once. What can't be opened (a type that is not
    in force there) stands in the log by its code: a flow must not stop at it.
    """
    actor = reporter()
    with acting_as(actor):
        facts = journal.take(CONSUMER, limit)
        for fact in facts:
            if fact.area_id is not None:
                _open(actor, fact, fact.area_id)
        _propose(actor, [fact for fact in facts if fact.kind == CLOSED])
    return len(facts)


def reporter() -> Actor:
    """Return the actor that opens what a playbook says becomes a matter."""
    return system_actor(
        ACTOR_ID,
        "cases.report.make",
        "cases.report.own",
        "disclosures.posting.read",
        "disclosures.posting.check",
    )


def _open(actor: Actor, fact: FactRow, area_id: UUID) -> None:
    in_force = directory.methods_at(area_id, clock.local_day(fact.at))
    for number, flow in enumerate(answered(fact, REPORT_TARGET, in_force)):
        said = ReportArguments.model_validate(flow.arguments)
        fault = _fault(actor, fact)
        if fault is not None and fault.case_id is not None:
            continue
        try:
            made = cases.report_case(
                key=f"flow:{fact.id}:{number}",
                told=Told(
                    area_id=area_id,
                    type_code=said.type,
                    condition_code=said.condition or "",
                    text=_words(fact, fault),
                ),
                channel=REPORT_CHANNEL,
                actor=actor,
            )
        except (Refused, NotFound, Invalid, Conflict) as refused:
            _log.warning("flow opens nothing", fact=str(fact.id), code=refused.code)
            continue
        if fault is not None:
            disclosures.link_case(actor=actor, checked_id=fault.id, case_id=made.case_id)


def _fault(actor: Actor, fact: FactRow) -> CheckedRow | None:
    if fact.kind != FAULT_FOUND:
        return None
    return disclosure_queries.checked_one(actor, fact.subject_id)


def _words(fact: FactRow, fault: CheckedRow | None) -> str:
    """Return what the case says it is about: facts hold no words, what they are about does."""
    if fault is None or fault.fault is None:
        kind = registry.fact_kind(fact.kind)
        return "" if kind is None else kind.title.in_language("zh")
    said = f"【公示抽查】{fault.item_title}：{FAULT_WORDS[fault.fault].in_language('zh')}"
    return f"{said}。{fault.words}"


def _propose(actor: Actor, closed: Sequence[FactRow]) -> None:
    """Say of faults whose case was closed that they are put right, by whoever finished it."""
    if not closed:
        return
    by_id = {fact.subject_id: fact for fact in closed}
    for fault in disclosure_queries.checked(actor, case_ids=by_id, open_only=True):
        if fault.case_id is not None and (by := _finisher(by_id[fault.case_id])) is not None:
            disclosures.propose_strike_off(
                actor=actor, checked_id=fault.id, by_id=by, words=SETTLED
            )


def _finisher(closed: FactRow) -> UUID | None:
    """Return who finished a case last, or else who closed it; None for nobody with an account."""
    told = journal_queries.facts_of_subject(
        closed.subject_kind, closed.subject_id, area_ids=[closed.area_id] if closed.area_id else []
    )
    finished = [each.actor_id for each in told if each.kind == FINISHED]
    candidates = [*reversed(finished), closed.actor_id]
    known = accounts.names_of(candidates)
    return next((each for each in candidates if each in known), None)
