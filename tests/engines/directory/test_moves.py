"""Moving: one membership ends, another begins, and what is personal follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from engines.directory.conftest import key
from liuchi.engines.directory import actions, queries
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.errors import NotFound, Refused


def move(root, people, *names, to="盛塘社区", household="", on=None):
    return actions.move_people(
        person_ids=[people[name] for name in names],
        village_id=queries.area_named(to).id,
        household=household,
        on=on or clock.today(),
        actor=root,
        key=key(),
    )


def memberships(root, person_id):
    with connection.cursor() as cursor, acting_as(root):
        cursor.execute(
            "SELECT household.label, village.name, member.valid_from, member.valid_to "
            "FROM directory_membership AS member JOIN directory_household AS household "
            "ON household.id = member.household_id JOIN directory_area_name AS village "
            "ON village.area_id = household.village_id AND village.kind = 'official' "
            "WHERE person_id = %s ORDER BY member.valid_from",
            [person_id],
        )
        return cursor.fetchall()


def test_a_move_ends_one_membership_and_begins_another(root, people, clock):
    first = clock.now().date()
    clock.advance(timedelta(days=30))
    move(root, people, "单小明", "单小红", household="0001", on=first + timedelta(days=10))

    assert memberships(root, people["单小明"]) == [
        ("0001", "罗冲社区", first, first + timedelta(days=10)),
        ("0001", "盛塘社区", first + timedelta(days=10), None),
    ]
    with acting_as(root):
        assert queries.same_household(people["单小明"], people["欧阳锋"], clock.now().date())


def test_the_new_village_reads_what_is_personal_and_the_old_one_no_longer(
    root, people, official, clock
):
    old, new = official("secretary", "罗冲社区"), official("secretary", "盛塘社区")
    actions.give_consent(people["单小明"], "credit", "credit", actor=root, key=key())
    actions.unmask(people["单小明"], "phone", "通知领取", actor=old, key=key())
    clock.advance(timedelta(days=1))
    move(root, people, "单小明")

    with acting_as(old), pytest.raises(NotFound):
        queries.person(old, people["单小明"])
    with acting_as(new):
        row = queries.person(new, people["单小明"])
        assert (row.village_name, row.household_label, row.phone_masked, row.consented) == (
            "盛塘社区", "0002", "138****0001", True,
        )  # fmt: skip
        assert [each.actor_name for each in queries.access_log(new, people["单小明"])] == [
            "secretary-罗冲社区 演示"
        ]
    with connection.cursor() as cursor, acting_as(old):
        for table in ("person_secret", "person_key", "consent", "membership"):
            cursor.execute(
                f"SELECT count(*) FROM directory_{table} WHERE person_id = %s",
                [people["单小明"]],
            )
            assert (table, cursor.fetchone()) == (table, (0,))


def test_within_a_village_its_own_recorder_moves_people_and_nobody_elsewhere(
    root, people, official
):
    recorder = official("recorder", "罗冲社区")
    move(recorder, people, "陈伟国", to="罗冲社区", household="0001")
    assert memberships(root, people["陈伟国"])[-1][:2] == ("0001", "罗冲社区")
    with pytest.raises(Refused) as refused:
        move(recorder, people, "陈伟国")
    assert refused.value.code == "town_moves"
    with pytest.raises(NotFound):  # not of this community: as if not there
        move(recorder, people, "欧阳锋", to="罗冲社区")


@pytest.mark.parametrize(
    ("names", "where", "said"),
    [
        (("单小明", "欧阳锋"), {}, (0, "several_villages")),
        (("单小明",), {"to": "罗冲社区", "household": "0001"}, (0, "at_home_already")),
        (("单小明",), {}, (1, "moving_day")),
        (("单小明",), {}, (-1, "moving_day")),
    ],
)
def test_what_is_no_move_is_refused(root, people, names, where, said):
    days, code = said
    on = clock.today() + timedelta(days=days)
    with pytest.raises(Refused) as refused:
        move(root, people, *names, on=on, **where)
    assert refused.value.code == code


def test_a_repeated_key_moves_once_and_says_the_same_household(root, people):
    given = {
        "person_ids": [people["单小明"]],
        "village_id": queries.area_named("盛塘社区").id,
        "on": clock.today(),
        "actor": root,
        "key": "once",
    }
    assert actions.move_people(**given) == actions.move_people(**given)
    assert len(memberships(root, people["单小明"])) == 1
