"""Accounts and their passwords, and the sign-in backend that checks them."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from liuchi.engines.accounts import queries, rules
from liuchi.engines.accounts.actions import attempts
from liuchi.engines.accounts.enums import Language
from liuchi.engines.accounts.facts import PASSWORD_CHANGED, USER_CREATED, UserData
from liuchi.engines.accounts.models import DemoSignIn, User
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import Decision, first_refusal
from liuchi.kernel.errors import Conflict, FieldError, Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence


def create_user(
    *,
    username: str,
    display_name: str,
    password: str,
    actor: Actor,
    key: str,
    language: str = Language.CHINESE,
    must_change_password: bool = True,
) -> UUID:
    """Open an account and return its id. Refused, Invalid, Conflict("username_taken")."""
    rules.may_manage_users(actor).or_refuse()
    username, display_name = rules.normal_username(username), display_name.strip()
    _usable(username, display_name)
    user = User(
        id=new_id(),
        username=username,
        display_name=display_name,
        language=Language(language),
        must_change_password=must_change_password,
        created_at=clock.now(),
    )
    _strong(password, user)
    user.password = make_password(password)
    # The password is left out: a hash of it must not lie in the command table.
    body = {"username": username, "display_name": display_name, "language": language}
    with acting_as(actor):
        done = once(f"accounts.create_user:{actor.id}", key, body, user.id)
        if done is not None:
            return done
        try:
            with transaction.atomic():
                user.save(force_insert=True)
        except IntegrityError as error:
            raise _taken(username) from error
        _journal(USER_CREATED.kind, user.id, actor)
    return user.id


def open_account(
    *,
    account_id: UUID,
    display_name: str,
    area_id: UUID | None,
    actor: Actor,
    username: str | None = None,
) -> UUID:
    """Open an account nobody has a password for, inside ``acting_as(actor)``; returns its id.

    Without ``username`` it is a resident's, whom slips and phone codes let in; its
    ``display_name`` is the masked name, for an account is read before anybody's scope is
    known. With one it is staff's, who get a password later (:func:`set_password`): Refused,
    Invalid or Conflict as :func:`create_user`. It takes no key: the action that links the
    account, or appoints, has one.
    """
    if username is not None:
        rules.may_manage_users(actor).or_refuse()
        username = rules.normal_username(username)
        _usable(username, display_name)
        if queries.user_named(username) is not None:
            raise _taken(username)
    User.objects.create(
        id=account_id,
        username=username or f"r-{account_id.hex}",
        display_name=display_name,
        language=Language.CHINESE,
        password=make_password(None),
        must_change_password=False,
        created_at=clock.now(),
    )
    record(
        USER_CREATED.kind,
        actor=actor,
        subject_kind="user",
        subject_id=account_id,
        area_id=area_id,
        data=UserData(user=account_id),
    )
    return account_id


def set_password(
    *, user_id: UUID, password: str, within_reach: bool, actor: Actor, key: str
) -> None:
    """Reset somebody else's password; they choose their own at the next sign-in.

    ``within_reach`` says whether all of the user's posts lie in the actor's area.
    Accounts knows no areas: ``directory.actions.reset_password`` asks and calls this.
    """
    rules.may_reset(actor, user_is_self=user_id == actor.id, reaches=within_reach).or_refuse()
    user = _user(user_id)
    _strong(password, user)
    with acting_as(actor):
        if once(f"accounts.set_password:{actor.id}", key, {"user": str(user_id)}, user_id):
            return
        _store(user, password, must_change=True)
        finish_sign_in(username=user.username)
        _journal(PASSWORD_CHANGED.kind, user_id, actor)


def change_own_password(*, user_id: UUID, old_password: str, new_password: str, key: str) -> None:
    """Change one's own password, proving the old one. Needs no post.

    A wrong old password counts like a failed sign-in: an unattended screen is no
    way round the throttle.
    """
    user = _user(user_id)
    _prove(
        user,
        old_password,
        "old_password",
        Sentence("原密码不对。", "The old password is wrong."),
    )
    _strong(new_password, user)
    actor = Actor(user_id, "self", None, "")
    with acting_as(actor):
        if once(f"accounts.change_own_password:{user_id}", key, {}, user_id):
            return
        _store(user, new_password, must_change=False)
        _journal(PASSWORD_CHANGED.kind, user_id, actor)


def check_own_password(*, user_id: UUID, password: str) -> None:
    """Return where the password is the user's own; Invalid("password_wrong"), or Refused.

    Asked again before a session may do what a thief would do first. Guesses count.
    """
    sentence = Sentence("密码不对，请再试一次。", "Wrong password. Try again.")
    _prove(_user(user_id), password, "password", sentence)


def print_demo_sign_in(*, username: str, password: str, title: str, area_name: str) -> None:
    """Put an account on the sign-in page, with its password. Refused in production."""
    if settings.LIUCHI_MODE == "production":
        raise Refused(
            "demo_in_production",
            Sentence("正式环境没有演示账号。", "There are no demo sign-ins in production."),
        )
    DemoSignIn.objects.update_or_create(
        username=rules.normal_username(username),
        defaults={
            "password": password,
            "title": title,
            "area_name": area_name,
            "position": DemoSignIn.objects.count(),
        },
    )


def set_language(*, user_id: UUID, language: str) -> None:
    """Remember the language of somebody's screens. A preference, so no fact."""
    User.objects.filter(pk=user_id).update(language=Language(language))


