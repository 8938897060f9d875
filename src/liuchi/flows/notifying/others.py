"""Goods that run out, posts that begin and end, and whatever touches an account's safety."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.enums import Departure
from liuchi.engines.journal.queries import FactRow
from liuchi.engines.notices.actions import Notice
from liuchi.flows.notifying.words import (
    AgreementsOf,
    ApprovalsOf,
    Batch,
    Died,
    Effect,
    Erased,
    GradeAppealsOf,
    Handler,
    ObjectionsOf,
    ShelvesOf,
)
from liuchi.kernel.errors import NotFound
from liuchi.kernel.sentences import Sentence


def objections_changed(fact: FactRow, _batch: Batch) -> Iterable[Effect]:
    """Count anew what waits for an answer where the item is published."""
    yield ObjectionsOf(UUID(str(fact.data["home_area"])))


def approvals_changed(fact: FactRow, _batch: Batch) -> Iterable[Effect]:
    """Count anew what waits for a second person."""
    yield ApprovalsOf(UUID(str(fact.data["home_area"])))


def grade_appeals_changed(fact: FactRow, _batch: Batch) -> Iterable[Effect]:
    """Count anew the objections to grades that wait where the list was published."""
    yield GradeAppealsOf(UUID(str(fact.data["home_area"])))


def agreements_changed(fact: FactRow, _batch: Batch) -> Iterable[Effect]:
    """Count anew what ends soon: an agreement was signed, or holds no more."""
    yield AgreementsOf(UUID(str(fact.data["home_area"])))


def shelves_changed(fact: FactRow, _batch: Batch) -> Iterable[Effect]:
    """Look again at what a shop has left."""
    yield ShelvesOf(UUID(str(fact.data["shop"])))


def lease_lapsed(fact: FactRow, _batch: Batch) -> Iterable[Effect]:
    """Tell who opened the counter, and the shop's keepers, that its goods are free again."""
    if fact.area_id is None:
        return
    keepers = directory.holders([fact.area_id], "points.stock.write")[fact.area_id]
    for user_id in sorted({*keepers, UUID(str(fact.data["by"]))}):
        yield Notice(
            kind="points.lease_lapsed",
            subject_kind="points.receipts",
            subject_id=UUID(str(fact.data["shop"])),
            sentence=Sentence(
                "柜台 3 天没联系，预留的 {pieces} 件已放回。交过货的请联网补记再盘点。",
                "A counter was silent for 3 days; its {pieces} pieces are free again. If it "
                "handed goods out, put it online, then count the shelf.",
                {"pieces": int(str(fact.data["pieces"]))},
            ),
            cause_id=fact.id,
            area_id=fact.area_id,
            recipient_user_id=user_id,
        )


def pin_set(fact: FactRow, batch: Batch) -> Iterable[Effect]:
    """Tell a resident of a PIN that was set at the desk: it may have been somebody else."""
    person_id = UUID(str(fact.data["person"]))
    if fact.area_id is not None and not batch.is_own(fact.actor_id, person_id):
        yield Notice(
            kind="points.pin_set",
            subject_kind="points.counter",
            subject_id=person_id,
            sentence=Sentence(
                "您的兑换密码已在窗口设好。不是您本人设的，请告诉社区。",
                "Your PIN was set at the desk. If it was not you, tell the community.",
            ),
            cause_id=fact.id,
            area_id=fact.area_id,
            recipient_person_id=person_id,
        )


def person_erased(fact: FactRow, _batch: Batch) -> Iterable[Effect]:
    """Let go of what is kept for somebody who was erased."""
    yield Erased(UUID(str(fact.data["person"])))


def person_departed(fact: FactRow, _batch: Batch) -> Iterable[Effect]:
    """Clear the inbox of somebody who has died; who moved away may still have to read."""
    if fact.data["reason"] == Departure.DECEASED:
        yield Died(UUID(str(fact.data["person"])))


def post_appointed(fact: FactRow, _batch: Batch) -> Iterable[Effect]:
    """Tell somebody of a post."""
    yield from _post(
        fact, "directory.post_appointed", "您有了新的岗位：{area}。", "A new post: {area}."
    )


def post_ended(fact: FactRow, _batch: Batch) -> Iterable[Effect]:
    """Tell somebody that a post is over; who appointed and ended oneself knows."""
    zh, en = "您在{area}的岗位已经结束。", "Your post in {area} has ended."
    yield from _post(fact, "directory.post_ended", zh, en)


def _post(fact: FactRow, kind: str, zh: str, en: str) -> Iterable[Effect]:
    user_id, area_id = UUID(str(fact.data["user"])), UUID(str(fact.data["area"]))
    if user_id == fact.actor_id:
        return
    try:
        name = directory.area(area_id).name
    except NotFound:  # not there any more; the post is history as well
        return
    yield Notice(
        kind=kind,
        subject_kind="directory.post",
        subject_id=fact.subject_id,
        sentence=Sentence(zh, en, {"area": name}),
        cause_id=fact.id,
        area_id=area_id,
        recipient_user_id=user_id,
    )


def account(kind: str, zh: str, en: str) -> Handler:
    """Return a handler that tells the owner of an account what somebody else did with it."""

    def handler(fact: FactRow, _batch: Batch) -> Iterable[Effect]:
        user_id = UUID(str(fact.data["user"]))
        if user_id != fact.actor_id:
            yield _safety(fact, kind, user_id, zh, en)

    return handler


def always(kind: str, zh: str, en: str) -> Handler:
    """Like :func:`account`, also for what somebody did as oneself: it may be a thief."""

    def handler(fact: FactRow, _batch: Batch) -> Iterable[Effect]:
        yield _safety(fact, kind, UUID(str(fact.data["user"])), zh, en)

    return handler


def _safety(fact: FactRow, kind: str, user_id: UUID, zh: str, en: str) -> Notice:
    return Notice(
        kind=kind,
        subject_kind="accounts.user",
        subject_id=user_id,
        sentence=Sentence(zh, en),
        cause_id=fact.id,
        area_id=fact.area_id,
        recipient_user_id=user_id,
    )
