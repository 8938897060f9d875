"""Slips for people of the area, codes for a couple's one phone, and who resets whom."""

from __future__ import annotations

import pytest
from django.db import connection

from liuchi.engines.accounts import actions as accounts
from liuchi.engines.accounts import queries as accounts_queries
from liuchi.engines.accounts.enums import Browser, DeviceKind, SlipKind
from liuchi.engines.directory import actions, queries, rules
from liuchi.engines.directory.actions import PersonChange
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor, Reach
from liuchi.kernel.errors import Conflict, Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id

HERE = "192.0.2.1"
RESET = "accounts.access.reset"


def key() -> str:
    return str(new_id())


def enter(user_id):
    return accounts.recognise_device(
        user_id=user_id,
        token="",
        kind=DeviceKind.PHONE,
        browser=Browser.WECHAT,
        trusted=True,
    )


def waiting(actor, **more):
    with acting_as(actor):
        return queries.waiting_for_slips(actor, **more)


def names(page) -> list[str]:
    return [row.person.name for row in page.rows]


def test_a_household_gets_its_slips_and_each_opens_one_person(people, official):
    recorder = official("recorder", "罗冲社区")
    wanted = [people["单小红"], people["单小明"]]
    slips = actions.issue_slips(person_ids=wanted, actor=recorder, key="k")
    assert [(slip.name, slip.household_label, slip.kind) for slip in slips] == [
        ("单小红", "0001", SlipKind.SIGN_IN),
        ("单小明", "0001", SlipKind.SIGN_IN),
    ]
    user_id = accounts.use_slip(code=slips[1].code, address=HERE)
    assert queries.account_person(user_id).person_id == people["单小明"]
    # The account was opened with the masked name: it is read before anybody's scope is known.
    assert accounts_queries.user(user_id).display_name == "单**"
    assert accounts_queries.has_password(user_id) is False
    with pytest.raises(Conflict):
        actions.issue_slips(person_ids=wanted, actor=recorder, key="k")
    again = actions.issue_slips(person_ids=wanted[:1], actor=recorder, key=key())
    with pytest.raises(Refused) as refused:
        accounts.use_slip(code=slips[0].code, address=HERE)
    assert refused.value.code == "slip_voided"
    actions.void_slip(person_id=wanted[0], actor=recorder, key=key())
    with pytest.raises(Refused):
        accounts.use_slip(code=again[0].code, address=HERE)


def test_the_facts_of_a_slip_stand_in_the_village_and_name_who_issued_it(people, official):
    recorder = official("recorder", "罗冲社区")
    actions.issue_slips(person_ids=[people["单小明"]], actor=recorder, key=key())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT actor_id, area_id FROM journal_fact WHERE kind = 'accounts.slip_issued'"
        )
        assert cursor.fetchall() == [(recorder.id, queries.area_named("罗冲社区").id)]


def test_next_door_and_nobody_and_too_many_are_refused(people, official):
    recorder = official("recorder", "罗冲社区")
    with pytest.raises(NotFound):
        actions.issue_slips(person_ids=[people["欧阳锋"]], actor=recorder, key=key())
    with pytest.raises(Invalid) as nobody:
        actions.issue_slips(person_ids=[], actor=recorder, key=key())
    with pytest.raises(Invalid) as many:
        actions.issue_slips(person_ids=[new_id() for _ in range(101)], actor=recorder, key=key())
    assert (nobody.value.code, many.value.code) == ("slips_none", "slips_too_many")
    reviewer = official("reviewer", "罗冲社区")
    with pytest.raises(Refused):
        actions.issue_slips(person_ids=[people["单小明"]], actor=reviewer, key=key())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM directory_person_account")
        assert cursor.fetchone() == (0,)


def test_a_post_holder_gets_a_code_for_a_device_and_not_from_the_recorder(people, official, root):
    secretary, recorder = official("secretary", "罗冲社区"), official("recorder", "罗冲社区")
    person_id = people["单小明"]
    keeper = official("shopkeeper", "罗冲社区")
    actions.link_account(user_id=keeper.id, person_id=person_id, actor=root, key=key())
    with pytest.raises(Refused):
        actions.issue_slips(person_ids=[person_id], actor=recorder, key=key())
    (slip,) = actions.issue_slips(person_ids=[person_id], actor=secretary, key=key())
    assert slip.kind is SlipKind.DEVICE
    with pytest.raises(Invalid):
        accounts.use_slip(code=slip.code, address=HERE)
    code = actions.issue_device_code(user_id=keeper.id, actor=secretary, key=key())
    accounts.prove_device(user_id=keeper.id, code=code.code)


