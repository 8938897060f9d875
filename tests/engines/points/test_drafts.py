"""Drafts of rules: edited by one, approved by another, in force from a day or after a vote."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta

import pytest

from engines.points.test_votes import VOTE, confirm, photo, record
from engines.points.world import SECTION
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries
from liuchi.kernel.errors import Conflict, NotFound, Refused
from liuchi.playbooks import PlaybookError
from liuchi.playbooks.workbook import (
    cell_of,
    examined,
    items_of,
    table_at,
    with_item,
    without_item,
)

FROM = date(2026, 3, 10)
AWARD, TITLE = 3, 2  # places of columns of the rule table


@pytest.fixture
def drafted(world):
    """A whole playbook at one community, so that its tables can be edited."""
    world.colleague = world.user("secretary", world.village)
    world.code = f"credit-{world.village.code}"
    apply(world, {"from": "2026-02-01", "approved_by": "居民代表会议"})
    return world


def method(code, place, in_force):
    """Return a whole playbook as it is stored."""
    raw = {
        "playbook": code,
        "title": "信用积分",
        "places": [place],
        "in_force": in_force,
        "purposes": {
            "credit-points": {
                "legal_basis": "consent", "fields": ["name", "household"], "retain": "3 years",
            }
        },
        "points": deepcopy(SECTION),
    }  # fmt: skip
    return examined(raw, code).compiled()


def apply(world, in_force):
    journal_actions.apply_playbook(
        code=world.code,
        source="",
        compiled=method(world.code, world.village.name, in_force),
        places=[world.village.id],
        in_force_from=date(2026, 2, 1),
        spec_version=1,
        approved_by="居民代表会议",
        actor=world.root,
    )


def begin(world):
    return directory_actions.start_draft(code=world.code, actor=world.secretary, key=world.key())


def shown(world, draft_id, actor=None):
    actor = actor or world.secretary
    with acting_as(actor):
        return directory.rule_draft(actor, draft_id)


def save(world, draft_id, compiled, **changes):
    said = {
        "draft_id": draft_id,
        "compiled": compiled,
        "expected_version": shown(world, draft_id).version,
        "actor": world.secretary,
        "key": world.key(),
        **changes,
    }
    directory_actions.save_draft(**said)


def edit(world, draft_id, award=30, from_day=FROM):
    """Let help earn another number of points from a day on."""
    rules, in_force = table_at("points.rules"), table_at("in_force")
    held = shown(world, draft_id).compiled
    cells = cells_of(rules, "help", held) | {AWARD: award}
    made = with_item(held, rules, "help", cells)
    made = with_item(made.compiled(), in_force, None, {0: str(from_day), 1: "居民代表会议"})
    save(world, draft_id, made.compiled())


def cells_of(table, code, compiled):
    item = next(each for each in items_of(table, compiled) if each["code"] == code)
    return {n: cell_of(column, item, "zh") for n, column in enumerate(table.columns)}


def act(name, draft_id, actor, world, **more):
    return getattr(directory_actions, name)(draft_id=draft_id, actor=actor, key=world.key(), **more)


def test_a_draft_becomes_the_next_version_and_what_was_done_before_keeps_its_rules(drafted):
    draft = begin(drafted)
    edit(drafted, draft)
    act("send_draft", draft, drafted.secretary, drafted)
    with pytest.raises(Refused):  # by its own author
        act("approve_draft", draft, drafted.secretary, drafted)
    version = act("approve_draft", draft, drafted.colleague, drafted)
    drafted.clock.advance(timedelta(days=10))
    before = drafted.propose(drafted.people[0], rule="help", on=date(2026, 3, 9))
    after = drafted.propose(drafted.people[2], rule="help", on=FROM)

    assert journal.playbook_version(version).version == 3
    assert (before.points, after.points) == (50, 30)
    (book,) = queries.rule_books(drafted.village.id, FROM)
    assert [each.code for each in book.changes] == ["help"]


def test_an_item_is_added_changed_and_taken_out_and_limits_hold():
    held = method("credit", "盛塘社区", {"from": "2026-02-01", "approved_by": "居民代表会议"})
    rules = table_at("points.rules")
    cells = cells_of(rules, "help", held)
    added = with_item(held, rules, None, cells | {TITLE: "借工具给邻居"})
    left = without_item(added.compiled(), rules, "medal")

    assert [rule.title for rule in added.sections["points"].rules][-1] == "借工具给邻居"
    assert [rule.code for rule in left.sections["points"].rules] == ["testing", "help", "item-4"]
    with pytest.raises(PlaybookError):
        with_item(held, rules, "help", cells | {AWARD: -5})


def test_a_draft_is_sent_back_with_a_reason_and_needs_a_change_and_a_day(drafted):
    draft = begin(drafted)
    assert begin(drafted) == draft  # one's open draft, not a second one
    with pytest.raises(Refused) as same:
        act("send_draft", draft, drafted.secretary, drafted)
    edit(drafted, draft, from_day=date(2026, 2, 1))
    with pytest.raises(Refused) as past:
        act("send_draft", draft, drafted.secretary, drafted)
    edit(drafted, draft)
    with pytest.raises(Conflict):  # from a page that shows an older state
        save(drafted, draft, shown(drafted, draft).compiled, expected_version=1)
    bad = deepcopy(shown(drafted, draft).compiled)
    bad["points"]["rules"][0]["award"] = -1
    with pytest.raises(PlaybookError):
        save(drafted, draft, bad)
    act("send_draft", draft, drafted.secretary, drafted)
    act("return_draft", draft, drafted.colleague, drafted, reason="分值太低")

    assert (same.value.code, past.value.code) == ("unchanged", "begins_in_the_past")
    assert (shown(drafted, draft).state, shown(drafted, draft).reason) == ("editing", "分值太低")


def test_another_place_sees_nothing_and_a_newer_version_makes_it_old(drafted):
    other = drafted.user("secretary", drafted.other)
    draft = begin(drafted)
    edit(drafted, draft)
    act("send_draft", draft, drafted.secretary, drafted)
    with pytest.raises(NotFound):
        shown(drafted, draft, other)
    apply(drafted, {"from": "2026-02-02", "approved_by": "居民代表会议"})
    with pytest.raises(Refused) as old:
        act("approve_draft", draft, drafted.colleague, drafted)

    assert old.value.code == "based_on_an_older_version"


def test_where_a_vote_is_asked_for_the_approved_draft_awaits_it(drafted):
    apply(drafted, {"from": "2026-02-02", "approved_by": "居民代表会议", "vote": VOTE})
    draft = begin(drafted)
    edit(drafted, draft)
    act("send_draft", draft, drafted.secretary, drafted)
    drafted.version = act("approve_draft", draft, drafted.colleague, drafted)
    drafted.minutes = photo(drafted, drafted.recorder)
    (ahead,) = queries.rules_ahead(drafted.village.id, FROM)
    confirm(drafted, record(drafted, from_day=date(2026, 3, 12)))
    (coming,) = queries.rules_ahead(drafted.village.id, FROM)

    assert (ahead.begins, [each.code for each in ahead.changes]) == (None, ["help"])
    assert (coming.begins, coming.vote.votes_for) == (date(2026, 3, 12), 20)
