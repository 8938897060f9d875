"""What a resident's points are and how each of them came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, Sum

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import AccountKind, Side, TransferKind
from liuchi.engines.points.models import (
    Account,
    CampaignLine,
    Entry,
    Lot,
    Redemption,
    Return,
    Transfer,
)
from liuchi.engines.points.queries.campaigns import (
    CAMPAIGN_KINDS,
    explain_campaign,
    given_by_campaigns,
    taken_back,
    who_gave,
)
from liuchi.engines.points.queries.openings import OpeningTold, openings_told
from liuchi.engines.points.queries.places import last_day, rules_at
from liuchi.engines.points.scope import number_cursor, page_size, require_any, sees_internal
from liuchi.engines.points.spec import PER_WORDS
from liuchi.engines.points.spec.currency import INTERNAL, OPEN, READ_INTERNAL, code_of
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.sentences import Sentence

READ = ("points.account.read", "points.redemption.make")
_OPENING = (TransferKind.OPENING, TransferKind.OPENING_REVERSAL)
_SPENDING = (TransferKind.REDEMPTION, TransferKind.REDEMPTION_REVERSAL)
_SPENT = (*_SPENDING, TransferKind.REDEMPTION_RETURN)
_ENDED = (TransferKind.EXPIRY, TransferKind.SETTLEMENT)
_PLAIN = {
    TransferKind.EXPIRY: Sentence("积分到期", "Points ended"),
    TransferKind.SETTLEMENT: Sentence("积分结清", "Points settled"),
    TransferKind.MERGE: Sentence("积分合并", "Points brought together"),
}


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One line of a statement. ``points_signed`` is below zero where points went out.

    ``undone`` says of an award or a redemption when and why it was undone later.
    """

    id: int
    at: datetime
    kind: TransferKind
    title: str
    explanation: Sentence
    points_signed: int
    balance_after: int
    fact_id: UUID
    claim_id: UUID | None
    transfer_id: UUID
    undone: Sentence | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A resident's points. What was reversed is neither earned nor spent.

    ``ended_total`` came to its last day, or was settled: earned less spent less ended is
    the balance.
    """

    person_id: UUID
    balance: int
    earned_total: int
    spent_total: int
    ended_total: int
    entries: tuple[EntryRow, ...]
    next_after: str | None


def balance(actor: Actor, person_id: UUID, *, unit: str | None = None) -> int:
    """Return the points a resident may spend, of one currency or of all that are open."""
    require_any(actor, *READ)
    require(actor)
    found = Account.objects.filter(of_unit(unit), person_id=person_id, kind=AccountKind.PERSON)
    return int(found.aggregate(total=Sum("balance"))["total"] or 0)


def statement(
    actor: Actor,
    person_id: UUID,
    *,
    unit: str | None = None,
    after: str | int | None = None,
    limit: int = 50,
) -> Statement:
    """Return a resident's entries, newest first, each with what made it.

    Of one currency, or of all that are not internal: purses are never added up across that
    line. Six queries, however many entries. Of a person out of scope: empty.
    """
    may_see(actor, person_id, unit)
    held = balance(actor, person_id, unit=unit)
    most, start = page_size(limit), number_cursor(after)
    of_person = Entry.objects.filter(of_unit(unit), person_id=person_id)
    page = of_person if start is None else of_person.filter(id__lt=start)
    rows = list(page.select_related("transfer").order_by("-id")[: most + 1])
    next_after = str(rows[most - 1].id) if len(rows) > most else None
    totals = _totals(person_id, unit)
    return Statement(person_id, held, *totals, entries_of(rows[:most]), next_after)


@dataclass(frozen=True, slots=True)
class Held:
    """What a resident holds of one currency, and what of it ends next, if anything does."""

    unit: str
    title: str
    balance: int
    ends_next: int
    ends_on: date | None
    internal: bool


def purses(actor: Actor, person_id: UUID) -> tuple[Held, ...]:
    """Return a resident's purses, those of internal currencies only for who may see them."""
    require_any(actor, *READ)
    require(actor)
    found = Account.objects.filter(person_id=person_id, kind=AccountKind.PERSON).order_by("unit")
    if not sees_internal(actor, person_id):
        found = found.filter(of_unit(None))
    accounts_ = list(found)
    ending: dict[UUID, Lot] = {}
    for lot in Lot.objects.filter(
        account_id__in=[each.pk for each in accounts_], points_left__gt=0
    ).order_by("expires_on"):
        ending.setdefault(lot.account_id, lot)
    titles = _currency_titles({each.area_id for each in accounts_})
    return tuple(
        Held(
            unit=each.unit,
            title=titles.get(each.unit, code_of(each.unit)),
            balance=each.balance,
            ends_next=ending[each.pk].points_left if each.pk in ending else 0,
            ends_on=ending[each.pk].expires_on if each.pk in ending else None,
            internal=each.unit.startswith(INTERNAL),
        )
        for each in accounts_
    )


