"""Codes sent to a phone: how often, for how long, and what the message says."""

from __future__ import annotations

from datetime import datetime, timedelta

from liuchi.kernel.decisions import ALLOWED, Decision, refuse
from liuchi.kernel.sentences import Sentence

PHONE_CODE_LASTS = timedelta(minutes=5)
PHONE_CODE_TRIES_MAX = 5
AGAIN_AFTER = timedelta(seconds=60)
A_PHONE_A_DAY = 5
AN_ADDRESS_A_DAY = 30
"""A family, or the computer at the desk, asks from one address."""


def may_send_code(
    *,
    last_sent_at: datetime | None,
    of_phone: int,
    of_address: int,
    of_all: int,
    all_max: int,
    now: datetime,
) -> Decision:
    """Decide whether another code may be asked for; counts are of the last 24 hours.

    Known and unknown phones are counted alike, so that the limit tells nothing.
    """
    if last_sent_at is not None and now - last_sent_at < AGAIN_AFTER:
        seconds = -int(-(last_sent_at + AGAIN_AFTER - now).total_seconds() // 1)
        return refuse(
            "phone_code_again",
            "刚刚发过，请 {seconds} 秒后再试。",
            "A code was just sent. Try again in {seconds} seconds.",
            seconds=seconds,
        )
    if of_phone >= A_PHONE_A_DAY or of_address >= AN_ADDRESS_A_DAY or of_all >= all_max:
        return refuse(
            "phone_code_too_many",
            "今天的次数用完了，请明天再试或到窗口办。",
            "No more codes today. Try tomorrow, or come to the desk.",
        )
    return ALLOWED


def phone_code_usable(*, expires_at: datetime, tries: int, used: bool, now: datetime) -> Decision:
    """Decide whether a code may still be tried; ``tries`` are those before this one."""
    if used or now >= expires_at:
        return refuse(
            "phone_code_over",
            "验证码已过期，请重新获取。",
            "The code has expired. Ask for a new one.",
        )
    if tries >= PHONE_CODE_TRIES_MAX:
        return refuse(
            "phone_code_tries",
            "输错太多次，请重新获取验证码。",
            "Too many wrong tries. Ask for a new code.",
        )
    return ALLOWED


def phone_code_sentence(code: str) -> Sentence:
    """Return the message; 70 characters at most, and nothing personal in it."""
    minutes = int(PHONE_CODE_LASTS.total_seconds() // 60)
    return Sentence(
        "您的登录验证码是 {code}，{minutes} 分钟内有效。请勿告诉他人。",
        "Your sign-in code is {code}, good for {minutes} minutes. Tell nobody.",
        {"code": code, "minutes": minutes},
    )
