"""Where the endpoint is, what it speaks, and how one gets a key."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from liuchi.surfaces.components.paper import public_address
from liuchi.surfaces.open311.wire import Answer, Fields, Listed, answers

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-21T00:00:00+08:00"
"""When what the endpoint offers last changed."""


@answers("GET", "HEAD")
def discovery(request: HttpRequest, **parts: Any) -> Answer:
    """Describe the endpoint."""
    production = settings.LIUCHI_MODE == "production"
    endpoint: Fields = {
        "specification": SPECIFICATION,
        "url": public_address(request, "/open311/v2"),
        "changeset": CHANGESET,
        "type": "production" if production else "test",
        "formats": Listed("format", ["text/xml", "application/json"]),
    }
    fields: Fields = {
        "changeset": CHANGESET,
        "contact": _("找您所在的社区或镇街：%(address)s")
        % {"address": public_address(request, "/")},
        "key_service": _("写入要用密钥，由镇街管理员在「系统管理 · 外部系统」里开设。"),
        "endpoints": Listed("endpoint", [endpoint]),
    }
    return Answer("discovery", fields)
