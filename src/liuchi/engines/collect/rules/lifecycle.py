"""Who may fill, send back and close, and when. Pure decisions.

=========  ===========  ==========================================================
reply      verb         leads to
=========  ===========  ==========================================================
waiting    keep         waiting: what was filled in so far is kept
sent back  keep         sent back: the same
any        hand in      handed in; again until the table closes: a correction
handed in  send back    sent back, with the reason; the unit hands in again
=========  ===========  ==========================================================
"""

from __future__ import annotations

from datetime import date, timedelta

from liuchi.engines.collect.enums import ReplyState, TableState
from liuchi.kernel.decisions import ALLOWED, Decision, refuse
from liuchi.kernel.errors import FieldError
from liuchi.kernel.sentences import Sentence

DAYS_MAX = 92  # whatever is asked for longer is a register, and belongs in a playbook


def may_fill(state: TableState, ends_on: date, today: date) -> Decision:
    """Whether a table takes answers: nothing after its last day, closed or not yet."""
    if state is TableState.CLOSED or today > ends_on:
        return refuse(
            "table_closed",
            "这张表已经截止，不再收了。确需补交，请发表单位再发一次。",
            "This table has ended and takes nothing more. Ask who sent it to send it again.",
        )
    return ALLOWED


def may_keep(reply: ReplyState) -> Decision:
    """Whether an answer may be kept unfinished: not once it counts as handed in."""
    if reply is ReplyState.HANDED_IN:
        return refuse(
            "handed_in_already",
            "这张表已经交了。改好以后请直接再交。",
            "This was handed in already. Change it and hand it in again.",
        )
    return ALLOWED


def may_prolong(
    state: TableState, ends_on: date, today: date, *, values_gone: bool = False
) -> Decision:
    """Whether a table may end later: while it takes answers, and all it took is there."""
    if values_gone or not may_fill(state, ends_on, today).allowed:
        return refuse(
            "ended_already",
            "这张表已经截止，不能再延期。可以再发一次，交过的内容会先填好。",
            "This table has ended and cannot be prolonged. Send it again: what was handed in "
            "is filled in.",
        )
    return ALLOWED


def last_day(sent_on: date) -> date:
    """Return the latest day a table may end, however often it is prolonged."""
    return sent_on + timedelta(days=DAYS_MAX)


def wrong_end(ends_on: date | None, *, first: date, sent_on: date) -> FieldError | None:
    """Return what is wrong with an end date, None where nothing is."""
    if ends_on is None:
        return FieldError("ends_on", Sentence("要写截止日期。", "A table needs an end date."))
    last = last_day(sent_on)
    if first <= ends_on <= last:
        return None
    days: dict[str, str | int] = {"first": f"{first}", "last": f"{last}", "days": DAYS_MAX}
    if first > last:
        sentence = Sentence(
            "一张表最多收{days}天，不能再延了。", "A table runs {days} days at most.", days
        )
    else:
        sentence = Sentence(
            "截止日期要在 {first} 到 {last} 之间（从发出起最多{days}天）。",
            "The end date lies between {first} and {last} ({days} days from sending at most).",
            days,
        )
    return FieldError("ends_on", sentence)


def may_send_back(table: TableState, ends_on: date, today: date, reply: ReplyState) -> Decision:
    """Whether an answer may be sent back: handed in, and there is time to do it again."""
    open_still = may_fill(table, ends_on, today)
    if not open_still.allowed:
        return open_still
    if reply is not ReplyState.HANDED_IN:
        return refuse("not_handed_in", "这个单位还没有交。", "This unit has not handed in.")
    return ALLOWED


def may_close(state: TableState) -> Decision:
    """A table closes once."""
    if state is TableState.CLOSED:
        return refuse("closed_already", "这张表已经截止。", "This table has ended already.")
    return ALLOWED
