"""Every address there is, tried by every role of 罗冲 with everything of 盛塘."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count

import pytest
from django.db import connection
from django.test import Client

from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.actions import apply_playbook
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import jobs as points_jobs
from liuchi.kernel import paper
from liuchi.kernel.clock import today
from liuchi.surfaces.components.access import Kind
from members import office
from pages_read import read as read_pdf
from surfaces.leaks import Traces
from surfaces.lists import LISTS, read, taken
from surfaces.walk import Route, routes
from surfaces.world import ANONYMOUS, ROLES, World, rows

pytestmark = pytest.mark.slow

ANSWERS = {200, 201, 204, 302, 400, 401, 403, 404, 405, 409, 422}
_numbers = count()
LIST_OF = {name: code for name, _, _, code, _, _ in LISTS}
# Of two ways to the same action the first one tried has done it.
WRITTEN_BY_A_SECRETARY = (
    "desk-cards-household",
    "desk-access",
    "desk-book",
    "desk-bulletin-new",
    "desk-consent",
    "desk-gift",
    "desk-import",
    "desk-object",
    "desk-public-name",
    "desk-record-person",
    "desk-report",
    "desk-stock",
    "desk-screen-back",
    "desk-screens",
    "desk-slips-print",
    "desk-unmask",
    "give_gift",
    "object_to",
    "portal-object",
    "portal-receipt",
    "portal-report",
    "propose_claim",
    "propose_claims",
    "redeem",
    "report_case",
    "reverse_redemption",
    "review_claim",
    "take_step",
)

# Anybody may object or report in any village, and whoever holds a receipt may use it.
OPEN_TO_ANYBODY = {
    "portal-enterprise",
    "portal-grade-object",
    "portal-grade-receipt",
    "portal-object",
    "portal-open-ask",
    "portal-receipt",
    "portal-report",
    "portal-track",
    "portal-tracked",
    "object_to",
}
# As by the code at a gate: a resident may report what is amiss in another village.
OPEN_TO_RESIDENTS = {"report_case"}

MEMBERS = {
    "currency": {"code": "member", "title": "党员量化积分", "visibility": "internal"},
    "rules": [{"code": "visit", "title": "进网格", "class": "党员", "award": 3}],
}

# An address with a parameter that is not listed here fails: say what of 盛塘 belongs there.
PARAMETERS = (
    "grade_appeal_id", "grade_issue", "line_id", "round_id", "token",
    "agreement_id", "approval_id", "area_id", "basket_id", "batch_id", "bulletin_id",
    "campaign_id", "case_id", "claim_id", "client_id",
    "appeal_id",
    "code", "day_id", "draft_id", "form", "service",
    "document_id", "door", "fact_id", "goods_id", "grid_id", "household_id", "import_id",
    "issue", "link_id", "list_id", "method",
    "objection_id", "path", "person_id",
    "post_id", "receipt", "redemption_id", "report_id", "rest", "rule",
    "sheet_id", "shop_id", "short",
    "slug", "statement_id", "target", "transfer_id", "use_id", "vote_id",
    "arbitration_id", "prompt_id", "whistle_id",
    "reply_id", "table_id",
    "draw_id", "drawn_id", "exclusion_id", "main_type",
    "screen_id",
    "item", "posting_id", "check_id", "checked_id", "paper", "sheet",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _each_sheet_is_set_once() -> Iterator[None]:
    """Ten roles are shown the same public sheets: the same HTML is the same PDF."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paper, "to_pdf", functools.cache(paper.to_pdf))
        yield


def test_every_route_declares_who_may_open_it() -> None:
    silent = [f"{route} ({route.name})" for route in routes() if route.access is None]

    assert silent == []


def test_every_parameter_of_every_route_is_known_here() -> None:
    unknown = {
        parameter: str(route)
        for route in routes()
        for parameter in route.parameters
        if parameter not in PARAMETERS
    }

    assert unknown == {}


def test_the_walk_finds_pages_and_operations() -> None:
    found = {(route.path, route.methods) for route in routes()}

    assert ("/desk/people/<uuid:person_id>/", ("GET", "POST")) in found
    assert ("/api/v1/claims/<claim_id>/review", ("POST",)) in found
    assert ("/api/v1/claims", ("GET",)) in found
    assert ("/files/<uuid:document_id>/", ("GET", "POST")) in found


