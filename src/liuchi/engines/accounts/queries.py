"""All reads of accounts."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import pyotp
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, is_password_usable

from liuchi.engines.accounts import rules
from liuchi.engines.accounts.enums import Browser, DeviceKind, SlipKind, SlipState
from liuchi.engines.accounts.enums import Policy as PolicyCode
from liuchi.engines.accounts.models import (
    Client,
    DemoSignIn,
    Device,
    Grant,
    Policy,
    RecoveryCode,
    Role,
    SecondFactor,
    SignInAttempt,
    Slip,
    User,
)
from liuchi.engines.journal.scope import Kept
from liuchi.kernel import clock
from liuchi.kernel.actors import Reach
from liuchi.kernel.decisions import Decision
from liuchi.kernel.errors import NotFound
from liuchi.kernel.keyring import KeyRing
from liuchi.kernel.sentences import Sentence

SIGN_IN = "sign-in"


@dataclass(frozen=True, slots=True)
class UserRow:
    """An account, without its password."""

    id: UUID
    username: str
    display_name: str
    language: str
    is_active: bool
    must_change_password: bool


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role and its titles."""

    code: str
    title: Sentence


def user(user_id: UUID) -> UserRow:
    """Return an account or raise NotFound."""
    found = User.objects.filter(pk=user_id).first()
    if found is None:
        raise NotFound("user")
    return _row(found)


def user_named(username: str) -> UserRow | None:
    """Return the account of a sign-in name, None where there is none."""
    found = User.objects.filter(username=rules.normal_username(username)).first()
    return None if found is None else _row(found)


def users(user_ids: Iterable[UUID]) -> tuple[UserRow, ...]:
    """Return accounts by name; one query, unknown ids are left out."""
    found = User.objects.filter(pk__in=set(user_ids)).order_by("display_name", "id")
    return tuple(_row(each) for each in found)


