"""Who takes over from whom: candidates, and who answers for a leaver's open work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Concat, StrIndex

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.accounts.enums import Role
from liuchi.engines.accounts.queries import UserRow
from liuchi.engines.directory.models import HandOver, PersonAccount, Post
from liuchi.engines.directory.queries.areas import areas
from liuchi.engines.directory.queries.people import Page, bounded, cursor_text, cursor_values
from liuchi.engines.directory.queries.posts import (
    PostRow,
    actors_of,
    posts_at,
    posts_of,
    posts_of_users,
    titles,
)
from liuchi.engines.journal.scope import Kept, require
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

NEEDED = (Role.SECRETARY, Role.RECORDER, Role.REVIEWER, Role.SHOPKEEPER)
"""What a community with a working method needs somebody for."""


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post with its holder and its days; ``valid_to`` is the first day it is not held.

    ``successor_name`` and ``handed_on`` are empty unless it was handed over.
    """

    id: UUID
    user_id: UUID
    user_name: str
    role: str
    title: str
    area_id: UUID
    area_name: str
    scope_code: str
    valid_from: date
    valid_to: date | None
    successor_name: str
    is_done: bool

    @property
    def sort(self) -> str:
        """What lists of posts are ordered by, before the id."""
        return f"{self.scope_code} {self.role}"


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A role nobody holds at a place that works with it."""

    role: str
    title: str
    area_id: UUID
    area_name: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could take a post over. ``needs_post``: would be appointed to it."""

    user_id: UUID
    name: str
    posts: tuple[str, ...]
    needs_post: bool


def _taken_over() -> tuple[tuple[UUID, UUID, UUID], ...]:
    """Read who left what place to whom, in the order in which it happened."""
    return tuple(
        HandOver.objects.filter(done_at__isnull=False, successor__isnull=False)
        .order_by("id")
        .values_list("leaver_id", "successor_id", "post__area_id")
    )


_TAKEN_OVER = Kept("hand_overs", _taken_over)


def answers_for(entered_by: UUID, actor_id: UUID, scope_code: str) -> UUID:
    """Return who answers for what somebody entered: the actor who took over there, or they.

    Whoever took over, from them or from their successor, counts as the one who entered
    it, also where two people are needed.
    """
    if entered_by == actor_id:
        return entered_by
    return actor_id if actor_id in successors_of(entered_by, scope_code) else entered_by


def successors_of(leaver_id: UUID, scope_code: str) -> tuple[UUID, ...]:
    """Return who took over from somebody at a place, and from them, in the order they did."""
    handed = _TAKEN_OVER.get()
    if not handed:
        return ()
    places = areas({area_id for _, _, area_id in handed})
    here = [
        (leaver, successor)
        for leaver, successor, area_id in handed
        if scope_code.startswith(places[area_id].scope_code)
    ]
    line: dict[UUID, None] = {leaver_id: None}
    for _ in here:
        line |= {successor: None for leaver, successor in here if leaver in line}
    return tuple(line)[1:]


def appointable(actor: Actor) -> tuple[UserRow, ...]:
    """Return whose accounts may be given a post by the actor: staff past and present, residents.

    Staff of the actor's area and the residents there who have an account, by name.
    """
    require(actor)
    held = Post.objects.filter(area__scope_code__startswith=actor.scope_code)
    residents = PersonAccount.objects.all()
    return accounts.users(
        [*held.values_list("user_id", flat=True), *residents.values_list("user_id", flat=True)]
    )


def without_password(actor: Actor) -> tuple[UserRow, ...]:
    """Return who holds a post in the actor's area and has no password yet, by name."""
    held = Post.objects.filter(valid_to__isnull=True, area__scope_code__startswith=actor.scope_code)
    return accounts.without_password(held.values_list("user_id", flat=True))


def can_stand_in(user_id: UUID, role: str, scope_code: str) -> bool:
    """Whether somebody's own posts let them do, for a place, all that a role may."""
    return _can(posts_of(user_id), role, scope_code)


def held_post(actor: Actor, post_id: UUID) -> HeldPost:
    """Return a post of the actor's area, also one that has ended, or raise NotFound."""
    found = Post.objects.filter(pk=post_id).annotate(scope_code=F("area__scope_code")).first()
    if found is None or not actor.covers(found.scope_code):
        raise NotFound("post")
    return _held([found])[0]


