"""When a table ends: later than was said, before its day, by itself; and what is then forgotten."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from liuchi.engines.collect import facts, queries, rules
from liuchi.engines.collect.actions.held import CLOSER_ID, about, own_table
from liuchi.engines.collect.enums import Closing, ReplyState, TableState
from liuchi.engines.collect.models import Reply, Table
from liuchi.engines.collect.queries import TableRow
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.errors import Invalid

_FORGOTTEN = "（已到期删除）"


def prolong(*, actor: Actor, key: str, table_id: UUID, ends_on: date | None) -> TableRow:
    """Give a table that still takes answers a later end date; its units are told.

    What has ended stays ended: values may be gone, and units were told they need do nothing
    more. It is sent again instead. From the day it was sent no table runs longer than one may.
    """
    with acting_as(actor):
        held = own_table(actor, table_id)
        body = {"table": table_id, "ends_on": ends_on}
        if journal.once(f"collect.prolong:{actor.id}", key, body, table_id) is not None:
            return queries.table(actor, table_id)
        rules.may_prolong(
            TableState(held.state),
            held.ends_on,
            clock.today(),
            values_gone=held.forgotten_at is not None,
        ).or_refuse()
        first = held.ends_on + timedelta(days=1)
        wrong = rules.wrong_end(ends_on, first=first, sent_on=clock.local_day(held.sent_at))
        if wrong is not None:
            raise Invalid("end_date", wrong.sentence, (wrong,))
        day = ends_on or held.ends_on  # no day is a wrong one
        Table.objects.filter(pk=table_id).update(ends_on=day)
        about(actor, facts.PROLONGED.kind, held, facts.ProlongedData(ends_on=day))
        return queries.table(actor, table_id)


def close(*, actor: Actor, key: str, table_id: UUID) -> TableRow:
    """End a table before its day: no more is needed."""
    with acting_as(actor):
        held = own_table(actor, table_id)
        if journal.once(f"collect.close:{actor.id}", key, {"table": table_id}, table_id):
            return queries.table(actor, table_id)
        rules.may_close(TableState(held.state)).or_refuse()
        _close(actor, held, Closing.STOPPED)
        return queries.table(actor, table_id)


def close_ended() -> int:
    """Close every open table whose end date has passed; return how many."""
    actor, count = system_actor(CLOSER_ID), 0
    with acting_as(actor):
        ended = Table.objects.select_for_update().filter(
            state=str(TableState.OPEN), ends_on__lt=clock.today()
        )
        for each in ended.order_by("id"):
            _close(actor, each, Closing.ENDED)
            count += 1
    return count


def forget_personal() -> int:
    """Blank personal values of tables whose time of keeping is over; return how many answers."""
    count = 0
    today = clock.today()
    with acting_as(system_actor(CLOSER_ID)):
        kept = Table.objects.select_for_update().filter(
            Q(ends_on__lt=today) | Q(closed_at__isnull=False),
            retain_days__isnull=False,
            forgotten_at__isnull=True,
        )
        for each in kept.order_by("id"):
            if _last_day(each) + timedelta(days=each.retain_days or 0) >= today:
                continue
            codes = {column["code"] for column in each.columns if column["personal"]}
            for reply in Reply.objects.select_for_update().filter(table=each).order_by("id"):
                for row in reply.rows:
                    for code in codes & set(row):
                        row[code] = {**row[code], "v": _FORGOTTEN if row[code]["v"] else ""}
                reply.save(update_fields=["rows"])
                count += 1
            Table.objects.filter(pk=each.pk).update(forgotten_at=clock.now())
    return count


def _last_day(held: Table) -> date:
    """Return the last day it took answers: who ends it early is not kept longer for that."""
    if held.closed_at is None:
        return held.ends_on
    return min(held.ends_on, clock.local_day(held.closed_at))


def _close(actor: Actor, held: Table, why: Closing) -> None:
    missing = held.replies.exclude(state=str(ReplyState.HANDED_IN)).count()
    Table.objects.filter(pk=held.pk).update(
        state=str(TableState.CLOSED), closed_at=clock.now(), closed_why=str(why)
    )
    about(actor, facts.CLOSED.kind, held, facts.ClosedData(why=str(why), missing=missing))
