"""What a unit fills in: kept unfinished, handed in, corrected until the table ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from liuchi.engines.collect import facts, queries, rules
from liuchi.engines.collect.actions.held import (
    REPLY,
    locked_reply,
    locked_table,
    table_id_of,
    tell,
)
from liuchi.engines.collect.enums import Origin, ReplyState, TableState
from liuchi.engines.collect.models import Reply
from liuchi.engines.collect.queries import Answer
from liuchi.engines.collect.rules import Column
from liuchi.engines.collect.scope import FILL
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal import queries as journal_queries
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import Cell

_WRITTEN = ("state", "version", "rows", "handed_in_at", "handed_in_by", "reason")


def save(
    *,
    actor: Actor,
    key: str,
    reply_id: UUID,
    rows: Sequence[Mapping[str, Cell]],
    hand_in: bool,
    expected_version: int,
    origin: Origin = Origin.TYPED,
) -> Answer:
    """Keep what a unit filled in, or hand it in. Values that stay keep where they came from.

    Handing in again until the table closes is a correction, and a fact that corrects the one
    before. Invalid("cells_wrong") names each cell; what is only kept may be incomplete, and
    nothing is only kept once it was handed in: it would be merged unchecked.
    """
    actor.may(FILL).or_refuse()
    with acting_as(actor):
        body = {"reply": reply_id, "rows": list(rows), "in": hand_in, "version": expected_version}
        if journal.once(f"collect.save:{actor.id}", key, body, reply_id) is not None:
            return queries.asked(actor, reply_id)[1]
        table = locked_table(table_id_of(reply_id))
        rules.may_fill(TableState(table.state), table.ends_on, clock.today()).or_refuse()
        held = locked_reply(reply_id, expected_version)
        if not hand_in:
            rules.may_keep(ReplyState(held.state)).or_refuse()
        columns = queries.columns_of(table.columns)
        _refuse_unknown(columns, rows)
        read = rules.checked(columns, rows)
        _refuse_wrong(read, hand_in=hand_in, rows_max=table.rows_max)
        held.rows, written = _with_origins(columns, held.rows, read.rows, actor, origin)
        held.version += 1
        if hand_in:
            corrected = _handed_in_before(held)
            held.state, held.reason = str(ReplyState.HANDED_IN), ""
            held.handed_in_at, held.handed_in_by = clock.now(), actor.id
        held.save(update_fields=_WRITTEN)
        if hand_in:
            data = facts.HandedInData(
                table=held.table_id, rows=len(held.rows), written=written, version=held.version
            )
            tell(actor, facts.HANDED_IN.kind, held, data, corrected)
        return queries.asked(actor, reply_id)[1]


def _handed_in_before(held: Reply) -> UUID | None:
    """Return the fact by which an answer was handed in last; None the first time."""
    if held.handed_in_at is None:
        return None
    known = journal_queries.facts_of_subject(REPLY, held.id, area_ids=[held.area_id])
    return next((each.id for each in reversed(known) if each.kind == facts.HANDED_IN.kind), None)


def _with_origins(
    columns: Sequence[Column],
    before: Sequence[Mapping[str, Any]],
    rows: Sequence[Mapping[str, str]],
    actor: Actor,
    origin: Origin,
) -> tuple[list[dict[str, Any]], int]:
    """Return rows with each value's origin, and how many values were written just now."""
    held = {column.code for column in columns if not column.asked}
    first = {code: cell for code, cell in (before[0] if before else {}).items() if code in held}
    now, written, found = clock.now().isoformat(), 0, []
    for place, row in enumerate(rows or ({},)):
        cells: dict[str, Any] = dict(first)
        old = before[place] if place < len(before) else {}
        for code, value in row.items():
            known = old.get(code)
            if known is not None and known["v"] == value and known["from"] != Origin.EARLIER:
                cells[code] = known
            elif value or known is not None:
                cells[code] = {
                    "v": value, "from": str(origin), "ref": "", "by": str(actor.id), "at": now
                }  # fmt: skip
                written += 1
        found.append(cells)
    return found, written


def _refuse_unknown(columns: Sequence[Column], rows: Sequence[Mapping[str, Cell]]) -> None:
    known = {column.code for column in columns}
    if any(not set(row) <= known for row in rows):
        sentence = Sentence("这张表没有这一列。", "This table has no such column.")
        raise Invalid("column_unknown", sentence, (FieldError("rows", sentence),))


def _refuse_wrong(read: rules.Read, *, hand_in: bool, rows_max: int) -> None:
    if len(read.rows) > rows_max:
        raise rules.too_many_rows(len(read.rows), rows_max)
    if not hand_in:
        return
    if not read.rows:
        raise Invalid("nothing_written", Sentence("还没有填。", "Nothing is filled in yet."))
    if read.problems:
        errors = tuple(
            FieldError(f"cell_{each.row}_{each.code}", each.sentence) for each in read.problems
        )
        sentence = Sentence(
            "有 {count} 处要改，改好再交。", "{count} cells need changing.", {"count": len(errors)}
        )
        raise Invalid("cells_wrong", sentence, errors)
