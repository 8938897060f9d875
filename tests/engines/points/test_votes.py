"""Rules that a village has to vote on: in force where it carried them, and nowhere before."""

from __future__ import annotations

import io
from copy import deepcopy
from datetime import date, timedelta

import pytest
from django.db import connection
from PIL import Image

from engines.points.world import SECTION
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.actions import Meeting
from liuchi.engines.directory.rules.votes import Counts
from liuchi.engines.files import actions as files
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.errors import Conflict, Invalid, NotFound, Refused
from liuchi.playbooks.votes import Body

TODAY = date(2026, 3, 2)
VOTE = {
    "law": "村民委员会组织法（示例）",
    "notice_days": 7,
    "bodies": [
        {
            "body": "resident_representatives",
            "quorum": {"at_least": [2, 3]},
            "majority": {"more_than": [1, 2]},
        }
    ],
}
CARRIED, FAILED = Counts(30, 24, 20, 3, 1), Counts(30, 24, 12, 11, 1)


@pytest.fixture
def voted(world):
    """A second version, with a new item, that both communities have to vote on."""
    section = deepcopy(SECTION)
    section["rules"][1]["award"] = 30
    section["rules"].append(
        {"code": "patrol", "title": "夜间巡防", "class": "治安", "award": 4, "per": "session"}
    )
    world.version = apply(world, section)
    world.minutes = photo(world, world.recorder)
    return world


def apply(world, section):
    return journal_actions.apply_playbook(
        code=f"credit-{world.village.code}",
        source="",
        compiled={"points": section, "title": "信用积分", "in_force": {"vote": VOTE}},
        places=[world.village.id, world.other.id],
        in_force_from=TODAY,
        spec_version=1,
        approved_by="居民代表会议",
        actor=world.root,
    )


def photo(world, actor):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "JPEG")
    return files.store_image(
        out.getvalue(), "minutes.jpg", actor=actor, key=world.key(), scope_code=actor.scope_code
    ).id


def record(world, counts=CARRIED, from_day=date(2026, 3, 12), **changes):
    said = {
        "village_id": world.village.id,
        "version_id": world.version,
        "meeting": Meeting(
            Body.RESIDENT_REPRESENTATIVES, world.clock.now().date(), counts, from_day,
            (world.minutes,),
        ),
        "actor": world.recorder,
        "key": world.key(),
        **changes,
    }  # fmt: skip
    return directory_actions.record_vote(**said)


def confirm(world, vote_id, actor=None):
    directory_actions.confirm_vote(vote_id=vote_id, actor=actor or world.reviewer, key=world.key())


def version_at(world, day, place=None):
    found = journal.playbooks_in_force((place or world.village).id, day)
    return {each.code: each.version for each in found}.get(f"credit-{world.village.code}")


def test_until_it_is_carried_and_its_day_has_come_the_old_version_holds(voted):
    vote = record(voted)
    before = [version_at(voted, day) for day in (TODAY, date(2026, 3, 12))]
    confirm(voted, vote)
    days = (date(2026, 3, 11), date(2026, 3, 12))
    (found,) = (
        each
        for each in journal.playbooks_in_force(voted.village.id, days[1])
        if each.id == voted.version
    )

    assert before == [1, 1]
    assert [version_at(voted, day) for day in days] == [1, 2]
    assert found.in_force_from == date(2026, 3, 12)  # of this place, not of the playbook
    assert version_at(voted, days[1], voted.other) is None  # who has not voted has no rules yet


def test_a_claim_under_rules_that_await_their_vote_is_refused_with_a_sentence(voted):
    with pytest.raises(Refused) as refused:
        voted.propose(voted.people[0], rule="patrol")
    confirm(voted, record(voted))
    voted.clock.advance(timedelta(days=12))
    made = voted.propose(voted.people[0], rule="patrol", on=date(2026, 3, 13))

    assert refused.value.code == "vote_awaited"
    assert made.points == 4


def test_what_the_meeting_refuses_leaves_the_old_version_and_may_be_put_again(voted):
    confirm(voted, record(voted, FAILED))
    first = version_at(voted, date(2026, 3, 20))
    confirm(voted, record(voted, from_day=date(2026, 3, 20)))

    assert (first, version_at(voted, date(2026, 3, 20))) == (1, 2)
    with acting_as(voted.secretary):
        rows = directory.rule_votes(voted.secretary).rows
    assert [row.carried for row in rows] == [True, False]


def test_a_correction_is_a_new_record_and_takes_the_rules_out_of_force(voted):
    first = record(voted)
    confirm(voted, first)
    with pytest.raises(Conflict):
        record(voted)  # nothing awaits a vote any more
    voted.clock.advance(timedelta(days=13))  # in force since the 12th
    again = record(voted, FAILED, date(2026, 3, 25), corrects_id=first)
    confirm(voted, again)
    days = (date(2026, 3, 11), date(2026, 3, 14), date(2026, 3, 15), date(2026, 3, 25))

    assert [version_at(voted, day) for day in days] == [1, 2, 1, 1]
    kinds = facts("directory.rules_%")
    assert kinds == [
        "directory.rules_voted", "directory.rules_adopted",
        "directory.rules_voted", "directory.rules_set_aside",
    ]  # fmt: skip


def test_two_people_minutes_and_the_place_of_the_vote(voted):
    other = voted.user("secretary", voted.other)
    with pytest.raises(Invalid):
        record(voted, meeting=Meeting(Body.RESIDENT_REPRESENTATIVES, TODAY, CARRIED,
                                      date(2026, 3, 12), ()))  # fmt: skip
    with pytest.raises(NotFound):
        record(voted, actor=other)
    vote = record(voted, actor=voted.secretary)
    with pytest.raises(Conflict):
        record(voted)
    with pytest.raises(Refused):
        confirm(voted, vote, voted.secretary)
    with pytest.raises(NotFound):
        confirm(voted, vote, other)
    directory_actions.decline_vote(
        vote_id=vote, reason="签到人数不符", actor=voted.reviewer, key=voted.key()
    )
    with acting_as(voted.secretary):
        row = directory.rule_vote(voted.secretary, vote)
        (waiting,) = directory.awaiting_votes(voted.secretary)

    assert (row.state, row.reason) == ("declined", "签到人数不符")
    assert (waiting.version_id, waiting.recorded) == (voted.version, False)
    assert facts("directory.rules_%") == []


def test_everywhere_each_version_is_told_with_the_places_it_holds_at(voted):
    confirm(voted, record(voted))
    code = f"credit-{voted.village.code}"
    found = [p for p in journal.playbooks_in_force(None, date(2026, 3, 12)) if p.code == code]
    early = [p for p in journal.playbooks_in_force(None, TODAY) if p.code == code]

    assert [(p.version, p.places) for p in found] == [(2, (voted.village.id,))]
    assert [(p.version, p.places) for p in early] == [(1, (voted.village.id,))]


def facts(like):
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM journal_fact WHERE kind LIKE %s ORDER BY id", [like])
        return [row[0] for row in cursor.fetchall()]
