"""Who answers for a table: handed over by hand, or to who took over when somebody left."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from liuchi.engines.collect import facts, queries
from liuchi.engines.collect.actions.held import CLOSER_ID, about, own_table
from liuchi.engines.collect.enums import TableState
from liuchi.engines.collect.models import Table
from liuchi.engines.collect.queries import TableRow
from liuchi.engines.collect.scope import SEND
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.errors import NotFound


def hand_over(*, actor: Actor, key: str, table_id: UUID, owner_id: UUID) -> TableRow:
    """Give a table to another owner of the same office, as when somebody leaves."""
    with acting_as(actor):
        held = own_table(actor, table_id)
        body = {"table": table_id, "owner": owner_id}
        if journal.once(f"collect.hand_over:{actor.id}", key, body, table_id) is not None:
            return queries.table(actor, table_id)
        if owner_id not in dict(queries.owners(actor, held.area_id)):
            raise NotFound("owner")
        _give(actor, held, owner_id)
        return queries.table(actor, table_id)


def follow_successors() -> int:
    """Give tables whose owner has left to who took over there; return how many.

    Where nobody took over, or who did may send no table, it stays under the leaver's name
    until somebody of the office takes it: its page says so.
    """
    actor, count = system_actor(CLOSER_ID), 0
    with acting_as(actor):
        running = Table.objects.select_for_update().filter(
            Q(state=str(TableState.OPEN)) | Q(retain_days__isnull=False, forgotten_at__isnull=True)
        )
        tables = list(running.order_by("id"))
        holders = directory.holders({each.area_id for each in tables}, SEND)
        for each in tables:
            if each.owner_id in holders[each.area_id]:
                continue
            line = directory.successors_of(each.owner_id, each.scope_code)
            taker = next((one for one in reversed(line) if one in holders[each.area_id]), None)
            if taker is not None:
                _give(actor, each, taker)
                count += 1
    return count


def _give(actor: Actor, held: Table, owner_id: UUID) -> None:
    if held.owner_id == owner_id:
        return
    Table.objects.filter(pk=held.pk).update(owner_id=owner_id)
    about(actor, facts.OWNER.kind, held, facts.OwnerData(owner=owner_id))
