"""What everybody reads of a village: pages, files, asking. No account, no script."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from engines.cases.world import World
from engines.disclosures.posted import ROW, Posted
from liuchi.engines.cases import queries as cases
from liuchi.engines.disclosures import actions, queries
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.errors import NotFound

EARLIER = date(2025, 9, 30)
NUMBERED = {**ROW, "id": "11010519491231002X", "card": "6222021001116245702"}


@pytest.fixture
def at(world: World) -> str:
    return f"/v/{world.village.code}/open/"


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return content.decode()


def test_two_taps_lead_from_the_village_to_who_got_what_and_why(
    posted: Posted, client: Client, at: str
) -> None:
    posting_id = posted.released(NUMBERED)
    home = read(client, f"/v/{posted.world.village.code}/")
    assert f'href="{at}"' in home
    assert f'href="{at}relief/"' in read(client, at)
    page = read(client, f"{at}relief/")
    for words in ("甲大一", "300.00 元", "一组", "****5702", "《社会救助暂行办法》", "镇纪委"):
        assert words in page
    assert "002X" not in page  # omitted, not only masked
    assert f'href="{at}relief/{posting_id}/ask/?row=' in page
    assert page.count("<rect ") == 2  # the procedure, drawn from its two steps
    assert "<li><strong>镇</strong> 发放</li>" in page  # and told in words
    assert len(page.encode()) < 200_000
    assert "<script>" not in page


def test_rows_are_searched_by_word_year_and_item(posted: Posted, client: Client, at: str) -> None:
    posted.released({**ROW, "use": "医药费"})
    posted.released({**ROW, "name": "乙小二", "use": "学费"}, on=EARLIER)
    for query, has, lacks in (
        ("q=医药", "甲大一", "乙小二"),
        ("q=一组&year=2025", "乙小二", "没有查到"),
        ("q=一组&year=2024", "没有查到", "甲大一"),
        ("q=一组&item=works", "没有查到", "甲大一"),
        ("item=relief", "2025年第三季度", "没有查到"),
    ):
        page = read(client, f"{at}?{query}")
        assert (has in page, lacks in page) == (True, False), query
    assert read(client, f"{at}?q=一组&after=nonsense", 422)


def test_a_correction_says_what_changed_and_what_is_down_is_gone(
    posted: Posted, client: Client, at: str
) -> None:
    first = posted.released(ROW)
    world = posted.world
    second = actions.correct_posting(
        actor=world.secretary, key=world.key(), posting_id=first, why="金额多录了一个零"
    )
    with acting_as(world.secretary):
        (row,) = queries.posting(world.secretary, second).rows
    actions.change_row(
        actor=world.secretary, key=world.key(), posting_id=second, row_id=row.id,
        cells={**ROW, "amount": "30"},
    )  # fmt: skip
    posted.submit(second)
    posted.release(second)
    page = read(client, f"{at}relief/")
    assert "金额多录了一个零" in page
    assert re.search(r"<del>甲大一 300.00 元.*</del> <ins>甲大一 30.00 元", page)
    assert f"{at}relief/{second}/" in read(client, f"{at}relief/{first}/")
    actions.take_down_posting(
        actor=world.clerk, key=world.key(), posting_id=second, reason="不属于公开范围"
    )
    for posting_id in (first, second):
        page = read(client, f"{at}relief/{posting_id}/")
        assert ("不属于公开范围" in page, "甲大一" in page) == (True, False)
        read(client, f"{at}relief/{posting_id}/print/", 404)
    read(client, f"{at}relief.csv", 404)


def test_files_hold_the_public_rows_alone(posted: Posted, client: Client, at: str) -> None:
    posting_id = posted.released({**NUMBERED, "use": "=1+1"}, {**ROW, "name": "乙小二"})
    posted.released(on=EARLIER)
    lines = list(csv.reader(io.StringIO(read(client, f"{at}relief.csv").removeprefix("\ufeff"))))
    assert lines[0] == [
        "期间起", "期间止", "发布日期", "版本", "姓名", "村民组", "金额", "事由", "银行卡号",
    ]  # fmt: skip
    found = sorted(line[0:2] + line[4:] for line in lines[1:])
    assert found == [
        ["2025-07-01", "2025-09-30", "甲大一", "一组", "300.00", "", ""],
        ["2025-10-01", "2025-12-31", "乙小二", "一组", "300.00", "", ""],
        ["2025-10-01", "2025-12-31", "甲大一", "一组", "300.00", "'=1+1", "****5702"],
    ]
    told = json.loads(read(client, f"{at}relief.json?year=2025"))
    assert told["responsible"] == "村民委员会"
    (newest,) = (each for each in told["postings"] if each["id"] == str(posting_id))
    assert newest["rows"][1] == ["乙小二", "一组", "300.00", "", ""]
    assert newest["content_hash"] == queries.public_posting(posting_id).row.content_hash
    feed = ET.fromstring(read(client, f"{at}feed.atom"))  # noqa: S314  our own
    titles = {each.text for each in feed.iterfind("{*}entry/{*}title")}
    assert titles == {"临时救助 2025年第四季度", "临时救助 2025年第三季度"}
    (dataset,) = json.loads(read(client, f"{at}catalogue.jsonld"))["dcat:dataset"]
    assert dataset["dct:identifier"] == f"{posted.world.village.code}/relief"
    read(client, f"/v/{posted.world.other.code}/open/relief/{posting_id}/", 404)


def test_asking_about_a_row_gives_a_receipt(posted: Posted, client: Client, at: str) -> None:
    posting_id = posted.released(ROW)
    ((row,), _more) = queries.public_rows(posting_id)
    ask = f"{at}relief/{posting_id}/ask/?row={row.id}"
    assert "甲大一" in read(client, ask)
    sent: dict[str, Any] = {"key": "k-1", "kind": "complain", "text": "这户没有困难"}
    answer = client.post(ask, sent)
    assert answer.status_code == 302, answer.content.decode()
    code = answer["Location"].split("/")[2]
    case_id = cases.report_by_code(code).case_id
    world = posted.world
    # Who it is about does not see it until somebody above has given it to them.
    for by in (world.secretary, world.worker):
        with acting_as(by), pytest.raises(NotFound):
            cases.case(by, case_id)
    with acting_as(world.clerk):
        held = cases.case(world.clerk, case_id)
    assert held.row.description.splitlines() == [
        "【公示】临时救助 2025年第四季度 第1行：甲大一 一组 300.00", "这户没有困难",
    ]  # fmt: skip


def test_what_breaks_the_law_is_no_ticket(posted: Posted, client: Client, at: str) -> None:
    posting_id = posted.released(ROW)
    ask = f"{at}relief/{posting_id}/ask/"
    answer = client.post(ask, {"key": "k-1", "kind": "violation", "text": "有人冒领"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert ("12388" in page, "这里没有提交" in page, "有人冒领" in page) == (True, True, False)
    assert client.post(ask, {"key": "k-2", "kind": "ask", "text": ""}).status_code == 422
    read(client, f"{ask}?row={posting_id}", 404)
    read(client, f"{ask}?row=none", 404)
