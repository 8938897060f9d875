"""All reads of accounts."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from liuchi.engines.accounts import rules
from liuchi.engines.accounts.models import DemoSignIn, Grant, Role, SignInAttempt, User
from liuchi.kernel import clock
from liuchi.kernel.actors import Reach
from liuchi.kernel.decisions import Decision
from liuchi.kernel.errors import NotFound
from liuchi.kernel.sentences import Sentence


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


def names_of(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return display names by account; one query, unknown ids are left out."""
    return dict(User.objects.filter(pk__in=set(user_ids)).values_list("id", "display_name"))


def roles() -> tuple[RoleRow, ...]:
    """Return all roles by code."""
    return tuple(
        RoleRow(role.code, Sentence(role.title_zh, role.title_en))
        for role in Role.objects.order_by("code")
    )


def grants_of(role: str) -> dict[str, Reach]:
    """Return what a role may do: verb to reach. An unknown role may do nothing."""
    rows = Grant.objects.filter(role_id=role).order_by("verb").values_list("verb", "reach")
    return {verb: Reach(reach) for verb, reach in rows}


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


def installation() -> Installation:
    """Say whether this is a demo: by its mode, or because it holds demo sign-ins."""
    return Installation(settings.LIUCHI_MODE == "demo" or DemoSignIn.objects.exists())


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
    key = settings.SECRET_KEY.encode()
    return hmac.digest(key, b"sign-in:" + rules.normal_username(username).encode(), "sha256")


def _row(found: User) -> UserRow:
    return UserRow(
        found.id,
        found.username,
        found.display_name,
        found.language,
        found.is_active,
        found.must_change_password,
    )
