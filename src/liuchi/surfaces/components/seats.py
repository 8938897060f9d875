"""Who is asking: the signed-in user's posts, and the actors they make.

One person may hold several posts and signs in once. Each area a post is for makes one
actor; a page runs as one of them at a time, so that no post's verb is ever held in
another post's area (see ``components.access`` for which, ``components.across`` for
lists over all of them). Under ``/me/`` everybody is there as the resident.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import PostRow
from liuchi.engines.journal.scope import one_moment
from liuchi.kernel.actors import Actor
from liuchi.surfaces.components.session_store import who_of

DESK = "/desk/"
OWN_PAGES = ("/me/", "/api/v1/me/")
PLACE = "place"
RESIDENT = "resident"
SESSION_WEAK = "liuchi_weak"
"""In a session that was begun without a password."""

others_left: ContextVar[bool] = ContextVar("liuchi_others_left", default=False)
"""Whether a refusal still leaves another post to try: a form then doesn't show it yet."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A signed-in user, the posts held now and whom they let the user act as.

    ``actors`` are those of posts, the narrowest area first; ``resident`` is the user as
    a resident. All empty for a visitor, and for a user who holds no post any more.
    ``place_id`` is the area the page was asked to keep to.
    """

    user_id: UUID | None = None
    user_name: str = ""
    posts: tuple[PostRow, ...] = ()
    actors: tuple[Actor, ...] = ()
    resident: Actor | None = None
    path: str = ""
    place_id: str = ""

    @property
    def actor(self) -> Actor | None:
        """Whom a page runs as that no record and no verb decides; None for a visitor."""
        return next(iter(self.ways("")), None)

    @property
    def post(self) -> PostRow | None:
        """The post held longest; the resident's own on the resident's pages."""
        if self.path.startswith(OWN_PAGES):
            return next((post for post in self.posts if post.role == RESIDENT), None)
        return next(iter(self.posts), None)

    def ways(self, verb: str) -> tuple[Actor, ...]:
        """Return the actors that may do something on this page, the narrowest area first."""
        if self.resident and self.path.startswith(OWN_PAGES):
            found: tuple[Actor, ...] = (self.resident,)
        elif self.resident is None or self.path.startswith(DESK):
            found = self.actors
        else:
            found = (*self.actors, self.resident)
        return tuple(actor for actor in found if not verb or actor.may(verb).allowed)

    def apart(self, verb: str) -> tuple[Actor, ...]:
        """Return the actors whose rows together are all a verb may see, each row once.

        An area within another one's is left out. A resident's own rows are not work.
        """
        found = self.ways(verb)
        staff = [actor for actor in found if actor is not self.resident] or list(found)
        return tuple(
            sorted(
                (
                    actor
                    for actor in staff
                    if not any(
                        other is not actor and other.covers(actor.scope_code) for other in staff
                    )
                ),
                key=lambda actor: actor.scope_code,
            )
        )

    def holding(self, verb: str) -> tuple[Actor, ...]:
        """Return :meth:`apart`, or the one actor of the place the page was asked to keep to."""
        chosen = (actor for actor in self.ways(verb) if str(actor.area_id) == self.place_id)
        return tuple(chosen)[:1] or self.apart(verb)

    def area_name(self, actor: Actor) -> str:
        """Return the name of the area an actor's post is for."""
        return next((post.area_name for post in self.posts if post.area_id == actor.area_id), "")


class SeatedRequest(HttpRequest):
    """A request after ``components.access`` has found out who is asking."""

    seat: Seat
    actor: Actor  # not set for public views


def actor_of(request: HttpRequest) -> Actor:
    """Return the actor a request runs as; Refused ``no_post`` where there is none."""
    actor = getattr(request, "actor", None) or seat_of(request).actor
    if actor is None:
        raise directory.no_post()
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
    with one_moment():
        known = who_of(request.session)
        if known is not None and known.comer.user_id == user.pk:
            posts = directory.posts_found(known)
        else:
            posts = directory.posts_of(user.pk)
        if SESSION_WEAK in request.session:
            # Appointed since: a slip, a phone code or the phone alone opens no desk.
            posts = tuple(post for post in posts if post.role == RESIDENT)
        actors = directory.actors_of(posts)
    return Seat(
        user_id=user.pk,
        user_name=user.get_username(),
        posts=posts,
        actors=tuple(actor for actor in actors if actor.role != RESIDENT),
        resident=next((actor for actor in actors if actor.role == RESIDENT), None),
        path=request.path,
        place_id=request.GET.get(PLACE, ""),
    )
