"""Steps of the desk: verifying, filing, not taking on, referring up, supervising, notes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from liuchi.engines.cases import facts, rules
from liuchi.engines.cases.actions.moving import Moved, Moving, moved_now, taking
from liuchi.engines.cases.actions.reasoned import Reason, reasoned
from liuchi.engines.cases.actions.relating import leave_parent
from liuchi.engines.cases.enums import AreaLevel, CaseState, CaseVerb, TaskState
from liuchi.engines.cases.queries.opened import desk_above
from liuchi.engines.directory import queries as directory
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid, Refused
from liuchi.kernel.sentences import Sentence


def verify_case(
    *, actor: Actor, key: str, case_id: UUID, expected_version: int | None = None
) -> Moved:
    """Begin to verify a report on the spot."""
    body = {"case_id": case_id}
    with taking(actor, key, "verify", [case_id], body, version=expected_version) as held:
        for moving in held:
            to = moving.may(CaseVerb.VERIFY).to
            moving.go(CaseVerb.VERIFY, to or moving.case.state).tell(
                facts.VERIFYING, facts.CaseData
            )
            return moving.write()
        return moved_now(case_id)


def file_case(
    *,
    actor: Actor,
    key: str,
    case_id: UUID,
    condition_code: str = "",
    type_code: str = "",
    opinion: str = "",
    expected_version: int | None = None,
) -> Moved:
    """File a report (立案), under a condition of its type; ``type_code`` puts the type right.

    Invalid("type_unknown") for a type the version the case began with does not have.
    """
    rules.words_usable(opinion).or_refuse()
    body = {"case_id": case_id, "condition": condition_code, "type": type_code}
    with taking(actor, key, "file", [case_id], body, version=expected_version) as held:
        for moving in held:
            moving.may(CaseVerb.FILE)
            if type_code:
                _retype(moving, type_code)
            rules.may_file(moving.case, moving.spec, condition_code).or_refuse()
            moving.change(condition_code=condition_code, filed_at=moving.at)
            moving.go(CaseVerb.FILE, CaseState.FILED, opinion=opinion).tell(
                facts.FILED, facts.CaseData
            )
            return moving.write()
        return moved_now(case_id)


@reasoned(CaseVerb.REJECT)
def reject_case(moving: Moving, reason: Reason) -> Moved:
    """Do not take a report on (不予立案), with a reason the reporter reads."""
    reason.say(moving, CaseState.REJECTED, facts.REJECTED, to_reporter=True)
    return _ended(moving)


@reasoned(CaseVerb.WITHDRAW)
def withdraw_case(moving: Moving, reason: Reason) -> Moved:
    """Withdraw a case: by the desk, or early on by whoever reported it (through ``own``)."""
    moving.end_tasks(TaskState.ENDED)
    moving.end_suspension()
    reason.say(moving, CaseState.WITHDRAWN, facts.WITHDRAWN, to_reporter=True)
    return _ended(moving)


@reasoned(CaseVerb.REFER)
def refer_case(moving: Moving, reason: Reason) -> Moved:
    """Put a matter one tier up (难事支部商、大事党委研): its desk answers for it from now on.

    Refused("highest_tier") where nothing stands above.
    """
    _up(moving)
    reason.say(moving, moving.case.state, facts.REFERRED)
    return moving.write()


@reasoned(CaseVerb.SUPERVISE)
def supervise_case(moving: Moving, reason: Reason) -> Moved:
    """Put a case under supervision (督办) from above. It moves nothing and resets nothing."""
    moving.change(supervised=True)
    reason.say(moving, moving.case.state, facts.SUPERVISED)
    return moving.write()


def note_case(
    *,
    actor: Actor,
    key: str,
    case_id: UUID,
    text: str,
    evidence: Sequence[UUID] = (),
    to_reporter: bool = False,
) -> Moved:
    """Write something down. No limit, no window and no state changes by it."""
    rules.words_usable(text).or_refuse()
    if not text.strip():
        raise Invalid("text_missing", Sentence("请写明内容。", "Write something."))
    body = {"case_id": case_id, "evidence": sorted(str(each) for each in evidence)}
    with taking(actor, key, "note", [case_id], body) as held:
        for moving in held:
            moving.may(CaseVerb.NOTE)
            step = moving.go(
                CaseVerb.NOTE,
                moving.case.state,
                opinion=text,
                evidence=evidence,
                to_reporter=to_reporter,
            )
            step.tell(facts.NOTED, facts.CaseData)
            return moving.write()
        return moved_now(case_id)


def _ended(moving: Moving) -> Moved:
    """Write a case that is over; the one it was split off from waits for one part less."""
    done = moving.write()
    leave_parent(moving)
    return done


def _retype(moving: Moving, type_code: str) -> None:
    if not moving.spec.is_leaf(type_code):
        raise Invalid(
            "type_unknown", Sentence("没有这个类别，请重新选择。", "There is no such type.")
        )
    path = moving.spec.path(type_code)
    moving.change(
        type_code=type_code,
        main_type=path[0].code,
        type_title=path[-1].title,
        condition_code="",
        urgent=moving.case.urgent or path[-1].urgent,
    )


def _up(moving: Moving) -> None:
    """Raise the tier and, where it is another place's, the desk."""
    case, spec = moving.case, moving.spec
    if not spec.goes_up(case.tier, has_desk_above=desk_above(case) is not None):
        raise Refused("highest_tier", Sentence("已经是最高一级。", "Nothing stands above this."))
    tier = spec.next_tier(case.tier)
    if tier is None:
        moving.change(desk_id=desk_above(case) or case.desk_id)
        return
    levels = {
        AreaLevel.VILLAGE: case.village_id or case.town_id,
        AreaLevel.TOWN: case.town_id,
        AreaLevel.COUNTY: directory.area(case.town_id).parent_id or case.town_id,
    }
    moving.change(tier=tier.code, desk_id=levels[tier.at])
