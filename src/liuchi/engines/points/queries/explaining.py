"""How one entry of a purse came about: what was done, who saw to it, and what came after.

Each kind of transfer has an explainer in ``EXPLAINERS``; what it returns is of one shape, so
that pages and paper know nothing of kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import PostThen
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import Capacity, ObjectionOutcome, TransferKind, UpperReason
from liuchi.engines.points.models import (
    BasketLine,
    Campaign,
    CampaignLine,
    Claim,
    Entry,
    Lot,
    LotMove,
    Redemption,
    Return,
    Review,
    Transfer,
)
from liuchi.engines.points.queries.ledger import READ, EntryRow, entries_of
from liuchi.engines.points.queries.notices import NoticeSheetRow, sheet_row
from liuchi.engines.points.queries.openings import openings_told
from liuchi.engines.points.queries.places import rules_at, spec_of
from liuchi.engines.points.scope import require_any
from liuchi.engines.points.spec import EVIDENCE_WORDS, PER_WORDS, cap_sentence
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class RuleThen:
    """A rule as it stood in the version of the playbook that was in force.

    ``now``: whether it stands unchanged today, None where today has no such rule.
    """

    playbook: str
    version: int
    in_force_from: date
    approved_by: str
    title: str
    class_title: str
    award: Sentence
    cap: Sentence | None
    evidence: tuple[Sentence, ...]
    publicity_work_days: int
    note: str
    now: bool | None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done. ``post`` is the one it was done under, "" for a resident's own.

    ``by`` is empty where no human being did it.
    """

    title: Sentence
    at: date | datetime | None
    by: str = ""
    post: str = ""
    note: Sentence | str = ""

    @property
    def has_time(self) -> bool:
        """Whether the time of day is known, not the day alone."""
        return isinstance(self.at, datetime)


@dataclass(frozen=True, slots=True)
class ObjectionTold:
    """An objection as the one it is about is told of it: its words would give its author away."""

    received_at: datetime
    late: bool
    outcome: ObjectionOutcome | None
    withdrawn: bool
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class LotTold:
    """Points that hold until a day; ``points`` below zero left such a lot."""

    points: int
    until: date

    @property
    def taken(self) -> int:
        """How many left."""
        return -self.points


@dataclass(frozen=True, slots=True)
class Explained:
    """An entry, opened. ``evidence`` are documents: who looks sees those that may be seen."""

    entry: EntryRow
    recorded_at: datetime
    rule: RuleThen | None
    steps: tuple[Step, ...]
    evidence: tuple[UUID, ...]
    notice: NoticeSheetRow | None
    objections: tuple[ObjectionTold, ...]
    lots: tuple[LotTold, ...]
    fact_id: UUID
    claim_id: UUID | None


@dataclass(slots=True)
class Story:
    """What an explainer finds of one person's entry; who took steps is named at the end."""

    person_id: UUID
    steps: list[tuple[Step, UUID | None]] = field(default_factory=list)
    rule: RuleThen | None = None
    evidence: tuple[UUID, ...] = ()
    notice: NoticeSheetRow | None = None
    objections: tuple[ObjectionTold, ...] = ()

    def add(
        self,
        zh: str,
        en: str,
        at: date | datetime | None,
        by: UUID | None = None,
        note: Sentence | str = "",
    ) -> None:
        """Note a step and who took it."""
        self.steps.append((Step(Sentence(zh, en), at, note=note), by))


Explainer = Callable[[Transfer, Story], None]
"""Tells a transfer's story; of a contra-entry, that of what it undid."""


def explained(actor: Actor, person_id: UUID, transfer_id: UUID) -> Explained:
    """Return one entry of a person's purse with all that made it, or raise NotFound.

    Of an internal currency: for its holder and who works with it, to others not found.
    """
    require_any(actor, *READ)
    require(actor)
    row = (
        Entry.objects.select_related("transfer__claim")
        .filter(person_id=person_id, transfer_id=transfer_id)
        .first()
    )
    if row is None:
        raise NotFound("entry")
    moved = row.transfer
    of = moved if moved.reverses_id is None else _transfer(moved.reverses_id)
    story = Story(person_id)
    EXPLAINERS[TransferKind(of.kind)](of, story)
    undoing = moved if moved.reverses_id else Transfer.objects.filter(reverses=of).first()
    if undoing is not None:
        story.add("冲正", "Reversed", undoing.at, undoing.actor_id, undoing.reason)
    return Explained(
        entry=entries_of([row])[0],
        recorded_at=moved.recorded_at,
        rule=story.rule,
        steps=_named(story.steps),
        evidence=story.evidence,
        notice=story.notice,
        objections=story.objections,
        lots=tuple(
            LotTold(move.points, move.expires_on)
            for move in LotMove.objects.filter(transfer=moved, account_id=row.account_id).order_by(
                "expires_on", "id"
            )
        ),
        fact_id=moved.fact_id,
        claim_id=of.claim_id,
    )


