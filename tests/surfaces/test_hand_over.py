"""A leaver's open work, given on; what was done stays done by whoever did it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import jobs as directory_jobs
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.actions import Ending
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions as points_actions
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.errors import Conflict, Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id
from members import Member, office
from surfaces.world import World, rows

pytestmark = pytest.mark.slow


def key() -> str:
    return str(new_id())


def post_of(member: Member, role: str) -> UUID:
    return next(row.id for row in directory.posts_of(member.user_id) if row.role == role)


def leave(world: World, leaver: Member, role: str, to: Member | None, **other: object) -> None:
    ending = Ending(post_of(leaver, role), to.user_id if to else None)
    directory_actions.hand_over(
        leaver_id=leaver.user_id,
        endings=[ending],
        **{"on": world.today, "actor": world.cast.secretary.actor, "key": key(), **other},  # type: ignore[arg-type]
    )


def returned_claim(world: World, recorder: Member) -> UUID:
    """Let the recorder enter a claim that comes back for more."""
    claim = points_actions.propose_claim(
        actor=recorder.actor,
        key=key(),
        person_id=UUID(str(world.ours["person_id"])),
        rule_code=world.rule_code,
        happened_on=world.today,
    )
    points_actions.review_claim(
        actor=world.cast.reviewer.actor,
        key=key(),
        claim_id=claim.id,
        outcome="return",
        reason="请补充日期",
        expected_version=claim.version,
    )
    return claim.id


def test_the_successor_goes_on_where_the_leaver_stopped(world: World) -> None:
    recorder, secretary = world.cast.member("recorder"), world.cast.secretary
    claim_id = returned_claim(world, recorder)
    leave(world, recorder, "recorder", secretary)

    sent = points_actions.resubmit_claim(
        actor=secretary.actor, key=key(), claim_id=claim_id, note="五月三日"
    )
    with pytest.raises(Refused) as own:
        points_actions.review_claim(
            actor=secretary.actor,
            key=key(),
            claim_id=claim_id,
            outcome="approve",
            expected_version=sent.version,
        )

    assert sent.state == "proposed"
    assert rows("SELECT proposed_by_id FROM points_claim WHERE id = %s", claim_id) == [
        (recorder.user_id,)
    ]
    assert own.value.code == "own_proposal"


def test_nobody_else_goes_on_for_the_leaver(world: World) -> None:
    recorder = world.cast.member("recorder")
    claim_id = returned_claim(world, recorder)
    leave(world, recorder, "recorder", None)

    with pytest.raises(Refused) as refused:
        points_actions.resubmit_claim(
            actor=world.cast.secretary.actor, key=key(), claim_id=claim_id, note="五月三日"
        )

    assert refused.value.code == "not_own_claim"


def test_the_account_closes_with_the_last_post_and_opens_with_a_new_one(world: World) -> None:
    recorder = world.cast.member("recorder")
    client = world.client("recorder")
    assert client.get("/desk/").status_code == 200
    leave(world, recorder, "recorder", world.cast.secretary)
    shut = client.get("/desk/")

    assert (shut.status_code, shut["Location"].split("?")[0]) == (302, "/sign-in/")
    assert accounts.user(recorder.user_id).is_active is False
    directory_actions.appoint(
        recorder.user_id,
        "reviewer",
        world.cast.village.id,
        actor=world.cast.secretary.actor,
        key=key(),
    )
    assert accounts.user(recorder.user_id).is_active is True
    assert [row.role for row in directory.posts_of(recorder.user_id)] == ["reviewer"]


def test_whoever_keeps_a_post_keeps_the_account(world: World) -> None:
    recorder = world.cast.member("recorder")
    directory_actions.appoint(
        recorder.user_id, "reviewer", world.neighbours.village.id, actor=office(), key=key()
    )
    leave(world, recorder, "recorder", world.cast.secretary)

    assert accounts.user(recorder.user_id).is_active is True
    assert [row.area_id for row in directory.posts_of(recorder.user_id)] == [
        world.neighbours.village.id
    ]


def test_a_successor_without_the_rights_is_appointed_and_one_with_them_is_not(
    world: World,
) -> None:
    recorder, reviewer = world.cast.member("recorder"), world.cast.reviewer
    leave(world, recorder, "recorder", reviewer)
    leave(world, reviewer, "reviewer", world.cast.secretary)

    assert sorted(row.role for row in directory.posts_of(reviewer.user_id)) == ["recorder"]
    assert [row.role for row in directory.posts_of(world.cast.secretary.user_id)] == ["secretary"]


def test_planned_for_a_day_it_waits_for_the_day(world: World, after_demo: SimulatedClock) -> None:
    recorder, reviewer = world.cast.member("recorder"), world.cast.reviewer
    claim_id = returned_claim(world, recorder)
    leave(world, recorder, "recorder", reviewer, on=world.today + timedelta(days=3))

    assert directory_jobs.finish_hand_overs() == 0
    assert [row.role for row in directory.posts_of(recorder.user_id)] == ["recorder"]
    assert [row.role for row in directory.posts_of(reviewer.user_id)] == ["reviewer"]
    after_demo.advance(timedelta(days=3))
    assert directory.posts_of(recorder.user_id) == ()
    assert (directory_jobs.finish_hand_overs(), directory_jobs.finish_hand_overs()) == (1, 0)
    assert accounts.user(recorder.user_id).is_active is False
    village = world.cast.village.scope_code
    with acting_as(reviewer.actor):
        assert directory.answers_for(recorder.user_id, reviewer.user_id, village) == (
            reviewer.user_id
        )
    del claim_id


def test_the_same_request_hands_over_once(world: World) -> None:
    recorder, again = world.cast.member("recorder"), key()
    ending = Ending(post_of(recorder, "recorder"), world.cast.reviewer.user_id)
    for _ in range(2):
        directory_actions.hand_over(
            leaver_id=recorder.user_id,
            endings=[ending],
            on=world.today,
            actor=world.cast.secretary.actor,
            key=again,
        )
    kinds = rows(
        "SELECT kind FROM journal_fact WHERE subject_id = %s AND kind LIKE 'directory.post%%' "
        "ORDER BY id",
        ending.post_id,
    )

    assert [kind for (kind,) in kinds] == [
        "directory.post_appointed",
        "directory.post_ended",
        "directory.post_handed_over",
    ]


def test_who_may_not_hand_over(world: World) -> None:
    recorder, secretary = world.cast.member("recorder"), world.cast.secretary
    with pytest.raises(Refused) as own:
        leave(world, secretary, "secretary", recorder)
    with pytest.raises(Refused) as oneself:
        leave(world, recorder, "recorder", recorder)
    with pytest.raises(NotFound):
        leave(world, recorder, "recorder", None, actor=world.neighbours.secretary.actor)
    with pytest.raises(Refused) as no_right:
        leave(world, world.cast.reviewer, "reviewer", None, actor=recorder.actor)
    with pytest.raises(Invalid) as early:
        leave(world, recorder, "recorder", None, on=world.today - timedelta(days=1))
    leave(world, recorder, "recorder", None, on=world.today + timedelta(days=9))
    with pytest.raises(Conflict) as twice:
        leave(world, recorder, "recorder", None)

    codes = [each.value.code for each in (own, oneself, no_right, early, twice)]
    assert codes == [
        "own_post",
        "successor_is_leaver",
        "not_permitted",
        "hand_over_early",
        "post_ended",
    ]


def test_the_page_shows_what_is_open_and_hands_it_over(world: World) -> None:
    recorder = world.cast.member("recorder")
    returned_claim(world, recorder)
    post_id, client = post_of(recorder, "recorder"), world.client("secretary")
    where = f"/desk/posts/{post_id}/hand-over/"
    page = client.get(where).content.decode()
    without = client.post(where, _fields(post_id, world, to=""))
    done = client.post(where, _fields(post_id, world, to=str(world.cast.secretary.user_id)))
    after = client.get(done["Location"]).content.decode()

    assert "退回给本人补充的申报" in page
    assert (without.status_code, done.status_code) == (422, 302)
    assert "请选择谁来接。" in without.content.decode()
    assert "已停用" in after
    assert world.client_of_theirs().get(where).status_code == 404


def test_a_new_account_is_opened_and_appointed_in_one_form(world: World) -> None:
    client: Client = world.client("secretary")
    sent = client.post(
        "/desk/administration/posts/new/",
        {
            "key": key(),
            "user": "new",
            "name": "新同事",
            "username": "xin",
            "password": "six-feet-lane-2",
            "role": "recorder",
            "area": str(world.cast.village.id),
            "valid_from": world.today.isoformat(),
        },
    )
    made = accounts.user_named("xin")

    assert sent.status_code == 302
    assert made is not None
    assert [row.role for row in directory.posts_of(made.id)] == ["recorder"]


def _fields(post_id: UUID, world: World, *, to: str) -> dict[str, str]:
    return {
        "key": key(),
        "on": world.today.isoformat(),
        f"end_{post_id.hex}": "on",
        f"to_{post_id.hex}": to,
    }


def test_a_planned_hand_over_is_taken_back_until_its_day(world: World) -> None:
    recorder, keeper = world.cast.member("recorder"), world.cast.shopkeeper
    post_id, day = post_of(recorder, "recorder"), world.today + timedelta(days=5)
    leave(world, recorder, "recorder", keeper, on=day)
    client = world.client("secretary")
    page = f"/desk/posts/{post_id}/hand-over/"
    assert "取消这次交接" in client.get(page).content.decode()
    assert client.post(page, {"do": "cancel", "key": key()}).status_code == 302

    assert rows("SELECT valid_to FROM directory_post WHERE id = %s", post_id) == [(None,)]
    assert rows("SELECT count(*) FROM directory_hand_over WHERE post_id = %s", post_id) == [(0,)]
    assert rows(
        "SELECT valid_from = valid_to FROM directory_post WHERE user_id = %s AND role_id = %s",
        keeper.user_id,
        "recorder",
    ) == [(True,)]
    leave(world, recorder, "recorder", keeper)  # and may be handed over again, at once
    with pytest.raises(Refused) as done:
        directory_actions.cancel_hand_over(
            post_id=post_id, actor=world.cast.secretary.actor, key=key()
        )
    assert done.value.code == "hand_over_done"
