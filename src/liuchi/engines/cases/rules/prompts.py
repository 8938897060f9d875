"""提示单: one sheet of A4 that reminds a unit of a case, why it is due when it is, and until when.

Laid out as GB/T 9704-2012 has it. It names the case by type and number, never who reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from uuid import UUID

from liuchi.engines.cases.enums import ClockKind, PromptKind, PromptStage
from liuchi.engines.cases.rules.clocks import how_it_stands, standing, why
from liuchi.kernel import paper
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.deadlines import Deadline
from liuchi.kernel.decisions import ALLOWED, Decision, refuse
from liuchi.kernel.sentences import Sentence

MASTHEAD_POINTS_MAX = 40
_BLOCK_POINTS = 442  # 156 mm
_TITLES = {
    PromptKind.NEAR: "关于案卷临近时限的提示",
    PromptKind.PASSED: "关于案卷超时办理的提示",
    PromptKind.SUPERVISED: "关于督办案卷的提示",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on paper. ``number`` runs through a year of the place that issues it."""

    kind: PromptKind
    issuer: str
    year: int
    number: int
    day: date
    to: str
    type_title: str
    case_number: str
    paragraphs: tuple[str, ...]
    copies: tuple[str, ...] = ()


STAGE_WORDS: Mapping[PromptStage, Sentence] = {
    PromptStage.ISSUED: Sentence("待签收", "to be received"),
    PromptStage.RECEIVED: Sentence("待回复", "to be answered"),
    PromptStage.ANSWERED: Sentence("已回复", "answered"),
    PromptStage.CLOSED: Sentence("已销单", "closed"),
}
KIND_WORDS: Mapping[PromptKind, Sentence] = {
    PromptKind.NEAR: Sentence("临近时限", "limit near"),
    PromptKind.PASSED: Sentence("超时", "overdue"),
    PromptKind.SUPERVISED: Sentence("督办", "supervised"),
}
_LATER = refuse("prompt_received", "这张提示单已经签收。", "This sheet was received already.")
_ANSWERED = refuse("prompt_answered", "这张提示单已经回复。", "This sheet was answered already.")
_CLOSED = refuse("prompt_closed", "这张提示单已经销单。", "This sheet is closed.")


def stage(
    received_at: datetime | None, answered_at: datetime | None, closed_at: datetime | None
) -> PromptStage:
    """Return how far a sheet has come."""
    if closed_at is not None:
        return PromptStage.CLOSED
    if answered_at is not None:
        return PromptStage.ANSWERED
    return PromptStage.ISSUED if received_at is None else PromptStage.RECEIVED


def may_receive(now: PromptStage) -> Decision:
    """A sheet is received once."""
    return ALLOWED if now is PromptStage.ISSUED else _CLOSED if _is_closed(now) else _LATER


def may_answer(now: PromptStage) -> Decision:
    """A sheet is answered once; whoever answers has received it."""
    if now in (PromptStage.ISSUED, PromptStage.RECEIVED):
        return ALLOWED
    return _CLOSED if _is_closed(now) else _ANSWERED


def may_close(
    now: PromptStage, *, answered_by: UUID | None, actor: UUID, case_open: bool
) -> Decision:
    """Close what was answered, by another than who answered; or what its case has outlived."""
    if _is_closed(now):
        return _CLOSED
    if now is PromptStage.ANSWERED:
        return (
            refuse(
                "own_answer",
                "自己回复的，由另一人销单。",
                "Somebody else closes what you answered.",
            )
            if answered_by == actor
            else ALLOWED
        )
    return (
        ALLOWED
        if not case_open
        else refuse(
            "prompt_unanswered", "单位还没有回复，不能销单。", "The unit has not answered yet."
        )
    )


def _is_closed(now: PromptStage) -> bool:
    return now is PromptStage.CLOSED


def sheet_number(year: int, number: int) -> str:
    """Return a sheet's number as it is printed, apart from the place it runs through."""
    return f"提示〔{year}〕{number}号"


def case_number(case_id: UUID, reported_at: datetime) -> str:
    """Return what people call a case on paper: the day it was reported and six digits of its id."""
    return f"{reported_at.astimezone(SHANGHAI):%Y%m%d}-{case_id.hex[-6:].upper()}"


def paragraphs(
    type_title: str,
    case_number: str,
    clock: ClockKind,
    ends: Deadline,
    *,
    now: datetime,
    reply_by: datetime,
    words: str = "",
) -> tuple[str, ...]:
    """Return the text of a sheet: what it is, why it is due when it is, what is asked."""
    stands = how_it_stands(standing(ends, now), ends)
    told = why(clock, ends)
    which = f"你单位承办的“{type_title}”案卷（编号{case_number}），{told.zh}。"
    now_so = f"截至{_moment(now)}，{stands.zh}。"
    asked = f"请于{_before(reply_by)}办结并反馈。确有困难的，请说明原因，按程序申请延期。"
    return tuple(text for text in (which + now_so, asked, words.strip()) if text)


def html_of(prompt: Sheet) -> str:
    """Return a sheet as HTML for ``kernel.paper.to_pdf``."""
    return (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8">'
        f"<style>{paper.OFFICIAL_CSS}{_CSS}</style></head><body>{''.join(_parts(prompt))}"
        "</body></html>"
    )


_CSS = """
.to { text-indent: 0 }
.signed { margin-top: 29pt; text-align: right; text-indent: 0; padding-right: 63pt }
.signed + .signed { margin-top: 0 }
.received { margin-top: 29pt; display: flex; text-indent: 0 }
.received span { flex: 1; white-space: nowrap }
"""


def _parts(prompt: Sheet) -> Iterator[str]:
    masthead = f"{prompt.issuer}提示单"
    points = min(MASTHEAD_POINTS_MAX, int(_BLOCK_POINTS / (1.06 * len(masthead))))
    # Sizes are attributes of this one page; no screen and no policy of ours ever sees it.
    yield f'<p class="masthead" style="font-size:{points}pt">{escape(masthead)}</p>'
    number = sheet_number(prompt.year, prompt.number)
    yield f'<p class="number">{number}</p><hr class="rule">'
    yield f'<p class="title">{_TITLES[prompt.kind]}</p>'
    yield f'<p class="to">{escape(prompt.to)}：</p>'
    yield from (f"<p>{escape(text)}</p>" for text in prompt.paragraphs)
    yield f'<p class="signed">{escape(prompt.issuer)}</p>'
    yield f'<p class="signed">{prompt.day.year}年{prompt.day.month}月{prompt.day.day}日</p>'
    yield '<p class="received"><span>签收人：</span><span>签收时间：</span></p>'
    if prompt.copies:
        copies = escape("，".join(prompt.copies))
        yield f'<div class="record"><hr><div class="lists"><p>抄送：{copies}。</p></div><hr></div>'


def _before(instant: datetime) -> str:
    """Say by when; midnight is the end of the day before, which nobody writes as 00:00."""
    local = instant.astimezone(SHANGHAI)
    if (local.hour, local.minute) != (0, 0):
        return f"{_moment(instant)}前"
    last = local - timedelta(days=1)
    return f"{last.month}月{last.day}日前（含当日）"


def _moment(instant: datetime) -> str:
    local = instant.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日{local:%H:%M}"
