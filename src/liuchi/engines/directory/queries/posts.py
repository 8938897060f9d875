"""Posts, and the actor somebody is when acting through one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import F, Q
from django.utils.translation import get_language

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.accounts.enums import Role
from liuchi.engines.directory.models import AreaName, Post
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound, Refused
from liuchi.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class PostRow:
    """A way somebody may act. A resident's own has the person's id and role ``resident``.

    ``title`` is the role in the language in use.
    """

    id: UUID
    user_id: UUID
    role: str
    title: str
    area_id: UUID
    area_name: str
    organization_name: str
    scope_code: str


@dataclass(frozen=True, slots=True)
class AccountPerson:
    """The person behind an account and the village that person lives in."""

    person_id: UUID
    village_id: UUID
    scope_code: str


def actor_of(user_id: UUID, post_id: UUID | None = None) -> Actor:
    """Return who a user is, acting through a post or as the resident linked to it.

    Without ``post_id``: the post held longest, else the resident. Refused("no_post")
    where there is neither; NotFound for a post that is not this user's today. Asked
    before any scope is set; returns a copy of the rights as they are now.
    """
    ways = posts_of(user_id)
    if not ways:
        raise Refused(
            "no_post",
            Sentence(
                "这个账号目前没有岗位，也没有绑定居民。请联系社区书记。",
                "This account holds no post and is linked to no resident. Ask the community "
                "secretary.",
            ),
        )
    way = next((row for row in ways if post_id in (None, row.id)), None)
    if way is None:
        raise NotFound("post")
    linked = account_person(user_id)
    resident = linked is not None and way.id == linked.person_id
    return Actor(
        id=user_id,
        role=way.role,
        area_id=way.area_id,
        scope_code=way.scope_code,
        person_id=linked.person_id if linked else None,
        post_id=None if resident else way.id,
        grants=accounts.grants_of(way.role),
    )


def posts_of(user_id: UUID) -> tuple[PostRow, ...]:
    """Return a user's posts of today, longest held first, then the resident's own."""
    rows = _rows(Q(user_id=user_id))
    linked = account_person(user_id)
    if linked is None:
        return rows
    names = _area_names({linked.village_id})
    return (
        *rows,
        PostRow(
            linked.person_id,
            user_id,
            Role.RESIDENT,
            _titles()[Role.RESIDENT],
            linked.village_id,
            names[linked.village_id],
            "",
            linked.scope_code,
        ),
    )


def posts_for_area(area_id: UUID) -> tuple[PostRow, ...]:
    """Return the posts held today for exactly this area."""
    return _rows(Q(area_id=area_id))


def account_person(user_id: UUID) -> AccountPerson | None:
    """Return the living, present person linked to an account. Needs no scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM directory_account_person(%s)", [user_id])
        row = cursor.fetchone()
    return None if row is None else AccountPerson(*row)


def _rows(condition: Q) -> tuple[PostRow, ...]:
    today = clock.today()
    posts = list(
        Post.objects.filter(
            condition, Q(valid_to__isnull=True) | Q(valid_to__gt=today), valid_from__lte=today
        )
        .order_by("valid_from", "id")
        .annotate(scope_code=F("area__scope_code"), organization_name=F("organization__name"))
    )
    titles, names = _titles() if posts else {}, _area_names({post.area_id for post in posts})
    return tuple(
        PostRow(
            post.id,
            post.user_id,
            post.role_id,
            titles[post.role_id],
            post.area_id,
            names[post.area_id],
            post.organization_name or "",
            post.scope_code,
        )
        for post in posts
    )


def _titles() -> dict[str, str]:
    language = get_language() or "zh-hans"
    return {row.code: row.title.in_language(language) for row in accounts.roles()}


def _area_names(area_ids: set[UUID]) -> dict[UUID, str]:
    return dict(
        AreaName.objects.filter(
            area_id__in=area_ids, kind="official", valid_to__isnull=True
        ).values_list("area_id", "name")
    )
