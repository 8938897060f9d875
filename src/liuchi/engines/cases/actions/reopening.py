"""Taking a case up again, and settling what a unit or a reporter does not accept."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.cases import facts, rules
from liuchi.engines.cases.actions.moving import Moved, Moving, moved_now, taking
from liuchi.engines.cases.actions.reasoned import Reason, reasoned
from liuchi.engines.cases.actions.relating import join_parent
from liuchi.engines.cases.actions.unit import give_back
from liuchi.engines.cases.enums import CaseState, CaseVerb
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Refused
from liuchi.kernel.sentences import Sentence


@reasoned(CaseVerb.REOPEN)
def reopen_case(moving: Moving, reason: Reason) -> Moved:
    """Take a closed case up again within its window, or one that was not taken on.

    Whoever reported may do so once (through ``own``); the desk and who decides, always.
    """
    case = moving.case
    late = case.reopen_until is not None and moving.at > case.reopen_until
    rules.may_reopen(case, moving.whos, late).or_refuse()
    take_up_again(moving, reason.code, reason.opinion)
    return moving.write()


@reasoned(CaseVerb.APPEAL)
def appeal_case(moving: Moving, reason: Reason) -> Moved:
    """Appeal against what was put on a unit. The limit goes on; another person settles it."""
    if moving.case.appealed:
        raise Refused("appealed_already", Sentence("已经申诉过，请等答复。", "An appeal is open."))
    moving.change(appealed=True)
    reason.say(moving, moving.case.state, facts.APPEALED)
    return moving.write()


def settle_case(
    *,
    actor: Actor,
    key: str,
    case_id: UUID,
    upheld: bool,
    opinion: str,
    expected_version: int | None = None,
) -> Moved:
    """Answer an appeal or a dispute. Upheld, the unit is rid of it, or it is taken up again."""
    rules.words_usable(opinion).or_refuse()
    outcome = "upheld" if upheld else "dismissed"
    body = {"case_id": case_id, "outcome": outcome}
    with taking(actor, key, "settle", [case_id], body, version=expected_version) as held:
        for moving in held:
            if not (moving.case.appealed or moving.case.disputed):
                raise Refused(
                    "nothing_to_settle",
                    Sentence("没有等待答复的申诉或异议。", "No appeal or dispute is open."),
                )
            moving.may(CaseVerb.SETTLE, outcome)
            rules.may_settle(moving.case, actor.id).or_refuse()
            disputed = moving.case.disputed
            moving.change(appealed=False, disputed=False)
            Reason(CaseVerb.SETTLE, outcome, opinion).say(
                moving, moving.case.state, facts.SETTLED, to_reporter=disputed
            )
            if upheld:
                moving.write()
                if disputed:
                    take_up_again(moving, outcome, opinion)
                else:
                    give_back(moving, outcome, opinion)
            return moving.write()
        return moved_now(case_id)


def take_up_again(moving: Moving, reason_code: str, opinion: str) -> None:
    """Begin again where filing left it, with limits that run anew, in nobody's hands."""
    case = moving.case
    join_parent(moving)
    moving.change(
        unit_id=None,
        closed_at=None,
        closed_by_id=None,
        reopen_until=None,
        recheck_on=None,
        disputed=False,
        basically_done=False,
        reopened=case.reopened + 1,
    )
    to = CaseState.FILED if case.state is CaseState.CLOSED else CaseState.REPORTED
    Reason(CaseVerb.REOPEN, reason_code, opinion).say(moving, to, facts.REOPENED, to_reporter=True)
