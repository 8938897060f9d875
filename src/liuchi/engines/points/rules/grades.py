"""Rounds of local grades: what may follow what, who may issue, what a sum comes to.

A grade is counted from the ledger and never set by hand. Who counted is never who issues,
and nothing is issued before its notice is over and every objection has its answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from liuchi.engines.points.enums import AppealOutcome, AppealState, CardEnd, RoundState, RoundVerb
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse
from liuchi.kernel.errors import Refused
from liuchi.kernel.sentences import Sentence

ROUND_MOVES: Mapping[tuple[RoundState, RoundVerb], RoundState] = {
    (RoundState.OPENED, RoundVerb.COMPUTE): RoundState.COMPUTED,
    (RoundState.COMPUTED, RoundVerb.COMPUTE): RoundState.COMPUTED,
    (RoundState.COMPUTED, RoundVerb.PUBLISH): RoundState.ON_NOTICE,
    (RoundState.ON_NOTICE, RoundVerb.OBJECT): RoundState.ON_NOTICE,
    (RoundState.ON_NOTICE, RoundVerb.ISSUE): RoundState.ISSUED,
    (RoundState.OPENED, RoundVerb.CANCEL): RoundState.CANCELLED,
    (RoundState.COMPUTED, RoundVerb.CANCEL): RoundState.CANCELLED,
    (RoundState.ON_NOTICE, RoundVerb.CANCEL): RoundState.CANCELLED,
    (RoundState.ISSUED, RoundVerb.CORRECT): RoundState.ISSUED,
}
ROUND_WORDS: Mapping[RoundState, Sentence] = {
    RoundState.OPENED: Sentence("待计算", "to be counted"),
    RoundState.COMPUTED: Sentence("待公示", "to go on notice"),
    RoundState.ON_NOTICE: Sentence("公示中", "on notice"),
    RoundState.ISSUED: Sentence("已签发", "issued"),
    RoundState.CANCELLED: Sentence("已取消", "cancelled"),
}
APPEAL_WORDS: Mapping[AppealOutcome, Sentence] = {
    AppealOutcome.RECOUNTED: Sentence("已重新计算", "counted again"),
    AppealOutcome.NOT_UPHELD: Sentence("异议不成立", "not upheld"),
}
CARD_END_WORDS: Mapping[CardEnd, Sentence] = {
    CardEnd.LOST: Sentence("挂失", "lost"),
    CardEnd.REPLACED: Sentence("换发", "replaced"),
    CardEnd.WITHDRAWN: Sentence("退出", "no longer taking part"),
    CardEnd.LEFT: Sentence("迁出", "moved away"),
    CardEnd.DIED: Sentence("去世", "died"),
    CardEnd.MERGED: Sentence("重复登记已合并", "records merged"),
}
_REASONS: Mapping[RoundState, tuple[str, Sentence]] = {
    RoundState.OPENED: (
        "round_not_counted",
        Sentence("这一轮还没有计算。", "This round has not been counted yet."),
    ),
    RoundState.COMPUTED: (
        "round_not_on_notice",
        Sentence("这一轮还没有公示。", "This round has not been on notice yet."),
    ),
    RoundState.ON_NOTICE: (
        "round_on_notice",
        Sentence("这一轮正在公示。", "This round is on notice."),
    ),
    RoundState.ISSUED: (
        "round_issued",
        Sentence("这一轮已经签发。", "This round has been issued."),
    ),
    RoundState.CANCELLED: (
        "round_cancelled",
        Sentence("这一轮已经取消。", "This round was cancelled."),
    ),
}


def may_move(state: RoundState, verb: RoundVerb) -> Decision:
    """Decide whether a round allows a verb where it stands."""
    if (state, verb) in ROUND_MOVES:
        return ALLOWED
    code, sentence = _REASONS[state]
    return refuse(code, sentence.zh, sentence.en)


def moved_round(state: RoundState, verb: RoundVerb) -> RoundState:
    """Return the state an allowed verb leads to; raises Refused for any other."""
    if (state, verb) not in ROUND_MOVES:
        raise Refused(*_REASONS[state])
    return ROUND_MOVES[state, verb]


def may_open_round(*, as_of: date, today: date, running: bool) -> Decision:
    """Decide on opening a round: over days that are over, one at a time."""
    if as_of >= today:
        return refuse(
            "day_not_over",
            "截止日要在今天以前。",
            "Count up to a day that is over.",
        )
    if running:
        return refuse(
            "round_running",
            "上一轮还没有办完，请先签发或取消。",
            "The last round is still under way: issue or cancel it first.",
        )
    return ALLOWED


@dataclass(frozen=True, slots=True)
class Issuing:
    """A round somebody would issue, and whether anything stands in the way."""

    state: RoundState
    computed_by_id: UUID | None
    issuer_id: UUID
    notice_ends_at: datetime | None
    appeals_open: int
    now: datetime


def may_issue(issuing: Issuing) -> Decision:
    """Decide whether a round may be issued now, by this person."""
    return first_refusal(
        may_move(issuing.state, RoundVerb.ISSUE), _another(issuing), _over(issuing)
    )


def _another(issuing: Issuing) -> Decision:
    if issuing.issuer_id != issuing.computed_by_id:
        return ALLOWED
    return refuse(
        "own_count",
        "这一轮由您计算，要由另一人签发。",
        "You counted this round; somebody else must issue it.",
    )


def _over(issuing: Issuing) -> Decision:
    if issuing.appeals_open:
        return refuse(
            "appeal_open",
            "有异议还没有答复，答复以后才能签发。",
            "An objection is open; the round is issued only after it is answered.",
        )
    if issuing.notice_ends_at is None or issuing.now < issuing.notice_ends_at:
        return refuse("notice_running", "公示期还没有满。", "The public notice is not over yet.")
    return ALLOWED


@dataclass(frozen=True, slots=True)
class AnsweringAppeal:
    """Who would answer an objection to a line. Household ids are those of today."""

    state: AppealState
    answerer_id: UUID
    computed_by_id: UUID | None
    entered_by_id: UUID | None
    first_answered_by_id: UUID | None
    concerns_own: bool


def may_answer_appeal(answering: AnsweringAppeal, reason: str) -> Decision:
    """Decide on an answer: nobody judges the own count, the own entry, answer or home."""
    if answering.state is not AppealState.OPEN:
        return refuse("appeal_answered", "这件异议已经答复。", "This objection has been answered.")
    own = (answering.computed_by_id, answering.entered_by_id, answering.first_answered_by_id)
    if answering.answerer_id in own:
        return refuse(
            "own_work",
            "这件事由您经手过，要由另一位同事答复。",
            "You had a part in this; a colleague must answer.",
        )
    if answering.concerns_own:
        return refuse(
            "same_household",
            "这件事涉及您本人或您家，要由另一位同事答复。",
            "This is about you or your household; a colleague must answer.",
        )
    if not reason.strip():
        return refuse("reason_missing", "请写明理由。", "Give the reason.")
    return ALLOWED


def may_go_beyond(state: AppealState, *, gone_beyond: bool, is_second: bool) -> Decision:
    """Decide whether an answer may be taken further: once, after there is one."""
    if state is not AppealState.ANSWERED:
        return refuse("appeal_open", "这件异议还没有答复。", "This has not been answered yet.")
    if gone_beyond or is_second:
        return refuse(
            "appeal_final",
            "这件异议已经复核过，不再受理。",
            "This has been looked at a second time already.",
        )
    return ALLOWED


def may_issue_card(*, takes_part: bool) -> Decision:
    """Decide whether somebody may have a card."""
    if takes_part:
        return ALLOWED
    return refuse(
        "no_consent", "本人还没有同意参加积分。", "This person has not agreed to take part."
    )
