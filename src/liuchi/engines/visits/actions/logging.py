"""Writing down that a keeper was in touch, with what came of it; taking back what was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.visits import facts, queries, rules
from liuchi.engines.visits.actions.linking import link_data
from liuchi.engines.visits.enums import Duty, Way
from liuchi.engines.visits.models import Link, Raised, Visit
from liuchi.engines.visits.queries.books import spec_of
from liuchi.engines.visits.scope import LOG, keeps_list
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import start_of_day
from liuchi.kernel.decisions import Decision
from liuchi.kernel.errors import NotFound
from liuchi.kernel.ids import new_id


def log_visit(
    *,
    actor: Actor,
    key: str,
    link_id: UUID,
    on: date,
    way: Way | None = None,
    case_ids: Sequence[UUID] = (),
) -> UUID:
    """Record a contact or a patrol; returns its id.

    By the keeper, or by staff of the area who write it down for them. ``way`` left out is
    the link's first. ``case_ids`` are the matters raised, which are cases already. Neither
    an hour nor a place is taken.
    """
    actor.may(LOG).or_refuse()
    visit_id = new_id()
    with acting_as(actor):
        row, how, decision = _asked(link_id, on, way)
        raised = sorted(set(case_ids))
        body = {"link": link_id, "on": str(on), "way": how.value, "cases": [str(c) for c in raised]}
        earlier = journal.once(f"visits.log_visit:{actor.id}", key, body, visit_id)
        if earlier is not None:
            return earlier
        decision.or_refuse()
        by_another = actor.id != row.keeper_user_id and (
            row.keeper_person_id is None or actor.person_id != row.keeper_person_id
        )
        fact_id = journal.record(
            facts.PATROLLED if row.duty == Duty.PATROL else facts.VISITED,
            actor=actor,
            subject_kind="visits.visit",
            subject_id=visit_id,
            area_id=row.area_id,
            at=start_of_day(on) if on < clock.today() else None,
            amount=len(raised),
            data=_said(row, how, by_another=by_another),
            playbook_version=row.playbook_version,
        )
        Visit.objects.create(
            id=visit_id,
            scope_code=row.scope_code,
            link_id=link_id,
            on=on,
            way=how,
            recorded_at=clock.now(),
            recorded_by=actor.id,
            by_another=by_another,
            fact_id=fact_id,
        )
        Raised.objects.bulk_create(Raised(case_id=case_id, visit_id=visit_id) for case_id in raised)
    return visit_id


def take_back_visit(*, actor: Actor, key: str, visit_id: UUID, reason: str = "") -> None:
    """Take back a visit that was written down wrongly: it stays, and counts for nothing.

    By whoever wrote it within a day, or by who keeps the list, with a reason. The fact names
    the one it corrects, so figures follow. What the household raised goes on as a case.
    """
    actor.may(LOG).or_refuse()
    with acting_as(actor):
        body = {"visit": visit_id, "reason": reason.strip()}
        if journal.once(f"visits.take_back:{actor.id}", key, body, visit_id) is not None:
            return
        held = Visit.objects.select_for_update().filter(pk=visit_id).first()
        if held is None:
            raise NotFound("visit")
        row, now = Link.objects.get(pk=held.link_id), clock.now()
        rules.may_take_back(
            wrote_it=held.recorded_by == actor.id,
            keeps_list=keeps_list(actor, row.scope_code),
            recorded_at=held.recorded_at,
            now=now,
            taken_back=held.taken_back_at is not None,
            reason=reason,
        ).or_refuse()
        Visit.objects.filter(pk=visit_id).update(
            taken_back_at=now, taken_back_by=actor.id, taken_back_why=reason.strip()
        )
        journal.record(
            facts.TAKEN_BACK,
            actor=actor,
            subject_kind="visits.visit",
            subject_id=visit_id,
            area_id=row.area_id,
            data=_said(row, Way(held.way), by_another=held.by_another),
            corrects_id=held.fact_id,
            playbook_version=row.playbook_version,
        )


def _said(row: Link, way: Way, *, by_another: bool) -> facts.VisitData:
    return facts.VisitData(
        **link_data(row).model_dump(),
        way=way.value,
        by_another="yes" if by_another else "no",
    )


def require_loggable(*, actor: Actor, link_id: UUID, on: date, way: Way | None = None) -> Duty:
    """Raise what :func:`log_visit` would, before matters are reported; return the link's duty."""
    actor.may(LOG).or_refuse()
    with acting_as(actor):
        row, _, decision = _asked(link_id, on, way)
        decision.or_refuse()
        return Duty(row.duty)


def _asked(link_id: UUID, on: date, way: Way | None) -> tuple[Link, Way, Decision]:
    row = Link.objects.filter(pk=link_id).first()
    if row is None:
        raise NotFound("link")
    ways = queries.ways_of(spec_of(row.playbook_version, Duty(row.duty), row.code))
    how = way or ways[0]
    decision = rules.may_log(
        on=on,
        today=clock.today(),
        begun_on=row.begun_on,
        ended_on=row.ended_on,
        way=how,
        ways=ways,
    )
    return row, how, decision
