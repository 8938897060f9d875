"""One sign-in for several posts: what each may do stays where that post is."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow, PostRow
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries as points
from liuchi.kernel.actors import Reach
from liuchi.kernel.ids import new_id
from liuchi.surfaces.components.access import Kind
from members import Member, office
from surfaces.walk import routes
from surfaces.world import ROLES, World, _sign_in, rows

pytestmark = pytest.mark.slow
USER = new_id()
STAFF = tuple(role for role in ROLES if role != "resident")


def person_with(world: World, **posts: str) -> tuple[Client, Member]:
    """Open an account with a role in 罗冲 (``ours``), in 盛塘 (``theirs``) or above both."""
    member = world.cast._open(f"several-{new_id()}")
    town = directory.town_of(world.cast.village.id)
    assert town is not None
    areas = {
        "ours": world.cast.village.id,
        "theirs": world.neighbours.village.id,
        "town": town.id,
    }
    for place, role in posts.items():
        directory_actions.appoint(
            user_id=member.user_id,
            role=role,
            area_id=areas[place],
            actor=office(),
            key=str(new_id()),
        )
    client = Client()
    _sign_in(client, member)
    return client, member


def test_no_verb_of_one_post_is_held_in_the_area_of_another(world: World) -> None:
    ours, theirs = world.cast.village, world.neighbours.village
    wrong = []
    for here, there in permutations(STAFF, 2):
        posts = (_post(here, ours), _post(there, theirs))
        held = {
            actor.scope_code: (actor.role, actor.grants) for actor in directory.actors_of(posts)
        }
        if held != {
            ours.scope_code: (here, accounts.grants_of(here)),
            theirs.scope_code: (there, accounts.grants_of(there)),
        }:
            wrong.append((here, there))

    assert wrong == []


def _post(role: str, area: AreaRow) -> PostRow:
    return PostRow(new_id(), USER, role, "", area.id, area.name, "", area.scope_code)


def test_in_a_community_the_posts_above_it_count_and_not_the_other_way(world: World) -> None:
    _client, member = person_with(world, town="clerk", ours="reviewer")
    narrow, wide = directory.actors_of(directory.posts_of(member.user_id))

    assert narrow.scope_code == world.cast.village.scope_code
    assert narrow.grants == accounts.grants_of("clerk") | accounts.grants_of("reviewer")
    assert wide.grants == accounts.grants_of("clerk")


def test_what_reaches_ones_own_rows_never_reaches_the_community(world: World) -> None:
    """A reviewer may not read accounts; that the resident reads one's own changes nothing."""
    _client, member = person_with(world, ours="reviewer")
    resident = world.cast.resident
    rows(
        "UPDATE directory_person_account SET user_id = %s WHERE person_id = %s RETURNING 1",
        member.user_id,
        resident.person_id,
    )
    reviewer, own = directory.actors_of(directory.posts_of(member.user_id))

    assert (reviewer.role, reviewer.grants) == ("reviewer", accounts.grants_of("reviewer"))
    assert set(own.grants.values()) == {Reach.OWN}
    assert (reviewer.person_id, own.person_id) == (resident.person_id, resident.person_id)


@pytest.mark.parametrize("here", ["secretary", "administrator"])
def test_nothing_is_written_where_the_other_post_only_reads(world: World, here: str) -> None:
    """Every form and operation, with records of the area where the person is a leader."""
    from surfaces.test_all_routes import _send  # noqa: PLC0415  pytest would collect its tests

    client, _member = person_with(world, ours=here, theirs="leader")
    before, known = world.theirs_on_disk(), Counter(_kinds(world))
    for route in routes():
        is_public = route.access is not None and route.access.kind is Kind.PUBLIC
        if "POST" in route.methods and route.name != "sign-out" and not is_public:
            _send(world, client, here, route, world.theirs_for(route))

    after = world.theirs_on_disk()
    # A leader may take the lists a leader sees as Excel, and take a hall's screen back.
    done = set(Counter(_kinds(world)) - known)
    assert done <= {"files.list_exported", "indicators.screen_closed"}
    theirs = {"facts": 0, "indicators_screen": 0}
    assert after | theirs == before | theirs


