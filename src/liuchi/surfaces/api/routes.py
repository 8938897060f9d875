"""How an operation is declared: its access, its scope, its answer.

``read`` and ``write`` put a function at an address. Both want to be told who may call
it; a test walks all operations and fails for one that does not say. A read runs inside
``acting_as``, so that row-level security stands behind the query. A write does not: the
action opens its own transaction, and may wait for the posting writer meanwhile without
holding a connection.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeVar

from django.conf import settings
from django.http import HttpRequest
from ninja import Header, Query, Router
from ninja.security import APIKeyCookie

from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor
from liuchi.surfaces.components.access import Access, Kind, as_each, ways_of
from liuchi.surfaces.components.seats import seat_of

LIMIT_DEFAULT = 50
LIMIT_MAX = 200

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[A-Za-z0-9._:-]{8,64}$",
        description="Chosen by the caller, new for each intent. The same key with the same "
        "body answers with the first result; with another body it is a conflict (409).",
    ),
]
After = Annotated[
    str | None,
    Query(max_length=200, description="`next_after` of the page before; absent: first page."),
]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="Rows in one page.")]
Text = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$", description="Search words.")]

PUBLIC = Access(Kind.PUBLIC)
SIGNED_IN = Access(Kind.SIGNED_IN)

_Function = TypeVar("_Function", bound=Callable[..., object])


def verb(name: str) -> Access:
    """Open an operation to actors whose role includes the verb."""
    return Access(Kind.VERB, name)


class Session(APIKeyCookie):
    """The session cookie of a sign-in; a write also shows the CSRF token (``X-CSRFToken``).

    Checks the verb as well, before the arguments are looked at: who may not call an
    operation learns nothing about them.
    """

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, access: Access) -> None:
        """Take what the operation declares."""
        self.access = access
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """Return an actor that may call the operation; None without a sign-in."""
        del key  # Django's middleware has read the cookie
        if seat_of(request).user_id is None:
            return None
        actor = ways_of(request, self.access.verb, of_record=False)[0]
        request.actor = actor  # type: ignore[attr-defined]
        return actor


def read(
    router: Router, path: str, *, access: Access, gives: Any, is_list: bool = False
) -> Callable[[_Function], _Function]:
    """Put a query at GET ``path``. A list over all posts reads through ``across`` itself."""

    def decorate(function: _Function) -> _Function:
        @wraps(function)
        def reading(request: HttpRequest, **arguments: Any) -> object:
            if access.kind is Kind.PUBLIC or is_list:
                return _listed(function(request, **arguments))

            def answer(actor: Actor) -> object:
                with acting_as(actor):
                    return function(request, **arguments)

            ways = ways_of(request, access.verb, of_record="{" in path)
            return _listed(as_each(request, ways, answer))

        _declare(router, "GET", path, reading, access=access, response={200: gives})
        return function

    return decorate


def write(
    router: Router, path: str, *, access: Access, gives: Any, status: int = 201
) -> Callable[[_Function], _Function]:
    """Put an action at POST ``path``; ``status`` is 201 where something new comes to be."""

    def decorate(function: _Function) -> _Function:
        @wraps(function)
        def writing(request: HttpRequest, **arguments: Any) -> object:
            ways = ways_of(request, access.verb, of_record=True)
            return as_each(request, ways, lambda _actor: function(request, **arguments))

        _declare(router, "POST", path, writing, access=access, response={status: gives})
        return function

    return decorate


def _listed(result: object) -> object:
    """Return rows as a list: of two rows in a tuple ninja would take the first for a status."""
    return list(result) if type(result) is tuple else result


def _declare(
    router: Router,
    method: str,
    path: str,
    view: Callable[..., object],
    *,
    access: Access,
    response: dict[int, Any],
) -> None:
    view.access = access  # type: ignore[attr-defined]
    # Ninja would look the names of the annotations up here, not where the function stands.
    view.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    auth = None if access.kind is Kind.PUBLIC else Session(access)
    name = view.__name__
    router.add_api_operation(
        path,
        [method],
        view,
        auth=auth,
        response=response,
        operation_id=name,
        summary=(view.__doc__ or name).splitlines()[0].rstrip("."),
        url_name=f"api-{name.replace('_', '-')}",
    )
