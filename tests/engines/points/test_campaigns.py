"""One item to many people: two people, a public notice, single people out, one undo."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connections

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.rules import PersonImport
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions, jobs, queries
from liuchi.engines.points.enums import CampaignSource, CampaignVerb
from liuchi.kernel import clock
from liuchi.kernel.errors import LiuchiError, NotFound

DAY = date(2026, 3, 1)


STEPS = ["发生", "批量提出", "审核通过", "记入", "冲正"]


def propose(world, people=None, **said):
    return actions.propose_campaign(
        actor=said.pop("actor", world.recorder),
        key=said.pop("key", world.key()),
        area_id=said.pop("area_id", world.village.id),
        title=said.pop("title", "三月清扫"),
        source=said.pop("source", CampaignSource.LIST),
        rule_code=said.pop("rule", "help"),
        happened_on=said.pop("on", DAY),
        person_ids=world.people if people is None else people,
        **said,
    )


def decide(world, row, verb=CampaignVerb.APPROVE, **said):
    return actions.decide_campaign(
        actor=said.pop("actor", world.reviewer),
        key=said.pop("key", world.key()),
        campaign_id=row.id,
        expected_version=said.pop("version", row.version),
        verb=verb,
        **said,
    )


def again(world, row):
    with acting_as(world.root):
        return queries.campaign(world.root, row.id)


def lines(world, row, **said):
    with acting_as(world.root):
        return queries.campaign_lines(world.root, row.id, **said).rows


def sheet_of(world, row):
    with acting_as(world.root):
        (part,) = queries.campaign_parts(world.root, row.id)
    return part


def balances(world):
    return [world.balance(person) for person in world.people]


def code_of(call):
    with pytest.raises(LiuchiError) as caught:
        call()
    return caught.value.code


def awarded(world):
    """What the journal says was awarded, by person: what figures are counted from."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT data ->> 'person', sum(CASE kind WHEN 'points.awarded' THEN amount "
            "ELSE -amount END)::integer FROM journal_fact "
            "WHERE kind IN ('points.awarded', 'points.award_reversed') GROUP BY 1"
        )
        found = dict(cursor.fetchall())
    return [found.get(str(person), 0) for person in world.people]


def test_many_have_their_points_after_a_second_person_and_the_notice(world):
    world.award(world.people[0])  # has a purse already
    row = propose(world, key="once")
    assert propose(world, key="once") == row
    assert (row.asked, row.people, row.points, row.points_total) == (4, 4, 50, 200)
    assert code_of(lambda: decide(world, row, actor=world.recorder)) != ""
    assert code_of(lambda: decide(world, row, version=row.version + 1)) == "campaign_changed"
    row = decide(world, row)
    assert (row.state, row.people) == ("on_notice", 4)
    assert jobs.post_campaigns() == 0
    part = sheet_of(world, row)
    (entry,) = queries.campaigns_on_notice(part.sheet_id)
    assert (entry.first_place, entry.last_place, entry.people) == (1, 4, 4)
    page = queries.campaign_people(part.sheet_id, row.id, now=clock.now(), limit=3)
    assert [(each.place, each.masked_name) for each in page.rows] == [
        (1, "试*"), (2, "试*"), (3, "试*"),
    ]  # fmt: skip
    rest = queries.campaign_people(part.sheet_id, row.id, now=clock.now(), after=page.next_after)
    assert [each.place for each in rest.rows] == [4]
    world.clock.advance(timedelta(days=10))
    assert jobs.post_campaigns() == 4
    assert jobs.post_campaigns() == 0
    assert balances(world) == [100, 50, 50, 50] == awarded(world)
    assert again(world, row).state == "posted"
    assert [each.masked_name for each in queries.campaign_people(
        part.sheet_id, row.id, now=clock.now()).rows] == ["", "", "", ""]  # fmt: skip
    assert jobs.unbalanced_accounts() == ()
    assert jobs.verify().differences == ()
    with acting_as(world.root):
        statement = queries.statement(world.root, world.people[1])
        before = queries.statement(world.root, world.people[0])
    # Whatever the sums were carried up to, they are the same.
    assert (jobs.roll_up_totals(), jobs.roll_up_totals()) == (4, 0)
    with acting_as(world.root):
        assert queries.statement(world.root, world.people[0]) == before
    assert (before.earned_total, before.balance) == (100, 100)
    (line,) = statement.entries
    assert (statement.balance, statement.earned_total, line.title) == (50, 50, "邻里互助")
    assert line.explanation.in_language("zh").startswith("三月清扫（批量记分，2026-03-01），互助")


def test_who_may_not_have_it_is_left_out_and_the_others_go_on(world):
    stranger = directory_actions.import_people(
        [PersonImport(name="试庚", village=world.village.code, household="9")],
        actor=world.root, key="no consent",
    ).person_ids[0]  # fmt: skip
    for _ in range(10):
        world.propose(world.people[0], "testing", quantity=1)
    mine = world.user("reviewer", world.village, world.people[2])
    row = propose(world, [*world.people, stranger], rule="testing", quantity=2)
    assert (row.asked, row.people, row.points) == (5, 3, 4)
    row = decide(world, row, actor=mine)
    assert row.people == 1  # the approver's household has left it: both who live there
    out = {each.person_id: each.reason for each in lines(world, row, left_out=True)}
    assert out == {
        world.people[0]: "cap_reached",
        stranger: "no_consent",
        world.people[2]: "own_household",
        world.people[3]: "own_household",
    }
    world.clock.advance(timedelta(days=10))
    assert jobs.post_campaigns() == 1
    assert balances(world) == [0, 4, 0, 0]
    # A cap counts what a campaign gave, for the next one and for a claim.
    row = propose(world, rule="testing", quantity=9)
    assert row.people == 2
    assert code_of(lambda: world.propose(world.people[1], "testing", quantity=9)) == "cap_reached"


