"""What whoever reported may do: answer, rate, dispute, reopen, withdraw; by receipt or account.

The installation's own actor writes for them, after it has been seen that the report is
theirs: neither the log nor the journal says who it was.
"""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.cases import facts, rules
from liuchi.engines.cases.actions.desk import withdraw_case
from liuchi.engines.cases.actions.guarding import guard
from liuchi.engines.cases.actions.moving import Moved, moved_now, taking
from liuchi.engines.cases.actions.reopening import reopen_case
from liuchi.engines.cases.enums import CaseVerb
from liuchi.engines.cases.models import Rating, Report, Reporter, Step
from liuchi.engines.cases.queries.receipts import receipt_hash
from liuchi.engines.cases.queries.tracking import Own, question_of
from liuchi.engines.cases.scope import INTAKE, key_ring
from liuchi.engines.journal.actions import once
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence


def own(
    *, code: str = "", report_id: UUID | None = None, actor: Actor | None = None, address: str = ""
) -> Own:
    """Return a report to whoever holds its receipt, or reported it signed in; else NotFound.

    Codes that lead nowhere are counted against ``address``, so that none is found by trying.
    """
    with acting_as(INTAKE):
        if code:
            found = Report.objects.filter(receipt_hash=receipt_hash(code)).first()
        elif actor is not None and report_id is not None:
            mine = Reporter.objects.filter(report_id=report_id, user_id=actor.id).exists()
            found = Report.objects.filter(pk=report_id).first() if mine else None
        else:
            found = None
    if found is None:
        if code:
            with acting_as(INTAKE):
                guard(f"receipt:{address}")
        raise NotFound("receipt")
    return Own(found.id, found.case_id)


def rate_case(*, key: str, mine: Own, solved: bool, satisfied: bool, text: str = "") -> Moved:
    """Say of a closed case whether it is solved and how it went; once for each closing."""
    rules.words_usable(text).or_refuse()
    body = {"report": mine.report_id, "solved": solved, "satisfied": satisfied}
    with taking(INTAKE, key, "rate", [mine.case_id], body) as held:
        for moving in held:
            moving.may(CaseVerb.RATE)
            closing = moving.case.reopened
            if Rating.objects.filter(report_id=mine.report_id, closing=closing).exists():
                raise Refused(
                    "rated_already", Sentence("已经评价过，谢谢。", "You have rated this already.")
                )
            step = moving.go(CaseVerb.RATE, moving.case.state)
            fact_id = step.tell(
                facts.RATED,
                facts.RatedData,
                solved="yes" if solved else "no",
                satisfied="yes" if satisfied else "no",
            )
            moving.add(
                "ratings",
                {
                    "id": new_id(),
                    "case_id": moving.case.id,
                    "report_id": mine.report_id,
                    "closing": closing,
                    "solved": solved,
                    "satisfied": satisfied,
                    "text": text.strip(),
                    "at": moving.at,
                    "fact_id": fact_id,
                },
            )
            return moving.write()
        return moved_now(mine.case_id)


def answer_question(*, key: str, mine: Own, text: str, evidence: tuple[UUID, ...] = ()) -> Moved:
    """Answer what an office asked whoever reported: for the staff, not for others who reported.

    Once for each question; no limit and no state changes by it.
    """
    _require_words(text)
    body = {
        "report": mine.report_id,
        "words": _digest(text),
        "evidence": list(map(str, evidence)),
    }
    with taking(INTAKE, key, "answer", [mine.case_id], body) as held:
        for moving in held:
            moving.may(CaseVerb.NOTE)
            lines = Step.objects.filter(case_id=mine.case_id, verb=CaseVerb.NOTE).order_by("id")
            asked = question_of(lines, mine.report_id)
            rules.may_answer(moving.case.state, asked=asked is not None).or_refuse()
            step = moving.go(CaseVerb.NOTE, moving.case.state, opinion=text, evidence=evidence)
            step.row["report_id"] = mine.report_id
            asked_by = None if asked is None else asked.actor_id
            step.tell(facts.ANSWERED, facts.AnsweredData, asked_by=asked_by)
            return moving.write()
        return moved_now(mine.case_id)


def dispute_case(
    *, key: str, mine: Own, reason_code: str, text: str = "", evidence: tuple[UUID, ...] = ()
) -> Moved:
    """Say that an outcome is not accepted, with new evidence; another person settles it."""
    rules.words_usable(text).or_refuse()
    body = {"report": mine.report_id, "reason": reason_code, "evidence": list(map(str, evidence))}
    with taking(INTAKE, key, "dispute", [mine.case_id], body) as held:
        for moving in held:
            moving.may(CaseVerb.DISPUTE, reason_code)
            if moving.case.disputed:
                raise Refused(
                    "disputed_already", Sentence("已有异议等待答复。", "A dispute is open.")
                )
            moving.change(disputed=True)
            step = moving.go(
                CaseVerb.DISPUTE,
                moving.case.state,
                reason_code=reason_code,
                opinion=text,
                evidence=evidence,
            )
            step.tell(facts.DISPUTED, facts.ReasonData, reason=reason_code)
            return moving.write()
        return moved_now(mine.case_id)


def reopen_own(*, key: str, mine: Own, reason_code: str, text: str = "") -> Moved:
    """Have a closed case taken up again: once, within the window counted from its closing."""
    return reopen_case(
        actor=INTAKE, key=key, case_id=mine.case_id, reason_code=reason_code, opinion=text
    )


def withdraw_own(*, key: str, mine: Own, reason_code: str, text: str = "") -> Moved:
    """Take a report back before a unit has it. Refused where others have told of it too."""
    with acting_as(INTAKE):
        if Report.objects.filter(case_id=mine.case_id).count() > 1:
            raise Refused(
                "others_reported",
                Sentence("还有别人上报了这件，不能撤销。", "Others have reported this as well."),
            )
    return withdraw_case(
        actor=INTAKE, key=key, case_id=mine.case_id, reason_code=reason_code, opinion=text
    )


def note_from_outside(
    *, key: str, system: str, case_id: UUID, scope_code: str, text: str, hourly_max: int
) -> UUID:
    """Write down what another system tells of a case; return the id of the log's line.

    Of a case within ``scope_code`` alone, else NotFound. The same key and words give the same
    line again. No limit and no state changes by it, whatever the system says of one.
    """
    _require_words(text)
    words = _digest(text)
    step_id = new_id()
    with acting_as(INTAKE):
        guard(system, hourly_max)
        earlier = once(f"cases.outside:{system}", key, {"case": case_id, "words": words}, step_id)
        if earlier is not None:
            return earlier
        with taking(INTAKE, "", "outside", [case_id], {}) as held:
            for moving in held:
                if not moving.case.scope_code.startswith(scope_code):
                    raise NotFound("case")
                moving.may(CaseVerb.NOTE)
                step = moving.go(CaseVerb.NOTE, moving.case.state, opinion=text)
                step.row["id"] = step_id
                step.tell(facts.NOTED, facts.CaseData)
                moving.write()
    return step_id


def _require_words(text: str) -> None:
    rules.words_usable(text, rules.TEXT_CHARACTERS_MAX).or_refuse()
    if not text.strip():
        raise Invalid("text_missing", Sentence("请写明内容。", "Write something."))


def _digest(text: str) -> str:
    """Return what the command remembers of words: never the words themselves."""
    return key_ring().lookup_hash(text.strip(), "cases.note").hex()
