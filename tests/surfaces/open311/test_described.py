"""Open311 does what its description says: schemathesis tries what nobody thought of.

The description is made from the schemas of the specification. ``LIUCHI_API_EXAMPLES`` makes
it try longer.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from liuchi.engines.directory import actions as directory_actions
from liuchi.kernel.actors import system_actor
from liuchi.kernel.ids import new_id
from surfaces.open311.specification import JSON

if TYPE_CHECKING:
    from engines.cases.world import World

EXAMPLES = int(os.environ.get("LIUCHI_API_EXAMPLES", "5"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
WORDS = {"type": "string", "maxLength": 60}
MOMENT = {"type": "string", "format": "date-time"}
NUMBER = {"type": "string", "pattern": "^-?[0-9]{1,3}(\\.[0-9]{0,9})?$"}
ERRORS = {"400": "errors", "403": "errors", "404": "errors", "429": "errors"}


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_answers_are_as_described(town: World, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_dict(description(town))
    schema.app, schema.location = get_wsgi_application(), "/open311/v2/discovery.json"
    wrong = [
        failure
        for operation in schema.get_all_operations()
        if (failure := tried(operation.ok(), mode))
    ]

    assert wrong == []


def tried(operation: Any, mode: GenerationMode) -> str:
    """Send an operation a number of requests; return what was not as described, or ""."""

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    def send(case: Any) -> None:
        # As it is, since the client it calls the application with unpacks nothing.
        case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})

    try:
        send()
    except FailureGroup as error:
        return f"{operation.label}: {error}"
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, f"{operation.label} cannot be asked rightly"
    return ""


def description(town: World) -> dict[str, Any]:
    """Return an OpenAPI description whose values are real ones as often as not."""
    actor = system_actor(new_id(), "accounts.client.write")
    key = directory_actions.open_client(
        title="城市 App", area_id=town.town.id, actor=actor, key="open"
    ).key
    case_id = str(town.dispatched())
    place = real(town.village.code, town.town.code)
    span = {"start_date": MOMENT, "end_date": MOMENT, "page": NUMBER, "page_size": NUMBER}
    filters = {"service_request_id": real(case_id), "service_code": real("0101,lamp", "09"),
               "status": real("open", "closed,open")}  # fmt: skip
    person = dict.fromkeys(("first_name", "last_name", "phone", "email", "device_id"), WORDS)
    sent = {"api_key": {"anyOf": [{"const": key}, WORDS]}, "description": WORDS,
            "media_url": WORDS}  # fmt: skip
    report = {
        **sent,
        **person,
        "service_code": real("0101", "lamp", "09"),
        "jurisdiction_id": place,
        "address_string": WORDS,
        "address_id": place,
        "lat": NUMBER,
        "long": NUMBER,
        "attribute[lamps]": WORDS,
        "attribute[seen]": WORDS,
        "attribute[harms][]": {"type": "array", "items": WORDS, "maxItems": 3},
    }
    update = {**sent, "update_id": WORDS, "service_request_id": real(case_id),
              "status": WORDS, "updated_datetime": MOMENT}  # fmt: skip
    one = real(case_id)
    where = {"jurisdiction_id": place}
    return {
        "openapi": "3.1.0",
        "info": {"title": "GeoReport", "version": "2"},
        "paths": {
            "/open311/discovery.json": {"get": read("discovery")},
            "/open311/v2/services.json": {"get": read("services", where)},
            "/open311/v2/services/{code}.json": {
                "get": read("service_definition", where, code=real("lamp", "0101"))
            },
            "/open311/v2/requests.json": {
                "get": read("service_requests", where | span | filters),
                "post": write("created", report),
            },
            "/open311/v2/requests/{case_id}.json": {
                "get": read("service_requests", where, case_id=one)
            },
            "/open311/v2/tokens/{token}.json": {"get": read("token", where, token=one)},
            "/open311/v2/servicerequestupdates.json": {
                "get": read("service_request_updates", where | span),
                "post": write("updated", update),
            },
        },
    }


def real(*values: str) -> dict[str, Any]:
    return {"anyOf": [{"enum": list(values)}, {**WORDS, "minLength": 1}]}


def read(answer: str, query: dict[str, Any] | None = None, **path: Any) -> dict[str, Any]:
    named = [("query", name, held, False) for name, held in (query or {}).items()]
    named += [("path", name, held, True) for name, held in path.items()]
    return {
        "parameters": [
            {"in": place, "name": name, "schema": held, "required": needed}
            for place, name, held, needed in named
        ],
        "responses": answers({"200": answer}),
    }


def write(answer: str, fields: dict[str, Any]) -> dict[str, Any]:
    held = {"type": "object", "properties": fields, "required": ["api_key"]}
    return {
        "requestBody": {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": held}},
        },
        "responses": answers({"201": answer}),
    }


def answers(good: dict[str, str]) -> dict[str, Any]:
    return {
        status: {
            "description": name,
            "content": {"application/json": {"schema": JSON[name]}},
        }
        for status, name in (good | ERRORS).items()
    }