@pytest.mark.parametrize("role", [ANONYMOUS, *ROLES])
def test_nothing_of_another_village_is_read(world: World, role: str) -> None:
    client = world.client(role)
    wrong: list[str] = []
    with read_only():
        for route in routes():
            if "GET" not in route.methods:
                continue
            for values in world.fillings(route):
                wrong += _try(world, client, role, route, values)

    assert wrong == []


@pytest.mark.parametrize("role", [ANONYMOUS, *ROLES])
def test_nothing_of_another_village_is_written(world: World, role: str) -> None:
    client = world.client(role)
    before = world.theirs_on_disk()
    wrong: list[str] = []
    for route in routes():
        if "POST" not in route.methods or route.name in OPEN_TO_ANYBODY:
            continue
        if role == "resident" and route.name in OPEN_TO_RESIDENTS:
            continue
        for values in world.fillings(route):
            wrong += _send(world, client, role, route, values)
        if route.name == "sign-out":
            client = world.client(role)

    assert wrong == []
    assert world.theirs_on_disk() == before


@pytest.mark.parametrize("role", [ANONYMOUS, "reviewer"])
def test_an_internal_currency_is_shown_to_nobody_it_is_not_for(world: World, role: str) -> None:
    """On our own pages, lists and operations, with the very ids in the address."""
    inner, traces = internal(world)
    client, shown = world.client(role), []
    with read_only():
        for route in routes():
            if "GET" not in route.methods or not opens(world, role, route):
                continue
            values = world.ours_for(route) | {
                name: inner[name] for name in route.parameters if name in inner
            }
            seen = traces.found_in(_text(client.get(route.fill(values))), values.values())
            if seen:
                shown.append(f"{route.fill(values)} shows {sorted(seen)}")
    assert shown == []


def test_an_internal_currency_is_seen_by_who_works_with_it(world: World) -> None:
    """The test above could not fail if the traces were not what those pages show."""
    inner, traces = internal(world)
    client = world.client("secretary")
    person, claim, transfer = inner["person_id"], inner["claim_id"], inner["transfer_id"]
    pages = (
        f"/desk/claims/{claim}/",
        "/desk/claims/?state=posted",
        f"/desk/people/{person}/statement/?unit=internal:member",
        f"/desk/people/{person}/entries/{transfer}/",
        f"/desk/facts/{inner['fact_id']}/",
        f"/api/v1/claims/{claim}",
        f"/api/v1/facts/{inner['fact_id']}",
    )
    silent = [page for page in pages if not traces.found_in(_text(client.get(page)))]
    assert silent == []


def internal(world: World) -> tuple[dict[str, str], Traces]:
    """Give a resident of 罗冲 points of a currency for internal use; return where they show."""
    cast, person_id = world.cast, world.cast.resident.person_id
    held = next(
        each
        for each in journal.playbooks_in_force(cast.village.id, today())
        if each.code == "lingbei-credit-community"
    )
    core = {name: held.compiled[name] for name in ("title", "places", "purposes")}
    core["in_force"] = {"from": str(today()), "approved_by": "党委会"}  # no vote of residents
    apply_playbook(
        code="members",
        source="",
        compiled={**core, "playbook": "members", "points": MEMBERS},
        places=[cast.village.id],
        in_force_from=today(),
        spec_version=1,
        approved_by="",
        actor=office(),
    )
    claim = points_actions.propose_claim(
        actor=cast.secretary.actor,
        key="inner-claim",
        person_id=person_id,
        rule_code="visit",
        happened_on=today(),
        note="墙内星火",
    )
    points_actions.review_claim(
        actor=cast.member("clerk").actor,
        key="inner-review",
        claim_id=claim.id,
        outcome="approve",
        expected_version=claim.version,
    )
    points_jobs.post_due()
    ((transfer, fact),) = rows(
        "SELECT id, fact_id FROM points_transfer WHERE claim_id = %s", claim.id
    )
    ids = {"claim_id": str(claim.id), "transfer_id": str(transfer), "fact_id": str(fact)}
    traces = Traces(
        frozenset(ids.values()), frozenset({"墙内星火"}), frozenset({"internal:", "internal%3A"})
    )
    return {**ids, "person_id": str(person_id)}, traces


