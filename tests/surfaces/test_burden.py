"""The page of what is asked: for whoever reads figures, of kinds of posts, never of anybody."""

from __future__ import annotations

import re

import pytest

from liuchi.engines.accounts.queries import names_of
from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators.queries import burden as queries
from liuchi.engines.journal.scope import acting_as
from liuchi.playbooks.repeats import Repeated
from surfaces.world import ROLES, World

pytestmark = pytest.mark.slow

PAGE = "/desk/burden/"


def test_whoever_reads_figures_opens_it_and_nobody_else(world: World) -> None:
    opened = {role for role in ROLES if world.client(role).get(PAGE).status_code == 200}
    assert opened == {"recorder", "secretary", "clerk", "leader", "administrator"}
    assert world.client("anonymous").get(PAGE).status_code == 302


def test_it_names_kinds_of_posts_and_no_holder(world: World) -> None:
    page = world.client("clerk").get(PAGE).content.decode()
    assert "记录员" in page
    body = page.partition("<main")[2].partition("</main>")[0]
    below = directory.subtree_ids(world.cast.member("clerk").actor.area_id)
    names = names_of(row.user_id for row in directory.posts_at(below)).values()
    assert len(set(names)) > 5
    assert [name for name in names if name in body] == []


def test_a_place_asked_for_in_the_address_changes_nothing(world: World) -> None:
    """Of two totals, one within the other, the rest would tell about the few between them."""
    client = world.client("clerk")
    plain, other = (
        re.sub(r'value="[^"]*"', "", client.get(f"{PAGE}{query}").content.decode()).partition(
            "<main"
        )[2]
        for query in ("", f"?area={world.cast.village.code}")
    )
    assert plain.replace("?", "") == re.sub(r"\?area=\d+", "", other).replace("?", "")


def test_the_demo_asks_what_its_methods_say(world: World) -> None:
    """Three communities and their methods: what comes round, what is asked twice, eight weeks."""
    actor = world.cast.member("clerk").actor
    with acting_as(actor):
        found = queries.burden(actor)
    asked = {each.role: each for each in found.declared}
    assert {load.role for load in found.loads if load.is_shown} <= set(found.posts)
    assert all(0 <= each.a_week < 20 for each in found.declared)
    assert asked["secretary"].a_week > asked["recorder"].a_week > 0
    held = {each.title for each in found.repeats if each.way is Repeated.HELD}
    assert held == {"户数", "身份证号", "联系电话", "房屋坐落"}


def test_a_draft_says_what_it_would_ask(world: World) -> None:
    page = world.client("secretary").get(f"/desk/drafts/{world.cast.draft_id}/")
    assert page.status_code == 200
    assert "各岗位要填的" in page.content.decode()