def test_an_objection_takes_one_person_out_and_goes_its_own_way(world):
    row = decide(world, propose(world))
    part = sheet_of(world, row)
    receipt = actions.object_to(
        key="o", sheet_id=part.sheet_id, place=2, text="他那天不在。", address="::1"
    )
    assert receipt.code
    assert again(world, row).people == 3
    (out,) = lines(world, row, left_out=True)
    assert (out.person_id, out.reason, out.state) == (world.people[1], "objection", "taken_out")
    assert [each.place for each in queries.campaign_people(
        part.sheet_id, row.id, now=clock.now()).rows] == [1, 3, 4]  # fmt: skip
    world.clock.advance(timedelta(days=10))
    assert (jobs.post_campaigns(), jobs.post_due()) == (3, 0)
    assert balances(world) == [50, 0, 50, 50]
    with acting_as(world.root):
        claim = queries.claim_of(world.root, out.claim_id)
    with acting_as(world.secretary):
        (asked,) = queries.objections(world.secretary).rows
    assert (claim.state, claim.points) == ("on_notice", 50)
    actions.answer_objection(
        actor=world.secretary, key="a", objection_id=asked.id, outcome="not_upheld",
        reason="签到表有他。",
    )  # fmt: skip
    world.clock.advance(timedelta(days=20))
    assert jobs.post_due() == 1
    assert balances(world) == [50, 50, 50, 50] == awarded(world)
    # What is posted is not taken apart: it can be undone as a whole.
    late = {"sheet_id": part.sheet_id, "place": 1, "text": "他也不在。", "address": "::1"}
    assert code_of(lambda: actions.object_to(key="late", **late)) == "campaign_posted"


def test_an_undo_takes_back_what_is_not_spent(world):
    world.award(world.people[0], world.people[0])
    row = decide(world, propose(world, world.people[:3]))
    row = actions.take_out(
        actor=world.recorder, key="t", campaign_id=row.id,
        line_id=lines(world, row)[2].id, reason="重名",
    )  # fmt: skip
    world.clock.advance(timedelta(days=10))
    assert jobs.post_campaigns() == 2
    shop, goods = world.shop(cup=5)
    actions.redeem(
        actor=world.keeper, key="r", person_id=world.people[1], goods_id=goods["cup"].id,
        shop_id=shop.id, quantity=1,
    )  # fmt: skip
    ask = {"campaign_id": row.id, "reason": "活动取消了"}
    row = actions.ask_to_undo_campaign(actor=world.recorder, key="u", **ask)
    undo = {"campaign_id": row.id, "expected_version": row.version}
    own = world.recorder
    assert code_of(lambda: actions.undo_campaign(actor=own, key="n", **undo)) != ""
    row = actions.undo_campaign(actor=world.reviewer, key="y", **undo)
    assert (row.state, jobs.post_campaigns(), jobs.post_campaigns()) == ("undone", 1, 0)
    assert again(world, row).reversed == 1
    assert balances(world) == [100, 20, 0, 0]  # the one who has spent some keeps the rest
    assert awarded(world) == [100, 50, 0, 0]
    assert (jobs.unbalanced_accounts(), jobs.verify().differences) == ((), ())
    with acting_as(world.root):
        newest, before, *_ = queries.statement(world.root, world.people[0]).entries
        told = queries.explained(world.root, world.people[0], newest.transfer_id)
    assert [step.title.zh for step in told.steps] == STEPS
    assert "活动取消了" in newest.explanation.in_language("zh")
    assert before.undone is not None


def test_what_may_not_be_is_refused(world):
    refused = {
        "no such rule": code_of(lambda: propose(world, rule="none")),
        "to come": code_of(lambda: propose(world, on=date(2027, 1, 1))),
        "nobody": code_of(lambda: propose(world, [])),
        "a certificate": code_of(lambda: propose(world, rule="medal")),
        "no title": code_of(lambda: propose(world, title=" ")),
    }
    assert refused == {
        "no such rule": "rule_not_in_force",
        "to come": "in_the_future",
        "nobody": "people_unusable",
        "a certificate": "evidence_missing",
        "no title": "title_unusable",
    }
    with pytest.raises(NotFound):
        propose(world, world.others)
    row = propose(world)
    assert code_of(lambda: decide(world, row, CampaignVerb.REJECT)) == "reason_missing"
    row = decide(world, row, CampaignVerb.WITHDRAW, actor=world.recorder)
    assert (row.state, code_of(lambda: decide(world, row))) == ("withdrawn", "campaign_moved_on")
    stopped = decide(world, propose(world))
    stopped = decide(world, stopped, CampaignVerb.STOP, reason="名单不对")
    world.clock.advance(timedelta(days=10))
    assert (stopped.state, jobs.post_campaigns(), balances(world)) == ("stopped", 0, [0, 0, 0, 0])


def test_people_are_found_by_place_and_household(world):
    actor = world.recorder
    with acting_as(actor):
        everybody = directory.people_living_in(actor, world.village.id)
        one_each = directory.people_living_in(actor, world.village.id, one_per_household=True)
        with pytest.raises(NotFound):
            directory.people_living_in(actor, world.other.id)
    assert set(everybody) == set(world.people)
    assert len(one_each) == 2
