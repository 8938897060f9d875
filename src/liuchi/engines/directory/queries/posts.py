"""Posts, and the actor somebody is when acting through one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q
from django.utils.translation import get_language

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.accounts.enums import Role
from liuchi.engines.directory.models import Post
from liuchi.engines.directory.queries.areas import areas
from liuchi.engines.journal.scope import learn, planned_once
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, Reach
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
class PostThen:
    """A post somebody holds or held; ``title`` is the role in the language in use."""

    user_id: UUID
    title: str
    area_name: str
    valid_from: date
    valid_to: date | None

    def held_on(self, day: date) -> bool:
        """Whether it was held on a day, that of leaving it included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


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
        raise no_post()
    way = next((row for row in ways if post_id in (None, row.id)), None)
    if way is None:
        raise NotFound("post")
    return _actor(way, ways, accounts.grants_of(way.role))


def actors_of(ways: Sequence[PostRow]) -> tuple[Actor, ...]:
    """Return whom somebody acts as, for all ``ways`` that :func:`posts_of` gave.

    One actor for each area a post is for, the narrowest first, then the resident the
    account is linked to. In an area holds what the posts for it and for the areas above
    it include, and nothing a post of another area does; what reaches only a resident's
    own rows stays with the resident.
    """
    matrix = {role: accounts.grants_of(role) for role in sorted({way.role for way in ways})}
    staff = [way for way in ways if way.role != Role.RESIDENT]
    places = {way.scope_code: way for way in reversed(staff)}
    actors = []
    for scope_code, way in sorted(places.items(), key=lambda item: (-len(item[0]), item[0])):
        grants = dict(matrix[way.role])
        for above in staff:
            if scope_code.startswith(above.scope_code):
                beyond_own = (each for each in matrix[above.role].items() if each[1] is Reach.AREA)
                grants.update(beyond_own)
        actors.append(_actor(way, ways, grants))
    actors += [_actor(way, ways, matrix[way.role]) for way in ways if way.role == Role.RESIDENT]
    return tuple(actors)


def no_post() -> Refused:
    """Return the error for an account through which nobody can act."""
    return Refused(
        "no_post",
        Sentence(
            "这个账号目前没有岗位，也没有绑定居民。请联系社区书记。",
            "This account holds no post and is linked to no resident. Ask the community secretary.",
        ),
    )


def posts_of(user_id: UUID) -> tuple[PostRow, ...]:
    """Return a user's posts of today, longest held first, then the resident's own."""
    with connection.cursor() as cursor:
        cursor.execute(_WAYS, {"user": user_id, "today": clock.today()})
        found = cursor.fetchall()
    if found:
        learn(found[0][-1])
    return named(user_id, found)


def posts_for_area(area_id: UUID) -> tuple[PostRow, ...]:
    """Return the posts held today for exactly this area."""
    return _rows(Q(area_id=area_id))


def posts_of_users(user_ids: Iterable[UUID]) -> tuple[PostRow, ...]:
    """Return the posts several users hold today, longest held first; no resident's own."""
    return _rows(Q(user_id__in=set(user_ids)))


def posts_at(area_ids: Iterable[UUID]) -> tuple[PostRow, ...]:
    """Return the posts held today for exactly these areas, longest held first."""
    return _rows(Q(area_id__in=set(area_ids)))


def posted_at(user_id: UUID) -> tuple[UUID, ...]:
    """Return the organisations somebody holds a post at today, by id."""
    with planned_once() as cursor:
        cursor.execute(_POSTED_AT, {"user": user_id, "today": clock.today()})
        return tuple(row[0] for row in cursor.fetchall())


_POSTED_AT = """
SELECT DISTINCT organization_id FROM directory_post
WHERE user_id = %(user)s AND organization_id IS NOT NULL AND valid_from <= %(today)s
  AND (valid_to IS NULL OR valid_to > %(today)s)
ORDER BY organization_id
"""


