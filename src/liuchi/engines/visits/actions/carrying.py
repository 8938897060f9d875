"""Links go over when two records become one human being's, and come back when they part."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from liuchi.engines.journal.scope import acting_as
from liuchi.engines.visits import facts
from liuchi.engines.visits.actions.linking import tell
from liuchi.engines.visits.models import Carried, Link
from liuchi.engines.visits.scope import WRITE
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id


def carry_links(*, duplicate_id: UUID, survivor_id: UUID, cause_id: UUID, actor: Actor) -> int:
    """Let the survivor keep what the duplicate kept, with all that was recorded; how many.

    Visits hang on their link and so go along. Where the survivor keeps the same contact
    already, the duplicate's link ends. Safe to repeat for one cause.
    """
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        standing = Link.objects.filter(ended_on__isnull=True)
        found = list(
            standing.filter(keeper_person_id=duplicate_id).select_for_update().order_by("pk")
        )
        for row in found:
            same = Q(
                code=row.code,
                household=row.household_id,
                organization=row.organization_id,
                reach=row.reach_id,
            )
            is_kept = standing.filter(same, keeper_person_id=survivor_id).exists()
            _keep(row, duplicate_id, survivor_id, cause_id, ended=is_kept)
            if is_kept:
                Link.objects.filter(pk=row.pk).update(ended_on=clock.today(), ended_by=actor.id)
                tell(facts.UNLINKED, row, actor)
            else:
                _give(row, survivor_id, actor)
    return len(found)


def return_links(*, duplicate_id: UUID, survivor_id: UUID, actor: Actor) -> int:
    """Give back what went over, as far as it still stands with the survivor; how many."""
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        held = list(
            Carried.objects.filter(
                duplicate_id=duplicate_id, survivor_id=survivor_id, undone_at__isnull=True
            )
            .select_related("link")
            .order_by("pk")
        )
        for each in held:
            row = each.link
            if each.ended and row.keeper_person_id == duplicate_id:
                Link.objects.filter(pk=row.pk).update(ended_on=None, ended_by=None)
                tell(facts.LINKED, row, actor)
            elif row.ended_on is None and row.keeper_person_id == survivor_id:
                _give(row, duplicate_id, actor)
        Carried.objects.filter(pk__in=[each.pk for each in held]).update(undone_at=clock.now())
    return len(held)


def _keep(row: Link, duplicate_id: UUID, survivor_id: UUID, cause_id: UUID, *, ended: bool) -> None:
    Carried.objects.create(
        id=new_id(),
        link_id=row.pk,
        duplicate_id=duplicate_id,
        survivor_id=survivor_id,
        cause_id=cause_id,
        ended=ended,
    )


def _give(row: Link, person_id: UUID, actor: Actor) -> None:
    Link.objects.filter(pk=row.pk).update(keeper_person_id=person_id)
    row.keeper_person_id = person_id
    tell(facts.KEEPER_MERGED, row, actor)
