"""What the owner does while answers come in: remind who is missing, send one back."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.collect import facts, queries, rules
from liuchi.engines.collect.actions.held import (
    locked_reply,
    own_table,
    table_id_of,
    tell,
    tell_all,
)
from liuchi.engines.collect.enums import ReplyState, TableState
from liuchi.engines.collect.models import Reply
from liuchi.engines.collect.queries import Answer
from liuchi.engines.collect.scope import SEND
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.sentences import Sentence


def remind(*, actor: Actor, key: str, table_id: UUID) -> int:
    """Remind every unit that has not handed in, once a day at most; return how many."""
    with acting_as(actor):
        held = own_table(actor, table_id)
        if journal.once(f"collect.remind:{actor.id}", key, {"table": table_id}, table_id):
            return 0
        rules.may_fill(TableState(held.state), held.ends_on, clock.today()).or_refuse()
        missing = Reply.objects.select_for_update().filter(table_id=table_id).order_by("id")
        told = [
            each
            for each in missing.exclude(state=str(ReplyState.HANDED_IN)).defer("rows")
            if each.reminded_at is None or clock.local_day(each.reminded_at) < clock.today()
        ]
        now = clock.now()
        for each in told:
            each.reminded_at, each.reminded_times = now, each.reminded_times + 1
        Reply.objects.bulk_update(told, ["reminded_at", "reminded_times"])
        data = facts.AboutData(table=table_id)
        tell_all(actor, facts.REMINDED.kind, [(each, data) for each in told])
        return len(told)


def send_back(*, actor: Actor, key: str, reply_id: UUID, reason: str) -> Answer:
    """Have a unit do its answer again, and say why. What it wrote stays to be mended."""
    actor.may(SEND).or_refuse()
    if not reason.strip():
        sentence = Sentence("请写明哪里要改。", "Say what has to change.")
        raise Invalid("reason_missing", sentence, (FieldError("reason", sentence),))
    with acting_as(actor):
        table = own_table(actor, table_id_of(reply_id))
        body = {"reply": reply_id, "reason": reason}
        if journal.once(f"collect.send_back:{actor.id}", key, body, reply_id) is not None:
            return queries.asked(actor, reply_id)[1]
        held = locked_reply(reply_id)
        rules.may_send_back(
            TableState(table.state), table.ends_on, clock.today(), ReplyState(held.state)
        ).or_refuse()
        held.state, held.reason = str(ReplyState.SENT_BACK), reason.strip()
        held.version += 1
        held.save(update_fields=["state", "reason", "version"])
        tell(actor, facts.SENT_BACK.kind, held, facts.AboutData(table=table.id))
        return queries.asked(actor, reply_id)[1]
