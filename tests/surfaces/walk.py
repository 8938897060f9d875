"""Finds every address by itself: Django's resolver, and inside ninja its operations.

Tests that try all routes get them here, so that a route somebody adds tomorrow is tried
tomorrow, or fails for a parameter nobody has said how to fill.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import Operation, PathView

from liuchi.surfaces.components.access import Access, access_of

PAGE_METHODS = ("GET", "POST")  # what a page of ours may take; it answers 405 to the other
_CONVERTED = re.compile(r"<(?:[^:>]+:)?([^>]+)>")


@dataclass(frozen=True)
class Route:
    """One address with its methods; an operation of the api has exactly one."""

    path: str  # such as /desk/people/<uuid:person_id>/
    name: str
    methods: tuple[str, ...]
    access: Access | None
    operation: Operation | None

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(_CONVERTED.findall(self.path))

    @property
    def body_fields(self) -> tuple[str, ...]:
        """Fields of the JSON body an operation takes."""
        if self.operation is None:
            return ()
        for model in self.operation.models:
            if model.__ninja_param_source__ == "body":
                (field,) = model.model_fields.values()
                return tuple(field.annotation.model_fields)
        return ()

    def fill(self, values: Mapping[str, object]) -> str:
        return _CONVERTED.sub(lambda match: str(values[match.group(1)]), self.path)

    def __str__(self) -> str:
        return f"{'/'.join(self.methods)} {self.path}"


def routes() -> tuple[Route, ...]:
    """Return every route of the installation, once each."""
    found = {(route.path, route.methods): route for route in _walk(get_resolver(), "/")}
    return tuple(found.values())


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern).lstrip("^").rstrip("$")
        if isinstance(entry, URLResolver):
            yield from _walk(entry, path)
        else:
            yield from _routes_of(entry, path)


def _routes_of(pattern: URLPattern, path: str) -> Iterator[Route]:
    view = _path_view(pattern.callback)
    name = pattern.name or path
    if view is None:
        yield Route(path, name, PAGE_METHODS, access_of(pattern.callback), None)
        return
    for operation in view.operations:
        access = access_of(operation.view_func)
        name = operation.operation_id or name
        yield Route(path, name, tuple(operation.methods), access, operation)


def _path_view(callback: Callable[..., Any]) -> PathView | None:
    """Return what ninja hides behind the function it gives to Django."""
    inner = inspect.unwrap(callback)
    if getattr(inner, "__module__", "") != PathView.__module__:
        return None
    held = inspect.getclosurevars(inner).nonlocals.get("self")
    assert isinstance(held, PathView)
    return held
