"""Who may open a page: declared on every view, checked before it runs.

``@public`` opens to everybody, ``@signed_in`` to anybody signed in,
``@requires("points.claim.review")`` to actors whose role includes the verb. A view
without one of the three fails a test that walks all addresses.

The guard also sets the stage. A page that only reads runs inside ``acting_as``, so
that row-level security stands behind the query. A form's POST runs bare: the action it
calls opens its own transaction, and may have to wait for the posting writer without
holding a connection; what it reads besides, it reads inside ``reading``.

Who holds posts in several areas acts as one of them at a time. The page runs as each in
turn, the narrowest area first, until one may: what is out of a post's area reads as not
found there, so the post that finds the record is the record's own. A list over all of
them is marked ``@across_posts`` and reads through ``components.across``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse

from liuchi.engines.journal.scope import acting_as, one_moment
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import LiuchiError, NotFound, Refused
from liuchi.surfaces.components import carried, problems
from liuchi.surfaces.components.seats import DESK, actor_of, others_left, seat_of

View = Callable[..., HttpResponseBase]
Answer = TypeVar("Answer")

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Kind(StrEnum):
    """The three ways a view can be open."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    VERB = "verb"


@dataclass(frozen=True, slots=True)
class Access:
    """What a view declares: how it is open, and for which verb."""

    kind: Kind
    verb: str = ""


def public(view: View) -> View:
    """Open a view to everybody. It may call only queries that need no actor."""
    return _guarded(view, Access(Kind.PUBLIC))


def signed_in(view: View) -> View:
    """Open a view to anybody who is signed in and holds a post."""
    return _guarded(view, Access(Kind.SIGNED_IN))


def requires(verb: str) -> Callable[[View], View]:
    """Open a view to actors whose role includes ``verb``."""

    def decorate(view: View) -> View:
        return _guarded(view, Access(Kind.VERB, verb))

    return decorate


def takes_post(view: View) -> View:
    """Mark a view that has a form; any other answers a POST with 405."""
    view.takes_post = True  # type: ignore[attr-defined]
    return view


def across_posts(view: View) -> View:
    """Mark a list that reads as each of the person's posts by itself (``components.across``)."""
    view.across_posts = True  # type: ignore[attr-defined]
    return view


def reading(request: HttpRequest) -> AbstractContextManager[object]:
    """Return the scope a POST reads in, for instance to show its form again."""
    return acting_as(actor_of(request))


def access_of(view: object) -> Access | None:
    """Return what a view has declared, or None."""
    access = getattr(view, "access", None)
    return access if isinstance(access, Access) else None


def _guarded(view: View, access: Access) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # What a page shows is of one moment; a form's action looks for itself.
        moment = one_moment() if request.method in READING else nullcontext()
        with moment:
            try:
                return _run(view, access, request, *args, **kwargs)
            except LiuchiError as error:
                return problems.page(request, error)

    guarded.access = access  # type: ignore[attr-defined]
    return guarded


def _run(
    view: View,
    access: Access,
    request: HttpRequest,
    *args: Any,
    **kwargs: Any,
) -> HttpResponseBase:
    if request.method not in READING and not getattr(view, "takes_post", False):
        return HttpResponseNotAllowed(sorted(READING))
    seat = seat_of(request)
    if access.kind is Kind.PUBLIC:
        return _rendered(view(request, *args, **kwargs))
    if seat.user_id is None:
        return carried.ask_to_sign_in(request)
    if request.path.startswith(DESK) and not seat.actors and seat.resident is not None:
        return HttpResponseRedirect("/me/")  # residents have no desk
    if request.method not in READING:
        carried.forget(request)
    ways = ways_of(request, access.verb, of_record=bool(kwargs))
    if not kwargs:
        request.listed_verb = access.verb  # type: ignore[attr-defined]
    if getattr(view, "across_posts", False):
        request.is_across = True  # type: ignore[attr-defined]
        request.actor = ways[0]  # type: ignore[attr-defined]
        return _rendered(view(request, *args, **kwargs))

    def page(actor: Actor) -> HttpResponseBase:
        if request.method in READING:
            with acting_as(actor):
                return _rendered(view(request, *args, **kwargs))
        return _rendered(view(request, *args, **kwargs))

    return as_each(request, ways, page)


def ways_of(request: HttpRequest, verb: str, *, of_record: bool) -> tuple[Actor, ...]:
    """Return whom a request may run as, the one to try first at the head.

    For a record the narrowest area first: there all of a person's posts count. Else the
    widest, or the place asked for. Refused where no post includes the verb.
    """
    seat = seat_of(request)
    ways = seat.ways(verb)
    if not ways:
        actor_of(request).may(verb).or_refuse()
    if of_record and not seat.place_id:
        return ways
    first = seat.holding(verb)
    return (*first, *(actor for actor in ways if actor not in first))


def as_each(
    request: HttpRequest, ways: tuple[Actor, ...], run: Callable[[Actor], Answer]
) -> Answer:
    """Run as one actor after another until one neither finds nothing nor is refused.

    What a post may not do another may; what all refuse is said by the first that found
    anything. Nothing is written by an attempt that ends in an error, and the key of a
    form is the user's, so that no attempt can repeat another.
    """
    lost, refused = NotFound("page"), None
    for place, actor in enumerate(ways, start=1):
        request.actor = actor  # type: ignore[attr-defined]
        left = others_left.set(place < len(ways))
        try:
            return run(actor)
        except NotFound as error:
            lost = error
        except Refused:
            if len(ways) == 1:
                raise
            refused = refused or actor
        finally:
            others_left.reset(left)
        _rewind(request)
    if refused is None:
        raise lost
    request.actor = refused  # type: ignore[attr-defined]
    return run(refused)


def _rewind(request: HttpRequest) -> None:
    """Let the next attempt read what was sent from its beginning."""
    if request.method not in READING:
        for each in request.FILES.values():
            each.seek(0)  # type: ignore[union-attr]


def _rendered(response: HttpResponseBase) -> HttpResponseBase:
    """Render while the scope is still set, not when Django gets round to it."""
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.render()
    return response
