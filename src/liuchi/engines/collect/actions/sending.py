"""Sending a table: what is asked of which units, who answers for it, until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from liuchi.engines.collect import facts, queries, rules
from liuchi.engines.collect.actions.held import tell_all
from liuchi.engines.collect.enums import ReplyState, TableState
from liuchi.engines.collect.models import Reply, Table
from liuchi.engines.collect.queries import TableRow
from liuchi.engines.collect.rules import Column
from liuchi.engines.collect.scope import SEND
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import FieldError, Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Sending:
    """A table to send. ``again``: known to ask what units are asked elsewhere just now."""

    title: str
    columns: tuple[Column, ...]
    unit_ids: tuple[UUID, ...]
    owner_id: UUID | None
    ends_on: date | None
    note: str = ""
    purpose: str = ""
    retain_days: int | None = None
    rows_max: int = 1
    again: bool = False


def send(*, actor: Actor, key: str, sending: Sending) -> TableRow:
    """Send a table to units, filled in with whatever is held; each unit is a fact."""
    actor.may(SEND).or_refuse()
    with acting_as(actor):
        table_id = new_id()
        done = journal.once(f"collect.send:{actor.id}", key, asdict(sending), table_id)
        if done is not None:
            return queries.table(actor, done)
        area = directory.area(actor.area_id) if actor.area_id else None
        if area is None:
            raise NotFound("area")
        again = queries.elsewhere(sending.columns, sending.unit_ids)
        owner_id, ends_on = _check(actor, sending, area.id, {} if sending.again else again)
        held = Table(
            id=table_id,
            area_id=area.id,
            scope_code=area.scope_code,
            title=sending.title.strip(),
            note=sending.note.strip(),
            owner_id=owner_id,
            purpose=sending.purpose.strip(),
            retain_days=sending.retain_days if sending.purpose.strip() else None,
            ends_on=ends_on,
            state=str(TableState.OPEN),
            columns=[asdict(column) for column in sending.columns],
            rows_max=sending.rows_max,
            units_sent=len(set(sending.unit_ids)),
            sent_at=clock.now(),
            sent_by=actor.id,
        )
        held.save(force_insert=True)
        _ask(actor, held, sending, asked_again=len(again))
        return queries.table(actor, table_id)


def _ask(actor: Actor, held: Table, sending: Sending, *, asked_again: int) -> None:
    areas = list(directory.areas(sending.unit_ids).values())
    filled = queries.prefilled(actor, sending.columns, areas)
    asked = [column for column in sending.columns if column.asked]
    titles = {column.title: column.code for column in asked if not column.personal}
    before = queries.earlier([area.id for area in areas], titles) if sending.rows_max == 1 else {}
    made = [
        Reply(
            id=new_id(),
            table=held,
            area_id=area.id,
            scope_code=area.scope_code,
            state=str(ReplyState.WAITING),
            rows=[{**filled[area.id], **before.get(area.id, {})}],
        )
        for area in areas
    ]
    Reply.objects.bulk_create(made)
    tell_all(
        actor,
        facts.ASKED.kind,
        [
            (
                each,
                facts.AskedData(
                    table=held.id, asked=len(asked), prefilled=len(each.rows[0]), again=asked_again
                ),
            )
            for each in made
        ],
    )


def _check(
    actor: Actor, sending: Sending, area_id: UUID, again: dict[str, queries.Elsewhere]
) -> tuple[UUID, date]:
    """Return who answers for the table and its last day, or name all that is wrong with it."""
    errors = [*_of_the_table(actor, sending, area_id)]
    errors += rules.faults(
        sending.columns,
        purpose=sending.purpose,
        retain_days=sending.retain_days,
        counted={title: code for code, title in queries.counted(actor).items()},
    )
    errors += [
        FieldError(f"title_{column.code}", again[column.title].sentence(column.title))
        for column in sending.columns
        if column.asked and column.title in again
    ]
    if errors or sending.owner_id is None or sending.ends_on is None:
        sentence = Sentence("有几处需要修改。", "Some entries need changing.")
        raise Invalid("table_refused", sentence, tuple(errors))
    return sending.owner_id, sending.ends_on


def _of_the_table(actor: Actor, sending: Sending, area_id: UUID) -> Iterator[FieldError]:
    if not sending.title.strip():
        yield FieldError("title", Sentence("请填写。", "Fill this in."))
    if sending.owner_id not in dict(queries.owners(actor, area_id)):
        sentence = Sentence("每张表要有一位负责人。", "A table needs somebody who answers for it.")
        yield FieldError("owner_id", sentence)
    today = clock.today()
    if wrong := rules.wrong_end(sending.ends_on, first=today, sent_on=today):
        yield wrong
    if not sending.unit_ids or not set(sending.unit_ids) <= {
        each.id for each in queries.units(actor)
    }:
        sentence = Sentence("请选择填报单位。", "Choose who fills it in.")
        yield FieldError("unit_ids", sentence)
    if not 1 <= sending.rows_max <= rules.ROWS_MAX:
        sentence = Sentence(
            "每个单位1到{most}行。", "1 to {most} rows a unit.", {"most": rules.ROWS_MAX}
        )
        yield FieldError("rows_max", sentence)
