"""Without a network: a page that says so, and the worker in the browser that shows it."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.cache import cache_control

from liuchi.surfaces.components.access import public

WORKER = "components/worker.js"


@public
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker. From the top of the site: it answers for all of it.

    Under a name of its own and never from a cache, or a mistake in it could not be mended.
    """
    content = Path(str(finders.find(WORKER))).read_bytes()
    return HttpResponse(content, content_type="text/javascript; charset=utf-8")


@public
def offline(request: HttpRequest) -> HttpResponse:
    """Say that there is no network, what can be read all the same, and that nothing is lost."""
    return TemplateResponse(request, "components/offline.html")
