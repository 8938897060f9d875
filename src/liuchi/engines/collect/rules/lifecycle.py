"""Who may fill, send back and close, and when. Pure decisions.

=========  ===========  ==========================================================
reply      verb         leads to
=========  ===========  ==========================================================
waiting    save         waiting: what was filled in so far is kept
any        hand in      handed in; again until the table closes: a correction
handed in  send back    sent back, with the reason; the unit hands in again
=========  ===========  ==========================================================
"""

from __future__ import annotations

from datetime import date

from liuchi.engines.collect.enums import ReplyState, TableState
from liuchi.kernel.decisions import ALLOWED, Decision, refuse


def may_fill(state: TableState, ends_on: date, today: date) -> Decision:
    """Whether a table takes answers: nothing after its last day, closed or not yet."""
    if state is TableState.CLOSED or today > ends_on:
        return refuse(
            "table_closed",
            "这张表已经截止，不再收了。确需补交，请发表单位延期。",
            "This table has ended and takes nothing more. Ask who sent it for another end date.",
        )
    return ALLOWED


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
