"""One-time passwords of staff: setting up, checking, printing recovery codes."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction

from liuchi.engines.accounts import queries, rules
from liuchi.engines.accounts.actions import attempts
from liuchi.engines.accounts.actions.slips import use_device_slip
from liuchi.engines.accounts.facts import SECOND_FACTOR_SET, UserData
from liuchi.engines.accounts.models import DemoSignIn, RecoveryCode, SecondFactor, User
from liuchi.engines.journal.actions import record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, FieldError, Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence


def begin_second_factor(*, user_id: UUID) -> None:
    """Make a new secret to be shown as a QR code; it counts once it is confirmed.

    The one in use stays in use until then. Beginning again replaces what was begun.
    """
    with transaction.atomic():
        if not User.objects.select_for_update().filter(pk=user_id).exists():
            raise NotFound("user")
        SecondFactor.objects.filter(user_id=user_id, confirmed_at__isnull=True).delete()
        key, wrapped = queries.key_ring().new_subject_key(str(user_id))
        SecondFactor.objects.create(
            id=new_id(),
            user_id=user_id,
            wrapped_key=wrapped,
            sealed_secret=key.encrypt(rules.new_secret(), queries.secret_place(user_id)),
            begun_at=clock.now(),
        )


def confirm_second_factor(*, user_id: UUID, code: str) -> tuple[str, ...]:
    """Take a new secret into use, proved by a code of it; returns fresh recovery codes.

    They are shown this once: only hashes are kept. Older recovery codes are void. It takes
    no key, as what it returns cannot be returned again. Invalid("code_wrong"),
    Conflict("second_factor_not_begun").
    """
    attempts.begin(attempts.SECOND_FACTOR, str(user_id)).or_refuse()
    actor = Actor(user_id, "self", None, "")
    with acting_as(actor):
        User.objects.select_for_update().filter(pk=user_id).first()
        begun = SecondFactor.objects.filter(user_id=user_id, confirmed_at__isnull=True).first()
        if begun is None:
            raise Conflict(
                "second_factor_not_begun",
                Sentence("请先点“开始设置”。", "Press 'Begin' first."),
            )
        now = clock.now()
        step = rules.matching_step(queries.opened_secret(begun), rules.normal_code(code), now)
        if step is None:
            raise _wrong(is_replay=False)
        SecondFactor.objects.filter(user_id=user_id, confirmed_at__isnull=False).delete()
        SecondFactor.objects.filter(pk=begun.pk).update(confirmed_at=now, last_step=step)
        codes = _new_recovery_codes(user_id)
        record(
            SECOND_FACTOR_SET.kind,
            actor=actor,
            subject_kind="user",
            subject_id=user_id,
            area_id=None,
            data=UserData(user=user_id),
        )
    attempts.forget(attempts.SECOND_FACTOR, str(user_id))
    return codes


def check_second_factor(*, user_id: UUID, code: str) -> None:
    """Return where the code is the user's of this moment, or an unused recovery code.

    The same code does not count twice (RFC 6238, 5.2). Invalid("code_wrong",
    "code_replayed"), Refused("code_locked") after five failures.
    """
    attempts.begin(attempts.SECOND_FACTOR, str(user_id)).or_refuse()
    given = rules.normal_code(code)
    if len(given) == rules.RECOVERY_DIGITS:
        _use_recovery_code(user_id, given)
    else:
        _use_password(user_id, given)
    attempts.forget(attempts.SECOND_FACTOR, str(user_id))


def prove_device(*, user_id: UUID, code: str) -> bool:
    """Return where the code lets a post holder in on a new device, after the password.

    True: it was the one-time code of the secretary. False: a second factor, by a one-time
    password or a recovery code. Raises as :func:`check_second_factor` and ``use_slip``.
    """
    if len(rules.normal_code(code)) != rules.SLIP_DIGITS:
        check_second_factor(user_id=user_id, code=code)
        return False
    attempts.begin(attempts.SECOND_FACTOR, str(user_id)).or_refuse()
    use_device_slip(user_id=user_id, code=code)
    attempts.forget(attempts.SECOND_FACTOR, str(user_id))
    return True


def print_demo_second_factor(*, username: str) -> None:
    """Set up a printed demo sign-in's second factor, and keep its secret to be shown.

    Refused in production, and for an account that is not printed.
    """
    printed = DemoSignIn.objects.filter(username=rules.normal_username(username))
    user = queries.user_named(username)
    if settings.LIUCHI_MODE == "production" or user is None or not printed.exists():
        raise Refused(
            "demo_in_production",
            Sentence("正式环境没有演示账号。", "There are no demo sign-ins in production."),
        )
    begin_second_factor(user_id=user.id)
    begun = SecondFactor.objects.get(user_id=user.id, confirmed_at__isnull=True)
    SecondFactor.objects.filter(pk=begun.pk).update(confirmed_at=clock.now())
    printed.update(second_factor_secret=queries.opened_secret(begun))


def rewrap_secrets() -> int:
    """Wrap secrets under the ring's current key that are under an older one; how many."""
    ring, done = queries.key_ring(), 0
    for held in SecondFactor.objects.all():
        wrapped = bytes(held.wrapped_key)
        if ring.needs_rewrap(wrapped):
            fresh = ring.rewrap(wrapped, str(held.user_id))
            done += SecondFactor.objects.filter(pk=held.pk).update(wrapped_key=fresh)
    return done


def _use_password(user_id: UUID, code: str) -> None:
    with transaction.atomic():
        held = (
            SecondFactor.objects.select_for_update()
            .filter(user_id=user_id, confirmed_at__isnull=False)
            .first()
        )
        if held is None:
            raise _wrong(is_replay=False)
        step = rules.matching_step(queries.opened_secret(held), code, clock.now())
        if step is None or step <= held.last_step:
            raise _wrong(is_replay=step is not None)
        SecondFactor.objects.filter(pk=held.pk).update(last_step=step)


def _use_recovery_code(user_id: UUID, code: str) -> None:
    unused = RecoveryCode.objects.filter(
        user_id=user_id, code_hash=queries.code_hash(f"recovery:{user_id}", code)
    ).filter(used_at__isnull=True)
    if not unused.update(used_at=clock.now()):
        raise _wrong(is_replay=False)


def _new_recovery_codes(user_id: UUID) -> tuple[str, ...]:
    RecoveryCode.objects.filter(user_id=user_id).delete()
    codes = tuple(rules.new_code(rules.RECOVERY_DIGITS) for _ in range(rules.RECOVERY_CODES))
    RecoveryCode.objects.bulk_create(
        RecoveryCode(
            id=new_id(), user_id=user_id, code_hash=queries.code_hash(f"recovery:{user_id}", code)
        )
        for code in codes
    )
    return codes


def _wrong(*, is_replay: bool) -> Invalid:
    reason, sentence = rules.code_wrong(is_replay=is_replay)
    return Invalid(reason, sentence, (FieldError("code", sentence),))
