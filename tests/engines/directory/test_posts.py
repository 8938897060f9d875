"""Posts and the actors they make; organisations; linked accounts; resets."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import connection

from liuchi.engines.directory import actions, queries
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, Invalid, NotFound, Refused
from liuchi.kernel.ids import new_id


def key() -> str:
    return str(new_id())


def appoint(root, user_id, role="recorder", place="罗冲社区", **more):
    more.setdefault("key", key())
    more.setdefault("actor", root)
    return actions.appoint(user_id, role, queries.area_named(place).id, **more)


def test_a_post_makes_an_actor_with_the_rights_of_its_role(root, account):
    user_id = account("wang")
    post_id = appoint(root, user_id, "leader", "经开区")
    actor = queries.actor_of(user_id)
    assert actor == Actor(
        user_id,
        "leader",
        queries.area_named("经开区").id,
        "340871",
        None,
        post_id,
        actor.grants,
    )
    assert sorted(actor.grants) == [
        "bulletins.bulletin.check",
        "bulletins.bulletin.issue",
        "bulletins.bulletin.read",
        "cases.case.read",
        "cases.case.supervise",
        "collect.table.read",
        "disclosures.posting.read",
        "indicators.figure.read",
        "indicators.figure.trace",
        "journal.fact.read",
        "playbooks.playbook.read",
    ]


def test_without_post_or_person_there_is_no_actor(root, account):
    with pytest.raises(Refused) as refused:
        queries.actor_of(account("wang"))
    assert refused.value.code == "no_post"


def test_one_sign_in_holds_several_posts_and_is_a_resident_too(root, account, people):
    user_id = account("wang")
    first = appoint(root, user_id, "recorder", valid_from=date(2026, 1, 1))
    second = appoint(root, user_id, "reviewer", "乌岭社区")
    actions.link_account(user_id=user_id, person_id=people["程安"], actor=root, key=key())
    ways = queries.posts_of(user_id)
    assert [(row.id, row.title, row.area_name) for row in ways] == [
        (first, "记录员", "罗冲社区"),
        (second, "评议员", "乌岭社区"),
        (people["程安"], "居民", "盛塘社区"),
    ]
    assert [queries.actor_of(user_id, row.id).role for row in ways] == [
        "recorder",
        "reviewer",
        "resident",
    ]
    assert queries.actor_of(user_id).post_id == first
    assert {queries.actor_of(user_id, row.id).person_id for row in ways} == {people["程安"]}
    with pytest.raises(NotFound):
        queries.actor_of(user_id, new_id())


def test_a_post_begins_and_ends_with_its_days(root, account, clock):
    user_id = account("wang")
    post_id = appoint(root, user_id, valid_from=date(2026, 3, 3))
    assert queries.posts_of(user_id) == ()
    clock.advance(timedelta(days=1))
    assert [row.id for row in queries.posts_of(user_id)] == [post_id]
    actions.end_post(post_id=post_id, actor=root, key="k")
    actions.end_post(post_id=post_id, actor=root, key="k")
    assert queries.posts_of(user_id) == ()
    with pytest.raises(Conflict):
        actions.end_post(post_id=post_id, actor=root, key=key())


def test_the_same_post_is_held_once_at_a_time(root, account):
    user_id = account("wang")
    appoint(root, user_id)
    with pytest.raises(Conflict) as refused:
        appoint(root, user_id)
    assert refused.value.code == "post_held"


def test_the_same_key_at_the_same_time_appoints_once(root, account):
    user_id, area_id = account("wang"), queries.area_named("罗冲社区").id
    results, gate = [], threading.Barrier(6)

    def work() -> None:
        try:
            gate.wait()
            results.append(actions.appoint(user_id, "recorder", area_id, actor=root, key="k"))
        except Exception as error:  # noqa: BLE001  whatever it is, the test shows it
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (post,) = queries.posts_of(user_id)
    assert results == [post.id] * 6
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_fact WHERE subject_id = %s", [post.id])
        assert cursor.fetchone() == (1,)


def test_nobody_gives_more_than_they_hold_nor_outside_their_area(root, account, official):
    secretary, user_id = official("secretary", "罗冲社区"), account("wang")
    appoint(root, user_id, "shopkeeper", actor=secretary)
    for role, place, code in [
        ("administrator", "罗冲社区", "beyond_own_rights"),
        ("recorder", "盛塘社区", "out_of_scope"),
    ]:
        with pytest.raises(Refused) as refused:
            appoint(root, user_id, role, place, actor=secretary)
        assert refused.value.code == code
    with pytest.raises(Refused):
        appoint(root, user_id, actor=official("recorder", "罗冲社区"))
    for role in ("resident", "emperor"):
        with pytest.raises(Invalid):
            appoint(root, user_id, role)


def test_an_organisation_has_a_right_code_or_none(root, account):
    area_id = queries.area_named("罗冲社区").id
    make = {"kind": "shop", "name": "示例信用超市", "area_id": area_id, "actor": root}
    shop = actions.add_organization(**make, uscc="91350100M000100Y43", key="k")
    assert actions.add_organization(**make, uscc="91350100M000100Y43", key="k") == shop
    with pytest.raises(Invalid) as refused:
        actions.add_organization(**make, uscc="91350100M000100Y44", key=key())
    assert refused.value.code == "uscc_unusable"
    user_id = account("wang")
    actions.appoint(user_id, "shopkeeper", area_id, shop, actor=root, key=key())
    assert [row.organization_name for row in queries.posts_of(user_id)] == ["示例信用超市"]


def test_a_person_and_an_account_are_linked_once(root, account, people, resident):
    resident("程安")
    with pytest.raises(Conflict):
        actions.link_account(
            user_id=account("wang"), person_id=people["程安"], actor=root, key=key()
        )


def test_a_secretary_resets_passwords_of_the_own_village_only(root, official):
    secretary = official("secretary", "罗冲社区")
    recorder, clerk = official("recorder", "罗冲社区"), official("clerk", "菱北办事处")
    actions.reset_password(user_id=recorder.id, password="another-word", actor=secretary, key=key())
    assert authenticate(None, username="recorder-罗冲社区", password="another-word") is not None
    for user_id, code in [(clerk.id, "account_out_of_reach"), (secretary.id, "own_password")]:
        with pytest.raises(Refused) as refused:
            actions.reset_password(
                user_id=user_id, password="another-word", actor=secretary, key=key()
            )
        assert refused.value.code == code
