"""The api does what its description says: schemathesis reads the one and tries the other.

``LIUCHI_API_EXAMPLES`` makes it try longer, ``LIUCHI_API_PATHS`` only addresses that begin with
one of several, as ``/cases /claims``.
"""

from __future__ import annotations

import os
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from liuchi.surfaces.api import problems
from liuchi.surfaces.components.access import Kind
from surfaces.walk import routes
from surfaces.world import World

pytestmark = pytest.mark.slow

CSRF = "a" * 32
EXAMPLES = int(os.environ.get("LIUCHI_API_EXAMPLES", "3"))
PATHS = tuple(f"/api/v1{path}" for path in os.environ.get("LIUCHI_API_PATHS", "/").split())
DESCRIBED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
CHECKS = [
    *DESCRIBED,
    negative_data_rejection,
    missing_required_header,
    allow_header_conformance,
]


@pytest.mark.parametrize("role", ["secretary", "resident"])
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_answers_are_as_described(world: World, role: str, mode: GenerationMode) -> None:
    client = world.client(role)
    sent: dict[str, Any] = {
        "headers": {"X-CSRFToken": CSRF},
        "cookies": {"sessionid": client.cookies["sessionid"].value, "csrftoken": CSRF},
    }
    wrong = [
        failure
        for operation in described().get_all_operations()
        if operation.ok().path.startswith(PATHS)
        and (failure := tried(operation.ok(), mode, world, sent))
    ]

    assert wrong == []


def described() -> Any:
    """Read the description, but for who may ask: that is tried by hand below."""
    document = Client().get("/api/v1/openapi.json").json()
    for methods in document["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)
    schema = schemathesis.openapi.from_dict(document)
    schema.app, schema.location = get_wsgi_application(), "/api/v1/openapi.json"
    return schema


def tried(operation: Any, mode: GenerationMode, world: World, sent: dict[str, Any]) -> str:
    """Send an operation a number of requests; return what was not as described, or ""."""

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    def send(case: Any) -> None:
        case.call_and_validate(**sent, checks=CHECKS)
        if put_real_ids_in(case, world):
            # Wrong or right is for the generated request to say; this one to be described.
            case.call_and_validate(**sent, checks=DESCRIBED)

    try:
        send()
    except FailureGroup as error:
        return f"{operation.label}: {error}"
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, f"{operation.label} cannot be asked rightly"
    return ""


def put_real_ids_in(case: Any, world: World) -> bool:
    """Point the request at records of the village: a random id only ever finds nothing."""
    changed = False
    for values in (case.path_parameters, case.query, case.body):
        if not isinstance(values, dict):
            continue
        for name in set(values) & set(world.ours):
            values[name] = str(world.ours[name])
            changed = True
    return changed


def test_every_operation_declares_the_problems(world: World) -> None:
    document = Client().get("/api/v1/openapi.json").json()

    missing = {
        operation["operationId"]: sorted(absent)
        for methods in document["paths"].values()
        for operation in methods.values()
        if (absent := {str(status) for status in problems.DECLARED} - set(operation["responses"]))
    }
    assert missing == {}


def test_the_description_names_every_operation(world: World) -> None:
    document = Client().get("/api/v1/openapi.json").json()

    named = {
        each["operationId"] for methods in document["paths"].values() for each in methods.values()
    }
    assert named == {route.name for route in routes() if route.operation is not None}


def test_without_a_sign_in_every_closed_operation_says_so(world: World) -> None:
    client = Client()
    answers = {}
    for route in routes():
        if route.operation is None or route.access is None or route.access.kind is Kind.PUBLIC:
            continue
        send = client.get if route.methods == ("GET",) else client.post
        response = send(route.fill(world.theirs_for(route)))
        answers[route.name] = (response.status_code, response["Content-Type"])

    assert set(answers.values()) == {(401, problems.MEDIA_TYPE)}


def test_a_write_from_another_site_is_refused(world: World) -> None:
    client = world.client("secretary", enforce_csrf_checks=True)

    response = client.post("/api/v1/claims", {}, content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (403, "csrf")


def test_a_problem_speaks_the_language_asked_for(world: World) -> None:
    client = world.client("secretary")
    address = f"/api/v1/people/{UUID(int=0)}"

    chinese = client.get(address)
    english = client.get(address, headers={"Accept-Language": "en"})

    assert chinese["Content-Type"] == english["Content-Type"] == problems.MEDIA_TYPE
    assert chinese.json() == {
        "type": "urn:liuchi:problem:not_found",
        "title": "没有找到",
        "status": 404,
        "detail": "没有找到这条记录，或它不在您的范围内。",
        "code": "not_found",
        "errors": [],
    }
    assert english.json()["detail"] == "No such record, or it is outside your area."


def test_wrong_values_are_named_one_by_one(world: World) -> None:
    response = world.client("secretary").post(
        "/api/v1/redemptions",
        {"person_id": "nobody", "quantity": 0, "shelf": 3},
        content_type="application/json",
    )

    assert response.status_code == 422
    assert {each["field"] for each in response.json()["errors"]} == {
        "person_id", "shop_id", "goods_id", "quantity", "shelf", "Idempotency-Key",
    }  # fmt: skip


def test_a_key_answers_twice_with_one_claim_and_not_for_another_body(world: World) -> None:
    client = world.client("recorder")
    body = {
        "person_id": str(world.ours["person_id"]),
        "rule_code": world.rule_code,
        "happened_on": world.today.isoformat(),
    }

    def send(given: dict[str, str]) -> Any:
        return client.post(
            "/api/v1/claims",
            given,
            content_type="application/json",
            headers={"Idempotency-Key": "the-same-click"},
        )

    first, second = send(body), send(body)
    other = send({**body, "note": "另一件事"})

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")


def test_a_list_of_redemptions_is_answered_line_by_line(world: World) -> None:
    shop_id = str(world.ours["shop_id"])
    goods_id = str(world.ours["goods_id"])
    line = {"shop_id": shop_id, "goods_id": goods_id, "quantity": 10_000}
    response = world.client("shopkeeper").post(
        "/api/v1/redemptions/batch",
        {"items": [{"person_id": str(world.ours["person_id"]), **line},
                   {"person_id": str(UUID(int=0)), **line}]},
        content_type="application/json",
        headers={"Idempotency-Key": "a-list-of-two"},
    )  # fmt: skip

    answer = response.json()
    assert (response.status_code, answer["posted"], answer["refused"]) == (207, 0, 2)
    assert [each["problem"]["code"] for each in answer["items"]] == ["out_of_stock", "not_found"]
    assert set(answer["items"][0]["problem"]) == {
        "type", "title", "status", "detail", "code", "errors",
    }  # fmt: skip