def _currency_titles(village_ids: set[UUID]) -> dict[str, str]:
    return {
        spec.currency.unit: spec.currency.title
        for village_id in village_ids
        for _, spec in rules_at(village_id, clock.today())
    }


def of_unit(unit: str | None) -> Q:
    """Return the rows of one currency, or of all that are open. For this engine's queries."""
    return Q(unit__startswith=OPEN) if unit is None else Q(unit=unit)


def may_see(actor: Actor, person_id: UUID, unit: str | None) -> None:
    """Refuse an internal currency's statement to all but its holder and who works with it."""
    if unit is not None and unit.startswith(INTERNAL) and actor.person_id != person_id:
        actor.may(READ_INTERNAL).or_refuse()


def transfer(actor: Actor, transfer_id: UUID) -> Transfer:
    """Return one transfer in scope, or raise NotFound. For this engine's actions."""
    require(actor)
    found = Transfer.objects.select_related("claim").filter(pk=transfer_id).first()
    if found is None:
        raise NotFound("transfer")
    return found


def _totals(person_id: UUID, unit: str | None) -> tuple[int, int, int]:
    """Return what was earned, spent and ended: as fast for a long history as for a short."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM points_totals(%s, %s)", [person_id, unit])
        earned, spent, ended = cursor.fetchone()
    return int(earned), int(spent), int(ended)


def entries_of(rows: Sequence[Entry]) -> tuple[EntryRow, ...]:
    """Return entries as a statement shows them. For this engine's queries."""
    if not rows:
        return ()
    transfers = [row.transfer for row in rows]
    wanted = [t.id for t in transfers] + [t.reverses_id for t in transfers if t.reverses_id]
    made = {
        each.transfer_id: each
        for each in Redemption.objects.select_related("shop").filter(transfer_id__in=wanted)
    }
    back = _returned(transfers)
    opened = openings_told([t.reverses_id or t.id for t in transfers if t.kind in _OPENING])
    given = given_by_campaigns(rows)
    originals = {
        each.id: each
        for each in Transfer.objects.select_related("claim").filter(
            Q(id__in=[t.reverses_id for t in transfers if t.reverses_id])
            | Q(id__in=[t.id for t in transfers if t.claim_id])
            | Q(reverses_id__in=[t.id for t in transfers])
        )
    }
    undoing = {each.reverses_id: each for each in originals.values() if each.reverses_id}
    names = accounts.names_of(
        _who(transfers, originals, made) | _who_opened(opened) | who_gave(given.values())
    )
    origins = _Origins(originals, made, opened, back, given)
    return tuple(_entry(row, origins, names, undoing.get(row.transfer_id)) for row in rows)


@dataclass(frozen=True, slots=True)
class _Origins:
    """What transfers are about, by transfer."""

    transfers: dict[UUID, Transfer]
    redemptions: dict[UUID, Redemption]
    openings: dict[UUID, OpeningTold]
    returns: dict[UUID, Return]
    given: dict[UUID, CampaignLine]


def _returned(transfers: Sequence[Transfer]) -> dict[UUID, Return]:
    """Return what came back, by transfer; no query where nothing did."""
    wanted = [t.id for t in transfers if t.kind == TransferKind.REDEMPTION_RETURN]
    if not wanted:
        return {}
    found = Return.objects.select_related("redemption__shop").filter(transfer_id__in=wanted)
    return {each.transfer_id: each for each in found}


