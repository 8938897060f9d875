"""Devices people sign in with: known again, trusted for a time, turned away."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from liuchi.engines.accounts import queries, rules
from liuchi.engines.accounts.enums import Browser, DeviceKind, Policy
from liuchi.engines.accounts.facts import DEVICE_REVOKED, DEVICE_TRUSTED, DeviceData
from liuchi.engines.accounts.models import Device, User
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.ids import new_id

_TOKEN_BYTES = 32
_UNTRUSTED_LASTS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class DeviceSeen:
    """A device after a sign-in: ``token`` goes into its cookie until ``expires_at``."""

    id: UUID
    expires_at: datetime
    token: str = field(repr=False)


def recognise_device(
    *, user_id: UUID, token: str, kind: DeviceKind, browser: Browser, trusted: bool
) -> DeviceSeen:
    """Note that somebody has just proved who they are on a device; trust it for a time.

    ``token`` is its cookie, empty on the first visit. A browser new to this user gets a
    fresh secret, and the other users of it move along: a cookie somebody planted there
    beforehand must not become the key to the account. It takes no key, as it is part of a
    sign-in; untrusted devices are known for half a day, and no longer.
    """
    now, today = clock.now(), clock.today()
    days = timedelta(days=queries.policy(Policy.DEVICE_DAYS))
    expires_at = now + (days if trusted else _UNTRUSTED_LASTS)
    actor = Actor(user_id, "self", None, "")
    with acting_as(actor):
        User.objects.select_for_update().get(pk=user_id)
        device = _standing(user_id, token).select_for_update().first() if token else None
        if device is not None and device.trusted == trusted:
            Device.objects.filter(pk=device.pk).update(last_seen_on=today, expires_at=expires_at)
            return DeviceSeen(device.id, expires_at, token)
        if device is not None:
            Device.objects.filter(pk=device.pk).update(revoked_at=now)
        fresh = secrets.token_urlsafe(_TOKEN_BYTES)
        if token:
            Device.objects.filter(
                token_hash=queries.code_hash("device", token), revoked_at__isnull=True
            ).update(token_hash=queries.code_hash("device", fresh))
        made = Device.objects.create(
            id=new_id(),
            user_id=user_id,
            token_hash=queries.code_hash("device", fresh),
            kind=kind,
            browser=browser,
            trusted=trusted,
            first_seen_on=today,
            last_seen_on=today,
            expires_at=expires_at,
        )
        if trusted:
            _journal(DEVICE_TRUSTED.kind, made.id, actor)
    return DeviceSeen(made.id, expires_at, fresh)


def enter_here(*, user_id: UUID, token: str, holds_post: bool) -> DeviceSeen:
    """Let a resident in on the own trusted phone, without a code; Refused otherwise."""
    now = clock.now()
    with transaction.atomic():
        device = (
            _standing(user_id, token)
            .filter(trusted=True, user__is_active=True)
            .select_for_update(of=("self",))
            .first()
        )
        rules.may_enter_here(is_known=device is not None, holds_post=holds_post).or_refuse()
        assert device is not None  # noqa: S101  the rule has just said so
        ends = now + timedelta(days=queries.policy(Policy.DEVICE_DAYS))
        Device.objects.filter(pk=device.pk).update(last_seen_on=clock.today(), expires_at=ends)
    return DeviceSeen(device.id, ends, token)


def touch_device(*, device_id: UUID) -> None:
    """Note that a device was used today; at most one write a day."""
    today = clock.today()
    Device.objects.filter(pk=device_id, last_seen_on__lt=today).update(last_seen_on=today)


def revoke_device(
    *, user_id: UUID, device_id: UUID, session_device_id: UUID | None, has_reentered: bool, key: str
) -> None:
    """Turn one of one's own devices away; its session ends with the next request."""
    rules.may_revoke(
        is_this_one=device_id == session_device_id, has_reentered=has_reentered
    ).or_refuse()
    actor = Actor(user_id, "self", None, "")
    with acting_as(actor):
        body = {"device": str(device_id)}
        if once(f"accounts.revoke_device:{user_id}", key, body, device_id) is not None:
            return
        found = Device.objects.filter(pk=device_id, user_id=user_id, revoked_at__isnull=True)
        if not found.update(revoked_at=clock.now()):
            raise NotFound("device")
        _journal(DEVICE_REVOKED.kind, device_id, actor)


def revoke_other_devices(
    *, user_id: UUID, session_device_id: UUID | None, has_reentered: bool, key: str
) -> None:
    """Sign out everywhere else: all other devices and all their sessions."""
    rules.may_revoke(is_this_one=False, has_reentered=has_reentered).or_refuse()
    actor = Actor(user_id, "self", None, "")
    with acting_as(actor):
        body = {"keep": str(session_device_id)}
        if once(f"accounts.revoke_others:{user_id}", key, body, user_id) is not None:
            return
        revoke_all(user_id, actor, keep=session_device_id)


def forget_device(*, user_id: UUID, token: str) -> None:
    """Trust this browser no longer for this user: chosen on signing out."""
    device = _standing(user_id, token).first()
    if device is None:
        return
    actor = Actor(user_id, "self", None, "")
    with acting_as(actor):
        if Device.objects.filter(pk=device.pk, revoked_at__isnull=True).update(
            revoked_at=clock.now()
        ):
            _journal(DEVICE_REVOKED.kind, device.pk, actor)


def revoke_all(user_id: UUID, actor: Actor, *, keep: UUID | None = None) -> None:
    """End all sessions and devices of a user but one, inside ``acting_as(actor)``."""
    now = clock.now()
    User.objects.filter(pk=user_id).update(sessions_from=now)
    devices = Device.objects.filter(user_id=user_id, revoked_at__isnull=True)
    if keep is not None:
        devices = devices.exclude(pk=keep)
    gone = list(devices.values_list("pk", flat=True))
    Device.objects.filter(pk__in=gone).update(revoked_at=now)
    for device_id in gone:
        _journal(DEVICE_REVOKED.kind, device_id, actor, user_id)


def _standing(user_id: UUID, token: str) -> QuerySet[Device]:
    return Device.objects.filter(
        user_id=user_id,
        token_hash=queries.code_hash("device", token),
        revoked_at__isnull=True,
        expires_at__gt=clock.now(),
    )


def _journal(kind: str, device_id: UUID, actor: Actor, user_id: UUID | None = None) -> None:
    record(
        kind,
        actor=actor,
        subject_kind="device",
        subject_id=device_id,
        area_id=actor.area_id,
        data=DeviceData(user=user_id or actor.id, device=device_id),
    )
