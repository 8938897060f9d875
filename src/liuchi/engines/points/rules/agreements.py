"""Agreements with providers and their monthly statements: who may move them where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from liuchi.engines.points.enums import (
    AgreementState,
    AgreementVerb,
    StatementSide,
    StatementState,
    UseState,
)
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse
from liuchi.kernel.sentences import Sentence

TERM_DAYS_MAX = 366 * 5
WARN_DAYS = 30
"""How long before its last day an agreement's keeper is told."""
REASON_CHARACTERS_MAX = 200

AGREEMENT_WORDS: Mapping[AgreementState, Sentence] = {
    AgreementState.DRAFT: Sentence("起草中", "draft"),
    AgreementState.SIGNED: Sentence("已签约", "signed"),
    AgreementState.SUSPENDED: Sentence("已暂停", "suspended"),
    AgreementState.ENDED: Sentence("已终止", "ended"),
}
STATEMENT_WORDS: Mapping[StatementState, Sentence] = {
    StatementState.DRAWN: Sentence("待商户核对", "waits for the provider"),
    StatementState.CONFIRMED: Sentence("待社区核对", "waits for the community"),
    StatementState.DIFFERS: Sentence("有差异待处理", "differs"),
    StatementState.AGREED: Sentence("双方已确认", "agreed by both"),
}
AGREEMENT_MOVES: Mapping[tuple[AgreementState, AgreementVerb], AgreementState] = {
    (AgreementState.DRAFT, AgreementVerb.SIGN): AgreementState.SIGNED,
    (AgreementState.DRAFT, AgreementVerb.END): AgreementState.ENDED,
    (AgreementState.SIGNED, AgreementVerb.SUSPEND): AgreementState.SUSPENDED,
    (AgreementState.SIGNED, AgreementVerb.END): AgreementState.ENDED,
    (AgreementState.SUSPENDED, AgreementVerb.RESUME): AgreementState.SIGNED,
    (AgreementState.SUSPENDED, AgreementVerb.END): AgreementState.ENDED,
}


@dataclass(frozen=True, slots=True)
class Signing:
    """A draft agreement, and who would put it into force."""

    state: AgreementState
    drawn_by_id: UUID
    signer_id: UUID
    offers: int
    documents: int
    to_on: date
    today: date


def may_move(state: AgreementState, verb: AgreementVerb) -> Decision:
    """Decide whether an agreement in this state may be moved by this verb."""
    if (state, verb) in AGREEMENT_MOVES:
        return ALLOWED
    return refuse(
        "agreement_moved_on",
        "这份协议「{state}」，不能这样办理。",
        "This agreement is in the state “{state}” and can't be moved so.",
        state=AGREEMENT_WORDS[state].zh,
    )


def may_sign(signing: Signing) -> Decision:
    """Decide whether this person may sign: another than who drew it up, and it says enough."""
    return first_refusal(
        may_move(signing.state, AgreementVerb.SIGN),
        refuse(
            "own_draft",
            "协议是您起草的，要由另一人签约确认。",
            "You drew this up; somebody else must sign it.",
        )
        if signing.drawn_by_id == signing.signer_id
        else ALLOWED,
        refuse("no_offers", "协议里还没有优惠项目。", "The agreement covers no benefit yet.")
        if signing.offers == 0
        else ALLOWED,
        refuse(
            "no_document",
            "请先附上协议的扫描件或照片。",
            "Attach a scan or photo of the paper first.",
        )
        if signing.documents == 0
        else ALLOWED,
        refuse("term_over", "协议的终止日期已过。", "The agreement's last day is over.")
        if signing.to_on < signing.today
        else ALLOWED,
    )


def term_usable(from_on: date, to_on: date) -> Decision:
    """Decide whether an agreement may run from one day to another."""
    if from_on <= to_on <= from_on + timedelta(days=TERM_DAYS_MAX):
        return ALLOWED
    return refuse(
        "term_unusable",
        "终止日期要在起始日期之后，最长五年。",
        "It ends after it begins, within five years.",
    )


def needs_reason(reason: str) -> Decision:
    """Decide whether a reason is one: something, and not a story."""
    if 2 <= len(reason.strip()) <= REASON_CHARACTERS_MAX:  # noqa: PLR2004  one word at least
        return ALLOWED
    return refuse(
        "reason_missing",
        "请写明原因，2 至 {most} 字。",
        "Give a reason of 2 to {most} characters.",
        most=REASON_CHARACTERS_MAX,
    )


def may_undo(state: UseState, used_on: date, today: date, reason: str) -> Decision:
    """Decide whether a use may be taken back: once, within its day, for a reason."""
    return first_refusal(
        refuse("undone_already", "这次使用已经撤销。", "This use was undone already.")
        if state is UseState.UNDONE
        else ALLOWED,
        refuse(
            "undo_too_late",
            "只能撤销当天的使用。请在月度对账时说明。",
            "Only today's uses can be undone. Say so on the month's statement.",
        )
        if used_on != today
        else ALLOWED,
        needs_reason(reason),
    )


def may_confirm_statement(state: StatementState, side: StatementSide) -> Decision:
    """Decide whose turn it is: the provider confirms first, then the community."""
    turn = {
        StatementState.DRAWN: StatementSide.PROVIDER,
        StatementState.CONFIRMED: StatementSide.COMMUNITY,
    }.get(state)
    if turn is side:
        return ALLOWED
    return refuse(
        "not_your_turn",
        "对账单「{state}」，现在不用您确认。",
        "The statement is “{state}”: nothing for you to confirm now.",
        state=STATEMENT_WORDS[state].zh,
    )


def may_dispute_statement(state: StatementState, side: StatementSide, note: str) -> Decision:
    """Decide whether a side may say that the figures differ: at its own turn, with a note."""
    return first_refusal(may_confirm_statement(state, side), needs_reason(note))


def may_resolve_statement(state: StatementState, note: str) -> Decision:
    """Decide whether a difference may be settled, which draws the statement up again."""
    if state is not StatementState.DIFFERS:
        return refuse("no_difference", "这份对账单没有差异。", "Nothing differs here.")
    return needs_reason(note)


def may_give_plaque(
    state: AgreementState, given_on: date | None, on: date, today: date
) -> Decision:
    """Decide whether a plaque may be recorded: once, for a signed agreement, not in advance."""
    return first_refusal(
        refuse("plaque_given", "已经授过牌。", "The plaque was given already.")
        if given_on is not None
        else ALLOWED,
        refuse("not_signed", "签约以后才能授牌。", "Sign the agreement first.")
        if state is not AgreementState.SIGNED
        else ALLOWED,
        refuse("plaque_early", "授牌日期不能晚于今天。", "Not later than today.")
        if on > today
        else ALLOWED,
    )


def other_person(confirmed_by_id: UUID | None, actor_id: UUID) -> Decision:
    """Decide whether somebody may confirm for the second side: not who did for the first."""
    if confirmed_by_id != actor_id:
        return ALLOWED
    return refuse(
        "own_confirmation",
        "商户一方是您确认的，要由另一人确认。",
        "You confirmed for the provider; somebody else must for the community.",
    )
