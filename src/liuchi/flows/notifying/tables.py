"""Tables to fill in: units are asked, reminded and sent back to; owners hear that one has ended."""

from __future__ import annotations

from collections.abc import Iterable

from liuchi.engines.collect import queries as collect
from liuchi.engines.collect.scope import FILL
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.queries import FactRow
from liuchi.engines.notices.actions import Notice
from liuchi.flows.notifying.words import Batch, Done, Effect
from liuchi.kernel.sentences import Sentence

REPLY, TABLE = "collect.reply", "collect.table"
_WORDS = {
    "collect.asked": Sentence("请填表：{title}。", "A table to fill in: {title}."),
    "collect.reminded": Sentence("还没有交：{title}。", "Not handed in yet: {title}."),
    "collect.sent_back": Sentence("退回重填：{title}。", "Sent back: {title}."),
}


def asked(fact: FactRow, _batch: Batch) -> Iterable[Effect]:
    """Tell whoever fills in for a unit."""
    if fact.area_id is None:
        return
    title = collect.title_of(fact.data["table"])
    for user_id in directory.holders([fact.area_id], FILL)[fact.area_id]:
        yield Notice(
            kind=fact.kind,
            subject_kind=REPLY,
            subject_id=fact.subject_id,
            sentence=Sentence(_WORDS[fact.kind].zh, _WORDS[fact.kind].en, {"title": title}),
            cause_id=fact.id,
            area_id=fact.area_id,
            recipient_user_id=user_id,
        )


def handed_in(fact: FactRow, _batch: Batch) -> Iterable[Effect]:
    """Clear what a unit was asked."""
    for kind in _WORDS:
        yield Done(kind, fact.subject_id)


def closed(fact: FactRow, _batch: Batch) -> Iterable[Effect]:
    """Tell the owner that a table has ended and how many are missing; ask nobody any more."""
    told = collect.ended(fact.subject_id)
    for reply_id in told.open_ids:
        for kind in _WORDS:
            yield Done(kind, reply_id)
    yield Notice(
        kind="collect.closed",
        subject_kind=TABLE,
        subject_id=fact.subject_id,
        sentence=Sentence(
            "收表已截止：{title}，{missing} 个单位没有交。",
            "{title} has ended; {missing} units had not handed in.",
            {"title": told.title, "missing": int(str(fact.data["missing"]))},
        ),
        cause_id=fact.id,
        area_id=fact.area_id,
        recipient_user_id=told.owner_id,
    )