def _kinds(world: World) -> list[str]:
    return [
        kind
        for (kind,) in rows(
            "SELECT kind FROM journal_fact WHERE area_id = %s",
            world.neighbours.village.id,
        )
    ]


def test_a_list_shows_what_any_post_may_see_and_can_be_kept_to_one(world: World) -> None:
    client, _member = person_with(world, ours="recorder", theirs="secretary")
    ours, theirs = world.cast.village, world.neighbours.village
    addresses = ("/api/v1/people", "/api/v1/claims", "/api/v1/households")
    seen = {}
    for address in addresses:
        found, after = list[tuple[str, str]](), ""
        while after is not None:
            page = client.get(address, {"limit": 150, **({"after": after} if after else {})}).json()
            found += [(row["id"], row["village_name"]) for row in page["rows"]]
            after = page["next_after"]
        seen[address] = found
    alone = {
        address: [
            row["id"] for each in ("secretary", "recorder") for row in _all(world, each, address)
        ]
        for address in addresses
    }

    for address in addresses:
        assert len({row_id for row_id, _ in seen[address]}) == len(seen[address])
        assert {name for _, name in seen[address]} == {ours.name, theirs.name}
        assert sorted(row_id for row_id, _ in seen[address]) == sorted(alone[address])
    kept = client.get("/desk/claims/", {"state": "posted", "place": theirs.id}).content.decode()
    assert f'<td data-head="社区" class="is-short">{theirs.name}</td>' in kept
    assert f'<td data-head="社区" class="is-short">{ours.name}</td>' not in kept


def _all(world: World, which: str, address: str) -> list[dict[str, str]]:
    """Read a whole list as the one post in one village."""
    client = world.client("recorder") if which == "recorder" else world.client_of_theirs()
    found, after = list[dict[str, str]](), ""
    while after is not None:
        page = client.get(address, {"limit": 200, **({"after": after} if after else {})}).json()
        found += page["rows"]
        after = page["next_after"]
    return found


def test_a_write_takes_the_post_of_the_records_community(world: World) -> None:
    client, member = person_with(world, ours="recorder", theirs="reviewer")
    theirs = _review(client, world.theirs["claim_id"], world.theirs["version"])
    ours = _review(client, world.ours["claim_id"], world.ours["version"])

    assert (theirs.status_code, ours.status_code) == (302, 403)
    assert rows("SELECT id FROM points_claim WHERE reviewed_by_id = %s", member.user_id) == [
        (world.theirs["claim_id"],)
    ]


def test_two_posts_are_one_person_to_the_two_person_rule(world: World) -> None:
    """Recorder in the community and secretary above it: proposed by one is reviewed by none."""
    client, member = person_with(world, ours="recorder", town="secretary")
    person = world.ours["person_id"]
    sent = client.post(
        f"/desk/record/{person}/",
        {
            "key": str(new_id()),
            "rule_code": world.rule_code,
            "happened_on": world.today.isoformat(),
            "note": "",
        },
    )
    claim_id = sent["Location"].split("/")[3]
    answer = _review(client, claim_id, 1)

    assert answer.status_code == 403
    assert rows("SELECT state, proposed_by_id FROM points_claim WHERE id = %s", claim_id) == [
        ("proposed", member.user_id)
    ]
    with acting_as(directory.actor_of(member.user_id)) as actor:
        assert points.claim(actor, UUID(claim_id)).reviewed_by_name == ""


def test_today_merges_the_work_of_all_posts(world: World) -> None:
    client, _member = person_with(world, ours="secretary", theirs="reviewer")
    page = client.get("/desk/").content.decode()

    assert page.count('<h3 class="l-part">') == 2
    assert f"state=proposed&amp;place={world.neighbours.village.id}" in page
    assert f"state=returned&amp;place={world.cast.village.id}" in page
    assert f"state=returned&amp;place={world.neighbours.village.id}" not in page


def _review(client: Client, claim_id: object, version: object) -> Any:
    return client.post(
        f"/desk/claims/{claim_id}/",
        {"key": str(new_id()), "outcome": "approve", "version": version, "reason": ""},
    )
