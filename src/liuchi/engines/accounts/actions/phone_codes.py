"""Codes sent to a phone. What is answered never tells whether anybody has that phone."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from liuchi.engines.accounts import queries, rules
from liuchi.engines.accounts.actions import attempts
from liuchi.engines.accounts.enums import Policy
from liuchi.engines.accounts.models import PhoneCode
from liuchi.kernel import clock
from liuchi.kernel.errors import FieldError, Invalid
from liuchi.kernel.ids import new_id

_DAY = timedelta(days=1)


def ask_phone_code(*, phone: str, address: str) -> str:
    """Make a code for a phone number and return it, for the caller to send if it is known.

    The same is written for a number nobody has, so that neither limits nor the time an
    answer takes tell. Refused("phone_code_again", "phone_code_too_many").
    """
    now = clock.now()
    phone_hash = queries.code_hash("phone", phone)
    address_hash = queries.attempt_hash(attempts.ADDRESS, address)
    code = rules.new_code(rules.PHONE_CODE_DIGITS)
    with transaction.atomic():
        # Two requests at once for one number, or from one address, are one after the other.
        attempts.locked(attempts.ADDRESS, f"sms:{address}")
        attempts.locked(attempts.PHONE, phone)
        recent = PhoneCode.objects.filter(asked_at__gt=now - _DAY)
        of_phone = recent.filter(phone_hash=phone_hash)
        rules.may_send_code(
            last_sent_at=of_phone.order_by("-asked_at").values_list("asked_at", flat=True).first(),
            of_phone=of_phone.count(),
            of_address=recent.filter(address_hash=address_hash).count(),
            of_all=recent.count(),
            all_max=queries.policy(Policy.PHONE_CODES_A_DAY),
            now=now,
        ).or_refuse()
        PhoneCode.objects.filter(phone_hash=phone_hash, used_at__isnull=True).update(expires_at=now)
        PhoneCode.objects.create(
            id=new_id(),
            phone_hash=phone_hash,
            address_hash=address_hash,
            code_hash=queries.code_hash(f"phone-code:{phone}", code),
            asked_at=now,
            expires_at=now + rules.PHONE_CODE_LASTS,
        )
    return code


def check_phone_code(*, phone: str, code: str, address: str) -> None:
    """Return where the code is the last one sent to this phone; it counts once.

    Tries are counted for the code (five) and for the address. Invalid("phone_code_wrong"),
    Refused("phone_code_over", "phone_code_tries", "code_locked").
    """
    attempts.begin(attempts.ADDRESS, address, free=rules.FREE_FAILURES_OF_ADDRESS).or_refuse()
    given = rules.normal_code(code)
    now = clock.now()
    with transaction.atomic():
        asked = (
            PhoneCode.objects.select_for_update()
            .filter(phone_hash=queries.code_hash("phone", phone))
            .order_by("-asked_at")
            .first()
        )
        decision = rules.phone_code_usable(
            expires_at=asked.expires_at if asked else now,
            tries=asked.tries if asked else 0,
            used=asked is not None and asked.used_at is not None,
            now=now,
        )
        right = (
            asked is not None
            and decision.allowed
            and bytes(asked.code_hash) == queries.code_hash(f"phone-code:{phone}", given)
        )
        if asked is not None and decision.allowed:
            PhoneCode.objects.filter(pk=asked.pk).update(
                tries=asked.tries + 1, used_at=now if right else None
            )
    # Outside the transaction: a wrong try stays counted.
    decision.or_refuse()
    if not right:
        _, sentence = rules.code_wrong(is_replay=False)
        raise Invalid("phone_code_wrong", sentence, (FieldError("code", sentence),))
    attempts.give_back(attempts.ADDRESS, address)