def _transfer(transfer_id: UUID) -> Transfer:
    return Transfer.objects.select_related("claim").get(pk=transfer_id)


def _award(of: Transfer, story: Story) -> None:
    claim = of.claim
    if claim is None:
        msg = f"the award {of.id} has no claim"
        raise ValueError(msg)
    story.rule = _rule_then(claim, claim.village_id)
    story.evidence = tuple(claim.evidence)
    story.add("发生", "It happened", claim.happened_on, note=claim.note)
    capacity = _CAPACITY[Capacity(claim.capacity)]
    story.add("申报", "Claimed", claim.proposed_at, claim.proposed_by_id, capacity)
    if claim.upper_since is not None:
        because = _UPPER[UpperReason(claim.upper_reason)]
        story.add("转上级评议", "Sent up for review", claim.upper_since, note=because)
    reviews = list(Review.objects.filter(claim=claim).order_by("id"))
    for each in reviews:
        word = _OUTCOMES[each.outcome]
        said = f"{each.by_group}：{each.reason}" if each.by_group and each.reason else ""
        note = said or each.by_group or each.reason
        story.add(word.zh, word.en, each.reviewed_at, each.reviewed_by_id, note)
    if not reviews and claim.reviewed_at is not None:
        story.add(
            "评议通过", "Approved", claim.reviewed_at, claim.reviewed_by_id, claim.review_reason
        )
    if claim.sheet is not None:
        story.notice = sheet_row(claim.sheet)
    story.objections = _objections(claim.id)
    story.add("记入", "Entered", of.at)
    if claim.corrects_id is not None:
        story.add("更正此前一笔的数量", "Corrects the quantity of an earlier entry", None)


def _rule_then(claim: Claim | Campaign, village_id: UUID) -> RuleThen:
    applied = journal.playbook_version(claim.playbook_version)
    spec = spec_of(applied)
    rule = (
        None
        if spec is None
        else next((each for each in spec.rules if each.code == claim.rule_code), None)
    )
    today = next(
        (
            each
            for playbook, found in rules_at(village_id, clock.today())
            if playbook.code == applied.code
            for each in found.rules
            if each.code == claim.rule_code
        ),
        None,
    )
    per = next(words for code, words in PER_WORDS.items() if code == claim.per)
    return RuleThen(
        playbook=str(applied.compiled.get("title", applied.code)),
        version=applied.version,
        in_force_from=applied.in_force_from,
        approved_by=applied.approved_by,
        title=claim.rule_title,
        class_title=claim.rule_class,
        award=Sentence(per.zh + "{award}分", "{award} points " + per.en, {"award": claim.award}),
        cap=None if rule is None or rule.cap is None else cap_sentence(rule),
        evidence=() if rule is None else tuple(EVIDENCE_WORDS[kind] for kind in rule.evidence),
        publicity_work_days=claim.publicity_work_days,
        note="" if rule is None else rule.note,
        now=None if today is None else today == rule,
    )


