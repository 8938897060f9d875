"""Service requests: cases as everybody may see them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.queries import PublicRow, PublicWanted
from liuchi.engines.cases.spec import stage_title
from liuchi.engines.directory import queries as directory
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.open311.asked import (
    id_of,
    ids_of,
    listed,
    paging_of,
    span_of,
    states_of,
    status_of,
)
from liuchi.surfaces.open311.places import jurisdiction
from liuchi.surfaces.open311.wire import Answer, Fields, Listed, answers

ROOT, ITEM = "service_requests", "request"


def listing(request: HttpRequest) -> Answer:
    """List requests: those named, whatever else is asked, or what the filters leave."""
    given = request.GET.dict()
    place = jurisdiction(given)
    named = ids_of(given, "service_request_id")
    if named is not None:
        found = cases.public_cases_by_id(named)
    else:
        span, paging = span_of(given), paging_of(given)
        wanted = PublicWanted(
            place_id=None if place is None else place.id,
            states=states_of(given),
            type_codes=tuple(listed(given, "service_code")),
            begun=span.begun,
            ended=span.ended,
        )
        found = cases.public_cases(wanted, skip=paging.skip, limit=paging.size).rows
    return Answer(ROOT, Listed(ITEM, [shown(row) for row in found]))


@answers("GET", "HEAD")
def one(request: HttpRequest, **parts: Any) -> Answer:
    """Show one request."""
    jurisdiction(request.GET.dict())
    return Answer(ROOT, Listed(ITEM, [shown(_found(str(parts["case_id"])))]))


@answers("GET", "HEAD")
def token(request: HttpRequest, **parts: Any) -> Answer:
    """Say which request a token leads to: the id of a report, which may be one of several.

    Requests get their id at once, so that nobody has to wait for it with a token; a report
    that was joined to an earlier one, or merged into it, still finds its way by its own.
    """
    jurisdiction(request.GET.dict())
    given = id_of(str(parts["token"]))
    if given is None:
        raise NotFound("token")
    try:
        case_id = cases.case_of_report(given)
    except NotFound:
        case_id = given
    found = cases.public_case(case_id)
    return Answer(
        ROOT, Listed(ITEM, [{"service_request_id": found.id, "token": str(parts["token"])}])
    )


def shown(row: PublicRow) -> Fields:
    """Return a request as lists show it: what matter, where about, how far, who has it."""
    area = directory.area(row.area_id)
    place = row.area_name if row.area_name == row.town_name else f"{row.town_name}{row.area_name}"
    return {
        "service_request_id": row.id,
        "status": status_of(row.state),
        "status_notes": _notes(row),
        "service_name": row.type_title,
        "service_code": row.type_code,
        "description": f"{row.type_title}（{place}）",
        "agency_responsible": row.who,
        "service_notice": None,
        "requested_datetime": row.reported_at,
        "updated_datetime": row.since,
        "expected_datetime": row.due_at,
        "address": place,
        "address_id": area.code,
        "zipcode": None,
        "lat": row.latitude,
        "long": row.longitude,
        "media_url": None,
    }


def _notes(row: PublicRow) -> str:
    stage = stage_title(
        cases.spec_as_applied(row.playbook_version), row.state, get_language() or "zh-hans"
    )
    if row.merged_into is not None:
        return str(_("%(stage)s：已并入 %(id)s") % {"stage": stage, "id": row.merged_into})
    return stage


def _found(text: str) -> PublicRow:
    case_id = id_of(text)
    if case_id is None:
        raise NotFound("case")
    return cases.public_case(case_id)
