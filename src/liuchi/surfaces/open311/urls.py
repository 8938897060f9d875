"""Addresses of Open311, below ``/open311/``. Each ends in ``.xml`` or ``.json``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, register_converter

from liuchi.surfaces.components.addresses import Rest
from liuchi.surfaces.open311 import discovery, reporting, requests, services, updates
from liuchi.surfaces.open311.wire import Answer, answers, nowhere


class _Form(Rest):
    """How the answer is wanted."""

    regex = "xml|json"


class _Name(Rest):
    """A code or an id: a form may follow it after a dot, and it may hold dots itself."""

    regex = r"[^/]{1,100}?"


register_converter(_Form, "form")
register_converter(_Name, "name")


@answers("GET", "HEAD", "POST")
def all_requests(request: HttpRequest, **parts: Any) -> Answer:
    """List requests; POST makes one."""
    return reporting.report(request) if request.method == "POST" else requests.listing(request)


@answers("GET", "HEAD", "POST")
def all_updates(request: HttpRequest, **parts: Any) -> Answer:
    """List updates; POST adds one."""
    return updates.update(request) if request.method == "POST" else updates.listing(request)


urlpatterns = [
    path("discovery.<form:form>", discovery.discovery, name="open311-discovery"),
    path("v2/discovery.<form:form>", discovery.discovery, name="open311-v2-discovery"),
    path("v2/services.<form:form>", services.services, name="open311-services"),
    path("v2/services/<name:service>.<form:form>", services.definition, name="open311-service"),
    path("v2/requests.<form:form>", all_requests, name="open311-requests"),
    path("v2/requests/<name:case_id>.<form:form>", requests.one, name="open311-request"),
    path("v2/tokens/<name:token>.<form:form>", requests.token, name="open311-token"),
    path("v2/servicerequestupdates.<form:form>", all_updates, name="open311-updates"),
    path("", nowhere, name="open311-root"),
    path("<rest:rest>", nowhere, name="open311-nowhere"),
]