def _who_opened(opened: dict[UUID, OpeningTold]) -> set[UUID]:
    who = {each.proposed_by_id for each in opened.values()}
    return who | {each.decided_by_id for each in opened.values() if each.decided_by_id}


def _who(
    transfers: Sequence[Transfer],
    originals: dict[UUID, Transfer],
    made: dict[UUID, Redemption],
) -> set[UUID]:
    who: set[UUID | None] = {each.actor_id for each in transfers}
    who |= {each.by_id for each in made.values()}
    for each in originals.values():
        if each.claim is not None:
            who |= {each.claim.proposed_by_id, each.claim.reviewed_by_id}
    return {each for each in who if each is not None}


def _entry(
    row: Entry, origins: _Origins, names: dict[UUID, str], undoing: Transfer | None
) -> EntryRow:
    transfer_ = row.transfer
    kind = TransferKind(transfer_.kind)
    if kind in CAMPAIGN_KINDS:
        return _given(row, origins.given[transfer_.id], names)
    of = transfer_.reverses_id or transfer_.id
    if kind in _SPENDING:
        made = origins.redemptions[of]
        title, explanation = made.goods_title, _redeemed(made, names)
    elif kind is TransferKind.REDEMPTION_RETURN:
        returned = origins.returns[of]
        title, explanation = returned.redemption.goods_title, _came_back(returned, names)
    elif kind in _PLAIN:
        title, explanation = _PLAIN[kind].zh, _plain(transfer_, names)
    elif kind in _OPENING:
        title, explanation = "期初积分", _brought(origins.openings[of], names)
    else:
        title, explanation = _awarded(origins.transfers[of], names)
    if transfer_.reverses_id is not None:
        explanation = _reversed(transfer_, explanation, names)
    return EntryRow(
        id=row.id,
        at=transfer_.at,
        kind=kind,
        title=title,
        explanation=explanation,
        points_signed=row.amount if row.side == Side.CREDIT else -row.amount,
        balance_after=row.balance_after,
        fact_id=transfer_.fact_id,
        claim_id=transfer_.claim_id,
        transfer_id=transfer_.id,
        undone=None if undoing is None else _undone(undoing),
    )


def _given(row: Entry, line: CampaignLine, names: dict[UUID, str]) -> EntryRow:
    """Explain a campaign's entry: its transfer is many people's, its line is one's."""
    kind, explanation = TransferKind(row.transfer.kind), explain_campaign(line, names)
    back = taken_back(line, names)
    if kind is TransferKind.CAMPAIGN_REVERSAL and back is not None:
        explanation = back
    return EntryRow(
        id=row.id,
        at=row.transfer.at,
        kind=kind,
        title=line.campaign.rule_title,
        explanation=explanation,
        points_signed=row.amount if row.side == Side.CREDIT else -row.amount,
        balance_after=row.balance_after,
        fact_id=line.fact_id or row.transfer.fact_id,
        claim_id=None,
        transfer_id=row.transfer_id,
        undone=back if kind is TransferKind.CAMPAIGN else None,
    )


def _awarded(of: Transfer, names: dict[UUID, str]) -> tuple[str, Sentence]:
    claim = of.claim
    if claim is None or claim.reviewed_at is None or claim.notice_ends_at is None:
        msg = f"the award {of.id} has no reviewed claim"
        raise ValueError(msg)
    per = next(words for code, words in PER_WORDS.items() if code == claim.per)
    sentence = Sentence(
        "{happened}，{rule_class}·{rule}：" + per.zh + "{award}分，计{quantity}次，共{points}分。"
        "{proposed}由{proposer}申报，{reviewed}由{reviewer}评议通过，公示到{until}。",
        "{happened}, {rule_class} · {rule}: {award} " + per.en + ", times {quantity}, makes "
        "{points}. Claimed by {proposer} on {proposed}, approved by {reviewer} on {reviewed}, "
        "on notice until {until}.",
        {
            "happened": str(claim.happened_on),
            "rule_class": claim.rule_class,
            "rule": claim.rule_title,
            "award": claim.award,
            "quantity": claim.quantity,
            "points": claim.points,
            "proposed": _day(claim.proposed_at),
            "proposer": names.get(claim.proposed_by_id, "—"),
            "reviewed": _day(claim.reviewed_at),
            "reviewer": names.get(claim.reviewed_by_id, "—") if claim.reviewed_by_id else "—",
            "until": str(last_day(claim.notice_ends_at)),
        },
    )
    if claim.corrects_id is not None:
        sentence = Sentence(
            f"更正数量后重新记入。{sentence.zh}",
            f"Entered anew with the right quantity. {sentence.en}",
            sentence.values,
        )
    return claim.rule_title, sentence


