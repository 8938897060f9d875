"""The owner's pages: who is missing, what was answered, one workbook; and who sees none of it."""

from __future__ import annotations

import html
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from engines.collect.tables import COLUMNS, TODAY, VILLAGES, look, mine, of, save, sent
from liuchi.engines.collect.queries import TableRow
from liuchi.engines.directory import queries as directory
from liuchi.kernel.actors import Actor
from members import Cast
from surfaces.cases.pages import browser, page
from surfaces.world import rows

pytestmark = pytest.mark.slow


def address(table: TableRow, *more: object) -> str:
    return "/".join(["/desk/collect", str(table.id), *map(str, more), ""])


def step(client: Client, table: TableRow, name: str, **fields: object) -> Any:
    return client.post(address(table), {"key": str(uuid4()), "step": name, **fields})


def shown(client: Client, response: Any) -> str:
    return html.unescape(client.get(response["Location"]).content.decode())


def test_who_is_missing_is_reminded_once_a_day(clerk: Client, town: Actor, unit: Actor) -> None:
    table = sent(town)
    save(unit, mine(unit, table), {"c3": "4"})
    text = page(clerk, address(table))
    assert "已交 1 个，共 3 个单位" in text
    assert [text.count(f'data-unit="{name}"') for name in VILLAGES] == [1, 1, 1]
    assert "已催 2 个单位。" in shown(clerk, step(clerk, table, "remind"))
    assert "今天都催过了，明天再催。" in shown(clerk, step(clerk, table, "remind"))


def test_a_table_is_prolonged_handed_over_and_ended(clerk: Client, town: Actor) -> None:
    table = sent(town)
    early = step(clerk, table, "prolong", ends_on=str(table.ends_on))
    assert early.status_code == 422
    assert "截止日期要在 2022-07-08 到 2022-10-04 之间" in html.unescape(early.content.decode())
    done = step(clerk, table, "prolong", ends_on=str(TODAY + timedelta(days=9)))
    assert "2022年7月13日截止" in shown(clerk, done)
    assert "已保存。" in shown(clerk, step(clerk, table, "hand_over", owner_id=str(town.id)))
    nobody = step(clerk, table, "hand_over", owner_id=str(uuid4()))
    assert nobody.status_code == 404
    assert "已提前截止。" in shown(clerk, step(clerk, table, "close"))
    again = step(clerk, table, "close")
    assert again.status_code == 403
    assert "这张表已经截止。" in again.content.decode()
    text = page(clerk, address(table))
    assert "提前截止" not in text.replace("已提前截止", "")
    assert "再发一次" in text


def test_an_answer_is_looked_at_and_sent_back_with_a_reason(
    clerk: Client, secretary: Client, town: Actor, unit: Actor
) -> None:
    table = sent(town)
    row = save(unit, mine(unit, table), {"c3": "4", "c4": "自建"})
    here = address(table, row.id)
    text = page(clerk, here)
    assert "自建 <small>网上填</small>" in text
    empty = clerk.post(here, {"key": str(uuid4()), "reason": " "})
    assert (empty.status_code, "请写明哪里要改。" in empty.content.decode()) == (422, True)
    done = clerk.post(here, {"key": str(uuid4()), "reason": "少报一处"})
    assert "已退回，单位会收到消息。" in shown(clerk, done)
    assert "退回：少报一处" in page(secretary, f"/desk/collect/asked/{row.id}/")
    assert "退回重填的表" in page(secretary, "/desk/")


def test_all_answers_in_one_workbook_with_where_each_value_is_from(
    clerk: Client, town: Actor, unit: Actor, cast: Cast
) -> None:
    table = sent(town, rows_max=3)
    save(unit, mine(unit, table), {"c3": "4", "c4": "自建"}, {"c3": "5", "c4": ""})
    before = rows("SELECT count(*) FROM journal_fact WHERE data ->> 'listing' = 'collect-merged'")
    response = clerk.post(address(table, "merged"))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    answers, sources = book.worksheets
    lines = [[cell.value for cell in line] for line in answers.iter_rows()]
    assert lines[0] == [
        *("填报单位", "行", "户数", "申报件数", "新增充电桩", "做法"),
        *("状态", "填报人", "交表时间"),
    ]
    assert [(line[0], line[1], line[4], line[6]) for line in lines[1:]] == [
        ("罗冲社区", 1, "4", "已交"),
        ("罗冲社区", 2, "5", "已交"),
        ("乌岭社区", 1, None, "未交"),
        ("盛塘社区", 1, None, "未交"),
    ]
    found = [[cell.value for cell in line] for line in sources.iter_rows()]
    assert found[0] == ["单位", "行", "列", "值", "来源", "依据", "谁", "时间"]
    written = [line for line in found if line[0] == "罗冲社区" and line[2] == "新增充电桩"]
    assert [(line[3], line[4], line[7]) for line in written] == [
        ("4", "网上填", "2022-07-04 09:00"),
        ("5", "网上填", "2022-07-04 09:00"),
    ]
    after = rows("SELECT count(*) FROM journal_fact WHERE data ->> 'listing' = 'collect-merged'")
    assert after[0][0] == before[0][0] + 1  # what left the house is in the journal


