"""Whether a resident has confirmed, and how much a counter may hold for when the network is cut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from liuchi.engines.points.rules import shop
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse

PIN_DIGITS = 6
CODE_DIGITS = 6
CODE_LASTS = timedelta(minutes=3)
FREE_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
LINES_MAX = 20
LEASED_PIECES_MAX = 20
"""Of one kind of goods, for one counter: a day's custom, and the rest stays for the others."""
OFFLINE_FOR = timedelta(hours=12)
"""How long a counter may hand out what it holds after it was last heard of: one day's opening."""
LEASE_LAPSES_AFTER = timedelta(days=3)
"""Not heard of for so long, a counter holds nothing any more: it may hand out nothing since
``OFFLINE_FOR``, and a weekend has gone by in which it could have sent what it did."""
LAPSED = "lapsed"
_STEPS = frozenset({"1", "0", "-1"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of a basket and what is known of its goods. ``free`` is not set aside for others."""

    title: str
    price: int
    quantity: int
    free: int
    offered: bool


def may_choose_pin(pin: str) -> Decision:
    """Decide whether six digits are a PIN nobody guesses at first."""
    if len(pin) != PIN_DIGITS or not pin.isascii() or not pin.isdigit():
        return refuse("pin_shape", "密码是6位数字。", "The PIN has 6 digits.")
    steps = {str(int(b) - int(a)) for a, b in pairwise(pin)}
    if len(set(pin)) < 3 or (len(steps) == 1 and steps <= _STEPS):  # noqa: PLR2004
        return refuse(
            "pin_too_plain",
            "这个密码太容易猜，请换一个。",
            "This PIN is too easy to guess. Choose another.",
        )
    return ALLOWED


def may_try_secret(locked_until: datetime | None, now: datetime) -> Decision:
    """Decide whether a PIN or code may be tried now."""
    if locked_until is None or locked_until <= now:
        return ALLOWED
    minutes = -int(-(locked_until - now).total_seconds() // 60)
    return refuse(
        "secret_locked",
        "试错太多，{minutes}分钟后再试，或签字确认。",
        "Too many wrong tries. Wait {minutes} minutes, or sign on paper.",
        minutes=minutes,
    )


def secret_wrong(left: int) -> Decision:
    """Return the refusal for a PIN or code that is not the resident's."""
    return refuse(
        "secret_wrong",
        "密码或兑换码不对，还可以试{left}次。",
        "Wrong PIN or code. {left} tries left.",
        left=left,
    )


def may_take(lines: tuple[Wanted, ...], balance: int, pieces_max: int) -> Decision:
    """Decide whether a basket may be taken: every line and the sum; the ledger decides again."""
    if not 1 <= len(lines) <= LINES_MAX:
        return refuse(
            "basket_size",
            "一次可换1到{most}种商品。",
            "A basket has 1 to {most} kinds of goods.",
            most=LINES_MAX,
        )
    total = sum(line.price * line.quantity for line in lines)
    return first_refusal(
        *(_line(line, pieces_max) for line in lines),
        ALLOWED if total <= balance else shop.not_enough_points(balance, total),
    )


def lease_share(stock: int, set_aside_for_others: int) -> int:
    """Return how many pieces a counter may hold: half of what is free, the odd one included."""
    free = stock - set_aside_for_others
    return max(0, min(LEASED_PIECES_MAX, (free + 1) // 2))


def _line(line: Wanted, pieces_max: int) -> Decision:
    if not 1 <= line.quantity <= pieces_max:
        return refuse(
            "quantity_out_of_range",
            "数量应在1到{most}之间。",
            "The quantity must lie between 1 and {most}.",
            most=pieces_max,
        )
    if not line.offered:
        return shop.not_offered(line.title)
    return ALLOWED if line.quantity <= line.free else shop.out_of_stock(line.title, line.free)
