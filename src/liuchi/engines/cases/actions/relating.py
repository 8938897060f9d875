"""Cases that belong together: a duplicate into the other, a part split off for another unit."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import connection

from liuchi.engines.cases import facts, rules
from liuchi.engines.cases.actions.moving import Moved, Moving, moved_now, taking
from liuchi.engines.cases.actions.reporting import Told, begun_rows, file, new_case
from liuchi.engines.cases.enums import CaseState, CaseVerb, TaskState
from liuchi.engines.cases.models import Report
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.rules import body_hash
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid, Refused
from liuchi.kernel.sentences import Sentence


def merge_case(
    *,
    actor: Actor,
    key: str,
    case_id: UUID,
    into_id: UUID,
    expected_version: int | None = None,
) -> Moved:
    """Merge a duplicate into the other case: its reports go there, so all reporters hear of it."""
    if case_id == into_id:
        raise Invalid(
            "merge_itself", Sentence("不能并入自己。", "A case is not merged into itself.")
        )
    body = {"case_id": case_id, "into": into_id}
    with taking(actor, key, "merge", [case_id, into_id], body, version=expected_version) as held:
        if not held:
            return moved_now(case_id)
        moving, other = held
        moving.may(CaseVerb.MERGE)
        if not other.case.state.is_open:
            rules.refusal(other.case.state).or_refuse()
        if moving.case.children_open or moving.case.parent_id is not None:
            raise Refused(
                "merge_of_parts",
                Sentence("拆分过的不能并案。", "What was split can't be merged."),
            )
        moved = Report.objects.filter(case_id=case_id).update(case_id=into_id)
        moving.end_tasks(TaskState.ENDED)
        moving.change(merged_into_id=into_id, reports=0)
        moving.go(CaseVerb.MERGE, CaseState.WITHDRAWN).tell(
            facts.MERGED, facts.RelatedData, related=into_id
        )
        other.change(reports=other.case.reports + moved)
        other.go(CaseVerb.MERGE, other.case.state).tell(facts.JOINED, facts.CaseData)
        other.write()
        return moving.write()


def split_case(
    *,
    actor: Actor,
    key: str,
    case_id: UUID,
    type_code: str,
    text: str,
    condition_code: str = "",
    expected_version: int | None = None,
) -> Moved:
    """Split a part off as a case of its own, filed at once; return that case.

    The case it came from is closed after its parts.
    """
    rules.words_usable(text, rules.TEXT_CHARACTERS_MAX).or_refuse()
    body = {"case_id": case_id, "type": type_code, "condition": condition_code}
    scope = f"cases.part:{actor.id}"
    with taking(actor, key, "split", [case_id], body, version=expected_version) as held:
        for moving in held:
            moving.may(CaseVerb.SPLIT)
            child = _child(moving, type_code, condition_code, text)
            moving.change(children_open=moving.case.children_open + 1)
            moving.go(CaseVerb.SPLIT, moving.case.state, opinion=text).tell(
                facts.SPLIT, facts.RelatedData, related=child.case.id
            )
            moving.write()
            digest = body_hash(body)
            rows = {"scope": scope, "key": key, "digest": digest, "made": child.case.id}
            file(begun_rows(child, rows))
            return Moved(child.case.id, child.case.state, 1, child.case.due_at)
        return moved_now(_split_off(scope, key))


def leave_parent(moving: Moving) -> None:
    """Count one open part less on the case this was split off from."""
    _count(moving, -1)


def join_parent(moving: Moving) -> None:
    """Count one open part more: it was taken up again. Refused where the whole is closed."""
    parent_id = moving.case.parent_id
    if parent_id is not None and moved_now(parent_id).state is CaseState.CLOSED:
        raise Refused(
            "parent_closed",
            Sentence("原来那件已经结案，请先重新办理它。", "Reopen the case it came from first."),
        )
    _count(moving, 1)


def _count(moving: Moving, more: int) -> None:
    if moving.case.parent_id is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_case SET children_open = children_open + %s WHERE id = %s",
            [more, moving.case.parent_id],
        )


def _child(moving: Moving, type_code: str, condition_code: str, text: str) -> Moving:
    case, spec = moving.case, moving.spec
    if not spec.is_leaf(type_code):
        raise Invalid(
            "type_unknown", Sentence("没有这个类别，请重新选择。", "There is no such type.")
        )
    told = Told(
        area_id=case.area_id,
        type_code=type_code,
        text=text,
        place=case.place,
        longitude=case.longitude,
        latitude=case.latitude,
        condition_code=condition_code,
        urgent=case.urgent,
    )
    place = (case.town_id, case.village_id, case.grid_id)
    desk = directory.area(case.desk_id)
    begun = new_case(
        place, desk, (case.playbook_version, spec), told, channel=case.channel, at=moving.at
    )
    begun = replace(
        begun,
        parent_id=case.id,
        scope_code=case.scope_code,
        tier=case.tier,
        about_id=case.about_id,
        village_id=case.village_id,
        grid_id=case.grid_id,
        reports=0,
    )
    child = Moving(moving.actor, moving.units, moving.at, begun, [], [], [])
    child.begin()
    child.change(filed_at=moving.at)
    child.go(CaseVerb.FILE, CaseState.FILED).tell(facts.FILED, facts.CaseData)
    child.change(version=1)
    return child


def _split_off(scope: str, key: str) -> UUID:
    """Return the part that an earlier use of the key split off."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT result_ref FROM journal_command WHERE scope = %s AND key = %s", [scope, key]
        )
        return UUID(str(cursor.fetchone()[0]))
