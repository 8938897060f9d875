"""Posts, organisations, the accounts of residents, resets of passwords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.accounts.enums import Role
from liuchi.engines.accounts.rules import new_password
from liuchi.engines.directory import queries, rules
from liuchi.engines.directory.actions.organizations import registered
from liuchi.engines.directory.enums import OrganizationKind
from liuchi.engines.directory.facts import (
    ACCOUNT_LINKED,
    POST_APPOINTED,
    POST_ENDED,
    PersonData,
    PostData,
)
from liuchi.engines.directory.models import Organization, Person, PersonAccount, Post
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, Reach
from liuchi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence


def appoint(
    user_id: UUID,
    role: str,
    area_id: UUID,
    organization_id: UUID | None = None,
    *,
    actor: Actor,
    key: str,
    valid_from: date | None = None,
) -> UUID:
    """Give a user a post and return its id. In force from ``valid_from``, default today.

    Nobody gives more than they hold, nor outside their area. Residents hold no posts:
    link their account instead.
    """
    area = queries.area(area_id)
    user = accounts.user(user_id)
    _appointable(role)
    grants = accounts.grants_of(role)
    beyond_own = frozenset(verb for verb, reach in grants.items() if reach is Reach.AREA)
    rules.may_appoint(actor, area.scope_code, beyond_own).or_refuse()
    post_id, start = new_id(), valid_from or clock.today()
    body = {
        "user": str(user_id),
        "role": role,
        "area": str(area_id),
        "organization": str(organization_id),
        "from": str(start),
    }
    with acting_as(actor):
        done = once(f"directory.appoint:{actor.id}", key, body, post_id)
        if done is not None:
            return done
        try:
            with transaction.atomic():
                Post.objects.create(
                    id=post_id,
                    user_id=user_id,
                    role_id=role,
                    area_id=area_id,
                    organization_id=organization_id,
                    valid_from=start,
                )
        except IntegrityError as error:
            raise Conflict(
                "post_held",
                Sentence("这个人已经担任这个岗位。", "This person already holds this post."),
            ) from error
        data = PostData(user=user_id, role=role, area=area_id, organization=organization_id)
        _journal_post(POST_APPOINTED.kind, post_id, data, actor)
        if not user.is_active:  # somebody comes back, and gets the old account
            accounts_actions.reopen_account(
                user_id=user_id, within_reach=True, actor=actor, key=f"{key}:reopen"
            )
    return post_id


def end_post(*, post_id: UUID, actor: Actor, key: str, on: date | None = None) -> None:
    """End a post: ``on`` (default today) is the first day it is no longer held."""
    with acting_as(actor):
        post = (
            Post.objects.select_for_update(of=("self",))
            .annotate(scope_code=F("area__scope_code"))
            .filter(pk=post_id)
            .first()
        )
        if post is None or not actor.covers(post.scope_code):
            raise NotFound("post")
        rules.may_appoint(actor, post.scope_code, frozenset()).or_refuse()
        day = on or clock.today()
        body = {"post": str(post_id), "on": str(day)}
        if once(f"directory.end_post:{actor.id}", key, body, post_id) is not None:
            return
        if post.valid_to is not None:
            raise Conflict(
                "post_ended", Sentence("这个岗位已经结束。", "This post has already ended.")
            )
        if day < post.valid_from:
            sentence = Sentence("不能早于任命日期。", "Not before the appointment.")
            raise Invalid("post_end_early", sentence, (FieldError("on", sentence),))
        Post.objects.filter(pk=post_id).update(valid_to=day)
        data = PostData(
            user=post.user_id,
            role=post.role_id,
            area=post.area_id,
            organization=post.organization_id,
        )
        _journal_post(POST_ENDED.kind, post_id, data, actor)


def add_organization(
    *,
    kind: str,
    name: str,
    area_id: UUID,
    actor: Actor,
    key: str,
    uscc: str = "",
) -> UUID:
    """Register an organisation and return its id. ``uscc``: its 18-character code, checked."""
    area = queries.area(area_id)
    rules.may_appoint(actor, area.scope_code, frozenset()).or_refuse()
    code = rules.normal_uscc(uscc) if uscc else None
    if uscc and code is None:
        sentence = Sentence(
            "统一社会信用代码不对，请核对 18 位代码。",
            "Not a unified social credit code: check its 18 characters.",
        )
        raise Invalid("uscc_unusable", sentence, (FieldError("uscc", sentence),))
    organization_id = new_id()
    body = {"kind": kind, "name": name, "area": str(area_id), "uscc": code or ""}
    with acting_as(actor):
        done = once(f"directory.add_organization:{actor.id}", key, body, organization_id)
        if done is not None:
            return done
        Organization.objects.create(
            id=organization_id,
            kind=OrganizationKind(kind),
            name=name.strip(),
            uscc=code,
            area_id=area_id,
            valid_from=clock.today(),
        )
        registered(organization_id, OrganizationKind(kind), area_id, actor)
    return organization_id


def link_account(*, user_id: UUID, person_id: UUID, actor: Actor, key: str) -> None:
    """Say that an account is a registered person's. Both may be linked only once."""
    actor.may("accounts.user.write").or_refuse()
    accounts.user(user_id)
    body = {"user": str(user_id), "person": str(person_id)}
    with acting_as(actor):
        person = Person.objects.filter(pk=person_id, erased_at__isnull=True).first()
        if person is None:
            raise NotFound("person")
        if once(f"directory.link_account:{actor.id}", key, body, user_id) is not None:
            return
        try:
            with transaction.atomic():
                PersonAccount.objects.create(
                    user_id=user_id, person_id=person_id, scope_code=person.scope_code
                )
        except IntegrityError as error:
            raise Conflict(
                "account_linked",
                Sentence(
                    "这个账号或这位居民已经绑定过。", "This account or person is already linked."
                ),
            ) from error
        record(
            ACCOUNT_LINKED.kind,
            actor=actor,
            subject_kind="person",
            subject_id=person_id,
            area_id=person.village_id,
            data=PersonData(person=person_id, home_area=person.village_id),
        )


