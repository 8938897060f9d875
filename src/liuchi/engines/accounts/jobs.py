"""Periodic work of accounts."""

from __future__ import annotations

from liuchi.engines.accounts import rules
from liuchi.engines.accounts.models import SignInAttempt
from liuchi.kernel import clock


def forget_old_attempts() -> int:
    """Delete counts of failed sign-ins older than a day; returns how many went."""
    before = clock.now() - rules.FORGET_ATTEMPTS_AFTER
    return SignInAttempt.objects.filter(last_at__lt=before).delete()[0]