def test_who_is_on_no_phone_yet_is_listed_until_in(people, official):
    secretary = official("secretary", "罗冲社区")
    assert names(waiting(secretary)) == ["陈伟国", "单小红", "单小明"]
    first = waiting(secretary, limit=1)
    assert names(waiting(secretary, limit=1, after=first.next_after)) == ["单小红"]
    (slip,) = actions.issue_slips(person_ids=[people["单小红"]], actor=secretary, key=key())
    states = {
        row.person.name: row.access and row.access.slip_state for row in waiting(secretary).rows
    }
    assert states == {"陈伟国": None, "单小红": "open", "单小明": None}
    enter(accounts.use_slip(code=slip.code, address=HERE))
    assert names(waiting(secretary)) == ["陈伟国", "单小明"]
    with acting_as(secretary):
        row = queries.sign_in_of(secretary, people["单小红"])
    assert (row.holds_post, row.access.devices, row.access.slip_state) == (False, 1, "used")


def test_a_couple_shares_a_phone_and_staff_are_left_out(people, official, root):
    for name in ("单小红", "陈伟国"):
        actions.correct_person(
            person_id=people[name],
            change=PersonChange(phone="13800000001"),
            expected_version=1,
            actor=root,
            key=key(),
        )
    keeper = official("shopkeeper", "罗冲社区")
    actions.link_account(user_id=keeper.id, person_id=people["陈伟国"], actor=root, key=key())
    owners = queries.owners_of_phone("13800000001")
    assert [(owner.masked_name, owner.user_id) for owner in owners] == [
        ("单**", None),
        ("单**", None),
    ]
    ming = people["单小明"]
    user_id = actions.account_for_phone(person_id=ming, phone="13800000001")
    assert actions.account_for_phone(person_id=ming, phone="13800000001") == user_id
    assert queries.account_person(user_id).person_id == ming
    for person_id, phone in ((people["陈伟国"], "13800000001"), (ming, "13900000009")):
        with pytest.raises(NotFound):
            actions.account_for_phone(person_id=person_id, phone=phone)
    assert queries.owners_of_phone("13700000000") == ()


def test_the_secretary_resets_a_resident_of_the_community_only(people, official):
    secretary, neighbour = official("secretary", "罗冲社区"), official("secretary", "盛塘社区")
    (slip,) = actions.issue_slips(person_ids=[people["单小明"]], actor=secretary, key=key())
    user_id = accounts.use_slip(code=slip.code, address=HERE)
    device = enter(user_id)
    with pytest.raises(Refused) as refused:
        actions.reset_access(user_id=user_id, reason="手机掉了", actor=neighbour, key=key())
    assert refused.value.code == "reset_out_of_reach"
    actions.reset_access(user_id=user_id, reason="手机掉了", actor=secretary, key=key())
    assert not accounts_queries.session_state(
        user_id=user_id, device_id=device.id, since=None
    ).stands


def test_two_secretaries_are_level_and_the_clerk_is_above(people, official, account, root):
    secretary = official("secretary", "罗冲社区")
    second = account("second")
    actions.appoint(second, "secretary", queries.area_named("罗冲社区").id, actor=root, key=key())
    reset = {"user_id": second, "reason": "手机掉了"}
    with pytest.raises(Refused):
        actions.reset_access(**reset, actor=secretary, key=key())
    actions.reset_access(**reset, actor=official("clerk", "菱北办事处"), key=key())
    with pytest.raises(Refused) as refused:
        actions.reset_access(user_id=secretary.id, reason="手机掉了", actor=secretary, key=key())
    assert refused.value.code == "own_reset"


@pytest.mark.parametrize(
    ("verbs", "scope", "places", "below"),
    [
        ((RESET,), "3408", [("340801", True)], True),
        ((RESET,), "3408", [("3408", False)], True),
        ((RESET,), "3408", [("3408", True)], False),
        ((RESET,), "3408", [("3408", False), ("3409", False)], False),
        ((RESET, "directory.area.write"), "3408", [("3408", True)], True),
        ((RESET, "directory.area.write"), "3408", [("3409", True)], False),
        ((RESET,), "3408", [], False),
        ((RESET, "directory.area.write"), "3408", [], True),
    ],
)
def test_who_is_below_whom(verbs, scope, places, below):
    actor = Actor(new_id(), "somebody", None, scope, grants=dict.fromkeys(verbs, Reach.AREA))
    assert rules.is_below(actor, places) is below
