"""Tables to fill in: who is asked, reminded, told of the end; and owners, that all are in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from liuchi.engines.collect import queries as collect
from liuchi.engines.collect.queries import Note
from liuchi.engines.collect.scope import FILL
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.queries import FactRow
from liuchi.engines.notices import actions as notices
from liuchi.engines.notices.actions import Notice
from liuchi.flows.notifying.words import Batch, Done, Effect, cause_of
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.sentences import Sentence

REPLY, TABLE = "collect.reply", "collect.table"
ASKED, REMINDED, SENT_BACK = "collect.asked", "collect.reminded", "collect.sent_back"
ENDING, PROLONGED, ALL_IN = "collect.ending", "collect.prolonged", "collect.all_in"
_TO_UNITS = {
    ASKED: ("请填表：{title}，{day}截止。", "A table to fill in by {day_en}: {title}."),
    REMINDED: (
        "还没有交：{title}，{day}截止。",
        "Not handed in yet: {title}, which ends {day_en}.",
    ),
    SENT_BACK: (
        "退回重填：{title}，{day}截止。",
        "Sent back to be mended by {day_en}: {title}.",
    ),
    ENDING: (
        "快截止了，还没有交：{title}，{day}截止。",
        "Ends soon and not handed in: {title}, {day_en}.",
    ),
    PROLONGED: (
        "延期了：{title}，改到{day}截止。",
        "Takes answers for longer: {title}, until {day_en}.",
    ),
}


def asked(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell whoever fills in for a unit; what is still missing of it alone."""
    note = batch.table(UUID(str(fact.data["table"])))
    if note is not None and fact.area_id is not None and note.is_open:
        yield from _to_units(fact.kind, note, [(fact.subject_id, fact.area_id)], fact.id)


def prolonged(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell the units that have not handed in until when they may; no haste any more."""
    note = batch.table(fact.subject_id)
    if note is None:
        return
    for reply_id, _ in note.missing:
        yield Done(ENDING, reply_id)
        yield Done(PROLONGED, reply_id)
    yield from _to_units(PROLONGED, note, note.missing, fact.id)


def handed_in(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Clear what a unit was asked; tell the owner once when every unit has handed in."""
    for kind in _TO_UNITS:
        yield Done(kind, fact.subject_id)
    table_id = UUID(str(fact.data["table"]))
    note = batch.table(table_id)
    if note is None or not note.is_open or note.missing:
        return
    sentence = Sentence("收齐了：{title}。", "All units have handed in: {title}.")
    yield _to_owner(ALL_IN, note, sentence, cause_of(ALL_IN, table_id))


def handed_over(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell who answers for a table from now on, unless it was they who took it."""
    note = batch.table(fact.subject_id)
    if note is None or note.owner_id == fact.actor_id:
        return
    sentence = Sentence("由您负责收：{title}。", "You answer for this table: {title}.")
    yield _to_owner(fact.kind, note, sentence, fact.id)


def closed(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell the owner, who did not end it, how many are missing; ask nobody any more."""
    note = batch.table(fact.subject_id)
    if note is None:
        return
    for reply_id, _ in note.missing:
        for kind in _TO_UNITS:
            yield Done(kind, reply_id)
    if note.owner_id == fact.actor_id:
        return
    sentence = Sentence(
        "收表已截止：{title}，{missing} 个单位没有交。",
        "{title} has ended; {missing} units had not handed in.",
        {"missing": int(str(fact.data["missing"]))},
    )
    yield _to_owner(fact.kind, note, sentence, fact.id)


def tell_ending(actor: Actor) -> int:
    """Tell units in the morning of what ends today or tomorrow and was not handed in.

    Once a table and last day: who is told the day before is not told again the day after.
    """
    today = clock.today()
    told = [
        notice
        for note in collect.ending_on([today, today + timedelta(days=1)])
        for notice in _to_units(
            ENDING, note, note.missing, cause_of(ENDING, note.table_id, note.ends_on)
        )
    ]
    return notices.notify(told, actor=actor)


def _to_units(
    kind: str, note: Note, missing: Iterable[tuple[UUID, UUID]], cause_id: UUID
) -> Iterable[Notice]:
    missing = list(missing)
    holders = directory.holders({area_id for _, area_id in missing}, FILL)
    zh, en = _TO_UNITS[kind]
    sentence = Sentence(zh, en, {"title": note.title, **_days(note.ends_on)})
    for reply_id, area_id in missing:
        for user_id in holders[area_id]:
            yield Notice(
                kind=kind,
                subject_kind=REPLY,
                subject_id=reply_id,
                sentence=sentence,
                cause_id=cause_of(cause_id, reply_id),
                area_id=area_id,
                recipient_user_id=user_id,
            )


def _to_owner(kind: str, note: Note, sentence: Sentence, cause_id: UUID) -> Notice:
    return Notice(
        kind=kind,
        subject_kind=TABLE,
        subject_id=note.table_id,
        sentence=Sentence(sentence.zh, sentence.en, {"title": note.title, **sentence.values}),
        cause_id=cause_id,
        area_id=note.area_id,
        recipient_user_id=note.owner_id,
    )


def _days(day: date) -> dict[str, str | int]:
    return {"day": f"{day.month}月{day.day}日", "day_en": f"{day.day} {day:%b}"}
