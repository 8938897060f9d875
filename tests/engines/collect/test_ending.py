"""When a table ends: later, early, by itself, two people at once; and whose it is by then."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connections

from engines.collect.tables import COLUMNS, TODAY, VILLAGES, look, mine, of, save, sending, sent
from engines.points.threads import in_threads
from liuchi.engines.collect import actions, queries
from liuchi.engines.collect.enums import Closing, ColumnKind, ReplyState, TableState
from liuchi.engines.collect.rules import Column
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.actions import Ending
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.errors import Conflict, Invalid, LiuchiError, Refused
from members import Cast, office

pytestmark = pytest.mark.slow


def key() -> str:
    return str(uuid4())


def facts(kind: str, subject_id: UUID) -> list[dict[str, object]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT data FROM journal_fact WHERE kind = %s AND subject_id = %s ORDER BY id",
            [kind, subject_id],
        )
        return [json.loads(data) for (data,) in cursor.fetchall()]


def kinds(subject_id: UUID) -> list[tuple[str, bool]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT kind, corrects_id IS NOT NULL FROM journal_fact WHERE subject_id = %s "
            "ORDER BY id",
            [subject_id],
        )
        return [(kind, bool(corrects)) for kind, corrects in cursor.fetchall()]


def at(user_id: UUID, area_id: UUID) -> Actor:
    """Return somebody by the post they hold at a place."""
    post = next(each for each in directory.posts_of(user_id) if each.area_id == area_id)
    return directory.actor_of(user_id, post.id)


def test_a_table_is_prolonged_while_it_takes_answers_and_says_so(town: Actor) -> None:
    table, clicked = sent(town), key()
    later = TODAY + timedelta(days=10)
    for _ in range(2):  # a second click
        row = actions.prolong(actor=town, key=clicked, table_id=table.id, ends_on=later)
    assert row.ends_on == later
    assert facts("collect.prolonged", table.id) == [{"ends_on": str(later)}]


def test_a_table_runs_no_longer_than_a_quarter_however_often(
    town: Actor, time: SimulatedClock
) -> None:
    table = sent(town, ends_on=TODAY + timedelta(days=60))
    time.move_to(time.now() + timedelta(days=50))
    for wrong in (None, TODAY + timedelta(days=60), TODAY + timedelta(days=93)):
        with pytest.raises(Invalid) as error:
            actions.prolong(actor=town, key=key(), table_id=table.id, ends_on=wrong)
        assert [each.field for each in error.value.errors] == ["ends_on"]
    last = TODAY + timedelta(days=92)
    row = actions.prolong(actor=town, key=key(), table_id=table.id, ends_on=last)
    assert row.ends_on == row.last_day == last
    with pytest.raises(Invalid):
        actions.prolong(actor=town, key=key(), table_id=table.id, ends_on=last + timedelta(days=1))


def test_what_has_ended_stays_ended(town: Actor, time: SimulatedClock) -> None:
    stopped, ended = sent(town), sent(town, again=True)
    actions.close(actor=town, key=key(), table_id=stopped.id)
    time.move_to(time.now() + timedelta(days=4))
    for table in (stopped, ended):  # the second one before the job has come round
        with pytest.raises(Refused) as error:
            actions.prolong(
                actor=town, key=key(), table_id=table.id, ends_on=TODAY + timedelta(days=9)
            )
        assert error.value.code == "ended_already"
    assert (look(town, stopped).state, look(town, stopped).closed_why) == (
        TableState.CLOSED,
        Closing.STOPPED,
    )


def test_a_table_of_personal_values_is_forgotten_from_the_day_it_really_ended(
    town: Actor, unit: Actor, time: SimulatedClock
) -> None:
    columns = (Column("c1", "需要照顾的情况", ColumnKind.TEXT, personal=True),)
    table = sent(
        town,
        columns=columns,
        purpose="安排上门",
        retain_days=2,
        ends_on=TODAY + timedelta(days=30),
    )
    save(unit, mine(unit, table), {"c1": "行动不便"})
    actions.close(actor=town, key=key(), table_id=table.id)
    time.move_to(time.now() + timedelta(days=2))
    assert actions.forget_personal() == 0
    time.move_to(time.now() + timedelta(days=1))
    assert actions.forget_personal() == 3
    assert mine(unit, table).values[0]["c1"] == "（已到期删除）"


def test_two_people_who_close_at_once_leave_one_fact(town: Actor) -> None:
    table = sent(town)
    first, second = in_threads(
        lambda: actions.close(actor=town, key="one", table_id=table.id),
        lambda: actions.close(actor=town, key="other", table_id=table.id),
    )
    refused = [each for each in (first, second) if isinstance(each, LiuchiError)]
    assert [each.code for each in refused] == ["closed_already"]
    assert facts("collect.closed", table.id) == [{"why": "stopped", "missing": 3}]


def test_one_key_at_once_closes_once_for_both(town: Actor) -> None:
    table = sent(town)

    def close() -> object:
        return actions.close(actor=town, key="same", table_id=table.id)

    first, second = in_threads(close, close)
    assert first == second
    assert len(facts("collect.closed", table.id)) == 1


def test_handing_in_and_closing_at_once_agree_on_who_is_missing(town: Actor, unit: Actor) -> None:
    table = sent(town)
    row = mine(unit, table)
    handed, closed = in_threads(
        lambda: save(unit, row, {"c3": "4"}),
        lambda: actions.close(actor=town, key=key(), table_id=table.id),
    )
    assert not isinstance(closed, LiuchiError)
    missing = 3 if isinstance(handed, LiuchiError) else 2
    assert facts("collect.closed", table.id) == [{"why": "stopped", "missing": missing}]
    assert look(town, table).missing == missing


def test_reminding_and_sending_back_at_once_happen_once(town: Actor, unit: Actor) -> None:
    table = sent(town)
    counts = in_threads(
        *(lambda: actions.remind(actor=town, key=key(), table_id=table.id) for _ in range(2))
    )
    assert sorted(counts) == [0, 3]
    row = save(unit, mine(unit, table), {"c3": "4"})
    backs = in_threads(
        *(
            lambda: actions.send_back(actor=town, key=key(), reply_id=row.id, reason="少一处")
            for _ in range(2)
        )
    )
    refused = [each.code for each in backs if isinstance(each, LiuchiError)]
    assert refused == ["not_handed_in"]
    assert len(facts("collect.sent_back", row.id)) == 1


def test_two_of_a_unit_at_once_and_one_key_twice(town: Actor, unit: Actor) -> None:
    row = mine(unit, sent(town))

    def hand_in(clicked: str) -> object:
        return actions.save(
            actor=unit, key=clicked, reply_id=row.id, rows=[{"c3": "4"}], hand_in=True,
            expected_version=row.version,
        )  # fmt: skip

    one, other = in_threads(lambda: hand_in("one"), lambda: hand_in("two"))
    assert sum(isinstance(each, Conflict) for each in (one, other)) == 1
    assert len(facts("collect.handed_in", row.id)) == 1


def test_sending_twice_with_one_key_is_one_table(town: Actor) -> None:
    asked = sending(town)
    first, second = in_threads(*(lambda: actions.send(actor=town, key="once", sending=asked),) * 2)
    assert first == second
    with pytest.raises(Conflict):
        actions.send(actor=town, key="once", sending=sending(town, title="别的"))


def test_a_correction_corrects_the_fact_before_and_nothing_handed_in_is_only_kept(
    town: Actor, unit: Actor
) -> None:
    first = save(unit, mine(unit, sent(town)), {"c3": "4"})
    with pytest.raises(Refused) as error:
        save(unit, first, {"c3": "许多"}, hand_in=False)
    assert error.value.code == "handed_in_already"
    save(unit, first, {"c3": "5"})
    assert kinds(first.id) == [
        ("collect.asked", False),
        ("collect.handed_in", False),
        ("collect.handed_in", True),
    ]


def test_a_column_nobody_asked_for_is_refused(town: Actor, unit: Actor) -> None:
    with pytest.raises(Invalid) as error:
        save(unit, mine(unit, sent(town)), {"c3": "4", "c99": "x"})
    assert error.value.code == "column_unknown"


def test_what_is_asked_elsewhere_just_now_is_asked_again_knowingly_alone(
    town: Actor, unit: Actor
) -> None:
    table = sent(town)
    save(unit, mine(unit, table), {"c3": "4"})
    with pytest.raises(Invalid) as error:
        sent(town, title="再要一次", columns=COLUMNS[2:])
    said = {each.field: each.sentence.in_language("zh") for each in error.value.errors}
    assert said["title_c3"] == (
        "「新增充电桩」正在《充电桩情况》里要，2 个单位还没有交（2022-07-07截止）。"
    )
    ours = (unit.area_id,)
    sent(town, title="只问交过的", unit_ids=ours, columns=COLUMNS[2:])
    again = sent(town, title="再要一次", columns=COLUMNS[2:], again=True)
    told = facts("collect.asked", mine(unit, again).id)
    assert [each["again"] for each in told] == [2]


def test_a_table_goes_to_who_took_over_when_its_owner_leaves(
    town: Actor, time: SimulatedClock
) -> None:
    cast = Cast("罗冲社区")
    other = cast.member("clerk").user_id
    area = directory.area(cast.village.id).parent_id
    assert area is not None
    directory_actions.appoint(other, "clerk", area, None, actor=office(), key=key())
    table = sent(town)
    assert actions.follow_successors() == 0
    post = next(each for each in directory.posts_of(town.id) if each.role == "clerk")
    directory_actions.hand_over(
        leaver_id=town.id, endings=[Ending(post.id, other)], on=TODAY, actor=office(), key=key()
    )
    assert actions.follow_successors() >= 1
    assert actions.follow_successors() == 0
    assert facts("collect.handed_over", table.id) == [{"owner": str(other)}]
    assert look(at(other, area), table).owner_id == other


def test_a_new_secretary_goes_on_where_the_last_one_stopped(town: Actor, unit: Actor) -> None:
    row = save(unit, mine(unit, sent(town)), {"c3": "4", "c4": ""}, hand_in=False)
    cast = Cast("罗冲社区")
    post = next(each for each in directory.posts_of(unit.id) if each.role == "secretary")
    taker = cast.member("recorder")
    directory_actions.hand_over(
        leaver_id=unit.id,
        endings=[Ending(post.id, taker.user_id)],
        on=TODAY,
        actor=office(),
        key=key(),
    )
    done = save(taker.actor, row, {"c3": "4", "c4": "自建"})
    assert done.state is ReplyState.HANDED_IN
    assert done.rows[0]["c3"]["by"] == str(unit.id)  # who wrote it, wrote it
    assert done.rows[0]["c4"]["by"] == str(taker.user_id)


def test_what_waits_today_is_counted(town: Actor, unit: Actor) -> None:
    with acting_as(unit):
        before = queries.work_today(unit)
    table = sent(town, ends_on=TODAY + timedelta(days=1))
    with acting_as(unit):
        waits = queries.work_today(unit)
    assert (waits.to_fill, waits.sent_back) == (before.to_fill + 1, 0)
    row = save(unit, mine(unit, table), {"c3": "4"})
    actions.send_back(actor=town, key=key(), reply_id=row.id, reason="少一处")
    with acting_as(unit):
        assert queries.work_today(unit).sent_back == 1
    with acting_as(town):
        assert queries.work_today(town).ending == 1
        assert queries.owned_by(town, town.id, town.scope_code) >= 1
    other = of("lingbei-leader")
    with acting_as(other):
        assert queries.work_today(other).ending == 0


def test_a_unit_that_went_over_to_another_town_is_said_to_be_gone(town: Actor) -> None:
    with acting_as(town):
        here = next(each for each in queries.units(town) if each.name not in VILLAGES)
    table = sent(town, unit_ids=(here.id, directory.area_named("罗冲社区").id))
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT id, scope_code FROM directory_area WHERE kind IN ('town', 'office') "
            "AND id <> %s ORDER BY scope_code LIMIT 1",
            [here.parent_id],
        )
        ((other, code),) = cursor.fetchall()
    directory_actions.reorganise(
        area_id=here.id,
        new_parent_id=other,
        on=TODAY,
        actor=system_actor(UUID(int=9), "directory.area.write"),
        key=key(),
        new_code=f"{code}991",
    )
    seen = look(town, table)
    assert (seen.units_sent, seen.units, seen.gone, seen.missing) == (2, 1, 1, 1)
    # What it was asked its staff still find, and may hand in.
    user = Cast("罗冲社区").member("recorder").user_id
    directory_actions.appoint(user, "secretary", here.id, None, actor=office(), key=key())
    moved = at(user, here.id)
    assert moved.scope_code == f"{code}991"
    assert save(moved, mine(moved, table), {"c3": "4"}).state is ReplyState.HANDED_IN
