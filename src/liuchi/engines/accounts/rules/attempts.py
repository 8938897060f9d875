"""Pure decisions about repeated failures: of a name, a code, a phone, an address."""

from __future__ import annotations

from datetime import datetime, timedelta

from liuchi.kernel.decisions import ALLOWED, Decision, refuse

FREE_FAILURES = 5
FREE_FAILURES_OF_ADDRESS = 20
"""A village office or a mobile operator puts many people behind one address."""
LOCK_MINUTES_MAX = 15
FORGET_ATTEMPTS_AFTER = timedelta(days=1)


def lock_after(failures: int, free: int = FREE_FAILURES) -> timedelta | None:
    """Return how long a name rests after so many failures in a row.

    Five are free (``free``); then one minute, doubling to a quarter of an hour. Long enough
    to make guessing useless, short enough that locking somebody out on purpose
    costs them a tea break.
    """
    if failures < free:
        return None
    exponent = min(failures - free, 10)
    return timedelta(minutes=min(2**exponent, LOCK_MINUTES_MAX))


def may_try(locked_until: datetime | None, now: datetime) -> Decision:
    """Decide whether a password may be tried for a name now."""
    if locked_until is None or locked_until <= now:
        return ALLOWED
    minutes = -int(-(locked_until - now).total_seconds() // 60)
    return refuse(
        "sign_in_locked",
        "登录失败次数过多，请 {minutes} 分钟后再试。忘记密码请联系社区书记重置。",
        "Too many failed sign-ins. Try again in {minutes} minutes, or ask the community "
        "secretary to reset the password.",
        minutes=minutes,
    )


def may_try_code(locked_until: datetime | None, now: datetime) -> Decision:
    """Decide whether a code may be tried now: from this address, for this account."""
    if locked_until is None or locked_until <= now:
        return ALLOWED
    minutes = -int(-(locked_until - now).total_seconds() // 60)
    return refuse(
        "code_locked",
        "试错次数过多，请 {minutes} 分钟后再试。",
        "Too many wrong codes. Try again in {minutes} minutes.",
        minutes=minutes,
    )
