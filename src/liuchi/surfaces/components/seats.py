"""Who is asking: the signed-in user's posts and the actor of the post in use.

One person may hold several posts. The post in use is kept in the session and changed
by a POST; everything the person then sees and does is of that post.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import PostRow
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Refused
from liuchi.kernel.sentences import Sentence

SESSION_POST = "liuchi_post"
OWN_PAGES = "/me/"
RESIDENT = "resident"


@dataclass(frozen=True, slots=True)
class Seat:
    """A signed-in user, the posts held now, and the actor of the one in use.

    ``actor`` and ``post``, the one in use, are None for a visitor and for a user who
    holds no post any more.
    """

    user_id: UUID | None = None
    user_name: str = ""
    actor: Actor | None = None
    post: PostRow | None = None
    posts: tuple[PostRow, ...] = ()


class SeatedRequest(HttpRequest):
    """A request after ``components.access`` has found out who is asking."""

    seat: Seat
    actor: Actor  # not set for public views


def actor_of(request: HttpRequest) -> Actor:
    """Return the actor of a request that has one; Refused ``no_post`` otherwise."""
    actor = seat_of(request).actor
    if actor is None:
        raise Refused(
            "no_post",
            Sentence(
                "您的账号目前没有岗位。请联系社区书记。",
                "Your account holds no post at present. Ask the community secretary.",
            ),
        )
    return actor


def seat_of(request: HttpRequest) -> Seat:
    """Return the seat of a request, read once per request."""
    seat = getattr(request, "seat", None)
    if not isinstance(seat, Seat):
        seat = _find_seat(request)
        request.seat = seat  # type: ignore[attr-defined]
    return seat


def _find_seat(request: HttpRequest) -> Seat:
    user = getattr(request, "user", None)
    if not isinstance(user, AbstractBaseUser) or not user.is_authenticated:
        return Seat()
    posts = directory.posts_of(user.pk)
    chosen = str(request.session.get(SESSION_POST, ""))
    if request.path.startswith(OWN_PAGES):
        # Whoever also holds a post is here as the resident, whatever post is in use.
        chosen = next((str(post.id) for post in posts if post.role == RESIDENT), chosen)
    post = next((post for post in posts if str(post.id) == chosen), posts[0] if posts else None)
    if post is None:
        return Seat(user.pk, user.get_username())
    return Seat(user.pk, user.get_username(), directory.actor_of(user.pk, post.id), post, posts)
