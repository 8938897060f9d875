"""No page, print or answer that anybody may open shows a resident's name in full."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs, queries
from liuchi.engines.points.queries import ClaimRow
from liuchi.kernel import clock
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.ids import new_id
from liuchi.surfaces.components.access import Kind
from pages_read import read as read_pdf
from surfaces.leaks import Traces, distinct
from surfaces.walk import Route, routes
from surfaces.world import ANONYMOUS, World, rows

pytestmark = pytest.mark.slow

AFTER_EVERYTHING = timedelta(days=30)


def approved(world: World) -> tuple[ClaimRow, ...]:
    """Put three claims of 罗冲 on notice; one is left waiting, for the addresses that need it."""
    reviewer = world.cast.reviewer.actor
    with acting_as(reviewer):
        waiting = queries.claims(reviewer, state="proposed", limit=3).rows
    return tuple(
        actions.review_claim(
            actor=reviewer,
            key=str(new_id()),
            claim_id=claim.id,
            outcome="approve",
            expected_version=claim.version,
        )
        for claim in waiting
    )


def answered(world: World, claim: ClaimRow, outcome: str) -> str:
    taken = objected(claim)
    actions.answer_objection(
        actor=world.cast.secretary.actor,
        key=str(new_id()),
        objection_id=taken.objection_id,
        outcome=outcome,
        reason="核对过签到表。",
    )
    return taken.code


def objected(claim: ClaimRow) -> queries.Receipt:
    assert claim.sheet_id is not None
    assert claim.sheet_place is not None
    return actions.object_to(
        key=str(new_id()),
        sheet_id=claim.sheet_id,
        place=claim.sheet_place,
        text="请核对这一项的日期。",
    )


def seen_by_anybody(world: World, sheet_id: UUID, receipt: str) -> dict[str, str]:
    """Return the text of every public address, filled with records of 罗冲."""
    client, found = world.client(ANONYMOUS), {}
    code = queries.notice(sheet_id).row.code
    for route in public_routes():
        values: dict[str, Any] = world.cast.own_values(route) | {
            "issue": code,
            "receipt": receipt,
            "sheet_id": str(sheet_id),
            "slug": world.cast.village.code,
        }
        address = route.fill(values)
        for query in ("", "?notice=" + code) if route.name == "portal-notices-print" else ("",):
            found[address + query] = text_of(client, address + query)
    return found


def shown(traces: Traces, texts: dict[str, str]) -> dict[str, set[str]]:
    found = {address: traces.found_in(text) for address, text in texts.items()}
    return {address: names for address, names in found.items() if names}


def public_routes() -> list[Route]:
    return [
        route
        for route in routes()
        if "GET" in route.methods and route.access is not None and route.access.kind is Kind.PUBLIC
    ]


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    content = getattr(response, "content", b"")
    if response.headers.get("Content-Type") == "application/pdf":
        return "\n".join(page.extract_text() for page in read_pdf(content).pages)
    return str(content.decode("utf-8", "replace"))


def test_no_name_in_full_whatever_state_an_item_is_in(
    world: World, after_demo: SimulatedClock
) -> None:
    first, stopped, asked = claims = approved(world)
    sheet_id = first.sheet_id
    assert sheet_id is not None
    secretary = world.cast.secretary.actor
    actions.choose_public_name(
        actor=secretary, key=str(new_id()), person_id=first.person_id, anonymous=True
    )
    answered(world, stopped, "stopped")
    receipt = objected(asked).code
    code = world.cast.village.scope_code
    names = [
        name
        for (name,) in rows(
            "SELECT name FROM directory_person WHERE starts_with(scope_code, %s)", code
        )
    ]
    staff = [name for (name,) in rows("SELECT display_name FROM accounts_user")]
    traces = Traces(frozenset(), distinct(names, staff), frozenset())

    running = seen_by_anybody(world, sheet_id, receipt)
    assert shown(traces, running) == {}
    page = running[f"/v/{world.cast.village.code}/notices/{queries.notice(sheet_id).row.code}/"]
    with acting_as(secretary):
        masked = {row.person_id: queries.claim(secretary, row.id).person_name[0] for row in claims}
    assert masked[asked.person_id] + "*" in page
    assert "匿名" in page

    after_demo.move_to(clock.now() + AFTER_EVERYTHING)
    jobs.post_due()
    over = seen_by_anybody(world, sheet_id, receipt)
    assert shown(traces, over) == {}
    ended = over[f"/v/{world.cast.village.code}/notices/{queries.notice(sheet_id).row.code}/"]
    assert "*" not in ended
