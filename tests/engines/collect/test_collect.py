"""A table from sending to closing: prefilled, reminded, mended, merged; and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections

from engines.collect.tables import COLUMNS, TODAY, VILLAGES, look, mine, save, sent
from liuchi.engines.collect import actions, queries
from liuchi.engines.collect.enums import Closing, ColumnKind, Origin, ReplyState, TableState
from liuchi.engines.collect.rules import Column, read_workbook, template
from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import sheets
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import SimulatedClock
from liuchi.kernel.errors import Conflict, Invalid, NotFound, Refused
from members import Cast

pytestmark = pytest.mark.slow


def test_what_is_held_is_filled_in_and_never_asked(town: Actor, unit: Actor) -> None:
    row = mine(unit, sent(town))
    with acting_as(town):
        assert unit.area_id is not None
        people, homes = directory.headcounts(town, [unit.area_id])[unit.area_id]
    assert people > homes > 0
    cells = row.rows[0]
    assert (cells["c1"]["v"], cells["c1"]["from"]) == (str(homes), Origin.DIRECTORY)
    assert (cells["c2"]["from"], cells["c2"]["ref"]) == (Origin.FIGURE, "credit.claims@2022-07-04")
    assert int(cells["c2"]["v"]) > 0
    assert "c3" not in cells

    done = save(unit, row, {"c1": "9999", "c3": "4", "c4": "自建"})
    assert done.values[0] == {**{c: cells[c]["v"] for c in ("c1", "c2")}, "c3": "4", "c4": "自建"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": None}, "ends_on"),
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
        ({"ends_on": TODAY + timedelta(days=200)}, "ends_on"),
        ({"owner_id": None}, "owner_id"),
        ({"owner_id": UUID(int=7)}, "owner_id"),
        ({"unit_ids": ()}, "unit_ids"),
        ({"unit_ids": (UUID(int=7),)}, "unit_ids"),
        ({"title": " "}, "title"),
        ({"columns": COLUMNS[:2]}, "columns"),
        ({"columns": (Column("c1", "户数", ColumnKind.NUMBER),)}, "title_c1"),
        ({"columns": (Column("c1", "户主姓名", ColumnKind.TEXT),)}, "title_c1"),
        ({"columns": (Column("c1", "申报件数", ColumnKind.NUMBER),)}, "title_c1"),
        ({"columns": (Column("c1", "单位", ColumnKind.TEXT),)}, "title_c1"),
        ({"columns": (Column("c1", "列" * 31, ColumnKind.TEXT),)}, "title_c1"),
        ({"columns": (*COLUMNS, Column("c9", "做法", ColumnKind.TEXT))}, "title_c9"),
        (
            {"columns": tuple(Column(f"c{n}", f"第{n}", ColumnKind.TEXT) for n in range(1, 22))},
            "columns",
        ),
        ({"rows_max": 501}, "rows_max"),
        ({"columns": (Column("c1", "类型", ColumnKind.CHOICE, choices=("一",)),)}, "title_c1"),
        ({"columns": (Column("c1", "既往病史", ColumnKind.TEXT, personal=True),)}, "purpose"),
    ],
)
def test_a_table_is_refused(town: Actor, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as error:
        sent(town, **changes)
    assert field in {each.field for each in error.value.errors}


def test_who_is_missing_is_seen_and_reminded_once_a_day(
    town: Actor, unit: Actor, time: SimulatedClock
) -> None:
    table = sent(town)
    save(unit, mine(unit, table), {"c3": "4"})
    assert (look(town, table).units, look(town, table).handed_in) == (3, 1)
    key = str(uuid4())
    assert actions.remind(actor=town, key=key, table_id=table.id) == 2
    assert actions.remind(actor=town, key=key, table_id=table.id) == 0  # a second click
    assert actions.remind(actor=town, key=str(uuid4()), table_id=table.id) == 0
    time.move_to(time.now() + timedelta(days=1))
    assert actions.remind(actor=town, key=str(uuid4()), table_id=table.id) == 2
    with acting_as(town):
        found = {each.area_name: each for each in queries.replies(town, table.id)}
    assert [found[name].reminded_times for name in VILLAGES] == [0, 2, 2]


def test_it_closes_by_itself_and_takes_nothing_after(
    town: Actor, unit: Actor, time: SimulatedClock
) -> None:
    table = sent(town)
    row = mine(unit, table)
    time.move_to(time.now() + timedelta(days=4))
    with pytest.raises(Refused) as error:  # before the job has come round
        save(unit, row, {"c3": "4"})
    assert error.value.code == "table_closed"
    assert actions.close_ended() == 2  # the demo's has ended as well
    assert actions.close_ended() == 0
    ended = look(town, table)
    assert (ended.state, ended.closed_why) == (TableState.CLOSED, Closing.ENDED)


def test_two_at_once_a_second_click_and_a_correction(town: Actor, unit: Actor) -> None:
    table = sent(town)
    row = mine(unit, table)
    key = str(uuid4())
    given: dict[str, Any] = {
        "actor": unit,
        "key": key,
        "reply_id": row.id,
        "rows": [{"c3": "4", "c4": ""}],
        "hand_in": True,
        "expected_version": row.version,
    }
    first = actions.save(**given)
    assert actions.save(**given) == first
    with pytest.raises(Conflict):
        save(unit, row, {"c3": "5", "c4": ""})
    later = save(unit, first, {"c3": "5", "c4": ""})
    assert (later.version, later.values[0]["c3"]) == (first.version + 1, "5")


def test_a_value_keeps_who_wrote_it_when_and_how(town: Actor, unit: Actor, cast: Cast) -> None:
    recorder = cast.member("recorder").actor
    table = sent(town)
    one = save(unit, mine(unit, table), {"c3": "4", "c4": "自建"}, hand_in=False)
    assert one.state is ReplyState.WAITING
    two = save(recorder, one, {"c3": "4", "c4": "共建"}, origin=Origin.EXCEL)
    cells = two.rows[0]
    assert (cells["c3"]["by"], cells["c3"]["from"]) == (str(unit.id), Origin.TYPED)
    assert (cells["c4"]["by"], cells["c4"]["from"]) == (str(recorder.id), Origin.EXCEL)

    with acting_as(town):
        answers, origins = queries.merged(town, table.id)
    rows = list(answers.rows)
    assert list(answers.headers)[:5] == ["填报单位", "行", "户数", "申报件数", "新增充电桩"]
    assert {row[0] for row in rows} == set(VILLAGES)
    ours = next(row for row in rows if row[0] == "罗冲社区")
    assert (ours[1], ours[4], ours[5], ours[6]) == (1, "4", "共建", "已交")
    told = [row for row in origins.rows if row[0] == "罗冲社区"]
    assert [(row[2], row[4]) for row in told] == [
        ("户数", "名录"),
        ("申报件数", "指标"),
        ("新增充电桩", "网上填"),
        ("做法", "表格导入"),
    ]


def test_sent_back_with_a_reason_and_handed_in_again(town: Actor, unit: Actor) -> None:
    table = sent(town)
    row = save(unit, mine(unit, table), {"c3": "4"})
    with pytest.raises(Invalid):
        actions.send_back(actor=town, key=str(uuid4()), reply_id=row.id, reason=" ")
    back = actions.send_back(actor=town, key=str(uuid4()), reply_id=row.id, reason="少报一处")
    assert (back.state, back.reason, back.values[0]["c3"]) == (
        ReplyState.SENT_BACK,
        "少报一处",
        "4",
    )
    again = save(unit, back, {"c3": "5"})
    assert (again.state, again.reason) == (ReplyState.HANDED_IN, "")
    with pytest.raises(Refused):
        actions.send_back(actor=unit, key=str(uuid4()), reply_id=row.id, reason="不是我们发的")


def test_wrong_cells_are_named_and_unfinished_work_is_kept(town: Actor, unit: Actor) -> None:
    row = mine(unit, sent(town))
    with pytest.raises(Invalid) as error:
        save(unit, row, {"c3": "四", "c4": "别的"})
    assert [each.field for each in error.value.errors] == ["cell_1_c3", "cell_1_c4"]
    kept = save(unit, row, {"c3": "", "c4": "自建"}, hand_in=False)
    assert (kept.state, kept.values[0]["c4"]) == (ReplyState.WAITING, "自建")
    with pytest.raises(Invalid):
        save(unit, kept, {"c3": "1", "c4": ""}, {"c3": "2", "c4": ""})  # one row a unit


def test_a_workbook_is_tried_and_its_bad_rows_are_named() -> None:
    empty = template("表", COLUMNS, [{"c1": "12", "c2": "3"}])
    assert list(empty.headers) == ["户数", "申报件数", "新增充电桩", "做法"]
    filled = sheets.SheetOut(
        "表", empty.headers, [["12", "3", 4, "自建"], ["12", "3", "许多", "自建"]]
    )
    read = read_workbook(COLUMNS, sheets.write([filled]), "x.xlsx")
    assert read.rows[0] == {"c3": "4", "c4": "自建"}
    assert [(each.row, each.title) for each in read.problems] == [(3, "新增充电桩")]
    with pytest.raises(Invalid) as error:
        read_workbook(
            COLUMNS, sheets.write([sheets.SheetOut("表", ["户数"], [["12"], ["13"]])]), "x.xlsx"
        )
    assert error.value.code == "columns_missing"


def test_what_was_answered_before_is_offered_again(town: Actor, unit: Actor) -> None:
    save(unit, mine(unit, sent(town)), {"c3": "4", "c4": "自建"})
    row = mine(unit, sent(town, title="充电桩情况（下半年）", again=True))
    assert (row.values[0]["c3"], row.rows[0]["c3"]["from"]) == ("4", Origin.EARLIER)
    done = save(unit, row, {"c3": "4", "c4": "自建"})
    assert done.rows[0]["c3"]["from"] == Origin.TYPED  # looked at, and so said anew


def test_personal_values_are_deleted_when_their_time_is_over(
    town: Actor, unit: Actor, time: SimulatedClock
) -> None:
    columns = (Column("c1", "需要照顾的情况", ColumnKind.TEXT, personal=True),)
    table = sent(town, columns=columns, purpose="安排上门", retain_days=2)
    row = save(unit, mine(unit, table), {"c1": "行动不便"})
    time.move_to(time.now() + timedelta(days=5))
    assert actions.forget_personal() == 0
    time.move_to(time.now() + timedelta(days=1))
    assert actions.forget_personal() == 3
    assert actions.forget_personal() == 0
    assert mine(unit, table).values[0]["c1"] == "（已到期删除）"
    assert row.values[0]["c1"] == "行动不便"


def test_a_table_goes_over_to_another_owner_and_to_nobody_else(town: Actor, unit: Actor) -> None:
    table = sent(town)
    with pytest.raises(NotFound):
        actions.hand_over(actor=town, key=str(uuid4()), table_id=table.id, owner_id=unit.id)
    held = actions.hand_over(actor=town, key=str(uuid4()), table_id=table.id, owner_id=town.id)
    assert held.owner_id == town.id


def test_a_unit_sees_its_own_answer_and_no_other(town: Actor, unit: Actor) -> None:
    table = sent(town)
    theirs = mine(Cast("盛塘社区").secretary.actor, table)
    with acting_as(unit):
        assert {row.area_id for row in queries.to_fill(unit).rows} == {unit.area_id}
        with pytest.raises(NotFound):
            queries.asked(unit, theirs.id)
        with pytest.raises(Refused):
            queries.table(unit, table.id)
    with pytest.raises(NotFound):
        save(unit, theirs, {"c3": "4"})


def test_facts_say_how_much_was_asked_and_no_value(town: Actor, unit: Actor) -> None:
    table = sent(town)
    save(unit, mine(unit, table), {"c3": "4", "c4": "自建"})
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT kind, data::text FROM journal_fact WHERE starts_with(kind, 'collect.') "
            "AND data ->> 'table' = %s ORDER BY id",
            [str(table.id)],
        )
        found = cursor.fetchall()
    assert [kind for kind, _ in found] == ["collect.asked"] * 3 + ["collect.handed_in"]
    assert '"prefilled": 2' in found[0][1]
    assert '"written": 2' in found[3][1]
    assert "自建" not in str(found)
