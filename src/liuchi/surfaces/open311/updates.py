"""Service request updates, as mySociety extended GeoReport by them, both ways.

What a case went through can be fetched by time; what another system's users add is written
into the case's log. It moves nothing: what they say of the state is theirs to say there.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import get_language

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.cases import actions as cases_actions
from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.queries import PublicStep
from liuchi.engines.cases.spec import stage_title
from liuchi.kernel.errors import NotFound
from liuchi.surfaces.open311.asked import id_of, moment, paging_of, span_of, status_of
from liuchi.surfaces.open311.places import jurisdiction
from liuchi.surfaces.open311.sent import SENDS_PER_HOUR_MAX, sent
from liuchi.surfaces.open311.wire import Answer, Fields, Listed

ROOT, ITEM = "service_request_updates", "request_update"


def listing(request: HttpRequest) -> Answer:
    """List what public cases went through within a time, the oldest first."""
    given = request.GET.dict()
    place, span, paging = jurisdiction(given), span_of(given), paging_of(given)
    found = cases.public_steps(
        span.begun,
        span.ended,
        place_id=None if place is None else place.id,
        skip=paging.skip,
        limit=paging.size,
    )
    return Answer(ROOT, Listed(ITEM, [_shown(step) for step in found]))


def update(request: HttpRequest) -> Answer:
    """Write an update down; the same ``update_id`` again answers the same id of ours."""
    given = sent(request)
    case_id = id_of(given.needed("service_request_id"))
    moment({"updated_datetime": given.text("updated_datetime")}, "updated_datetime")
    given.text("status")
    if case_id is None:
        raise NotFound("case")
    written = cases_actions.note_from_outside(
        key=given.key_of("update_id"),
        system=given.system,
        case_id=case_id,
        scope_code=given.place.scope_code,
        text=given.words(),
        hourly_max=SENDS_PER_HOUR_MAX,
    )
    accounts_actions.note_client_used(given.client.id)
    return Answer(ROOT, Listed(ITEM, [{"update_id": written}]), status=201)


def _shown(step: PublicStep) -> Fields:
    stage = stage_title(
        cases.spec_as_applied(step.case.playbook_version), step.state, get_language() or "zh-hans"
    )
    return {
        "update_id": step.id,
        "service_request_id": step.case.id,
        "status": status_of(step.state),
        "updated_datetime": step.at,
        "description": f"{stage}（{step.unit_name}）" if step.unit_name else stage,
        "media_url": None,
    }