def _brought(opening: OpeningTold, names: dict[UUID, str]) -> Sentence:
    return Sentence(
        "{day}台账结余{points}分，{proposer}导入，{who}于{decided}确认。",
        "The paper book held {points} points on {day}. Imported by {proposer}, confirmed by "
        "{who} on {decided}.",
        {
            "day": str(opening.held_on),
            "points": opening.points,
            "proposer": names.get(opening.proposed_by_id, "—"),
            "decided": _day(opening.decided_at) if opening.decided_at else "—",
            "who": names.get(opening.decided_by_id, "—") if opening.decided_by_id else "—",
        },
    )


def _redeemed(made: Redemption, names: dict[UUID, str]) -> Sentence:
    return Sentence(
        "{day}在{shop}兑换{goods}{quantity}件，每件{price}分，由{who}办理。",
        "{day} at {shop}: {quantity} of {goods} for {price} points each, handed out by {who}.",
        {
            "day": _day(made.at),
            "shop": made.shop.name,
            "goods": made.goods_title,
            "quantity": made.quantity,
            "price": made.points // made.quantity,
            "who": names.get(made.by_id, "—"),
        },
    )


def _came_back(returned: Return, names: dict[UUID, str]) -> Sentence:
    made = returned.redemption
    return Sentence(
        "{day}退回{goods}{quantity}件，理由：{reason}。",
        "{day}: {quantity} of {goods} brought back, handed out on {made} at {shop}. Taken by "
        "{who}: {reason}.",
        {
            "day": _day(returned.at),
            "goods": made.goods_title,
            "quantity": returned.quantity,
            "made": _day(made.at),
            "shop": made.shop.name,
            "who": names.get(returned.by_id, "—"),
            "reason": returned.reason,
        },
    )


def _plain(of: Transfer, names: dict[UUID, str]) -> Sentence:
    """Say what moved points without a claim, a shop or a list."""
    if of.kind == TransferKind.EXPIRY:
        return Sentence(
            "这些积分到了有效期的最后一天，没有使用。",
            "These points came to their last day unspent.",
        )
    values = {"day": _day(of.at), "who": names.get(of.actor_id, "—"), "reason": of.reason}
    if of.kind == TransferKind.SETTLEMENT:
        return Sentence(
            "{day}由{who}结清，理由：{reason}。", "Settled by {who} on {day}: {reason}.", {**values}
        )
    return Sentence(
        "{day}由{who}把同一个人的两个账户合并，理由：{reason}。",
        "Two purses of one person brought together by {who} on {day}: {reason}.",
        {**values},
    )


def _undone(undoing: Transfer) -> Sentence:
    return Sentence(
        "这一笔已于{day}冲正，理由：{reason}。",
        "This was reversed on {day}: {reason}.",
        {"day": _day(undoing.at), "reason": undoing.reason},
    )


def _reversed(undoing: Transfer, what: Sentence, names: dict[UUID, str]) -> Sentence:
    values = {
        "day": _day(undoing.at),
        "who": names.get(undoing.actor_id, "—"),
        "reason": undoing.reason,
        "zh": what.in_language("zh-hans"),
        "en": what.in_language("en"),
    }
    return Sentence(
        "{day}由{who}冲正，理由：{reason}。原记录：{zh}",
        "Reversed by {who} on {day}: {reason}. It was: {en}",
        {**values},
    )


def _day(instant: datetime) -> str:
    day: date = clock.local_day(instant)
    return str(day)