def _objections(claim_id: UUID) -> tuple[ObjectionTold, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM points_objections_told(%s)", [claim_id])
        return tuple(
            ObjectionTold(
                received, late, ObjectionOutcome(outcome) if outcome else None, withdrawn, answered
            )
            for received, late, outcome, withdrawn, answered in cursor.fetchall()
        )


def _redemption(of: Transfer, story: Story) -> None:
    made = Redemption.objects.select_related("shop").get(transfer=of)
    _handed_out(made, story)
    for each in Return.objects.filter(redemption=made).order_by("id"):
        story.add("退回一部分", "Part of it brought back", each.at, each.by_id, each.reason)


def _handed_out(made: Redemption, story: Story) -> None:
    line = BasketLine.objects.select_related("basket").filter(redemption=made).first()
    price = Sentence(
        "{shop}，{goods}{quantity}件，每件{price}分",
        "{shop}: {quantity} of {goods}, {price} points each",
        {
            "shop": made.shop.name,
            "goods": made.goods_title,
            "quantity": made.quantity,
            "price": made.points // made.quantity,
        },
    )
    if line is not None and line.basket.offline:
        story.add("断网时领取", "Taken without a network", line.basket.taken_at)
    story.add("兑换", "Redeemed", made.at, made.by_id, price)
    if line is not None:
        story.add(*_CONFIRMED[line.basket.confirmation], line.basket.at)


def _returned(of: Transfer, story: Story) -> None:
    back = Return.objects.select_related("redemption__shop").get(transfer=of)
    _handed_out(back.redemption, story)
    story.add("退回一部分", "Part of it brought back", back.at, back.by_id, back.reason)


def _opening(of: Transfer, story: Story) -> None:
    held = openings_told([of.id])[of.id]
    story.add("台账结余", "Held in the paper book", held.held_on)
    story.add("导入", "Imported", held.proposed_at, held.proposed_by_id)
    if held.decided_at is not None:
        story.add("第二人确认", "Confirmed by a second person", held.decided_at, held.decided_by_id)


def _expiry(of: Transfer, story: Story) -> None:
    ended = {move.expires_on for move in LotMove.objects.filter(transfer=of)}
    purses = Entry.objects.filter(transfer=of, person_id__isnull=False).values("account_id")
    warned = Lot.objects.filter(account_id__in=purses, warned_at__isnull=False)
    for lot in warned.filter(expires_on__in=ended):
        story.add("到期提醒", "Warned that the day comes near", lot.warned_at)
    for day in sorted(ended):
        story.add("有效期的最后一天", "Last day they were good", day)
    story.add("到期", "Ended", of.at)


def _settlement(of: Transfer, story: Story) -> None:
    story.add("结清", "Settled", of.at, of.actor_id, of.reason)


def _campaign(of: Transfer, story: Story) -> None:
    lines = CampaignLine.objects.select_related("campaign", "part__sheet")
    line = lines.get(Q(transfer_id=of.id) | Q(reversal_id=of.id), person_id=story.person_id)
    held = line.campaign
    story.rule = _rule_then(held, line.village_id)
    story.evidence = tuple(held.evidence)
    story.add("发生", "It happened", held.happened_on, note=held.note)
    story.add("批量提出", "Proposed for many", held.proposed_at, held.proposed_by_id, held.title)
    if held.decided_at is not None:
        story.add("审核通过", "Approved", held.decided_at, held.decided_by_id, held.decide_reason)
    if line.part.sheet is not None:
        story.notice = sheet_row(line.part.sheet)
    story.add("记入", "Entered", line.part.posted_at)
    if line.reversal_id is not None:
        story.add("冲正", "Reversed", held.undone_at, held.undone_by_id, held.undo_reason)


def _merge(of: Transfer, story: Story) -> None:
    story.add("合并账户", "Purses brought together", of.at, of.actor_id, of.reason)


EXPLAINERS: Mapping[TransferKind, Explainer] = {
    TransferKind.AWARD: _award,
    TransferKind.REDEMPTION: _redemption,
    TransferKind.REDEMPTION_RETURN: _returned,
    TransferKind.OPENING: _opening,
    TransferKind.EXPIRY: _expiry,
    TransferKind.SETTLEMENT: _settlement,
    TransferKind.MERGE: _merge,
    TransferKind.CAMPAIGN: _campaign,
    TransferKind.CAMPAIGN_REVERSAL: _campaign,
}
"""By the kind of what was posted; a contra-entry that names what it undoes is explained by that."""

_CAPACITY = {
    Capacity.OWN: Sentence("本人提出", "By the resident"),
    Capacity.RECORDER: Sentence("社区登记", "Entered by the community"),
    Capacity.FAMILY: Sentence("家人代办", "By a family member"),
    Capacity.NEIGHBOUR: Sentence("邻居代办", "By a neighbour"),
}
_UPPER = {
    UpperReason.NO_SECOND_PERSON: Sentence(
        "社区没有第二个人可以评议", "Nobody else in the community may review it"
    ),
    UpperReason.OVERDUE: Sentence(
        "社区到期没有人评议", "Nobody in the community reviewed it in time"
    ),
}
_OUTCOMES = {
    "forward": Sentence("评议通过，转下一步", "Approved, on to the next step"),
    "approve": Sentence("评议通过", "Approved"),
    "reject": Sentence("未通过", "Rejected"),
    "return": Sentence("退回补充", "Sent back for more"),
}
_CONFIRMED = {
    "pin": ("居民用密码确认", "Confirmed with the resident's PIN"),
    "code": ("居民用兑换码确认", "Confirmed with a code"),
    "signature": ("居民签字确认", "Confirmed by signature"),
}


def _named(steps: Sequence[tuple[Step, UUID | None]]) -> tuple[Step, ...]:
    """Put names and posts to steps, in the order of the days."""
    users = {user for _, user in steps if user is not None}
    names, posts = accounts.names_of(users), directory.posts_then(users)
    told = [
        Step(step.title, step.at, names.get(user, ""), _post(posts, user, step.at), step.note)
        if user is not None
        else step
        for step, user in steps
    ]
    return tuple(sorted(told, key=lambda step: _day(step.at)))


def _post(posts: Iterable[PostThen], user: UUID, at: date | datetime | None) -> str:
    """Name the post held longest on the day; whoever held none acted as a resident."""
    day = _day(at)
    held = (each for each in posts if each.user_id == user and each.held_on(day))
    found = next(held, None)
    return "" if found is None else f"{found.area_name}{found.title}"


def _day(at: date | datetime | None) -> date:
    if at is None:
        return date.max
    return clock.local_day(at) if isinstance(at, datetime) else at
