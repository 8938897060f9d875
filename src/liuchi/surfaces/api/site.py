"""The api put together, and its description."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import NinjaAPI

from liuchi.surfaces.api import (
    bulletins,
    cases,
    claims_and_shops,
    collect,
    disclosures,
    figures,
    notices,
    places,
    problems,
    residents,
)
from liuchi.surfaces.components.access import public

PREFIX = "api/v1/"

api = NinjaAPI(
    title="六尺 Liuchi",
    version="1.0.0",
    description=(
        "The actions and queries of the pages, for other systems. Sign in at `/sign-in/`; "
        "every write also carries the CSRF token (`X-CSRFToken`) and an `Idempotency-Key`. "
        "Errors are problems (RFC 9457) in Chinese, or in English by `Accept-Language`."
    ),
    urls_namespace="api",
    openapi_url=None,  # served below, with the problems every operation may answer with
    docs_url=None,  # its page runs scripts of another host
)
problems.install(api)
for _router in (
    places.router,
    notices.router,
    residents.own,
    residents.router,
    claims_and_shops.claims,
    claims_and_shops.shops,
    figures.router,
    figures.book,
    bulletins.router,
    cases.router,
    collect.router,
    disclosures.router,
):
    api.add_router("", _router)


@public
def openapi(request: HttpRequest) -> JsonResponse:
    """Return the description of the api (OpenAPI 3.1)."""
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


@public
def nowhere(request: HttpRequest, rest: str = "") -> JsonResponse:
    """Answer an address below the api that leads nowhere."""
    del rest
    return problems.nowhere(request)


def document() -> dict[str, Any]:
    """Build the description: ninja's, and a problem for every status that is not a success."""
    described: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=PREFIX))
    components = described["components"]
    components["schemas"]["Problem"] = _problem()
    components["responses"] = {
        f"Problem{status}": {
            "description": problems.TITLES[status].en,
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in problems.TITLES
    }
    for methods in described["paths"].values():
        for operation in methods.values():
            operation["responses"] |= {
                str(status): {"$ref": f"#/components/responses/Problem{status}"}
                for status in _statuses(operation)
            }
    return described


def _statuses(operation: dict[str, Any]) -> tuple[int, ...]:
    return (400, *problems.DECLARED) if "requestBody" in operation else problems.DECLARED


def _problem() -> dict[str, Any]:
    schema = problems.Problem.model_json_schema(mode="serialization")
    wrong = schema.pop("$defs")["Wrong"]
    schema["properties"]["errors"]["items"] = wrong
    return schema
