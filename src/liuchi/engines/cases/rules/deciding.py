"""Who an actor is to a case, and whether a step may be taken now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from liuchi.engines.cases.enums import CaseState, CaseVerb, ChangeKind, Who
from liuchi.engines.cases.rules.lifecycle import Move, move
from liuchi.engines.cases.rules.now import CaseNow, ChangeNow
from liuchi.engines.cases.spec import CasesSpec
from liuchi.kernel.actors import SYSTEM_ROLE, Actor, Reach
from liuchi.kernel.decisions import ALLOWED, Decision, refuse

OPINION_CHARACTERS_MAX = 1_000
TEXT_CHARACTERS_MAX = 4_500
"""GeoReport admits 4,000 for a description; the address of a picture may follow it."""
SENDS_PER_HOUR_MAX = 10
SYSTEM_SENDS_PER_HOUR_MAX = 600
"""From another system with a key: it speaks for many people."""
EXTENSION_MAX = 999
REPORTER_REOPENS_MAX = 1
"""How often whoever reported may have a case taken up again without anybody deciding."""

_OF_AREA: Mapping[str, Who] = {
    "cases.case.verify": Who.DESK,
    "cases.case.dispatch": Who.DISPATCHER,
    "cases.case.decide": Who.DECIDER,
    "cases.case.supervise": Who.SUPERVISOR,
    "cases.case.settle": Who.SETTLER,
}
_NOT_YOURS: Mapping[Who, Decision] = {
    Who.DESK: refuse(
        "not_the_desk", "这一步由受理的人办理。", "This is for whoever takes matters in."
    ),
    Who.DISPATCHER: refuse(
        "not_the_dispatcher", "这一步由派遣的人办理。", "This is for whoever dispatches."
    ),
    Who.HANDLER: refuse(
        "not_the_unit", "这件不在您的单位，不能办理。", "This is not with your unit."
    ),
    Who.CHECKER: refuse("not_the_checker", "这一步由核查的人办理。", "This is for whoever checks."),
    Who.DECIDER: refuse(
        "not_the_decider", "这一步由审批的人办理。", "This is for whoever decides."
    ),
    Who.SUPERVISOR: refuse(
        "not_the_supervisor", "您的岗位不能督办。", "Your post does not supervise."
    ),
    Who.SETTLER: refuse(
        "not_the_settler", "您的岗位不能当场办结。", "Your post does not settle on the spot."
    ),
    Who.REPORTER: refuse(
        "not_the_reporter", "这一步由上报的人办理。", "This is for whoever reported."
    ),
    Who.SYSTEM: refuse("not_by_hand", "这一步由系统办理。", "The system does this."),
}
_HANDLED = refuse(
    "handled_by_you",
    "这件您办理过，核查和结案要由别人来。",
    "You dealt with this: somebody else must check and close it.",
)


def whos(actor: Actor, case: CaseNow, desk_code: str, units: Collection[UUID]) -> frozenset[Who]:
    """Return who an actor is to a case: by the verbs of the post, its place and its unit.

    The desk that is responsible must lie in the actor's area: what went up to the town is
    no longer the community's. Whoever has handled a case is no checker of it.
    """
    if actor.role == SYSTEM_ROLE:
        found = {
            Who.SYSTEM if "cases.case.escalate" in actor.grants else None,
            Who.REPORTER if "cases.report.own" in actor.grants else None,
        }
        return frozenset(each for each in found if each is not None)
    here = {
        verb
        for verb, reach in actor.grants.items()
        if reach is Reach.AREA and desk_code.startswith(actor.scope_code)
    }
    mine = {who for verb, who in _OF_AREA.items() if verb in here}
    if "cases.case.check" in here and actor.id not in case.handler_ids:
        mine.add(Who.CHECKER)
    if "cases.case.handle" in actor.grants and case.unit_id in units:
        mine.add(Who.HANDLER)
    return frozenset(mine)


def may(
    case: CaseNow,
    verb: CaseVerb,
    by: Collection[Who],
    spec: CasesSpec,
    *,
    actor_id: UUID | None = None,
    reason_code: str = "",
) -> Move | Decision:
    """Decide whether a step may be taken: the move it is, or the refusal with its reason."""
    cell = move(case.state, verb, spec.skipped)
    if isinstance(cell, Decision):
        return cell
    if not set(cell.who) & set(by):
        if Who.CHECKER in cell.who and actor_id in case.handler_ids:
            return _HANDLED
        return _NOT_YOURS[cell.who[0]]
    if cell.reason:
        given = reason_usable(spec, verb, reason_code)
        if not given.allowed:
            return given
    if cell.to is CaseState.CLOSED and case.children_open and verb is CaseVerb.CLOSE:
        return refuse(
            "children_open",
            "拆分出去的{count}件还没有办结，先办结它们。",
            "{count} parts of this are still open; close them first.",
            count=case.children_open,
        )
    return cell


def reason_usable(spec: CasesSpec, verb: CaseVerb, code: str) -> Decision:
    """Decide whether a reason is one of those the playbook has; "other" where it has none."""
    known = {each.code for each in spec.reasons.get(verb, ())}
    if not code:
        return refuse("reason_missing", "请选择或写明原因。", "Give a reason.")
    if known and code not in known:
        return refuse("reason_unknown", "请从列出的原因里选。", "Choose one of the reasons listed.")
    return ALLOWED


def may_file(case: CaseNow, spec: CasesSpec, condition_code: str) -> Decision:
    """Decide whether a report may be filed so: verified where it must be, under a condition."""
    direct = case.channel in spec.file_directly or CaseState.VERIFYING in spec.skipped
    if case.state is CaseState.REPORTED and not direct:
        return refuse(
            "not_verified", "这件要先到现场核实再立案。", "This is verified on the spot first."
        )
    known = {each.code for each in spec.conditions_of(case.type_code)}
    if known and condition_code not in known:
        return refuse(
            "condition_missing", "请选择立案条件。", "Choose the condition it is filed under."
        )
    return ALLOWED


def may_settle_on_spot(case: CaseNow, spec: CasesSpec, condition_code: str, how: str) -> Decision:
    """Decide whether a matter may be recorded as settled there and then: ordinary, and how."""
    condition = spec.condition(condition_code)
    if condition is None or condition.type != case.type_code or not condition.on_spot:
        return refuse(
            "not_on_spot",
            "这一类不能当场办结，请上报立案。",
            "This is not settled on the spot: report it.",
        )
    if not how.strip():
        return refuse("how_missing", "请写明是怎样办好的。", "Say how it was settled.")
    return ALLOWED


def may_reopen(case: CaseNow, by: Collection[Who], late: bool) -> Decision:  # noqa: FBT001
    """Decide whether a closed case may be taken up again: within its window, from closing."""
    if case.state is CaseState.CLOSED and late:
        return refuse(
            "reopen_too_late",
            "重新办理的期限已过，请作为新的一件上报。",
            "The time for reopening is over; report it as a new matter.",
        )
    only_reporter = set(by) == {Who.REPORTER}
    if only_reporter and case.reopened >= REPORTER_REOPENS_MAX:
        return refuse(
            "reopened_already",
            "这件已经重新办理过，不认可请提出异议。",
            "This was reopened before; dispute the outcome instead.",
        )
    return ALLOWED


def may_recheck(case: CaseNow, actor_id: UUID) -> Decision:
    """Decide whether somebody may look at a closed case once more: not who dealt with it."""
    return _HANDLED if actor_id in case.handler_ids else ALLOWED


def may_change(
    kind: ChangeKind, *, amount: int | None, until_ahead: bool, changes: Collection[ChangeNow]
) -> Decision:
    """Decide whether more time may be asked for: one request at a time, and a sensible one."""
    if any(change.decided_at is None for change in changes):
        return refuse(
            "change_asked", "已有一项申请等待审批。", "A request is waiting for its decision."
        )
    if kind is ChangeKind.EXTENSION and not 1 <= (amount or 0) <= EXTENSION_MAX:
        return refuse(
            "amount_wrong",
            "请写明延长多少，1到{most}。",
            "Say by how much, 1 to {most}.",
            most=EXTENSION_MAX,
        )
    if kind is ChangeKind.PAUSE and not until_ahead:
        return refuse("until_wrong", "请写明暂停到哪一天。", "Say until when it is paused.")
    return ALLOWED


def may_set_aside(state: CaseState) -> Decision:
    """Decide whether a case can be set aside from a state at all."""
    cell = move(state, CaseVerb.SUSPEND)
    return cell if isinstance(cell, Decision) else ALLOWED


def may_settle(case: CaseNow, actor_id: UUID) -> Decision:
    """Decide whether somebody may answer an appeal or a dispute: no part in what it is about."""
    if actor_id == case.closed_by_id or actor_id in case.handler_ids:
        return refuse(
            "settled_by_another",
            "经手的人不能答复，请由另一人办理。",
            "Somebody with no part in this must answer.",
        )
    return ALLOWED


def may_decide_change(change: ChangeNow | None, actor_id: UUID) -> Decision:
    """Decide whether somebody may answer a request: it waits, and another person asked."""
    if change is None or change.decided_at is not None:
        return refuse("nothing_asked", "没有等待审批的申请。", "Nothing waits for a decision.")
    if change.asked_by_id == actor_id:
        return refuse(
            "asked_by_you", "自己申请的要由另一人审批。", "Somebody else must decide this."
        )
    return ALLOWED


def may_answer(state: CaseState, *, asked: bool) -> Decision:
    """Whoever reported answers what an office asked: once, and while the case is dealt with."""
    if not state.is_open:
        return refuse(
            "case_over", "这件已经办完，不用再回答。", "This is over; no answer is needed."
        )
    if not asked:
        return refuse(
            "nothing_asked", "没有等您回答的，或已经回答过。", "Nothing waits for your answer now."
        )
    return ALLOWED


def words_usable(text: str, most: int = OPINION_CHARACTERS_MAX) -> Decision:
    """Decide whether what somebody wrote is short enough."""
    if len(text) > most:
        return refuse("text_too_long", "最多{most}个字。", "At most {most} characters.", most=most)
    return ALLOWED


def may_send(sent_within_hour: int, most: int = SENDS_PER_HOUR_MAX) -> Decision:
    """Decide whether one more may come from an address: many neighbours share one."""
    if sent_within_hour < most:
        return ALLOWED
    return refuse(
        "too_many_sent", "提交太多，请一小时后再试。", "Too many at once; try again in an hour."
    )