def reset_password(*, user_id: UUID, password: str, actor: Actor, key: str) -> None:
    """Reset the password of somebody all of whose posts lie in the actor's area."""
    places = [row.scope_code for row in queries.posts_of(user_id)]
    # An account that can't act anywhere is the administrator's to reset.
    reaches = all(map(actor.covers, places)) if places else not actor.scope_code
    reaches = reaches or actor.may("directory.area.write").allowed
    accounts_actions.set_password(
        user_id=user_id, password=password, within_reach=reaches, actor=actor, key=key
    )


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """A password as it goes to the printer: the only moment it is known."""

    name: str
    username: str
    password: str = field(repr=False)


def print_first_passwords(
    *, user_ids: Sequence[UUID], actor: Actor, key: str
) -> tuple[FirstPassword, ...]:
    """Give each of some new accounts a password to be printed; its owner chooses another.

    Conflict("passwords_printed") for a key that was used, since passwords are not kept;
    NotFound for an account that has a password already or is nobody's of the area.
    """
    with acting_as(actor):
        waiting = {row.id: row for row in queries.without_password(actor)}
        wanted = list(dict.fromkeys(user_ids))
        body = {"users": sorted(map(str, wanted))}
        if once(f"directory.print_first_passwords:{actor.id}", key, body, new_id()) is not None:
            raise Conflict(
                "passwords_printed",
                Sentence(
                    "这些密码已经打印过，不能再次显示。", "Printed already; they are not kept."
                ),
            )
        if not waiting.keys() >= set(wanted):
            raise NotFound("user")
        printed = tuple(
            FirstPassword(waiting[id_].display_name, waiting[id_].username, new_password())
            for id_ in wanted
        )
        for id_, each in zip(wanted, printed, strict=True):
            reset_password(user_id=id_, password=each.password, actor=actor, key=f"{key}:{id_}")
    return printed


def _appointable(role: str) -> None:
    known = {row.code for row in accounts.roles()} - {str(Role.RESIDENT)}
    if role not in known:
        sentence = Sentence("没有这个岗位。", "There is no such role.")
        raise Invalid("role_unknown", sentence, (FieldError("role", sentence),))


def _journal_post(kind: str, post_id: UUID, data: PostData, actor: Actor) -> None:
    record(
        kind,
        actor=actor,
        subject_kind="post",
        subject_id=post_id,
        area_id=data.area,
        data=data,
    )
