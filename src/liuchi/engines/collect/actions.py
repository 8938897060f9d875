"""All writes of collecting: send, fill, remind, send back, hand over, prolong, close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from liuchi.engines.collect import facts, queries, rules
from liuchi.engines.collect.enums import Closing, Origin, ReplyState, TableState
from liuchi.engines.collect.models import Reply, Table
from liuchi.engines.collect.queries import ReplyRow, TableRow
from liuchi.engines.collect.rules import Column
from liuchi.engines.collect.scope import FILL, SEND
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import Cell

CLOSER_ID = UUID("0196b2c0-0000-7000-8000-636f6c6c6563")
DAYS_MAX = 92  # whatever is asked for longer is a register, and belongs in a playbook
ROWS_MAX = 200
_WRITTEN = ("state", "version", "rows", "handed_in_at", "handed_in_by", "reason")
TABLE, REPLY = "collect.table", "collect.reply"
_FORGOTTEN = "（已到期删除）"


@dataclass(frozen=True, slots=True)
class Sending:
    """A table to send: what is asked of which units, who answers for it, until when."""

    title: str
    columns: tuple[Column, ...]
    unit_ids: tuple[UUID, ...]
    owner_id: UUID | None
    ends_on: date | None
    note: str = ""
    purpose: str = ""
    retain_days: int | None = None
    rows_max: int = 1


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
        owner_id, ends_on = _check(actor, sending, area.id)
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
            sent_at=clock.now(),
            sent_by=actor.id,
        )
        held.save(force_insert=True)
        _ask(actor, held, sending)
        return queries.table(actor, table_id)


def save(
    *,
    actor: Actor,
    key: str,
    reply_id: UUID,
    rows: Sequence[Mapping[str, Cell]],
    hand_in: bool,
    expected_version: int,
    origin: Origin = Origin.TYPED,
) -> ReplyRow:
    """Keep what a unit filled in, or hand it in. Values that stay keep where they came from.

    Handing in again until the table closes is a correction. Invalid("cells_wrong") names
    each cell; what is only kept may be incomplete.
    """
    actor.may(FILL).or_refuse()
    with acting_as(actor):
        body = {"reply": reply_id, "rows": list(rows), "in": hand_in, "version": expected_version}
        if journal.once(f"collect.save:{actor.id}", key, body, reply_id) is not None:
            return queries.asked(actor, reply_id)[1]
        held = _locked(reply_id, expected_version)
        shown, _ = queries.asked(actor, reply_id)
        rules.may_fill(shown.state, shown.ends_on, clock.today()).or_refuse()
        read = rules.checked(shown.columns, rows)
        _refuse_wrong(read, hand_in=hand_in, rows_max=shown.rows_max)
        held.rows, written = _with_origins(shown.columns, held.rows, read.rows, actor, origin)
        held.version += 1
        if hand_in:
            held.state, held.reason = str(ReplyState.HANDED_IN), ""
            held.handed_in_at, held.handed_in_by = clock.now(), actor.id
        held.save(update_fields=_WRITTEN)
        if hand_in:
            data = facts.HandedInData(
                table=held.table_id, rows=len(held.rows), written=written, version=held.version
            )
            _tell(actor, facts.HANDED_IN.kind, held, data)
        return queries.asked(actor, reply_id)[1]


def remind(*, actor: Actor, key: str, table_id: UUID) -> int:
    """Remind every unit that has not handed in, once a day at most; return how many."""
    with acting_as(actor):
        shown = _own(actor, table_id)
        if journal.once(f"collect.remind:{actor.id}", key, {"table": table_id}, table_id):
            return 0
        rules.may_fill(shown.state, shown.ends_on, clock.today()).or_refuse()
        now = clock.now()
        missing = Reply.objects.select_for_update().filter(table_id=table_id)
        count = 0
        for each in missing.exclude(state=str(ReplyState.HANDED_IN)):
            if each.reminded_at and clock.local_day(each.reminded_at) == clock.today():
                continue
            each.reminded_at, each.reminded_times = now, each.reminded_times + 1
            each.save(update_fields=["reminded_at", "reminded_times"])
            _tell(actor, facts.REMINDED.kind, each, facts.AboutData(table=table_id))
            count += 1
        return count


def send_back(*, actor: Actor, key: str, reply_id: UUID, reason: str) -> ReplyRow:
    """Have a unit do its answer again, and say why. What it wrote stays to be mended."""
    actor.may(SEND).or_refuse()
    if not reason.strip():
        sentence = Sentence("请写明哪里要改。", "Say what has to change.")
        raise Invalid("reason_missing", sentence, (FieldError("reason", sentence),))
    with acting_as(actor):
        body = {"reply": reply_id, "reason": reason}
        shown, row = queries.asked(actor, reply_id)
        _own(actor, shown.id)
        if journal.once(f"collect.send_back:{actor.id}", key, body, reply_id) is not None:
            return row
        held = _locked(reply_id, row.version)
        rules.may_send_back(shown.state, shown.ends_on, clock.today(), row.state).or_refuse()
        held.state, held.reason = str(ReplyState.SENT_BACK), reason.strip()
        held.version += 1
        held.save(update_fields=["state", "reason", "version"])
        _tell(actor, facts.SENT_BACK.kind, held, facts.AboutData(table=shown.id))
        return queries.asked(actor, reply_id)[1]


def hand_over(*, actor: Actor, key: str, table_id: UUID, owner_id: UUID) -> TableRow:
    """Give a table to another owner of the same office, as when somebody leaves."""
    with acting_as(actor):
        shown = _own(actor, table_id)
        body = {"table": table_id, "owner": owner_id}
        if journal.once(f"collect.hand_over:{actor.id}", key, body, table_id) is not None:
            return shown
        if owner_id not in dict(queries.owners(actor, shown.area_id)):
            raise NotFound("owner")
        Table.objects.filter(pk=table_id).update(owner_id=owner_id)
        _about(actor, facts.OWNER.kind, shown, facts.OwnerData(owner=owner_id))
        return queries.table(actor, table_id)


def prolong(*, actor: Actor, key: str, table_id: UUID, ends_on: date) -> TableRow:
    """Give a table another end date; one that has ended takes answers again."""
    with acting_as(actor):
        shown = _own(actor, table_id)
        body = {"table": table_id, "ends_on": ends_on}
        if journal.once(f"collect.prolong:{actor.id}", key, body, table_id) is not None:
            return shown
        if wrong := _wrong_end(ends_on):
            raise Invalid("end_date", wrong.sentence, (wrong,))
        Table.objects.filter(pk=table_id).update(
            ends_on=ends_on, state=str(TableState.OPEN), closed_at=None, closed_why=""
        )
        return queries.table(actor, table_id)


def close(*, actor: Actor, key: str, table_id: UUID) -> TableRow:
    """End a table before its day: no more is needed."""
    with acting_as(actor):
        shown = _own(actor, table_id)
        if journal.once(f"collect.close:{actor.id}", key, {"table": table_id}, table_id):
            return shown
        rules.may_close(shown.state).or_refuse()
        _close(actor, Table.objects.select_for_update().get(pk=table_id), Closing.STOPPED)
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
    with acting_as(system_actor(CLOSER_ID)):
        kept = Table.objects.select_for_update().filter(
            retain_days__isnull=False, forgotten_at__isnull=True, ends_on__lt=clock.today()
        )
        for each in kept:
            if each.ends_on + timedelta(days=each.retain_days or 0) >= clock.today():
                continue
            codes = {column["code"] for column in each.columns if column["personal"]}
            for reply in Reply.objects.select_for_update().filter(table=each):
                for row in reply.rows:
                    for code in codes & set(row):
                        row[code] = {**row[code], "v": _FORGOTTEN if row[code]["v"] else ""}
                reply.save(update_fields=["rows"])
                count += 1
            Table.objects.filter(pk=each.pk).update(forgotten_at=clock.now())
    return count


def _ask(actor: Actor, held: Table, sending: Sending) -> None:
    areas = list(directory.areas(dict.fromkeys(sending.unit_ids)).values())
    filled = queries.prefilled(actor, sending.columns, areas)
    asked = [column for column in sending.columns if column.asked]
    titles = {column.title: column.code for column in asked if not column.personal}
    before = queries.earlier([area.id for area in areas], titles) if sending.rows_max == 1 else {}
    for area in areas:
        row = {**filled[area.id], **before.get(area.id, {})}
        reply = Reply(
            id=new_id(),
            table=held,
            area_id=area.id,
            scope_code=area.scope_code,
            state=str(ReplyState.WAITING),
            rows=[row],
        )
        reply.save(force_insert=True)
        data = facts.AskedData(table=held.id, asked=len(asked), prefilled=len(row))
        _tell(actor, facts.ASKED.kind, reply, data)


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


def _refuse_wrong(read: rules.Read, *, hand_in: bool, rows_max: int) -> None:
    if len(read.rows) > rows_max:
        sentence = Sentence("最多{most}行。", "At most {most} rows.", {"most": rows_max})
        raise Invalid("too_many_rows", sentence)
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


def _check(actor: Actor, sending: Sending, area_id: UUID) -> tuple[UUID, date]:
    """Return who answers for the table and its last day, or name all that is wrong with it."""
    counted = {title: code for code, title in queries.counted(actor).items()}
    known = {each.id for each in queries.units(actor)}
    errors = []
    if not sending.title.strip():
        errors.append(FieldError("title", Sentence("请填写。", "Fill this in.")))
    if sending.owner_id not in dict(queries.owners(actor, area_id)):
        sentence = Sentence("每张表要有一位负责人。", "A table needs somebody who answers for it.")
        errors.append(FieldError("owner_id", sentence))
    if wrong := _wrong_end(sending.ends_on):
        errors.append(wrong)
    if not sending.unit_ids or not set(sending.unit_ids) <= known:
        sentence = Sentence("请选择填报单位。", "Choose who fills it in.")
        errors.append(FieldError("unit_ids", sentence))
    if not 1 <= sending.rows_max <= ROWS_MAX:
        sentence = Sentence("每个单位1到{most}行。", "1 to {most} rows a unit.", {"most": ROWS_MAX})
        errors.append(FieldError("rows_max", sentence))
    errors += rules.faults(
        sending.columns, purpose=sending.purpose, retain_days=sending.retain_days, counted=counted
    )
    if errors or sending.owner_id is None or sending.ends_on is None:
        sentence = Sentence("有几处需要修改。", "Some entries need changing.")
        raise Invalid("table_refused", sentence, tuple(errors))
    return sending.owner_id, sending.ends_on


def _wrong_end(ends_on: date | None) -> FieldError | None:
    if ends_on is None:
        return FieldError("ends_on", Sentence("要写截止日期。", "A table needs an end date."))
    if not 0 <= (ends_on - clock.today()).days <= DAYS_MAX:
        return FieldError(
            "ends_on",
            Sentence(
                "截止日期要在今天到{days}天内。",
                "The end date is today or within {days} days.",
                {"days": DAYS_MAX},
            ),
        )
    return None


def _own(actor: Actor, table_id: UUID) -> TableRow:
    actor.may(SEND).or_refuse()
    return queries.table(actor, table_id)


def _locked(reply_id: UUID, expected_version: int) -> Reply:
    held = Reply.objects.select_for_update().filter(pk=reply_id).first()
    if held is None:
        raise NotFound("reply")
    if held.version != expected_version:
        raise Conflict(
            "changed_meanwhile",
            Sentence(
                "别人刚改过这张表。您填的还在，核对后再保存。",
                "Somebody has just changed this table. What you filled in is here still: "
                "look at it and save again.",
            ),
        )
    return held


def _close(actor: Actor, held: Table, why: Closing) -> None:
    missing = held.replies.exclude(state=str(ReplyState.HANDED_IN)).count()
    Table.objects.filter(pk=held.pk).update(
        state=str(TableState.CLOSED), closed_at=clock.now(), closed_why=str(why)
    )
    _about(actor, facts.CLOSED.kind, held, facts.ClosedData(why=str(why), missing=missing))


def _about(actor: Actor, kind: str, held: Table | TableRow, data: Any) -> None:
    journal.record(
        kind, actor=actor, subject_kind=TABLE, subject_id=held.id, area_id=held.area_id, data=data
    )


def _tell(actor: Actor, kind: str, held: Reply, data: Any) -> None:
    journal.record(
        kind, actor=actor, subject_kind=REPLY, subject_id=held.id, area_id=held.area_id, data=data
    )