def begin_sign_in(*, username: str) -> Decision:
    """Count one attempt for a name before its password is looked at."""
    return attempts.begin(queries.SIGN_IN, rules.normal_username(username), may_try=rules.may_try)


def finish_sign_in(*, username: str) -> None:
    """Forget the failures of a name whose password was right."""
    attempts.forget(queries.SIGN_IN, rules.normal_username(username))


class PasswordBackend(BaseBackend):
    """Signs in by username and password, slowly for whoever guesses.

    A name nobody has costs the same time and is counted the same, so that neither
    the clock nor the lock tells which names exist.
    """

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002  Django calls it by this name
        username: str | None = None,
        password: str | None = None,
        **_: object,
    ) -> User | None:
        """Return the user, None for a wrong pair; PermissionDenied while locked."""
        if username is None or password is None:
            return None
        if not begin_sign_in(username=username).allowed:
            raise PermissionDenied
        user = User.objects.filter(username=rules.normal_username(username)).first()
        if user is None:
            make_password(password)
            return None
        if not check_password(password, user.password) or not user.is_active:
            return None
        finish_sign_in(username=username)
        return user

    def get_user(self, user_id: UUID) -> User | None:
        """Return the user of a session; None once the account is closed."""
        return User.objects.filter(pk=user_id, is_active=True).first()


def _user(user_id: UUID) -> User:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound("user")
    return user


def _prove(user: User, password: str, field: str, sentence: Sentence) -> None:
    begin_sign_in(username=user.username).or_refuse()
    if not check_password(password, user.password):
        code = f"{field}_wrong"
        raise Invalid(code, sentence, (FieldError(field, sentence),))
    finish_sign_in(username=user.username)


def _usable(username: str, display_name: str) -> None:
    decision = first_refusal(
        rules.username_usable(username), rules.display_name_usable(display_name)
    )
    if decision.sentence is not None:
        field = decision.reason_code.removesuffix("_unusable")
        raise Invalid(
            decision.reason_code, decision.sentence, (FieldError(field, decision.sentence),)
        )


def _strong(password: str, user: User) -> None:
    """Raise Invalid with every reason why a password is too weak."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        sentence = rules.weak_password(one.code or "" for one in error.error_list)
        raise Invalid("password_weak", sentence, (FieldError("password", sentence),)) from error


def _taken(username: str) -> Conflict:
    return Conflict(
        "username_taken",
        Sentence(
            "登录名 {name} 已有人使用，请换一个。",
            "The sign-in name {name} is taken. Choose another.",
            {"name": username},
        ),
    )


def _store(user: User, password: str, *, must_change: bool) -> None:
    User.objects.filter(pk=user.pk).update(
        password=make_password(password), must_change_password=must_change
    )


def _journal(kind: str, user_id: UUID, actor: Actor) -> None:
    record(
        kind,
        actor=actor,
        subject_kind="user",
        subject_id=user_id,
        area_id=actor.area_id,
        data=UserData(user=user_id),
    )