@pytest.mark.parametrize("more", [(), ("again",), ("merged",)])
def test_a_unit_sees_no_page_of_who_sent_it(
    secretary: Client, town: Actor, more: tuple[str, ...]
) -> None:
    assert secretary.get(address(sent(town), *more)).status_code == 403


def test_a_leader_reads_and_decides_nothing(town: Actor, unit: Actor) -> None:
    table = sent(town)
    row = save(unit, mine(unit, table), {"c3": "4"})
    leader = browser(of("lingbei-leader"))
    for here in (address(table), address(table, row.id)):
        text = page(leader, here)
        assert 'name="step"' not in text
        assert 'data-action="send_back"' not in text
    assert step(leader, table, "close").status_code == 403
    assert leader.get("/desk/collect/new/").status_code == 403
    assert leader.post(address(table, "merged")).status_code == 200


def test_a_clerk_of_another_town_finds_nothing(town: Actor, cast: Cast) -> None:
    table = sent(town)
    stranger = browser(cast.member("clerk").actor)  # of the community alone
    assert stranger.get(address(table)).status_code == 404
    assert step(stranger, table, "close").status_code == 404


def test_today_says_what_is_to_be_filled_in_and_what_ends(
    clerk: Client, secretary: Client, town: Actor
) -> None:
    assert "快截止还没收齐的表" not in page(clerk, "/desk/")
    sent(town, ends_on=TODAY + timedelta(days=1))
    assert "要填的表" in page(secretary, "/desk/")
    assert "快截止还没收齐的表" in page(clerk, "/desk/")


def test_what_a_leaver_owns_is_on_the_screen_of_leaving(town: Actor) -> None:
    sent(town)
    post = next(each for each in directory.posts_of(town.id) if each.role == "clerk")
    text = page(browser(of("administrator")), f"/desk/posts/{post.id}/hand-over/")
    assert "负责收的表" in text


def test_an_owner_who_has_left_is_said_on_the_page(clerk: Client, town: Actor) -> None:
    table = sent(town)
    rows(
        "UPDATE collect_table SET owner_id = %s WHERE id = %s RETURNING 1",
        of("lingbei-leader").id,
        table.id,
    )
    assert "负责人已不在岗，请换人负责。" in page(clerk, address(table))


def test_pages_ask_as_often_for_one_unit_as_for_three(
    clerk: Client, secretary: Client, town: Actor, unit: Actor
) -> None:
    one = sent(town, unit_ids=(directory.area_named("罗冲社区").id,), rows_max=3)
    three = sent(town, again=True, rows_max=3, columns=COLUMNS)
    row = save(unit, mine(unit, one), {"c3": "1"})
    more = save(unit, mine(unit, three), *({"c3": str(n)} for n in range(3)))
    pages = (
        (clerk, address(one), address(three)),
        (clerk, address(one, row.id), address(three, more.id)),
        (secretary, f"/desk/collect/asked/{row.id}/", f"/desk/collect/asked/{more.id}/"),
    )
    counted = [(_queries(who, first), _queries(who, second)) for who, first, second in pages]
    assert [first == second for first, second in counted] == [True] * 3
    assert max(first for first, _ in counted) <= 16
    assert look(town, three).handed_in == 1


def test_sending_asks_as_often_for_one_unit_as_for_three(town: Actor) -> None:
    ours = (directory.area_named("罗冲社区").id,)
    sent(town)  # what every sending needs is in memory from now on
    counts = []
    for units in (ours, tuple(directory.area_named(name).id for name in VILLAGES)):
        with CaptureQueriesContext(connection) as captured:
            sent(town, unit_ids=units, again=True)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def _queries(client: Client, where: str) -> int:
    client.get(where)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(where).status_code == 200
    return len(captured)
