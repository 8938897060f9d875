"""One-time slips: printed at the desk, typed or scanned once on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from liuchi.engines.accounts import queries, rules
from liuchi.engines.accounts.actions import attempts
from liuchi.engines.accounts.enums import Policy, SlipKind, SlipVerb
from liuchi.engines.accounts.facts import (
    SLIP_ISSUED,
    SLIP_USED,
    SLIP_VOIDED,
    SlipData,
)
from liuchi.engines.accounts.models import Slip, User
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class SlipFor:
    """An account a slip is wanted for.

    ``reaches`` says whether it lies below the actor, which accounts cannot know;
    ``area_id`` is where the fact belongs.
    """

    user_id: UUID
    kind: SlipKind
    reaches: bool
    area_id: UUID | None


@dataclass(frozen=True, slots=True)
class IssuedSlip:
    """A slip as it goes to the printer: the only moment its code is known."""

    id: UUID
    user_id: UUID
    kind: SlipKind
    expires_at: datetime
    code: str = field(repr=False)


def issue_slips(*, wanted: Sequence[SlipFor], actor: Actor, key: str) -> tuple[IssuedSlip, ...]:
    """Issue a slip for each account wanted, in that order; older open ones are void.

    Conflict("slip_printed") for a key that was used: the codes are not kept, so that they
    cannot be shown again. Refused as :func:`rules.may_issue` decides.
    """
    for each in wanted:
        rules.may_issue(
            actor,
            kind=each.kind,
            user_is_self=each.user_id == actor.id,
            reaches=each.reaches,
        ).or_refuse()
    expires_at = clock.now() + timedelta(days=queries.policy(Policy.SLIP_DAYS))
    body = {"users": sorted(str(each.user_id) for each in wanted)}
    with acting_as(actor):
        if once(f"accounts.issue_slips:{actor.id}", key, body, new_id()) is not None:
            raise _printed_already()
        # In one order, so that two lists with the same people do not wait for each other.
        for each in sorted(wanted, key=lambda each: each.user_id):
            _lock_user(each.user_id)
            void_open(each.user_id, actor, each.area_id)
        return tuple(_issue(each, expires_at, actor) for each in wanted)


def _issue(wanted: SlipFor, expires_at: datetime, actor: Actor) -> IssuedSlip:
    code = rules.new_code(rules.SLIP_DIGITS)
    slip = Slip.objects.create(
        id=new_id(),
        user_id=wanted.user_id,
        kind=wanted.kind,
        code_hash=queries.code_hash("slip", code),
        issued_at=clock.now(),
        issued_by=actor.id,
        expires_at=expires_at,
    )
    data = SlipData(user=wanted.user_id, slip=slip.id, kind=wanted.kind)
    _journal(SLIP_ISSUED.kind, data, actor, wanted.area_id)
    return IssuedSlip(slip.id, wanted.user_id, wanted.kind, expires_at, code)


def void_slip(
    *, user_id: UUID, reaches: bool, area_id: UUID | None, actor: Actor, key: str
) -> None:
    """Void the open slip of an account; Conflict("slip_none") where there is none."""
    kind = queries.open_slip_kind(user_id) or SlipKind.SIGN_IN
    rules.may_issue(actor, kind=kind, user_is_self=user_id == actor.id, reaches=reaches).or_refuse()
    with acting_as(actor):
        _lock_user(user_id)
        body = {"user": str(user_id)}
        if once(f"accounts.void_slip:{actor.id}", key, body, user_id) is not None:
            return
        if not void_open(user_id, actor, area_id):
            raise Conflict(
                "slip_none",
                Sentence("没有可作废的登录条。", "There is no slip to void."),
            )


def use_slip(*, code: str, address: str) -> UUID:
    """Use a resident's slip; returns whose account it opens.

    Two phones at once: exactly one gets in. It takes no key: a second click must not be
    able to use a slip twice. Attempts count for the code and for the ``address`` they come
    from. Invalid("slip_unknown"), Refused("slip_used" and the like, "code_locked").
    """
    given = rules.normal_code(code)
    attempts.begin(attempts.ADDRESS, address, free=rules.FREE_FAILURES_OF_ADDRESS).or_refuse()
    attempts.begin(attempts.CODE, given).or_refuse()
    user_id = _use(given, SlipKind.SIGN_IN, None)
    attempts.forget(attempts.CODE, given)
    attempts.give_back(attempts.ADDRESS, address)
    return user_id


def use_device_slip(*, user_id: UUID, code: str) -> None:
    """Use the one-time code a secretary has given to this user for a new device.

    For :func:`prove_device`, which counts the attempt: its field takes other codes as well.
    """
    _use(rules.normal_code(code), SlipKind.DEVICE, user_id)


def _use(code: str, kind: SlipKind, user_id: UUID | None) -> UUID:
    known = Slip.objects.filter(code_hash=queries.code_hash("slip", code), kind=kind)
    if user_id is not None:
        known = known.filter(user_id=user_id)
    slip = known.filter(user__is_active=True).first()
    if slip is None:
        sentence = rules.slip_unknown()
        raise Invalid("slip_unknown", sentence, (FieldError("code", sentence),))
    actor = Actor(slip.user_id, "self", None, "")
    with acting_as(actor):
        # Whoever comes second waits here, and then sees that it has been used.
        slip = Slip.objects.select_for_update().get(pk=slip.pk)
        now = clock.now()
        state = rules.slip_state(
            used_at=slip.used_at, voided_at=slip.voided_at, expires_at=slip.expires_at, now=now
        )
        rules.slip_moved(state, SlipVerb.USE)
        Slip.objects.filter(pk=slip.pk).update(used_at=now)
        data = SlipData(user=slip.user_id, slip=slip.id, kind=kind)
        _journal(SLIP_USED.kind, data, actor, None)
    return slip.user_id


def _lock_user(user_id: UUID) -> None:
    if not User.objects.select_for_update().filter(pk=user_id).exists():
        raise NotFound("user")


def void_open(user_id: UUID, actor: Actor, area_id: UUID | None) -> bool:
    """Void an account's open slip inside ``acting_as(actor)``; whether there was one."""
    slip = (
        Slip.objects.select_for_update()
        .filter(user_id=user_id, used_at__isnull=True, voided_at__isnull=True)
        .first()
    )
    if slip is None:
        return False
    Slip.objects.filter(pk=slip.pk).update(voided_at=clock.now(), voided_by=actor.id)
    data = SlipData(user=user_id, slip=slip.id, kind=SlipKind(slip.kind))
    _journal(SLIP_VOIDED.kind, data, actor, area_id)
    return True


def _printed_already() -> Conflict:
    return Conflict(
        "slip_printed",
        Sentence(
            "登录码只显示一次。没打出来请再点一次，旧的作废。",
            "Codes are shown once. If nothing came out, print again; the old ones are void.",
        ),
    )


def _journal(kind: str, data: SlipData, actor: Actor, area_id: UUID | None) -> None:
    record(
        kind,
        actor=actor,
        subject_kind="slip",
        subject_id=data.slip,
        area_id=area_id,
        data=data,
    )
