"""Periodic work of accounts."""

from __future__ import annotations

from datetime import timedelta

from liuchi.engines.accounts import rules
from liuchi.engines.accounts.actions import rewrap_secrets
from liuchi.engines.accounts.models import Device, PhoneCode, SignInAttempt
from liuchi.kernel import clock


def forget_old_attempts() -> int:
    """Delete counts of failed sign-ins older than a day; returns how many went."""
    before = clock.now() - rules.FORGET_ATTEMPTS_AFTER
    return SignInAttempt.objects.filter(last_at__lt=before).delete()[0]


def forget_old_codes() -> int:
    """Delete phone codes older than two days, and devices long gone; returns how many went."""
    now = clock.now()
    codes = PhoneCode.objects.filter(asked_at__lt=now - timedelta(days=2)).delete()[0]
    # A device that ended stays for a quarter, so that its owner may still ask about it.
    ended = now - timedelta(days=90)
    gone = Device.objects.filter(expires_at__lt=ended) | Device.objects.filter(revoked_at__lt=ended)
    return codes + gone.delete()[0]


def rotate_keys() -> int:
    """Wrap the secrets of second factors under the ring's current key."""
    return rewrap_secrets()
