"""Shared work as one line a day: what waits for review, what runs out.

The line says how much there is now, and goes for everybody when nothing is left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Level
from liuchi.engines.notices import actions as notices
from liuchi.engines.notices.actions import Notice
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import LowGoods
from liuchi.engines.points.rules.approvals import DECIDING_VERBS
from liuchi.flows.notifying.words import cause_of
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.sentences import Sentence

TO_REVIEW = "points.claims_to_review"
TO_ANSWER = "points.objections_to_answer"
TO_DECIDE = "points.approvals_to_decide"
TO_DECIDE_APPEALS = "points.appeals_to_decide"
GRADES_TO_ANSWER = "points.grade_appeals_to_answer"
AGREEMENTS_ENDING = "points.agreements_ending"
STOCK_LOW = "points.stock_low"

_SUBJECTS = {
    TO_DECIDE_APPEALS: "points.appeals",
    GRADES_TO_ANSWER: "points.grade_appeals",
    AGREEMENTS_ENDING: "points.agreements",
    TO_REVIEW: "points.claims",
    TO_ANSWER: "points.objections",
    TO_DECIDE: "points.approvals",
}
_TO_REVIEW = {
    Level.HERE: Sentence("有 {count} 笔申报等您评议。", "{count} claims wait for your review."),
    Level.ABOVE: Sentence(
        "社区转来 {count} 笔申报，等您评议。", "{count} claims came up for your review."
    ),
}
_TO_DECIDE = Sentence(
    "有 {count} 件更正或赠送等您核准。", "{count} corrections or gifts wait for your word."
)
_TO_ANSWER = Sentence(
    "有 {count} 件异议等您答复，最早的{zh_day}到期。",
    "{count} objections wait for your answer; the first is due {en_day}.",
)
_GRADES_TO_ANSWER = Sentence(
    "有 {count} 件等级异议等您答复，最早的{zh_day}到期。",
    "{count} objections to grades wait for your answer; the first is due {en_day}.",
)
_APPEALS = Sentence(
    "有 {count} 件复议等您办理，最早的{zh_day}到期。",
    "{count} appeals wait for your decision; the first is due {en_day}.",
)
_AGREEMENTS = Sentence(
    "有 {count} 份共建协议快到期，最早的{zh_day}到期。",
    "{count} agreements end soon, the first {en_day}.",
)
_NONE = Sentence("", "")


def tell_reviewers(actor: Actor, village_ids: Collection[UUID]) -> int:
    """Say to each reviewer of some villages how many claims wait that they may review.

    What one has entered oneself, another has to review: it does not count. The town
    office hears of what came up to it alone. Returns how many lines are new.
    """
    if not village_ids:
        return 0
    told = 0
    for level, waiting in (
        (Level.HERE, points.claims_waiting(actor, village_ids)),
        (Level.ABOVE, points.claims_waiting(actor, village_ids, only_raised=True)),
    ):
        reviewers = directory.holders(village_ids, "points.claim.review", level)
        for village_id in sorted(village_ids):
            by_proposer = waiting.get(village_id, {})
            counts = _of_others(by_proposer, reviewers[village_id])
            told += _queue(actor, TO_REVIEW, village_id, counts, _TO_REVIEW[level])
    return told


def tell_deciders(actor: Actor, village_ids: Collection[UUID]) -> int:
    """Say who may agree to corrections and gifts how many others have asked for."""
    if not village_ids:
        return 0
    waiting = points.approvals_waiting(actor, village_ids)
    deciders = [directory.holders(village_ids, verb) for verb in DECIDING_VERBS]
    told = 0
    for village_id in sorted(village_ids):
        users = sorted({user_id for held in deciders for user_id in held[village_id]})
        counts = _of_others(waiting.get(village_id, {}), users)
        told += _queue(actor, TO_DECIDE, village_id, counts, _TO_DECIDE)
    return told


def _of_others(by_user: Mapping[UUID, int], users: Iterable[UUID]) -> dict[UUID, int]:
    """Return how many of each user's are somebody else's: one's own is another's to decide."""
    whole = sum(by_user.values())
    return {user_id: whole - by_user.get(user_id, 0) for user_id in users}


def tell_answerers(actor: Actor, village_ids: Collection[UUID]) -> int:
    """Say who has to answer objections how many there are, and the first day one is due."""
    if not village_ids:
        return 0
    waiting = points.objections_waiting(actor, village_ids)
    answerers = directory.holders(village_ids, "points.objection.answer")
    told = 0
    for village_id in sorted(village_ids):
        due = waiting.get(village_id)
        counts = dict.fromkeys(answerers[village_id], due.count if due else 0)
        words = _NONE if due is None else _with_day(_TO_ANSWER, due.first_due)
        told += _queue(actor, TO_ANSWER, village_id, counts, words)
    return told


def tell_grade_answerers(actor: Actor, village_ids: Collection[UUID]) -> int:
    """Say who has to answer objections to grades how many there are: none is issued before."""
    if not village_ids:
        return 0
    waiting = points.grade_appeals_open(actor, village_ids)
    answerers = directory.holders(village_ids, "points.grade.answer")
    told = 0
    for village_id in sorted(village_ids):
        due = waiting.get(village_id)
        counts = dict.fromkeys(answerers[village_id], due.count if due else 0)
        words = _NONE if due is None else _with_day(_GRADES_TO_ANSWER, due.first_due)
        told += _queue(actor, GRADES_TO_ANSWER, village_id, counts, words)
    return told


def tell_appeal_deciders(actor: Actor, village_ids: Collection[UUID]) -> int:
    """Say who may decide appeals how many there are: the town, or the group a playbook names.

    Who entered or reviewed the claim has no word in it, and hears nothing.
    """
    if not village_ids:
        return 0
    waiting = points.appeals_open(actor, village_ids)
    above = directory.holders(village_ids, "points.claim.review", Level.ABOVE)
    here = directory.holders(village_ids, "points.claim.review", Level.HERE)
    groups: dict[UUID, set[str]] = {}
    for post in directory.posts_of_users({user for users in here.values() for user in users}):
        groups.setdefault(post.user_id, set()).add(post.organization_name)
    told = 0
    for village_id in sorted(village_ids):
        opened, town = waiting.get(village_id, ()), set(above[village_id])
        counts = {
            user_id: sum(
                user_id not in each.involved
                and (user_id in town or each.group in groups.get(user_id, ()))
                for each in opened
            )
            for user_id in sorted(town | set(here[village_id]))
        }
        first = min((each.due_on for each in opened), default=None)
        words = _NONE if first is None else _with_day(_APPEALS, first)
        told += _queue(actor, TO_DECIDE_APPEALS, village_id, counts, words)
    return told


def tell_signers(actor: Actor, village_ids: Collection[UUID]) -> int:
    """Say who keeps agreements how many end soon; once a week it goes out as a message."""
    if not village_ids:
        return 0
    ending = points.ending_soon(actor, village_ids)
    signers = directory.holders(village_ids, "points.agreement.write")
    told = 0
    for village_id in sorted(village_ids):
        due = ending.get(village_id)
        counts = dict.fromkeys(signers[village_id], due.count if due else 0)
        words = _NONE if due is None else _with_day(_AGREEMENTS, due.first_due)
        told += _queue(actor, AGREEMENTS_ENDING, village_id, counts, words, weekly=True)
    return told


def _queue(
    actor: Actor,
    kind: str,
    village_id: UUID,
    counts: Mapping[UUID, int],
    words: Sentence,
    *,
    weekly: bool = False,
) -> int:
    """Write the day's (or week's) line of a queue for whoever has something in it.

    The lines of others, and those of earlier days, are taken back.
    """
    year, week, _ = clock.today().isocalendar()
    today = cause_of(kind, village_id, *((year, week) if weekly else (clock.today(),)))
    users = list(counts)
    idle = [user_id for user_id, count in counts.items() if count == 0]
    notices.settle(
        kinds=[kind], subject_ids=[village_id], actor=actor, readers=users, but_for=[today]
    )
    notices.settle(kinds=[kind], subject_ids=[village_id], actor=actor, readers=idle)
    lines = [
        Notice(
            kind=kind,
            subject_kind=_SUBJECTS[kind],
            subject_id=village_id,
            sentence=replace(words, values={**words.values, "count": count}),
            cause_id=today,
            area_id=village_id,
            recipient_user_id=user_id,
            renews=True,
        )
        for user_id, count in counts.items()
        if count
    ]
    return notices.notify(lines, actor=actor)


def _with_day(words: Sentence, first: date) -> Sentence:
    """Return a sentence with its ``{zh_day}`` and ``{en_day}``: today, tomorrow, or the day."""
    said = f" {first.month} 月 {first.day} 日", f"on {first.day} {first:%b}"
    if first <= clock.today():
        said = "今天", "today"
    elif first == clock.today() + timedelta(days=1):
        said = "明天", "tomorrow"
    return replace(words, values={"zh_day": said[0], "en_day": said[1]})


def tell_keepers(actor: Actor, shop_ids: Collection[UUID]) -> int:
    """Say to the keepers of some shops what runs out; once a week it goes out as a message."""
    if not shop_ids:
        return 0
    low = points.low_goods(actor, shop_ids)
    by_shop = {shop_id: [each for each in low if each.shop_id == shop_id] for shop_id in shop_ids}
    keepers = directory.holders({each.village_id for each in low}, "points.stock.write")
    year, week, _ = clock.today().isocalendar()
    told = 0
    for shop_id, goods in sorted(by_shop.items()):
        cause = cause_of(STOCK_LOW, shop_id, year, week)
        kept = [cause] if goods else []
        notices.settle(kinds=[STOCK_LOW], subject_ids=[shop_id], actor=actor, but_for=kept)
        users = keepers[goods[0].village_id] if goods else ()
        told += notices.notify([_low(goods, user_id, cause) for user_id in users], actor=actor)
    return told


def _low(goods: list[LowGoods], user_id: UUID, cause_id: UUID) -> Notice:
    first = goods[0]
    one = Sentence(
        "“{title}”只剩 {stock} 件，请补货。",
        "Only {stock} left of '{title}'. Please restock.",
        {"title": first.title, "stock": first.stock},
    )
    more = Sentence(
        "“{title}”等 {count} 样商品快兑完了，请补货。",
        "'{title}' and others ({count} in all) are running out. Please restock.",
        {"title": first.title, "count": len(goods)},
    )
    return Notice(
        kind=STOCK_LOW,
        subject_kind="points.shop",
        subject_id=first.shop_id,
        sentence=one if len(goods) == 1 else more,
        cause_id=cause_id,
        area_id=first.village_id,
        recipient_user_id=user_id,
        renews=True,
    )