def opens(world: World, role: str, route: Route) -> bool:
    """Whether a role gets past what the route declares; the others are refused at the door."""
    if route.access is None or route.access.kind is Kind.PUBLIC:
        return True
    if role == ANONYMOUS:
        return False
    verb = route.access.verb
    return not verb or world.cast.member(role).actor.may(verb).allowed


def test_the_traces_are_seen_where_they_may_be(world: World) -> None:
    """The two tests above could not fail if the traces were not what pages show."""
    secretary = world.client_of_theirs()
    person = world.theirs["person_id"]

    page = secretary.get(f"/desk/people/{person}/")
    answer = secretary.get(f"/api/v1/people/{person}")

    assert page.status_code == answer.status_code == 200
    assert world.traces.found_in(page.content.decode())
    assert world.traces.found_in(answer.content.decode())


def test_the_same_requests_write_where_they_may(world: World) -> None:
    """Nor could they fail if what is sent were not what forms and operations take."""
    client = world.client_of_theirs()
    changed = set()
    before, writes = world.theirs_on_disk(), _writes()
    for route in routes():
        if "POST" not in route.methods or route.name == "sign-out":
            continue
        _send(world, client, "secretary", route, {**world.theirs_for(route)})
        if _writes() == writes:
            continue
        after, writes = world.theirs_on_disk(), _writes()
        if after != before:
            changed.add(route.name)
        before = after

    taken_out = (
        {  # journalled
            name for name, _, role, *_ in LISTS if name[:5] == "desk-" and role != "administrator"
        }
        - {"desk-collect"}
    )  # a town's, which no secretary reads
    assert sorted(changed) == sorted({*WRITTEN_BY_A_SECRETARY, *taken_out})


def _writes() -> int:
    """Return the number of the next transaction that writes: those that only read have none."""
    ((number,),) = rows("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
    return int(number)


def _try(
    world: World, client: Client, role: str, route: Route, values: Mapping[str, str]
) -> list[str]:
    address = route.fill(values)
    wrong = []
    for query in world.queries(route):
        response = client.get(address, query)
        body = _text(response)
        sent = (*values.values(), *query.values(), *world.open_ids(route))
        seen = world.traces.found_in(body, sent)
        if response.status_code not in ANSWERS:
            wrong.append(f"{role} GET {address} {query}: {response.status_code}")
        if seen:
            wrong.append(f"{role} GET {address} {query} shows {sorted(seen)[:3]}")
    return wrong


def _send(
    world: World, client: Client, role: str, route: Route, values: Mapping[str, str]
) -> list[str]:
    address = route.fill(values)
    key = f"route-{next(_numbers):08}"
    fields = world.fields(key)
    fields["list"] = LIST_OF.get(route.name, "")
    if route.operation is None:
        response = client.post(address, {k: v for k, v in fields.items() if v is not None})
    else:
        body = {name: fields[name] for name in route.body_fields}
        response = client.post(
            address,
            json.dumps(body),
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )
    sent = (*values.values(), *map(str, fields.values()))
    seen = world.traces.found_in(_text(response), sent)
    wrong = []
    if response.status_code not in ANSWERS:
        wrong.append(f"{role} POST {address}: {response.status_code}")
    if seen:
        wrong.append(f"{role} POST {address} shows {sorted(seen)[:3]}")
    return wrong


def _text(response: object) -> str:
    headers = getattr(response, "headers", {})
    location = headers.get("Location", "")
    kind = headers.get("Content-Type", "")
    if kind.startswith(("text/csv", "application/json")) and getattr(response, "streaming", False):
        return b"".join(getattr(response, "streaming_content", ())).decode()
    if getattr(response, "streaming", False):  # a sheet: its cells are what it shows
        heads, cells = read(taken(response))
        return f"{location} {heads} {cells}"
    content = getattr(response, "content", b"")
    if kind == "application/pdf":
        return _text_of_pdf(content)
    return f"{location} {content.decode('utf-8', 'replace')}"


@functools.cache
def _text_of_pdf(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in read_pdf(content).pages)


@contextmanager
def read_only() -> Iterator[None]:
    """Let PostgreSQL refuse any write: what a GET answers here, it answers without one."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    held = connection.connection
    try:
        yield
    finally:
        assert connection.connection is held, "a GET changed the connection: nothing was proved"
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