def names_of(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return display names by account; one query, unknown ids are left out."""
    return dict(User.objects.filter(pk__in=set(user_ids)).values_list("id", "display_name"))


def roles() -> tuple[RoleRow, ...]:
    """Return all roles by code."""
    return tuple(row for row, _grants in _MATRIX.get().values())


def grants_of(role: str) -> dict[str, Reach]:
    """Return what a role may do: verb to reach. An unknown role may do nothing."""
    found = _MATRIX.get().get(role)
    return {} if found is None else dict(found[1])


def roles_by_verb() -> dict[str, frozenset[str]]:
    """Return which roles may do a verb in their area, by verb."""
    found: dict[str, set[str]] = {}
    for role, grants in _MATRIX.get().values():
        for verb, reach in grants.items():
            if reach is Reach.AREA:
                found.setdefault(verb, set()).add(role.code)
    return {verb: frozenset(roles) for verb, roles in found.items()}


def _matrix() -> dict[str, tuple[RoleRow, dict[str, Reach]]]:
    grants: dict[str, dict[str, Reach]] = {}
    for role, verb, reach in Grant.objects.order_by("role_id", "verb").values_list(
        "role_id", "verb", "reach"
    ):
        grants.setdefault(role, {})[verb] = Reach(reach)
    return {
        role.code: (
            RoleRow(role.code, Sentence(role.title_zh, role.title_en)),
            grants.get(role.code, {}),
        )
        for role in Role.objects.order_by("code")
    }


_MATRIX = Kept("roles", _matrix)


@dataclass(frozen=True, slots=True)
class DemoSignInRow:
    """A sign-in anybody may use, in a demo."""

    username: str
    password: str
    title: str
    area_name: str


@dataclass(frozen=True, slots=True)
class Installation:
    """What this database is for."""

    is_demo: bool


_HAS_DEMO = Kept("demo", DemoSignIn.objects.exists)


def installation() -> Installation:
    """Say whether this is a demo: by its mode, or because it holds demo sign-ins."""
    return Installation(settings.LIUCHI_MODE == "demo" or _HAS_DEMO.get())


def in_use() -> bool:
    """Whether anybody has an account here yet."""
    return User.objects.exists()


def demo_sign_ins() -> tuple[DemoSignInRow, ...]:
    """Return the printed sign-ins of a demo; none in production, whatever the database holds."""
    if settings.LIUCHI_MODE == "production":
        return ()
    return tuple(
        DemoSignInRow(row.username, row.password, row.title, row.area_name)
        for row in DemoSignIn.objects.order_by("position")
    )


def may_sign_in(username: str) -> Decision:
    """Say whether a password may be tried for this name now, with the sentence if not.

    The answer depends on failures alone: it is the same for names nobody has.
    """
    attempt = SignInAttempt.objects.filter(name_hash=name_hash(username)).first()
    return rules.may_try(attempt.locked_until if attempt else None, clock.now())


def name_hash(username: str) -> bytes:
    """Return the keyed hash under which failures of a sign-in name are counted."""
    return attempt_hash(SIGN_IN, rules.normal_username(username))


def attempt_hash(purpose: str, value: str) -> bytes:
    """Return the keyed hash under which attempts at a value are counted."""
    key = settings.SECRET_KEY.encode()
    return hmac.digest(key, f"{purpose}:{value}".encode(), "sha256")


def code_hash(purpose: str, value: str) -> bytes:
    """Return the keyed hash a code, a phone or a device's secret is found by."""
    return key_ring().lookup_hash(value, f"accounts.{purpose}")


def key_ring() -> KeyRing:
    """Return the installation's ring for sensitive fields."""
    ring: KeyRing = settings.LIUCHI_KEY_RING
    return ring


def policy(code: PolicyCode) -> int:
    """Return a number of sign-in: the one set, else its default."""
    value = Policy.objects.filter(code=code).values_list("value", flat=True).first()
    return rules.DEFAULTS[code] if value is None else value


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device somebody signs in with. ``last_seen_on`` is a day, not a time."""

    id: UUID
    kind: DeviceKind
    browser: Browser
    trusted: bool
    first_seen_on: date
    last_seen_on: date
    expires_at: datetime


def devices_of(user_id: UUID) -> tuple[DeviceRow, ...]:
    """Return the devices that may be signed in now, last seen first."""
    return tuple(
        DeviceRow(
            row.id,
            DeviceKind(row.kind),
            Browser(row.browser),
            row.trusted,
            row.first_seen_on,
            row.last_seen_on,
            row.expires_at,
        )
        for row in Device.objects.filter(
            user_id=user_id, revoked_at__isnull=True, expires_at__gt=clock.now()
        ).order_by("-last_seen_on", "-id")
    )


@dataclass(frozen=True, slots=True)
class SessionState:
    """Whether a session still counts, and on which day its device was last seen, if it has one."""

    stands: bool
    device_seen_on: date | None = None


def session_state(*, user_id: UUID, device_id: UUID | None, since: datetime | None) -> SessionState:
    """Return whether a session still counts: asked with every request, so one indexed look.

    A session that names no device (made by an older version) ends when all sessions do.
    """
    if device_id is not None:
        of_device = Device.objects.filter(
            pk=device_id, user_id=user_id, revoked_at__isnull=True, expires_at__gt=clock.now()
        )
        seen_on = of_device.values_list("last_seen_on", flat=True).first()
        return SessionState(seen_on is not None, seen_on)
    ended = User.objects.values_list("sessions_from", flat=True).get(pk=user_id)
    return SessionState(ended is None or (since is not None and since >= ended))


def trusted_here(token: str) -> tuple[UUID, ...]:
    """Return the accounts a browser's cookie is trusted for, last seen first."""
    if not token:
        return ()
    return tuple(
        Device.objects.filter(
            token_hash=code_hash("device", token),
            trusted=True,
            revoked_at__isnull=True,
            expires_at__gt=clock.now(),
            user__is_active=True,
        )
        .order_by("-last_seen_on", "-id")
        .values_list("user_id", flat=True)
    )


HAS_TRUSTED_DEVICE = (
    "EXISTS (SELECT FROM accounts_device AS device WHERE device.user_id = {user} "
    "AND device.trusted AND device.revoked_at IS NULL AND device.expires_at > {now})"
)
"""SQL for lists of the directory, which page over people; ``user`` and ``now`` are filled in."""


def needs_device_step(*, user_id: UUID, token: str, holds_post: bool) -> bool:
    """Whether the right password is not enough yet for this browser."""
    if not holds_post:
        return False
    return rules.needs_device_step(
        holds_post=holds_post,
        is_known=user_id in trusted_here(token),
        was_used=Device.objects.filter(user_id=user_id).exists(),
        has_second_factor=has_second_factor(user_id),
        is_printed=settings.LIUCHI_MODE != "production"
        and DemoSignIn.objects.filter(
            username=User.objects.values_list("username", flat=True).get(pk=user_id)
        ).exists(),
    )


def has_second_factor(user_id: UUID) -> bool:
    """Whether one-time passwords are set up for an account."""
    return SecondFactor.objects.filter(user_id=user_id, confirmed_at__isnull=False).exists()


def has_password(user_id: UUID) -> bool:
    """Whether an account can be opened by a password at all; a resident's mostly cannot."""
    stored = User.objects.values_list("password", flat=True).get(pk=user_id)
    return is_password_usable(stored)


def without_password(user_ids: Iterable[UUID]) -> tuple[UserRow, ...]:
    """Return which of some open accounts have no password, by name; one query."""
    found = User.objects.filter(
        pk__in=set(user_ids), is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX
    )
    return tuple(_row(user) for user in found.order_by("display_name", "id"))


def begun_second_factor(user_id: UUID) -> str | None:
    """Return the secret being set up, to be shown to its owner; None if nothing was begun."""
    begun = SecondFactor.objects.filter(user_id=user_id, confirmed_at__isnull=True).first()
    return None if begun is None else opened_secret(begun)


def recovery_codes_left(user_id: UUID) -> int:
    """Return how many recovery codes of an account are unused."""
    return RecoveryCode.objects.filter(user_id=user_id, used_at__isnull=True).count()


def demo_second_factor_code(user_id: UUID) -> str:
    """Return the one-time password a printed demo sign-in would show now; else empty."""
    if settings.LIUCHI_MODE == "production":
        return ""
    username = User.objects.values_list("username", flat=True).get(pk=user_id)
    row = DemoSignIn.objects.filter(username=username).first()
    if row is None or not row.second_factor_secret:
        return ""
    return pyotp.TOTP(row.second_factor_secret).at(int(clock.now().timestamp()))


def secret_place(user_id: UUID) -> str:
    """Return the name of the place a second factor's secret is sealed for."""
    return f"accounts.second_factor:{user_id}"


def opened_secret(held: SecondFactor) -> str:
    """Return the secret of a row of this engine's own."""
    key = key_ring().open_subject_key(bytes(held.wrapped_key), str(held.user_id))
    return key.decrypt(bytes(held.sealed_secret), secret_place(held.user_id))


@dataclass(frozen=True, slots=True)
class AccessRow:
    """How somebody gets in, for the desk: the last slip, and how many devices stand."""

    user_id: UUID
    slip_kind: SlipKind | None
    slip_state: SlipState | None
    slip_expires_at: datetime | None
    devices: int
    last_seen_on: date | None
    has_second_factor: bool


def access_of(user_ids: Iterable[UUID]) -> dict[UUID, AccessRow]:
    """Return how accounts are opened; three queries, whatever their number."""
    wanted, now = set(user_ids), clock.now()
    slips = {slip.user_id: slip for slip in Slip.objects.filter(user_id__in=wanted).order_by("id")}
    seen: dict[UUID, list[date]] = {}
    for user_id, day in Device.objects.filter(
        user_id__in=wanted, revoked_at__isnull=True, expires_at__gt=now
    ).values_list("user_id", "last_seen_on"):
        seen.setdefault(user_id, []).append(day)
    proved = set(
        SecondFactor.objects.filter(user_id__in=wanted, confirmed_at__isnull=False).values_list(
            "user_id", flat=True
        )
    )
    return {
        user_id: _access_row(
            user_id, slips.get(user_id), seen.get(user_id, []), now, user_id in proved
        )
        for user_id in wanted
    }


@dataclass(frozen=True, slots=True)
class ClientRow:
    """Another system that has a key, for one area and what lies below it."""

    id: UUID
    title: str
    area_id: UUID
    opened_at: datetime
    last_used_on: date | None
    ended_at: datetime | None


def client_by_key(key: str) -> ClientRow | None:
    """Return the system a key belongs to, None for a key that is unknown or has ended."""
    if len(key) != rules.CLIENT_KEY_CHARACTERS:
        return None
    found = Client.objects.filter(key_hash=code_hash("client", key), ended_at__isnull=True).first()
    return None if found is None else _client(found)


def clients() -> tuple[ClientRow, ...]:
    """Return every system that has or had a key, those in use first, then the newest."""
    found = Client.objects.order_by("-id")
    return tuple(
        sorted(map(_client, found), key=lambda each: (each.ended_at is not None, -each.id.int))
    )


def client(client_id: UUID) -> ClientRow:
    """Return a system by its id; NotFound for an id of none."""
    found = Client.objects.filter(pk=client_id).first()
    if found is None:
        raise NotFound("client")
    return _client(found)


def _client(found: Client) -> ClientRow:
    return ClientRow(
        found.id,
        found.title,
        found.area_id,
        found.opened_at,
        found.last_used_on,
        found.ended_at,
    )


def open_slip_kind(user_id: UUID) -> SlipKind | None:
    """Return what kind of slip is open for an account, None where there is none."""
    kind = (
        Slip.objects.filter(user_id=user_id, used_at__isnull=True, voided_at__isnull=True)
        .values_list("kind", flat=True)
        .first()
    )
    return None if kind is None else SlipKind(kind)


def _access_row(
    user_id: UUID,
    slip: Slip | None,
    days: list[date],
    now: datetime,
    has_factor: bool,  # noqa: FBT001
) -> AccessRow:
    if slip is None:
        return AccessRow(user_id, None, None, None, len(days), max(days, default=None), has_factor)
    state = rules.slip_state(
        used_at=slip.used_at, voided_at=slip.voided_at, expires_at=slip.expires_at, now=now
    )
    return AccessRow(
        user_id,
        SlipKind(slip.kind),
        state,
        slip.expires_at,
        len(days),
        max(days, default=None),
        has_factor,
    )


def _row(found: User) -> UserRow:
    return UserRow(
        found.id,
        found.username,
        found.display_name,
        found.language,
        found.is_active,
        found.must_change_password,
    )