def posts_then(user_ids: Iterable[UUID]) -> tuple[PostThen, ...]:
    """Return all the posts several users hold or held, longest held first."""
    posts = list(Post.objects.filter(user_id__in=set(user_ids)).order_by("valid_from", "id"))
    words, names = titles() if posts else {}, _area_names({post.area_id for post in posts})
    return tuple(
        PostThen(
            post.user_id, words[post.role_id], names[post.area_id], post.valid_from, post.valid_to
        )
        for post in posts
    )


def post_titles(post_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return what posts are called, ended ones too, in the language in use."""
    held = dict(Post.objects.filter(pk__in=set(post_ids)).values_list("pk", "role_id"))
    words = titles() if held else {}
    return {post_id: words[role] for post_id, role in held.items()}


def titles() -> dict[str, str]:
    """Return the titles of roles in the language in use, by code."""
    language = get_language() or "zh-hans"
    return {row.code: row.title.in_language(language) for row in accounts.roles()}


def account_person(user_id: UUID) -> AccountPerson | None:
    """Return the living, present person linked to an account. Needs no scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM directory_account_person(%s)", [user_id])
        row = cursor.fetchone()
    return None if row is None else AccountPerson(*row)


# Whose posts they are needs no scope: it is asked to find one.
_WAYS = """
SELECT post.id, post.role_id, post.area_id, name.name, coalesce(held_at.name, ''),
       area.scope_code, post.valid_from, journal_kept_tokens()
FROM directory_post AS post
JOIN directory_area AS area ON area.id = post.area_id
JOIN directory_area_name AS name
  ON name.area_id = area.id AND name.kind = 'official' AND name.valid_to IS NULL
LEFT JOIN directory_organization AS held_at ON held_at.id = post.organization_id
WHERE post.user_id = %(user)s AND post.valid_from <= %(today)s
  AND coalesce(post.valid_to, 'infinity') > %(today)s
UNION ALL
SELECT own.person_id, 'resident', own.village_id, name.name, '', own.scope_code, NULL,
       journal_kept_tokens()
FROM directory_account_person(%(user)s) AS own
JOIN directory_area_name AS name
  ON name.area_id = own.village_id AND name.kind = 'official' AND name.valid_to IS NULL
ORDER BY 7 NULLS LAST, 1
"""


def named(user_id: UUID, found: Sequence[Any]) -> tuple[PostRow, ...]:
    """Return a user's posts with the titles of their roles, as the statements here give them."""
    words = titles() if found else {}
    return tuple(
        PostRow(id_, user_id, role, words[role], area_id, area_name, organization, scope_code)
        for id_, role, area_id, area_name, organization, scope_code, *_ in found
    )


def _actor(way: PostRow, ways: Sequence[PostRow], grants: dict[str, Reach]) -> Actor:
    person_id = next((each.id for each in ways if each.role == Role.RESIDENT), None)
    return Actor(
        id=way.user_id,
        role=way.role,
        area_id=way.area_id,
        scope_code=way.scope_code,
        person_id=person_id,
        post_id=None if way.role == Role.RESIDENT else way.id,
        grants=grants,
    )


def _rows(condition: Q) -> tuple[PostRow, ...]:
    today = clock.today()
    posts = list(
        Post.objects.filter(
            condition, Q(valid_to__isnull=True) | Q(valid_to__gt=today), valid_from__lte=today
        )
        .order_by("valid_from", "id")
        .annotate(scope_code=F("area__scope_code"), organization_name=F("organization__name"))
    )
    words, names = titles() if posts else {}, _area_names({post.area_id for post in posts})
    return tuple(
        PostRow(
            post.id,
            post.user_id,
            post.role_id,
            words[post.role_id],
            post.area_id,
            names[post.area_id],
            post.organization_name or "",
            post.scope_code,
        )
        for post in posts
    )


def _area_names(area_ids: set[UUID]) -> dict[UUID, str]:
    return {area_id: row.name for area_id, row in areas(area_ids).items()}
