"""What every action of collecting needs: rows under a lock, and their facts.

A table is locked before its answers, always: so who hands in and who closes wait for each
other, and what is decided is decided on what holds once the lock is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from pydantic import BaseModel

from liuchi.engines.collect.models import Reply, Table
from liuchi.engines.collect.scope import SEND
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.actions import Entry
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, NotFound
from liuchi.kernel.sentences import Sentence

TABLE, REPLY = "collect.table", "collect.reply"
# Whoever closes tables and forgets values by the calendar; the same in every installation.
CLOSER_ID = UUID("0196b2c0-0000-7000-8000-636f6c6c6563")


def own_table(actor: Actor, table_id: UUID) -> Table:
    """Lock a table that the actor may see to; NotFound where it is another town's."""
    actor.may(SEND).or_refuse()
    held = locked_table(table_id)
    if not actor.covers(held.scope_code):
        raise NotFound("table")
    return held


def locked_table(table_id: UUID) -> Table:
    """Lock a table in sight."""
    held = Table.objects.select_for_update().filter(pk=table_id).first()
    if held is None:
        raise NotFound("table")
    return held


def table_id_of(reply_id: UUID) -> UUID:
    """Return which table an answer in sight belongs to: that is locked first."""
    found = Reply.objects.filter(pk=reply_id).values_list("table_id", flat=True).first()
    if found is None:
        raise NotFound("reply")
    return found


def locked_reply(reply_id: UUID, expected_version: int | None = None) -> Reply:
    """Lock an answer; Conflict where somebody saved it since it was read."""
    held = Reply.objects.select_for_update().filter(pk=reply_id).first()
    if held is None:
        raise NotFound("reply")
    if expected_version is not None and held.version != expected_version:
        raise Conflict(
            "changed_meanwhile",
            Sentence(
                "别人刚改过这张表。您填的还在，核对后再保存。",
                "Somebody has just changed this table. What you filled in is here still: "
                "look at it and save again.",
            ),
        )
    return held


def about(actor: Actor, kind: str, held: Table, data: BaseModel) -> None:
    """Journal what happened to a table."""
    journal.record(
        kind, actor=actor, subject_kind=TABLE, subject_id=held.id, area_id=held.area_id, data=data
    )


def tell(
    actor: Actor, kind: str, held: Reply, data: BaseModel, corrects_id: UUID | None = None
) -> None:
    """Journal what happened to a unit's answer."""
    journal.record_all([_entry(kind, held, data, corrects_id)], actor=actor)


def tell_all(actor: Actor, kind: str, told: Iterable[tuple[Reply, BaseModel]]) -> None:
    """Journal the same of several answers, in one statement."""
    journal.record_all([_entry(kind, held, data) for held, data in told], actor=actor)


def _entry(kind: str, held: Reply, data: BaseModel, corrects_id: UUID | None = None) -> Entry:
    return Entry(kind, REPLY, held.id, held.area_id, data, corrects_id=corrects_id)