def held_posts(actor: Actor, *, after: str | None = None, limit: int = 50) -> Page[HeldPost]:
    """Return the posts held or to come in the actor's area, by place and role."""
    most, start = bounded(limit), cursor_values(after)
    found = (
        Post.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=clock.today()),
            area__scope_code__startswith=actor.scope_code,
        )
        .annotate(
            scope_code=F("area__scope_code"),
            sort=Concat("area__scope_code", Value(" "), "role_id", output_field=TextField()),
        )
        .order_by("sort", "id")
    )
    if start is not None:
        found = found.filter(Q(sort__gt=start[0]) | Q(sort=start[0], id__gt=start[1]))
    rows = _held(list(found[: most + 1]))
    last = rows[most - 1] if len(rows) > most else None
    next_after = None if last is None else cursor_text(last.sort, last.id)
    return Page(rows[:most], next_after)


def vacancies(actor: Actor, area_ids: Iterable[UUID]) -> tuple[Vacancy, ...]:
    """Return which of the roles a community works with nobody holds, of places given."""
    places = {id_: row for id_, row in areas(area_ids).items() if actor.covers(row.scope_code)}
    held = {(row.area_id, row.role) for row in posts_at(places)}
    words = titles()
    return tuple(
        Vacancy(role, words[role], area.id, area.name)
        for area in places.values()
        for role in NEEDED
        if (area.id, role) not in held
    )


def held_posts_of(actor: Actor, user_id: UUID) -> tuple[HeldPost, ...]:
    """Return a user's posts in the actor's area that have no end yet, longest held first."""
    found = (
        Post.objects.filter(user_id=user_id, valid_to__isnull=True)
        .annotate(scope_code=F("area__scope_code"))
        .order_by("valid_from", "id")
    )
    return _held([post for post in found if actor.covers(post.scope_code)])


def candidates(post: HeldPost) -> tuple[Candidate, ...]:
    """Return who works at the post's place or above it, those who need no appointment first."""
    today = clock.today()
    # Above: the place's code begins with theirs. At most a few dozen people.
    around = (
        Post.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today), user__is_active=True)
        .annotate(
            scope_code=F("area__scope_code"),
            above=StrIndex(Value(post.scope_code), F("area__scope_code")),
        )
        .filter(Q(area__scope_code__startswith=post.scope_code) | Q(above=1))
        .exclude(user_id=post.user_id)
        .values_list("user_id", flat=True)
    )
    users = set(around)
    names = accounts.names_of(users)
    ways: dict[UUID, list[PostRow]] = {}
    for way in posts_of_users(users):
        ways.setdefault(way.user_id, []).append(way)
    found = [
        Candidate(
            user_id,
            names[user_id],
            tuple(f"{way.title} · {way.area_name}" for way in held),
            needs_post=not _can(held, post.role, post.scope_code),
        )
        for user_id, held in ways.items()
    ]
    return tuple(sorted(found, key=lambda each: (each.needs_post, each.name, each.user_id)))


def _can(ways: Sequence[PostRow], role: str, scope_code: str) -> bool:
    wanted = set(accounts.grants_of(role))
    here = [way for way in ways if scope_code.startswith(way.scope_code)]
    return any(
        wanted <= set(actor.grants) for actor in actors_of(here) if actor.role != Role.RESIDENT
    )


def _held(found: list[Post]) -> tuple[HeldPost, ...]:
    places = areas({post.area_id for post in found})
    handed = {
        row.post_id: row for row in HandOver.objects.filter(post_id__in=[post.id for post in found])
    }
    names = accounts.names_of(
        user_id
        for post in found
        for user_id in (
            post.user_id,
            handed[post.id].successor_id if post.id in handed else None,
        )
        if user_id
    )
    roles = titles()
    return tuple(
        HeldPost(
            id=post.id,
            user_id=post.user_id,
            user_name=names.get(post.user_id, ""),
            role=post.role_id,
            title=roles[post.role_id],
            area_id=post.area_id,
            area_name=places[post.area_id].name,
            scope_code=places[post.area_id].scope_code,
            valid_from=post.valid_from,
            valid_to=post.valid_to,
            successor_name=_successor(handed.get(post.id), names),
            is_done=post.id in handed and handed[post.id].done_at is not None,
        )
        for post in found
    )


def _successor(handed: HandOver | None, names: dict[UUID, str]) -> str:
    if handed is None or handed.successor_id is None:
        return ""
    return names.get(handed.successor_id, "")
