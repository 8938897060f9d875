"""What a shop's list may say: codes, prices with their day, opening hours. Plain values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse
from liuchi.kernel.sentences import Sentence

PRICE_DAYS_AHEAD_MAX = 366
CLOSURE_DAYS_MAX = 92
_BARCODE = re.compile(r"[0-9A-Za-z-]{0,40}")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
SPANS_MAX = 3
WEEK_DAYS = 7


def code_taken(code: str, title: str) -> Sentence:
    """Say that other goods of the shop have this code."""
    return Sentence(
        "编号 {code} 已经是「{title}」，请换一个编号。",
        "Code {code} already stands for “{title}”. Choose another.",
        {"code": code, "title": title},
    )


def barcode_taken(barcode: str, title: str) -> Sentence:
    """Say that other goods of the shop carry this barcode."""
    return Sentence(
        "条码 {barcode} 已经是「{title}」。",
        "Barcode {barcode} already belongs to “{title}”.",
        {"barcode": barcode, "title": title},
    )


def may_carry(barcode: str) -> Decision:
    """Decide whether a text can be a barcode: what a scanner types, or nothing."""
    if _BARCODE.fullmatch(barcode):
        return ALLOWED
    return refuse(
        "barcode_wrong",
        "条码只有数字、字母和横线，最多40位。",
        "A barcode has up to 40 digits, letters and dashes.",
    )


def may_price(points: int, most: int, from_day: date, today: date) -> Decision:
    """Decide whether a price may be set from a day on: today or later, never backwards."""
    if not 1 <= points <= most:
        return refuse(
            "price_out_of_range",
            "所需积分应在1到{most}之间。",
            "The price must lie between 1 and {most} points.",
            most=most,
        )
    if from_day < today:
        return refuse(
            "price_in_the_past",
            "新价从今天或以后起算，已经兑换的不变。",
            "A new price counts from today or later; past redemptions stay.",
        )
    if from_day > today + timedelta(days=PRICE_DAYS_AHEAD_MAX):
        return refuse(
            "price_too_far_ahead",
            "新价最多提前一年设定。",
            "A price may be set up to a year ahead.",
        )
    return ALLOWED


def normal_hours(text: str) -> str:
    """Return hours as they are kept: ``８：30—11：30`` becomes ``08:30-11:30``."""
    plain = text.replace("：", ":").replace("，", " ").replace("、", " ").replace(",", " ")
    plain = re.sub(r"\s*[—–~～至到-]+\s*", "-", plain)
    plain = re.sub(r"(?<!\d)(\d):", r"0\1:", plain)
    return " ".join(plain.split())


def may_open(week: Sequence[str]) -> Decision:
    """Decide whether seven texts are a week's opening hours; an empty one is a closed day."""
    if week and len(week) != WEEK_DAYS:
        return _hours_wrong()
    return first_refusal(*(_day(text) for text in week)) if week else ALLOWED


def may_close(first: date, last: date, today: date) -> Decision:
    """Decide whether a shop may be closed from one day to another."""
    if last < first or last < today:
        return refuse(
            "closure_backwards",
            "最后一天不能早于第一天，也不能已经过去。",
            "The last day is not before the first, nor in the past.",
        )
    if last - first > timedelta(days=CLOSURE_DAYS_MAX):
        return refuse(
            "closure_too_long",
            "一次最多登记{most}天。",
            "At most {most} days at once.",
            most=CLOSURE_DAYS_MAX,
        )
    return ALLOWED


def _day(text: str) -> Decision:
    spans = text.split()
    if len(spans) > SPANS_MAX or not all(_SPAN.fullmatch(span) for span in spans):
        return _hours_wrong()
    times = [time for span in spans for time in span.split("-")]
    return ALLOWED if times == sorted(set(times)) else _hours_wrong()


def _hours_wrong() -> Decision:
    return refuse(
        "hours_wrong",
        "时间请写成 08:30-11:30 14:00-17:00。",
        "Write hours as 08:30-11:30 14:00-17:00.",
    )
