"""Writing down that a keeper was in touch: a day and a way, and which matters came of it."""

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
from liuchi.engines.visits.scope import LOG
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
            data=facts.VisitData(
                **link_data(row).model_dump(),
                way=how.value,
                by_another="yes" if by_another else "no",
            ),
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
