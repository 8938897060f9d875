"""Bringing a table for a posting: a dry run, the run, and taking back what it brought."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID

from liuchi.engines.disclosures import queries, rules
from liuchi.engines.disclosures.actions.preparing import add_rows, counted, require_draft, who
from liuchi.engines.disclosures.enums import ImportState
from liuchi.engines.disclosures.models import Import, Row
from liuchi.engines.disclosures.queries import ImportRow
from liuchi.engines.disclosures.queries.books import item_as_applied
from liuchi.engines.disclosures.queries.imports import held_import
from liuchi.engines.disclosures.queries.postings import held_posting
from liuchi.engines.disclosures.scope import KEEPER, WRITE, digest
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

KEPT_HOURS = 24


def check_table(
    *, actor: Actor, key: str, posting_id: UUID, content: bytes, filename: str
) -> ImportRow:
    """Read a table for a draft and say what it would bring; the good rows wait a day at most.

    Every bad row is told by its number; the file is not kept, nor its name.
    """
    actor.may(WRITE).or_refuse()
    made = new_id()
    with acting_as(actor):
        held = held_posting(actor, posting_id, lock=True)
        body = {"posting": posting_id, "file": digest(hashlib.sha256(content).hexdigest())}
        earlier = journal.once(f"disclosures.check_table:{actor.id}", key, body, made)
        if earlier is not None:
            return queries.brought(actor, earlier)
        require_draft(held, actor)
        item = item_as_applied(held.playbook_version, held.item_code)
        read = rules.read_table(item, content, filename)
        Import.objects.create(
            id=made,
            posting_id=posting_id,
            state=ImportState.CHECKED,
            rows=[dict(row) for row in read.rows],
            good=len(read.rows),
            refused=read.refused,
            problems=[
                [each.row, each.letters, each.column, each.sentence.zh, each.sentence.en,
                 each.sentence.values]
                for each in read.problems
            ],
            brought_by_id=who(actor),
            brought_at=clock.now(),
        )  # fmt: skip
        return queries.brought(actor, made)


def run_table(*, actor: Actor, key: str, import_id: UUID) -> int:
    """Put the good rows of a table behind those its draft has; returns how many it has then."""
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        brought = held_import(import_id)
        held = held_posting(actor, brought.posting_id, lock=True)
        body = {"import": import_id}
        if journal.once(f"disclosures.run_table:{actor.id}", key, body, import_id) is not None:
            return held.row_count
        require_draft(held, actor)
        _require(brought, ImportState.CHECKED)
        many = add_rows(held, actor, brought.rows, import_id)
        Import.objects.filter(pk=import_id).update(
            state=ImportState.DONE, rows=[], done_at=clock.now()
        )
    return many


def undo_table(*, actor: Actor, key: str, import_id: UUID) -> int:
    """Take back the rows a table brought, as long as the draft is one; returns how many."""
    actor.may(WRITE).or_refuse()
    with acting_as(actor):
        brought = held_import(import_id)
        held = held_posting(actor, brought.posting_id, lock=True)
        body = {"import": import_id}
        if journal.once(f"disclosures.undo_table:{actor.id}", key, body, import_id) is not None:
            return 0
        require_draft(held, actor)
        _require(brought, ImportState.DONE)
        many, _ = Row.objects.filter(brought_id=import_id).delete()
        Import.objects.filter(pk=import_id).update(state=ImportState.UNDONE, undone_at=clock.now())
        counted(held, actor)
    return many


def forget_tables() -> int:
    """Drop the rows of tables nobody brought in within a day; return how many tables."""
    with acting_as(KEEPER):
        since = clock.now() - timedelta(hours=KEPT_HOURS)
        waiting = Import.objects.filter(state=ImportState.CHECKED, brought_at__lt=since)
        return waiting.exclude(rows=[]).update(rows=[])


def _require(brought: Import, state: ImportState) -> None:
    if brought.state != state or (
        state is ImportState.CHECKED and len(brought.rows) < brought.good
    ):
        raise Conflict(
            "import_state",
            Sentence("这张表已经处理过，请重新上传。", "This table was dealt with. Send it again."),
        )
