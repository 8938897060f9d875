"""Codes people read from paper and type: digits only, so that a telephone keypad is enough."""

from __future__ import annotations

import secrets
import unicodedata

SLIP_DIGITS = 12
"""Forty bits: with twenty thousand slips about, one guess in fifty million hits."""
RECOVERY_DIGITS = 10
PHONE_CODE_DIGITS = 6
TOTP_DIGITS = 6
RECOVERY_CODES = 8
_GROUP = 4


def new_code(digits: int) -> str:
    """Return a fresh code of so many digits."""
    return "".join(secrets.choice("0123456789") for _ in range(digits))


def new_password() -> str:
    """Return a password to be printed and used once: 60 bits, no letters that look alike."""
    letters = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(12))
    return "-".join(letters[place : place + _GROUP] for place in range(0, 12, _GROUP))


def normal_code(text: str) -> str:
    """Return the digits of what was typed: spaces, dashes and full-width forms mean the same."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKC", text) if letter in "0123456789"
    )


def spaced(code: str) -> str:
    """Return a code in groups of four, as a bank card is printed; shorter ones in halves."""
    group = _GROUP if len(code) % _GROUP == 0 else -(-len(code) // 2)
    return " ".join(code[start : start + group] for start in range(0, len(code), group))
