"""One-time passwords of staff (RFC 6238: SHA-1, 6 digits, 30 seconds)."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

import pyotp

from liuchi.kernel.sentences import Sentence

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""A phone's clock may be half a minute off."""
ISSUER = "六尺"


def new_secret() -> str:
    """Return a fresh shared secret in base32: 160 bits."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, account: str) -> str:
    """Return what the QR code of an authenticator app holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the step of time whose password the code is, within the drift; None otherwise."""
    present = int(now.timestamp()) // STEP_SECONDS
    password = pyotp.TOTP(secret)
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        if hmac.compare_digest(password.at(step * STEP_SECONDS), code):
            return step
    return None


def fresh(proved_at: datetime | None, now: datetime, minutes: int) -> bool:
    """Say whether a proof given then still counts now."""
    return proved_at is not None and timedelta() <= now - proved_at < timedelta(minutes=minutes)


def code_wrong(*, is_replay: bool) -> tuple[str, Sentence]:
    """Return the reason why a code does not count, and its sentence."""
    if is_replay:
        return "code_replayed", Sentence(
            "这个验证码已经用过，请等下一个。", "This code has been used. Wait for the next one."
        )
    return "code_wrong", Sentence(
        "验证码不对，请核对后再输。", "The code is not right. Check it and try again."
    )
