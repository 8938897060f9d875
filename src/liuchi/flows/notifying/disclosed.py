"""Faults of spot checks: the village hears of them, whoever checks hears that they are mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from liuchi.engines.cases.spec import REPORT_TARGET
from liuchi.engines.directory import queries as directory
from liuchi.engines.disclosures.queries import CheckedRow
from liuchi.engines.disclosures.spec import FAULT_WORDS
from liuchi.engines.journal.queries import FactRow
from liuchi.engines.notices.actions import Notice
from liuchi.flows.declared import answered
from liuchi.flows.notifying.words import CHECKED, Batch, Done, Effect
from liuchi.kernel import clock
from liuchi.kernel.sentences import Sentence, Value

FAULT_FOUND = "disclosures.fault_found"
FAULT_MENDED = "disclosures.fault_mended"
FAULT_RETURNED = "disclosures.fault_returned"
FAULT_STRUCK_OFF = "disclosures.fault_struck_off"
POSTS = "disclosures.posting.write"
CHECKS = "disclosures.posting.check"


def found(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell who posts for the village what was found, and by when it is to be put right.

    Not where the method makes a matter of it: it is told as one when it is handed to the village,
    with the matter's own limit. Told twice, it would be due on two days.
    """
    if fact.area_id is not None:
        in_force = directory.methods_at(fact.area_id, clock.local_day(fact.at))
        if any(answered(fact, REPORT_TARGET, in_force)):
            return
    words = Sentence(
        "抽查发现「{item}」{fault}，请在{day}前整改。",
        "A spot check found {item} {fault_en}; put it right by {day_en}.",
    )
    yield from _told(fact, batch, FAULT_FOUND, words, POSTS)


def mended(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Close what the village was told, and tell who may strike the fault off."""
    yield Done(FAULT_FOUND, fact.subject_id)
    yield Done(FAULT_RETURNED, fact.subject_id)
    words = Sentence(
        "「{item}」已报整改，请核查销号。", "{item} was put right; please look and strike it off."
    )
    yield from _told(fact, batch, FAULT_MENDED, words, CHECKS)


def returned(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell who posts for the village that it has to be put right again."""
    yield Done(FAULT_MENDED, fact.subject_id)
    words = Sentence(
        "「{item}」的整改退回了，请看原因再改。", "{item}: what was mended came back. See why."
    )
    yield from _told(fact, batch, FAULT_RETURNED, words, POSTS)


def struck_off(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell who posts for the village that it is over."""
    for kind in (FAULT_FOUND, FAULT_MENDED, FAULT_RETURNED):
        yield Done(kind, fact.subject_id)
    words = Sentence("抽查发现的「{item}」问题已销号。", "The fault found in {item} is struck off.")
    yield from _told(fact, batch, FAULT_STRUCK_OFF, words, POSTS)


def _told(fact: FactRow, batch: Batch, kind: str, words: Sentence, verb: str) -> Iterable[Notice]:
    """Tell the nearest posts of the village that include a verb; not who did it."""
    row = batch.fault(fact)
    if row is None:
        return
    for user_id in directory.holders([row.area_id], verb)[row.area_id]:
        if user_id != fact.actor_id:
            yield Notice(
                kind=kind,
                subject_kind=CHECKED,
                subject_id=row.id,
                sentence=replace(words, values=_values(row)),
                cause_id=fact.id,
                area_id=row.area_id,
                recipient_user_id=user_id,
            )


def _values(row: CheckedRow) -> dict[str, Value]:
    fault = FAULT_WORDS[row.fault] if row.fault is not None else Sentence("", "")
    day: date = row.rectify_by or row.first
    return {
        "item": row.item_title,
        "fault": fault.zh,
        "fault_en": fault.en,
        "day": f"{day.month}月{day.day}日",
        "day_en": f"{day.day} {day:%b}",
    }
