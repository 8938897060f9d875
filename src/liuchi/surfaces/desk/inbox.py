"""The messages of somebody who works here."""

from __future__ import annotations

from django.http import HttpResponse

from liuchi.surfaces.components import inbox as pages
from liuchi.surfaces.components.access import signed_in, takes_post
from liuchi.surfaces.components.seats import SeatedRequest

_SURFACE = pages.Surface("desk")


@signed_in
@takes_post
def inbox(request: SeatedRequest) -> HttpResponse:
    """List one's messages; POST opens one or marks all as read."""
    return pages.inbox(request, _SURFACE)


@signed_in
@takes_post
def settings(request: SeatedRequest) -> HttpResponse:
    """Say how to be told."""
    return pages.settings(request, _SURFACE)


@signed_in
@takes_post
def wechat(request: SeatedRequest) -> HttpResponse:
    """Bind one's WeChat, or let go of it."""
    return pages.wechat(request, _SURFACE)
