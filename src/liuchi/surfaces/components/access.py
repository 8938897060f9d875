"""Who may open a page: declared on every view, checked before it runs.

``@public`` opens to everybody, ``@signed_in`` to anybody signed in,
``@requires("points.claim.review")`` to actors whose role includes the verb. A view
without one of the three fails a test that walks all addresses.

The guard also sets the stage. A page that only reads runs inside ``acting_as``, so
that row-level security stands behind the query. A form's POST runs bare: the action it
calls opens its own transaction, and may have to wait for the posting writer without
holding a connection; what it reads besides, it reads inside ``reading``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse

from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.errors import LiuchiError
from liuchi.surfaces.components import carried, problems
from liuchi.surfaces.components.seats import actor_of, seat_of

View = Callable[..., HttpResponseBase]

DESK = "/desk/"
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
    actor = actor_of(request)
    if actor.own_rows_only and request.path.startswith(DESK):
        return HttpResponseRedirect("/me/")  # residents have no desk
    request.actor = actor  # type: ignore[attr-defined]
    if access.verb:
        actor.may(access.verb).or_refuse()
    if request.method in READING:
        with acting_as(actor):
            return _rendered(view(request, *args, **kwargs))
    carried.forget(request)
    return _rendered(view(request, *args, **kwargs))


def _rendered(response: HttpResponseBase) -> HttpResponseBase:
    """Render while the scope is still set, not when Django gets round to it."""
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.render()
    return response
