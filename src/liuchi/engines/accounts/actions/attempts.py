"""Counting attempts, before anybody looks whether they are right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from liuchi.engines.accounts import queries, rules
from liuchi.engines.accounts.models import SignInAttempt
from liuchi.kernel import clock
from liuchi.kernel.decisions import Decision

CODE = "code"
ADDRESS = "address"
SECOND_FACTOR = "second-factor"
PHONE = "phone"

MayTry = Callable[[datetime | None, datetime], Decision]


def begin(
    purpose: str,
    value: str,
    *,
    free: int = rules.FREE_FAILURES,
    may_try: MayTry = rules.may_try_code,
) -> Decision:
    """Count one attempt at a value before it is looked at; say whether it may be looked at.

    Counting first means that a hundred attempts at once are a hundred attempts; success
    takes the count away again (:func:`forget`, :func:`give_back`). It commits by itself, so
    that a refusal later in the request does not take the count back.
    """
    now = clock.now()
    with transaction.atomic():
        attempt = locked(purpose, value)
        decision = may_try(attempt.locked_until, now)
        if decision.allowed:
            stale = attempt.last_at < now - rules.FORGET_ATTEMPTS_AFTER
            attempt.failures = 1 if stale else attempt.failures + 1
            rest = rules.lock_after(attempt.failures, free)
            attempt.locked_until = now + rest if rest else None
            attempt.last_at = now
            attempt.save()
    return decision


def locked(purpose: str, value: str) -> SignInAttempt:
    """Return the count of a value, locked until the transaction ends.

    Every attempt at a value waits here for the one before it, the first ever included. That
    one may be right and take its row away while another waits for it: then the row is made
    again, or an attempt beside the right one would end in an error.
    """
    name = queries.attempt_hash(purpose, value)
    held = None
    while held is None:
        SignInAttempt.objects.bulk_create(
            [SignInAttempt(name_hash=name, failures=0, last_at=clock.now())], ignore_conflicts=True
        )
        held = SignInAttempt.objects.select_for_update().filter(name_hash=name).first()
    return held


def forget(purpose: str, value: str) -> None:
    """Forget the failures of a value that was right."""
    SignInAttempt.objects.filter(name_hash=queries.attempt_hash(purpose, value)).delete()


def give_back(purpose: str, value: str) -> None:
    """Take one attempt off an address whose code was right: it is many people's.

    Their other failures stay, or one slip of one's own would buy free guesses without end.
    """
    SignInAttempt.objects.filter(name_hash=queries.attempt_hash(purpose, value)).update(
        failures=Greatest(F("failures") - 1, Value(0)), locked_until=None
    )
